"""What can be said of the built pages without opening a browser."""

import gzip
import re
from pathlib import Path

import nbformat
import pytest
from lxml import etree

from . import built

pytestmark = pytest.mark.site

HTML_GZIP_LIMIT = 40_000  # a stock mkdocs-jupyter page has 111 kB
SCRIPTS_GZIP_LIMIT = 10_000
CODE = "ancestor-or-self::pre or ancestor-or-self::code or ancestor-or-self::script or ancestor-or-self::style"
LEFTOVERS = {
    "LaTeX": re.compile(r"\$[^\s$](?:[^$]*[^\s$])?\$|\\[(\[]|\\[)\]]|\\[a-z]{2,}|arithmatex"),
    "a template": re.compile(r"\{\{|\}\}|\{%"),
    "an admonition": re.compile(r"^\s*(?:!!!|\?\?\?\+?|===\+?) ", re.MULTILINE),
    "a doctest": re.compile(r"^>>> ", re.MULTILINE),
    "a link": re.compile(r"\]\(|\]\["),
    "a footnote": re.compile(r"\[\^"),
    "an attribute list": re.compile(r"\{ ?[:.#][\w-]+"),
    "a table": re.compile(r"^\|.*\|\s*$", re.MULTILINE),
    "a heading or a fence": re.compile(r"^#{1,6} |^```", re.MULTILINE),
    "emphasis": re.compile(r"\*\*\w|\w\*\*"),
    "a notebook marker": re.compile(r"# %%"),
}


def prose(page):
    """Return the text of a page outside code, a piece a line."""
    pieces = built.tree(page).xpath(f"//body//text()[not({CODE})]")
    return "\n".join(piece for piece in pieces if piece.strip())


def listed(failures):
    return "\n".join(["", *sorted(set(failures))])


def test_every_internal_link_leads_to_a_file_and_an_id_that_exist(page_path):
    failures = []
    for reference in built.references(page_path):
        target = built.leads_to(reference.address, at=built.address(page_path))
        if target is None:
            continue
        file, fragment = target
        if not file.is_file():
            failures.append(f"{reference.where} {reference.address}: no such file")
        elif (
            fragment
            and file.suffix == ".html"
            and fragment not in built.ids(file.relative_to(built.SITE).as_posix())
        ):
            failures.append(f"{reference.where} {reference.address}: no such id")
    assert not failures, listed(failures)


def test_no_page_loads_anything_from_another_host(page_path):
    foreign = [
        f"{reference.where} {reference.address}"
        for reference in built.references(page_path)
        if reference.loads and built.is_foreign(reference.address, at=built.address(page_path))
    ]
    assert not foreign, listed(foreign)


def test_style_sheets_and_figures_refer_only_to_files_of_the_site():
    failures = []
    for sheet in sorted(built.SITE.rglob("*.css")):
        at = built.base() + sheet.relative_to(built.SITE).as_posix()
        for reference in built.css_references(sheet.read_text("utf-8"), sheet.name):
            target = built.leads_to(reference.address, at=at)
            if built.is_foreign(reference.address, at=at) or (target and not target[0].is_file()):
                failures.append(f"{sheet.name}: {reference.address}")
    for figure in sorted(built.SITE.rglob("*.svg")):
        text = figure.read_text("utf-8")
        hrefs = [m[1] for m in re.finditer(r"""\bhref=["'](.*?)["']""", text)]
        hrefs += [reference.address for reference in built.css_references(text, figure.name)]
        failures += [
            f"{figure.name}: {href}" for href in hrefs if not href.startswith(("#", "data:"))
        ]
    assert not failures, listed(failures)


def test_every_picture_says_what_it_shows(page_path):
    failures = []
    for image in built.tree(page_path).iter("img"):
        in_named_group = image.xpath(
            "boolean(ancestor::*[@role='group'][normalize-space(@aria-label)])"
        )
        alt = image.get("alt")
        if alt is None or not (alt.strip() or in_named_group):
            failures.append(f"{image.get('src')}: no alternative text")
    assert not failures, listed(failures)


def test_every_output_of_a_cell_shows_something(page_path):
    empty = [
        etree.tostring(box, encoding="unicode", with_tail=False)[:200]
        for box in built.tree(page_path).xpath("//*[contains(@class, 'nb-') or @role='group']")
        if not box.text_content().strip() and not box.xpath(".//img | .//svg | self::img")
    ]
    assert not empty, listed(empty)


def test_every_formula_is_rendered(page_path):
    formulas = built.tree(page_path).xpath("//math")
    assert all(formula.text_content().strip() for formula in formulas), (
        f"{page_path}: an empty formula"
    )
    assert not built.tree(page_path).xpath("//merror")
    assert not built.tree(page_path).xpath("//*[contains(@class, 'arithmatex')]")


