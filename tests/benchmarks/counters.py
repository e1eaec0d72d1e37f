"""Compare the summary with three programs that count: how long each takes, and on how many networks each is right.

Right is a count with all the parameters that the network holds, and within a hundredth of the multiply-accumulates that
PyTorch's FlopCounterMode finds. More may be right too, for the others also count normalisations, activations or biases;
less is not.
"""

import contextlib
import importlib
import io
import logging
import multiprocessing
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
JUDGEMENTS = ("within 1 %", "less", "more", "wrong parameters", "raises")


zoo.load("torchvision")  # fvcore and ptflops import it
timm = zoo.load("timm")
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


def judge(found, wanted):
    """Return whether a count is within a hundredth of what is wanted, less, or more."""
    if found is None:
        return "raises"
    if found[0] != wanted[0]:
        return "wrong parameters"
    ratio = found[1] / wanted[1]
    if abs(ratio - 1) <= MARGIN:
        return "within 1 %"
    return "less" if ratio < 1 else "more"


def shortest(work):
    """Return the shortest of a few times, as whatever else the machine does only adds to it."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def seconds(name):
    """Return how long each program takes, and a forward pass without values."""
    model = timm.create_model(name).eval()
    meta, x = zoo.timm(name).eval(), torch.zeros(1, 3, 224, 224, device="meta")
    with torch.no_grad():
        times = {"forward on meta": shortest(lambda: meta(x))}
    for counter, count in COUNTERS.items():
        times[counter] = shortest(lambda c=count: attempt(c, model, (3, 224, 224)))
    return times


def counts(name):
    """Return what is wanted of a network, and what each program finds."""
    model = timm.create_model(name)
    shape = tuple(model.pretrained_cfg["input_size"])
    found = {each: attempt(count, model, shape) for each, count in COUNTERS.items()}
    return expected(name, shape), found


def apart(work, names):
    """Yield what some work gives for each name, in a process of its own: what is traced is never freed."""
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for name, result in zip(names, pool.imap(work, names, chunksize=1), strict=True):
            print(name, result, flush=True)
            yield name, result


def main():
    """Count the first network of each family of timm with each program, and keep the record."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)  # fvcore's, of each operation that it does not know
    families = [timm.list_models(module=family)[0] for family in timm.list_modules()]
    judged = {each: dict.fromkeys(JUDGEMENTS, 0) for each in COUNTERS}
    times = dict(apart(seconds, TIMED))
    ((_, (_, of_resnet)),) = apart(counts, ["resnet50"])
    for _, (wanted, found) in apart(counts, families):
        for each in COUNTERS:
            judged[each][judge(found[each], wanted)] += 1
    packages = ("torch", "timm", "torchinfo", "fvcore", "ptflops")
    record = {
        "command": "make bench",
        "machine": records.describe_machine(*packages),
        "families": len(families),
        "judged": judged,
        "seconds": times,
        "resnet50": of_resnet,
    }
    records.save("counters", record)
    sys.exit(judged["onebyone"]["within 1 %"] < len(families))


if __name__ == "__main__":
    main()
