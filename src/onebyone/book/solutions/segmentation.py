"""The solutions of the page on segmentation."""

import math
from collections.abc import Sequence

import numpy as np

from onebyone.cost import parameters


def merge_two_outputs(
    weight: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the head with one output whose sigmoid is the softmax of the second of two outputs (exercise 1).

    Args:
        weight: The matrix of the head with two outputs, (2, C_in).
        bias: Its bias, (2,).

    Returns:
        The weight, (1, C_in), and the bias, (1,), of the head with one output.

    Examples:
        >>> merge_two_outputs(np.array([[1, 2], [5, 3]]), np.array([7, 1]))
        (array([[4, 1]]), array([-6]))
    """
    # The second score less the first.
    difference = np.array([[-1, 1]], weight.dtype)
    return difference @ weight, difference @ bias


def smallest_loss(classes: int) -> float:
    """Return the least that cross-entropy can become if a softmax was applied before it (exercise 2).

    Examples:
        >>> [round(smallest_loss(classes), 3) for classes in (2, 21, 1000)]
        [0.313, 2.123, 5.909]
    """
    # At the very best the first softmax gives a 1 and zeros.
    return math.log(1 + (classes - 1) / math.e)


def lateral_parameters(channels: Sequence[int], width: int) -> int:
    """Count the parameters of a feature pyramid's lateral 1×1 convolutions (exercise 3).

    Args:
        channels: Of each level's feature maps.
        width: Channels of the pyramid.

    Examples:
        >>> lateral_parameters((256, 512, 1024, 2048), width=256)
        984064
    """
    return sum(parameters(each, width, 1) for each in channels)
