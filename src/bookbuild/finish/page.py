"""What becomes of a page's HTML, and of all pages of a site."""

import re
from pathlib import Path

from bookbuild.finish import mathml, policy, search, tooltips

MATH_FONT = "assets/fonts/math.woff2"
API_STYLE = re.compile(r'\s*<link rel="stylesheet" href="[^"]*_mkdocstrings\.css">')
NEXT = re.compile(r'\s*<link rel="next" [^>]*>')


def typeset(html: str) -> str:
    """Turn the formulas of a page, or of a part of one, into MathML, and thin out its tooltips."""
    return mathml.convert(tooltips.keep_first(html))


def drop_hints(html: str) -> str:
    """Remove the hints that make a browser fetch what this page does not use.

    Firefox fetches what a head names as next as soon as it is idle, and no reader has asked for that page yet. Only the
    API needs mkdocstrings' style sheet.
    """
    html = NEXT.sub("", html)
    return html if 'class="doc ' in html else API_STYLE.sub("", html)


def protect(html: str) -> str:
    """Give a whole page its policy, and drop its hints."""
    return policy.add_policy(drop_hints(html))


def finish_site(site: Path) -> None:
    """Finish every page of a built site, and cut the font for formulas to what they use.

    Raises:
        ValueError: A page cannot be finished; the message names it.
    """
    for path in sorted(site.rglob("*.html")):
        try:
            path.write_text(protect(typeset(path.read_text(encoding="utf-8"))), encoding="utf-8")
        except ValueError as error:
            raise ValueError(f"{path.relative_to(site)}: {error}") from error
    add_font(site)
    search.split(site)


def add_font(site: Path) -> None:
    """Write the font for formulas, cut to the characters that the pages use."""
    used: set[str] = set()
    for page in site.rglob("*.html"):
        used |= mathml.find_characters(page.read_text(encoding="utf-8"))
    path = site / MATH_FONT
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mathml.cut_font(used))
