"""The card of a page, which a link to it shows where it is shared: its title beside the book's picture."""

import bisect
import html
import io
import re
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageColor, ImageDraw, ImageFont

from bookbuild.finish.fonts import FONTS

FILE = "card.png"  # beside its page; not every app takes a newer format
FACE = f"{FONTS}/source-serif-4-latin-wght-normal.woff2"
SIZE = (1200, 630)  # as the theme says of it
SAYS = re.compile(r'<meta property="og:(title|site_name)" content="([^"]*)">')
NAVY, WHITE, LIT = "#22325c", "#ffffff", "#f0a06a"  # the header's, and what is lit on it
PANEL, MARGIN = 520, 56  # the title's part of the card, and what is left free around it
GAP, TILE = 40, 18  # what is left free around the picture, and the side of a tile that is lit
WIDE, TALL = PANEL - 2 * MARGIN, 380  # what a title may take of it
SIZES = (60, 54, 48, 43, 38, 34, 30)
LEADING = 1.2  # from line to line, in sizes
WEIGHT = 600
SHADES = 16  # from the panel to the title on it


def draw_cards(site: Path, picture: Path) -> None:
    """Draw the cards of a built site: one for each page that says its title and its site's name for it.

    Raises:
        ValueError: The font lacks a character of a title; the message names the page.
    """
    pages = {}
    for path in sorted(site.rglob("index.html")):
        says = dict(SAYS.findall(path.read_text(encoding="utf-8")))
        if len(says) == 2:
            pages[path] = {key: html.unescape(text) for key, text in says.items()}
    if not pages:
        return
    face = Face((site / FACE).read_bytes())
    (name,) = {says["site_name"] for says in pages.values()}
    blank = draw_blank(picture, name, face)
    for path, says in pages.items():
        try:
            card = draw_card(blank, face, says["title"])
        except ValueError as error:
            raise ValueError(f"{path.relative_to(site)}: {error}") from error
        path.with_name(FILE).write_bytes(card)


class Face:
    """A font with a weight axis, as Pillow sets it.

    Args:
        content: The font's file.
    """

    def __init__(self, content: bytes) -> None:
        buffer = io.BytesIO()
        with TTFont(io.BytesIO(content)) as font:
            self.characters = set(font.getBestCmap())
            font.flavor = None  # Pillow itself reads WOFF2 only on some machines
            font.save(buffer)
        self.content = buffer.getvalue()

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """Return the font at a size, in pixels."""
        # The other layout engine is not on every machine, and would set a line a little narrower.
        basic = ImageFont.Layout.BASIC
        font = ImageFont.truetype(io.BytesIO(self.content), size, layout_engine=basic)
        font.set_variation_by_axes([WEIGHT])
        return font

    def check(self, text: str) -> None:
        """Raise where the font lacks a character, which would become a box."""
        if missing := {c for c in text if ord(c) not in self.characters}:
            raise ValueError(
                f"title: expected characters that the font of the cards has, got {sorted(missing)}"
            )


def draw_blank(picture: Path, name: str, face: Face) -> Image.Image:
    """Return the card without a title: its name and the book's picture; the last of its 256 colours are a title's."""
    face.check(name)
    card = Image.new("RGB", SIZE, WHITE)
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 0, PANEL - 1, SIZE[1]), fill=NAVY)
    draw.rectangle((MARGIN, MARGIN, MARGIN + TILE - 1, MARGIN + TILE - 1), fill=LIT)
    draw.text((MARGIN + 2 * TILE, MARGIN + TILE), name, LIT, face.at(32), anchor="ls")
    with Image.open(picture) as opened:
        shown = opened.convert("RGBA")
    room = SIZE[0] - PANEL - 2 * GAP, SIZE[1] - 2 * GAP
    scale = min(room[0] / shown.width, room[1] / shown.height)
    size = round(shown.width * scale), round(shown.height * scale)
    shown = shown.resize(size, Image.Resampling.LANCZOS)
    at = (PANEL + SIZE[0] - size[0]) // 2, (SIZE[1] - size[1]) // 2
    card.paste(shown, at, shown)
    few = card.quantize(256 - SHADES, dither=Image.Dither.NONE)
    palette = bytearray(few.getpalette() or [])[: 3 * (256 - SHADES)].ljust(3 * (256 - SHADES))
    navy, white = ImageColor.getrgb(NAVY), ImageColor.getrgb(WHITE)
    row = few.tobytes()[: SIZE[0]]
    # Exactly these, since most of a card is one of them.
    palette[3 * row[0] : 3 * row[0] + 3] = bytes(navy)
    palette[3 * row[-1] : 3 * row[-1] + 3] = bytes(white)
    for n in range(SHADES):
        palette += bytes(a + (b - a) * n // (SHADES - 1) for a, b in zip(navy, white, strict=True))
    few.putpalette(palette)
    return few


def draw_card(blank: Image.Image, face: Face, title: str) -> bytes:
    """Return the card of a page, as PNG.

    Raises:
        ValueError: The font lacks a character of the title.
    """
    face.check(title)
    size, lines = fit(title, face)
    font, written = face.at(size), Image.new("L", SIZE)
    draw = ImageDraw.Draw(written)
    for number, line in enumerate(reversed(lines)):
        y = SIZE[1] - MARGIN - number * LEADING * size
        draw.text((MARGIN, y), line, 255, font, anchor="ls")
    card = Image.frombytes("L", SIZE, blank.tobytes())
    shades = written.point(lambda n: 256 - SHADES + n * SHADES // 256)
    card.paste(shades, mask=written.point(lambda n: 255 * (n > 0)))
    card.putpalette(blank.getpalette() or [])
    buffer = io.BytesIO()
    card.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def fit(title: str, face: Face) -> tuple[int, list[str]]:
    """Return the largest size at which a title fits into its panel, and its lines.

    A word that is too long at every size is broken, and what fits at none is cut.
    """
    for size in SIZES:
        font, most = face.at(size), int(TALL / (LEADING * size))
        lines = wrap(title, font, WIDE)
        if len(lines) <= most and " ".join(lines) == title:
            # As many lines in the least width, so that they are about as long as each other.
            tried = (wrap(title, font, width) for width in range(WIDE // 2, WIDE, 16))
            even = (each for each in tried if len(each) == len(lines) and " ".join(each) == title)
            return size, next(even, lines)
    if len(lines) > most:
        del lines[most:]
        while font.getlength(f"{lines[-1]}…") > WIDE:
            lines[-1] = lines[-1][:-1]
        lines[-1] += "…"
    return size, lines


def wrap(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Return the lines of a text, none of them wider than this: where a word is, it is broken."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
            continue
        rest = word
        while font.getlength(rest) > width:
            lengths = range(1, len(rest))
            end = bisect.bisect(lengths, width, key=lambda n: font.getlength(rest[:n])) or 1
            lines.append(rest[:end])
            rest = rest[end:]
        lines.append(rest)
    return lines
