"""A bank of filters like those that a first layer learns, written down instead of learned."""

import numpy as np

# Weights of red, green and blue: brightness, and two differences of colours.
BRIGHTNESS = [1 / 3, 1 / 3, 1 / 3]
RED_GREEN = [0.5, -0.5, 0.0]
BLUE_YELLOW = [-0.25, -0.25, 0.5]


def filter_bank() -> np.ndarray:
    """Return 64 filters of 11×11 for a colour picture: edges and lines in all directions, and blurs.

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
    gray = np.array(BRIGHTNESS)
    filters = [
        _colour(derive(scale, direction), gray)
        for derive in (_edge, _line)
        for scale in (1.0, 2.0)
        for direction in directions
    ]
    filters += [
        _colour(_edge(1.5, direction), np.array(colours))
        for colours in (RED_GREEN, BLUE_YELLOW)
        for direction in directions
    ]
    filters += [
        _colour(_blur(scale), colours)
        for scale in (0.5, 1.0, 2.0, 3.0)
        for colours in (gray, *np.eye(3))
    ]
    weight = np.stack(filters).astype(np.float32)
    weight /= np.abs(weight).sum(axis=(1, 2, 3), keepdims=True)
    return weight


def _colour(pattern: np.ndarray, colours: np.ndarray) -> np.ndarray:
    return np.asarray(np.multiply.outer(colours, pattern))


def _grid(direction: float) -> tuple[np.ndarray, np.ndarray]:
    """Return each tap's coordinate along a direction, and its squared distance from the centre."""
    y, x = np.mgrid[-5:6, -5:6]
    return x * np.cos(direction) + y * np.sin(direction), x**2 + y**2


def _blur(scale: float) -> np.ndarray:
    return np.asarray(np.exp(-_grid(0)[1] / (2 * scale**2)))


def _edge(scale: float, direction: float) -> np.ndarray:
    """Return the first derivative of a blur along a direction."""
    return _grid(direction)[0] * _blur(scale)


def _line(scale: float, direction: float) -> np.ndarray:
    """Return the second derivative of a blur along a direction, less its mean, so that plain areas give zero."""
    along = _grid(direction)[0]
    pattern = (1 - along**2 / scale**2) * _blur(scale)
    return np.asarray(pattern - pattern.mean())
