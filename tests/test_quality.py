"""The page on quality is what the records say, and the records say where they come from."""

import re
from pathlib import Path

from tools.page import PAGE, SECTIONS, kept, page
from tools.survival import WANTED

BOOK = Path(__file__).parents[1]


def test_the_page_says_what_the_records_say():
    assert PAGE.read_text("utf-8") == page(kept())


def test_each_section_has_its_record_and_each_record_its_section():
    assert set(kept()) == set(SECTIONS)


def test_no_build_was_harmed():
    results = kept()["survival"]["results"]
    assert {name: results[name] for name in WANTED} == WANTED


def test_each_record_names_a_target_of_make_and_its_day():
    makefile = (BOOK / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for record in kept().values():
        make, target = record["command"].split()[:2]
        assert make == "make"
        assert target in targets
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", record["date"])
        assert record["versions"]["Python"]
