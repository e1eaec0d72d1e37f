"""The site in Firefox and in WebKit: every page looked at in both schemes and widths, and one walk of a reader.

What Chromium has shown of a page's content is not shown again; here is what differs from engine to engine.
"""

import io
import os
import re

import numpy as np
import pytest
from PIL import Image

from onebyone import conv1x1
from onebyone.book.widgets.column import LUMA, tiles
from onebyone.book.widgets.explorer import LAYERS
from onebyone.book.widgets.mixer import MIXES

from . import built, launched, python_for_browsers
from .engines import CONTROL, RIGHT, TAB
from .running import START
from .test_run import RUN_CELL, as_built, differences
from .test_widgets import CHAPTER, SAID, assert_is_conv1x1, costs
from .visits import FIGURES, FORMULAS, LAYOUT, LUMINANCE, OPAQUE, OPEN, SETTLE
from .watched import FAULTY, served

pytestmark = pytest.mark.browser

DESK, TELEPHONE = 1280, 375
ROUNDED = 10  # of 255: Firefox is up to 3 off Chromium's filter, WebKit up to 9
# What each formula has in every engine: parts beside, above and in one another, as wide as their text.
DRAWN = """() => {
  const failures = [], box = part => part.getBoundingClientRect(), middle = ({top, bottom}) => (top + bottom) / 2;
  const brush = document.createElement("canvas").getContext("2d");
  const size = part => parseFloat(getComputedStyle(part).fontSize);
  const moved = letter => /[a-z]/.test(letter) ? 0x1d44e - 0x61 : /[A-Z]/.test(letter) ? 0x1d434 - 0x41
    : /[α-ω]/.test(letter) ? 0x1d6fc - 0x3b1 : 0;  // to the letters that slant in formulas
  const slanted = letter => ({h: "ℎ", ϵ: "𝜖"})[letter] ?? String.fromCodePoint(letter.codePointAt(0) + moved(letter));
  const wide = 0.3;  // em: a letter's slant may stand out of it
  const seen = parts => [...document.querySelectorAll(parts)].filter(
    part => part.closest(".md-typeset") && box(part).width);
  const expect = (holds, part, what) => {
    if (!holds) failures.push(`${what}: ${(part.closest("math") ?? part).outerHTML.slice(0, 200)}`);
  };
  for (const formula of seen("math")) {
    const whole = box(formula), row = [...formula.children].map(box);
    expect(whole.height > 0.4 * size(formula), formula, `a formula ${whole.height} px high`);
    // Firefox breaks lines in formulas.
    const follows = (part, last) => part.left >= last.right - 2 || part.top > middle(last);
    expect(row.every((part, n) => !n || follows(part, row[n - 1])), formula, "parts lie on one another");
    for (const part of formula.querySelectorAll("*"))
      expect(box(part).left >= whole.left - 2 && box(part).right <= whole.right + 2, part, "a part sticks out");
  }
  for (const token of seen("mi, mn, mtext")) {
    const {fontSize, fontFamily} = getComputedStyle(token), text = token.textContent.trim();
    brush.font = `${fontSize} ${fontFamily}`;
    const slants = token.matches("mi:not([mathvariant=normal])") && [...text].length === 1;
    const {width} = brush.measureText(slants ? slanted(text) : text), over = box(token).width - width;
    expect(over > -1.5 && over < 1.5 + wide * size(token), token, `${text} is ${width + over} px wide, not ${width}`);
  }
  for (const part of seen("mfrac")) {
    const [over, under] = [...part.children].map(box);
    expect(over.bottom <= under.top + 1 && box(part).height >= over.height + under.height, part, "no fraction");
    expect(Math.abs(over.left + over.right - under.left - under.right) < 3, part, "a fraction's parts are not centred");
  }
  for (const part of seen("msqrt")) for (const inside of part.children)
    expect(box(part).height > box(inside).height, part, "a root that is too low");
  for (const part of seen("msub, msup")) {
    const [base, script] = part.children, way = part.localName === "msup" ? -1 : 1;
    expect(size(script) < size(base), part, "a script as large as its base");
    expect(way * (middle(box(script)) - middle(box(base))) > 0, part, "a script on the line");
    expect(box(script).left >= box(base).right - 3, part, "a script on its base");
  }
  for (const part of seen("math[display=block] munder")) {
    const [base, under] = [...part.children].map(box);
    expect(under.top >= base.bottom - 2, part, "what belongs under it is not");
  }
  return failures;
}"""
LOOK = f"""async dark => {{
  const failures = [{LAYOUT}, {FORMULAS}, {DRAWN}, {FIGURES}, {OPAQUE}].flatMap(check => check(dark));
  const luminance = ({LUMINANCE})(), scheme = document.body.dataset.mdColorScheme;
  if (scheme !== (dark ? "slate" : "default") || (dark ? luminance > 0.2 : luminance < 0.8))
    failures.push(`scheme ${{scheme}}, luminance ${{luminance}}`);
  return failures.map(failure => `${{innerWidth}} px, ${{scheme}}: ${{failure}}`);
}}"""
FIRST_SAYS = "() => document.querySelector('.nb-bar [role=status]').textContent.trim()"
EDITING = "() => document.activeElement.shadowRoot?.activeElement?.isContentEditable"
FILTERED = """async number => {
  scrollTo({top: 0, behavior: "instant"});  // Firefox's picture of the window is else a pixel off
  const picture = document.querySelectorAll(".mixer svg")[number];
  for (const each of document.querySelectorAll(".mixer svg")) each.style = "";
  picture.style = "position: fixed; top: 0; left: 0; z-index: 99; width: 256px; height: 256px";
  for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame);
}"""


