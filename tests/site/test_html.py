"""What can be said of the built pages without opening a browser."""

import gzip
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from lxml import etree

from . import built
from .built import on_every_page

pytestmark = pytest.mark.site

HTML_GZIP_LIMIT = 45_000  # a stock mkdocs-jupyter page has 111 kB
SCRIPTS_GZIP_LIMIT = 12_000
COLOUR = re.compile("#[0-9a-fA-F]{6}")
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


@on_every_page
def test_every_internal_link_leads_to_a_file_and_an_id_that_exist(page):
    for reference in built.references(page):
        file, fragment = built.leads_to(reference.address, at=built.address(page)) or (None, "")
        if file is None:
            continue
        if not file.is_file():
            yield f"{reference.where} {reference.address}: no such file"
        elif fragment and file.suffix == ".html" and fragment not in built.ids_in(file):
            yield f"{reference.where} {reference.address}: no such id"


@on_every_page
def test_no_page_loads_anything_from_another_host(page):
    for reference in built.references(page):
        if reference.loads and built.is_foreign(reference.address, at=built.address(page)):
            yield f"{reference.where} {reference.address}"


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
    assert not failures, "\n".join(["", *failures])


@on_every_page
def test_every_picture_says_what_it_shows(page):
    for image in built.tree(page).iter("img"):
        in_named_group = image.xpath(
            "boolean(ancestor::*[@role='group'][normalize-space(@aria-label)])"
        )
        alt = image.get("alt")
        if alt is None or not (alt.strip() or in_named_group):
            yield f"{image.get('src')}: no alternative text"


@on_every_page
def test_every_picture_says_its_size_so_that_nothing_moves_when_it_comes(page):
    for image in built.tree(page).iter("img"):
        if not (image.get("width") and image.get("height")):
            yield image.get("src")


@on_every_page
def test_every_output_of_a_cell_shows_something(page):
    for box in built.tree(page).xpath("//*[contains(@class, 'nb-') or @role='group']"):
        if not box.text_content().strip() and not box.xpath(".//img | .//svg | self::img"):
            yield etree.tostring(box, encoding="unicode", with_tail=False)[:200]


@on_every_page
def test_every_formula_is_rendered(page):
    tree = built.tree(page)
    for formula in tree.xpath("//math"):
        if not formula.text_content().strip():
            yield "an empty formula"
    for raw in tree.xpath("//merror | //*[contains(@class, 'arithmatex')]"):
        yield f"not rendered: {raw.text_content()}"


@on_every_page
def test_no_markup_is_left_in_the_text(page):
    pieces = built.tree(page).xpath(f"//body//text()[not({CODE})]")
    for line in "\n".join(filter(str.strip, pieces)).splitlines():
        for kind, pattern in LEFTOVERS.items():
            if pattern.search(line):
                yield f"{kind}: {line}"


@on_every_page
def test_no_example_of_a_docstring_became_a_quotation(page):
    # Markdown's reading of >>>
    for quote in built.tree(page).xpath("//blockquote/blockquote/blockquote"):
        yield " ".join(quote.text_content().split())


@on_every_page
def test_every_page_has_a_title_a_description_a_language_and_one_heading(page):
    tree = built.tree(page)
    if not tree.xpath("string(//head/title)").strip():
        yield "no title"
    if not tree.xpath("string(//meta[@name='description']/@content)").strip():
        yield "no description"
    if tree.get("lang") != "en":
        yield f"language {tree.get('lang')}"
    if (headings := len(tree.xpath("//h1"))) != 1:
        yield f"{headings} first headings"


@pytest.mark.parametrize("of", ["//head/title", "//meta[@name='description']/@content"])
def test_no_two_pages_have_the_same_title_or_description(of):
    said = [built.tree(page).xpath(f"string({of})").strip() for page in built.BOOK]
    assert not {text for text in said if said.count(text) > 1}


@on_every_page
def test_no_id_occurs_twice(page):
    ids = Counter(built.tree(page).xpath("//@id"))
    yield from (name for name, times in ids.items() if times > 1)


def test_the_html_of_a_page_is_small():
    weights = {page: built.weight(page) for page in built.PAGES}
    assert not {page: weight for page, weight in weights.items() if weight > HTML_GZIP_LIMIT}


