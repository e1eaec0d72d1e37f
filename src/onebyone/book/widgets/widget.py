"""HTML in place of a figure."""


class Widget:
    """HTML that a notebook shows."""

    def __init__(self, name: str, content: str) -> None:
        self.name = name
        self.content = content

    def __repr__(self) -> str:
        return f"Widget({self.name!r})"

    def _repr_html_(self) -> str:
        return self.content
