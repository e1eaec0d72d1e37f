"""Blocks of code as a browser lays them out with little work."""

import re

BLOCK = re.compile(r"(<pre\b[^>]*>(?:<span></span>)?<code\b)([^>]*>.*?</code></pre>)", re.DOTALL)
# Names and spaces have the colour of the code around them.
PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')


def lighten(html: str) -> str:
    """Return a page, or a part of one, whose blocks say how many lines they have.

    A browser that knows their height need not lay out those that nobody sees. What has no colour of its own loses its
    element.

    >>> lighten('<pre><code><span class="k">def</span><span class="w"> </span><span class="n">f</span></code></pre>')
    '<pre><code data-lines="1"><span class="k">def</span> f</code></pre>'
    """

    def block(match: re.Match[str]) -> str:
        code = PLAIN.sub(r"\1", match[2])
        lines = code.removesuffix("</code></pre>").rstrip().count("\n") + 1
        return f'{match[1]} data-lines="{lines}"{code}'

    return BLOCK.sub(block, html)
