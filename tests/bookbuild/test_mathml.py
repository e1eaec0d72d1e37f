import xml.etree.ElementTree as ET

import pytest

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