@pytest.fixture(scope="module", params=launched.ENGINES)
def watched(request):
    """A browser with one page, the address of the site, and what the server was asked for in vain."""
    name, asked = request.param, []
    if missing := launched.MISSING[name]:
        if os.environ.get("BOOK_NEEDS_BROWSER"):
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)
    python_for_browsers.need()
    with served(asked) as origin, launched.ENGINES[name](origin) as engine:
        yield engine, origin + built.base(), asked


def failures(watched):
    """Return what went wrong on this page so far, and forget it."""
    engine, _, asked = watched
    found = [*engine.ask("() => noted.splice(0)"), *engine.failures, *asked]
    engine.failures.clear()
    asked.clear()
    return found


def test_what_goes_wrong_on_a_page_is_noticed(watched):
    engine, site, _ = watched
    engine.open(site + FAULTY)
    engine.wait("() => noted.length >= 7")
    found = failures(watched)
    for fault in (
        "policy: script-src-elem refuses inline",
        "policy: style-src-attr refuses inline",
        "console: something said",
        "script: Error: a broken promise",
        "script: Error: a broken script",
        "not loaded: .*missing.png",
        "status 404: .*missing.png",
        "request to another host: .*elsewhere.example/picture.png",
        "request to another host: .*elsewhere.example/asked",
    ):
        assert any(re.match(fault, each) for each in found), (fault, found)
    assert engine.ask("() => window.hasRun === undefined")


def test_every_page_fits_draws_its_formulas_and_keeps_its_policy_in_both_schemes(watched):
    engine, site, _ = watched
    wrong, widths = [], [DESK, TELEPHONE]
    engine.resize(DESK)
    for page in built.PAGES:
        engine.open(site + page.removesuffix("index.html"))
        engine.ask(SETTLE)
        engine.ask(OPEN)
        found = engine.ask(LOOK, True)  # as the browser asks, without a press
        widths.reverse()
        engine.resize(widths[0])
        found += engine.ask(LOOK, True)
        engine.click("[data-from=slate]")
        engine.wait("() => document.body.dataset.mdColorScheme === 'default'")
        engine.ask(SETTLE)
        found += engine.ask(LOOK, False)
        engine.ask("() => localStorage.clear()")
        wrong += [f"{page}: {each}" for each in [*found, *failures(watched)]]
    assert not wrong, "\n".join(["", *dict.fromkeys(wrong)])


def test_a_reader_moves_searches_runs_stops_and_stays_on_the_site(watched):
    engine, site, _ = watched
    engine.resize(DESK)
    move_the_mixer(engine, site)
    move_the_explorer(engine, site)
    follow_a_pixel(engine, site)
    search(engine, site)
    assert not (found := failures(watched)), found
    run(engine, site)
    leave_and_come_back(engine, site)
    stop(engine)
    check_exercise(engine, site)
    python = [
        each
        for each in failures(watched)
        if not each.startswith("request to another host: http://127.0.0.1:")
    ]
    assert not python


def move_the_mixer(engine, site):
    engine.open(site)
    engine.ask(SETTLE)
    slider = "[aria-label='red out: red in']"
    engine.focus(slider)
    engine.type(RIGHT * 2)
    said = "() => document.querySelector('.mixer [role=status]').textContent"
    assert engine.ask(said).endswith("the diagonal is not one number: 0.6, 0.5, 0.5.")
    figure = "selector => document.querySelector(selector).nextElementSibling.textContent"
    assert engine.ask(figure, slider) == "0.600"
    engine.type(TAB)
    assert engine.ask("() => document.activeElement.ariaLabel") == "red out: green in"
    engine.focus(".cube")
    engine.type(RIGHT)
    assert engine.ask("() => document.querySelector('.cube').ariaValueText") == "-27°"

    before = picture(engine, 0)
    for name in "sepia", "negative":
        weight, bias = MIXES[name]
        engine.click(f".mixer [data-mix^='{weight[0][0]} {weight[0][1]} ']")
        assert engine.ask(said) == SAID[name]
        assert_is_conv1x1(
            picture(engine, 1), before, np.column_stack([weight, bias]), within=ROUNDED
        )


def picture(engine, number):
    """Return one of the mixer's pictures as the window shows it, less its rim: (3, 254, 254), from 0 to 255."""
    engine.ask(FILTERED, number)
    pixels = np.asarray(Image.open(io.BytesIO(engine.screenshot())).convert("RGB"))
    pixels = pixels[1:255, 1:255]  # WebKit's window has a round corner
    engine.ask(
        "() => { for (const each of document.querySelectorAll('.mixer svg')) each.style = ''; }"
    )
    assert pixels.std() > 20
    return np.moveaxis(pixels, -1, 0).astype(float)


