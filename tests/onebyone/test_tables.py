"""A table reads the same in a terminal and in a notebook."""

import numpy as np
import pytest
from lxml import html

from onebyone.tables import Table

HEAD = ("layer", "weights")
ROWS = (("1×1", "4,096"), ("3×3", "36,864"))


def parsed(table):
    return html.fragment_fromstring(table._repr_html_())


def cells(part):
    return [tuple(cell.text_content() for cell in row) for row in part.iter("tr")]


def test_as_text_names_stand_left_and_numbers_right():
    assert repr(Table(HEAD, ROWS)).splitlines() == [
        "layer | weights",
        "1×1   |   4,096",
        "3×3   |  36,864",
    ]


def test_the_total_is_the_last_line():
    table = Table(HEAD, ROWS, total=("both", "40,960"))
    assert repr(table) == repr(Table(HEAD, (*ROWS, ("both", "40,960"))))


def test_no_line_ends_in_a_space():
    table = Table(("layer", "note"), [("1×1", ""), ("3×3", "")], ("both", ""))
    assert all(line == line.rstrip() for line in repr(table).splitlines())


def test_a_table_of_no_rows_is_its_head():
    assert repr(Table(HEAD, [])) == "layer | weights"


def test_as_html_head_body_and_foot_hold_the_same_texts():
    head, body, foot = parsed(Table(HEAD, ROWS, total=("both", "40,960")))
    assert [part.tag for part in (head, body, foot)] == [
        "thead",
        "tbody",
        "tfoot",
    ]
    assert cells(head) == [HEAD]
    assert cells(body) == list(ROWS)
    assert cells(foot) == [("both", "40,960")]
    assert {cell.tag for cell in head.iter("th", "td")} == {"th"}
    assert {cell.tag for cell in body.iter("th", "td")} == {"td"}


def test_without_a_total_there_is_no_foot():
    assert [part.tag for part in parsed(Table(HEAD, ROWS))] == [
        "thead",
        "tbody",
    ]


def test_markup_in_a_text_is_text():
    texts = ("<b>&amp;", '"it\'s" </td><script>')
    table = parsed(Table(texts, [texts], total=texts))
    assert [cells(part) for part in table] == 3 * [[texts]]
    assert not list(table.iter("b", "script"))


def test_rows_may_come_from_a_generator_and_are_read_once():
    table = Table(list(HEAD), (list(row) for row in ROWS))
    assert repr(table) == repr(table) == repr(Table(HEAD, ROWS))


@pytest.mark.parametrize("row", [(), ("1×1",), ("1×1", "4,096", "more")])
def test_a_ragged_row_is_refused(row):
    with pytest.raises(ValueError, match="rows: ") as caught:
        Table(HEAD, [*ROWS, row])
    assert str(caught.value) == f"rows: expected 2 columns, as in head, got {len(row)} in {row}"


def test_a_ragged_total_is_refused():
    with pytest.raises(ValueError, match=r"expected 2 columns.*got 1 in"):
        Table(HEAD, ROWS, total=("both",))


def test_whole_numbers_are_written_with_commas():
    rows = [("1×1", np.int64(4096)), ("3×3", 36864)]
    assert repr(Table(HEAD, rows, ("both", 40960))) == repr(Table(HEAD, ROWS, ("both", "40,960")))


@pytest.mark.parametrize("cell", [0.5, None, [1]])
def test_what_is_neither_text_nor_a_whole_number_is_refused(cell):
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        Table(HEAD, [("1×1", cell)])
