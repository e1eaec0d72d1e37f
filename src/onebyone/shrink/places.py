"""Where in a network a convolution can be cut, at which ranks, and what each costs."""

from bisect import bisect_right
from collections import Counter
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from onebyone.shrink import factors, layers
from onebyone.shrink.layers import Convolution
from onebyone.shrink.modules import find_shared, replace
from onebyone.shrink.moments import Moments
from onebyone.shrink.runs import Reference, run, try_together, watched

Ranks = tuple[int, ...]  # one of a split, or reduce and expand of a bottleneck


class Place:
    """A convolution of a network, and what it meets there.

    Attributes:
        path: Its name in the network.
        conv: The layer.
        inputs: The moments of what it reads, where its kernel is larger than 1×1.
        outputs: The moments of what it makes.
        pixels_in: Pixels of its input, for one image.
        pixels_out: Pixels of its output, for one image.
    """

    def __init__(self, path: str, conv: Convolution) -> None:
        self.path = path
        self.conv = conv
        self.inputs = Moments(conv.groups)
        self.outputs = Moments(conv.groups)
        self.pixels_in = self.pixels_out = 0

    def see(
        self, _module: nn.Module, inputs: tuple[Any, ...], output: Tensor
    ) -> None:
        """Add what the layer read and made, as a forward hook."""
        if not layers.is_pointwise(self.conv):
            self.inputs.add(layers.batched(self.conv, inputs[0]))
        self.outputs.add(layers.batched(self.conv, output))

    @cached_property
    def directions(self) -> Tensor:
        """The directions of its outputs, those of most variance first."""
        return factors.directions(self.conv, self.outputs)

    @property
    def name(self) -> str:
        """The class of the layer with its kernel."""
        kernel = "×".join(map(str, self.conv.kernel_size))
        return f"{type(self.conv).__name__} {kernel}"

    @property
    def macs(self) -> int:
        """Multiply-accumulates of the layer, for one image."""
        return self.conv.weight.numel() * self._pixels

    @property
    def _pixels(self) -> int:
        return self.pixels_in if self.conv.transposed else self.pixels_out

    def cost(self, ranks: Ranks) -> int:
        """Return the multiply-accumulates of what it is cut into at these ranks, for one image."""
        conv = self.conv
        taps = conv.weight[0, 0].numel()
        reduced = (conv.in_channels, *ranks)[-2]
        cost = self._pixels * reduced * taps * ranks[-1]
        cost += self.pixels_out * ranks[-1] * conv.out_channels
        if len(ranks) == 2:
            cost += self.pixels_in * conv.in_channels * reduced
        return cost // conv.groups

    def ranks_at(self, share: float) -> list[Ranks]:
        """Return the largest ranks, of a split and of a bottleneck, at which it costs at most a share of the layer."""
        conv, groups = self.conv, self.conv.groups
        most = factors.most_rank(conv)
        grids: list[list[Ranks]] = [
            [(rank,) for rank in range(groups, most + 1, groups)]
        ]
        if not layers.is_pointwise(conv):
            both = conv.in_channels // groups, conv.out_channels // groups
            steps = range(1, max(both) + 1)
            grids.append(
                [
                    tuple(
                        groups * max(1, channels * step // max(both))
                        for channels in both
                    )
                    for step in steps
                ]
            )
        found = []
        for grid in grids:
            affordable = bisect_right(grid, share * self.macs, key=self.cost)
            found += grid[:affordable][-1:]
        return found

    def cut(self, ranks: Ranks) -> nn.Sequential:
        """Return what takes the place of the layer at these ranks."""
        if len(ranks) == 1:
            return factors.split_by(
                self.conv, ranks[0], self.directions, self.outputs
            )
        reduce, expand = ranks
        factored = factors.bottleneck_by(self.conv, reduce, expand, self.inputs)
        self._keep_means(factored)
        return factored

    def _keep_means(self, factored: nn.Sequential) -> None:
        """Give a bottleneck the bias that keeps the means of the outputs, away from the borders of the maps."""
        reduce, middle, expand = (layers.filters(part) for part in factored)  # type: ignore[arg-type]
        groups = self.conv.groups
        mean = self.inputs.mean.unflatten(0, (groups, -1)).to(reduce)
        made = torch.einsum(
            "goex,gert,griy,gi->go", expand, middle, reduce, mean
        )
        bias = self.outputs.mean - made.flatten()
        with torch.no_grad():
            factored[-1].bias.copy_(bias)  # type: ignore[operator]


def find_places(model: nn.Module, reference: Reference) -> list[Place]:
    """Return the convolutions that can be cut, in the order in which they run, with what they meet.

    Args:
        model: A network in `eval()`.
        reference: What it answers.
    """
    shared = find_shared(model)
    places = {
        module: Place(path, module)
        for path, module in model.named_modules()
        if path
        and not layers.why_not(module)
        and shared.isdisjoint(map(id, module.parameters()))
    }
    order: list[nn.Module] = []

    def measure(
        module: nn.Module, args: Any, kwargs: Any, output: Tensor
    ) -> None:
        if kwargs or len(args) != 1:  # the output size of a transposed one
            places.pop(module, None)
        if module in places:
            order.append(module)
            place = places[module]
            place.pixels_in += args[0].numel() // place.conv.in_channels
            place.pixels_out += output.numel() // place.conv.out_channels

    with watched(dict.fromkeys(places, measure), with_kwargs=True):
        run(model, reference.batches[0][:1])
    cheaper = [
        places[module]
        for module in dict.fromkeys(order)
        if module in places and places[module].ranks_at(1 - 1e-9)
    ]
    found = try_together(
        lambda some: _are_modules(model, some, reference), cheaper
    )
    with watched({place.conv: place.see for place in found}):
        for batch in reference.batches:
            run(model, batch)
    # One that saw no pixel of the images shows nothing to go by.
    return [place for place in found if place.outputs.pixels]


def _are_modules(
    model: nn.Module, places: list[Place], reference: Reference
) -> bool:
    """Return whether a network uses these layers as modules alone, so that another module can take their place.

    It may read an attribute of theirs, or call them by another name than that which they have in it.
    """
    calls: Counter[nn.Module] = Counter()
    wrapped = {place.conv: nn.Sequential(place.conv) for place in places}

    def count(module: nn.Module, _inputs: Any, _output: Any) -> None:
        calls[module] += 1

    for conv, wrapper in wrapped.items():
        replace(model, conv, wrapper)
    with watched(dict.fromkeys([*wrapped, *wrapped.values()], count)):
        kept = reference.is_kept(model)
    for conv, wrapper in wrapped.items():
        replace(model, wrapper, conv)
    return kept and all(calls[a] == calls[b] for a, b in wrapped.items())
