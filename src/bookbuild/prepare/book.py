"""A book whose notebooks and pages become plain Markdown, with all the files that they name."""

import hashlib
import html as markup
import json
import logging
import posixpath
import re
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from nbclient.exceptions import CellExecutionError, CellTimeoutError

from bookbuild import strip_colours
from bookbuild.prepare import (
    execute,
    exercises,
    glossary,
    render,
    runnable,
    settings,
    sources,
    words,
)

GLOSSARY = "reference/glossary.md"
WORDS = "search.toml"
PYTHON = "assets/python"
PINS = f"{PYTHON}/pyodide.json"
SCRIPTS = "assets/scripts"
PICTURES = "assets/pictures"
TOOL = ".page-tool data-search-exclude=yes"
# What a part of a page asks for by naming it: a script that other pages do without.
SCRIPT = re.compile(r'data-script="([\w-]+\.js)"')
LINK = re.compile(r"(?<=\]\()(?!https?:|#)([\w./-]+)\.py(?=[#)])")


@dataclass
class Page:
    """A page in plain Markdown, the files that it names by their paths under docs/, and warnings to its author."""

    markdown: str
    files: dict[str, bytes] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class Book:
    """What the pages of a book have in common.

    Attributes:
        files: What a browser needs, by its path under docs/: the package and what its Python is, to run cells; and
            the words that are one, to search.
    """

    def __init__(self, root: Path, config: Mapping[str, Any], log: execute.Log) -> None:
        """Make the package's wheel.

        Args:
            root: The folder of the settings, absolute.
            config: The settings.
            log: Is told which pages are executed.
        """
        self.root, self.log = root, log
        self.docs = root / config.get("docs_dir", "docs")
        self.site: str = config.get("site_url") or ""
        self.extra: Mapping[str, Any] = config.get("extra") or {}
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        self.package = root / "src" / project["project"]["name"]
        key = "-".join(execute.hash_inputs(root / name, root)[:12] for name in runnable.OWN)
        name, wheel = runnable.build_wheel(root, key)
        self.wheel = f"{PYTHON}/{name}"
        self.colours: Mapping[str, str] = self.extra.get("figure_colours", {})
        same = words.to_groups(*(_read(self.docs / name) for name in (WORDS, GLOSSARY)))
        self.files = {
            self.wheel: wheel,
            # The worker draws figures in both schemes, as the pages do.
            PINS: json.dumps(runnable.PINS | {"colours": self.colours}).encode(),
            "search/words.json": json.dumps(same, ensure_ascii=False).encode(),
        }

    def run_ahead(self, uris: Iterable[str]) -> None:
        """Run those pages that are notebooks and have changed, before they are prepared one by one."""
        pages = [self.docs / uri for uri in uris if uri.endswith(".py")]
        execute.run_ahead(pages, self.root, self.log)

    def prepare(self, uri: str) -> Page:
        """Return a page, a notebook or Markdown, as plain Markdown.

        Args:
            uri: Its path under docs/.

        Raises:
            ValueError: The page cannot be shown; the message names it and says why.
        """
        try:
            if uri.endswith(".py"):
                page = self._prepare_notebook(PurePosixPath(uri))
            else:
                page = Page((self.docs / uri).read_text(encoding="utf-8-sig"))
            page.markdown = sources.expand(page.markdown)
        except (
            CellExecutionError,
            CellTimeoutError,
            RuntimeError,  # a kernel that died or did not start
            ValueError,
        ) as error:
            raise ValueError(f"{uri}: {strip_colours(str(error))}") from error
        terms = self.docs / GLOSSARY
        if uri != GLOSSARY and terms.exists():
            tooltips = glossary.to_abbreviations(terms.read_text(encoding="utf-8"))
            page.markdown += f"\n\n{tooltips}\n"
        return page

    def _prepare_notebook(self, uri: PurePosixPath) -> Page:
        files: dict[str, bytes] = {}

        def add(suffix: str, content: bytes) -> tuple[str, str]:
            # Named by what it holds, so that a picture that several cells or pages show is fetched once.
            path = f"{PICTURES}/{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
            files[path] = content
            return posixpath.relpath(path, uri.parent), _to_address(path, uri)

        notebook = execute.run(self.docs / uri, self.root, self.log)
        find_missing = partial(runnable.find_missing, package=self.package)
        rendered = render.to_markdown(
            notebook,
            self.colours,
            add,
            find_missing,
        )
        rendered.markdown, in_browser = exercises.expand(rendered.markdown, find_missing)
        rendered.has_runnable |= bool(in_browser)
        download = render.to_notebook(notebook, self.site, str(uri), self.wheel)
        files[str(uri.with_suffix(".ipynb"))] = download.encode()
        # Templates know a notebook's page by its front matter, since its Markdown has lost the name.
        meta = f"---\nnotebook: {uri.with_suffix('.ipynb')}\n"
        linked = add_links(rendered.markdown, uri, self.extra, in_browser)
        markdown = re.sub(r"\A---\n", meta, linked)
        scripts = "\n".join(self._list_scripts(rendered, uri))
        return Page(f"{markdown}\n\n{scripts}\n", files, rendered.warnings)

    def _list_scripts(self, page: render.Rendered, uri: PurePosixPath) -> list[str]:
        """Return the elements for the scripts that a page asks for."""

        def here(path: str) -> str:
            return markup.escape(_to_address(path, uri))

        names = SCRIPT.findall(page.markdown)
        if page.has_runnable:
            names.insert(0, "edit.js")  # which reads what the cells are before a widget changes one
        scripts = [
            f'<script defer src="{here(f"{SCRIPTS}/{name}")}"></script>'
            for name in dict.fromkeys(names)
        ]
        if page.has_runnable:
            version = hashlib.sha256(self.files[self.wheel]).hexdigest()[:12]
            python = self.extra["python_for_browsers"].rstrip("/")
            # Without a host or a first slash it lies on the site.
            python = markup.escape(python) if re.match(r"/|https?:", python) else here(python)
            scripts.append(
                f'<script defer src="{here(f"{SCRIPTS}/run.js")}"'
                f' data-worker="{here(f"{SCRIPTS}/run-worker.js")}"'
                f' data-python="{python}/"'
                f' data-pins="{here(PINS)}"'
                f' data-wheel="{here(self.wheel)}?{version}"></script>'
            )
        return scripts


