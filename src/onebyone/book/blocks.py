"""What is in a block of a network, read from its module: the feature maps, and what makes each of them from which."""

import copy
import math
import operator
from typing import NamedTuple

import torch
from torch import fx, nn
from torch.fx.passes.shape_prop import ShapeProp
from torch.fx.proxy import TraceError

from onebyone.summary import summary
from onebyone.summary.table import Layer

SUMS = operator.add, operator.iadd, torch.add, "add", "add_"
STACKS = torch.cat, torch.concat, torch.concatenate
POOLINGS = nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d


class Maps(NamedTuple):
    """Feature maps in a block.

    Attributes:
        by: What makes them: "input", "conv", "pooling", "stack" where others are concatenated, "sum" where they are
            added, or the name of another operation that changes their number or their size.
        channels: How many.
        height: Of each.
        width: Of each.
        sources: Where in the block's list those are that they are made of.
        kernel_size: Of the convolution or the pooling, along both axes, else empty.
        stride: Of the convolution or the pooling, along both axes.
        layer: The convolution's row in the block's summary.
    """

    by: str
    channels: int
    height: int
    width: int
    sources: tuple[int, ...] = ()
    kernel_size: tuple[int, ...] = ()
    stride: tuple[int, ...] = (1, 1)
    layer: Layer | None = None


def read_block(block: nn.Module, shape: tuple[int, int, int]) -> list[Maps]:
    """Return the feature maps in a block in the order in which they are made, the input first.

    Activations and normalisations make no maps of their own: they change values, and no shape.

    Args:
        block: A part of a network, or a small network, that `torch.fx` can trace.
        shape: Of its input, (C, H, W).

    Raises:
        ValueError: The block cannot be traced, another layer than `Conv2d` and `Linear` has MACs in it, or maps meet
            in another way than by a sum or a concatenation.

    Examples:
        >>> squeeze = nn.Sequential(nn.Conv2d(512, 64, 1), nn.ReLU(), nn.MaxPool2d(2))
        >>> [(maps.by, *maps[1:4]) for maps in read_block(squeeze, (512, 28, 28))]
        [('input', 512, 28, 28), ('conv', 64, 28, 28), ('pooling', 64, 14, 14)]
    """
    if not list(block.children()):  # a single layer
        block = nn.Sequential(block)
    copied = copy.deepcopy(block).eval().to("meta")
    modules = dict(copied.named_modules())
    try:
        graph = _Tracer().trace(copied)
    except TraceError as error:
        raise ValueError(
            f"block: expected a module that torch.fx can trace, got {type(block).__name__}: {error}"
        ) from error
    ShapeProp(fx.GraphModule(copied, graph)).propagate(
        torch.empty(1, *shape, device="meta")
    )
    costly = [layer for layer in summary(block, shape).layers if layer.macs]
    rows = {name: [r for r in costly if r.path == name] for name in modules}
    found: list[Maps] = []
    at: dict[fx.Node, int] = {}  # where each node's maps are in the list
    for node in graph.nodes:
        into = [at[source] for source in _inputs(node) if source in at]
        if (node.op != "placeholder" and not into) or node.op == "output":
            continue
        if "tensor_meta" not in node.meta:  # a shape, or a number
            continue
        size = getattr(node.meta["tensor_meta"], "shape", None)
        if size is None:  # several tensors, which are taken one by one
            at[node] = into[0]
            continue
        made = _make(node, modules, rows, size, found, into)
        if made is None:
            at[node] = into[0]
        else:
            at[node] = len(found)
            found.append(made)
    shown = [maps.layer for maps in found if maps.layer]
    if missing := [layer.name for layer in costly if layer not in shown]:
        raise ValueError(
            f"block: expected Conv2d and Linear as its layers with MACs, got {', '.join(missing)}"
        )
    return found


def _inputs(node: fx.Node) -> list[fx.Node]:
    """Return the nodes that a node takes, in their order, and twice what it takes twice."""
    taken: list[fx.Node] = []
    fx.node.map_arg((node.args, node.kwargs), taken.append)
    return taken


class _Tracer(fx.Tracer):
    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Keep each layer whole, also one that is a subclass of PyTorch's."""
        layers = nn.Conv2d, nn.Linear, *POOLINGS
        return isinstance(m, layers) or super().is_leaf_module(
            m, module_qualified_name
        )


def _make(
    node: fx.Node,
    modules: dict[str, nn.Module],
    rows: dict[str, list[Layer]],
    shape: tuple[int, ...],
    found: list[Maps],
    into: list[int],
) -> Maps | None:
    """Return what a node makes, or None where it makes no maps of its own."""
    layer = modules.get(str(node.target)) if node.op == "call_module" else None
    size = _measure(shape, isinstance(layer, nn.Linear))
    if node.op == "placeholder":
        return Maps("input", *size)
    sources = tuple(into)
    if isinstance(layer, nn.Linear):
        row = rows[str(node.target)].pop(0)
        return Maps("conv", *size, sources, (1, 1), (1, 1), row)
    if isinstance(layer, nn.Conv2d):
        kernel, stride = layer.kernel_size, layer.stride
        row = rows[str(node.target)].pop(0)  # of this run of the layer
        return Maps("conv", *size, sources, kernel, stride, row)
    before = found[into[0]]
    if isinstance(layer, POOLINGS):
        window = before.height, before.width  # of one that adapts to its input
        kernel = _pair(getattr(layer, "kernel_size", window))
        stride = _pair(getattr(layer, "stride", 1))
        return Maps("pooling", *size, sources, kernel, stride)
    if node.target in STACKS:
        return Maps("stack", *size, sources)
    if node.target in SUMS and len(into) > 1:
        return Maps("sum", *size, sources)
    if len(set(into)) > 1:
        raise ValueError(
            f"block: expected maps to meet in a sum or a concatenation, got {node.name}"
        )
    if math.prod(shape) == before.channels * before.height * before.width:
        return (
            None  # an activation, a norm, or the same numbers in another order
        )
    return Maps(node.name, *size, sources)


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _measure(
    shape: tuple[int, ...], channels_last: bool
) -> tuple[int, int, int]:
    """Return the channels, the height and the width of a batch of maps, which may lack its pixels."""
    if len(shape) not in (2, 3, 4):
        raise ValueError(
            f"block: expected feature maps (N, C, H, W) or (N, C) in it, got {tuple(shape)}"
        )
    if channels_last:
        shape = (shape[0], shape[-1], *shape[1:-1])
    _, channels, height, width = (*shape, 1, 1)[:4]
    return channels, height, width
