"""The site's fonts, cut to the characters and the weights that its pages show."""

import html
import io
import re
from importlib.metadata import distribution
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from bookbuild.finish import mathml

FONTS = "assets/fonts"
MATH = "math.woff2"
STIX = "ziamath/fonts/STIXTwoMath-Regular.ttf"
NO_TEXT = re.compile(r"<(script|style|math)\b.*?</\1>|<[^>]*>", re.DOTALL)
WEIGHTS = (400, 700)  # normal and bold, and what headings have between them


def cut_fonts(site: Path) -> None:
    """Cut each font of a built site to what its pages use, and add the one for formulas."""
    formulas: set[str] = set()
    letters: set[str] = set()
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        formulas |= mathml.find_characters(text)
        letters |= find_letters(text)
    folder = site / FONTS
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.woff2"):
        if path.name != MATH:
            path.write_bytes(cut_text_font(path, letters))
    (folder / MATH).write_bytes(cut_math_font(formulas))


def find_letters(page: str) -> set[str]:
    """Return the characters of a page's text, formulas left out.

    >>> sorted(find_letters("<p title='x'>a &times; <b>b</b><math><mi>y</mi></math></p>"))
    [' ', 'a', 'b', '×']
    """
    return {c for c in html.unescape(NO_TEXT.sub("", page)) if c.isprintable()}


def cut_text_font(path: Path, text: set[str]) -> bytes:
    """Return a font with a weight axis cut down to these characters and to `WEIGHTS`, as WOFF2."""
    with TTFont(path) as font:
        axes = {axis.axisTag for axis in font["fvar"].axes} if "fvar" in font else set()
        limits = {"wght": WEIGHTS} if "wght" in axes else {}
        narrow = instancer.instantiateVariableFont(font, limits) if limits else font
        return _cut(narrow, text)


def cut_math_font(text: set[str]) -> bytes:
    """Return STIX Two Math cut down to these characters, as WOFF2 (SIL Open Font License)."""
    # Only its file is wanted: importing ziamath gives warnings.
    with TTFont(str(distribution("ziamath").locate_file(STIX))) as font:
        return _cut(font, text)


def _cut(font: TTFont, text: set[str]) -> bytes:
    # Screens no longer need hints, which are a third of a font, nor do these pages its other forms of a letter.
    options = subset.Options(flavor="woff2", layout_features=["liga", "kern"], hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(text)))
    subsetter.subset(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    return buffer.getvalue()
