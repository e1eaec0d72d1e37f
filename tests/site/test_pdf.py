"""The book as one PDF, beside the pages that it is made of."""

import os
import re
import unicodedata
from functools import cache

import pikepdf
import pypdfium2
import pytest
from lxml import etree

from . import built
from .built import on_every_page

pytestmark = pytest.mark.site

FILE = built.SITE / "one-by-one.pdf"
NOT_ON_PAPER = (
    "Run all above",
    "Open it in Colab",
    "as a notebook",
    "Edit this page",
    "¶",
)


@cache
def document():
    return pypdfium2.PdfDocument(FILE)


def letters(text):
    """Return the text as one word: a PDF says where letters are, and not where words end.

    A hyphen at the end of a line comes out as U+FFFE.
    """
    word = "".join(unicodedata.normalize("NFKC", text).split())
    return re.sub("[-\ufffe]", "", word)


@cache
def text():
    """Return what the PDF says, without the number with which each page begins."""
    said = [page.get_textpage().get_text_range() for page in document()]
    return letters(" ".join(re.sub(r"\A\d+\s", "", each) for each in said))


def sentences(page, path):
    """Return the pieces of prose between formulas."""
    found = built.tree(page).xpath(f"{path}//text()[not(ancestor::math)]")
    return [each for each in found if len(each.strip()) > 15]


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
    entries = {entry.get_title() for entry in document().get_toc()}
    for page in built.BOOK:
        for heading in built.tree(page).xpath("//article//h1 | //article//h2"):
            title = " ".join(heading.text_content().rstrip("¶").split())
            assert title in entries, page


def test_every_link_leads_to_a_place_in_the_book_or_out_of_it():
    home = built.tree("index.html").xpath("string(//link[@rel='canonical']/@href)")
    pages = etree.parse(built.SITE / "sitemap.xml").xpath("//*[local-name()='loc']/text()")
    inside, failures = 0, []
    with pikepdf.open(FILE) as book:
        places = book.Root.Dests
        links = [
            link
            for page in book.pages[1:]  # the first leads to the site, and means to
            for link in page.get("/Annots", [])
        ]
        for link in links:
            if "/Dest" in link:
                inside += 1
                if str(link.Dest) not in places:
                    failures.append(f"{link.Dest}: no such place")
                continue
            page, _, _ = (address := str(link.A.URI)).partition("#")
            if not re.match("https?://", address):
                failures.append(f"{address}: not an address")
            elif page in pages:
                failures.append(f"{address}: leaves the book for its site")
            elif page.startswith(home):
                path = built.SITE / page.removeprefix(home).partition("?")[0]
                if not (path.is_file() or (path / "index.html").is_file()):
                    failures.append(f"{address}: no such file")
    assert inside > len(built.BOOK)
    assert not failures


@on_every_page
def test_the_pdf_has_the_takeaway_and_the_open_solutions_of_each_page(page):
    for path in (
        "//article//*[contains(@class, 'takeaway')]//p",
        "//article//details[contains(@class, 'success')]/p",
    ):
        yield from (each for each in sentences(page, path) if letters(each) not in text())


@on_every_page
def test_no_line_of_code_is_lost(page):
    for block in built.tree(page).xpath("//article//pre"):
        for line in block.text_content().splitlines():
            if letters(line) not in text():
                yield line


def test_nothing_is_left_of_the_screen_or_of_the_markup():
    assert not [each for each in NOT_ON_PAPER if letters(each) in text()]
    raw = re.compile(r"\\(?:frac|text|cdot|sum|sqrt|left)\b|\$[A-Z]_|arithmatex")
    assert not raw.findall(text())


def test_the_pdf_can_be_read_aloud():
    with pikepdf.open(FILE) as book:
        assert book.Root.MarkInfo.Marked
        assert book.Root.Lang == "en"


def test_the_pdf_is_small():
    assert FILE.stat().st_size < 12_000_000


def test_the_contents_give_the_page_of_each_title():
    first = next(
        entry.get_dest().get_index()
        for entry in document().get_toc()
        if entry.get_title() == "1 Convolutions over channels"
    )
    listed = "\n".join(document()[n].get_textpage().get_text_range() for n in range(1, first))
    for entry in document().get_toc():
        if re.match(r"\d+ ", entry.get_title()):
            number = entry.get_dest().get_index() + 1
            line = letters(f"{entry.get_title()}{number}")
            assert line in letters(listed)
