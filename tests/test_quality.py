"""The page on quality is what the records say, and the records say where they come from."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

QUALITY = Path(__file__).parent / "quality"


@pytest.fixture(scope="module")
def quality():
    """Return the module that writes the page."""
    sys.path.insert(0, str(QUALITY))
    try:
        spec = importlib.util.spec_from_file_location(
            "page_on_quality", QUALITY / "page.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(QUALITY))
    return module


def test_the_page_says_what_the_records_say(quality):
    assert quality.PAGE.read_text("utf-8") == quality.page(quality.kept())


def test_each_record_has_its_section(quality):
    assert set(quality.kept()) <= set(quality.SECTIONS)


def test_each_record_names_a_target_of_make_and_its_day(quality):
    makefile = (QUALITY.parents[1] / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for record in quality.kept().values():
        make, target = record["command"].split()[:2]
        assert make == "make"
        assert target in targets
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", record["date"])
        assert record["versions"]["Python"]