def add_links(
    markdown: str, uri: PurePosixPath, extra: Mapping[str, Any], in_browser: int = 0
) -> str:
    """Add the links under the title: the notebook, the exercises checked on the page, and on the first page the PDF."""
    name = f"{uri.stem}.ipynb"
    line = f'\n[Download this page as a notebook]({name}){{ {TOOL} download="{name}" }}'
    if "colab" in extra:
        notebook = f"{extra['colab']}{uri.with_suffix('.ipynb')}"
        line += f"\n[Open it in Colab]({notebook}){{ {TOOL} }}"
    # HTML, since a link in Markdown would be missed: the PDF is made of the built site.
    if str(uri) == "index.py" and extra.get("pdf"):
        line += f'\n<a class="page-tool" data-search-exclude href="{markup.escape(extra["pdf"])}">The book as a PDF</a>'
    if in_browser:
        noun = "exercise" if in_browser == 1 else "exercises"
        line += (
            '\n<a class="page-tool" data-search-exclude href="#exercises"'
            f' data-exercises="{in_browser}">{in_browser} {noun} to run here</a>'
        )
    return re.sub(r"^(# .*\n)", lambda m: f"{m[1]}{line}\n", markdown, count=1, flags=re.MULTILINE)


def _to_address(path: str, page: PurePosixPath) -> str:
    """Return the address of a file from a page, which is published as a folder."""
    folder = page.parent if page.stem == "index" else page.with_suffix("")
    return posixpath.relpath(path, folder)


def write(root: Path, out: Path) -> bool:
    """Write a book into a folder as a source for a site: docs/ in plain Markdown, theme/, and mkdocs.yml.

    Args:
        root: The book's folder.
        out: An empty folder, or one to be made.

    Returns:
        Whether there were warnings, which are logged.

    Raises:
        ValueError: `out` is not empty, or a page cannot be prepared.
    """
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise ValueError(f"out: expected an empty folder, got {out}")
    log = logging.getLogger("bookbuild")
    config = settings.load(root / "mkdocs.yml")
    book = Book(root.absolute(), config, log)
    files, warned = dict(book.files), False
    paths = [*_list_files(book.docs, config.get("exclude_docs", "").split())]
    book.run_ahead(path.relative_to(book.docs).as_posix() for path in paths)
    for path in paths:
        uri = path.relative_to(book.docs).as_posix()
        if path.suffix not in (".py", ".md"):
            files[uri] = path.read_bytes()
            continue
        page = book.prepare(uri)
        for warning in page.warnings:
            log.warning("%s, %s", uri, warning)
            warned = True
        text = LINK.sub(r"\1.md", page.markdown)
        files |= {str(settings.to_markdown_path(uri)): text.encode()} | page.files
    for uri, content in files.items():
        (out / "docs" / uri).parent.mkdir(parents=True, exist_ok=True)
        (out / "docs" / uri).write_bytes(content)
    shutil.copytree(root / config["theme"]["custom_dir"], out / "theme")
    adapted = settings.adapt(config, book.root)
    (out / "mkdocs.yml").write_text(yaml.safe_dump(adapted, sort_keys=False, allow_unicode=True))
    return warned


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _list_files(docs: Path, excluded: Iterable[str]) -> Iterator[Path]:
    """Yield the files of a site's source, in order."""
    for path in sorted(docs.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(docs).parts)
        if path.is_file() and not is_hidden and not any(map(path.match, excluded)):
            yield path
