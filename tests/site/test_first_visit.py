"""A first visit to a page with a telephone on a slow network: what it costs, and what moves while it comes."""

import pytest

from . import built
from .conftest import serving

pytestmark = pytest.mark.browser

MOST = 200_000  # bytes, as the host sends them
MOVED = 0.02  # layout shift, 0 to 1; Lighthouse's own limit is 0.1
TELEPHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75}
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 184_000,
    "uploadThroughput": 84_000,
}  # Lighthouse's
TOGETHER = 12  # pages, each with a network of its own
SHIFTS = """
  window.shifts = [];
  new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(entry => ({
    value: entry.value, of: entry.sources.map(source => source.node?.textContent?.trim().slice(0, 40)),
  })))).observe({type: "layout-shift", buffered: true});
"""


def test_a_first_visit_is_light_and_nothing_moves(browser, record_property):
    costs, failures = {}, []
    with serving() as origin:
        for start in range(0, len(built.PAGES), TOGETHER):
            pages = built.PAGES[start : start + TOGETHER]
            for page, visit in [(page, Visit(browser, origin, page)) for page in pages]:
                costs[page], moved = visit.end()
                if costs[page] > MOST:
                    failures.append(f"{page}: {costs[page]:,} bytes: {visit.list_files()}")
                if sum(shift["value"] for shift in moved) > MOVED:
                    failures.append(f"{page}: moves: {moved}")
    record_property(
        "a first visit, in kB",
        [f"{page:40} {cost / 1000:6.1f}" for page, cost in costs.items()],
    )
    assert not failures, "\n".join(["", *failures])


class Visit:
    def __init__(self, browser, origin, page):
        self.context = browser.new_context(**TELEPHONE)
        self.page = self.context.new_page()
        self.names, self.sizes = {}, {}
        network = self.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", SLOW)
        network.on("Network.responseReceived", self._named)
        network.on("Network.loadingFinished", self._ended)
        self.page.add_init_script(SHIFTS)
        self.page.goto(origin + built.address(page), wait_until="commit")

    def _named(self, event):
        self.names[event["requestId"]] = event["response"]["url"].rpartition("/")[2] or "HTML"

    def _ended(self, event):
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def end(self):
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.fonts.ready.then(() => {})")
        moved = self.page.evaluate("window.shifts")
        self.context.close()
        return sum(self.sizes.values()), moved

    def list_files(self):
        heaviest = sorted(self.sizes, key=self.sizes.get, reverse=True)
        return ", ".join(f"{self.names[each]} {self.sizes[each]:,}" for each in heaviest[:8])
