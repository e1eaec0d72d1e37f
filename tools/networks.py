"""Count the networks of torchvision and timm, and compare each count with PyTorch's own: `make networks`.

All of torchvision's classifiers and its networks for segmentation and video, and of each family of timm the first.
"""

import importlib
import re
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from onebyone.book import records, zoo
from onebyone.summary import summary

from .record import save

SIZE = 224
VIDEO = ("mvit", "swin3d", "s3d")  # at 224 pixels; the others at 112
ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/(\d\d)(\d\d)\.\d+")
# When the paper of a family of torchvision appeared: its number on arXiv says so.
PAPERS = {
    "alexnet": "2012-12",  # NeurIPS
    "vgg": "2014-09",
    "googlenet": "2014-09",
    "inception": "2015-12",
    "resnet": "2015-12",
    "squeezenet": "2016-02",
    "wide_resnet": "2016-05",
    "densenet": "2016-08",
    "resnext": "2016-11",
    "mobilenet_v2": "2018-01",
    "shufflenet": "2018-07",
    "mnasnet": "2018-07",
    "mobilenet_v3": "2019-05",
    "efficientnet": "2019-05",
    "regnet": "2020-03",
    "vit": "2020-10",
    "swin": "2021-03",
    "efficientnet_v2": "2021-04",
    "swin_v2": "2021-11",
    "convnext": "2022-01",
    "maxvit": "2022-04",
}


def of_torchvision():
    """Yield each network of torchvision with what it is for, its family and its input."""
    models = zoo.load("torchvision.models")
    for use, module in [
        ("image", models),
        ("segmentation", models.segmentation),
        ("video", models.video),
    ]:
        for name in models.list_models(module=module):
            shape = (3, SIZE, SIZE)
            if use == "video":
                side = SIZE if name.startswith(VIDEO) else SIZE // 2
                shape = (3, 16, side, side)
            elif name == "inception_v3":
                shape = (3, 299, 299)
            families = [family for family in PAPERS if name.startswith(family)]
            family = max(families, key=len, default=name)
            date = PAPERS.get(family) if use == "image" else None
            yield f"torchvision, {use}", name, family, date, zoo.torchvision, shape


def of_timm():
    """Yield the first network of each family of timm."""
    timm = zoo.load("timm")
    for family in timm.list_modules():
        source = importlib.import_module(f"timm.models.{family}").__file__
        paper = ARXIV.search(Path(source).read_text("utf-8"))  # the first that the family names
        date = f"20{paper[1]}-{paper[2]}" if paper else None
        name = timm.list_models(module=family)[0]
        shape = tuple(timm.get_pretrained_cfg(name, allow_unregistered=True).input_size)
        yield "timm", name, family, date, zoo.timm, shape


def count_by_pytorch(model, shape):
    """Return the FLOPs that PyTorch's counter finds. It does so with gradients alone: without, two families fail."""
    x = torch.zeros(1, *shape, device="meta")
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model.to("meta").eval()(x)
    return counter.get_total_flops()


def count(build, name, shape):
    """Return a network's counts by kind, the seconds they took, and how they differ from PyTorch's."""
    model = build(name)
    start = time.perf_counter()
    found = summary(model, shape)
    seconds = time.perf_counter() - start
    held = sum(parameter.numel() for parameter in model.parameters())
    flops = count_by_pytorch(model, shape)
    wrong = []
    if found.parameters != held:
        wrong.append(f"{found.parameters:,} parameters of {held:,}")
    if 2 * found.macs != flops:
        wrong.append(f"{2 * found.macs:,} FLOPs of {flops:,}")
    wrong += found.notes
    kinds = {kind.kind: [kind.parameters, kind.macs] for kind in found.kinds}
    return kinds, seconds, wrong


def main():
    """Count all, and keep the record of the page on quality and that of the page on networks."""
    warnings.simplefilter("ignore")  # of what is deprecated in them
    asked, right, wrong, networks, slowest = Counter(), Counter(), [], [], (0, "")
    for where, name, family, date, build, shape in [*of_torchvision(), *of_timm()]:
        asked[where] += 1
        try:
            kinds, seconds, differs = count(build, name, shape)
        except Exception as error:  # what stops the count is a result too
            differs = [repr(error)]
        else:
            slowest = max(slowest, (seconds, name))
            networks.append(
                {"from": where, "name": name, "family": family, "date": date}
                | {"input": shape, "kinds": kinds}
            )
        if differs:
            wrong.append(f"{where}, {name}: {'; '.join(differs)}")
        right[where] += not differs
        print(where, name, *differs, flush=True)
    results = {where: f"{right[where]} of {total}" for where, total in asked.items()}
    results["Slowest"] = f"{slowest[1]}, {slowest[0]:.1f} s"
    results["Not equal, not counted, or counted with a note"] = wrong or ["none"]
    versions = ["torch", "torchvision", "timm"]
    save("networks", "make networks", results, versions)
    machine = records.describe_machine(*versions)
    records.save("networks", {"command": "make networks", "machine": machine, "networks": networks})
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
