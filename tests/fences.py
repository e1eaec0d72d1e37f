"""The code in a Markdown file, as a reader would copy it."""

import re
import textwrap


def fenced(text, language):
    """Return the blocks of one language, without the indentation of a list that holds them."""
    block = rf"^( *)```{language}\n(.*?)^ *```$"
    found = re.findall(block, text, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(code) for _, code in found]
