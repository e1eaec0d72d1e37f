"""Networks of torchvision and timm, without their weights."""

import contextlib
import importlib
import sys
from types import ModuleType

import torch
from torch import nn

# What torchvision adds to PyTorch in C++. Its wheel is built for PyTorch with CUDA, and cannot load this part without.
COMPILED = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def load(name: str) -> ModuleType:
    """Return torchvision or timm, also beside a PyTorch for which torchvision was not built.

    Then its networks are all there; what it compiles for boxes raises when it is called.

    Args:
        name: The name of the module to import.

    Raises:
        ModuleNotFoundError: It is not installed.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError:  # operator torchvision::nms does not exist
        begun = [n for n in sys.modules if n.split(".")[0] == "torchvision"]
        for module in begun:
            del sys.modules[module]
        library = torch.library.Library("torchvision", "DEF")
        for one in COMPILED:
            library.define(one)
        _KEPT.append(library)
    return importlib.import_module(name)


_KEPT: list[torch.library.Library] = []  # a declaration ends with its library


def torchvision(name: str, **options: object) -> nn.Module:
    """Return a network of torchvision by its name, without weights, on the meta device.

    Args:
        name: As torchvision's `list_models` has it: "resnet50", "segmentation/fcn_resnet50".
        options: What its function takes.
    """
    models = load("torchvision.models")
    with torch.device("meta"):
        built: nn.Module = models.get_model(name, weights=None, **options)
    return built


def timm(name: str, **options: object) -> nn.Module:
    """Return a network of timm by its name, without weights, on the meta device.

    Args:
        name: As timm's `list_models` has it: "convnext_tiny".
        options: What `timm.create_model` takes.
    """
    create = load("timm").create_model
    with torch.device("meta"), contextlib.redirect_stdout(None):
        built: nn.Module = create(name, pretrained=False, **options)
    return built
