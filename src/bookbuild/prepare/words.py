"""The words that the search takes for one another: those of a table, and those that the glossary calls another name."""

import re
import tomllib

from bookbuild.prepare import glossary

OTHER = re.compile(r"(?:Also called|Another name for) (?P<names>[^.;:]+?)(?:, used [^.]*)?\.")
ARTICLE = re.compile(r"^(?:an?|the) ")


def to_groups(table: str, terms: str) -> list[list[str]]:
    r"""Return groups of words and phrases that mean the same.

    Args:
        table: TOML, with the groups in `same`.
        terms: The glossary. Says "Also called a skip connection or a bypass.", or "Another name for a shortcut."

    Raises:
        ValueError: The table is no TOML, or a group is no list of two phrases or more.

    >>> to_groups('same = [["MLP", "feed-forward"]]', "shortcut\n:   A way. Also called a bypass.\n")
    [['MLP', 'feed-forward'], ['shortcut', 'bypass']]
    """
    groups = tomllib.loads(table).get("same", [])
    for group in groups:
        if not (
            isinstance(group, list) and len(group) > 1 and all(isinstance(g, str) for g in group)
        ):
            raise ValueError(f"same: expected groups of two phrases or more, got {group!r}")
    for entry in glossary.ENTRY.finditer(terms):
        for other in OTHER.finditer(" ".join(entry["definition"].split())):
            names = re.split(r",? or |, ", other["names"])
            groups.append([entry["term"].strip(), *(ARTICLE.sub("", name) for name in names)])
    return _merge(groups)


def _merge(groups: list[list[str]]) -> list[list[str]]:
    """Return groups of which no two have a phrase in common, whatever its letters' case."""
    merged: list[dict[str, str]] = []
    for group in groups:
        own = {phrase.casefold(): phrase for phrase in group}
        apart = [other for other in merged if not own.keys() & other.keys()]
        for other in [other for other in merged if other not in apart]:
            own = other | own
        merged = [*apart, own]
    return [list(group.values()) for group in merged]
