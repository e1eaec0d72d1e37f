"""Exercises are done in the page: what checks them says right or not yet, and what is done stays done."""

import html
import re

import pytest
from playwright.sync_api import expect

from . import built
from .running import FAILED, START, editor, opened, result, write

pytestmark = pytest.mark.browser

CHAPTER = "channels/index.html"
# As the build makes them, with a check of its own: double(2) is 4.
CHECK = """class Verdict:
    def __init__(self, is_right):
        self.is_right = is_right

    def _repr_html_(self):
        right = str(self.is_right).lower()
        text = "Right: 4." if self.is_right else "Not yet: expected 4."
        return f'<div class="verdict" data-exercise="channels.double" data-right="{right}">{text}</div>'

Verdict(double(2) == 4)"""
START_CODE = "def double(n):\n    ..."
EXERCISE = f"""<div class="language-python nb-in nb-run highlight"><pre><span></span><code>{START_CODE}
</code></pre></div>
<div class="nb-bar" data-exercise="channels.double" data-check="{html.escape(CHECK)}">\
<button type="button" data-do="check">Check</button><button type="button" data-do="edit">Edit</button>\
<span data-is="progress" aria-hidden="true"></span><span data-is="said" role="status"></span></div>
"""
BELOW = """<div class="language-python nb-in nb-run highlight"><pre><span></span><code>6 * 7
</code></pre></div>
<div class="nb-bar"><button type="button" data-do="run">Run</button><button type="button" data-do="edit">Edit</button>\
<button type="button" data-do="above">Run all above</button>\
<span data-is="progress" aria-hidden="true"></span><span data-is="said" role="status"></span></div>
"""
LINK = '<a class="page-tool" href="#exercises" data-exercises="3">3 exercises</a>'


def with_an_exercise():
    page = (built.SITE / CHAPTER).read_text("utf-8")
    before, heading, after = page.partition('<h2 id="exercises">')
    before = before.replace("Open it in Colab</a>", f"Open it in Colab</a>\n{LINK}", 1)
    return before + heading + after.replace("<details", f"{EXERCISE}{BELOW}<details", 1)


def pressed(page, name, says, *, key=None):
    """Check the exercise, and wait until it is said how it went."""
    bar = page.locator("[data-exercise].nb-bar")
    if key:
        page.keyboard.press(key)
    else:
        bar.get_by_role("button", name=name, exact=True).click()
    expect(bar.get_by_role("status")).to_have_text(says, timeout=START)


def test_an_exercise_is_written_checked_done_and_stays_done(browser, origin):
    with opened(browser, origin, CHAPTER, text=with_an_exercise()) as visit:
        page = visit.page
        number = page.locator(".nb-run").count() - 2
        bar = page.locator("[data-exercise].nb-bar")
        link, mark, forget = (
            page.locator(each) for each in ("[data-exercises]", "[data-is=done]", ".nb-forget")
        )
        verdict = result(page, number).locator(".verdict")
        expect(link).to_have_text("3 exercises")
        expect(forget).to_have_count(0)
        pressed(page, "Check", "Not yet.")  # the start itself
        expect(verdict).to_have_text("Not yet: expected 4.")
        expect(mark).to_have_count(0)
        expect(forget).to_have_count(0)

        page.locator(
            "[id=exercises] ~ .nb-run code"
        ).first.click()  # an exercise is there to be written
        field = editor(page, number)
        expect(field).to_be_focused(timeout=START)
        expect(field).to_have_accessible_name(
            f"Code of cell {number + 1}. Shift and Enter check it. Escape, then Tab leaves it."
        )
        page.keyboard.type("return n * 2")  # over the dots, which are marked
        code = page.locator(".nb-run pre > code").nth(number)
        assert code.text_content() == "def double(n):\n    return n * 2"
        expect(forget).to_be_visible()
        pressed(page, "Check", "Right.", key="Shift+Enter")
        expect(verdict).to_have_text("Right: 4.")
        expect(mark).to_have_text("✓ Done")
        expect(link).to_have_text("3 exercises, 1 done")
        for scheme in "slate", "default":
            page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme; }", scheme)
            visit.check_accessibility(
                ".nb-bar[data-exercise], .nb-run:has(.nb-editor), .run-result:has(.verdict), .nb-forget"
            )

        write(field, "1 / 0")
        pressed(page, "Check", FAILED)
        assert "ZeroDivisionError" in result(page, number).inner_text()
        expect(verdict).to_have_count(0)
        write(field, "print('first')\ndouble = abs")
        pressed(page, "Check", "Not yet.")
        assert re.match(r"first\s+✗? ?Not yet: expected 4.", result(page, number).inner_text())
        for scheme in "slate", "default":
            page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme; }", scheme)
            visit.check_accessibility(".run-result:has(.verdict)")

        page.get_by_role(
            "button", name="Run all above"
        ).last.click()  # a cell above stops at an error, as it should
        before = page.locator(".nb-bar").nth(number - 1).get_by_role("status")
        expect(before).to_have_text("Not run, since a cell before it stopped.", timeout=START)
        expect(bar.get_by_role("status")).to_have_text("Not yet.")  # it was not among them

        write(field, "def double(n):\n    while True:\n        print(n)")
        bar.get_by_role("button", name="Check").click()
        expect(result(page, number)).to_contain_text("2", timeout=START)
        pressed(page, "Stop", "Stopped. The next run starts Python afresh.")
        expect(mark).to_have_text("✓ Done")  # as it has been once

        page.reload()
        expect(mark).to_have_text("✓ Done")
        expect(link).to_have_text("3 exercises, 1 done")
        expect(bar).to_contain_text("Your version")
        page.once("dialog", lambda dialog: dialog.dismiss())
        forget.get_by_role("button").click()
        expect(mark).to_be_visible()
        page.once("dialog", lambda dialog: dialog.accept())
        forget.get_by_role("button").click()
        expect(mark).to_have_count(0)
        expect(link).to_have_text("3 exercises")
        assert code.text_content().rstrip() == START_CODE
        expect(bar.get_by_role("button", name="Check")).to_be_visible()
        expect(bar.get_by_role("button", name="eset")).to_have_count(0)
        expect(page.get_by_text("Nothing of yours is kept here any more.")).to_be_focused()
        assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('.reader.'))") == []
        page.reload()
        expect(forget).to_have_count(0)
        expect(bar).not_to_contain_text("Your version")
