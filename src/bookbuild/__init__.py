"""Turn docs/ into a site, around whatever turns Markdown into HTML.

`prepare` makes plain Markdown of the notebooks, `finish` puts formulas and policies into the HTML, and
`hook` lends both to MkDocs.
"""

import re

TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def strip_colours(text: str) -> str:
    r"""Return a text without a terminal's colours.

    >>> strip_colours("\x1b[31mred\x1b[0m")
    'red'
    """
    return TERMINAL_COLOUR.sub("", text)
