"""Fuzz every public function with calls that the tests do not draw: `make fuzz`.

It stops at the first call that returns a wrong value or raises anything but an error that names its argument,
and prints that call.
"""

import secrets
import sys
from collections import Counter

from hypothesis import given, seed, settings
from tests.onebyone.fuzz.run import attempts, outcome
from tests.onebyone.fuzz.table import FUZZED

from onebyone.deterministic import deterministic

from .record import save

CALLS_PER_FUNCTION = 2_000


def draw_calls(row, number):
    """Draw calls of one function from a seed, and count their outcomes."""
    found = Counter()

    @seed(number)
    @settings(max_examples=CALLS_PER_FUNCTION, deadline=None, database=None)
    @given(attempts(row))
    def draw(attempt):
        arguments, fits = attempt
        found[outcome(row, arguments, fits=fits)] += 1

    draw()
    return found


def main(number):
    print(f"SEED={number}", flush=True)
    found = sum((draw_calls(row, number) for row in FUZZED.values()), Counter())
    results = {
        "Functions": len(FUZZED),
        "Calls drawn": found.total(),
        "Right values": found["right"],
        "Refused, by the name of the argument": found["refused"],
        "Anything else": found.total() - found["right"] - found["refused"],
        "Seed": number,
    }
    save("fuzz", f"make fuzz SEED={number}", results, ["hypothesis", "numpy", "torch"])


if __name__ == "__main__":
    with deterministic():
        main(int(sys.argv[1]) if sys.argv[1:] else secrets.randbelow(10**6))
