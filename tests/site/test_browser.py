"""What a reader meets who opens the built site in a browser: each page, both schemes, a desk and a telephone, paper."""

import nbformat
import pytest
from playwright.sync_api import expect

from . import built
from .visits import OPEN, visiting

pytestmark = pytest.mark.browser

DESK, TELEPHONE = 1280, 375
EXECUTED = [
    page for page in built.PAGES if built.tree(page).xpath("//*[contains(@class, 'nb-in')]")
]
UNREADABLE = """() => [...document.querySelectorAll("article :is(h1, p, li, td, pre, img, math)")]
  .filter(box => !box.closest("details:not([open])") && !box.src?.endsWith("#only-dark") && !box.checkVisibility())
  .map(box => box.outerHTML.slice(0, 120))"""
COPY = """async () => {
  const copied = [], frame = () => new Promise(requestAnimationFrame);
  for (const block of document.querySelectorAll(".nb-in")) {
    const late = performance.now() + 20_000;
    const button = () => block.querySelector("[data-md-type=copy], .md-clipboard");
    block.scrollIntoView({block: "center"});
    while (!button() && performance.now() < late) await frame();  // made when the block comes into view
    await navigator.clipboard.writeText("");
    button()?.click();
    let text = "";
    while (!text && performance.now() < late) text = await navigator.clipboard.readText();
    copied.push(text);
  }
  return copied;
}"""


@pytest.mark.parametrize("page_path", built.PAGES)
def test_a_page_in_light_loads_cleanly_fits_and_is_accessible(contexts, origin, page_path):
    with visiting(contexts("light", DESK), origin, built.address(page_path)) as visit:
        visit.check_scheme(dark=False)
        if page_path != "404.html":  # which has no content to skip to
            check_the_first_tab(visit)
        visit.page.evaluate(OPEN)  # what is closed is hidden from axe
        visit.check_layout()
        visit.check_accessibility()
        visit.resize(TELEPHONE)
        visit.check_layout()
        visit.check_scheme(dark=False)
    assert not visit.failures, "\n".join(["", *dict.fromkeys(visit.failures)])


@pytest.mark.parametrize("page_path", built.PAGES)
def test_a_page_in_dark_loads_cleanly_fits_is_accessible_and_prints_in_light(
    contexts, origin, page_path
):
    with visiting(contexts("dark", TELEPHONE), origin, built.address(page_path)) as visit:
        visit.check_scheme(dark=True)
        visit.page.evaluate(OPEN)
        visit.check_layout()
        visit.check_accessibility()
        visit.resize(DESK)
        visit.check_layout()
        visit.check_scheme(dark=True)
        visit.check_print()
    assert not visit.failures, "\n".join(["", *dict.fromkeys(visit.failures)])


def check_the_first_tab(visit):
    """The first Tab reaches the link past the navigation, and Enter there the content."""
    page = visit.page
    page.keyboard.press("Tab")
    skip = page.locator(".md-skip")
    if not skip.evaluate("link => link === document.activeElement"):
        visit.failures.append("the first Tab does not reach the link to the content")
        return
    expect(skip).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    if not page.evaluate("document.querySelector(':target')?.closest('article')"):
        visit.failures.append("the link past the navigation does not lead to the content")


@pytest.mark.parametrize("page_path", EXECUTED)
def test_the_copy_buttons_copy_the_code_of_each_cell_and_no_output(contexts, origin, page_path):
    with visiting(contexts(), origin, built.address(page_path)) as visit:
        copied = visit.page.evaluate(COPY)
        visit.page.locator(".nb-in :is([data-md-type=copy], .md-clipboard)").first.click()
        assert visit.page.evaluate("navigator.clipboard.readText()") == copied[0]
        offered = visit.page.locator("article a[download]").get_attribute("href")
        assert visit.page.locator(".nb-out button").count() == 0
    file, _ = built.leads_to(offered, at=built.address(page_path))
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


def test_every_page_is_readable_without_scripts(contexts, origin):
    page, failures = contexts(scripts=False).new_page(), []
    for path in built.PAGES:
        page.goto(origin + built.address(path))
        if not page.locator("article h1").is_visible():
            failures.append(f"{path}: no heading")
        if not page.evaluate("document.documentElement.classList.contains('no-js')"):
            failures.append(f"{path}: does not know that there are no scripts")
        failures += [f"{path}: hidden: {each}" for each in page.evaluate(UNREADABLE)]
    page.close()
    assert not failures, "\n".join(["", *failures])
