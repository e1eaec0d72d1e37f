"""The MkDocs hook: mkdocs-jupyter picks the notebooks, this renders them as ordinary Material pages.

mkdocs-jupyter would put a page of its own HTML into the site. Here the notebook becomes Markdown instead,
so that every Markdown extension, link check and table of contents sees it.
"""

import errno
import hashlib
import html as markup
import json
import os
import re
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from mkdocs_jupyter.plugin import NotebookFile
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
)

from bookbuild import (
    execute,
    glossary,
    mathml,
    plain,
    policy,
    render,
    runnable,
    sources,
)

log = get_plugin_logger("bookbuild")
GLOSSARY = "reference/glossary.md"
# What each notebook became, by its path.
RENDERED: dict[str, render.Rendered] = {}
MATH_FONT = "assets/fonts/math.woff2"
PYTHON = "assets/python"
PINS = f"{PYTHON}/pyodide.json"
SCRIPTS = "assets/scripts"
# What a part of a page asks for by naming it: a script that other pages do without.
SCRIPT = re.compile(r'data-script="([\w-]+\.js)"')

FULL = {errno.ENOSPC, errno.EDQUOT}
is_served = False
API_STYLE = re.compile(r'\s*<link rel="stylesheet" href="[^"]*_mkdocstrings\.css">')
NEXT = re.compile(r'\s*<link rel="next" [^>]*>')


def on_startup(command: str, **_: object) -> None:
    """Leave `mkdocs serve`, which writes a script of its own into each page, without a policy."""
    global is_served
    is_served = command == "serve"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Publish what the reader's browser needs to run cells: the package, and which files make its Python."""
    root = _root(config)
    key = "-".join(execute.key(root / name, root)[:12] for name in runnable.OWN)
    name, content = runnable.wheel(root, key)
    files.append(File.generated(config, f"{PYTHON}/{name}", content=content))
    pins = json.dumps(runnable.PINS)
    files.append(File.generated(config, PINS, content=pins))
    return files


# After mkdocs-jupyter's own on_pre_page, which this undoes.
@event_priority(-100)
def on_pre_page(page: Page, config: MkDocsConfig, files: Files) -> Page:
    """Execute a notebook page and turn it into Markdown."""
    if not isinstance(page.file, NotebookFile):
        return page
    # mkdocs-jupyter's; MkDocs renders this page after all.
    page.__dict__.pop("render", None)
    uri = PurePosixPath(page.file.src_uri)

    def add(name: str, content: bytes) -> tuple[str, str]:
        file = File.generated(config, f"{uri.with_suffix('')}_files/{name}", content=content)
        files.append(file)
        return f"{uri.stem}_files/{name}", get_relative_url(file.url, page.url)

    try:
        notebook = execute.executed(Path(page.file.abs_src_path), _root(config))
        result = render.rendered(
            notebook,
            config.extra.get("figure_colours", {}),
            add,
            partial(runnable.missing, package=_package(config)),
        )
        download = render.downloadable(
            notebook, config.site_url or "", str(uri), _wheel(files).src_uri
        )
    except (
        CellExecutionError,
        CellTimeoutError,
        RuntimeError,  # a kernel that died or did not start
        ValueError,
    ) as error:  # fatal in every build, strict or not
        raise PluginError(f"{uri}: {plain(str(error))}") from error
    for warning in result.warnings:
        log.warning("%s, %s", uri, warning)
    files.append(File.generated(config, f"{uri.with_suffix('.ipynb')}", content=download))
    result.markdown = _with_tools(result.markdown, uri, config)
    RENDERED[page.file.src_uri] = result
    return page


def on_page_read_source(page: Page, **_: object) -> str | None:
    """Hand MkDocs the Markdown of a notebook page; other pages it reads itself."""
    found = RENDERED.get(page.file.src_uri)
    return found.markdown if found else None


