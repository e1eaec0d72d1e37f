"""The picture of the README and of shared links is the one that the package draws, and small."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tools.column import draw

from onebyone.book.figures import column

BOOK = Path(__file__).parents[1]
SHOWN = re.findall(r'(?:src|srcset)="([^"]*)"', (BOOK / "README.md").read_text("utf-8"))
MOST = 60_000  # bytes
# Two versions of a font draw a letter somewhat differently, but no eighth of a line of text.
SIDE, TOLERANCE = 8, 32


def distance(one, other):
    """Return by how much two pictures differ at most, of 255, where a few pixels are seen as one."""
    assert one.size == other.size
    on_grey = [Image.new("RGBA", one.size, "#808080") for _ in range(2)]
    for ground, picture in zip(on_grey, (one, other), strict=True):
        ground.alpha_composite(picture.convert("RGBA"))
    seen = [np.asarray(each.reduce(SIDE), int) for each in on_grey]
    return abs(seen[0] - seen[1]).max()


@pytest.fixture(scope="module")
def kept():
    return {path.name: Image.open(path) for path in (BOOK / ".github").glob("column*.webp")}


def test_the_readme_shows_the_picture_in_both_schemes_and_each_is_small(kept):
    assert SHOWN == [".github/column-dark.webp", ".github/column.webp"]
    assert {f".github/{name}" for name in kept} == set(SHOWN)
    assert [path for path in SHOWN if (BOOK / path).stat().st_size > MOST] == []


def test_it_is_not_older_than_what_draws_it(kept):
    drawn = draw()
    assert drawn.keys() == kept.keys()
    assert {
        name: distance(kept[name], drawn[name]) <= TOLERANCE for name in drawn
    } == dict.fromkeys(drawn, True), "make picture"


def test_another_tile_another_channel_or_another_colour_is_told_from_it(kept, monkeypatch):
    light = kept["column.webp"]
    assert distance(light, kept["column-dark.webp"]) > TOLERANCE
    shown = column.show_photograph()
    for other in (
        shown._replace(start=(1, 9, 5)),
        shown._replace(x=shown.x[:, :, ::-1]),
        shown._replace(filters={1: shown.filter[::-1]}),
    ):
        monkeypatch.setattr(column, "show_photograph", lambda other=other: other)
        assert distance(light, draw()["column.webp"]) > TOLERANCE