def move_the_explorer(engine, site):
    engine.open(site + CHAPTER)
    layer = list(LAYERS["Inception 3a, 5×5"])
    for place, (name, value) in enumerate({"c_in": 300, "c_out": 40}.items()):
        engine.focus(f".explorer [name={name}]")
        engine.type("a", held=CONTROL)
        engine.type(str(value))
        layer[place] = value
        shown = engine.ask(
            "() => [...document.querySelectorAll('[data-count]')].map(box => box.textContent)"
        )
        assert [int(count.replace(",", "")) for count in shown] == costs(*layer)
    engine.type(TAB)
    engine.wait("() => location.search.includes('c_out=40')")


def follow_a_pixel(engine, site):
    engine.open(f"{site}channels/")
    engine.click("#pixel [data-kernel='1']")
    engine.focus("#pixel input")
    engine.type(RIGHT)
    grey = conv1x1(tiles(), [LUMA])[0]
    said = "() => document.querySelector('#pixel [role=status]').textContent"
    assert engine.ask(said).endswith(f" = {grey[9, 5]:.3f}")
    engine.click("#pixel [data-output='1']")  # its middle, between four tiles
    row, column = map(int, re.search(r"y\[0,\s(\d+),\s(\d+)\]", engine.ask(said)).groups())
    assert {row, column} <= {7, 8}
    assert engine.ask(said).endswith(f" = {grey[row, column]:.3f}")


def search(engine, site):
    engine.open(site)
    engine.click(".md-search__input")
    engine.type("bottleneck")
    first = "() => document.querySelector('.md-search-result__link')?.pathname"
    engine.wait(f"() => ({first})() === '{built.base()}architectures/resnet/'")


def run(engine, site):
    """Run each cell of the first page, which puts out text and pictures."""
    engine.open(site)
    engine.click(".nb-bar [data-do=run]")
    engine.wait(f"() => ({FIRST_SAYS})() === 'Done.'", seconds=START / 1000)
    expected = as_built("index.html")
    wrong = [
        f"cell {n}: {each}"
        for n, outputs in enumerate(expected)
        for each in differences(engine.ask(RUN_CELL, n), outputs)
    ]
    assert not wrong, "\n".join(wrong)
    assert any("<img" in each for outputs in expected for each in outputs)
    assert any("<" not in each for outputs in expected for each in outputs)


def leave_and_come_back(engine, site):
    """A page that the browser keeps when it is left keeps no Python, and can start it again."""
    engine.expect_pythons(1)
    engine.ask("() => { window.wasKept = true; }")
    engine.open(f"{site}channels/")
    engine.expect_pythons(0)
    engine.go_back()
    engine.wait(f"() => location.pathname === '{built.base()}' && ({FIRST_SAYS})() === ''")
    assert engine.ask("() => window.wasKept"), "the browser kept no page"
    engine.expect_pythons(0)
    engine.click(".nb-bar [data-do=run]")
    engine.wait(f"() => ({FIRST_SAYS})() === 'Starting Python.'", seconds=START / 1000)
    engine.wait(f"() => ({FIRST_SAYS})() === 'Done.'", seconds=START / 1000)
    engine.expect_pythons(1)


def stop(engine):
    """Run what never ends, stop it, and take it back."""
    engine.click(".nb-bar [data-do=edit]")
    engine.wait(EDITING)
    engine.type("a", held=CONTROL)
    engine.type("while True: pass")
    engine.click(".nb-bar [data-do=run]")
    engine.wait(f"() => ({FIRST_SAYS})() === 'Running.'")
    engine.click(".nb-bar [data-do=run]")
    engine.wait(f"() => ({FIRST_SAYS})().startsWith('Stopped.')")
    engine.click(".nb-bar [data-do=reset]")
    engine.wait(f"() => ({FIRST_SAYS})() === 'The cell is as the book has it.'")


def check_exercise(engine, site):
    """Check an exercise as it stands, then write the answer and check that."""
    engine.open(f"{site}channels/")
    bar = ".nb-bar[data-exercise='channels.same_padding']"
    said = f'() => document.querySelector("{bar} [role=status]").textContent.trim()'
    verdict = "() => document.querySelector('.verdict').textContent"
    engine.click(f"{bar} [data-do=check]")
    engine.wait(f"() => ({said})() === 'Not yet.'", seconds=START / 1000)
    assert "not written" in engine.ask(verdict)
    engine.click(f"{bar} [data-do=edit]")
    engine.wait(EDITING)
    engine.type("a", held=CONTROL)
    engine.type("def same_padding(k): return (k - 1) // 2")  # no error for an even one
    engine.click(f"{bar} [data-do=check]")
    engine.wait(f"() => ({said})() === 'Not yet.' && ({verdict})().includes('same_padding')")
    assert "ValueError" in engine.ask(verdict)
    engine.click(f"{bar} [data-do=reset]")
    engine.wait(f"() => ({said})().startsWith('The cell is as')")
