"""The search's index in two: what a page needs when it opens, and the documents, which wait for a reader who searches."""

import json
import re
from pathlib import Path

INDEX = "search/search_index.json"
DOCUMENTS = "search/documents.json"
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')


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
