"""Fewer tooltips than Markdown makes of the glossary's terms, of types and of the links beside headings."""

import re

TOOLTIP = re.compile(r'<abbr title="[^"]*">([^<]*)</abbr>')
LINK = re.compile(r'(<a\b[^>]*\bclass="headerlink"[^>]*?) title=')
# A type of another package, which leads nowhere.
TYPE = re.compile(r'<span title="[^"]*">([^<]*)</span>')
HEADING_OR_LINK = re.compile(r"<(h[1-6]|a)\b.*?</\1>", re.DOTALL)


def keep_first(page: str) -> str:
    """Keep the first tooltip of each term on a page, outside headings and links; more would be noise.

    >>> keep_first('<h2><abbr title="t">a</abbr></h2><a><abbr title="t">a</abbr></a> <abbr title="t">a</abbr>')
    '<h2>a</h2><a>a</a> <abbr title="t">a</abbr>'
    >>> keep_first('<abbr title="t">a</abbr> <abbr title="t">a</abbr>')
    '<abbr title="t">a</abbr> a'
    """
    seen: set[str] = set()

    def tooltip(match: re.Match[str]) -> str:
        if match[1] in seen:
            return match[1]
        seen.add(match[1])
        return match[0]

    # A link's name for those who hear the page needs no tooltip.
    page = LINK.sub(r"\1 aria-label=", page)
    return TOOLTIP.sub(tooltip, HEADING_OR_LINK.sub(lambda m: TOOLTIP.sub(r"\1", m[0]), page))


def drop_types(page: str) -> str:
    """Remove the tooltips of types that lead nowhere: each tooltip costs a page time when it opens.

    >>> drop_types('<code><span title="numpy.ndarray">ndarray</span></code>')
    '<code>ndarray</code>'
    """
    return TYPE.sub(r"\1", page)
