"""The solutions of the page on MobileNetV3 and EfficientNet."""

from collections.abc import Sequence

import numpy as np


def excitation_weights(stages: Sequence[tuple[int, int]], ratio: int) -> int:
    """Count the weights that a squeeze-and-excitation in each block adds to a ResNet, without biases (exercise 1).

    Args:
        stages: The channels behind each stage's blocks, and the number of these: ResNet-50 has 3 with 256, 4 with 512,
            6 with 1,024 and 3 with 2,048.
        ratio: How many times fewer channels are between its two 1×1 convolutions.

    Examples:
        >>> resnet50 = (256, 3), (512, 4), (1024, 6), (2048, 3)
        >>> excitation_weights(resnet50, ratio=16)
        2514944
    """
    return sum(
        blocks * 2 * channels * (channels // ratio)
        for channels, blocks in stages
    )


def fold_gates(weight: np.ndarray, gates: np.ndarray) -> np.ndarray:
    """Return the matrix of the 1×1 convolution that also scales each of its input channels by a number (exercise 2).

    Args:
        weight: The matrix of the one behind the gates, (C_out, C_in).
        gates: A number for each input channel, (C_in,).

    Examples:
        >>> fold_gates(np.array([[1, 2], [3, 4]]), np.array([0.5, 1]))
        array([[0.5, 2. ],
               [1.5, 4. ]])
    """
    return weight @ np.diag(gates)
