"""The editor of a cell: fetched when it is first wanted, usable by all, and nothing that is typed gets lost."""

import filecmp
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from . import built, python_for_browsers
from .running import START, editor, opened, write

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs/assets/scripts/editor.js"
CHAPTER = "channels/index.html"
NAME = "Code of cell 1. Shift+Enter runs it. Escape, then Tab, leaves it."
SITES_SCRIPT = "**/assets/scripts/editor.js*"
# Pages and editors name their colours after what is coloured: where one has "return", the other has it too.
COLOURS = """scheme => {
  document.body.dataset.mdColorScheme = scheme;
  const own = document.querySelector(".highlight:not(.nb-run) .k"), {shadowRoot} = document.querySelector(".nb-editor");
  const typed = [...shadowRoot.querySelectorAll(".cm-line span")].find(box => box.textContent === "return");
  return [own, typed].map(box => getComputedStyle(box).color);
}"""
# A browser that forbids a page to keep anything, and one that has no room.
NO_STORAGE = [
    'Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }})',
    'Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }',
]

pytestmark = pytest.mark.browser


def bar(page, number=0):
    return page.locator(".nb-bar").nth(number)


def button(page, name, number=0):
    return bar(page, number).get_by_role("button", name=name, exact=True)


def open_editor(page, number=0):
    """Press Edit, and return what can be typed into once it is there."""
    button(page, "Edit", number).click()
    field = page.locator(".nb-run").nth(number).get_by_role("textbox")
    expect(field).to_be_focused(timeout=START)
    return field


def code(page, number=0):
    """Return a cell's code, which stands in the page even while the editor hides it."""
    return page.locator(".nb-run pre > code").nth(number).text_content().rstrip()


def note(page, number=0):
    return bar(page, number).locator("[data-is=yours]")


def fetched(page):
    return page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('editor.js')).length"
    )


def test_the_editor_that_the_site_serves_is_made_of_the_pinned_packages(tmp_path):
    python_for_browsers.need()
    packages = python_for_browsers.KEPT / "node_modules"
    if not (packages / "esbuild").is_dir():
        pytest.fail(f"no esbuild in {packages}: `make test` fetches it")
    made = tmp_path / "editor.js"
    subprocess.run(["node", ROOT / "tools/editor/bundle.mjs", packages, made], check=True)
    assert filecmp.cmp(made, SCRIPT, shallow=False), "not what `make editor` makes"


def test_an_editor_is_fetched_when_first_wanted_and_can_be_used_by_keyboard_alone(browser, origin):
    with opened(browser, origin, CHAPTER) as visit:
        page, type_, press = visit.page, visit.page.keyboard.type, visit.page.keyboard.press
        book = code(page)
        assert not fetched(page)
        button(page, "Edit").focus()
        press("Enter")
        field = page.get_by_role("textbox", name=NAME)
        expect(field).to_be_focused(timeout=START)
        assert fetched(page) == 1
        for name, value in (
            ("autocorrect", "off"),
            ("autocapitalize", "off"),
            ("spellcheck", "false"),
        ):
            expect(field).to_have_attribute(name, value)
        expect(bar(page)).to_contain_text("Escape, then Tab, leaves it.")
        assert code(page) == book
        expect(note(page)).to_be_hidden()

        press("Control+A")
        type_("def f(x):")
        press("Enter")
        type_("return [x")  # brackets close, and one that is typed over is not doubled
        assert code(page) == "def f(x):\n    return [x]"
        expect(note(page)).to_have_text("Your version")
        press("Tab")
        assert code(page) == "def f(x):\n        return [x]"
        press("Shift+Tab")
        assert code(page) == "def f(x):\n    return [x]"
        type_(", sfnp.,/")  # each of which is a key of the page's own
        assert code(page) == "def f(x):\n    return [x, sfnp.,/]"
        expect(field).to_be_focused()
        for _ in range(20):
            press("Control+Z")
        assert code(page) == book
        expect(note(page)).to_be_hidden()
        press("Control+Y")
        assert code(page) != book

        press("Control+A")
        type_("def f(x):\n\treturn x")
        schemes = [page.evaluate(COLOURS, scheme) for scheme in ("slate", "default")]
        assert [own for own, _ in schemes] == [typed for _, typed in schemes]
        assert schemes[0] != schemes[1]
        for scheme in "slate", "default":
            page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme; }", scheme)
            visit.check_accessibility(".nb-run:has(.nb-editor), .nb-bar")

        before = code(page)
        press("Escape")
        page.wait_for_timeout(2200)  # CodeMirror alone would have forgotten it by now
        press("Tab")
        expect(button(page, "Run")).to_be_focused()
        press("Shift+Tab")
        expect(field).to_be_focused()
        press("Tab")  # who comes back indents again
        assert code(page) != before
        press("Control+m")
        press("Shift+Tab")
        expect(field).not_to_be_focused()
        expect(open_editor(page, 1)).to_have_accessible_name(NAME.replace("1", "2"))
        expect(editor(page)).to_have_count(2)
        assert fetched(page) == 1


