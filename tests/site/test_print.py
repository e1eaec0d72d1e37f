"""What a reader gets who prints a page from a browser."""

import pytest

from . import built
from .visits import visiting

pytestmark = pytest.mark.browser

A4 = 642  # px between the margins of the paper: 170 mm
# What is clipped on paper, and shown by scrolling on a screen.
WIDE = """width => [...document.querySelectorAll("article *")]
  .filter(box => box.checkVisibility() && box.getBoundingClientRect().right > width + 1)
  .map(box => `${box.localName}.${box.className}: ${box.textContent.trim().slice(0, 60)}`)"""
OF_THE_SCREEN = """() => [...document.querySelectorAll(`nav, button, header, footer, [data-md-component=sidebar],
    input[type=range], .page-tool, .headerlink, .md-content__button`)]
  .filter(box => box.checkVisibility()).map(box => box.outerHTML.slice(0, 120))"""
CLOSED = """() => [...document.querySelectorAll("details > :not(summary, :has(> .nb-source-link))")]
  .filter(box => !box.getClientRects().length).length"""


FIGURES = """() => [...document.querySelectorAll("img[src*='#only-']")]
  .filter(box => box.checkVisibility() !== box.src.endsWith("light")).map(box => box.src)"""
INK = "() => getComputedStyle(document.querySelector('article')).color"


def test_a_page_in_the_dark_scheme_prints_light_whole_and_without_controls(
    contexts, origin, page_path
):
    with visiting(contexts("dark"), origin, built.address(page_path)) as visit:
        visit.page.set_viewport_size({"width": A4, "height": 900})
        visit.page.emulate_media(media="print")
        assert visit.page.evaluate(CLOSED) == 0
        assert visit.page.evaluate(INK) == "rgb(31, 36, 48)"
        for wrong in (OF_THE_SCREEN, FIGURES):
            visit.check(wrong)
        visit.check(WIDE, A4)
    assert not visit.failures
