"""Networks of torchvision and timm, without their weights."""

import importlib
import inspect
import sys
from types import ModuleType
from typing import Any

import torch
from torch import nn

# What torchvision adds to PyTorch in C++. Its wheel is built for PyTorch with CUDA, and cannot load this part without.
COMPILED = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_declared: list[Any] = []  # a declaration ends with its library


def load(name: str) -> ModuleType:
    """Return torchvision, timm, or a module of theirs, also beside a PyTorch for which torchvision was not built.

    Then all networks are there; only what torchvision compiles for boxes raises when it is called.

    Args:
        name: The module to import.

    Raises:
        ModuleNotFoundError: It is not installed.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError:  # operator torchvision::nms does not exist
        for module in list(sys.modules):
            if module.partition(".")[0] == "torchvision":
                del sys.modules[module]
        library = torch.library.Library("torchvision", "DEF")
        for one in COMPILED:
            library.define(one)
        _declared.append(library)
    return importlib.import_module(name)


def torchvision(name: str, **options: Any) -> nn.Module:
    """Return a network of torchvision by its name, without weights, on the meta device where it can be made there.

    Args:
        name: As torchvision's `list_models` has it: "resnet50".
        options: What its function takes.

    Raises:
        ModuleNotFoundError: torchvision is not installed.
        ValueError: torchvision has no such network.
    """
    build = load("torchvision.models").get_model_builder(name)
    if "weights_backbone" in inspect.signature(build).parameters:
        options = {"weights_backbone": None} | options
    return _on_meta(build, {"weights": None} | options)


def timm(name: str, **options: Any) -> nn.Module:
    """Return a network of timm by its name, without weights, on the meta device.

    Args:
        name: As timm's `list_models` has it: "convnext_tiny".
        options: What `timm.create_model` takes.

    Raises:
        ModuleNotFoundError: timm is not installed.
        RuntimeError: timm has no such network.
    """
    create = load("timm").create_model
    return _on_meta(create, {"model_name": name, "pretrained": False} | options)


def _on_meta(build: Any, options: dict[str, Any]) -> nn.Module:
    try:
        with torch.device("meta"):
            network: nn.Module = build(**options)
    except NotImplementedError:  # it looks at values while it is made
        network = build(**options)
    return network
