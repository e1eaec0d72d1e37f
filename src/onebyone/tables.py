"""Tables of text, for a terminal and for a notebook."""

import html
from collections.abc import Iterable, Sequence
from operator import index

Row = Sequence[str | int]
MANY = 6  # rows that a reader may want in a different order


class Table:
    """Rows below a head, and above a row of totals where there is one.

    Args:
        head: The title of each column.
        rows: The cells of each row, texts or whole numbers, which are written with commas.
        total: The last row.

    Raises:
        ValueError: A row has more or fewer columns than the head.
        TypeError: A cell is neither a text nor a whole number.

    Examples:
        >>> Table(["layer", "weights"], [["1×1", 4096], ["3×3", 36864]], total=["both", 40960])
        layer | weights
        1×1   |   4,096
        3×3   |  36,864
        both  |  40,960
    """

    def __init__(
        self, head: Row, rows: Iterable[Row], total: Row | None = None
    ) -> None:
        self.head = _write(head)
        self.rows = tuple(map(_write, rows))
        self.total = None if total is None else _write(total)
        for row in self._body():
            if len(row) != len(self.head):
                name = "total" if row is self.total else "rows"
                raise ValueError(
                    f"{name}: expected {len(self.head)} columns, as in head, got {len(row)} in {row}"
                )

    def _body(self) -> tuple[tuple[str, ...], ...]:
        return self.rows if self.total is None else (*self.rows, self.total)

    def __repr__(self) -> str:
        lines = [self.head, *self._body()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        sides = "<" + ">" * (len(self.head) - 1)  # names left, numbers right
        aligned = [" | ".join(map(_align, row, sides, widths)) for row in lines]
        return "\n".join(row.rstrip() for row in aligned)

    def _repr_html_(self) -> str:
        body = "".join(_row(row, "td") for row in self.rows)
        foot = "" if self.total is None else _row(self.total, "td")
        sorts = ' data-script="sort.js"' if len(self.rows) >= MANY else ""
        return (
            f'<table class="summary"{sorts}><thead>{_row(self.head, "th")}</thead>'
            f"<tbody>{body}</tbody>{f'<tfoot>{foot}</tfoot>' if foot else ''}</table>"
        )


def _write(row: Row) -> tuple[str, ...]:
    return tuple(
        cell if isinstance(cell, str) else f"{index(cell):,}" for cell in row
    )


def _row(cells: tuple[str, ...], tag: str) -> str:
    texts = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)
    return f"<tr>{texts}</tr>"


def _align(text: str, side: str, width: int) -> str:
    return f"{text:{side}{width}}"
