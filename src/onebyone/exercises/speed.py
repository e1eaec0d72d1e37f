"""The exercises of chapter 9."""

from itertools import count

import numpy as np

from onebyone.book.solutions import speed as solutions
from onebyone.exercises.cases import Cases, call, exercise


@exercise(solutions.roofline_seconds)
def roofline_seconds() -> Cases:
    """The roofline: a layer runs at the peak, or as fast as its intensity allows."""
    peak, bandwidth = 200e9, 25e9
    for flops, moved in [
        (102_760_448, 2_000_000),  # compute-bound
        (2_000_000, 1_000_000),  # memory-bound
        (8_000_000, 1_000_000),  # at the ridge
    ]:
        speed = min(peak, flops / moved * bandwidth)
        yield call(flops, moved, peak, bandwidth).gives(flops / speed)


@exercise(solutions.compute_bound_channels)
def compute_bound_channels() -> Cases:
    """Every number of channels is tried, on one pixel."""
    for peak, bandwidth in [
        (200e9, 25e9),
        (200e9, 28e9),
        (312e12, 2e12),
        (1e9, 10e9),
    ]:
        channels = next(
            n
            for n in count(1)
            if 2 * n * n * int(bandwidth) >= 4 * (n + n) * int(peak)
        )
        yield call(peak, bandwidth).gives(channels)


@exercise(solutions.batch_intensity)
def batch_intensity() -> Cases:
    """Arrays of these shapes say how many bytes they have."""
    for c_in, c_out, size, images in [
        (512, 2048, 7, 1),
        (512, 2048, 7, 8),
        (64, 256, 56, 1),
        (3, 5, 2, 4),
    ]:
        x = np.empty((images, c_in, size, size), np.float32)
        weight = np.empty((c_out, c_in), np.float32)
        y = np.empty((images, c_out, size, size), np.float32)
        flops = 2 * y.size * c_in
        moved = x.nbytes + weight.nbytes + y.nbytes
        yield call(c_in, c_out, size, images).gives(flops / moved)
