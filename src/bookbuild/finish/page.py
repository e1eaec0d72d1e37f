"""What becomes of a page's HTML, and of all pages of a site."""

import re
from pathlib import Path

from bookbuild.finish import cards, code, examples, fonts, mathml, policy, search, tooltips

API_STYLE = re.compile(r'\s*<link rel="stylesheet" href="[^"]*_mkdocstrings\.css">')
MATH_FONT = re.compile(rf'\s*<link rel="preload" href="[^"]*{fonts.MATH}"[^>]*>')
NEXT = re.compile(r'\s*<link rel="next" [^>]*>')


def typeset(html: str) -> str:
    """Turn the formulas of a page, or a part of one, into MathML, thin out its tooltips, and prepare its code."""
    return code.lighten(mathml.convert(tooltips.keep_first(examples.add_code(html))))


def drop_hints(html: str) -> str:
    """Remove what makes a browser fetch or measure what this page does not use.

    Firefox fetches what a head names as next as soon as it is idle, and no reader has asked for that page yet. Only the
    API needs mkdocstrings' style sheet, and only formulas their font.
    """
    # autorefs has written the types since the page was typeset.
    html = tooltips.drop_types(NEXT.sub("", html))
    if "<math" not in html:
        html = MATH_FONT.sub("", html)
    return html if 'class="doc ' in html else API_STYLE.sub("", html)


def protect(html: str) -> str:
    """Give a whole page its policy, and drop its hints."""
    return policy.add_policy(drop_hints(html))


def finish_site(site: Path, picture: Path | None = None) -> None:
    """Finish every page of a built site, and cut the fonts to what they use.

    Args:
        site: The built site.
        picture: What the cards of its pages show, where its pages have cards.

    Raises:
        ValueError: A page cannot be finished; the message names it.
    """
    for path in sorted(site.rglob("*.html")):
        try:
            path.write_text(protect(typeset(path.read_text(encoding="utf-8"))), encoding="utf-8")
        except ValueError as error:
            raise ValueError(f"{path.relative_to(site)}: {error}") from error
    finish_shared(site, picture)


def finish_shared(site: Path, picture: Path | None) -> None:
    """Finish a built site: draw its cards, cut its fonts, and have the search's documents wait for a search."""
    if picture:
        cards.draw_cards(site, picture)
    fonts.cut_fonts(site)
    search.split(site)
