"""What the hook does where a book is set up otherwise than this one."""

import errno
import io
import os
from pathlib import Path

import pytest
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from bookbuild.hook import Plugin, find_root

CHARACTERS = '<meta charset="utf-8">'


@pytest.mark.parametrize(
    ("here", "name"),
    [
        ("book", "mkdocs.yml"),
        ("book", "./mkdocs.yml"),
        ("book", "link.yml"),
        ("book/docs", "../mkdocs.yml"),
        (".", "book/mkdocs.yml"),
        (".", "book/../link/mkdocs.yml"),
        (".", "{root}/link/docs/../mkdocs.yml"),
    ],
)
def test_a_page_lies_in_the_book_however_its_settings_are_named(tmp_path, monkeypatch, here, name):
    book = tmp_path / "book"
    (book / "docs").mkdir(parents=True)
    (book / "mkdocs.yml").write_text("site_name: Book\n")
    (book / "link.yml").symlink_to("mkdocs.yml")
    (tmp_path / "link").symlink_to("book")
    monkeypatch.chdir(tmp_path / here)
    config = load_config(io.FileIO(name.format(root=tmp_path)))
    page = Path(config.docs_dir) / "page.py"
    assert page.relative_to(find_root(config)) == Path("docs/page.py")
    assert find_root(config).samefile(book)


def test_a_page_served_for_its_writer_keeps_the_script_that_reloads_it():
    plugin = Plugin()
    assert "Content-Security-Policy" in plugin.on_post_page(CHARACTERS)
    plugin.on_startup(command="serve")
    assert plugin.on_post_page(CHARACTERS) == CHARACTERS


def test_only_the_page_for_a_wrong_address_is_a_template_with_a_policy():
    plugin = Plugin()
    for name, is_page in ("404.html", True), ("sitemap.xml", False):
        written = plugin.on_post_template(CHARACTERS, template_name=name)
        assert ("Content-Security-Policy" in written) == is_page


def test_a_full_disk_is_reported_in_a_sentence_and_any_other_error_as_it_is():
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "page.html")
    with pytest.raises(Abort, match=r"The site .* No space left .*page\.html"):
        Plugin().on_build_error(full)
    assert Plugin().on_build_error(FileNotFoundError("page.html")) is None
