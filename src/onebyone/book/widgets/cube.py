"""The colour cube: the pixels of the photograph as points in red, green and blue, under the mixer's matrix."""

import base64
import html
import json

import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph

SIZE, SCALE, PITCH = 256, 126.0, 0.45
TURN = -0.6  # rad, about the axis of green, at the start
STRIDE, FIRST = 13, 4  # of the rows and columns whose pixels are points
LEVELS = 3  # of each channel: points of about one colour are one path
EDGES = "".join(
    f"{a}{a ^ bit}" for a in range(8) for bit in (1, 2, 4) if not a & bit
)  # between corners, whose bits are red, green and blue


def draw_cube(weight: np.ndarray, bias: np.ndarray) -> str:
    """Return the cube with the photograph's pixels after a matrix and a bias, as SVG that `cube.js` can turn.

    Args:
        weight: (3, 3).
        bias: (3,).

    Examples:
        >>> draw_cube(np.eye(3), np.zeros(3))[:24]
        '<svg class="cube" viewBo'
    """
    before = points()
    after = conv1x1(before[:, :, None] / 255, weight, bias)[:, :, 0]
    places = project(after, TURN)
    groups = np.ravel_multi_index(
        tuple(before.astype(int) * LEVELS // 256), (LEVELS,) * 3
    )
    paths = []
    for group in np.unique(groups):
        inside = np.flatnonzero(groups == group)
        red, green, blue = before[:, inside].mean(axis=1).round().astype(int)
        line = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in places[:, inside].T)
        paths.append(
            f'<path stroke="#{red:02x}{green:02x}{blue:02x}" d="{line}"/>'
        )
    pixels = before.T.astype(np.uint8).tobytes()
    drawn = {
        "SIZE": SIZE,
        "SCALE": SCALE,
        "PITCH": PITCH,
        "LEVELS": LEVELS,
        "TURN": TURN,
        "rows": np.column_stack([weight, bias]).tolist(),
    }
    return (
        f'<svg class="cube" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" data-script="cube.js" '
        'tabindex="0" role="slider" aria-label="The cube of red, green and blue, with a point for each pixel after '
        f'the matrix; turned by" {_turned(TURN)} data-drawn="{html.escape(json.dumps(drawn))}" '
        f'data-pixels="{base64.b64encode(pixels).decode()}">'
        f'<path class="edges" d="{_edges(TURN)}"/>{_names(TURN)}{"".join(paths)}</svg>'
    )


def points() -> np.ndarray:
    """Return every 13th pixel of every 13th row, (3, 400), from 0 to 255.

    Examples:
        >>> points().shape
        (3, 400)
    """
    x = photograph()[:, FIRST::STRIDE, FIRST::STRIDE]
    return np.rint(255 * x.reshape(3, -1))


def project(colours: np.ndarray, turn: float) -> np.ndarray:
    """Return where colours lie in the drawing of the turned cube.

    Args:
        colours: (3, N), from 0 to 1 inside the cube.
        turn: The angle about the axis of green, in rad.

    Returns:
        Across and down, (2, N).

    Examples:
        >>> project(np.full((3, 1), 0.5), turn=1.0).ravel()  # the middle stays
        array([128., 128.])
    """
    red, green, blue = colours - 0.5
    across = red * np.cos(turn) - blue * np.sin(turn)
    near = red * np.sin(turn) + blue * np.cos(turn)
    up = green * np.cos(PITCH) - near * np.sin(PITCH)
    return SIZE / 2 + SCALE * np.stack([across, -up])


def _turned(turn: float) -> str:
    degrees = round(np.degrees(turn))
    return f'aria-valuemin="-180" aria-valuemax="180" aria-valuenow="{degrees}" aria-valuetext="{degrees}°"'


def _corners() -> np.ndarray:
    return np.array([[n & 1, n >> 1 & 1, n >> 2] for n in range(8)]).T


def _edges(turn: float) -> str:
    across, down = project(_corners(), turn)
    ends = [
        (int(a), int(b)) for a, b in zip(EDGES[::2], EDGES[1::2], strict=True)
    ]
    return "".join(
        f"M{across[a]:.0f} {down[a]:.0f}L{across[b]:.0f} {down[b]:.0f}"
        for a, b in ends
    )


def _names(turn: float) -> str:
    across, down = project(1.08 * np.eye(3) - 0.04, turn)
    return "".join(
        f'<text x="{x:.0f}" y="{y:.0f}">{name}</text>'
        for name, x, y in zip(("R", "G", "B"), across, down, strict=True)
    )
