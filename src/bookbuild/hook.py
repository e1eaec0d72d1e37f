"""The MkDocs hook: mkdocs-jupyter picks the notebooks, this gives MkDocs their Markdown and finishes its HTML.

mkdocs-jupyter would put a page of its own HTML into the site. As Markdown, every extension, link check and
table of contents sees the page.
"""

import errno
import os
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs_jupyter.plugin import NotebookFile

from bookbuild.finish import page as finish
from bookbuild.finish import search
from bookbuild.prepare.book import Book

log = get_plugin_logger("bookbuild")
FULL = {errno.ENOSPC, errno.EDQUOT}


class Plugin:
    """One book in MkDocs' hands: the methods are its events."""

    book: Book

    def __init__(self) -> None:
        self.is_served = False
        self.markdown: dict[str, str] = {}

    def on_startup(self, command: str, **_: object) -> None:
        """Leave `mkdocs serve`, which writes a script of its own into each page, without a policy."""
        self.is_served = command == "serve"

    def on_config(self, config: MkDocsConfig) -> None:
        """Leave `mkdocs serve` without cards too: nobody shares its addresses, and it builds at every change."""
        if self.is_served:
            config.extra.pop("card", None)

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Publish what the reader's browser needs to run cells, and run the pages that changed."""
        self.book = Book(find_root(config), config, log)
        self.book.run_ahead(file.src_uri for file in files if isinstance(file, NotebookFile))
        self._publish(self.book.files, files, config)
        return files

    # After mkdocs-jupyter's own on_pre_page, which this undoes.
    @event_priority(-100)
    def on_pre_page(self, page: Page, config: MkDocsConfig, files: Files) -> Page:
        """Prepare a page; fail in every build, strict or not, where that cannot be done."""
        if isinstance(page.file, NotebookFile):
            page.__dict__.pop("render", None)  # MkDocs renders this page after all
        uri = page.file.src_uri
        try:
            prepared = self.book.prepare(uri)
        except ValueError as error:
            raise PluginError(str(error)) from error
        for warning in prepared.warnings:
            log.warning("%s, %s", uri, warning)
        self._publish(prepared.files, files, config)
        self.markdown[uri] = prepared.markdown
        return page

    def on_page_read_source(self, page: Page, **_: object) -> str:
        """Hand MkDocs the prepared page."""
        return self.markdown[page.file.src_uri]

    def on_page_content(self, html: str, page: Page, **_: object) -> str:
        """Typeset the text before MkDocs' search reads it."""
        try:
            return search.set_apart(finish.typeset(html))
        except ValueError as error:
            raise PluginError(f"{page.file.src_uri}: {error}") from error

    def on_post_page(self, output: str, **_: object) -> str:
        """Give a page its policy, and drop the hints that it has no use for."""
        return finish.drop_hints(output) if self.is_served else finish.protect(output)

    def on_post_template(self, output: str, template_name: str, **_: object) -> str:
        """Give the page for a wrong address its policy."""
        return self.on_post_page(output) if template_name == "404.html" else output

    # After the search plugin's own on_post_build, which writes the index.
    @event_priority(-100)
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Finish what the pages share."""
        card = config.extra.get("card")
        try:
            finish.finish_shared(
                Path(config.site_dir), find_root(config) / card["picture"] if card else None
            )
        except ValueError as error:
            raise PluginError(str(error)) from error

    def on_build_error(self, error: Exception) -> None:
        """Say in a sentence that the disk is full, which is no fault of the book."""
        if isinstance(error, OSError) and error.errno in FULL:
            raise Abort(f"The site could not be written: {error}") from error

    def _publish(self, contents: dict[str, bytes], files: Files, config: MkDocsConfig) -> None:
        for uri, content in contents.items():
            if files.get_file_from_path(uri):  # a picture that another page shows too
                continue
            files.append(File.generated(config, uri, content=content))


def find_root(config: MkDocsConfig) -> Path:
    """Return the folder of mkdocs.yml, absolute as MkDocs makes each page's path: it follows no link."""
    return Path(os.path.abspath(Path(config.config_file_path).parent))  # noqa: PTH100


# MkDocs takes a module's functions for its hooks, and a plugin class only from an installed package; the installed
# package is onebyone alone.
_plugin = Plugin()
on_startup = _plugin.on_startup
on_config = _plugin.on_config
on_files = _plugin.on_files
on_pre_page = _plugin.on_pre_page
on_page_read_source = _plugin.on_page_read_source
on_page_content = _plugin.on_page_content
on_post_page = _plugin.on_post_page
on_post_template = _plugin.on_post_template
on_post_build = _plugin.on_post_build
on_build_error = _plugin.on_build_error
