"""How Firefox and WebKit start without a desktop, as any user, and end whatever happens."""

import json
import os
import shutil
import signal
import subprocess
import time
import warnings
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from selenium.webdriver import WebKitGTK
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service
from websocket import create_connection

from .engines import HEIGHT, LATE, Firefox, WebKit


@contextmanager
def running(command, *, env=None, **options):
    """Run a program, and end it with all that it started."""
    log = subprocess.DEVNULL
    env = os.environ | (env or {})
    program = subprocess.Popen(
        command, env=env, stdout=log, stderr=log, start_new_session=True, **options
    )
    try:
        yield program
    finally:
        for how in signal.SIGTERM, signal.SIGKILL:
            try:
                os.killpg(program.pid, how)
                program.wait(10)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue


FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
FIREFOX_SETTINGS = {
    "layout.css.prefers-color-scheme.content-override": 0,  # dark
    "focusmanager.testmode": True,  # the page has the focus, whatever window has it
    # No host but this machine can be reached, on Firefox's own errands either.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 1,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 1,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}


@contextmanager
def firefox(origin):
    """Open Firefox, which asks for the dark scheme."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        lines = [
            f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in FIREFOX_SETTINGS.items()
        ]
        (Path(folder) / "user.js").write_text("".join(lines))
        command = [
            FIREFOX,
            "--headless",
            "--no-remote",
            "--remote-debugging-port=0",
            "--profile",
            folder,
        ]
        home = {"HOME": folder, "MOZ_CRASHREPORTER_DISABLE": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        program = stack.enter_context(running(command, env=home))
        told = Path(folder) / "WebDriverBiDiServer.json"
        until(lambda: told.exists() and told.read_text(), program)
        where = json.loads(told.read_text())
        address = f"ws://{where['ws_host']}:{where['ws_port']}/session"
        socket = create_connection(address, timeout=2 * LATE, suppress_origin=True)
        stack.callback(socket.close)
        yield Firefox(socket, origin)


DRIVER = shutil.which("WebKitWebDriver")
MINI_BROWSER = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), None)
WITHOUT_A_DESKTOP = {
    "GDK_BACKEND": "x11",
    "GIO_USE_VFS": "local",
    "GSETTINGS_BACKEND": "memory",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "NO_AT_BRIDGE": "1",
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # containers do not allow one
}
# Its buttons would keep the window wider than a telephone.
NARROW = (
    "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; }"
)


@contextmanager
def webkit(origin):
    """Open WebKit on a screen of its own, asking for the dark scheme."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        (Path(folder) / "gtk-3.0").mkdir()
        (Path(folder) / "gtk-3.0/gtk.css").write_text(NARROW)
        home = {
            "XDG_CONFIG_HOME": folder,
            "XDG_DATA_HOME": folder,
            "DISPLAY": stack.enter_context(screen()),
        }
        service = Service(
            DRIVER, log_output=subprocess.DEVNULL, env=os.environ | WITHOUT_A_DESKTOP | home
        )
        options = Options()
        options.binary_location = str(MINI_BROWSER)
        for argument in "--automation", "--dark-mode":
            options.add_argument(argument)
        options.set_capability("browserName", "MiniBrowser")
        proxy = urlsplit(origin).netloc
        others = {
            "proxyType": "manual",
            "httpProxy": proxy,
            "sslProxy": proxy,
            "noProxy": ["127.0.0.1"],
        }
        options.set_capability("proxy", others)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of one part of Selenium by another
            driver = WebKitGTK(options=options, service=service)
        stack.callback(driver.quit)
        yield WebKit(driver)


@contextmanager
def screen():
    """Start a screen in memory, and give its name."""
    reads, writes = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writes),
        "-screen",
        "0",
        f"1400x{HEIGHT + 200}x24",
        "-nolisten",
        "tcp",
    ]
    with running(command, pass_fds=[writes]):
        os.close(writes)
        with os.fdopen(reads) as told:
            yield f":{told.readline().strip()}"


def until(test, program):
    """Wait for what a program makes when it has started."""
    late = time.monotonic() + LATE
    while not test():
        assert program.poll() is None, f"{program.args} ended with {program.returncode}"
        assert time.monotonic() < late, f"{program.args} did not start in {LATE} s"
        time.sleep(0.05)


ENGINES = {"firefox": firefox, "webkit": webkit}
MISSING = {
    "firefox": None if FIREFOX else "no Firefox: install firefox-esr",
    "webkit": None
    if DRIVER and MINI_BROWSER and shutil.which("Xvfb")
    else "no WebKit: install webkit2gtk-driver and xvfb",
}
