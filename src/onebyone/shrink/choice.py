"""Which cuts to make: those that together are expected to change the outputs least, within a budget."""

from collections.abc import Sequence
from typing import NamedTuple

from onebyone.shrink.places import Ranks


class Option(NamedTuple):
    """What can become of a layer.

    Attributes:
        ranks: Of a split, or reduce and expand of a bottleneck; empty for a layer that stays.
        macs: Multiply-accumulates.
        error: How much the outputs of the network change.
    """

    ranks: Ranks
    macs: int
    error: float


def choose(
    options: Sequence[Sequence[Option]], budget: int
) -> list[Option] | None:
    """Return an option for each layer so that all together keep a budget, or None where none do.

    Errors are taken to add up. Time and again, the step that costs least error for each multiply-accumulate is
    taken, and at the end what is left of the budget is spent where it saves most error.

    Args:
        options: For each layer, that it stays and then the others.
        budget: The most multiply-accumulates.

    Examples:
        >>> stays, cut = Option((), 100, 0.0), Option((4,), 40, 0.1)
        >>> [option.ranks for option in choose([[stays, cut], [stays, Option((2,), 60, 0.01)]], budget=160)]
        [(), (2,)]
    """
    chosen = [layer[0] for layer in options]
    total = sum(option.macs for option in chosen)
    while total > budget:
        steps = [
            ((new.error - old.error) / (old.macs - new.macs), index, new)
            for index, old in enumerate(chosen)
            for new in options[index]
            if new.macs < old.macs
        ]
        if not steps:
            return None
        _, index, new = min(steps)
        total -= chosen[index].macs - new.macs
        chosen[index] = new
    while True:
        gains = [
            (new.error - old.error, index, new)
            for index, old in enumerate(chosen)
            for new in options[index]
            if new.error < old.error and total - old.macs + new.macs <= budget
        ]
        if not gains:
            return chosen
        _, index, new = min(gains)
        total -= chosen[index].macs - new.macs
        chosen[index] = new
