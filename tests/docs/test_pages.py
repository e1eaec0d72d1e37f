"""Each page keeps the rules of the house, and each block of code runs alone."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jupytext
import pytest
from mkdocs.utils import meta
from mkdocs.utils.yaml import yaml_load

from bookbuild.prepare.execute import PERCENT
from bookbuild.prepare.rules import check_cells
from bookbuild.prepare.sources import read as read_source

from .alone import prepared

BOOK = Path(__file__).parents[2]
DOCS = BOOK / "docs"
NOTEBOOKS = sorted(DOCS.rglob("*.py"))
PAGES = sorted([*NOTEBOOKS, *DOCS.rglob("*.md")])
SOURCE = re.compile(r"\{\{ source (\S+) \}\}")


@dataclass(frozen=True)
class Block:
    """A cell, which a reader can copy."""

    where: str
    code: str
    raises: bool


def named(path):
    return path.relative_to(DOCS).as_posix()


def markdown(page):
    """Return the page as MkDocs takes it, without its code."""
    if page.suffix == ".md":
        return page.read_text(encoding="utf-8")
    cells = jupytext.read(page, fmt=PERCENT).cells
    return "\n\n".join(c.source for c in cells if c.cell_type != "code")


def cells():
    for page in NOTEBOOKS:
        for number, cell in enumerate(jupytext.read(page, fmt=PERCENT).cells):
            if cell.cell_type == "code":
                name = f"{named(page)}-cell-{number}"
                raises = "raises-exception" in cell.metadata.get("tags", [])
                yield Block(name, code=cell.source, raises=raises)


def sources():
    return sorted({name for page in PAGES for name in SOURCE.findall(markdown(page))})


@pytest.fixture(scope="module")
def run_alone(tmp_path_factory):
    """Return what runs code as a reader would who has copied it, warnings as errors."""
    with prepared(tmp_path_factory.mktemp("empty"), processes=2) as run:
        yield run


@pytest.fixture(scope="module")
def running(request, run_alone):
    """Start all blocks that were asked for, two at a time."""
    asked = [
        item.callspec.params["block"]
        for item in request.session.items
        if item.path == Path(__file__) and "block" in item.fixturenames
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield {block: pool.submit(run_alone, block.code) for block in asked}
        pool.shutdown(cancel_futures=True)


@pytest.mark.slow
@pytest.mark.parametrize("block", list(cells()), ids=lambda block: block.where)
def test_each_cell_runs_alone_in_a_process_of_its_own(running, block):
    ran = running[block].result()
    if block.raises:
        assert ran.returncode == 1, "expected an exception, and none came"
        assert ran.stderr.startswith("Traceback")
        assert not re.search(r"^(Name|Import|Syntax)Error", ran.stderr, re.M)
    else:
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""


# They import and define, and compute nothing, so one interpreter is enough, with a namespace for each.
RUN_EACH = """
import sys, traceback
for code in {codes!r}:
    try:
        exec(code, {{"__name__": "alone"}})
    except BaseException:
        print("failed:", code, traceback.format_exc())
print("ran", len({codes!r}))
"""


@pytest.mark.slow
def test_each_shown_source_runs_in_a_namespace_of_its_own(run_alone):
    codes = [read_source(name) for name in sources()]
    assert codes
    ran = run_alone(RUN_EACH.format(codes=codes))
    assert (ran.stdout, ran.stderr) == (f"ran {len(codes)}\n", "")


@pytest.mark.parametrize("page", NOTEBOOKS, ids=named)
def test_each_cell_is_plain_python_and_defines_nothing(page):
    check_cells(jupytext.read(page, fmt=PERCENT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_page_opens_with_its_title_and_a_question(page):
    text, _ = meta.get_data(markdown(page))
    opening = re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)[0]
    assert opening.lstrip().startswith("# ")
    assert "?" in opening


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_page_has_one_title(page):
    text, _ = meta.get_data(markdown(page))
    outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    assert len(re.findall(r"^# ", outside, re.MULTILINE)) == 1


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_page_has_a_description_that_a_search_engine_shows_whole(page):
    _, front_matter = meta.get_data(markdown(page))
    assert 0 < len(front_matter.get("description", "")) <= 160


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_page_has_one_takeaway(page):
    found = re.findall(r"^!!! takeaway\b", markdown(page), re.MULTILINE)
    assert len(found) == 1


def entries(nav):
    for entry in nav:
        if isinstance(entry, str):
            yield entry
        else:
            for value in entry.values():
                yield from entries([value] if isinstance(value, str) else value)


def test_the_navigation_lists_each_page_once_and_nothing_else():
    settings = yaml_load((BOOK / "mkdocs.yml").read_text(encoding="utf-8"))
    assert sorted(entries(settings["nav"])) == sorted(map(named, PAGES))
