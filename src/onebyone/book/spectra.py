"""What the 1×1 layers of a network hold: along how many directions their weights, inputs and outputs spread."""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from onebyone.shrink.moments import Moments
from onebyone.shrink.runs import BATCH, watched


class Spectrum(NamedTuple):
    """A 1×1 layer, and how much each direction holds, the most first.

    Attributes:
        path: Its name in the network.
        weight: Its matrix, (C_out, C_in).
        weights: The squared singular values of the matrix.
        inputs: The variances of the input along its principal directions.
        outputs: The variances of the output along its principal directions.
        input_covariance: The covariance of the input channels, (C_in, C_in).
    """

    path: str
    weight: np.ndarray
    weights: np.ndarray
    inputs: np.ndarray
    outputs: np.ndarray
    input_covariance: np.ndarray


def measure_spectra(model: nn.Module, images: Tensor) -> list[Spectrum]:
    """Return the spectra of the 1×1 convolutions of a network, in the order of its modules.

    Args:
        model: A network in `eval()`, whose 1×1 convolutions have no groups.
        images: A batch that it takes.

    Examples:
        >>> first, _ = measure_spectra(nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 2, 1)), torch.rand(5, 3, 8, 8))
        >>> first.path, first.weight.shape, len(first.outputs)
        ('0', (4, 3), 4)
    """
    found = {
        layer: (path, Moments(), Moments())
        for path, layer in model.named_modules()
        if isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1)
    }

    def see(layer: Any, inputs: tuple[Tensor], output: Tensor) -> None:
        _, before, after = found[layer]
        before.add(inputs[0])
        after.add(output)

    with torch.no_grad(), watched(dict.fromkeys(found, see)):
        for batch in images.split(BATCH):
            model(batch)
    spectra = []
    for layer, (path, before, after) in found.items():
        matrix = layer.weight.detach().double().flatten(1).numpy()
        covariance = before.covariance[0].numpy()
        spectra.append(
            Spectrum(
                path,
                matrix,
                np.linalg.svd(matrix, compute_uv=False) ** 2,
                np.linalg.eigvalsh(covariance)[::-1],
                np.linalg.eigvalsh(after.covariance[0].numpy())[::-1],
                covariance,
            )
        )
    return spectra


def draw_random_like(matrix: np.ndarray) -> np.ndarray:
    """Return a matrix of normally distributed numbers, of the same shape, mean and deviation; always the same one.

    Examples:
        >>> draw_random_like(np.zeros((2, 3))).shape
        (2, 3)
    """
    rng = np.random.default_rng(0)
    return rng.normal(matrix.mean(), matrix.std(), matrix.shape)


def count_silent_channels(
    model: nn.Module, images: Tensor
) -> dict[str, np.ndarray]:
    """Return for each layer the share of its numbers that are zero, channel by channel: 1 for a dead channel.

    Args:
        model: A network in `eval()`; its activations are ReLU or ReLU6.
        images: A batch that it takes.

    Examples:
        >>> list(count_silent_channels(nn.Sequential(nn.ReLU()), -torch.ones(2, 3, 4, 4)).values())
        [array([1., 1., 1.])]
    """
    zeros: dict[str, list[Tensor]] = {}
    paths = {
        layer: path
        for path, layer in model.named_modules()
        if isinstance(layer, nn.ReLU | nn.ReLU6)
    }

    def see(layer: Any, _inputs: tuple[Tensor], output: Tensor) -> None:
        silent = (output == 0).double().mean(dim=(2, 3))  # (N, C)
        zeros.setdefault(paths[layer], []).append(silent)

    with torch.no_grad(), watched(dict.fromkeys(paths, see)):
        for batch in images.split(BATCH):
            model(batch)
    return {
        path: torch.cat(each).mean(dim=0).numpy()
        for path, each in zeros.items()
    }