@on_every_page
def test_the_scripts_that_run_cells_are_small_and_only_where_there_are_cells(page):
    tree = built.tree(page)
    scripts = tree.xpath("//script[@data-worker]")
    if len(scripts) != bool(tree.xpath(f"{built.RUN} | {built.EXERCISE}")):
        yield f"{len(scripts)} scripts that run cells"
    files = [files_of_run(page)[name] for name in ("src", "data-worker") if scripts]
    files += [file.with_name("edit.js") for file in files[:1]]
    size = sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in files)
    if size >= SCRIPTS_GZIP_LIMIT:
        yield f"{size} bytes of scripts"


def files_of_run(page):
    """Return the files that a page's script for its cells names, by attribute."""
    (script,) = built.tree(page).xpath("//script[@data-worker]")
    return {
        name: (built.leads_to(value, at=built.address(page)) or [value])[0]
        for name, value in script.items()
        if name == "src" or name.startswith("data-")
    }


@on_every_page
def test_every_page_with_cells_runs_them_by_the_same_files(page):  # test_run.py does on one page
    if built.tree(page).xpath(built.RUN):
        files = files_of_run(page)
        if files != files_of_run("index.html"):
            yield f"not those of the first page: {files}"
        for name in "data-worker", "data-pins", "data-wheel":
            if not files[name].is_file():
                yield f"{name} is no file"


@on_every_page
def test_a_cell_is_run_edited_and_announced_in_the_page_itself(page):
    tree = built.tree(page)
    does = [(cell, ["Run", "Edit"]) for cell in tree.xpath(built.RUN)]
    does += [(cell, ["Write your answer", "Check"]) for cell in tree.xpath(built.EXERCISE)]
    for cell, buttons in does:
        bar = cell.getnext()
        if bar.get("class") != "nb-bar" or bar.xpath("button/text()")[:2] != buttons:
            yield f"no buttons: {cell.text_content()}"
        if not bar.xpath("*[@role='status']"):
            yield f"nothing announces how it went: {cell.text_content()}"


@on_every_page
def test_no_two_cells_are_the_same_since_their_texts_tell_apart_what_is_typed_into_them(page):
    texts = Counter(cell.text_content() for cell in built.tree(page).xpath(built.RUN))
    yield from (text for text, times in texts.items() if times > 1)


@on_every_page
def test_every_figure_of_one_scheme_has_its_counterpart_of_the_other(page):
    sources = built.tree(page).xpath("//img[contains(@class, 'nb-figure')]/@src")
    light, dark = (
        [source.partition("#")[0] for source in sources if source.endswith(f"#only-{scheme}")]
        for scheme in ("light", "dark")
    )
    if len(light) != len(dark):
        yield f"light {light}, dark {dark}"
        return
    for pair in zip(light, dark, strict=True):
        one, other = (
            built.leads_to(address, at=built.address(page))[0].read_text("utf-8")
            for address in pair
        )
        if one == other or COLOUR.sub("", one) != COLOUR.sub("", other):
            yield f"{pair} are not one figure in two colours"


@on_every_page
def test_every_executed_page_offers_its_notebook(page):
    tree = built.tree(page)
    executed = tree.xpath("//*[contains(@class, 'nb-in') or contains(@class, 'nb-out')]")
    offered = tree.xpath("//article//a[@download]/@href")
    if len(offered) != bool(executed):
        yield f"offers {offered}"
    for address in offered:
        file, _ = built.leads_to(address, at=built.address(page))
        notebook = nbformat.read(file, as_version=4)
        nbformat.validate(notebook)
        if any("{{" in cell.source for cell in notebook.cells):
            yield "a template in the notebook"
        install, *code = [c for c in notebook.cells if c.cell_type == "code"]
        wheel = re.search(r"/assets/\S+\.whl", install.source)[0].lstrip("/")
        if not built.leads_to(wheel, at=built.base())[0].is_file():
            yield f"no {wheel}"
        run = [cell for cell in code if built.CHECK not in cell.source]
        if not run or not all(cell.execution_count for cell in run):
            yield "a cell was not executed"


def test_the_map_of_the_site_lists_every_page():
    listed = etree.parse(built.SITE / "sitemap.xml").xpath("//*[local-name()='loc']/text()")
    pages = [built.address(page) for page in built.BOOK]
    assert sorted("/" + url.split("/", 3)[3] for url in listed) == sorted(pages)


def test_no_file_says_where_the_site_was_built():
    place = str(Path(__file__).parents[2]).encode()
    files = [path for path in built.SITE.rglob("*") if path.is_file()]
    assert not [path for path in files if place in path.read_bytes()]
