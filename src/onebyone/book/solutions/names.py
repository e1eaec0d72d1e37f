"""The solutions of chapter 6."""

import numpy as np


def invert(
    weight: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return weight and bias of the 1×1 convolution that undoes another (exercise 1).

    Args:
        weight: An invertible matrix, (C, C).
        bias: (C,).

    Examples:
        >>> invert(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 4.0]))
        (array([[0.5 , 0.  ],
               [0.  , 0.25]]), array([-1., -1.]))
    """
    inverse = np.linalg.inv(weight)
    return inverse, -inverse @ bias


def from_keras_dense(kernel: np.ndarray) -> np.ndarray:
    """Return the kernel of a Keras Dense layer, (C_in, C_out), as the weight of an nn.Conv2d (exercise 2).

    Examples:
        >>> from_keras_dense(np.zeros((3, 64))).shape
        (64, 3, 1, 1)
    """
    return kernel.T[:, :, np.newaxis, np.newaxis]


def groups_reached(groups: int, depth: int) -> int:
    """Count the groups that a channel depends on after two grouped layers with a shuffle between (exercise 3).

    Args:
        groups: Number of groups.
        depth: Channels of each group.

    Examples:
        >>> [groups_reached(3, depth) for depth in (2, 3, 4)]
        [2, 3, 3]
    """
    shuffled = np.arange(groups * depth).reshape(groups, depth).T.ravel()
    first_group = shuffled[:depth]
    return len(set((first_group // depth).tolist()))
