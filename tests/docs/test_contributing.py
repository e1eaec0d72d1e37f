"""The page that CONTRIBUTING.md adds is a page of the book."""

import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

from bookbuild.prepare.execute import PERCENT

from ..fences import fenced
from . import test_pages as rules

CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"


@pytest.fixture
def page(tmp_path):
    """Return the example as the file that a reader makes of it."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    (example,) = fenced(text, "python")
    path = tmp_path / "swap.py"
    path.write_text(example, encoding="utf-8")
    return path


def test_it_keeps_the_rules_of_the_house(page):
    rules.test_each_cell_is_plain_python_and_defines_nothing(page)
    rules.test_each_page_opens_with_its_title_and_a_question(page)
    rules.test_each_page_has_one_title(page)
    rules.test_each_page_has_a_description_that_a_search_engine_shows_whole(page)
    rules.test_each_page_has_one_takeaway(page)


def test_it_runs(page):
    subprocess.run([sys.executable, "-W", "error", page], check=True)


def test_each_of_its_pictures_has_a_text(page):
    cells = jupytext.read(page, fmt=PERCENT).cells
    shown = [cell for cell in cells if "pictures(" in cell.source]
    assert all(cell.metadata["alt"] for cell in shown)
    assert len(shown) == 1
