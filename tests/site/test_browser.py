"""What a reader meets who opens the built site in a browser: each page, both schemes, a desk and a telephone."""

import os
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import expect, sync_playwright

from . import built
from .visits import AXE, AXE_RUN, FORMULAS, OPEN, UNREADABLE, visiting

pytestmark = pytest.mark.browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # a stray request fails instead of leaving
WIDTHS = {"desk": 1280, "telephone": 375}
EXECUTED = [
    page
    for page in built.PAGES
    if built.tree(page).xpath("//*[contains(@class, 'nb-in')]")
]


class Handler(SimpleHTTPRequestHandler):
    """Serves the site under the path at which it is published."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        inside = urlsplit(path).path.startswith(built.base())
        return super().translate_path(
            "/" + path.removeprefix(built.base())
            if inside
            else "/outside-the-site"
        )

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def origin():
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=built.SITE)
    )
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        reason = f"no browser to open the site with: none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("BOOK_NEEDS_BROWSER"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=[*QUIET, NOWHERE]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts(browser):
    """One window for each scheme and width, kept for all pages, so that each file is fetched once."""
    made = {}

    def context(scheme="light", width=1280, *, scripts=True):
        key = scheme, width, scripts
        if key not in made:
            made[key] = browser.new_context(
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
                java_script_enabled=scripts,
                permissions=["clipboard-read", "clipboard-write"],
            )
        return made[key]

    yield context
    for each in made.values():
        each.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_loads_cleanly_fits_and_is_accessible(
    contexts, origin, page_path, scheme, width
):
    with visiting(
        contexts(scheme, WIDTHS[width]), origin, built.address(page_path)
    ) as visit:
        visit.check_scheme(dark=scheme == "dark")
        visit.check(FORMULAS)
        visit.page.evaluate(AXE)
        if (scheme, width) == (
            "light",
            "desk",
        ):  # what is closed here is open in all four
            visit.check(AXE_RUN)
        visit.page.evaluate(OPEN)
        visit.check(AXE_RUN)
        visit.check_layout(narrow=width == "telephone")
    assert not visit.failures, "\n".join(["", *dict.fromkeys(visit.failures)])


@pytest.mark.parametrize("executed_page", EXECUTED)
def test_the_copy_buttons_copy_the_code_of_each_cell_and_no_output(
    contexts, origin, executed_page
):
    with visiting(contexts(), origin, built.address(executed_page)) as visit:
        copied = []
        for block in visit.page.locator(".nb-in").all():
            block.scroll_into_view_if_needed()
            block.locator("[data-md-type=copy], .md-clipboard").first.click()
            copied.append(visit.page.evaluate("navigator.clipboard.readText()"))
        offered = visit.page.locator("article a[download]").get_attribute(
            "href"
        )
        assert visit.page.locator(".nb-out button").count() == 0
    file, _ = built.leads_to(offered, at=built.address(executed_page))
    cells = [
        cell
        for cell in nbformat.read(file, as_version=4).cells
        if cell.cell_type == "code"
    ]
    hidden = {"remove-input", "remove-cell"}
    assert copied == [
        cell.source
        for cell in cells
        if not hidden & set(cell.metadata.get("tags", []))
    ]


def test_the_switch_in_the_header_changes_the_scheme_and_the_next_page_keeps_it(
    browser, origin
):
    context = browser.new_context(color_scheme="light")
    with visiting(context, origin, built.base()) as visit:
        visit.page.locator("label[for=__palette_1]").click()
        expect(visit.page.locator("body")).to_have_attribute(
            "data-md-color-scheme", "slate"
        )
        visit.check_scheme(dark=True)
        visit.page.goto(origin + built.address(EXECUTED[0]))
        visit.check_scheme(dark=True)
        visit.page.locator("label[for=__palette_0]").click()
        expect(visit.page.locator("body")).to_have_attribute(
            "data-md-color-scheme", "default"
        )
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


def test_the_first_tab_reaches_the_link_past_the_navigation(
    contexts, origin, page_path
):
    if page_path == "404.html":
        pytest.skip("a page without content to skip to")
    with visiting(contexts(), origin, built.address(page_path)) as visit:
        visit.page.keyboard.press("Tab")
        skip = visit.page.locator(".md-skip")
        expect(skip).to_be_focused()
        expect(skip).to_have_css("opacity", "1")
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate(
            "document.querySelector(':target').closest('article') !== null"
        )


def test_the_search_finds_a_word_of_the_first_page(contexts, origin):
    with visiting(contexts(), origin, built.base()) as visit:
        visit.page.locator(".md-search__input").click()
        visit.page.keyboard.type("sepia")
        found = visit.page.locator(
            ".md-search-result__link[href*='h=sepia']"
        ).first
        expect(found).to_be_visible()
        found.click()
        expect(visit.page.locator("article mark").first).to_be_visible()
    assert not visit.failures
