"""A bank of filters such as a first layer learns, written down instead of learned."""

import numpy as np

from onebyone.arguments.arrays import Array

# How each colour weighs red, green and blue: brightness, and two differences of colours.
BRIGHTNESS, RED_GREEN, BLUE_YELLOW = (
    [1 / 3, 1 / 3, 1 / 3],
    [0.5, -0.5, 0.0],
    [-0.25, -0.25, 0.5],
)


def filter_bank() -> Array:
    """Return 64 filters of 11×11 on a colour picture: edges and lines in all directions, and blurs.

    Returns:
        The weight, (64, 3, 11, 11), float32. 0 to 31: edges and lines in brightness, at 2 scales and 8 directions;
        32 to 47: edges in colour, at 8 directions; 48 to 63: blurs of brightness, red, green and blue, at 4 scales.
        The absolute weights of each filter add up to 1, so that no response to a picture exceeds 1.

    Source:
        Freeman and Adelson, "The design and use of steerable filters", doi:10.1109/34.93808.

    Examples:
        >>> filter_bank().shape
        (64, 3, 11, 11)
    """
    directions = np.arange(8) * np.pi / 8
    filters = [
        _coloured(_edge(scale, d), BRIGHTNESS)
        for scale in (1.0, 2.0)
        for d in directions
    ]
    filters += [
        _coloured(_line(scale, d), BRIGHTNESS)
        for scale in (1.0, 2.0)
        for d in directions
    ]
    filters += [
        _coloured(_edge(1.5, d), colour)
        for colour in (RED_GREEN, BLUE_YELLOW)
        for d in directions
    ]
    colours = [BRIGHTNESS, *np.eye(3).tolist()]
    filters += [
        _coloured(_blur(scale), colour)
        for scale in (0.5, 1.0, 2.0, 3.0)
        for colour in colours
    ]
    weight = np.stack(filters).astype(np.float32)
    weight /= np.abs(weight).sum(axis=(1, 2, 3), keepdims=True)
    return weight


def _coloured(pattern: Array, colour: list[float]) -> Array:
    return np.asarray(np.multiply.outer(np.array(colour), pattern))


def _grid(direction: float) -> tuple[Array, Array]:
    """Return, for each tap, its place along a direction and its squared distance from the centre."""
    down, across = np.mgrid[-5:6, -5:6]
    return across * np.cos(direction) + down * np.sin(
        direction
    ), across**2 + down**2


def _blur(scale: float) -> Array:
    return np.asarray(np.exp(-_grid(0)[1] / (2 * scale**2)))


def _edge(scale: float, direction: float) -> Array:
    """Return the first derivative of a blur along a direction."""
    return _grid(direction)[0] * _blur(scale)


def _line(scale: float, direction: float) -> Array:
    """Return the second derivative of a blur along a direction, with its mean taken off, so that grey gives zero."""
    along = _grid(direction)[0]
    pattern = (1 - along**2 / scale**2) * _blur(scale)
    return np.asarray(pattern - pattern.mean())
