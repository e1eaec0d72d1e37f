"""The Run buttons: the reader's browser puts out what the build put on the page, and survives what readers do."""

import base64
import hashlib
import io
import json
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from lxml import html
from PIL import Image
from playwright.sync_api import expect

from bookbuild.prepare.runnable import PINS, THERE

from . import built, python_for_browsers
from .built import on_every_page
from .running import FAILED, RESET, RUNNABLE, address_of_python, edit, editor, opened, run, write

pytestmark = pytest.mark.browser

CHAPTER = "channels/index.html"
# What comes with matplotlib, and not before.
MATPLOTLIB = {package["file_name"] for name, package in PINS["packages"].items() if name != "numpy"}
SVG = "data:image/svg+xml;base64,"
CLEAR = """
for __each in list(globals()):
    if not __each.startswith("__"):
        del globals()[__each]
"""
# Presses Run under a cell, and returns the texts that the page had there, and what the cell puts out.
RUN_CELL = """async number => {
  const bar = document.querySelectorAll(".nb-bar")[number], built = [], late = performance.now() + 180_000;
  let next = bar;
  while ((next = next.nextElementSibling)?.matches(".nb-out, .nb-html, .run-result"))
    if (next.matches(".nb-out")) built.push(next.textContent);
  bar.querySelector("[data-do=run]").click();
  while (bar.matches(".is-busy") && performance.now() < late) await new Promise(done => setTimeout(done, 5));
  const result = bar.nextElementSibling, said = bar.querySelector("[role=status]").textContent.trim();
  return {built, said, isError: Boolean(result.querySelector(".nb-error")), made: [...result.children].map(
    out => out.matches(".nb-html") ? out.innerHTML : out.textContent)};
}"""


def pictures(text):
    """Return HTML less its pictures, and the pixels of the pictures."""
    tree = html.fragment_fromstring(text, create_parent=True)
    found = []
    for image in tree.iter("img"):
        source = image.attrib.pop("src")
        png = base64.b64decode(source.removeprefix("data:image/png;base64,"))
        found.append(np.asarray(Image.open(io.BytesIO(png)), int))
    return html.tostring(tree), found


def as_built(page):
    """Return what the build got from each cell that a reader can run: texts, HTML and errors, in order."""
    offered = built.tree(page).xpath("//article//a[@download]/@href")[0]
    file, _ = built.leads_to(offered, at=built.address(page))
    cells = {
        cell.source: [shown(output) for output in cell.outputs]
        for cell in nbformat.read(file, as_version=4).cells
        if cell.cell_type == "code"
    }
    blocks = built.tree(page).xpath(built.RUN)
    return [cells[block.text_content().rstrip()] for block in blocks]


def shown(output):
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    kinds = "image/svg+xml", "text/html", "text/plain"
    return next(output.data[kind] for kind in kinds if kind in output.data)


def words(figure):
    """Return the texts of a figure, which matplotlib draws as paths under comments."""
    if SVG in figure:
        figure = base64.b64decode(figure.partition(SVG)[2].partition("#")[0]).decode()
    return sorted(re.findall("<!-- (.*?) -->", figure))


def test_the_pinned_files_are_those_that_pyodide_published():
    for name, content in python_for_browsers.files().items():
        pin = PINS["files"][name]
        assert pin["sha256"] == hashlib.sha256(content).hexdigest()
        assert pin["size"] == len(content)
    lock = python_for_browsers.official_lock()
    assert PINS["info"] == lock["info"]
    assert PINS["packages"].items() <= lock["packages"].items()
    for package in PINS["packages"].values():
        assert PINS["files"][package["file_name"]]["sha256"] == package["sha256"]
        assert PINS["packages"].keys() >= set(package["depends"])
    assert f"/v{PINS['info']['version']}/" in address_of_python()


def differences(ran, expected):
    """Say where a cell that ran here differs from the same at the build, and that from its page."""
    made = [one.rstrip() for one in ran["made"]]
    if ran["said"] != (FAILED if ran["isError"] else "Done."):
        yield ran["said"]
    if ran["isError"]:
        made[-1] = made[-1].splitlines()[-1]
    texts = [one for one in made if "<" not in one]
    if [one.rstrip() for one in ran["built"]] != texts:
        yield f"the page has {ran['built']}, and here it is {texts}"
    if len(made) != len(expected):
        yield f"{len(expected)} outputs at the build, {len(made)} here: {made}"
        return
    for one, other in zip(made, expected, strict=True):
        if "<svg" in other:
            if not words(other) or words(one) != words(other):
                yield f"a figure that says {words(other)} at the build, and {words(one)} here"
            continue
        if "<img" not in other:
            if one != other.rstrip():
                yield f"at the build {other}, here {one}"
            continue
        (text, ours), (built_text, theirs) = map(pictures, (one, other))
        if text != built_text or len(ours) != len(theirs):
            yield f"at the build {built_text}, here {text}"
        elif any(abs(a - b).max() > 1 for a, b in zip(ours, theirs, strict=True)):
            yield "another picture than at the build"


def test_cells_put_out_what_the_build_put_on_the_page(python):
    """Every third cell of each page; every cell where the environment has WHOLE."""
    page, failures, number = python.page, [], 0
    for path in RUNNABLE:
        if number:  # what a page does not define itself is not there
            edit(page, 0, CLEAR)
            run(page, 0)
            page.evaluate(RESET)
        for n, expected in enumerate(as_built(path), 1):
            if built.WHOLE or n % 3 == 1:
                ran = page.evaluate(RUN_CELL, number)
                failures += [f"{path} cell {n}: {each}" for each in differences(ran, expected)]
            number += 1
    assert number == page.locator(".nb-run").count()
    assert not failures, "\n".join(["", *failures])


