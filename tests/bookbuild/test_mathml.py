import io
import xml.etree.ElementTree as ET

import pytest
from fontTools.ttLib import TTFont

from bookbuild.finish import mathml


def inline(latex):
    return f'<span class="arithmatex">\\({latex}\\)</span>'


def displayed(latex):
    return f'<div class="arithmatex">\\[\n{latex}\n\\]</div>'


def tags(converted):
    root = ET.fromstring(converted)  # noqa: S314
    return [element.tag for element in root.iter()]


@pytest.mark.parametrize(
    ("latex", "tag"),
    [
        (r"\frac{a}{b}", "mfrac"),
        (r"\sum_{i=1}^{n} x_i", "munderover"),
        (r"\left\lfloor \frac{H + 2p}{s} \right\rfloor", "mfrac"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "mtable"),
        (r"\begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}", "mtable"),
        (r"C_\text{in}", "mtext"),
        (r"\sqrt{x}", "msqrt"),
        (r"\mathbb{R}^{C \times H}", "msup"),
    ],
)
def test_a_formula_becomes_well_formed_mathml(latex, tag):
    converted = mathml.convert(displayed(latex.replace("&", "&amp;")))
    assert converted.startswith('<div class="formula"><math display="block">')
    assert tag in tags(converted)
    assert "\\" not in converted


def test_escaped_signs_are_signs():
    converted = mathml.convert(inline(r"a &lt; b \&amp; c &gt; d"))
    assert "".join(ET.fromstring(converted).itertext()) == "a<b&c>d"  # noqa: S314


def test_an_aligned_formula_has_one_row_a_line():
    latex = r"\begin{aligned} a &amp;= b \\ c &amp;= d \end{aligned}"
    assert tags(mathml.convert(displayed(latex))).count("mtr") == 2


def test_inline_and_displayed_formulas_differ():
    assert 'display="block"' in mathml.convert(displayed("x"))
    assert 'display="block"' not in mathml.convert(inline("x"))


def test_what_stands_around_formulas_is_kept():
    page = f"<p>a {inline('x')} b {inline('y')} c \\(z\\)</p>"
    assert mathml.convert(page) == (
        "<p>a <math><mi>x</mi></math> b <math><mi>y</mi></math> c \\(z\\)</p>"
    )


@pytest.mark.parametrize(
    "latex",
    [r"\frac{1", r"\unknown{x}", r"x_", r"\left( x", r"\begin{aligned} x"],
)
def test_broken_latex_raises_with_the_formula(latex):
    with pytest.raises(ValueError, match="formula") as error:
        mathml.convert(inline(latex))
    assert repr(latex) in str(error.value)
    assert "\x1b" not in str(error.value)


def test_the_slanted_letters_are_those_that_browsers_put():
    found = mathml.find_characters("<math><mi>h</mi><mi>λ</mi></math>")
    assert found == {"h", "ℎ", "λ", "𝜆"}


def test_only_formulas_count_for_the_font():
    assert mathml.find_characters("<p>abc</p><math><mn>1</mn></math>") == {"1"}
    assert mathml.find_characters("<math><mo>&lt;</mo></math>") == {"<"}


@pytest.fixture(scope="module")
def used():
    formulas = [
        r"y[c_\text{out}, h, w] = \sum_{c_\text{in}} W \cdot x",
        r"H = \left\lfloor \frac{H + 2p - d\,(k - 1) - 1}{s} \right\rfloor",
        r"\alpha \beta \gamma \lambda \mu \sigma \Sigma \times \leq \geq \neq",
        r"\mathbb{R} \in \hat{x} \bar{x} \sqrt{2} \infty \partial \nabla \top",
        "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789",
    ]
    page = mathml.convert("".join(map(displayed, formulas)))
    return mathml.find_characters(page)


@pytest.fixture(scope="module")
def subset(used):
    return mathml.cut_font(used)


def test_the_font_holds_each_character_of_the_formulas(used, subset):
    with TTFont(io.BytesIO(subset)) as font:
        assert {ord(c) for c in used} <= set(font.getBestCmap())


def test_the_font_can_stretch_brackets_and_is_woff2(subset):
    with TTFont(io.BytesIO(subset)) as font:
        assert font.flavor == "woff2"
        assert "MATH" in font


def test_the_font_is_small(subset):
    assert len(subset) < 60_000


def test_a_page_without_formulas_gets_a_font_all_the_same():
    assert mathml.cut_font(set())[:4] == b"wOF2"
