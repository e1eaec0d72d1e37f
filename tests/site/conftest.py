"""The built site, served on this machine and opened in a browser: one browser for all the tests of a worker."""

import gzip
import io
import os
import shutil
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from . import built, running

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TEXTS = {".html", ".css", ".js", ".json", ".svg", ".xml"}
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # a stray request fails instead of leaving


def installed():
    """Return the path of the first browser that this machine has."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """One worker runs all that needs Python, which starts there once, and begins with it, since it takes longest.

    So it is with each other engine.
    """
    for item in items:
        if "watched" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group(item.callspec.params["watched"]))
        if "python" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("python"))


@pytest.fixture(autouse=True, scope="session")
def _site_is_there():
    if not built.THERE:
        if "BOOK_SITE" in os.environ:  # whoever names a site means to have it tested
            pytest.fail(built.MISSING, pytrace=False)
        pytest.skip(built.MISSING)


class Handler(SimpleHTTPRequestHandler):
    """Serves the site under the path at which it is published."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        inside = urlsplit(path).path.startswith(built.base())
        return super().translate_path(
            "/" + path.removeprefix(built.base()) if inside else "/outside-the-site"
        )

    def send_head(self):
        """Send text as gzip, to be kept for ten minutes, as hosts of static sites do."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in TEXTS or not path.is_file():
            return super().send_head()
        return self.send(path.read_bytes(), path)

    def send(self, content, name):
        content = gzip.compress(content, mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(name))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def log_message(self, *_):
        pass


@contextmanager
def serving(handler=Handler):
    """Serve the built site, and give the server's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=built.SITE))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def origin():
    with serving() as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    """Return the path of the browser."""
    found = installed()
    if not found:
        reason = f"no browser to open the site with: none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("BOOK_NEEDS_BROWSER"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, NOWHERE])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _python(browser, origin):
    """The first page with the cells of every page, on which Python has started."""
    with running.opened(browser, origin, "index.html", text=running.with_every_cell()) as visit:
        running.run(visit.page, 0)
        visit.page.evaluate(running.RESET)
        yield visit


@pytest.fixture
def python(_python):
    """A page that runs, with its cells as the book has them; what was run before lives on."""
    yield _python
    _python.page.evaluate(running.RESET)
    failures, _python.failures[:] = running.unexpected(_python), []
    assert not failures, "\n".join(failures)


@pytest.fixture(scope="session")
def contexts(browser):
    """One window for each scheme and width, kept for all pages, so that each file is fetched once."""
    made = {}

    def context(scheme="light", width=1280, *, scripts=True):
        key = scheme, width, scripts
        if key not in made:
            made[key] = browser.new_context(
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
                java_script_enabled=scripts,
                permissions=["clipboard-read", "clipboard-write"],
            )
        return made[key]

    yield context
    for each in made.values():
        each.close()


def pytest_terminal_summary(terminalreporter):
    """Print what the tests have recorded: what a first visit costs, and what a busy machine kept from being judged."""
    for report in terminalreporter.getreports("passed"):
        for name, lines in report.user_properties:
            terminalreporter.section(name)
            for line in lines:
                terminalreporter.write_line(line)
