"""A page whose cells run in a browser, with local files in place of the network that brings Python to readers."""

from contextlib import contextmanager

from playwright.sync_api import expect

from . import built, python_for_browsers
from .visits import visiting

START = 60_000  # ms: Python's start on a busy machine
FAILED = "It stopped at an error, which is shown under the code."
RUNNABLE = [
    page for page in built.PAGES if built.tree(page).xpath("//*[contains(@class, 'nb-run')]")
]


def address_of_python():
    (script,) = built.tree(RUNNABLE[0]).xpath("//script/@data-python")
    return script


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
def opened(browser, origin, page, **options):
    """Open a page whose Python comes from local files."""
    context = browser.new_context(**options)
    network = Network()
    context.route(f"{address_of_python()}*", network.answer)
    with visiting(context, origin, built.address(page)) as visit:
        yield visit.page, network
    context.close()
    # A page that is left, and a worker that is stopped, let go of what they were fetching.
    expected = [address_of_python(), "ERR_ABORTED"]
    if network.was_cut:
        expected.append("ERR_INTERNET_DISCONNECTED")
    others = [
        failure for failure in visit.failures if not any(each in failure for each in expected)
    ]
    assert not others, "\n".join(others)


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
    bar.get_by_role("button", name="Edit").click()
    page.locator(".nb-run").nth(number).locator("textarea").fill(code)
