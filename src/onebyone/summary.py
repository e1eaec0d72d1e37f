"""What a network's layers put out, and what they cost. Needs PyTorch."""

import math
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from onebyone import cost
from onebyone.arguments import shapes
from onebyone.book.tables import Table

FREE = (nn.BatchNorm2d,)  # has parameters, and folds into the convolution


class Layer(NamedTuple):
    """One layer, or one part of a network, and what it costs on one image."""

    path: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int
    pointwise: bool = False

    @property
    def name(self) -> str:
        """What the table calls it: its kind, after its path where that is more than a number."""
        if not self.path or self.path.isdigit():
            return self.kind
        return (
            self.path
            if self.kind == "Sequential"
            else f"{self.path}: {self.kind}"
        )


class Summary(NamedTuple):
    """The layers of a network in the order in which they run, as text and as a table for notebooks."""

    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """Parameters of all layers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of all layers on one image."""
        return sum(layer.macs for layer in self.layers)

    @property
    def pointwise(self) -> "Summary":
        """The 1×1 convolutions alone, without those in groups."""
        return Summary(tuple(la for la in self.layers if la.pointwise))

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()

    def _table(self) -> Table:
        rows = [
            (
                la.name,
                "×".join(map(str, la.output)),
                f"{la.parameters:,}",
                f"{la.macs:,}",
            )
            for la in self.layers
        ]
        total = ("Total", "", f"{self.parameters:,}", f"{self.macs:,}")
        head = ("Layer", "Output (C, H, W)", "Parameters", "MACs")
        return Table(head, rows, total)


def summary(
    model: nn.Module, in_shape: tuple[int, int, int], depth: int | None = None
) -> Summary:
    """Return a table of the layers of a network.

    Nothing is computed: the network runs on PyTorch's meta device, which knows shapes and holds no numbers.

    Args:
        model: A network whose layers with parameters are convolutions, fully connected layers and batch
            normalisations; it is not changed. A normalisation counts no MACs, since it can be folded into the
            convolution before it.
        in_shape: The shape of one image, (C, H, W).
        depth: How far down to look: 1 gives one row for each direct part of the model, with all that it holds;
            None gives every layer.

    Returns:
        One row for each layer or part, in the order in which they run.

    Raises:
        ValueError: depth is less than 1, or in_shape is not (C, H, W), or not of images that the network takes.
        TypeError: An argument is not of its type; or something else holds parameters, or a layer that holds some
            does not run, so that the cost is not known here.

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
    size = [shapes.integer("in_shape", count, 1) for count in in_shape]
    if depth is not None:
        shapes.integer("depth", depth, 1)
    shown = set(_rows(model, "", depth))
    rows: list[Layer] = []
    inside: list[Layer] = []  # the layers that have run since the last row
    counted: set[nn.Module] = set()  # a layer that runs twice is held once

    def note(path: str, module: nn.Module, output: Tensor) -> None:
        shape = tuple(output.shape[1:])
        if not list(module.children()):
            layer = _layer(path, module, shape)
            known = module in counted
            inside.append(layer._replace(parameters=0) if known else layer)
            counted.add(module)
        if path in shown:
            found = Summary(tuple(inside))
            one = inside[0] if len(inside) == 1 else None
            rows.append(
                Layer(
                    path,
                    one.kind if one else type(module).__name__,
                    shape,
                    found.parameters,
                    found.macs,
                    one.pointwise if one else False,
                )
            )
            inside.clear()

    state = chain(model.named_parameters(), model.named_buffers())
    weights = {name: value.to("meta") for name, value in state}
    dtype = next((p.dtype for p in model.parameters()), None)
    image = torch.empty(1, *size, dtype=dtype, device="meta")
    modes = {module: module.training for module in model.modules()}
    model.eval()  # batch normalisation cannot normalise a batch of one pixel
    try:
        _watch(
            model,
            note,
            lambda: torch.func.functional_call(model, weights, (image,)),
        )
    except RuntimeError as error:
        raise ValueError(
            f"in_shape: expected that of images which the network takes, got {in_shape}: {error}"
        ) from error
    finally:
        for module, training in modes.items():
            module.training = training
    found = Summary(tuple(rows))
    held = sum(p.numel() for p in model.parameters())
    if found.parameters != held:
        raise TypeError(
            f"model: expected all of its {held} parameters in layers that run, got {found.parameters}"
        )
    return found


def output_shapes(
    model: nn.Module, x: Tensor
) -> list[tuple[str, tuple[int, ...]]]:
    """Run a network and return the shape that each of its direct parts puts out.

    Args:
        model: A network; without gradients, and otherwise in the mode that it is in.
        x: A batch of images, (N, C, H, W).

    Returns:
        The name of each direct part and the shape of its output, in the order in which they run. A part that runs
        twice is there twice.

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
    """Run a network, and note each module's output as soon as it is there."""

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
    """Yield the paths of the modules that have a row of their own."""
    # A list of modules never runs itself, so it is no row and no step down.
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
    if count and not isinstance(module, FREE):
        raise TypeError(
            f"model: expected nn.Conv2d, nn.Linear and nn.BatchNorm2d as the only layers with parameters, got {kind}"
        )
    return Layer(path, kind, output, count, 0)
