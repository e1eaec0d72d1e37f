"""Time one library, and print seconds by layer as JSON; compare.py runs this, each library in its own process."""

import json
import sys
import time

import numpy as np
from layers import POINTWISE, SPATIAL

SECONDS = 0.3


def best_time(function, *arguments, **options):
    """Return the shortest time of a call: whatever else the machine does only adds to it."""
    function(*arguments, **options)
    times, end = [], time.perf_counter() + SECONDS
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        function(*arguments, **options)
        times.append(time.perf_counter() - start)
    return min(times)


def operands(layer):
    """Return feature maps and filters in float32."""
    random = np.random.default_rng(0)
    x = random.normal(size=(1, layer.in_channels, layer.size, layer.size))
    shape = layer.out_channels, layer.in_channels, *(layer.kernel_size,) * 2
    weight = random.normal(size=shape)
    return x.astype(np.float32), weight.astype(np.float32)


def product(layer):
    """Time the matrix product of a 1×1 convolution, on matrices that lie ready."""
    x, weight = operands(layer)
    pixels = x.reshape(layer.in_channels, -1)
    matrix = weight.reshape(layer.out_channels, -1)
    return best_time(np.matmul, matrix, pixels)


def ours(layer):
    """Time the NumPy reference."""
    from onebyone import conv1x1, conv2d

    x, weight = operands(layer)
    if layer.kernel_size == 1:
        return best_time(conv1x1, x, weight)
    options = {"stride": layer.stride, "padding": layer.padding}
    return best_time(conv2d, x, weight, **options)


def pytorch(layer):
    """Time PyTorch in its default memory layout."""
    import torch

    x, weight = map(torch.from_numpy, operands(layer))
    options = {"stride": layer.stride, "padding": layer.padding}
    return best_time(torch.nn.functional.conv2d, x, weight, **options)


LIBRARIES = {
    "matmul": (product, POINTWISE),
    "onebyone": (ours, POINTWISE + SPATIAL),
    "torch": (pytorch, POINTWISE + SPATIAL),
}

if __name__ == "__main__":
    measure, layers = LIBRARIES[sys.argv[1]]
    print(json.dumps({layer.name: measure(layer) for layer in layers}))
