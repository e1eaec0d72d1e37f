"""The layers of a network, with their output shapes, parameters and MACs. Needs PyTorch."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from onebyone import cost
from onebyone.arguments import scalars
from onebyone.tables import Table

# Has parameters and no MACs, since it folds into the convolution before it.
FOLDABLE = (nn.BatchNorm2d,)


class Layer(NamedTuple):
    """A layer, or a part of a network with all its layers, and its cost on one image."""

    path: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int
    pointwise: bool = False

    @property
    def name(self) -> str:
        """The name in the table: the kind, after the path where that is more than a number."""
        if not self.path or self.path.isdigit():
            return self.kind
        if self.kind == "Sequential":
            return self.path
        return f"{self.path}: {self.kind}"


class Summary(NamedTuple):
    """The layers of a network in the order in which they run; it prints as a table."""

    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """Parameters of all layers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """MACs of all layers on one image."""
        return sum(layer.macs for layer in self.layers)

    @property
    def pointwise(self) -> "Summary":
        """The 1×1 convolutions alone, without grouped ones."""
        return Summary(tuple(la for la in self.layers if la.pointwise))

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()

    def _table(self) -> Table:
        rows = []
        for la in self.layers:
            shape = "×".join(map(str, la.output))
            rows.append((la.name, shape, f"{la.parameters:,}", f"{la.macs:,}"))
        total = ("Total", "", f"{self.parameters:,}", f"{self.macs:,}")
        head = ("Layer", "Output (C, H, W)", "Parameters", "MACs")
        return Table(head, rows, total)


def summary(
    model: nn.Module, in_shape: tuple[int, int, int], depth: int | None = None
) -> Summary:
    """Return the layers of a network with their output shapes, parameters and MACs.

    Nothing is computed: the network runs on PyTorch's meta device, where tensors have a shape and no values.

    Args:
        model: A network whose parameters are all in nn.Conv2d, nn.Linear and nn.BatchNorm2d. It is not changed.
        in_shape: The shape of one image, (C, H, W).
        depth: The level of detail: 1 gives one row for each direct child of the model, None one for each layer.

    Raises:
        ValueError: depth is less than 1, or in_shape is not (C, H, W), or does not fit the network.
        TypeError: An argument is not of its type; or a different layer holds parameters, or one that does not run,
            so that the cost would be wrong.

    Examples:
        >>> summary(nn.Sequential(nn.Conv2d(512, 64, 1)), (512, 256, 256)).parameters
        32832
    """
    if not isinstance(model, nn.Module):
        raise TypeError(
            f"model: expected an nn.Module, got {type(model).__name__}"
        )
    if not isinstance(in_shape, tuple | list) or len(in_shape) != 3:
        raise ValueError(f"in_shape: expected (C, H, W), got {in_shape!r}")
    size = [scalars.integer("in_shape", count, 1) for count in in_shape]
    if depth is not None:
        scalars.integer("depth", depth, 1)
    shown = set(_rows(model, "", depth))
    rows: list[Layer] = []
    inside: list[Layer] = []  # layers that have run since the last row
    counted: set[nn.Module] = set()  # a shared layer's parameters count once

    def note(path: str, module: nn.Module, output: Tensor) -> None:
        shape = tuple(output.shape[1:])
        if not list(module.children()):
            layer = _layer(path, module, shape)
            shared = module in counted
            inside.append(layer._replace(parameters=0) if shared else layer)
            counted.add(module)
        if path in shown:
            kind, total = type(module).__name__, Summary(tuple(inside))
            row = Layer(path, kind, shape, total.parameters, total.macs)
            if len(inside) == 1:
                (one,) = inside
                row = row._replace(kind=one.kind, pointwise=one.pointwise)
            rows.append(row)
            inside.clear()

    state = chain(model.named_parameters(), model.named_buffers())
    weights = {name: value.to("meta") for name, value in state}
    dtype = next((p.dtype for p in model.parameters()), None)
    image = torch.empty(1, *size, dtype=dtype, device="meta")
    modes = {module: module.training for module in model.modules()}
    model.eval()  # batch normalisation cannot normalise a batch of one pixel
    run = partial(torch.func.functional_call, model, weights, (image,))
    try:
        _watch(model, note, run)
    except RuntimeError as error:
        raise ValueError(
            f"in_shape: expected the shape of an image for this network, got {in_shape}: {error}"
        ) from error
    finally:
        for module, training in modes.items():
            module.training = training
    found = Summary(tuple(rows))
    held = sum(p.numel() for p in model.parameters())
    if found.parameters != held:
        raise TypeError(
            f"model: expected the layers that run to hold all {held} parameters, got {found.parameters}"
        )
    return found


