"""A line in a page becomes the start of an exercise and what checks it."""

import html
from pathlib import PurePosixPath

import pytest
from lxml import etree
from lxml import html as parsed
from markdown import markdown as to_html
from nbformat import reads
from nbformat.v4 import new_markdown_cell, new_notebook

from bookbuild.prepare.book import add_links
from bookbuild.prepare.exercises import expand, read_start, split, write_check
from bookbuild.prepare.render import to_notebook

SOLUTIONS = '''"""Solutions."""

import json
import math
from functools import cache

LIMIT = 3


@cache
def area(radius: float, digits: int = LIMIT) -> float:
    """Return an area (exercise 2).

    It is round.

    Args:
        radius: In metres.

    Raises:
        ValueError: It is negative.

    Examples:
        >>> area(1)
        3.142

    Source:
        Euclid.
    """
    return round(math.pi * radius**2, digits)


def short(x: "json.JSONDecoder") -> str:
    """Return it (exercise 10)."""
    return str(x)


def told(x):
    """Return it.

    >>> told(1)
    1
    """
    return x


def without(x):
    return x
'''
NAME = "onebyone.book.solutions.channels.count_parameters"
TEXT = f"# Title\n\n**1. Count.** How many?\n\n{{{{ exercise {NAME} }}}}\n\n**2. More.** Why?\n"


@pytest.fixture
def solutions(module):
    return module(SOLUTIONS)


def nothing(_code):
    return None


def test_the_start_has_its_imports_and_no_examples_and_no_answer(solutions):
    assert (
        read_start(f"{solutions}.area")
        == f'''from {solutions} import LIMIT


def area(radius: float, digits: int = LIMIT) -> float:
    """Return an area.

    It is round.

    Args:
        radius: In metres.

    Raises:
        ValueError: It is negative.

    Source:
        Euclid.
    """
    ...'''
    )
    assert '    """Return it."""\n    ...' in read_start(f"{solutions}.short")
    assert read_start(f"{solutions}.told") == 'def told(x):\n    """Return it."""\n    ...'


@pytest.mark.parametrize("name", ["without", "LIMIT", "nowhere"])
def test_what_has_no_start_is_named(solutions, name):
    with pytest.raises(ValueError, match=rf"{solutions}\.{name}: .*'{name}'"):
        read_start(f"{solutions}.{name}")


def test_on_a_page_the_start_has_a_bar_that_holds_its_check():
    expanded = expand(TEXT, nothing)
    assert expanded.in_browser == 1
    page = parsed.fromstring(to_html(expanded.markdown, extensions=["fenced_code", "attr_list"]))
    (bar,) = page.xpath("//div[@class='nb-bar']")
    assert bar.get("data-exercise") == "channels.count_parameters"
    assert bar.get("data-check") == (
        'from onebyone.exercises import check\ncheck("channels", count_parameters)'
    )
    assert [button.get("data-do") for button in bar.xpath("button")] == ["edit", "check"]
    assert bar.getprevious().tag == "pre"
    assert bar.getprevious().text_content().rstrip() == read_start(NAME)
    assert "2. More." in etree.tostring(page, encoding="unicode")


def test_what_a_browser_lacks_is_named_and_has_no_bar():
    asked = []

    def lacks(code):
        asked.append(code)
        return "PyTorch"

    expanded = expand(TEXT, lacks)
    assert asked == ["import onebyone.exercises.channels"]
    assert expanded.in_browser == 0
    assert "```{ .python .nb-in data-search-exclude=yes }\n" in expanded.markdown
    assert "nb-bar" not in expanded.markdown
    assert '<p class="nb-needs">This needs PyTorch: check it in the notebook' in expanded.markdown


def test_a_chapter_may_have_exercises_of_both_kinds():
    asked = []
    start = "onebyone.book.solutions"
    names = f"{start}.resnet.block_macs", f"{start}.in_pytorch.resnet.average_pool_shortcut"
    text = "\n\n".join(f"{{{{ exercise {name} }}}}" for name in names)
    expanded = expand(text, lambda code: asked.append(code) or ("in_pytorch" in code and "PyTorch"))
    cases = "onebyone.exercises.resnet", "onebyone.exercises.in_pytorch.resnet"
    assert asked == [f"import {module}" for module in cases]
    assert expanded.in_browser == 1
    assert 'data-exercise="resnet.block_macs"' in expanded.markdown
    assert "resnet.average_pool_shortcut" not in expanded.markdown
    for name in names:
        assert write_check(name).endswith(f'check("resnet", {name.rpartition(".")[2]})')


def test_a_page_without_exercises_stays_as_it_is():
    text = "# Title\n\n{{ source onebyone.reference.relu }}\n"
    assert expand(text, nothing) == (text, 0)
    assert split(text) == [("markdown", text)]


def test_the_notebook_has_a_cell_for_each_exercise_between_the_texts():
    notebook = new_notebook(cells=[new_markdown_cell(TEXT, id="a")])

    def write():
        text = to_notebook(notebook, "https://book.org/", "page.py", "assets/onebyone-1.whl")
        return reads(text, as_version=4).cells[1:]

    first, code, last = write()
    assert first.source == "# Title\n\n**1. Count.** How many?"
    assert (code.cell_type, code.source) == ("code", f"{read_start(NAME)}\n\n\n{write_check(NAME)}")
    assert last.source == "**2. More.** Why?"
    assert [cell.id for cell in write()] == [first.id, code.id, last.id]
    alone = new_notebook(cells=[new_markdown_cell(f"{{{{ exercise {NAME} }}}}", id="a")])
    cells = reads(to_notebook(alone, "https://book.org/", "a.py", "assets/onebyone-1.whl"), 4).cells
    assert [cell.cell_type for cell in cells] == ["code", "code"]


@pytest.mark.parametrize(
    ("number", "said"), [(0, None), (1, "1 exercise to run here"), (3, "3 exercises to run here")]
)
def test_under_its_title_a_page_says_how_many_it_checks(number, said):
    page = add_links("# Title\n", PurePosixPath("a.py"), {}, number)
    link = f'<a class="page-tool" data-search-exclude href="#exercises" data-exercises="{number}">{said}</a>'
    assert (link in page) == bool(number)
    assert html.unescape(page).count("data-exercises") == bool(number)
