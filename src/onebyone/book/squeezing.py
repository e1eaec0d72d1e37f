"""A stack of maps through fewer and back: by the best projection, a random one, and by keeping some maps."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from onebyone import conv1x1, conv2d, trained
from onebyone.algebra import best_expansion, pca_projection
from onebyone.book.filters import filter_bank
from onebyone.book.photographs import FIT, centre, crops
from onebyone.images import photograph

BEST, RANDOM, SOME = "the best projection", "a random projection", "some maps"
WAYS = BEST, RANDOM, SOME
NOTHING = 1e-9  # of the variance: a direction that holds less is rounding


class Squeezed(NamedTuple):
    """What goes through fewer maps: pixels to fit to, pixels to judge by, and what is shown of the maps."""

    fit: np.ndarray  # (C, N, 1)
    judged: np.ndarray  # (C, M, 1)
    shown: np.ndarray  # (C, H, W)
    number: int  # of the map that is shown large
    title: str
    widths: Sequence[int]
    start: int  # the index of the width that is shown first


def maps_of_equal_weight() -> np.ndarray:
    """Return the photograph's 64 feature maps, each with the variance 1, (64, 256, 256).

    Examples:
        >>> maps_of_equal_weight().shape
        (64, 256, 256)
    """
    maps = conv2d(photograph(), filter_bank(), padding=5).astype(float)
    return maps / maps.std(axis=(1, 2), keepdims=True)


def maps_of_a_trained_block() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the 96 maps that a layer of EfficientNet-Lite0 reads of ten pictures and of the cat, and its weight.

    Returns:
        (10, 96, 56, 56) to fit to, (1, 96, 56, 56) to judge by, and the projection to 24 maps, (24, 96).

    Examples:
        >>> fit, judged, own = maps_of_a_trained_block()
        >>> fit.shape, judged.shape, own.shape
        ((10, 96, 56, 56), (1, 96, 56, 56), (24, 96))
    """
    model = trained.load()
    layer = model.get_submodule("features.3.conv.4.0")
    read: list[Tensor] = []
    layer.register_forward_pre_hook(lambda _, inputs: read.extend(inputs))
    with torch.no_grad():
        model(crops(FIT, each=1))
        model(centre("chelsea"))
    fit, judged = (maps.double().numpy() for maps in read)
    (weight,) = layer.parameters()
    return fit, judged, weight.detach().double().flatten(1).numpy()


def condense(x: np.ndarray) -> np.ndarray:
    """Return few pixels with the mean and the covariance of many, which are all that least squares asks of them.

    Args:
        x: Feature maps, (C, H, W) or (N, C, H, W).

    Returns:
        (C, 2 · C, 1).

    Examples:
        >>> pixels = condense(np.array([[[1.0, 3.0, 5.0]]]))
        >>> np.array([pixels.mean(), pixels.var()])  # those of 1, 3 and 5
        array([3.        , 2.66666667])
    """
    pixels = np.moveaxis(x, -3, 0).reshape(x.shape[-3], -1)
    mean = pixels.mean(axis=1, keepdims=True)
    centred = pixels - mean
    variances, axes = np.linalg.eigh(centred @ centred.T / pixels.shape[1])
    variances[variances < NOTHING * variances.max()] = 0
    away = axes * np.sqrt(len(axes) * variances)
    return np.hstack([mean + away, mean - away])[:, :, None]


def project(x: np.ndarray, width: int, way: str) -> np.ndarray:
    """Return the weight of a 1×1 convolution to fewer maps, (width, C).

    Args:
        x: Feature maps, (C, H, W).
        width: How many maps are kept.
        way: One of `WAYS`.

    Examples:
        >>> project(np.ones((4, 1, 1)), 2, "some maps")  # every second one
        array([[1., 0., 0., 0.],
               [0., 0., 1., 0.]])
    """
    if way == BEST:
        return pca_projection(x, width)[0]
    if way == RANDOM:
        rng = np.random.default_rng(seed=0)
        return rng.standard_normal((len(x), len(x)))[:width]
    return np.eye(len(x))[spread(len(x), width)]


def spread(maps: int, width: int) -> list[int]:
    """Return the numbers of some maps, as far from each other as they can be.

    Examples:
        >>> spread(maps=64, width=4)
        [0, 16, 32, 48]
    """
    return [n * maps // width for n in range(width)]


def restore(x: np.ndarray, weight: np.ndarray, fit: np.ndarray) -> np.ndarray:
    """Return what comes back from fewer maps through the best second 1×1 convolution, (C, H, W).

    Args:
        x: Feature maps, (C, H, W).
        weight: The first convolution, (width, C).
        fit: The maps that the second convolution restores best.

    Examples:
        >>> x = np.arange(4.0).reshape(2, 1, 2)
        >>> np.allclose(restore(x, np.eye(2), fit=x), x)
        True
    """
    expand, bias = best_expansion(conv1x1(fit, weight), fit)
    return conv1x1(conv1x1(x, weight), expand, bias)


def share(squeezed: Squeezed, weight: np.ndarray) -> float:
    """Return how much of the judged maps' variance comes back through a 1×1 convolution.

    Examples:
        >>> x = np.array([[[1.0, 2.0]], [[4.0, 2.0]]])
        >>> share(Squeezed(x, x, x, 0, "", [2], 0), np.array([[1.0, 0.0]]))  # the second map follows from the first
        1.0
    """
    x = squeezed.judged
    error = x - restore(x, weight, squeezed.fit)
    centred = x - x.mean(axis=(1, 2), keepdims=True)
    left = np.square(error).sum() / np.square(centred).sum()
    return round(float(1 - left), 9)
