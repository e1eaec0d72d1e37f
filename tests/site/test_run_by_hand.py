"""What readers do to a page that runs: they edit, stop, wait and err; with a mouse or without."""

import re

import pytest
from playwright.sync_api import expect

from .running import FAILED, START, edit, editor, result, run, write

pytestmark = pytest.mark.browser

# What a reader has touched.
TOUCHED = ".nb-run:has(.nb-editor), .nb-bar:has(+ .run-result > *), .run-result:has(> *)"
TOO_WIDE = """import numpy as np

from onebyone import conv1x1

print("before")
conv1x1(np.ones((1, 2, 2)), np.ones((1, 2)))
"""


def expect_pythons(page, number):
    """Wait until so many workers of the page run Python; ending one takes the browser a moment."""
    for _ in range(250):
        found = [w for w in page.workers if w.url.startswith("blob:")]
        if len(found) == number:
            return
        page.wait_for_timeout(20)
    pytest.fail(f"expected {number} workers, got {found}")


def test_a_cell_that_waits_can_leave_and_the_one_that_runs_goes_on(python):
    page = python.page
    edit(page, 0, "import time\n\nprint('started')\ntime.sleep(8)\n'slept'")
    bars = page.locator(".nb-bar")
    bars.nth(0).get_by_role("button", name="Run", exact=True).click()
    expect(result(page, 0)).to_contain_text("started", timeout=START)
    bars.nth(2).get_by_role("button", name="Run", exact=True).click()
    bars.nth(2).get_by_role("button", name="Stop").click()
    expect(bars.nth(2).get_by_role("status")).to_have_text("Not run.", timeout=START)
    expect(bars.nth(0).get_by_role("status")).to_have_text("Done.", timeout=START)
    assert "slept" in result(page, 0).inner_text()


def test_an_error_shows_the_traceback_of_the_readers_code_alone(python):
    page = python.page
    edit(page, 0, "x = 1\nprint(x\n")
    shown = run(page, 0, says=FAILED).inner_text()
    assert 'File "cell 1", line 2' in shown
    assert "SyntaxError: '(' was never closed" in shown

    write(editor(page, 0), TOO_WIDE)
    shown = run(page, 0, says=FAILED).inner_text()
    assert re.match(r"before\s+Traceback \(most recent call last\):\n", shown)
    assert re.findall('File "(.*)"', shown) == ["cell 1"]
    assert "conv1x1(np.ones((1, 2, 2)), np.ones((1, 2)))" in shown
    assert "ValueError: weight: expected (C_out, 1)" in shown


def test_state_lives_on_from_cell_to_cell_and_reset_brings_the_page_back(python):
    page = python.page
    first = page.locator(".nb-bar").nth(1)  # the one before it shows no output of its own
    own = first.locator("xpath=following-sibling::*[@class='nb-html'][1]")
    before = own.inner_html()
    edit(page, 1, "kept = 'of the first cell'")
    edit(page, 2, "print(kept)")
    editor(page, 2).press("Shift+Enter")
    bar = page.locator(".nb-bar").nth(2)
    expect(bar.get_by_role("status")).to_have_text(FAILED, timeout=START)
    assert "NameError" in result(page, 2).inner_text()

    bar.get_by_role("button", name="Run all above").click()
    expect(first.get_by_role("status")).to_have_text("Done.")
    assert run(page, 2).inner_text().strip() == "of the first cell"

    expect(own).to_be_hidden()
    first.get_by_role("button", name="Reset").click()
    expect(own).to_be_visible()
    assert own.inner_html() == before
    expect(editor(page)).to_have_count(1)


def test_an_open_editor_and_a_wide_result_are_accessible_on_a_telephone(python):
    page = python.page
    python.resize(375)
    edit(page, 0, "print('x' * 300)\n1 / 0")
    run(page, 0, says=FAILED)
    for scheme in "slate", "default":
        page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme; }", scheme)
        python.check_accessibility(TOUCHED)
    python.check_layout()
    python.resize(1280)


def test_everything_works_from_the_keyboard(python):
    page = python.page
    first = page.locator(".nb-bar").first
    first.get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("2 + 2")
    page.keyboard.press("Shift+Enter")
    expect(first.get_by_role("status")).to_have_text("Done.", timeout=START)
    assert result(page, 0).inner_text().strip() == "4"
    expect(page.locator(".nb-run pre").first).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(first.get_by_role("button", name="Run", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(first.get_by_role("button", name="Reset")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".nb-run pre").first).to_be_visible()
    expect(editor(page)).to_have_count(0)
    expect(first.get_by_role("button", name="Undo reset")).to_be_focused()
    second = page.locator(".nb-bar").nth(1)
    second.get_by_role("button", name="Run all above").focus()
    page.keyboard.press("Enter")
    expect(first.get_by_role("status")).to_have_text("Done.")


def test_stop_ends_an_endless_loop_within_a_second_and_the_next_run_works(python):
    page = python.page
    bar = page.locator(".nb-bar").first
    for body in "pass", "print(1)":
        edit(page, 0, f"print('started')\nwhile True:\n    {body}")
        bar.get_by_role("button", name="Run", exact=True).click()
        expect(result(page, 0)).to_contain_text("started", timeout=START)
        expect_pythons(page, 1)
        bar.get_by_role("button", name="Stop").click()
        expect(bar.get_by_role("status")).to_have_text(
            "Stopped. The next run starts Python afresh.", timeout=1000
        )
        expect_pythons(page, 0)
        bar.get_by_role("button", name="Reset").click()
