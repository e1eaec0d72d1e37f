"""Glossary terms as tooltips: the definition list is their only source."""

import re

ENTRY = re.compile(
    r"^(?P<term>[^\n:#].*)\n: +(?P<definition>(?:.+\n?)(?:    .+\n?)*)",
    re.MULTILINE,
)
TOOLTIP = re.compile(r'<abbr title="[^"]*">([^<]*)</abbr>')
MARKUP = re.compile(r"[`*$\[]|\]\([^)]*\)")
HEADING = re.compile(r"<h([1-6])\b.*?</h\1>", re.DOTALL)


def abbreviations(glossary: str) -> str:
    r"""Return the definition list as Markdown abbreviations, the first sentence of each entry.

    >>> abbreviations("MAC\n:   One multiplication and one addition. A FLOP count is twice that.\n")
    '*[MAC]: One multiplication and one addition.'
    """
    lines = []
    for entry in ENTRY.finditer(glossary):
        sentence = re.split(r"(?<=\.)\s", " ".join(entry["definition"].split()))[0]
        lines.append(f"*[{entry['term'].strip()}]: {MARKUP.sub('', sentence)}")
    return "\n".join(lines)


def first_only(page: str) -> str:
    """Keep the first tooltip of each term on a page, outside headings; more would be noise.

    >>> first_only('<h2><abbr title="t">a</abbr></h2><abbr title="t">a</abbr> <abbr title="t">a</abbr>')
    '<h2>a</h2><abbr title="t">a</abbr> a'
    """
    seen: set[str] = set()

    def tooltip(match: re.Match[str]) -> str:
        if match[1] in seen:
            return match[1]
        seen.add(match[1])
        return match[0]

    return TOOLTIP.sub(tooltip, HEADING.sub(lambda m: TOOLTIP.sub(r"\1", m[0]), page))
