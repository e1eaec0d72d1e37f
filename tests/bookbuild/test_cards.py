"""A card holds any title, and a page says of its card what is true. Most of this was a bug report somewhere."""

import html
import io

import pytest
import yaml
from lxml import html as markup
from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError
from mkdocs.utils.yaml import yaml_load
from PIL import Image, ImageChops

from bookbuild.finish import cards
from bookbuild.hook import Plugin

from .project import BOOK

DOCS = BOOK / "docs"
PICTURE = BOOK / ".github/column.webp"
LONG = {
    "words": "A title that nobody would write, but that a generated page may have " * 9,
    "a name": "onebyone.book.widgets.column.follow_a_pixel." * 9,
    "a long word": "The averylongwordthatnolineofthecardcanholdatanysize of a title",
    "no spaces": "W" * 300,
}


def find_titles():
    """Yield the title of each page of the book."""
    for path in sorted(DOCS.rglob("*.[pm][yd]")):
        opens = "# # " if path.suffix == ".py" else "# "
        text = path.read_text("utf-8").partition("\n---\n" if path.suffix == ".md" else "# ---\n")[
            2
        ]
        lines = (text or path.read_text("utf-8")).splitlines()
        yield next(line.removeprefix(opens) for line in lines if line.startswith(opens))


TITLES = dict.fromkeys(find_titles())


@pytest.fixture(scope="module")
def face():
    return cards.Face((DOCS / cards.FACE).read_bytes())


@pytest.fixture(scope="module")
def blank(face):
    return cards.draw_blank(PICTURE, "One by One", face)


def open_card(content):
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    return image.convert("RGB")


@pytest.mark.parametrize("title", [*TITLES, *(text.strip() for text in LONG.values())])
def test_a_title_stays_in_its_panel_below_the_name(title, blank, face):
    content = cards.draw_card(blank, face, title)
    assert len(content) < 100_000
    changed = ImageChops.difference(open_card(content), blank.convert("RGB"))
    left, top, right, bottom = changed.getbbox()
    name_ends = cards.MARGIN + 2 * cards.TILE
    assert cards.MARGIN - 4 <= left < right <= cards.PANEL - cards.MARGIN + 4
    assert name_ends < top < bottom <= cards.SIZE[1] - cards.MARGIN / 2


def test_every_title_of_the_book_is_whole_in_letters_of_a_good_size(face):
    assert len(TITLES) > 30
    for title in TITLES:
        size, lines = cards.fit(title, face)
        assert " ".join(lines) == title
        assert size >= 48


def test_a_title_that_fits_at_no_size_is_cut_and_says_so(face):
    for name, text in LONG.items():
        size, lines = cards.fit(text.strip(), face)
        font = face.at(size)
        assert size == cards.SIZES[-1], name
        assert max(map(font.getlength, lines)) <= cards.WIDE
        assert len(lines) * size * cards.LEADING <= cards.TALL
        assert lines[-1].endswith("…") == (name != "a long word")
    assert "".join(lines[:-1]) in LONG["no spaces"]


def test_two_drawings_of_a_card_are_equal_byte_for_byte(blank, face):
    again = cards.draw_blank(PICTURE, "One by One", cards.Face((DOCS / cards.FACE).read_bytes()))
    for title in list(TITLES)[::9]:
        assert cards.draw_card(again, face, title) == cards.draw_card(blank, face, title)


def test_the_panel_and_the_ground_of_the_picture_have_exactly_the_colours_of_the_site(blank, face):
    card = open_card(cards.draw_card(blank, face, "A title"))
    assert card.getpixel((0, 0)) == (0x22, 0x32, 0x5C)
    assert card.getpixel((1199, 629)) == (255, 255, 255)
    assert card.crop((0, 300, cards.PANEL, 630)).getextrema() == (
        (0x22, 255),
        (0x32, 255),
        (0x5C, 255),
    )


def write(site, name, title, site_name="One by One"):
    path = site / name
    path.parent.mkdir(parents=True, exist_ok=True)
    tags = "".join(
        f'<meta property="og:{key}" content="{html.escape(text)}">'
        for key, text in (("site_name", site_name), ("title", title))
    )
    path.write_text(f"<head>{tags}</head>", encoding="utf-8")


@pytest.fixture
def site(tmp_path):
    (tmp_path / cards.FACE).parent.mkdir(parents=True)
    (tmp_path / cards.FACE).write_bytes((DOCS / cards.FACE).read_bytes())
    return tmp_path


