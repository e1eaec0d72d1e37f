"""What a check found, as text and as HTML."""

import html
from dataclasses import dataclass, field


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found.

    Attributes:
        exercise: The exercise, such as "channels.same_padding".
        right: Whether the answer is right on every input.
        title: The verdict in a sentence, or what comes before the call.
        call: The first call that failed.
        lines: What was expected of it, what came, and what else is known.

    Examples:
        >>> Verdict("a.b", right=False, title="Not yet: ", call="b(1)", lines=[("expected", "2")])
        Not yet: b(1)
        expected: 2
    """

    exercise: str
    right: bool
    title: str
    call: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """So that `assert check(...)` says what it seems to say."""
        return self.right

    def __repr__(self) -> str:
        told = [
            f"{label}: {text}" if label else text for label, text in self.lines
        ]
        return "\n".join([f"{self.title}{self.call}", *told])

    def _repr_html_(self) -> str:
        right = "true" if self.right else "false"
        call = f"<code>{html.escape(self.call)}</code>" if self.call else ""
        told = "".join(_write_line(*line) for line in self.lines)
        return (
            f'<div class="verdict" data-exercise="{html.escape(self.exercise)}"'
            f' data-right="{right}">'
            f"<p>{html.escape(self.title)}{call}</p>{told}</div>"
        )


def _write_line(label: str, text: str) -> str:
    if not label:
        return f"<p>{html.escape(text)}</p>"
    return f"<p>{html.escape(label)} <code>{html.escape(text)}</code></p>"
