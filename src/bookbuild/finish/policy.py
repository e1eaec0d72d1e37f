"""The content security policy of a page: the site's own files, what the build wrote into the page, and no more."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from xml.sax.saxutils import quoteattr

# A page of a static site has no headers of its own, so its policy stands in it, before all that it is to govern.
BEFORE = '<meta charset="utf-8">'
FOREIGN = re.compile(r"(?:https?:)?//")


def add_policy(html: str) -> str:
    """Return a whole page with its policy.

    Raises:
        ValueError: Something could run before the policy.

    >>> add_policy('<head><meta charset="utf-8"><title>T</title></head>')[:72]
    '<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" c'
    """
    before, found, after = html.partition(BEFORE)
    if not found or "<script" in before:
        raise ValueError(f"html: expected {BEFORE} before any script, got {before[:200]!r}")
    meta = f'<meta http-equiv="Content-Security-Policy" content={quoteattr(to_policy(html))}>'
    return f"{before}{found}{meta}{after}"


def to_policy(html: str) -> str:
    """Return what a browser may load and run for a page.

    Args:
        html: The whole page; where its script for Run names the address of Python, that is allowed too.

    >>> to_policy("<p>Text</p>").partition(";")[0]
    "default-src 'none'"
    """
    own = _Inline()
    own.feed(html)
    own.close()
    own_files = ["'self'"]
    allowed = {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "connect-src": own_files.copy(),
        "font-src": own_files,
        "img-src": [*own_files, "data:"],  # Material's icons are data
        "script-src": [*own_files, *_hash(own.scripts)],
        "style-src": [*own_files, *_hash(own.styles)],
        # Tables and bars have their alignment and length in attributes: those that the build wrote, and no others.
        "style-src-attr": ["'unsafe-hashes'", *_hash(own.attributes)],
        "worker-src": own_files.copy(),
    }
    for python in own.pythons:
        if FOREIGN.match(python):
            allowed["connect-src"].append(python.removeprefix("//"))
        # Python's files were checked when they become blobs, and a worker obeys the page's policy if it is a blob.
        allowed["script-src"] += ["blob:", "'wasm-unsafe-eval'"]
        allowed["worker-src"].append("blob:")
    return "; ".join(" ".join([key, *each]) for key, each in allowed.items())


class _Inline(HTMLParser):
    """What a page itself says that a browser is to run, to apply, or to take from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.attributes: list[str] = []
        self.pythons: list[str] = []
        self.texts: list[str] | None = None  # of which kind the text is that comes next

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "style" in values:
            self.attributes.append(values["style"])
        if "data-python" in values:
            self.pythons.append(values["data-python"])
        if tag == "style":
            self.texts = self.styles
        elif tag == "script" and not {"src", "type"} & set(values):  # one with a type is data
            self.texts = self.scripts
        else:
            self.texts = None
            return
        self.texts.append("")

    def handle_endtag(self, _tag: str) -> None:
        self.texts = None

    def handle_data(self, data: str) -> None:
        if self.texts is not None:
            self.texts[-1] += data


def _hash(texts: list[str]) -> list[str]:
    """Return the hash sources by which a policy allows these texts."""
    digests = {hashlib.sha256(text.encode()).digest() for text in texts}
    return sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
