"""The page on quality shows the records, and each record says how to make it again."""

import re
from pathlib import Path

import pytest
from tools.record import PAGE, TEMPLATE, load, to_page

BOOK = Path(__file__).parents[2]
RECORDS = load()


def test_the_page_is_the_template_filled_with_the_records():
    assert PAGE.read_text("utf-8") == to_page(RECORDS)


def test_the_template_shows_each_record_once():
    shown = re.findall(r"^\{(\w+)\}$", TEMPLATE.read_text("utf-8"), re.MULTILINE)
    assert sorted(shown) == sorted(RECORDS)


@pytest.mark.parametrize("name", RECORDS)
def test_the_command_of_a_record_exists(name):
    target = re.match(r"make (\w+)", RECORDS[name]["command"])
    if target:
        makefile = (BOOK / "Makefile").read_text("utf-8")
        assert re.search(rf"^{target[1]}:", makefile, re.MULTILINE)
    else:
        module = RECORDS[name]["command"].removeprefix("python -m ")
        assert (BOOK / module.replace(".", "/")).with_suffix(".py").is_file()
