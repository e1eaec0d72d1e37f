"""One benchmark a library and layer; compare.py runs each library in its own process."""

import numpy as np
import pytest
from layers import POINTWISE, SPATIAL


def operands(layer):
    """Return feature maps and filters in float32."""
    random = np.random.default_rng(0)
    x = random.normal(size=(1, layer.in_channels, layer.size, layer.size))
    shape = layer.out_channels, layer.in_channels, *(layer.kernel_size,) * 2
    weight = random.normal(size=shape)
    return x.astype(np.float32), weight.astype(np.float32)


@pytest.fixture(autouse=True)
def _name(benchmark, layer):
    benchmark.extra_info["layer"] = layer.name


@pytest.mark.parametrize("layer", POINTWISE, ids=lambda layer: layer.name)
def test_matmul(benchmark, layer):
    """The matrix product of a 1×1 convolution, on matrices that lie ready."""
    x, weight = operands(layer)
    pixels = x.reshape(layer.in_channels, -1)
    benchmark(np.matmul, weight.reshape(layer.out_channels, -1), pixels)


@pytest.mark.parametrize("layer", POINTWISE + SPATIAL, ids=lambda la: la.name)
def test_onebyone(benchmark, layer):
    """The NumPy reference."""
    from onebyone import conv1x1, conv2d

    if layer.kernel_size == 1:
        benchmark(conv1x1, *operands(layer))
    else:
        options = {"stride": layer.stride, "padding": layer.padding}
        benchmark(conv2d, *operands(layer), **options)


@pytest.mark.parametrize("layer", POINTWISE + SPATIAL, ids=lambda la: la.name)
def test_torch(benchmark, layer):
    """PyTorch in its default memory layout."""
    import torch

    x, weight = map(torch.from_numpy, operands(layer))
    options = {"stride": layer.stride, "padding": layer.padding}
    benchmark(torch.nn.functional.conv2d, x, weight, **options)
