"""Colours have a counterpart in the dark scheme, and no series is dropped for want of a mark."""

import re
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load

from onebyone.book.figures import drawing

BOOK = Path(__file__).parents[4]


def is_colour(value):
    return isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value)


def test_each_colour_has_a_counterpart_in_the_dark_scheme():
    settings = yaml_load((BOOK / "mkdocs.yml").read_text(encoding="utf-8"))
    drawn = {value for value in vars(drawing).values() if is_colour(value)}
    assert len(drawn) == 6
    assert drawn <= set(settings["extra"]["figure_colours"])


def test_more_series_than_marks_are_refused():
    five = dict.fromkeys("abcde", 1)
    with pytest.raises(ValueError, match="networks: expected at most 4 series, got 5"):
        drawing.mark_series("networks", five)
