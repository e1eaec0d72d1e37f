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

from bookbuild.runnable import PINS

from . import built, python_for_browsers
from .running import (
    FAILED,
    RUNNABLE,
    START,
    address_of_python,
    opened,
    result,
    run,
)

pytestmark = pytest.mark.browser

CHAPTER = "channels/index.html"
ENDED = re.compile(f"Done.|{FAILED}")
OUTPUTS = """box => [...box.children].map(
  out => out.matches(".nb-html") ? out.innerHTML : out.textContent)"""
TEXTS = """bar => {
  const found = [];
  let next = bar.nextElementSibling;
  for (; next?.matches(".nb-out, .nb-html"); next = next.nextElementSibling)
    if (next.matches(".nb-out")) found.push(next.textContent);
  return found;
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
    blocks = built.tree(page).xpath("//*[contains(@class, 'nb-run')]")
    return [cells[block.text_content().rstrip()] for block in blocks]


def shown(output):
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.data.get("text/html", output.data["text/plain"])


def test_the_pinned_files_are_those_that_pyodide_published():
    for name, content in python_for_browsers.files().items():
        pin = PINS["files"][name]
        assert pin["sha256"] == hashlib.sha256(content).hexdigest()
        assert pin["size"] == len(content)
    lock = python_for_browsers.official_lock()
    assert PINS["info"] == lock["info"]
    assert PINS["packages"] == {"numpy": lock["packages"]["numpy"]}
    numpy = PINS["packages"]["numpy"]
    assert PINS["files"][numpy["file_name"]]["sha256"] == numpy["sha256"]
    assert f"/v{PINS['info']['version']}/" in address_of_python()


@pytest.mark.parametrize("runnable_page", RUNNABLE)
def test_every_cell_puts_out_what_the_build_put_on_the_page(browser, origin, runnable_page):
    with opened(browser, origin, runnable_page) as (page, network):
        assert not network.asked, "asked for Python before Run was pressed"
        for number, expected in enumerate(as_built(runnable_page)):
            bar = page.locator(".nb-bar").nth(number)
            on_page = bar.evaluate(TEXTS)
            bar.get_by_role("button", name="Run", exact=True).click()
            status = bar.get_by_role("status")
            expect(status).to_have_text(ENDED, timeout=START)
            found = result(page, number).evaluate(OUTPUTS)
            if result(page, number).locator(".nb-error").count():
                found[-1] = found[-1].splitlines()[-1]
            for one, other in zip(found, expected, strict=True):
                if "<img" not in other:
                    assert one.rstrip() == other.rstrip()
                    continue
                (text, ours), (built_text, theirs) = map(pictures, (one, other))
                assert text == built_text
                for picture, built_picture in zip(ours, theirs, strict=True):
                    assert abs(picture - built_picture).max() <= 1
            # What the page has as text is the same text.
            texts = [one.rstrip() for one in found if "<" not in one]
            assert [one.rstrip() for one in on_page] == texts
        assert sorted(network.asked) == sorted(PINS["files"])


def test_a_file_that_was_tampered_with_is_refused(browser, origin):
    with opened(browser, origin, CHAPTER) as (page, network):
        before = page.locator(".nb-out").first.inner_text()
        name = "pyodide.asm.wasm"
        content = network.files[name]
        network.files[name] = content[:-1] + bytes([content[-1] ^ 1])
        said = (
            "Python was not started: pyodide.asm.wasm is not the file that this book was tested with."
            " The page is as it was."
        )
        run(page, 0, says=said)
        assert page.locator(".nb-out").first.inner_text() == before
        expect(page.locator(".nb-out").first).to_be_visible()
        network.files[name] = content
        run(page, 0)


def test_without_a_network_run_says_so_and_leaves_the_page_as_it_was(browser, origin):
    with opened(browser, origin, CHAPTER) as (page, network):
        network.cut = True
        said = "Python could not be fetched: this device is offline, or the address is blocked. The page is as it was."
        outcome = run(page, 0, says=said)
        assert outcome.inner_text() == ""
        expect(page.locator(".nb-out").first).to_be_visible()
        network.cut = False
        run(page, 0)


IMPORTS_THAT_WORK = """
import ast, json, sys

THERE = {*sys.stdlib_module_names, "numpy", "onebyone"}

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


def test_a_cell_has_a_button_where_python_with_numpy_alone_can_import_it():
    cells = [
        cell
        for page in built.PAGES
        for cell in built.tree(page).xpath("//*[contains(@class, 'nb-in')]")
    ]
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTS_THAT_WORK],
        input=json.dumps([cell.text_content() for cell in cells]),
        capture_output=True,
        text=True,
        check=True,
    )
    buttons = ["nb-run" in cell.get("class").split() for cell in cells]
    assert buttons == json.loads(ran.stdout)
    assert True in buttons
    assert False in buttons


def test_a_cell_that_needs_more_than_numpy_says_what_and_has_no_button(
    page_path,
):
    for cell in built.tree(page_path).xpath("//*[contains(@class, 'nb-in')]"):
        after = cell.getnext()
        needs_torch = bool(
            re.search(
                r"(import|from) torch\b|onebyone\.(pytorch|summary|arch|digits|training)",
                cell.text_content(),
            )
        )
        assert after.get("class") in ("nb-bar", "nb-needs")
        if needs_torch:
            assert after.text_content() == (
                "This needs PyTorch: run it in Colab, or on your own machine."
            )
