"""The solutions of the page on Glow."""

import math
from collections.abc import Sequence

import numpy as np


def invert(
    weight: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the weight and bias of the 1×1 that undoes a given one (exercise 1).

    Args:
        weight: A square matrix that has an inverse, (C, C).
        bias: (C,).

    Examples:
        >>> weight, bias = invert(np.diag([2.0, 4.0]), np.array([6.0, 8.0]))
        >>> weight, bias
        (array([[0.5 , 0.  ],
               [0.  , 0.25]]), array([-3., -2.]))
    """
    inverse = np.linalg.inv(weight)
    return inverse, -inverse @ bias


def find_fatal_rate(mean_squares: Sequence[float]) -> float:
    """Return the least rate at which a step makes the weight singular (exercise 2).

    The step starts from the identity. The loss is the mean over all pixels of
    ½|Wx|² - log |det W|. If no positive rate does it, the rate is infinite.

    Args:
        mean_squares: The mean of each channel's squares. The channels are
            uncorrelated.

    Examples:
        >>> find_fatal_rate([3.0, 0.01])
        0.5
    """
    slope = max(mean_squares) - 1
    return 1 / slope if slope > 0 else math.inf
