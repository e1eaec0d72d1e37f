"""What a reader meets who opens the built site in a browser: each page, both schemes, a desk and a telephone, paper."""

import json

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
# Of a picture in steps one is shown, and a hint says what only a script can do.
UNREADABLE = """() => [...document.querySelectorAll("article :is(h1, p, li, td, pre, img, math)")]
  .filter(box => !box.closest("details:not([open])") && !box.matches("[data-step], .hint")
    && !box.src?.endsWith("#only-dark") && !box.checkVisibility())
  .map(box => box.outerHTML.slice(0, 120))"""
COPY = """async first => {
  const copied = [], frame = () => new Promise(requestAnimationFrame);
  const enough = performance.now() + 2000;
  const examples = [...document.querySelectorAll(".language-pycon")].slice(0, 8);  // the rest is made as they are
  for (const block of [...document.querySelectorAll(".nb-in"), ...examples].slice(first)) {
    if (performance.now() > enough) break;
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
def test_a_page_fits_and_is_accessible_in_both_schemes_copies_its_code_and_prints_in_light(
    contexts, origin, page_path
):
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
        visit.turn_dark()
        visit.check_layout()
        visit.check_accessibility()
        visit.resize(DESK)
        visit.check_layout()
        visit.check_scheme(dark=True)
        visit.check_print()
        check_copying(visit, page_path)  # last: what says "Copied" stays for a while
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


def check_copying(visit, page_path):
    """The buttons copy the code of each cell of the notebook that the page offers, or of examples, and no output."""
    copied = []
    visit.page.emulate_media(media="screen")
    visit.resize(DESK)
    while True:
        # A browser lets a button copy for five seconds after something that its user did.
        visit.page.mouse.click(2, 450)
        more = visit.page.evaluate(COPY, len(copied))
        if not more:
            break
        copied += more
    if visit.page.locator(".nb-out button, .doc-signature button").count():
        visit.failures.append("an output or a signature has a button")
    cells = []
    if offered := visit.page.locator("article a[download]").all():
        file, _ = built.leads_to(offered[0].get_attribute("href"), at=built.address(page_path))
        hidden = {"remove-input", "remove-cell"}
        cells = [
            cell.source.partition(built.CHECK)[0].rstrip()  # of an exercise, its start
            for cell in nbformat.read(file, as_version=4).cells
            if cell.cell_type == "code" and not hidden & set(cell.metadata.get("tags", []))
        ][1:]  # the first one installs the package
    cells += map(built.copied, built.examples(page_path)[:8])
    if copied != cells:
        visit.failures.append(f"copied {copied}, expected {cells}")


def test_the_switch_in_the_header_changes_the_scheme_and_the_next_page_keeps_it(browser, origin):
    context = browser.new_context(color_scheme="light")
    with visiting(context, origin, built.base()) as visit:
        visit.page.locator("[data-from=default]").click()
        expect(visit.page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
        visit.check_scheme(dark=True)
        visit.page.goto(origin + built.address(EXECUTED[0]))
        visit.check_scheme(dark=True)
        visit.page.locator("[data-from=slate]").click()
        expect(visit.page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
        visit.check_scheme(dark=False)
    context.close()
    assert not visit.failures


def test_the_scheme_is_the_systems_before_the_themes_script_runs_and_until_a_reader_chooses(
    browser, origin
):
    page = browser.new_context(color_scheme="dark").new_page()
    page.route("**/bundle.*", lambda route: route.abort())
    page.goto(origin + built.base())
    body = page.locator("body")
    for scheme, name in {"dark": "slate", "light": "default"}.items():
        page.emulate_media(color_scheme=scheme)
        expect(body).to_have_attribute("data-md-color-scheme", name)
    page.keyboard.press("Tab")
    page.locator("[data-from=default]").press("Enter")
    expect(page.locator("[data-from=slate]")).to_be_focused()
    page.emulate_media(color_scheme="dark")
    page.emulate_media(color_scheme="light")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.context.close()


def test_opening_a_page_computes_its_style_once(browser, origin):
    """It is what opening a page costs most, and a script can have it done again for all elements."""
    context = browser.new_context(color_scheme="null", reduced_motion="null", forced_colors="null")
    page = context.new_page()
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.goto(origin + built.address("channels/index.html"), wait_until="networkidle")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    elements = page.evaluate("document.querySelectorAll('body *').length")
    context.close()
    computed = sum(
        event["args"].get("elementCount", 0)
        for event in events
        if event["name"] == "UpdateLayoutTree"
    )
    assert 0 < computed < elements


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
