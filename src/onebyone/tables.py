"""Tables of text, for a terminal and for a notebook."""

import html
from collections.abc import Iterable, Sequence

Row = Sequence[str]
MANY = 6  # rows that a reader may want in a different order


class Table:
    """Rows below a head, and above a row of totals where there is one.

    Args:
        head: The title of each column.
        rows: The text of each column, row by row.
        total: The last row.

    Raises:
        ValueError: A row has more or fewer columns than the head.

    Examples:
        >>> Table(["layer", "weights"], [["1×1", "4,096"], ["3×3", "36,864"]], total=["both", "40,960"])
        layer | weights
        1×1   |   4,096
        3×3   |  36,864
        both  |  40,960
    """

    def __init__(
        self, head: Row, rows: Iterable[Row], total: Row | None = None
    ) -> None:
        self.head = tuple(head)
        self.rows = tuple(tuple(row) for row in rows)
        self.total = None if total is None else tuple(total)
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


def _row(cells: Row, tag: str) -> str:
    texts = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells)
    return f"<tr>{texts}</tr>"


def _align(text: str, side: str, width: int) -> str:
    return f"{text:{side}{width}}"
