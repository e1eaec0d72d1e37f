"""Glossary terms as Markdown abbreviations: the definition list is their only source."""

import re

ENTRY = re.compile(
    r"^(?P<term>[^\n:#].*)\n: +(?P<definition>(?:.+\n?)(?:    .+\n?)*)",
    re.MULTILINE,
)
MARKUP = re.compile(r"[`*$\[]|\]\([^)]*\)")


def to_abbreviations(glossary: str) -> str:
    r"""Return the definition list as Markdown abbreviations, the first sentence of each entry.

    >>> to_abbreviations("MAC\n:   One multiplication and one addition. A FLOP count is twice that.\n")
    '*[MAC]: One multiplication and one addition.'
    """
    lines = []
    for entry in ENTRY.finditer(glossary):
        sentence = re.split(r"(?<=\.)\s", " ".join(entry["definition"].split()))[0]
        lines.append(f"*[{entry['term'].strip()}]: {MARKUP.sub('', sentence)}")
    return "\n".join(lines)