def test_each_page_that_says_its_title_gets_a_card_with_it_as_it_is_read(site, blank, face):
    titles = {"index.html": "Is 1 < 2 & \"x\" > 'y'?", "a/b/index.html": "I²C – naïve, ½ × 2"}
    for name, title in titles.items():
        write(site, name, title)
    (site / "old").mkdir()
    (site / "old/index.html").write_text("<head></head>")
    cards.draw_cards(site, PICTURE)
    for name, title in titles.items():
        card = (site / name).with_name("card.png").read_bytes()
        assert card == cards.draw_card(blank, face, title)
    assert len(list(site.rglob("card.png"))) == 2


@pytest.mark.parametrize("title", ["A rocket 🚀", "畳み込み", "Ядро"])
def test_a_letter_that_the_font_lacks_is_named_with_its_page_and_becomes_no_box(site, title):
    write(site, "part/index.html", title)
    with pytest.raises(ValueError, match=rf"^part/index\.html: title: expected .*{title[-1]}"):
        cards.draw_cards(site, PICTURE)


def test_such_a_letter_ends_a_build_with_a_sentence(site):
    write(site, "index.html", "A rocket 🚀")
    config = load_config(str(BOOK / "mkdocs.yml"), site_dir=str(site))
    with pytest.raises(PluginError, match=r"^index\.html: title: expected .*🚀"):
        Plugin().on_post_build(config)


def test_a_site_whose_pages_have_no_cards_needs_neither_font_nor_picture(tmp_path):
    (tmp_path / "index.html").write_text("<head></head>")
    cards.draw_cards(tmp_path, tmp_path / "missing.webp")
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_a_server_for_the_writer_has_no_cards():
    config = load_config(str(BOOK / "mkdocs.yml"))
    plugin = Plugin()
    plugin.on_config(config)
    assert "card" in config.extra
    plugin.on_startup(command="serve")
    plugin.on_config(config)
    assert "card" not in config.extra


PAGES = {
    "index.md": '---\ndescription: The "first" of <two> & more.\n---\n\n# Tom & `<b>Jerry</b>`, *1 < 2*\n',
    "plain.md": "# Plain &sup2; <small>small</small>\n",
    "titled.md": '---\ntitle: From "front" & matter\n---\n\n# Heading\n',
    "untitled.md": "Text.\n",
}
SAID = {
    "": ("Tom & <b>Jerry</b>, 1 < 2", 'The "first" of <two> & more.'),
    "plain/": ("Plain ² small", None),
    "titled/": ('From "front" & matter', None),
    "untitled/": ("Untitled", None),
}


def build(root, site_url):
    """Build a small book with the theme and the settings of this one, and return its site."""
    settings = yaml_load((BOOK / "mkdocs.yml").read_text("utf-8"))
    kept = ("site_name", "site_description", "extra", "markdown_extensions")
    theme = {"name": "material", "font": False, "custom_dir": str(BOOK / "src/bookbuild/theme")}
    changed = {"site_url": site_url, "theme": theme, "plugins": [], "strict": True}
    (root / "docs").mkdir()
    for name, text in PAGES.items():
        (root / "docs" / name).write_text(text, encoding="utf-8")
    (root / "mkdocs.yml").write_text(yaml.safe_dump({k: settings[k] for k in kept} | changed))
    mkdocs_build.build(load_config(str(root / "mkdocs.yml")))
    return root / "site"


def tags(site, address):
    tree = markup.fromstring((site / address / "index.html").read_text("utf-8"))
    found = tree.xpath("//meta[starts-with(@property, 'og:') or starts-with(@name, 'twitter:')]")
    return {tag.get("property") or tag.get("name"): tag.get("content") for tag in found}


def test_what_a_page_says_of_itself_is_escaped_once_and_its_addresses_are_whole(tmp_path):
    site = build(tmp_path, "https://example.org/a%20book")  # MkDocs adds a slash
    (site / cards.FACE).parent.mkdir(parents=True)
    (site / cards.FACE).write_bytes((DOCS / cards.FACE).read_bytes())
    cards.draw_cards(site, PICTURE)
    for address, (title, description) in SAID.items():
        said = tags(site, address)
        assert said["og:title"] == title
        assert said["og:description"].startswith(description or "An executable book about")
        assert said["og:url"] == f"https://example.org/a%20book/{address}"
        assert said["og:image"] == f"https://example.org/a%20book/{address}card.png"
        assert title in said["og:image:alt"]
        assert said["og:type"] == ("article" if address else "website")
        assert (site / address / "card.png").is_file()
    assert "og:" not in (site / "404.html").read_text("utf-8")
    assert len(list(site.rglob("card.png"))) == len(PAGES)


def test_a_site_that_does_not_know_its_address_names_none(tmp_path):
    site = build(tmp_path, None)
    assert not [address for address in SAID if tags(site, address)]
    cards.draw_cards(site, PICTURE)
    assert not list(site.rglob("card.png"))
