"""Turn docs/ into a site: what MkDocs, mkdocs-jupyter and Material leave to do."""

import re

TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def plain(text: str) -> str:
    r"""Return what a terminal would show, without its colours.

    >>> plain("\x1b[31mred\x1b[0m")
    'red'
    """
    return TERMINAL_COLOUR.sub("", text)
