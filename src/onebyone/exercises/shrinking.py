"""The exercises of chapter 13."""

import numpy as np

from onebyone.book.solutions import shrinking as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.quantization import signal_to_noise


@exercise(solutions.largest_paying_rank)
def largest_paying_rank() -> Cases:
    """Every rank is tried, on arrays."""
    for c_in, c_out, k in [
        (480, 112, 1),
        (64, 64, 3),
        (64, 64, 1),
        (16, 8, 3),
        (1, 16, 3),
        (1, 1, 1),
    ]:
        whole = np.empty((c_out, c_in, k, k)).size
        pays = [
            rank
            for rank in range(1, max(c_in, c_out) * k * k)
            if np.empty((rank, c_in, k, k)).size + np.empty((c_out, rank)).size
            < whole
        ]
        yield call(c_in, c_out, k).gives(max(pays, default=0))


@exercise(solutions.bits_worth)
def bits_worth() -> Cases:
    """A bit divides the squared noise by four: the ratio's logarithm to base four; and random numbers, rounded."""
    for decibels in [11.0, 60.0, 0.0, -6.0]:
        bits = np.log2(10 ** (decibels / 10)) / 2
        yield call(decibels).gives(bits)
    yield call(9.0).holds(
        "rounding to steps 2**bits times as fine raises the ratio by 9 dB",
        lambda bits: abs(_measure_rise(bits) - 9) < 0.1,
    )


def _measure_rise(bits: float) -> float:
    """Return by how many decibels the ratio rises, if numbers are rounded to finer steps."""
    x = np.random.default_rng(0).uniform(-1, 1, 100_000)
    coarse, fine = 2.0**-7, 2.0 ** -(7 + bits)
    before = signal_to_noise(x, np.rint(x / coarse) * coarse)
    return signal_to_noise(x, np.rint(x / fine) * fine) - before