def on_page_markdown(markdown: str, page: Page, files: Files, **_: object) -> str:
    """Put named sources and glossary tooltips into a page."""
    try:
        markdown = sources.expand(markdown)
    except ValueError as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error
    terms = files.get_file_from_path(GLOSSARY)
    if terms is None or page.file.src_uri == GLOSSARY:
        return markdown
    return f"{markdown}\n\n{glossary.abbreviations(terms.content_string)}\n"


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files, **_: object) -> str:
    """Put formulas, HTML outputs and the scripts that they ask for into a page."""
    try:
        html = mathml.convert(glossary.first_only(html))
    except ValueError as error:
        raise PluginError(f"{page.file.src_uri}: {error}") from error
    found = RENDERED.get(page.file.src_uri)
    if not found:
        return html
    html = render.with_html(html, found.html)

    def here(uri: str) -> str:
        return markup.escape(get_relative_url(uri, page.url))

    scripts = [
        f'<script defer src="{here(f"{SCRIPTS}/{name}")}"></script>'
        for name in dict.fromkeys(SCRIPT.findall(html))
    ]
    if " nb-run " in html:
        wheel = _wheel(files)
        version = hashlib.sha256(wheel.content_bytes).hexdigest()[:12]
        scripts.append(
            f'<script defer src="{here(f"{SCRIPTS}/run.js")}"'
            f' data-worker="{here(f"{SCRIPTS}/run-worker.js")}"'
            f' data-python="{_python(config, here)}"'
            f' data-pins="{here(PINS)}"'
            f' data-wheel="{here(wheel.src_uri)}?{version}"></script>'
        )
    return "\n".join([html, *scripts])


def on_post_page(output: str, **_: object) -> str:
    """Give a page its policy; where it has no use for mkdocstrings' style sheet, do not let it wait for that.

    Firefox fetches what a head names as next, as soon as it is idle. No reader has asked for that page yet.
    """
    output = NEXT.sub("", output)
    if 'class="doc ' not in output:
        output = API_STYLE.sub("", output)
    return output if is_served else policy.protected(output)


def on_post_template(output: str, template_name: str, **_: object) -> str:
    """Give the page for a wrong address its policy."""
    return on_post_page(output) if template_name == "404.html" else output


def on_post_build(config: MkDocsConfig) -> None:
    """Cut the font for formulas to the characters that the pages use."""
    site = Path(config.site_dir)
    used: set[str] = set()
    for page in site.rglob("*.html"):
        used |= mathml.characters(page.read_text(encoding="utf-8"))
    path = site / MATH_FONT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mathml.font(used))


def on_build_error(error: Exception) -> None:
    """Say in a sentence that the disk is full, which is no fault of the book."""
    if isinstance(error, OSError) and error.errno in FULL:
        raise Abort(f"The site could not be written: {error}") from error


def _python(config: MkDocsConfig, here: Callable[[str], str]) -> str:
    """Return the address of Python's files; one without a host or a first slash lies on the site."""
    address = f"{config.extra['python_for_browsers'].rstrip('/')}/"
    on_the_site = not re.match(r"/|https?:", address)
    return here(address) if on_the_site else markup.escape(address)


def _with_tools(markdown: str, uri: PurePosixPath, config: MkDocsConfig) -> str:
    """Add the links to the notebook, and on the first page to the PDF, under the title."""
    line = f'\n[Download this page as a notebook]({uri.stem}.ipynb){{ .page-tool download="{uri.stem}.ipynb" }}'
    if "colab" in config.extra:
        notebook = f"{config.extra['colab']}{uri.with_suffix('.ipynb')}"
        line += f"\n[Open it in Colab]({notebook}){{ .page-tool }}"
    # HTML, since MkDocs would miss the PDF: it is made of the built site.
    if str(uri) == "index.py" and config.extra.get("pdf"):
        pdf = markup.escape(config.extra["pdf"])
        line += f'\n<a class="page-tool" href="{pdf}">The book as a PDF</a>'
    return re.sub(
        r"^(# .*\n)",
        lambda m: f"{m[1]}{line}\n",
        markdown,
        count=1,
        flags=re.MULTILINE,
    )


def _wheel(files: Files) -> File:
    """Return the package's wheel, which on_files has published."""
    return next(f for f in files if f.src_uri.endswith(".whl"))


def _package(config: MkDocsConfig) -> Path:
    """Return the folder of the package whose wheel the pages have."""
    project = (_root(config) / "pyproject.toml").read_text(encoding="utf-8")
    name: str = tomllib.loads(project)["project"]["name"]
    return _root(config) / "src" / name


def _root(config: MkDocsConfig) -> Path:
    """Return the folder of mkdocs.yml, absolute as MkDocs makes each page's path: it follows no link."""
    return Path(os.path.abspath(Path(config.config_file_path).parent))  # noqa: PTH100
