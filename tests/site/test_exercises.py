"""Exercises are done in the page: what checks them says right or not yet, and what is done stays done."""

import re

import pytest
from playwright.sync_api import expect

from . import built
from .running import FAILED, START, editor, opened, result, write

pytestmark = pytest.mark.browser

CHAPTER = "channels/index.html"
NAME = "channels.count_parameters"
BAR = f".nb-bar[data-exercise='{NAME}']"
RIGHT = "def count_parameters(c_in, filters, k):\n    return filters * (c_in * k**2 + 1)"
# A cell below the exercises, which pages do not have.
BELOW = """<div class="language-python nb-in nb-run highlight"><pre><span></span><code>6 * 7
</code></pre></div>
<div class="nb-bar"><button type="button" data-do="run">Run</button><button type="button" data-do="edit">Edit</button>\
<button type="button" data-do="above">Run all above</button>\
<span data-is="progress" aria-hidden="true"></span><span data-is="said" role="status"></span></div>
"""


def with_a_cell_below():
    page = (built.SITE / CHAPTER).read_text("utf-8")
    before, end, after = page.rpartition("</article>")
    return before + BELOW + end + after


def pressed(page, name, says, *, key=None):
    """Check the exercise, and wait until it is said how it went."""
    bar = page.locator(BAR)
    if key:
        page.keyboard.press(key)
    else:
        bar.get_by_role("button", name=name, exact=True).click()
    expect(bar.get_by_role("status")).to_have_text(says, timeout=START)


def test_an_exercise_is_written_checked_done_and_stays_done(browser, origin):
    with opened(browser, origin, CHAPTER, text=with_a_cell_below()) as visit:
        page = visit.page
        number = page.locator(".nb-bar").evaluate_all(
            "(bars, name) => bars.findIndex(bar => bar.dataset.exercise === name)", NAME
        )
        bar = page.locator(BAR)
        link, mark, forget = (
            page.locator(each) for each in ("[data-exercises]", "[data-is=done]", ".nb-forget")
        )
        verdict = result(page, number).locator(".verdict")
        expect(link).to_have_text("3 exercises to run here")
        expect(forget).to_have_count(0)
        pressed(page, "Check", "Not yet.")  # the start itself
        expect(verdict).to_contain_text("not written")
        expect(mark).to_have_count(0)
        expect(forget).to_have_count(0)

        code = page.locator(".nb-run pre > code").nth(number)
        start = code.text_content()
        code.click()  # an exercise is there to be written
        field = editor(page, number)
        expect(field).to_be_focused(timeout=START)
        expect(field).to_have_accessible_name(
            f"Code of cell {number + 1}. Shift+Enter checks it. Escape, then Tab, leaves it."
        )
        page.keyboard.type("return 75")  # over the dots, which are marked
        assert code.text_content().rstrip() == start.rstrip().removesuffix("...") + "return 75"
        pressed(page, "Check", "Not yet.", key="Shift+Enter")
        expect(verdict).to_contain_text(re.compile(r"count_parameters\(.*expected.*4864.*came.*75"))
        write(field, RIGHT)
        expect(forget).to_be_visible()
        pressed(page, "Check", "Right.", key="Shift+Enter")
        expect(verdict).to_contain_text("Right")
        expect(mark).to_have_text("✓ Done")
        expect(link).to_have_text("3 exercises to run here, 1 done")
        for scheme in "slate", "default":
            page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme; }", scheme)
            visit.check_accessibility(
                ".nb-bar[data-exercise], .nb-run:has(.nb-editor), .run-result:has(.verdict), .nb-forget"
            )

        write(field, "1 / 0")
        pressed(page, "Check", FAILED)
        assert "ZeroDivisionError" in result(page, number).inner_text()
        expect(verdict).to_have_count(0)
        write(field, "print('first')\ndef count_parameters(*numbers):\n    return 1")
        pressed(page, "Check", "Not yet.")
        assert "first" in result(page, number).inner_text()
        for scheme in "slate", "default":
            page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme; }", scheme)
            visit.check_accessibility(".run-result:has(.verdict)")

        page.get_by_role(
            "button", name="Run all above"
        ).last.click()  # a cell above stops at an error, as it should
        before = page.locator(".nb-bar").nth(number - 1).get_by_role("status")
        expect(before).to_have_text("Not run, since a cell before it stopped.", timeout=START)
        expect(bar.get_by_role("status")).to_have_text("Not yet.")  # it was not among them

        write(field, "def count_parameters(*numbers):\n    while True:\n        pass")
        bar.get_by_role("button", name="Check").click()
        expect(bar.get_by_role("status")).to_have_text("Running.", timeout=START)
        pressed(page, "Stop", "Stopped. The next run starts Python afresh.")
        expect(mark).to_have_text("✓ Done")  # as it has been once

        page.reload()
        expect(mark).to_have_text("✓ Done")
        expect(link).to_have_text("3 exercises to run here, 1 done")
        expect(bar).to_contain_text("Your version")
        page.once("dialog", lambda dialog: dialog.dismiss())
        forget.get_by_role("button").click()
        expect(mark).to_be_visible()
        page.once("dialog", lambda dialog: dialog.accept())
        forget.get_by_role("button").click()
        expect(mark).to_have_count(0)
        expect(link).to_have_text("3 exercises to run here")
        assert code.text_content().rstrip() == start.rstrip()
        expect(bar.get_by_role("button", name="Check")).to_be_visible()
        expect(bar.get_by_role("button", name="eset")).to_have_count(0)
        expect(page.get_by_text("Nothing of yours is kept here any more.")).to_be_focused()
        assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('.reader.'))") == []
        page.reload()
        expect(forget).to_have_count(0)
        expect(bar).not_to_contain_text("Your version")