def output_shapes(
    model: nn.Module, x: Tensor
) -> list[tuple[str, tuple[int, ...]]]:
    """Run a network, without gradients, and return the name and the output shape of each of its direct children.

    They come in the order in which they run; a child that runs twice is there twice.

    Args:
        model: A network, which stays in its mode.
        x: A batch of images, (N, C, H, W).

    Examples:
        >>> model = nn.Sequential(nn.Conv2d(3, 8, 1), nn.MaxPool2d(2))
        >>> output_shapes(model, torch.zeros(1, 3, 32, 32))
        [('0', (1, 8, 32, 32)), ('1', (1, 8, 16, 16))]
    """
    shapes: list[tuple[str, tuple[int, ...]]] = []

    def note(path: str, _: nn.Module, output: Tensor) -> None:
        if path and "." not in path:
            shapes.append((path, tuple(output.shape)))

    with torch.no_grad():
        _watch(model, note, lambda: model(x))
    return shapes


def _watch(
    model: nn.Module,
    note: Callable[[str, nn.Module, Tensor], None],
    run: Callable[[], object],
) -> None:
    """Run a network, and call `note` with each module and its output."""

    def hook(path: str) -> Callable[[nn.Module, Any, Tensor], None]:
        return lambda module, _, output: note(path, module, output)

    hooks = [
        module.register_forward_hook(hook(path))
        for path, module in model.named_modules()
    ]
    try:
        run()
    finally:
        for one in hooks:
            one.remove()


def _rows(module: nn.Module, path: str, depth: int | None) -> Iterator[str]:
    """Yield the paths of the modules that get a row."""
    # A list of modules does not run, so it gets no row and adds no depth.
    is_list = isinstance(module, nn.ModuleList | nn.ModuleDict)
    if not list(module.children()) or (depth == 0 and not is_list):
        yield path
        return
    below = depth if depth is None or is_list else depth - 1
    for name, child in module.named_children():
        yield from _rows(child, f"{path}.{name}".lstrip("."), below)


def _layer(path: str, module: nn.Module, output: tuple[int, ...]) -> Layer:
    kind = type(module).__name__
    count = sum(p.numel() for p in module.parameters())
    if isinstance(module, nn.Conv2d):
        height, width = module.kernel_size
        macs = cost.macs(
            module.in_channels,
            module.out_channels,
            (height, width),
            output[1],
            output[2],
            groups=module.groups,
        )
        grouped = f", {module.groups} groups" if module.groups > 1 else ""
        return Layer(
            path,
            f"Conv2d {height}×{width}{grouped}",
            output,
            count,
            macs,
            pointwise=height == width == 1 and not grouped,
        )
    if isinstance(module, nn.Linear):
        macs = module.in_features * math.prod(output)
        return Layer(path, kind, output, count, macs)
    if count and not isinstance(module, FOLDABLE):
        raise TypeError(
            f"model: expected nn.Conv2d, nn.Linear and nn.BatchNorm2d as the only layers with parameters, got {kind}"
        )
    return Layer(path, kind, output, count, 0)
