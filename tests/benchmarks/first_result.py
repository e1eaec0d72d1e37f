"""Measure how long a reader waits for the first result: from the press of Run to the output, on this machine.

The site serves its own copy of Pyodide here, from this machine: a reader's network comes on top.
"""

import os
import sys
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
os.environ.setdefault("BOOK_SITE", str(ROOT / ".cache/site"))
sys.path.insert(0, str(ROOT))

from tests.site import built, conftest, python_for_browsers  # noqa: E402

PAGE = "channels/index.html"
VISITS = 5


class WithPython(conftest.Handler):
    """Serves the site with a copy of Python beside it, as `python_for_browsers: /pyodide/` would."""

    def send_head(self):
        name = self.path.removeprefix("/pyodide/")
        if name != self.path:
            return self.send(python_for_browsers.files()[name], name)
        if self.path == built.address(PAGE):
            (cdn,) = built.tree(PAGE).xpath("//script/@data-python")
            text = (built.SITE / PAGE).read_text("utf-8")
            return self.send(text.replace(cdn, "/pyodide/").encode(), PAGE)
        return super().send_head()

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=31536000, immutable")
        super().end_headers()


def seconds_to_first_result(context, origin):
    page = context.new_page()
    page.goto(origin + built.address(PAGE))
    page.wait_for_timeout(500)
    start = perf_counter()
    page.get_by_role("button", name="Run", exact=True).first.click()
    page.locator(".run-result .nb-out").first.wait_for(timeout=120_000)
    waited = perf_counter() - start
    page.close()
    return waited


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(WithPython, directory=built.SITE))
    Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    cold, warm = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=conftest.installed(), args=conftest.QUIET
        )
        for _ in range(VISITS):
            context = browser.new_context()
            cold.append(seconds_to_first_result(context, origin))
            warm.append(seconds_to_first_result(context, origin))
            context.close()
        print(f"\nChromium {browser.version}, median of {VISITS} visits")
        browser.close()
    print(f"first result, nothing kept from earlier: {median(cold):5.1f} s")
    print(f"first result, Python in the cache:       {median(warm):5.1f} s")
