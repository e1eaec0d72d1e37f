"""Lighthouse's verdict on a telephone: full marks but for performance, which leaves room for a busy machine."""

import json
import os
import subprocess
import time
from urllib.parse import urlsplit

import pytest

from . import built, python_for_browsers
from .conftest import NOWHERE, QUIET, Handler, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIGHTHOUSE = python_for_browsers.KEPT / "node_modules/.bin/lighthouse"
LEAST = {"accessibility": 100, "best-practices": 100, "seo": 100, "performance": 95}
TRIES = 6  # whatever else the machine does takes from the performance, and adds nothing
LATER = 0.3  # s
# Lighthouse has a desktop play a phone by slowing it down four times. Its own index puts a fast desktop at 1,500 to
# 2,000; a slower machine, as a shared one often is, has less to be slowed down by.
PHONE, DESKTOP = 4, 2000


class LikeANetwork(Handler):
    """Sends the scripts after the rest.

    A browser asks for them with low priority, and a network brings them last. From this machine all would come at once,
    and where scripts run before the figure is painted, Lighthouse counts their time in the figure's.
    """

    def send_head(self):
        if urlsplit(self.path).path.endswith(".js"):
            time.sleep(LATER)
        return super().send_head()


@pytest.fixture(scope="module")
def network():
    with serving(LikeANetwork) as address:
        yield address


def test_lighthouse_finds_nothing_to_mend(chromium, network, tmp_path):
    python_for_browsers.need()
    slowdown, failures = PHONE, []
    for path in "", "channels/":
        wanted = dict(LEAST)
        for _ in range(TRIES):
            found = verdict(chromium, network + built.base() + path, wanted, slowdown, tmp_path)
            scores = {
                name: round(100 * each["score"]) for name, each in found["categories"].items()
            }
            index = found["environment"]["benchmarkIndex"]
            print(f"{path}: {scores}, slowed down {slowdown:.1f} times, index {index:.0f}")
            slowdown = PHONE * min(1, index / DESKTOP)
            wanted = {name: least for name, least in wanted.items() if scores[name] < least}
            if set(wanted) != {"performance"}:  # nothing else gets better by itself
                break
        if wanted:
            failures.append(f"{path}: {scores}")
            failures += [
                f"{audit['id']}: {audit.get('displayValue', '')} {audit['title']}"
                for audit in found["audits"].values()
                if audit["score"] is not None and audit["score"] < 0.9
            ]
    assert not failures, "\n".join(failures)


def verdict(chromium, address, categories, slowdown, folder):
    report = folder / "report.json"
    flags = " ".join(["--headless=new", *QUIET, NOWHERE])
    command = [LIGHTHOUSE, address, "--quiet", "--output=json", "--disable-full-page-screenshot"]
    command += [f"--only-categories={','.join(categories)}"]
    command += [f"--throttling.cpuSlowdownMultiplier={slowdown}"]
    command += [f"--output-path={report}", f"--chrome-flags={flags}"]
    subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": chromium})
    return json.loads(report.read_text(encoding="utf-8"))
