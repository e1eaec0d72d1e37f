"""The content security policy of a page: the site's own files, what the build wrote into the page, and no more."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from xml.sax.saxutils import quoteattr

# A page of a static site has no headers of its own, so its policy stands in it, before all that it is to govern.
BEFORE = '<meta charset="utf-8">'
FOREIGN = re.compile(r"(?:https?:)?//")


def protected(html: str) -> str:
    """Return a page with its policy.

    Args:
        html: The whole page.

    Raises:
        ValueError: Something could run before the policy.

    >>> protected('<head><meta charset="utf-8"><title>T</title></head>')[:72]
    '<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" c'
    """
    before, found, after = html.partition(BEFORE)
    if not found or "<script" in before:
        raise ValueError(f"html: expected {BEFORE} before any script, got {before[:200]!r}")
    meta = f'<meta http-equiv="Content-Security-Policy" content={quoteattr(policy(html))}>'
    return f"{before}{found}{meta}{after}"


def policy(html: str) -> str:
    """Return what a browser may load and run for a page.

    Args:
        html: The whole page; where its script for Run names the address of Python, that is allowed too.

    >>> policy("<p>Text</p>").partition(";")[0]
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
        "script-src": [*own_files, *_hashes(own.scripts)],
        "style-src": own_files,
        # Tables and bars have their alignment and length in attributes: those that the build wrote, and no others.
        "style-src-attr": ["'unsafe-hashes'", *_hashes(own.styles)],
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
        self.pythons: list[str] = []
        self.is_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "style" in values:
            self.styles.append(values["style"])
        if "data-python" in values:
            self.pythons.append(values["data-python"])
        # One with a type is data.
        self.is_script = tag == "script" and not {"src", "type"} & set(values)
        if self.is_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.is_script = self.is_script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self.is_script:
            self.scripts[-1] += data


def _hashes(texts: list[str]) -> list[str]:
    """Return the names that a policy has for these texts."""
    digests = {hashlib.sha256(text.encode()).digest() for text in texts}
    return sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
