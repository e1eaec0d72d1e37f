"""A picture in steps: forth and back by button, key and address, each with its sentence."""

import json

import pytest
from playwright.sync_api import expect

from . import built
from .visits import visiting

pytestmark = pytest.mark.browser

WIDGETS = {
    "layer": "channels/",
    "shrink": "downsampling/",
    "squeeze": "downsampling/",
    "squeeze-layer": "trained/",
    "groups": "architectures/resnext-shufflenet/",
    "towers": "architectures/",
    "module": "architectures/inception/",
}
SHOWN = """box => [...box.querySelectorAll("[data-step]")].map(part => getComputedStyle(part).display !== "none")"""
IN = """box => [...box.querySelectorAll("[data-step]")].map(part => part.dataset.step.split(" ").map(Number))"""


def assert_step(widget, step):
    said = json.loads(widget.get_attribute("data-said"))
    expect(widget.get_by_role("status")).to_have_text(said[step][1])
    assert widget.evaluate(SHOWN) == [step in steps for steps in widget.evaluate(IN)]
    expect(widget.get_by_role("slider")).to_have_attribute("aria-valuetext", said[step][0])
    back, on = widget.locator("[data-by]").all()
    assert (back.is_disabled(), on.is_disabled()) == (step == 0, step == len(said) - 1)


@pytest.mark.parametrize(("name", "path"), WIDGETS.items())
def test_each_step_shows_its_parts_and_says_its_sentence(contexts, origin, name, path):
    with visiting(contexts(), origin, built.base() + path) as visit:
        page, widget = visit.page, visit.page.locator(f"#{name}")
        said = json.loads(widget.get_attribute("data-said"))
        back, on = widget.locator("[data-by]").all()
        start = int(widget.get_by_role("slider").get_attribute("value"))
        assert_step(widget, start)
        widget.get_by_role("slider").press("Home")
        assert_step(widget, 0)
        for step in range(1, len(said)):
            on.click()
            assert_step(widget, step)
        assert page.url.endswith(f"?{name}={len(said) - 1}#{name}")
        back.click()
        assert_step(widget, len(said) - 2)
        page.reload()
        assert_step(widget, len(said) - 2)
        widget.get_by_role("slider").press("Home")
        assert_step(widget, 0)
        for wrong, step in {"x": start, "-1": start, "99": len(said) - 1}.items():
            page.goto(f"{page.url.partition('?')[0]}?{name}={wrong}")
            assert_step(widget, step)
    assert not visit.failures


def test_a_box_that_is_pointed_at_says_what_it_is_and_costs(contexts, origin):
    with visiting(contexts(), origin, built.base() + "architectures/inception/") as visit:
        page, widget = visit.page, visit.page.locator("#module")
        for box in widget.locator("[data-at]").all():
            step = int(box.get_attribute("data-at"))
            box.locator("path").first.hover()
            assert_step(widget, step)
            expect(widget.get_by_role("status")).to_have_attribute("aria-live", "off")
        assert page.url.endswith("inception/")
        widget.locator("[data-at='2'] path").first.click()
        assert_step(widget, 2)
        assert page.url.endswith("?module=2#module")
        expect(widget.get_by_role("status")).to_have_attribute("aria-live", "polite")
        page.mouse.move(0, 0)
        assert_step(widget, 2)
    assert not visit.failures
