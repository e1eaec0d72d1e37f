"""The search's index in two: what a page needs when it opens, and the documents, which wait for a reader's search."""

import json
import re
from pathlib import Path

INDEX = "search/search_index.json"
DOCUMENTS = "search/documents.json"
# What stands side by side without a space: Material's index would make one word of two.
SIDE_BY_SIDE = re.compile(r"(</(?:td|th|dt|dd|figcaption|summary|label|output|option)>)(?=<)")
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')


def set_apart(html: str) -> str:
    """Return a page, or a part of one, with a space behind each cell, caption and label.

    >>> set_apart("<tr><td>1</td><td>2</td></tr>")
    '<tr><td>1</td> <td>2</td> </tr>'
    """
    return SIDE_BY_SIDE.sub(r"\1 ", html)


def split(site: Path) -> None:
    """Move the documents of a site's index into a file of their own, each page's with the page's description.

    Args:
        site: The built site. Without an index, or with one of another shape, it stays as it is.
    """
    path = site / INDEX
    index = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if not {"config", "docs"} <= index.keys():
        return
    for document in index["docs"]:
        if "#" not in document["location"]:
            page = site / document["location"] / "index.html"
            found = DESCRIPTION.search(page.read_text(encoding="utf-8"))
            document["about"] = found[1] if found else ""
    _write(site / DOCUMENTS, {"docs": index["docs"]})
    _write(path, {"config": index["config"], "docs": []})


def _write(path: Path, content: dict[str, object]) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")
