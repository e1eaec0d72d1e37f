"""What the machine can do, and how the time of a 1×1 convolution grows: NumPy alone, in a process of its own."""

import numpy as np
import pytest
from layers import GROWTH

from onebyone import conv1x1

SIDE = 2048  # of square matrices, whose product no memory bounds
BYTES = 1 << 28  # more than any cache holds


@pytest.fixture(autouse=True)
def _forget(benchmark):
    benchmark.extra_info["what"] = "machine"


def test_peak(benchmark):
    """The largest rate of float32 operations: a product of large matrices."""
    a = np.ones((SIDE, SIDE), np.float32)
    out = np.empty_like(a)
    benchmark(np.matmul, a, a, out=out)
    benchmark.extra_info |= {"what": "peak", "amount": 2 * SIDE**3}


def test_bandwidth(benchmark):
    """The rate at which large arrays are read and written: a copy."""
    source = np.ones(BYTES // 4, np.float32)
    target = np.zeros_like(source)
    benchmark(np.copyto, target, source)
    benchmark.extra_info |= {"what": "bandwidth", "amount": 2 * BYTES}


@pytest.mark.parametrize(
    ("axis", "in_channels", "out_channels", "height"),
    [(axis, *sizes) for axis, all_of in GROWTH.items() for sizes in all_of],
)
def test_growth(benchmark, axis, in_channels, out_channels, height):
    """One of C_in, C_out and the pixels grows, and the others stay."""
    random = np.random.default_rng(0)
    x = random.normal(size=(in_channels, height, 64)).astype(np.float32)
    weight = random.normal(size=(out_channels, in_channels))
    benchmark(conv1x1, x, weight.astype(np.float32))
    benchmark.extra_info |= {
        "what": axis,
        "in_channels": in_channels,
        "out_channels": out_channels,
        "pixels": height * 64,
    }
