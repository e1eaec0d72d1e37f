"""Compare the summary with three programs that count: how long each takes, and on how many networks each is right.

Right is a count with all the parameters that the network holds, and within a hundredth of the multiply-accumulates that
PyTorch's FlopCounterMode finds: the others also count normalisations, or biases.
"""

import contextlib
import importlib
import io
import logging
import sys
import time
import warnings

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from onebyone.book import records, zoo
from onebyone.summary import summary

TIMED = ("resnet50", "convnext_tiny", "vit_base_patch16_224")
ROUNDS = 5
MARGIN = 0.01


zoo.load("torchvision")  # fvcore and ptflops import it
fvcore, ptflops, torchinfo = map(importlib.import_module, ["fvcore.nn", "ptflops", "torchinfo"])


def by_onebyone(model, shape):
    found = summary(model, shape)
    return found.parameters, found.macs


def by_torchinfo(model, shape):
    found = torchinfo.summary(model, input_size=(1, *shape), verbose=0, device="cpu")
    return found.total_params, found.total_mult_adds


def by_fvcore(model, shape):
    macs = fvcore.FlopCountAnalysis(model.eval(), torch.zeros(1, *shape)).total()
    return fvcore.parameter_count(model)[""], macs


def by_ptflops(model, shape):
    macs, parameters = ptflops.get_model_complexity_info(
        model, shape, as_strings=False, print_per_layer_stat=False, verbose=False
    )
    return parameters, macs


COUNTERS = {
    "onebyone": by_onebyone,
    "torchinfo": by_torchinfo,
    "fvcore": by_fvcore,
    "ptflops": by_ptflops,
}


def expected(name, shape):
    """Return the parameters held, and half of the FLOPs that PyTorch counts."""
    meta = zoo.timm(name).eval()
    held = sum(parameter.numel() for parameter in meta.parameters())
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        meta.to("meta")(torch.zeros(1, *shape, device="meta"))
    return held, counter.get_total_flops() // 2


def attempt(count, model, shape):
    """Return what a program counts in a model, or None where it raises."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            parameters, macs = count(model, shape)
            return int(parameters), int(macs)
    except Exception:  # whatever it raises, it has not counted
        return None
    finally:  # what raised may have left its hooks; a copy of the largest model does not fit beside it
        for module in model.modules():
            module._forward_hooks.clear()
            module._forward_pre_hooks.clear()


def is_right(found, wanted):
    return (
        found is not None
        and found[0] == wanted[0]
        and abs(found[1] - wanted[1]) <= MARGIN * wanted[1]
    )


def shortest(work):
    """Return the shortest of a few times, as whatever else the machine does only adds to it."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def seconds(timm):
    """Return how long each program takes, and a forward pass without values."""
    found = {}
    for name in TIMED:
        model = timm.create_model(name).eval()
        meta, x = zoo.timm(name).eval(), torch.zeros(1, 3, 224, 224, device="meta")
        with torch.no_grad():
            found[name] = {"forward on meta": shortest(lambda m=meta, x=x: m(x))}
        for counter, count in COUNTERS.items():
            work = lambda c=count, m=model: attempt(c, m, (3, 224, 224))  # noqa: E731
            found[name][counter] = shortest(work)
        print(name, found[name], flush=True)
    return found


def main():
    """Count the first network of each family of timm with each program, and keep the record."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)  # fvcore's, of each operation that it does not know
    timm = zoo.load("timm")
    times = seconds(timm)
    names = [timm.list_models(module=family)[0] for family in timm.list_modules()]
    right = dict.fromkeys(COUNTERS, 0)
    raised = dict.fromkeys(COUNTERS, 0)
    counts = {}
    for name in ["resnet50", *names]:
        model = timm.create_model(name)
        shape = tuple(model.pretrained_cfg["input_size"])
        wanted = expected(name, shape)
        found = {each: attempt(count, model, shape) for each, count in COUNTERS.items()}
        print(name, wanted, found, flush=True)
        if name == "resnet50":
            counts = found
            continue
        for each in COUNTERS:
            right[each] += is_right(found[each], wanted)
            raised[each] += found[each] is None
    packages = ("torch", "timm", "torchinfo", "fvcore", "ptflops")
    record = {
        "command": "make bench",
        "machine": records.describe_machine(*packages),
        "families": len(names),
        "right": right,
        "raised": raised,
        "seconds": times,
        "resnet50": counts,
    }
    records.save("counters", record)
    sys.exit(right["onebyone"] < len(names))


if __name__ == "__main__":
    main()
