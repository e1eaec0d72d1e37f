"""The record of `make bench` holds the layers that it measures, and what chapter 9 says of it is true of it."""

import importlib.util
import re
import sys
from pathlib import Path
from statistics import geometric_mean

import numpy as np
import pytest
from torch import nn

from onebyone.book import records, timings

# The sentences of the page are about the record of this day. Whoever replaces it reads them again.
DAY = "2026-11-26"
of_the_books_record = pytest.mark.skipif(
    records.load("speed")["machine"]["date"] != DAY,
    reason="the sentences of the page are not about your own record",
)
LAYERS = Path(__file__).parents[2] / "benchmarks/layers.py"


@pytest.fixture(scope="module")
def measured():
    """Return the module that names the layers of `make bench`."""
    spec = importlib.util.spec_from_file_location("layers_of_bench", LAYERS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_record_holds_the_layers_that_make_bench_measures(measured):
    now = (*measured.POINTWISE, *measured.SPATIAL, *measured.DEPTHWISE)
    kept = records.load("speed")["layers"]
    assert [{**layer, "seconds": None} for layer in kept] == [
        {**layer._asdict(), "seconds": None} for layer in now
    ]
    assert len(measured.POINTWISE) == 12


def test_the_record_names_its_machine_and_its_date():
    machine = records.load("speed")["machine"]
    assert machine["processor"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", machine["date"])
    assert {"Python", "numpy", "torch", "jax"} <= set(machine["versions"])


@pytest.mark.parametrize("layer", timings.layers([1, 3, 5, 7]) + timings.layers([3], groups=True))
def test_macs_are_those_that_a_forward_pass_makes(layer):
    conv = nn.Conv2d(
        layer["in_channels"],
        layer["out_channels"],
        layer["kernel_size"],
        stride=layer["stride"],
        padding=layer["padding"],
        groups=layer["groups"],
        bias=False,
    ).to("meta")
    x = conv.weight.new_empty(1, layer["in_channels"], *[layer["size"]] * 2)
    assert timings.macs(layer) == conv(x)[0, 0].numel() * conv.weight.numel()


def named(name):
    layers = timings.layers([1]) + timings.layers([3], groups=True)
    return {layer["name"]: layer for layer in layers}[name]


@of_the_books_record
def test_equal_macs_take_different_times():
    alike = [la for la in timings.layers([1]) if timings.macs(la) == 51_380_224]
    assert len(alike) == 7
    for library in "torch_channels_last", "jax":
        times = [layer["seconds"][library] for layer in alike]
        wide = [la["seconds"][library] for la in alike if la["size"] > 7]
        small = [la["seconds"][library] for la in alike if la["size"] == 7]
        assert max(times) > 2 * min(times)
        assert 1.75 < min(small) / np.median(wide) < max(small) / min(wide) < 4.2


@of_the_books_record
def test_the_depthwise_layer_saves_more_macs_than_time():
    pointwise = named("MobileNetV1 first")
    depthwise = named("MobileNetV1 first depthwise")
    fewer = timings.macs(pointwise) / timings.macs(depthwise)
    faster = pointwise["seconds"]["torch"] / depthwise["seconds"]["torch"]
    assert fewer > 2 * faster


@of_the_books_record
def test_pointwise_layers_lie_under_the_level_roof_and_depthwise_ones_under_the_slope():
    peak, bandwidth = timings.peak_and_bandwidth()
    ridge = peak / bandwidth
    pointwise = timings.layers([1])
    left = [la["name"] for la in pointwise if timings.intensity(la) < ridge]
    assert left == ["MobileNetV1 first", "SqueezeNet fire2 squeeze"]
    for library, most in ("torch", 0.5), ("torch_channels_last", 0.7):
        shares = [2 * timings.macs(la) / la["seconds"][library] / peak for la in pointwise]
        assert sum(share >= most for share in shares) > len(shares) / 2
        assert max(shares) <= 1
    for layer in timings.layers([3], groups=True):
        assert timings.intensity(layer) < ridge / 3
        rate = 2 * timings.macs(layer) / layer["seconds"]["torch"]
        assert rate < peak / 3


@of_the_books_record
def test_the_slope_alone_does_not_explain_the_depthwise_layers():
    _, bandwidth = timings.peak_and_bandwidth()
    above = 0
    for layer in timings.layers([3], groups=True):
        first, last = (layer["seconds"][name] for name in ("torch", "torch_channels_last"))
        assert 0.33 <= last / first <= 0.67
        slope = 2 * timings.macs(layer) / timings.intensity(layer) / bandwidth
        assert first > slope
        above += last < slope
    assert above == 1


@of_the_books_record
def test_conv1x1_takes_the_time_of_matmul():
    ratios = [
        timings.relative_time(layer["seconds"], "onebyone", ["matmul"])
        for layer in timings.layers([1])
    ]
    assert geometric_mean(ratios) <= 1.05


@of_the_books_record
def test_matmul_misses_the_goal_too():
    for ours in "onebyone", "matmul":
        ratios = [
            timings.relative_time(layer["seconds"], ours, timings.RIVALS)
            for layer in timings.layers([1])
        ]
        assert geometric_mean(ratios) > 1


@of_the_books_record
def test_conv2d_misses_its_goal_most_where_large_maps_have_few_channels():
    ratios = [
        timings.relative_time(layer["seconds"], "onebyone", ["torch"])
        for layer in timings.layers([3, 5, 7])
    ]
    assert geometric_mean(ratios) > 1.5
    assert ratios.index(max(ratios)) == 0  # 3 channels of 224×224


@of_the_books_record
def test_the_checks_of_conv1x1_on_tensors_cost_a_twentieth_at_most():
    for rows in records.load("speed")["tensors"].values():
        ratios = [timings.relative_time(row["seconds"], "onebyone", ["conv2d"]) for row in rows]
        assert geometric_mean(ratios) <= 1.05


@of_the_books_record
def test_the_product_alone_beats_pytorchs_convolution_on_this_machine():
    for name, rows in records.load("speed")["tensors"].items():
        product = "linear" if "last" in name else "matmul"
        wins = [row["seconds"][product] < row["seconds"]["conv2d"] for row in rows]
        assert all(wins) if product == "matmul" else sum(wins) > len(wins) / 2


@of_the_books_record
def test_the_time_nearly_grows_in_proportion():
    for steps in records.load("speed")["growth"].values():
        work = [step["in_channels"] * step["out_channels"] * step["pixels"] for step in steps]
        times = [step["seconds"] for step in steps]
        assert work[-1] / work[0] == 8
        assert 6 < times[-1] / times[0] < 8
