"""The colour cube under the mixer: in every state its points are the package's, from whatever side they are seen."""

import re

import numpy as np
import pytest

from onebyone import conv1x1
from onebyone.book.widgets.cube import points, project
from onebyone.book.widgets.mixer import MIXES

from . import built
from .test_widgets import move, press
from .visits import visiting

pytestmark = pytest.mark.browser


@pytest.fixture
def page(contexts, origin):
    with visiting(contexts(), origin, built.base()) as visit:
        yield visit.page
    assert not visit.failures


def cloud(page):
    """Return where the cube has its points, in no order, and by how much it is turned, in degrees."""
    cube = page.get_by_role("slider", name="The cube of red, green and blue")
    paths = cube.locator("path[stroke]").evaluate_all(
        "all => all.map(path => path.getAttribute('d'))"
    )
    places = re.findall(r"M(-?\d+) (-?\d+)h0", "".join(paths))
    return sorted((int(x), int(y)) for x, y in places), cube


def projected(rows, turn):
    rows = np.asarray(rows, float)
    after = conv1x1(points()[:, None] / 255, rows[:, :3], rows[:, 3])[:, 0]
    return np.array(sorted(map(tuple, project(after, turn).T)))


def test_the_cube_shows_each_pixel_after_the_matrix_from_any_side(page):
    as_built, cube = cloud(page)
    press(page, "identity")
    press(page, "scalar × identity")
    assert cloud(page)[0] == as_built
    rng = np.random.default_rng(seed=0)
    for name in (*MIXES, None):
        if name:
            rows = np.column_stack(MIXES[name])
            press(page, name)
        else:
            rows = rng.integers(-20, 41, (3, 4)) / 20
            move(page, rows)
        cube.press("ArrowRight")
        turn = float(cube.get_attribute("data-turn"))
        page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")
        found = np.array(cloud(page)[0], float)
        expected = projected(rows, turn)
        # Sorted by place, two points may stand in another order where they lie within a rounding.
        assert abs(np.sort(found, axis=0) - np.sort(expected, axis=0)).max() <= 0.51
    box = cube.bounding_box()
    before = cube.get_attribute("aria-valuenow")
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 60)
    page.mouse.up()
    turned = int(cube.get_attribute("aria-valuenow")) - int(before)
    assert turned % 360 == pytest.approx(np.degrees(1), abs=1)
