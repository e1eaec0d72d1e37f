"""A page whose cells run in a browser, with local files in place of the network that brings Python to readers."""

from contextlib import contextmanager
from copy import deepcopy

from lxml import html
from playwright.sync_api import expect

from . import built, python_for_browsers
from .visits import visiting

START = 180_000  # ms: Python's start on a busy machine
FAILED = "It stopped at an error, which is shown under the code."
RUNNABLE = [page for page in built.PAGES if built.tree(page).xpath(built.RUN)]
RUNNABLE.sort(key=lambda page: page != "index.html")  # whose widget is run too
# What is typed is forgotten, and a cell that was run has the page's own outputs again.
RESET = """() => {
  for (const block of document.querySelectorAll(".nb-run")) {
    const reset = block.nextElementSibling.querySelector("[data-do=reset]:not([hidden])");
    if (reset?.textContent === "Reset") reset.click();
    block.dispatchEvent(new Event("cell-reset", {bubbles: true}));
  }
}"""


def address_of_python():
    (script,) = built.tree(RUNNABLE[0]).xpath("//script/@data-python")
    return script


def with_every_cell():
    """Return the first page with the cells of every other at its end, so that Python starts once for all."""
    cells = []
    for page in RUNNABLE[1:]:
        for block in built.tree(page).xpath(built.RUN):
            cells.append(block)
            for each in block.itersiblings():
                if not {"nb-bar", "nb-out", "nb-html"} & set(each.get("class", "").split()):
                    break
                cells.append(each)
    texts = []
    for cell in map(deepcopy, cells):
        cell.tail = None
        for part in cell.iter():
            part.attrib.pop("id", None)
        for image in cell.xpath(".//img"):  # its address is relative to another page
            image.drop_tree()
        texts.append(html.tostring(cell, encoding="unicode"))
    first = deepcopy(built.tree(RUNNABLE[0]))
    for block in first.xpath(built.EXERCISE):
        block.getnext().drop_tree()
        block.drop_tree()
    page = html.tostring(first, encoding="unicode", doctype="<!doctype html>")
    return page.replace("</article>", "".join(texts) + "</article>")


class Network:
    """What lies behind the address from which pages take Python: the published files, unless a test spoils them."""

    def __init__(self):
        self.files = dict(python_for_browsers.files())
        self.asked = []
        self.cut = self.was_cut = False

    def answer(self, route):
        name = route.request.url.removeprefix(address_of_python())
        self.asked.append(name)
        if self.cut:
            self.was_cut = True
            route.abort("internetdisconnected")
            return
        headers = {"access-control-allow-origin": "*"}
        route.fulfill(body=self.files[name], headers=headers)


@contextmanager
def opened(browser, origin, page, *, text=None, **settings):
    """Open a page, or a text in its place, whose Python comes from local files."""
    context = browser.new_context(**settings)
    network = Network()
    context.route(f"{address_of_python()}*", network.answer)
    address = built.address(page)
    if text:
        context.route(origin + address, lambda r: r.fulfill(body=text, content_type="text/html"))
    with visiting(context, origin, address) as visit:
        visit.network = network
        yield visit
    context.close()
    assert not (others := unexpected(visit)), "\n".join(others)


def unexpected(visit):
    """Return the failures of a visit, less what a page lets go of when it is left or stops its worker."""
    expected = [address_of_python(), "ERR_ABORTED"]
    if visit.network.was_cut:
        expected.append("ERR_INTERNET_DISCONNECTED")
    return [failure for failure in visit.failures if not any(each in failure for each in expected)]


def run(page, number, *, says="Done.", timeout=START):
    """Press Run under a cell, and wait until it says how it went."""
    bar = page.locator(".nb-bar").nth(number)
    bar.get_by_role("button", name="Run", exact=True).click()
    expect(bar.get_by_role("status")).to_have_text(says, timeout=timeout)
    return result(page, number)


def result(page, number):
    bar = page.locator(".nb-bar").nth(number)
    return bar.locator("xpath=following-sibling::*[1][@class='run-result']")


def edit(page, number, code):
    bar = page.locator(".nb-bar").nth(number)
    bar.locator("[data-do=edit]").click()
    write(editor(page, number), code)


def write(field, code):
    """Replace all that an editor holds, as a reader does: Playwright's own way is too quick for any editor to see."""
    field.press("Control+A")
    field.page.keyboard.insert_text(code)


def editor(page, number=None):
    """Return the editor of a cell, or those of the page; what can be typed into lies in a tree of its own."""
    place = page if number is None else page.locator(".nb-run").nth(number)
    return place.locator(".cm-content")
