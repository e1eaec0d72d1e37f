"""What shrinking did to a network, as data and as a table."""

from typing import NamedTuple

from torch import nn

from onebyone.shrink.places import Ranks
from onebyone.tables import Table


class Cut(NamedTuple):
    """A convolution and what became of it.

    Attributes:
        layer: Its path in the network.
        module: Its class and kernel.
        before: Its multiply-accumulates.
        ranks: Of a split, or reduce and expand of a bottleneck; empty for a layer that stays.
        after: The multiply-accumulates of what took its place.
        error: What this cut alone does to the outputs, as a share of their variance over the images.
    """

    layer: str
    module: str
    before: int
    ranks: Ranks
    after: int
    error: float


class Shrunk(NamedTuple):
    """A smaller copy of a network; it prints as a table.

    Attributes:
        model: The copy.
        layers: The convolutions that could be cut, in the order in which they run.
        before: Multiply-accumulates of the network, as `summary` counts them.
        after: Those of the copy.
        error: What all cuts together do to the outputs, as a share of their variance over the images.
    """

    model: nn.Module
    layers: tuple[Cut, ...]
    before: int
    after: int
    error: float

    @property
    def table(self) -> Table:
        """The cuts as a table, with the whole network below."""
        rows = [
            [
                cut.layer,
                cut.module,
                f"{cut.before:,}",
                f"{cut.after:,}",
                " → ".join(map(str, cut.ranks)) or "stays",
                f"{cut.error:.2%}",
            ]
            for cut in self.layers
        ]
        head = ["layer", "module", "MACs before", "after", "ranks", "error"]
        whole = f"{self.before:,}", f"{self.after:,}"
        total = ["whole network", "", *whole, "", f"{self.error:.2%}"]
        return Table(head, rows, total)

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()