@pytest.mark.parametrize("kind", LEFTOVERS)
def test_no_markup_is_left_in_the_text(page_path, kind):
    found = [line for line in prose(page_path).splitlines() if LEFTOVERS[kind].search(line)]
    assert not found, f"{kind} in {page_path}:{listed(found)}"


def test_no_example_of_a_docstring_became_a_quotation(page_path):
    quoted = built.tree(page_path).xpath(
        "//blockquote/blockquote/blockquote"
    )  # Markdown's reading of >>>
    assert not quoted, listed(" ".join(quote.text_content().split()) for quote in quoted)


def test_every_page_has_a_title_a_description_and_a_language(page_path):
    tree = built.tree(page_path)
    assert tree.xpath("string(//head/title)").strip()
    assert tree.xpath("string(//meta[@name='description']/@content)").strip()
    assert tree.get("lang") == "en"
    assert len(tree.xpath("//h1")) == 1


def test_no_two_pages_have_the_same_title_or_description():
    for path in (
        "string(//head/title)",
        "string(//meta[@name='description']/@content)",
    ):
        said = [built.tree(page).xpath(path).strip() for page in built.PAGES if page != "404.html"]
        assert len(said) == len(set(said)), listed(text for text in said if said.count(text) > 1)


def test_no_id_occurs_twice(page_path):
    ids = built.tree(page_path).xpath("//@id")
    assert not {name for name in ids if ids.count(name) > 1}


def test_the_html_of_a_page_is_small(page_path, record_property):
    weight = built.weight(page_path)
    record_property("weight", (page_path, weight))
    assert weight["gzip"] <= HTML_GZIP_LIMIT


def test_the_scripts_that_run_cells_are_small_and_only_where_there_are_cells(
    page_path,
):
    tree = built.tree(page_path)
    scripts = tree.xpath("//script[@data-worker]")
    assert len(scripts) == bool(tree.xpath("//*[contains(@class, 'nb-run')]"))
    files = [
        built.leads_to(address, at=built.address(page_path))[0]
        for script in scripts
        for address in (script.get("src"), script.get("data-worker"))
    ]
    sizes = [len(gzip.compress(f.read_bytes(), mtime=0)) for f in files]
    assert sum(sizes) < SCRIPTS_GZIP_LIMIT


def test_a_cell_is_run_edited_and_announced_in_the_page_itself(page_path):
    for cell in built.tree(page_path).xpath("//*[contains(@class, 'nb-run')]"):
        bar = cell.getnext()
        assert bar.get("class") == "nb-bar"
        assert bar.xpath("button/text()")[:2] == ["Run", "Edit"]
        assert bar.xpath("*[@role='status']")


def test_every_figure_of_one_scheme_has_its_counterpart_of_the_other(page_path):
    sources = built.tree(page_path).xpath("//img[contains(@class, 'nb-figure')]/@src")
    light = [
        source.removesuffix("#only-light") for source in sources if source.endswith("#only-light")
    ]
    dark = [
        source.removesuffix("#only-dark") for source in sources if source.endswith("#only-dark")
    ]
    assert [source.replace(".dark.svg", ".svg") for source in dark] == light
    for one, other in zip(light, dark, strict=True):
        pair = [built.leads_to(address, at=built.address(page_path))[0] for address in (one, other)]
        assert pair[0].read_bytes() != pair[1].read_bytes(), f"{one} is the same in both schemes"


def test_every_executed_page_offers_its_notebook(page_path):
    executed = built.tree(page_path).xpath(
        "//*[contains(@class, 'nb-in') or contains(@class, 'nb-out')]"
    )
    offered = built.tree(page_path).xpath("//article//a[@download]/@href")
    if not executed:
        assert not offered
        return
    assert len(offered) == 1
    file, _ = built.leads_to(offered[0], at=built.address(page_path))
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    assert not [cell.source for cell in notebook.cells if "{{" in cell.source]
    install, *code = [c for c in notebook.cells if c.cell_type == "code"]
    wheel, _ = built.leads_to(
        re.search(r"/assets/\S+\.whl", install.source)[0].lstrip("/"),
        at=built.base(),
    )
    assert wheel.is_file()
    assert code
    assert all(cell.execution_count for cell in code), "a cell was not executed"


def test_the_map_of_the_site_lists_every_page():
    listed_pages = etree.parse(built.SITE / "sitemap.xml").xpath("//*[local-name()='loc']/text()")
    pages = [built.address(page) for page in built.PAGES if page != "404.html"]
    assert sorted("/" + url.split("/", 3)[3] for url in listed_pages) == sorted(pages)


def test_no_file_says_where_the_site_was_built():
    place = str(Path(__file__).parents[2]).encode()
    files = [path for path in built.SITE.rglob("*") if path.is_file()]
    assert not [path for path in files if place in path.read_bytes()]
