"""A table of a network's layers: what each puts out, and what it costs. Needs PyTorch."""

import html
from typing import Any, NamedTuple

import torch
from torch import nn

from onebyone import cost


class Layer(NamedTuple):
    """One row of the table."""

    name: str
    output: tuple[int, ...]
    parameters: int
    macs: int


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

    def __repr__(self) -> str:
        return "\n".join(" | ".join(row) for row in self._rows())

    def _repr_html_(self) -> str:
        head, *body = self._rows()
        cells = "".join(f"<th>{html.escape(cell)}</th>" for cell in head)
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in row)
            + "</tr>"
            for row in body
        )
        return f'<table class="summary"><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table>'

    def _rows(self) -> list[tuple[str, str, str, str]]:
        rows = [("Layer", "Output (C, H, W)", "Parameters", "MACs")]
        rows += [
            (
                la.name,
                "×".join(map(str, la.output)),
                f"{la.parameters:,}",
                f"{la.macs:,}",
            )
            for la in self.layers
        ]
        return [*rows, ("Total", "", f"{self.parameters:,}", f"{self.macs:,}")]


def summary(model: nn.Module, in_shape: tuple[int, int, int]) -> Summary:
    """Return a table of the layers of a network.

    Nothing is computed: the network runs on PyTorch's meta device, which knows shapes and holds no numbers.

    Args:
        model: A network whose layers with parameters are `nn.Conv2d`; it is not changed.
        in_shape: The shape of one image, (C, H, W).

    Returns:
        One row for each layer, in the order in which they run.

    Raises:
        TypeError: A layer has parameters and is no convolution, so that its cost is not known here.

    Examples:
        >>> summary(nn.Sequential(nn.Conv2d(512, 64, 1)), (512, 256, 256)).parameters
        32832
    """
    layers: list[Layer] = []

    def note(module: nn.Module, _: Any, output: torch.Tensor) -> None:
        layers.append(_layer(module, tuple(output.shape[1:])))

    hooks = [
        module.register_forward_hook(note)
        for module in model.modules()
        if not list(module.children())
    ]
    try:
        weights = {
            name: value.to("meta") for name, value in model.state_dict().items()
        }
        torch.func.functional_call(
            model, weights, (torch.empty(1, *in_shape, device="meta"),)
        )
    finally:
        for hook in hooks:
            hook.remove()
    return Summary(tuple(layers))


def _layer(module: nn.Module, output: tuple[int, ...]) -> Layer:
    name = type(module).__name__
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
        return Layer(f"Conv2d {height}×{width}", output, count, macs)
    if count:
        raise TypeError(
            f"model: expected nn.Conv2d as the only layers with parameters, got {name}"
        )
    return Layer(name, output, 0, 0)
