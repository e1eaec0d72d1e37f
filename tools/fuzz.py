"""Draw calls of every function that computes, others than the suite draws, and keep how many there were.

A call that comes to anything but a right value or an error that names its argument stops it, and is printed.
"""

import secrets
import sys
from collections import Counter

from hypothesis import given, seed, settings
from tests.onebyone.fuzz.run import attempts, outcome
from tests.onebyone.fuzz.table import FUZZED

from onebyone.deterministic import deterministic

from .record import write

OF_EACH = 2_000


def draw_calls(row, drawn_from):
    """Draw so many calls of one function, and return how many came to what."""
    found = Counter()

    @seed(drawn_from)
    @settings(max_examples=OF_EACH, deadline=None, database=None)
    @given(attempts(row))
    def every(attempt):
        arguments, fits = attempt
        found[outcome(row, arguments, fits=fits)] += 1

    every()
    return found


def main(drawn_from):
    """Draw calls of each function from one seed."""
    sys.stdout.write(f"SEED={drawn_from}\n")
    sys.stdout.flush()
    found = sum((draw_calls(row, drawn_from) for row in FUZZED.values()), Counter())
    results = {
        "Functions": len(FUZZED),
        "Calls drawn": found.total(),
        "Right values": found["right"],
        "Refused, by the name of the argument": found["refused"],
        "Anything else": found.total() - found["right"] - found["refused"],
        "Seed": drawn_from,
    }
    write(
        "fuzz",
        f"make fuzz SEED={drawn_from}",
        results,
        ["hypothesis", "numpy", "torch"],
    )


if __name__ == "__main__":
    with deterministic():
        main(int(sys.argv[1]) if sys.argv[1:] else secrets.randbelow(10**6))
