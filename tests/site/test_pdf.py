"""The book as one PDF, beside the pages that it is made of."""

import os
import re
import unicodedata
from functools import cache

import pytest
from lxml import etree
from pypdf import PdfReader

from . import built

pytestmark = pytest.mark.site

FILE = built.SITE / "one-by-one.pdf"
BOOK = [page for page in built.PAGES if page != "404.html"]
NOT_ON_PAPER = (
    "Run all above",
    "Open it in Colab",
    "as a notebook",
    "Edit this page",
    "¶",
)


@cache
def reader():
    return PdfReader(FILE)


def letters(text):
    """Return the text as one word: a PDF says where letters are, not where words end."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@cache
def text():
    """Return what the PDF says, without the number with which each page begins."""
    said = [page.extract_text() for page in reader().pages]
    return letters(" ".join(re.sub(r"\A\d+\n", "", each) for each in said))


def sentences(page, path):
    """Return the pieces of prose between formulas."""
    found = built.tree(page).xpath(f"{path}//text()[not(ancestor::math)]")
    return [each for each in found if len(each.strip()) > 15]


def outline(entries):
    for entry in entries:
        if isinstance(entry, list):
            yield from outline(entry)
        else:
            yield letters(entry.title)


@pytest.fixture(autouse=True, scope="module")
def _pdf_is_there():
    if not FILE.is_file():
        if os.environ.get("BOOK_NEEDS_BROWSER"):
            pytest.fail(f"{FILE} is not there", pytrace=False)
        pytest.skip("a site without a PDF, since no browser printed it")


def test_the_first_page_leads_to_the_pdf():
    links = built.tree("index.html").xpath("//article//a/@href")
    assert FILE.name in links


def test_the_outline_has_the_title_of_each_page_and_of_its_sections():
    entries = set(outline(reader().outline))
    for page in BOOK:
        for heading in built.tree(page).xpath("//article//h1 | //article//h2"):
            title = letters(heading.text_content()).removesuffix("¶")
            assert title in entries, f"{page}: {title}"


def test_every_link_leads_to_a_place_in_the_book_or_out_of_it():
    home = built.tree("index.html").xpath(
        "string(//link[@rel='canonical']/@href)"
    )
    pages = etree.parse(built.SITE / "sitemap.xml").xpath(
        "//*[local-name()='loc']/text()"
    )
    places = reader().named_destinations
    inside, failures = 0, []
    for page in reader().pages[1:]:  # the first leads to the site, and means to
        for link in (each.get_object() for each in page.get("/Annots", ())):
            action = link.get("/A", {})
            if "/URI" in action:
                address = action["/URI"]
                file = built.SITE / address.partition("#")[0].removeprefix(home)
                if not re.match("https?://", address):
                    failures.append(f"{address}: not an address")
                elif address.partition("#")[0] in pages:
                    failures.append(f"{address}: leaves the book for its site")
                elif address.startswith(home) and not file.is_file():
                    failures.append(f"{address}: no such file")
            else:
                inside += 1
                place = link.get("/Dest", action.get("/D"))
                if isinstance(place, str) and place not in places:
                    failures.append(f"{place}: no such place")
    assert inside > len(BOOK)
    assert not failures


@pytest.mark.parametrize("page", BOOK)
def test_the_pdf_has_the_takeaway_and_the_open_solutions_of_each_page(page):
    for path in (
        "//article//*[contains(@class, 'takeaway')]//p",
        "//article//details[contains(@class, 'success')]/p",
    ):
        lost = [
            each
            for each in sentences(page, path)
            if letters(each) not in text()
        ]
        assert not lost


@pytest.mark.parametrize("page", BOOK)
def test_no_line_of_code_is_lost(page):
    lines = {
        line
        for block in built.tree(page).xpath("//article//pre")
        for line in block.text_content().splitlines()
    }
    assert not [line for line in lines if letters(line) not in text()]


def test_nothing_is_left_of_the_screen_or_of_the_markup():
    assert not [each for each in NOT_ON_PAPER if letters(each) in text()]
    raw = re.compile(
        r"\\(?:frac|text|cdot|sum|sqrt|left)\b|\$[A-Z]_|arithmatex"
    )
    assert not raw.findall(text())


def test_the_pdf_can_be_read_aloud():
    root = reader().trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"


def test_the_pdf_is_small():
    assert FILE.stat().st_size < 10_000_000
