"""Keep the counts of the last `make test`, with the reason of every skip."""

from collections import Counter
from pathlib import Path

from lxml import etree

from .record import write

JUNIT = Path(__file__).parents[1] / ".cache/junit"
SUITES = {
    "code": "the code, its examples and the pages",
    "site": "the built site, as files and in a browser",
    "slow": "the built site, measured by Lighthouse",
}
UNTRUE = ("failure", "error")


def counted(file):
    """Return how many cases passed and were skipped, for which reasons, and the seconds that they took in all."""
    suite = etree.parse(file).getroot().find("testsuite")
    cases = suite.findall("testcase")
    bad = [c.get("name") for c in cases if any(c.find(u) is not None for u in UNTRUE)]
    if bad:
        raise SystemExit(f"{file.name}: failed: {', '.join(bad)}")
    skips = [skip for case in cases if (skip := case.find("skipped")) is not None]
    reasons = Counter(skip.get("message") for skip in skips)
    return len(cases) - len(skips), reasons, float(suite.get("time"))


if __name__ == "__main__":
    results, reasons = {}, Counter()
    for name, what in SUITES.items():
        passed, skipped, seconds = counted(JUNIT / f"{name}.xml")
        results[f"passed: {what}"] = passed
        results[f"seconds: {what}"] = round(seconds)
        reasons += skipped
    results["skipped"] = reasons.total()
    results["Why skipped"] = [f"{n:,} × {why}" for why, n in sorted(reasons.items())]
    write("suite", "make quality", results, ["pytest", "numpy", "torch"])
