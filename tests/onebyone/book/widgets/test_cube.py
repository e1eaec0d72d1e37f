"""The colour cube at the start: each point is a pixel of the photograph after the matrix, seen from one side."""

import re

import numpy as np
import pytest
from lxml import html
from scipy.spatial.transform import Rotation

from onebyone import conv1x1
from onebyone.book.widgets.cube import PITCH, SCALE, SIZE, TURN, draw_cube, points, project
from onebyone.book.widgets.mixer import MIXES
from onebyone.images import photograph


def drawn(path):
    return np.array(re.findall(r"M(-?\d+) (-?\d+)h0", path.get("d")), int)


def clouds(svg):
    """Return the paths that are points, by their colours."""
    return [path for path in svg.xpath("./path") if path.get("stroke")]


def test_the_points_are_pixels_of_the_photograph():
    pixels = {tuple(pixel) for pixel in (255 * photograph()).round().reshape(3, -1).T}
    assert {tuple(point) for point in points().T} <= pixels
    assert points().shape == (3, 400)


def test_the_cube_is_seen_as_scipy_turns_it():
    """Red goes to the right, green up, blue to the reader; the cube turns about green, and is seen from above."""
    rng = np.random.default_rng(seed=0)
    colours = rng.random((3, 50))
    right_up_near = (colours - 0.5).T
    for turn in -2.0, 0.0, 0.7:
        seen = Rotation.from_euler("yx", [-turn, PITCH]).apply(right_up_near)
        expected = SIZE / 2 + SCALE * np.stack([seen[:, 0], -seen[:, 1]])
        assert np.allclose(project(colours, turn), expected)


@pytest.mark.parametrize("name", MIXES)
def test_the_points_are_where_conv1x1_puts_the_pixels(name):
    weight, bias = map(np.array, MIXES[name])
    svg = html.fragment_fromstring(draw_cube(weight, bias))
    found = np.concatenate([drawn(path) for path in clouds(svg)])
    after = conv1x1(points()[:, None] / 255, weight, bias)[:, 0]
    expected = project(after, TURN).T.round()
    assert sorted(map(tuple, found)) == sorted(map(tuple, expected))


def test_a_point_has_about_the_colour_of_its_pixel():
    svg = html.fragment_fromstring(draw_cube(np.eye(3), np.zeros(3)))
    places = project(points() / 255, TURN).T.round()
    for path in clouds(svg):
        colour = np.array([int(path.get("stroke")[n : n + 2], 16) for n in (1, 3, 5)])
        at = {tuple(place) for place in drawn(path)}
        near = [p for p, place in zip(points().T, places, strict=True) if tuple(place) in at]
        assert min(abs(colour - p).max() for p in near) < 64


def test_the_edges_are_the_twelve_of_a_cube():
    svg = html.fragment_fromstring(draw_cube(np.eye(3), np.zeros(3)))
    (path,) = svg.xpath("./path[@class='edges']")
    corners = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1)
    places = project(corners, TURN).T.round()
    expected = {
        frozenset([tuple(places[a]), tuple(places[b])])
        for a in range(8)
        for b in range(8)
        if abs(corners[:, a] - corners[:, b]).sum() == 1
    }
    ends = re.findall(r"M(-?\d+) (-?\d+)L(-?\d+) (-?\d+)", path.get("d"))
    found = {frozenset([(int(a), int(b)), (int(c), int(d))]) for a, b, c, d in ends}
    assert len(expected) == 12
    assert found == expected
