"""The map of the book that language models read."""

import re

import pytest
from lxml import etree

from . import built

pytestmark = pytest.mark.site

ENTRY = re.compile(r"- \[(.+?)\]\((\S+?)\): (\S.*)")


def lines():
    return (built.SITE / "llms.txt").read_text("utf-8").splitlines()


def test_the_map_has_the_form_of_llmstxt_org():
    title, empty, summary, *rest = lines()
    assert re.match(r"# \S", title)
    assert not empty
    assert re.match(r"> \S", summary)
    odd = [
        line for line in rest if line and not re.match(r"## \S", line) and not ENTRY.fullmatch(line)
    ]
    assert not odd


def test_the_map_describes_each_page_of_the_book_once():
    entries = [m.groups() for m in map(ENTRY.fullmatch, lines()) if m]
    sitemap = etree.parse(built.SITE / "sitemap.xml")
    assert sorted(address for _, address, _ in entries) == sorted(
        sitemap.xpath("//*[local-name()='loc']/text()")
    )
    for _, address, said in entries:
        file, _ = built.leads_to("/" + address.split("/", 3)[3], at="/")
        page = built.tree(file.relative_to(built.SITE).as_posix())
        description = page.xpath("string(//meta[@name='description']/@content)")
        assert said.startswith(description)


def test_every_address_of_the_map_leads_to_a_file_of_the_site():
    home = built.tree("index.html").xpath("string(//link[@rel='canonical']/@href)")
    addresses = re.findall(r"\]\((\S+?)\)", "\n".join(lines()))
    assert addresses
    for address in addresses:
        assert address.startswith(home)
        file, _ = built.leads_to(built.base() + address.removeprefix(home), at="/")
        assert file.is_file(), address
