"""An executed notebook as Markdown, and as a notebook to download."""

import base64
import copy
import html
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import nbformat
from nbformat import NotebookNode

from bookbuild import strip_colours
from bookbuild.prepare import exercises, schemes, sources

Publish = Callable[[str, bytes], tuple[str, str]]
PAGE_LINK = re.compile(r"(?<=\]\()(?!https?:|#)([\w./-]+)\.(?:py|md)(#[\w.-]+)?(?=\))")

# An SVG file's own size, whatever its unit: a browser needs the ratio.
ROOT = re.compile(r"<svg\b[^>]*>")
SIDE = re.compile(r"""\s(width|height)=["'](\d+)""")
# What run.js brings to life. It is here, and not there, so that nothing moves when the script comes.
BAR = (
    '<div class="nb-bar" data-search-exclude><button type="button" data-do="run">Run</button>'
    '<button type="button" data-do="edit">Edit</button>{above}'
    '<span data-is="progress" aria-hidden="true"></span><span data-is="said" role="status"></span></div>'
)
ABOVE = '<button type="button" data-do="above">Run all above</button>'
INSTALL = """\
# Where {package} is not installed, as in Colab: take it from the book's site.
try:
    import {package}
except ModuleNotFoundError:
    %pip install --quiet {wheel}"""
NEEDS = '<p class="nb-needs">This needs {library}: run it in Colab, or on your own machine.</p>'


@dataclass
class Rendered:
    """A notebook's Markdown, and what its author is to be told."""

    markdown: str = ""
    warnings: list[str] = field(default_factory=list)
    has_figure: bool = False
    has_runnable: bool = False


def to_markdown(
    notebook: NotebookNode,
    colours: Mapping[str, str],
    add: Publish,
    find_missing: Callable[[str], str | None],
) -> Rendered:
    """Return a notebook as Markdown; its HTML outputs are HTML there too.

    Args:
        notebook: An executed notebook. A cell's `alt` says what its figure shows; the tags `remove-input`,
            `remove-output`, `remove-cell` and `raises-exception` mean what they mean in Jupyter Book.
        colours: For each colour of a figure, its counterpart in the dark scheme.
        add: Publishes a file, of which it is told how the name ends; returns its address for Markdown and for HTML.
        find_missing: Names the library that keeps a cell from running in a browser.
    """
    page = Rendered()
    parts = []
    for number, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        if "remove-cell" in tags:
            continue
        if cell.cell_type != "code":
            parts.append(cell.source + "\n")
            continue
        if "remove-input" not in tags:
            parts.append(_show_code(cell.source, find_missing(cell.source), page))
        if "remove-output" not in tags:
            for index, output in enumerate(cell.outputs):
                parts.append(_show_output(output, cell, f"{number}-{index}", page, colours, add))
    page.markdown = "\n".join(parts)
    return page


def _show_code(source: str, missing: str | None, page: Rendered) -> str:
    if missing:
        needs = NEEDS.format(library=missing)
        return f"{_fence(source, '.python .nb-in')}\n{needs}\n"
    bar = BAR.format(above=ABOVE if page.has_runnable else "")
    page.has_runnable = True
    return f"{_fence(source, '.python .nb-in .nb-run')}\n{bar}\n"


def _show_output(
    output: NotebookNode,
    cell: NotebookNode,
    name: str,
    page: Rendered,
    colours: Mapping[str, str],
    add: Publish,
) -> str:
    if output.output_type == "stream":
        if output.name == "stderr":
            page.warnings.append(f"output {name}: a cell wrote to stderr: {output.text.strip()}")
        return _fence(output.text, ".text .no-copy .nb-out")
    if output.output_type == "error":
        return _fence(
            f"{output.ename}: {output.evalue}",
            ".text .no-copy .nb-out .nb-error",
        )
    alt = re.sub(r"[\[\]]", "", cell.metadata.get("alt", ""))
    data = output.data
    if not alt and (
        "image/svg+xml" in data or "image/png" in data or "<img" in data.get("text/html", "")
    ):
        page.warnings.append(
            f'output {name}: a figure without alt text; write # %% alt="what it shows"'
        )
    if "image/svg+xml" in data:
        return _show_figure(data["image/svg+xml"], alt, page, colours, add)
    if "image/png" in data:
        address, _ = add(*schemes.compress(base64.b64decode(data["image/png"])))
        return f"![{alt}]({address}){{ .nb-figure loading=lazy }}\n"
    if "text/html" in data:
        text = schemes.extract_pictures(data["text/html"], lambda *picture: add(*picture)[1])
        group = f' role="group" aria-label="{html.escape(alt)}"' if alt else ""
        return f'<div class="nb-html"{group}>{text}</div>\n'
    return _fence(data.get("text/plain", ""), ".text .no-copy .nb-out")


def _show_figure(
    svg: str,
    alt: str,
    page: Rendered,
    colours: Mapping[str, str],
    add: Publish,
) -> str:
    # The first is what a reader waits for. Its size keeps the text in place until it comes.
    haste = "loading=lazy" if page.has_figure else "fetchpriority=high"
    page.has_figure = True
    root = ROOT.search(svg)
    sides = SIDE.findall(root[0]) if root else []
    size = "".join(f" {side}={length}" for side, length in sides)
    dark = schemes.recolour(svg, colours)
    light, _ = add(".svg", svg.encode())
    if dark == svg:
        return f"![{alt}]({light}){{ .nb-figure {haste}{size} }}\n"
    night, _ = add(".dark.svg", dark.encode())
    return (
        f"![{alt}]({light}#only-light){{ .nb-figure {haste}{size} }}"
        f"![{alt}]({night}#only-dark){{ .nb-figure loading=lazy{size} }}\n"
    )


def to_notebook(notebook: NotebookNode, address: str, uri: str, wheel: str) -> str:
    """Return the notebook that a reader downloads: sources shown in full, and a first cell that installs the package.

    Args:
        notebook: An executed notebook.
        address: Where the site stands, with a slash at its end. Links between
            pages become links to it.
        uri: The page's path under docs/, from which its links start.
        wheel: The package's wheel, by its path on the site.
    """

    def absolute(match: re.Match[str]) -> str:
        target = posixpath.join(posixpath.dirname(uri), match[1])
        folder = re.sub(r"(^|/)index$", "", posixpath.normpath(target))
        return f"{address}{folder}{'/' if folder else ''}{match[2] or ''}"

    result = copy.deepcopy(notebook)
    result.cells = [part for cell in result.cells for part in _split(cell)]
    for cell in result.cells:
        if cell.cell_type == "markdown":
            shown = sources.expand(cell.source, link=False)
            cell.source = PAGE_LINK.sub(absolute, shown)
    result.cells = [cell for cell in result.cells if cell.cell_type != "raw"]
    package = PurePosixPath(wheel).name.partition("-")[0]
    install = INSTALL.format(package=package, wheel=f"{address}{wheel}")
    result.cells.insert(0, nbformat.v4.new_code_cell(install, id="install"))
    return str(nbformat.writes(result))


def _split(cell: NotebookNode) -> list[NotebookNode]:
    """Return a cell's text in parts, with a cell of code for each exercise."""
    if cell.cell_type != "markdown":
        return [cell]
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    parts = exercises.split(cell.source)
    if len(parts) == 1 and parts[0][0] == "markdown":
        return [cell]
    # Names that the next build gives too.
    return [make[kind](text, id=f"{cell.id}-{number}") for number, (kind, text) in enumerate(parts)]


def _fence(text: str, attributes: str) -> str:
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{ticks}{{ {attributes} }}\n{strip_colours(text).rstrip()}\n{ticks}\n"
