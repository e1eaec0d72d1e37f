"""The record of `make bench` as tables: the time of each layer in each library."""

from collections.abc import Mapping, Sequence
from statistics import geometric_mean
from typing import Any

from onebyone import cost
from onebyone.book import records
from onebyone.reference import output_size
from onebyone.tables import Table

# The title of a table's column for each name in the record.
NAMES = {
    "onebyone": "onebyone",
    "matmul": "matmul",
    "torch": "PyTorch",
    "torch_channels_last": "PyTorch, last",
    "onnxruntime": "ONNX Runtime",
    "openvino": "OpenVINO",
    "jax": "JAX",
    "conv2d": "F.conv2d",
    "linear": "F.linear",
}
# "PyTorch, last" is channels-last. `matmul` alone is no library to compare with.
RIVALS = ("torch", "torch_channels_last", "onnxruntime", "openvino", "jax")


def layers(kernel_sizes: Sequence[int], groups: bool = False) -> list[Any]:
    """Return the recorded layers with one of these kernel sizes, each with its shape and its "seconds" by library.

    Args:
        kernel_sizes: Such as [1], or [3, 5, 7].
        groups: Whether to return the grouped layers, instead of the others.

    Examples:
        >>> len(layers([1]))
        12
    """
    return [
        layer
        for layer in records.load("speed")["layers"]
        if layer["kernel_size"] in kernel_sizes
        and (layer["groups"] > 1) is groups
    ]


def macs(layer: Mapping[str, Any]) -> int:
    """Count the MACs of a recorded layer.

    Examples:
        >>> macs(layers([1])[0])
        51380224
    """
    kernel = layer["kernel_size"]
    size = output_size(layer["size"], kernel, layer["stride"], layer["padding"])
    return cost.macs(
        layer["in_channels"],
        layer["out_channels"],
        kernel,
        size,
        size,
        groups=layer["groups"],
    )


def shape(layer: Mapping[str, Any]) -> str:
    """Write a recorded layer's channels in and out, and its pixels.

    Examples:
        >>> shape(layers([1])[0])
        '256→64, 56×56'
    """
    size = layer["size"]
    return f"{layer['in_channels']}→{layer['out_channels']}, {size}×{size}"


def intensity(layer: Mapping[str, Any]) -> float:
    """Return the arithmetic intensity of a recorded layer of stride 1, in FLOP/byte for float32.

    Examples:
        >>> round(intensity(layers([1])[0]), 1)
        25.2
    """
    size = layer["size"]
    moved = cost.bytes_moved(
        layer["in_channels"],
        layer["out_channels"],
        layer["kernel_size"],
        size,
        size,
        groups=layer["groups"],
    )
    return 2 * macs(layer) / moved


def peak_and_bandwidth() -> tuple[float, float]:
    """Return the compute (FLOP/s) and the memory bandwidth (bytes/s) of the recorded machine.

    Compute is the fastest that any library ran a 1×1 layer, or NumPy a product of large matrices; bandwidth is that
    of copying an array too large for the caches.

    Examples:
        >>> peak, bandwidth = peak_and_bandwidth()
        >>> peak > bandwidth
        True
    """
    measured = records.load("speed")["limits"]
    rates = [
        2 * macs(layer) / seconds
        for layer in layers([1])
        for seconds in layer["seconds"].values()
    ]
    return max(measured["peak"], *rates), measured["bandwidth"]


def relative_time(
    seconds: Mapping[str, float], ours: str, others: Sequence[str]
) -> float:
    """Return our time as a multiple of the fastest of the others.

    Examples:
        >>> relative_time({"onebyone": 2.0, "torch": 4.0, "jax": 1.0}, "onebyone", ["torch", "jax"])
        2.0
    """
    return seconds[ours] / min(seconds[name] for name in others)


def compare(
    rows: Sequence[Mapping[str, Any]],
    others: Sequence[str],
    ours: str = "onebyone",
) -> Table:
    """Return a table of our time relative to the fastest of the others, layer by layer, with all times in µs.

    Args:
        rows: Layers with "name", "in_channels", "out_channels", "size" and "seconds" by library.
        others: The libraries to compare with.
        ours: The library that is compared.

    Examples:
        >>> layer = {"name": "first", "in_channels": 3, "out_channels": 8, "size": 32}
        >>> compare([layer | {"seconds": {"onebyone": 2e-6, "torch": 4e-6}}], ["torch"])
        layer          | ratio |      shape | onebyone | PyTorch
        first          |  0.50 | 3→8, 32×32 |        2 |       4
        geometric mean |  0.50 |            |          |
    """
    names = [ours, *others]
    ratios, body = [], []
    for row in rows:
        ratio = relative_time(row["seconds"], ours, others)
        times = [f"{row['seconds'][name] * 1e6:,.0f}" for name in names]
        ratios.append(ratio)
        body.append([row["name"], f"{ratio:.2f}", shape(row), *times])
    head = ["layer", "ratio", "shape", *(NAMES.get(n, n) for n in names)]
    total = ["geometric mean", f"{geometric_mean(ratios):.2f}", ""]
    return Table(head, body, total + [""] * len(names))


def compare_rules() -> Table:
    """Return ShuffleNetV2's four rules as they were measured: what each compares, with equal numbers of MACs.

    Examples:
        >>> len(compare_rules().rows)
        17
    """
    body = []
    for rule, rows in records.load("blocks")["rules"].items():
        first = rows[0]["seconds"]
        for number, row in enumerate(rows):
            ratio = row["seconds"] / first
            body.append(
                (
                    "" if number else rule,
                    row["block"],
                    f"{row['macs'] / 1e6:,.0f}",
                    f"{1e3 * row['seconds']:.1f}",
                    f"{ratio:.2f}",
                )
            )
    return Table(["rule", "ten of", "MACs, M", "ms", "ratio"], body)


def compare_convnext() -> Table:
    """Return the time of ConvNeXt-T's block with Linear layers and with 1×1 convolutions, in each memory layout.

    Examples:
        >>> len(compare_convnext().rows)
        8
    """
    body = []
    for row in records.load("blocks")["convnext"]:
        stage = f"{row['channels']}, {row['size']}×{row['size']}"
        for layout in "channels first", "channels last":
            linear, convolution = (
                1e3 * row["seconds"][f"{way}, {layout}"]
                for way in ("Linear", "Conv1x1")
            )
            ratio = f"{convolution / linear:.2f}"
            times = f"{linear:.1f}", f"{convolution:.1f}"
            body.append((stage, layout, *times, ratio))
    head = ["channels, pixels", "input", "Linear, ms", "Conv1x1, ms", "ratio"]
    return Table(head, body)