@pytest.mark.parametrize("has_script", [True, False])
def test_a_telephone_shows_the_editor_large_enough_and_corrects_nothing(
    browser, origin, has_script
):
    screen = {"width": 375, "height": 700}
    with opened(browser, origin, CHAPTER, viewport=screen, has_touch=True, is_mobile=True) as visit:
        page = visit.page
        if not has_script:
            page.route(SITES_SCRIPT, lambda r: r.fulfill(status=404))
        button(page, "Edit").tap()
        field = page.get_by_role("textbox", name=NAME)
        expect(field).to_be_focused(timeout=START)
        assert page.locator("textarea").count() == (not has_script)
        size = field.evaluate("box => parseFloat(getComputedStyle(box).fontSize)")
        assert size >= 16  # at less, Safari zooms in and stays there
        assert field.get_attribute("autocorrect") == field.get_attribute("autocapitalize") == "off"
        expect(bar(page).locator("[data-is=hint]")).to_be_hidden()
        write(field, "print('a line that is wider than the screen of any telephone, by far')")
        visit.check_accessibility(".nb-run:has(.nb-editor, textarea), .nb-bar")
        visit.check_layout()
        visit.failures[:] = [f for f in visit.failures if "404" not in f]


def test_what_was_typed_is_there_at_the_next_visit_until_reset(browser, origin):
    with opened(browser, origin, CHAPTER) as visit:
        page = visit.page
        book = code(page)
        write(open_editor(page), "1 + 1")
        page.reload()
        expect(page.locator(".nb-run pre").first).to_be_visible()
        assert code(page) == "1 + 1"
        expect(note(page)).to_have_text("Your version")
        assert not fetched(page)
        expect(open_editor(page)).to_have_text("1 + 1")

        button(page, "Reset").click()
        assert code(page) == book
        expect(note(page)).to_be_hidden()
        button(page, "Undo reset").click()  # it was a mistake
        assert code(page) == "1 + 1"
        expect(note(page)).to_be_visible()
        page.goto(page.url + "index.html")  # another name for the same page
        assert code(page) == "1 + 1"
        button(page, "Reset").click()
        expect(button(page, "Undo reset")).to_be_visible()
        page.reload()
        assert code(page) == book
        for name in "Reset", "Undo reset":
            expect(button(page, name)).to_be_hidden()

        for text in "one", "other":  # in two windows: the last one wins
            other = page.context.new_page()
            other.goto(page.url)
            write(open_editor(other), text)
        for each in page.context.pages:
            each.reload()
            assert code(each) == "other"

        write(open_editor(page, 1), "of the second cell")
        text = (built.SITE / CHAPTER).read_text("utf-8")
        start = r'nb-run highlight"><pre><span></span><code[^>]*>'
        new = re.sub(start, r"\g<0># A new edition\n", text, count=1)
        page.context.route(page.url, lambda r: r.fulfill(body=new, content_type="text/html"))
        page.reload()
        assert code(page).startswith("# A new edition\n")
        expect(button(page, "Reset")).to_be_hidden()
        assert code(page, 1) == "of the second cell"


@pytest.mark.parametrize("script", NO_STORAGE)
def test_a_browser_that_keeps_nothing_says_so_and_does_all_else(browser, origin, script):
    with opened(browser, origin, CHAPTER) as visit:
        page = visit.page
        page.add_init_script(script)
        page.reload()
        write(open_editor(page), "1 + 1")
        expect(note(page)).to_have_text("Your version, until you leave: this browser keeps nothing")
        assert code(page) == "1 + 1"
        button(page, "Reset").click()
        button(page, "Undo reset").click()
        assert code(page) == "1 + 1"
        visit.failures.clear()  # Material's own scripts stumble over such a browser


def test_where_the_editor_cannot_be_had_there_is_a_plain_field_and_nothing_is_lost(browser, origin):
    with opened(browser, origin, CHAPTER) as visit:
        page = visit.page
        page.route(SITES_SCRIPT, lambda r: r.abort("internetdisconnected"))
        field = open_editor(page)
        expect(field).to_have_accessible_name(NAME)
        field.fill("typed\nwithout a line")
        assert page.locator("textarea").evaluate("box => box.rows") == 2
        page.reload()
        assert code(page) == "typed\nwithout a line"
        expect(open_editor(page)).to_have_value("typed\nwithout a line")
        button(page, "Reset").click()
        expect(page.locator("textarea")).to_have_count(0)

        page.unroute(
            SITES_SCRIPT
        )  # the line is back, and browsers remember what they could not fetch
        open_editor(page)
        expect(editor(page)).to_have_count(1)

        page.reload()
        page.route(SITES_SCRIPT, lambda _: None)  # a line that swallows everything
        open_editor(page)
        expect(page.locator("textarea")).to_have_count(1)
        visit.failures[:] = [f for f in visit.failures if "DISCONNECTED" not in f]


def test_paper_has_what_was_typed(browser, origin):
    with opened(browser, origin, CHAPTER) as visit:
        page = visit.page
        write(open_editor(page), "1 + 1")
        page.emulate_media(media="print")
        expect(editor(page, 0)).to_be_hidden()
        expect(page.locator(".nb-run pre").first).to_be_visible()
        expect(page.locator(".nb-run pre").first).to_have_text("1 + 1")
