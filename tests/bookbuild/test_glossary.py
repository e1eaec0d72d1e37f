import pytest

from bookbuild.finish.tooltips import keep_first
from bookbuild.prepare.glossary import to_abbreviations

GLOSSARY = """---
description: Words.
---

# Glossary

Prose before: the entries.

1×1 convolution
:   A convolution of `one` tap, with $k = 1$ and [more](x.md#y). A second sentence.

channel
:   A plane that goes
    over two lines.

[linked]: elsewhere.md
"""


def test_each_entry_becomes_an_abbreviation_of_its_first_sentence():
    assert to_abbreviations(GLOSSARY).splitlines() == [
        "*[1×1 convolution]: A convolution of one tap, with k = 1 and more.",
        "*[channel]: A plane that goes over two lines.",
    ]


def test_headings_prose_and_front_matter_are_no_entries():
    assert to_abbreviations("---\na: b\n---\n\n# T\n\nProse.\n") == ""


def test_two_entries_without_a_gap_stay_two():
    text = "tap\n:   One place.\n\nstride\n:   A step.\n"
    assert to_abbreviations(text) == "*[tap]: One place.\n*[stride]: A step."


@pytest.mark.parametrize("level", range(1, 7))
def test_a_heading_has_no_tooltip_and_the_next_place_has_it(level):
    tooltip = '<abbr title="t">tap</abbr>'
    page = f'<h{level} id="a">A {tooltip}</h{level}>\n<p>{tooltip}</p>'
    assert keep_first(page) == (f'<h{level} id="a">A tap</h{level}>\n<p>{tooltip}</p>')


def test_each_term_keeps_its_own_first_tooltip():
    tap, stride = (f'<abbr title="t">{w}</abbr>' for w in ("tap", "stride"))
    assert keep_first(tap + stride + tap + stride) == f"{tap}{stride}tapstride"
