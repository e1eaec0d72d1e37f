"""What a reader meets who opens the built site in a browser: each page, both schemes, a desk and a telephone."""

import nbformat
import pytest
from playwright.sync_api import expect

from . import built
from .visits import (
    AXE,
    AXE_RUN,
    FORMULAS,
    ONE_OF_EACH_COLOUR,
    OPEN,
    UNREADABLE,
    visiting,
)

pytestmark = pytest.mark.browser

WIDTHS = {"desk": 1280, "telephone": 375}
EXECUTED = [
    page for page in built.PAGES if built.tree(page).xpath("//*[contains(@class, 'nb-in')]")
]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_loads_cleanly_fits_and_is_accessible(contexts, origin, page_path, scheme, width):
    with visiting(contexts(scheme, WIDTHS[width]), origin, built.address(page_path)) as visit:
        visit.check_scheme(dark=scheme == "dark")
        visit.check(FORMULAS)
        # Each scheme once and each width once: axe sees the document and its colours, not all of their pairs.
        if (scheme, width) in (("light", "desk"), ("dark", "telephone")):
            visit.page.evaluate(OPEN)  # what is closed is hidden from axe
            visit.page.evaluate(ONE_OF_EACH_COLOUR)
            visit.page.evaluate(AXE)
            visit.check(AXE_RUN)
        visit.page.evaluate(OPEN)
        visit.check_layout(narrow=width == "telephone")
    assert not visit.failures, "\n".join(["", *dict.fromkeys(visit.failures)])


@pytest.mark.parametrize("executed_page", EXECUTED)
def test_the_copy_buttons_copy_the_code_of_each_cell_and_no_output(contexts, origin, executed_page):
    with visiting(contexts(), origin, built.address(executed_page)) as visit:
        copied = []
        for block in visit.page.locator(".nb-in").all():
            block.scroll_into_view_if_needed()
            block.locator("[data-md-type=copy], .md-clipboard").first.click()
            copied.append(visit.page.evaluate("navigator.clipboard.readText()"))
        offered = visit.page.locator("article a[download]").get_attribute("href")
        assert visit.page.locator(".nb-out button").count() == 0
    file, _ = built.leads_to(offered, at=built.address(executed_page))
    _, *cells = [
        cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"
    ]
    hidden = {"remove-input", "remove-cell"}
    assert copied == [
        cell.source for cell in cells if not hidden & set(cell.metadata.get("tags", []))
    ]


def test_the_switch_in_the_header_changes_the_scheme_and_the_next_page_keeps_it(browser, origin):
    context = browser.new_context(color_scheme="light")
    with visiting(context, origin, built.base()) as visit:
        visit.page.locator("label[for=__palette_1]").click()
        expect(visit.page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
        visit.check_scheme(dark=True)
        visit.page.goto(origin + built.address(EXECUTED[0]))
        visit.check_scheme(dark=True)
        visit.page.locator("label[for=__palette_0]").click()
        expect(visit.page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
        visit.check_scheme(dark=False)
    context.close()
    assert not visit.failures


def test_a_page_is_readable_without_scripts(contexts, origin, page_path):
    page = contexts(scripts=False).new_page()
    page.goto(origin + built.address(page_path))
    expect(page.locator("article h1")).to_be_visible()
    assert page.evaluate("document.documentElement.classList.contains('no-js')")
    assert page.evaluate(UNREADABLE) == []
    page.close()


def test_the_first_tab_reaches_the_link_past_the_navigation(contexts, origin, page_path):
    if page_path == "404.html":
        pytest.skip("a page without content to skip to")
    with visiting(contexts(), origin, built.address(page_path)) as visit:
        visit.page.keyboard.press("Tab")
        skip = visit.page.locator(".md-skip")
        expect(skip).to_be_focused()
        expect(skip).to_have_css("opacity", "1")
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate("document.querySelector(':target').closest('article') !== null")


def test_the_search_finds_a_word_of_the_first_page(contexts, origin):
    with visiting(contexts(), origin, built.base()) as visit:
        visit.page.locator(".md-search__input").click()
        visit.page.keyboard.type("sepia")
        found = visit.page.locator(".md-search-result__link[href*='h=sepia']").first
        expect(found).to_be_visible()
        found.click()
        expect(visit.page.locator("article mark").first).to_be_visible()
    assert not visit.failures
