"""A picture in steps: all of them drawn, one of them shown, and a sentence for each."""

import html
import json
from collections.abc import Sequence
from typing import NamedTuple

from onebyone.book.widgets.widget import Widget


class Step(NamedTuple):
    """One step: what it is called, and the sentence that says what is seen."""

    name: str
    said: str


def draw_steps(
    name: str,
    picture: str,
    steps: Sequence[Step],
    back: str,
    on: str,
    start: int = 0,
) -> Widget:
    """Return a picture with a slider for its steps, one of which is shown.

    Args:
        name: The widget's, also in the page's address.
        picture: HTML. What is not in all of the steps names those that it is in: `data-step="1 2"`.
        steps: What each step is called and says.
        back: What the button to the step before says.
        on: What the button to the next step says.
        start: The index of the step that is shown first. In the picture, all that is not in it is `hidden`.

    Examples:
        >>> draw_steps("a", "<svg/>", [Step("one", "This is one.")], "Less", "More")
        Widget('a')
    """
    said = html.escape(json.dumps(steps, ensure_ascii=False))
    first, last = (
        " disabled" if start == end else "" for end in (0, len(steps) - 1)
    )
    return Widget(
        name,
        f'<div class="widget steps" id="{name}" data-script="steps.js" data-said="{said}">{picture}'
        f'<div class="presets"><button type="button" data-by="-1"{first}>{back}</button>'
        f'<button type="button" data-by="1"{last}>{on}</button></div>'
        f'<input type="range" min="0" max="{len(steps) - 1}" value="{start}" step="1" autocomplete="off" '
        f'aria-label="step" aria-valuetext="{html.escape(steps[start].name)}">'
        f'<p role="status">{html.escape(steps[start].said)}</p></div>',
    )
