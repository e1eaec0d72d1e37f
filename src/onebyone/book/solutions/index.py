"""The solutions of the first page."""

import numpy as np

from onebyone.reference import conv1x1


def keep_channel(x: np.ndarray, channel: int) -> np.ndarray:
    """Keep one channel of (C, H, W), and set the others to zero (exercise 1).

    Examples:
        >>> keep_channel(np.ones((3, 1, 1)), 1).ravel()
        array([0., 1., 0.])
    """
    weight = np.zeros((len(x), len(x)))
    weight[channel, channel] = 1
    return conv1x1(x, weight)


def negative(x: np.ndarray) -> np.ndarray:
    """Turn each value v of (C, H, W) into 1 - v (exercise 2).

    Examples:
        >>> negative(np.array([[[0.0, 0.25, 1.0]]]))
        array([[[1.  , 0.75, 0.  ]]])
    """
    channels = len(x)
    return conv1x1(x, -np.eye(channels), bias=np.ones(channels))


def apply_both(
    x: np.ndarray, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Apply two matrices to the channels of (C, H, W) as one (exercise 3).

    Examples:
        >>> apply_both(np.ones((3, 1, 1)), first=2 * np.eye(3), second=np.ones((1, 3))).ravel()
        array([6.])
    """
    return conv1x1(x, second @ first)
