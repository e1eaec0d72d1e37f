"""What the hook does where a book is set up otherwise than this one."""

import io
from pathlib import Path, PurePosixPath

import pytest
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from bookbuild.hook import _root, _with_tools


@pytest.mark.parametrize("colab", [None, "https://colab.example/"])
def test_a_page_links_to_colab_only_where_the_book_says_its_address(colab):
    config = MkDocsConfig()
    config.extra = {"colab": colab} if colab else {}
    page = _with_tools("# Title\n\nProse.\n", PurePosixPath("a/b.py"), config)
    assert "[Download this page as a notebook](b.ipynb)" in page
    assert ("https://colab.example/a/b.ipynb" in page) == bool(colab)
    assert "Colab" not in page or colab


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
    assert page.relative_to(_root(config)) == Path("docs/page.py")
    assert _root(config).samefile(book)
