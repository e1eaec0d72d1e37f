"""The record of `make bench` as tables: which library takes how long for which layer."""

from collections.abc import Mapping, Sequence
from statistics import geometric_mean
from typing import Any

from onebyone import cost
from onebyone.book.records import record
from onebyone.book.tables import Table
from onebyone.reference import output_size

# How a table calls what the record calls by its package or its function.
NAMES = {
    "onebyone": "onebyone",
    "matmul": "bare product",
    "torch": "PyTorch",
    "torch_channels_last": "PyTorch, last",
    "onnxruntime": "ONNX Runtime",
    "openvino": "OpenVINO",
    "jax": "JAX",
    "conv2d": "F.conv2d",
    "linear": "F.linear",
}
# "PyTorch, last" has the channels last. The bare product is no library of its own.
RIVALS = ("torch", "torch_channels_last", "onnxruntime", "openvino", "jax")


def layers(kernel_sizes: Sequence[int], groups: bool = False) -> list[Any]:
    """Return the layers of the record that have one of these kernels.

    Args:
        kernel_sizes: Such as [1], or [3, 5, 7].
        groups: Whether to return those in groups, instead of the others.

    Returns:
        For each layer a dictionary: its name and shape, and "seconds" for each library.

    Examples:
        >>> len(layers([1]))
        12
    """
    return [
        layer
        for layer in record("speed")["layers"]
        if layer["kernel_size"] in kernel_sizes
        and (layer["groups"] > 1) is groups
    ]


def macs(layer: Mapping[str, Any]) -> int:
    """Count the multiply-accumulates of a layer of the record.

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


def intensity(layer: Mapping[str, Any]) -> float:
    """Return the operations of a layer of stride 1 for each byte that it has to move, in float32.

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


def limits() -> tuple[float, float]:
    """Return what the recorded machine can do.

    Returns:
        Operations a second, the most that any library reached in a 1×1 layer, or NumPy in a product of large matrices;
        and bytes a second, of a copy that no cache holds.

    Examples:
        >>> peak, bandwidth = limits()
        >>> peak > bandwidth
        True
    """
    measured = record("speed")["limits"]
    rates = [
        2 * macs(layer) / seconds
        for layer in layers([1])
        for seconds in layer["seconds"].values()
    ]
    return max(measured["peak"], *rates), measured["bandwidth"]


def ratio(
    seconds: Mapping[str, float], ours: str, others: Sequence[str]
) -> float:
    """Return a time as a multiple of the shortest of the others.

    Examples:
        >>> ratio({"onebyone": 2.0, "torch": 4.0, "jax": 1.0}, "onebyone", ["torch", "jax"])
        2.0
    """
    return seconds[ours] / min(seconds[name] for name in others)


def against(
    rows: Sequence[Mapping[str, Any]],
    others: Sequence[str],
    ours: str = "onebyone",
) -> Table:
    """Compare one contestant with the fastest of others, layer by layer.

    Args:
        rows: Layers with "name", "in_channels", "out_channels", "size" and "seconds" for each contestant.
        others: The contestants to compare with.
        ours: The one whose ratios are shown.

    Returns:
        For each layer the ratio, and microseconds for each contestant; and the geometric mean of the ratios.

    Examples:
        >>> layer = {"name": "first", "in_channels": 3, "out_channels": 8, "size": 32}
        >>> against([layer | {"seconds": {"onebyone": 2e-6, "torch": 4e-6}}], ["torch"])
        layer          | ratio |      shape | onebyone | PyTorch
        first          |  0.50 | 3→8, 32×32 |        2 |       4
        geometric mean |  0.50 |            |          |
    """
    ratios = [ratio(row["seconds"], ours, others) for row in rows]
    names = [ours, *others]
    body = []
    for row, multiple in zip(rows, ratios, strict=True):
        times = [f"{row['seconds'][name] * 1e6:,.0f}" for name in names]
        shape = f"{row['in_channels']}→{row['out_channels']}, {row['size']}×{row['size']}"
        body.append([row["name"], f"{multiple:.2f}", shape, *times])
    return Table(
        ["layer", "ratio", "shape", *(NAMES.get(name, name) for name in names)],
        body,
        total=[
            "geometric mean",
            f"{geometric_mean(ratios):.2f}",
            "",
            *("" for _ in names),
        ],
    )
