"""What the hook does where a book is set up otherwise than this one."""

from pathlib import PurePosixPath

import pytest
from mkdocs.config.defaults import MkDocsConfig

from bookbuild.hook import _with_tools


@pytest.mark.parametrize("colab", [None, "https://colab.example/"])
def test_a_page_links_to_colab_only_where_the_book_says_its_address(colab):
    config = MkDocsConfig()
    config.extra = {"colab": colab} if colab else {}
    page = _with_tools("# Title\n\nProse.\n", PurePosixPath("a/b.py"), config)
    assert "[Download this page as a notebook](b.ipynb)" in page
    assert ("https://colab.example/a/b.ipynb" in page) == bool(colab)
    assert "Colab" not in page or colab
