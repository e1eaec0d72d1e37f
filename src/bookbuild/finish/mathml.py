"""LaTeX to MathML while the site is built, so that a reader's browser needs no script for it."""

import html
import re
import unicodedata

from math_core import LatexToMathML

from bookbuild import strip_colours

# What pymdownx.arithmatex leaves in the page, inline and displayed.
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)


def convert(page: str) -> str:
    r"""Replace the LaTeX formulas in a page's HTML by MathML; raise ValueError for one that is not LaTeX.

    >>> convert('<span class="arithmatex">\\(x\\)</span>')
    '<math><mi>x</mi></math>'
    """

    def formula(match: re.Match[str]) -> str:
        displayed = match[1] == "div"
        latex = html.unescape(match[2]).strip()
        try:
            mathml = LatexToMathML().convert_with_local_state(latex, displaystyle=displayed)
        except Exception as error:
            reason = strip_colours(str(error))
            raise ValueError(f"formula {latex!r}: {reason}") from error
        return f'<div class="formula">{mathml}</div>' if displayed else mathml

    return FORMULA.sub(formula, page)


def find_characters(page: str) -> set[str]:
    """Return the characters of a page's formulas, with the slanted letters that a browser puts for some of them.

    >>> sorted(find_characters("<math><mi>x</mi><mo>=</mo><mn>1</mn></math>"))
    ['1', '=', 'x', '𝑥']
    >>> sorted(find_characters("<math><msqrt><mn>2</mn></msqrt></math>"))  # a browser draws the sign
    ['2', '√']
    """
    formulas = "".join(MATH.findall(page))
    text = re.sub(r"<[^>]*>", "", formulas)
    if re.search("<(msqrt|mroot)\\b", formulas):
        text += "√"
    found = {c for c in html.unescape(text) if not c.isspace()}
    return found | {slanted for c in found if (slanted := _slant(c))}


def _slant(character: str) -> str:
    if character == "h":
        return "\u210e"  # Planck's constant came first, so the block of slanted letters has a hole there
    name = (
        unicodedata.name(character, "")
        .replace("LATIN ", "")
        .replace("GREEK ", "")
        .replace(" LETTER", "")
    )
    try:
        return unicodedata.lookup(f"MATHEMATICAL ITALIC {name}")
    except KeyError:
        return ""
