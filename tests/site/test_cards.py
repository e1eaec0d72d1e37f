"""What a link to a page shows where it is shared: the page's own title, and a card of its own."""

from collections import Counter
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load
from PIL import Image

from . import built
from .built import on_every_page

pytestmark = pytest.mark.site

SETTINGS = yaml_load((Path(__file__).parents[2] / "mkdocs.yml").read_text("utf-8"))
HOME = SETTINGS["site_url"]
MOST = 100_000  # bytes of a card
ONCE = {
    "og:type", "og:site_name", "og:title", "og:description", "og:url", "og:image", "og:image:width", "og:image:height",
    "og:image:alt", "twitter:card",
}  # fmt: skip


def said(page):
    """Return what a page says to those who share it, as pairs."""
    tags = built.tree(page).xpath(
        "//head/meta[starts-with(@property, 'og:') or starts-with(@name, 'twitter:')]"
    )
    return [(tag.get("property") or tag.get("name"), tag.get("content")) for tag in tags]


def card_of(page):
    return built.SITE / dict(said(page))["og:image"].removeprefix(HOME)


@on_every_page
def test_each_page_says_each_thing_once_and_what_it_says_is_its_own(page):
    tags = said(page)
    if page == "404.html":  # which has no address to share
        yield from (f"says {name}" for name, _ in tags)
        return
    if (names := Counter(name for name, _ in tags)) != Counter(ONCE):
        yield f"says {names}"
    says, tree = dict(tags), built.tree(page)
    (heading,) = tree.xpath("//h1")
    title = "".join(heading.xpath(".//text()[not(ancestor::a[@class='headerlink'])]"))
    expected = {
        "og:title": title.strip(),
        "og:description": tree.xpath("string(//meta[@name='description']/@content)"),
        "og:url": tree.xpath("string(//link[@rel='canonical']/@href)"),
        "og:site_name": SETTINGS["site_name"],
        "og:type": "website" if page == "index.html" else "article",
        "twitter:card": "summary_large_image",
    }
    yield from (
        f"{name}: {says[name]}, not {of}" for name, of in expected.items() if says[name] != of
    )
    if title not in says["og:image:alt"]:
        yield f"the alternative text does not say the title: {says['og:image:alt']}"
    for name in "og:url", "og:image":
        if not says[name].startswith(HOME):
            yield f"{name} is not under {HOME}: {says[name]}"


@on_every_page
def test_the_card_is_there_as_large_as_said_and_light_and_no_visit_loads_it(page):
    if page == "404.html":
        return
    says = dict(said(page))
    with Image.open(card_of(page)) as card:
        if card.format != "PNG" or list(map(str, card.size)) != [
            says[f"og:image:{side}"] for side in ("width", "height")
        ]:
            yield f"{card.format} of {card.size}"
    if (size := card_of(page).stat().st_size) > MOST:
        yield f"{size} bytes"
    for reference in built.references(page):
        if "card.png" in reference.address:
            yield f"{reference.where} {reference.address}"


def test_no_two_pages_share_a_card_and_there_is_none_without_its_page():
    cards = [card_of(page) for page in built.BOOK]
    assert sorted(cards) == sorted(built.SITE.rglob("card.png"))
    pictures = Counter(card.read_bytes() for card in cards)
    assert [card for card in cards if pictures[card.read_bytes()] > 1] == []
