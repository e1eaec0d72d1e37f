"""Lighthouse's verdict on the three heaviest pages, on a telephone; `make lighthouse` asks about all."""

import pytest
from tools.lighthouse import Judge, find_missed

from . import built, python_for_browsers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUSY = 60  # points of performance that a page has even where half the machine is taken


def test_lighthouse_finds_nothing_to_mend(chromium, origin, record_property):
    python_for_browsers.need()
    judge, failures = Judge(chromium), []
    for page in sorted(built.BOOK, key=built.weight)[-3:]:
        scores, was_idle, faults = judge.ask(origin + built.address(page))
        missed = find_missed(scores)
        if missed == {"performance"} and not was_idle and scores["performance"] >= BUSY:
            record_property("not judged, on a busy machine", [f"{page}: {scores}"])
        elif missed:
            failures += [f"{page}: {scores}", *faults]
    assert not failures, "\n".join(failures)