def test_python_starts_only_from_the_files_that_the_book_was_tested_with(browser, origin):
    with opened(browser, origin, CHAPTER) as visit:
        page, network = visit.page, visit.network
        out = page.locator(".nb-out").first
        before = out.inner_text()
        assert not network.asked, "asked for Python before Run was pressed"

        network.cut = True
        said = "Python could not be fetched: this device is offline, or the address is blocked. The page is as it was."
        assert run(page, 0, says=said).inner_text() == ""
        expect(out).to_be_visible()
        network.cut = False

        name = "pyodide.asm.wasm"
        content = network.files[name]
        network.files[name] = content[:-1] + bytes([content[-1] ^ 1])
        said = (
            "Python was not started: pyodide.asm.wasm is not the file that this book was tested with."
            " The page is as it was."
        )
        run(page, 0, says=said)
        assert out.inner_text() == before
        expect(out).to_be_visible()

        network.files[name] = content
        network.asked.clear()
        run(page, 0, says=re.compile(r"Starting Python\.|Done\."))  # by now all files are checked
        assert sorted(network.asked) == sorted(PINS["files"].keys() - MATPLOTLIB)


DRAWS = "projections/index.html"
DRAWN = "img.nb-figure:visible"


def test_matplotlib_comes_when_a_cell_imports_it_checked_and_python_outlives_its_failure(
    browser, origin
):
    with opened(browser, origin, DRAWS) as visit:
        page, network = visit.page, visit.network
        blocks = page.locator(".nb-run")
        number = next(n for n in range(blocks.count()) if "plot_" in blocks.nth(n).text_content())
        figure = page.locator(".nb-bar").nth(number).locator("xpath=following-sibling::p[1]/img")
        alt = figure.first.get_attribute("alt")
        edit(page, 0, "kept = 'of the first cell'")
        run(page, 0)
        assert not MATPLOTLIB & set(network.asked), "asked for matplotlib before it was imported"

        network.cut = True
        shown = run(page, number, says=FAILED).inner_text()
        assert "matplotlib could not be fetched: this device is offline" in shown
        network.cut = False
        name = PINS["packages"]["contourpy"]["file_name"]
        content = network.files[name]
        network.files[name] = content[:-1] + bytes([content[-1] ^ 1])
        shown = run(page, number, says=FAILED).inner_text()
        assert f"{name} is not the file that this book was tested with" in shown

        network.files[name] = content
        network.asked.clear()
        shown = run(page, number)
        assert set(network.asked) == MATPLOTLIB
        expect(figure.first).to_be_hidden()
        for scheme in "slate", "default":
            page.evaluate("scheme => { document.body.dataset.mdColorScheme = scheme; }", scheme)
            expect(shown.locator(DRAWN)).to_have_count(1)
            expect(shown.locator(DRAWN)).to_have_attribute("alt", alt)
            assert shown.locator(DRAWN).evaluate("image => image.naturalWidth") > 0
            visit.check_accessibility(".run-result:has(> *)")
        write(editor(page, 0), "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
        shown = run(page, 0)
        expect(shown.locator(DRAWN)).to_have_count(1)
        assert not shown.inner_text().strip()
        write(editor(page, 0), "plt.plot([1, 2]); 1 / 0")
        run(page, 0, says=FAILED)
        write(editor(page, 0), "print(kept)")
        shown = run(page, 0)
        assert shown.inner_text().strip() == "of the first cell"
        expect(shown.locator(DRAWN)).to_have_count(0)
        assert set(network.asked) == MATPLOTLIB, "a file came twice"


IMPORTS_THAT_WORK = """
import ast, json, sys

import matplotlib.figure  # whatever that imports of its own

THERE = {*sys.stdlib_module_names, "onebyone", *sys.argv[1:]}

class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in THERE:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Lacking())
answers = []
for cell in json.load(sys.stdin):
    imports = [n for n in ast.parse(cell).body if isinstance(n, (ast.Import, ast.ImportFrom))]
    try:
        exec(compile(ast.Module(imports, []), "cell", "exec"), {})
        answers.append(True)
    except ModuleNotFoundError:
        answers.append(False)
print(json.dumps(answers))
"""


def is_exercise(cell):
    after = cell.getnext()
    return after.get("data-exercise") or ": check it in the notebook" in after.text_content()


def test_a_cell_has_a_button_where_python_with_numpy_and_matplotlib_can_import_it():
    cells = [
        cell
        for page in built.PAGES
        for cell in built.tree(page).xpath("//*[contains(@class, 'nb-in')]")
        if not is_exercise(cell)  # its check needs more than its start
    ]
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTS_THAT_WORK, *THERE],
        input=json.dumps([cell.text_content() for cell in cells]),
        capture_output=True,
        text=True,
        check=True,
    )
    buttons = ["nb-run" in cell.get("class").split() for cell in cells]
    assert buttons == json.loads(ran.stdout)
    assert True in buttons
    assert False in buttons


@on_every_page
def test_a_cell_that_needs_more_says_what_and_has_no_button(page):
    needs_torch = re.compile(
        r"(import|from) torch\b|onebyone\.(pytorch|summary|arch|digits|training)"
    )
    for cell in built.tree(page).xpath("//*[contains(@class, 'nb-in')]"):
        after = cell.getnext()
        if after.get("class") not in ("nb-bar", "nb-needs"):
            yield f"neither a button nor what it needs: {cell.text_content()}"
        if is_exercise(cell):
            continue
        if needs_torch.search(cell.text_content()) and after.text_content() != (
            "This needs PyTorch: run it in Colab, or on your own machine."
        ):
            yield f"says {after.text_content()!r}: {cell.text_content()}"
