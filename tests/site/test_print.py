"""The book on one page fits on one sheet of paper."""

import re

import pytest

from . import built
from .visits import visiting

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_book_on_one_page_prints_on_one_page(browser, origin, paper):
    with visiting(browser.new_context(), origin, built.address("one-page/index.html")) as visit:
        printed = visit.page.pdf(format=paper)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
