"""The cuts in a network: tried one at a time, then made together and fitted."""

import math
from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn
from tqdm import tqdm

from onebyone.shrink import factors, layers
from onebyone.shrink.choice import Option
from onebyone.shrink.modules import replace
from onebyone.shrink.moments import Moments
from onebyone.shrink.places import Place, Ranks
from onebyone.shrink.runs import Reference, run, watched

SHARES = (0.8, 0.6, 0.4, 0.25, 0.12)
"""The shares of its own multiply-accumulates at which each layer is tried."""


def try_ranks(
    model: nn.Module, places: Sequence[Place], reference: Reference
) -> list[list[Option]]:
    """Measure what a cut of each layer alone does to the outputs, at several ranks; the first is that it stays."""
    options = []
    for place in tqdm(places, "trying ranks", leave=False):
        every = (ranks for share in SHARES for ranks in place.ranks_at(share))
        tried = [
            _measure(model, place, ranks, reference)
            for ranks in dict.fromkeys(every)
        ]
        finite = [option for option in tried if math.isfinite(option.error)]
        options.append([Option((), place.macs, 0.0), *finite])
    return options


def spend(
    model: nn.Module,
    places: Sequence[Place],
    chosen: Sequence[Option],
    budget: int,
    reference: Reference,
) -> list[Option]:
    """Raise ranks as far as the budget allows, those first that cost the outputs most."""
    final = list(chosen)
    total = sum(option.macs for option in final)
    for index in sorted(range(len(final)), key=lambda i: -final[i].error):
        option, place = final[index], places[index]
        if not option.ranks:
            continue
        affordable = (option.macs + budget - total) / place.macs
        for ranks in place.ranks_at(min(affordable, 1)):
            same = len(ranks) == len(option.ranks) and ranks != option.ranks
            if same and place.cost(ranks) > option.macs:
                final[index] = _measure(model, place, ranks, reference)
                total += final[index].macs - option.macs
    return final


def put(model: nn.Module, place: Place, ranks: Ranks) -> nn.Sequential:
    """Cut a layer in a network, everywhere where it stands in it, and return what took its place."""
    factored = place.cut(ranks)
    replace(model, model.get_submodule(place.path), factored)
    return factored


def fit(
    whole: nn.Module,
    small: nn.Module,
    places: Sequence[Place],
    batches: Sequence[Tensor],
) -> None:
    """Fit the last layer of each cut to what the whole layer makes in the whole network, from the first cut on.

    So each makes up for what the cuts before it have changed, as far as one matrix and a bias can.

    Args:
        whole: The network without cuts.
        small: The network with them.
        places: Those that were cut, in the order in which they run.
        batches: The images.
    """
    for place in tqdm(places, "fitting", leave=False):
        factored: Any = small.get_submodule(place.path)
        both = Moments(place.conv.groups)
        read: list[Tensor] = []
        made: list[Tensor] = []
        hooks = {
            factored[-1]: lambda _m, inputs, _o, to=read: to.append(inputs[0]),
            # What comes after it may change it in place.
            place.conv: lambda _m, _i, output, to=made: to.append(
                output.clone()
            ),
        }
        for batch in batches:
            with watched(hooks):
                run(whole, batch)
                run(small, batch)
            for maps in zip(read, made, strict=False):
                pair = [layers.batched(place.conv, each) for each in maps]
                # Where the cuts before have changed which images come here, they are not comparable.
                if pair[0].shape[2:] + pair[0].shape[:1] != (
                    pair[1].shape[2:] + pair[1].shape[:1]
                ):
                    continue
                both.add(factors.beside(place.conv.groups, *pair))
            read.clear()
            made.clear()
        if both.pixels:
            factors.fit_last(factored, both)


def _measure(
    model: nn.Module, place: Place, ranks: Ranks, reference: Reference
) -> Option:
    layer = model.get_submodule(place.path)
    factored = put(model, place, ranks)
    try:
        error = reference.error(model)
    except Exception:  # it finds its layers by their class or their place
        error = math.inf
    replace(model, factored, layer)
    return Option(ranks, place.cost(ranks), error)
