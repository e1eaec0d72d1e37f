"""The fonts of a site hold what its pages show, and little else."""

import io
import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from bookbuild.finish import fonts, mathml

FACE = Path("docs/assets/fonts/source-serif-4-latin-wght-italic.woff2")
PAGE = "<script>Z</script><p title='Q'>caf&eacute; 1×1</p><style>X</style><math><mi>y</mi></math>"


def displayed(latex):
    return f'<div class="arithmatex">\\[{latex}\\]</div>'


def test_the_face_of_a_site_holds_the_letters_of_its_pages_and_the_weights_of_its_text(tmp_path):
    (tmp_path / "assets/fonts").mkdir(parents=True)
    (tmp_path / "part").mkdir()
    shutil.copy(FACE, tmp_path / "assets/fonts/face.woff2")
    (tmp_path / "index.html").write_text("<p>ab</p>", encoding="utf-8")
    (tmp_path / "part/index.html").write_text(PAGE, encoding="utf-8")
    fonts.cut_fonts(tmp_path)
    with TTFont(tmp_path / "assets/fonts/face.woff2") as font:
        assert set(map(chr, font.getBestCmap())) == set("abcfé 1×")
        (axis,) = font["fvar"].axes
        assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 700)
    with TTFont(tmp_path / "assets/fonts/math.woff2") as font:
        assert set(map(chr, font.getBestCmap())) == set("y𝑦")


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
    return fonts.cut_math_font(used)


def test_the_font_holds_each_character_of_the_formulas(used, subset):
    with TTFont(io.BytesIO(subset)) as font:
        assert {ord(c) for c in used} <= set(font.getBestCmap())


def test_the_font_can_stretch_brackets_and_is_woff2(subset):
    with TTFont(io.BytesIO(subset)) as font:
        assert font.flavor == "woff2"
        assert "MATH" in font


def test_the_font_is_small(subset):
    assert len(subset) < 20_000


def test_a_page_without_formulas_gets_a_font_all_the_same():
    assert fonts.cut_math_font(set())[:4] == b"wOF2"
