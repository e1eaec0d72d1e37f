"""Lighthouse's verdict on the three heaviest pages, on a telephone; `make lighthouse` asks about all."""

import pytest
from tools.lighthouse import LEAST, Judge

from . import built, python_for_browsers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Points for performance that a page has even on a machine that is slow, or busy with something else. Of an idle one,
# `make lighthouse` asks 95, and the page on quality says what it found.
SLOW = 50


def test_lighthouse_finds_nothing_to_mend(chromium, origin, record_property):
    python_for_browsers.need()
    judge, failures = Judge(chromium, LEAST | {"performance": SLOW}), []
    for page in sorted(built.BOOK, key=built.weight)[-3:]:
        scores, faults = judge.ask(origin + built.address(page))
        record_property("Lighthouse", [f"{page}: {scores}"])
        if judge.find_missed(scores):
            failures += [f"{page}: {scores}", *faults]
    assert not failures, "\n".join(failures)
