"""What a summary says of a network: its layers, their kinds and costs, as text, as a table and as data."""

import csv
import html
import io
from collections.abc import Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from onebyone.tables import Table

# In the order in which tables and figures have them: first what is 1×1.
KINDS = (
    "pointwise",
    "grouped pointwise",
    "dense",
    "attention product",
    "depthwise",
    "spatial",
    "normalisation",
    "other",
    "several",
    "did not run",
)
COSTLIEST = 10


class Layer(NamedTuple):
    """A layer, or a part of a network with all its layers, and its cost.

    Attributes:
        path: Its name in the model, or that of the parameter that it uses; empty for the model itself.
        module: Its class, for a convolution with the kernel; for operations in no layer their names, where the first of
            them ran.
        kind: One of `KINDS`; "several" for a part whose layers differ.
        role: What a 1×1 convolution or a dense layer is there for. It may reduce, expand or project the channels, to
            fewer, more or as many; be a shortcut beside a longer way; squeeze-and-excite, where it weighs maps from one
            pixel; or classify, as the last layer, with one number for each class.
        output: The shape of its output, without the batch where the input was given as a shape.
        parameters: Those that no earlier layer uses.
        macs: Multiply-accumulates.
        activations: Bytes of the new tensors that it makes of the input. What it writes in place takes none.
    """

    path: str
    module: str
    kind: str
    role: str
    output: tuple[int, ...]
    parameters: int
    macs: int
    activations: int

    @property
    def name(self) -> str:
        """The name in the table: the class, after the path where that is more than a number."""
        if self.path and self.module == "Sequential":
            return self.path
        if not self.path or self.path.isdigit():
            return self.module
        return f"{self.path}: {self.module}"


class Kind(NamedTuple):
    """All layers of one kind, or of one role, and what they cost together."""

    kind: str
    layers: int
    parameters: int
    macs: int
    activations: int


class Summary(NamedTuple):
    """The layers of a network in the order in which they run; it prints as a table.

    Attributes:
        layers: A row for each layer.
        notes: What a reader should know of how these numbers came about; mostly empty.
    """

    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """Parameters of all layers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """MACs of all layers."""
        return sum(layer.macs for layer in self.layers)

    @property
    def activations(self) -> int:
        """Bytes of the new tensors that all layers make."""
        return sum(layer.activations for layer in self.layers)

    @property
    def pointwise(self) -> "Summary":
        """The 1×1 convolutions alone, without grouped ones."""
        return self.only("pointwise")

    def only(self, *kinds: str) -> "Summary":
        """Return the layers of these kinds alone.

        Raises:
            ValueError: One of them is not in `KINDS`.
        """
        for kind in kinds:
            if kind not in KINDS:
                raise ValueError(
                    f"kinds: expected some of {', '.join(KINDS)}, got {kind!r}"
                )
        return Summary(tuple(la for la in self.layers if la.kind in kinds))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What the layers of each kind cost together, of the kinds that there are."""
        return tuple(
            self._together(kind, [la for la in self.layers if la.kind == kind])
            for kind in KINDS
            if any(la.kind == kind for la in self.layers)
        )

    @property
    def roles(self) -> tuple[Kind, ...]:
        """What the 1×1 and the dense layers of each role cost together, in the order in which the roles first occur."""
        roles = dict.fromkeys(la.role for la in self.layers if la.role)
        return tuple(
            self._together(role, [la for la in self.layers if la.role == role])
            for role in roles
        )

    def _together(self, name: str, layers: list[Layer]) -> Kind:
        part = Summary(tuple(layers))
        costs = part.parameters, part.macs, part.activations
        return Kind(name, len(layers), *costs)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as what JSON can hold."""
        rows = [
            {"name": la.name, **la._asdict(), "output": list(la.output)}
            for la in self.layers
        ]
        return {
            "parameters": self.parameters,
            "macs": self.macs,
            "activations": self.activations,
            "notes": list(self.notes),
            "layers": rows,
        }

    def to_csv(self) -> str:
        """Return the layers as comma-separated values, below a line of their names."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(Layer._fields)
        for la in self.layers:
            writer.writerow(la._replace(output=_shape(la)))  # type: ignore[arg-type]
        return text.getvalue()

    def __repr__(self) -> str:
        parts = []
        for title, table in self._tables():
            parts.append(f"{title}\n{table!r}" if title else repr(table))
        return "\n\n".join([*parts, *self.notes])

    def _repr_html_(self) -> str:
        parts = []
        tables = self._tables()
        for title, table in tables:
            text = table._repr_html_()
            if table is tables[-1][1] and title:  # long, so folded
                text = f"<details><summary>{html.escape(title)}</summary>{text}</details>"
            elif title:
                text = f"<p><strong>{html.escape(title)}</strong></p>{text}"
            parts.append(text)
        parts += [f"<p>{html.escape(note)}</p>" for note in self.notes]
        return "".join(parts)

    def _tables(self) -> list[tuple[str, Table]]:
        """Return what is worth knowing first, first; a short network is one table."""
        whole = self._table(self.layers, self._row("Total", "", "", self))
        if len(self.layers) <= 2 * COSTLIEST:
            return [("", whole)]
        work = [la for la in self.layers if la.macs]
        by_cost = sorted(
            work, key=attrgetter("macs", "parameters"), reverse=True
        )
        costliest = Summary(tuple(by_cost[:COSTLIEST]))
        share = costliest.macs / self.macs if self.macs else 0
        return [
            ("By kind", self._by_kind()),
            (
                f"The {len(costliest.layers)} costliest layers: {share:.0%} of the MACs",
                self._table(costliest.layers),
            ),
            (f"All {len(self.layers)} layers, as they run", whole),
        ]

    def _by_kind(self) -> Table:
        wholes = self.parameters, self.macs, self.activations
        rows = []
        for kind in self.kinds:
            row = [kind.kind, f"{kind.layers:,}"]
            for part, whole in zip(kind[2:], wholes, strict=True):
                row += [f"{part:,}", f"{part / whole:.1%}" if whole else ""]
            rows.append(row)
        total = ["Total", f"{len(self.layers):,}"]
        for whole in wholes:
            total += [f"{whole:,}", ""]
        costs = "Parameters", "%", "MACs", "%", "Activations, bytes", "%"
        return Table(("Kind", "Layers", *costs), rows, total)

    def _table(
        self, layers: Iterable[Layer], total: list[str] | None = None
    ) -> Table:
        rows = [
            self._row(
                la.name,
                f"{la.kind}, {la.role}" if la.role else la.kind,
                _shape(la),
                la,
            )
            for la in layers
        ]
        costs = "Parameters", "MACs", "Activations, bytes"
        return Table(("Layer", "Kind", "Output", *costs), rows, total)

    def _row(
        self, name: str, kind: str, output: str, cost: "Layer | Summary"
    ) -> list[str]:
        costs = cost.parameters, cost.macs, cost.activations
        return [name, kind, output, *(f"{count:,}" for count in costs)]


def _shape(layer: Layer) -> str:
    return "×".join(map(str, layer.output))
