"""Print the built site as one PDF, its pages in the order of the navigation.

The site's own print style does the typesetting. Here the pages become one, and
the links between them lead from one place of the PDF to another.
"""

import io
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pikepdf
from lxml import html
from lxml.html import HtmlElement
from lxml.html.builder import (
    ARTICLE,
    BODY,
    CLASS,
    H1,
    HEAD,
    HTML,
    LI,
    LINK,
    META,
    TITLE,
    UL,
    A,
    P,
)
from playwright.sync_api import Route, sync_playwright

BROWSER = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # A stray request fails instead of leaving this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
# What a reader of paper cannot use, or of the light scheme does not see.
LEFT_OUT = (
    ".//script | .//button | .//a[contains(@class, 'headerlink')]"
    " | .//img[contains(@src, '#only-dark')]"
)
# No style sheet can ask for these, so the book is printed twice.
NUMBER = """numbers => document.querySelectorAll(".contents a").forEach(link => {
  link.dataset.page = numbers[link.getAttribute("href").slice(1)];
})"""
INSIDE = re.compile(r"url\(#(.+?)\)")


def read_pages(site: Path) -> dict[str, HtmlElement]:
    """Return the pages by their published addresses, in the order of the navigation."""
    found: dict[str, HtmlElement] = {}
    file: Path | None = site / "index.html"
    while file:
        tree = html.parse(str(file), html.HTMLParser(encoding="utf-8"))
        found[tree.xpath("string(//link[@rel='canonical']/@href)")] = tree.getroot()
        after = tree.xpath("string(//a[contains(@class, 'footer__link--next')]/@href)")
        file = file.parent / after / "index.html" if after else None
    return found


def join(trees: dict[str, HtmlElement], name: str, summary: str) -> HtmlElement:
    """Return one page that holds the articles of all, behind a title and a table of contents."""
    home = next(iter(trees))
    names = {
        address: address.removeprefix(home).strip("/").replace("/", "-") or "home"
        for address in trees
    }
    sheets: dict[str, None] = {}
    contents = UL(CLASS("contents"))
    body = BODY(
        ARTICLE(
            CLASS("md-typeset title-page"),
            H1(name),
            P(summary),
            P("The same book, with code that runs: ", A(home, href=home)),
        ),
        ARTICLE(CLASS("md-typeset"), H1("Contents"), contents),
        {"data-md-color-scheme": "default", "dir": "ltr"},
    )
    for address, tree in trees.items():
        for sheet in tree.xpath("//link[@rel='stylesheet']/@href"):
            sheets[urljoin(address, sheet)] = None
        (article,) = tree.xpath("//article")
        for element in article.xpath(LEFT_OUT):
            element.drop_tree()
        for element in article.iter("img", "details"):
            element.attrib.pop("loading", None)
            if element.tag == "details":
                element.set("open", "")
        _redirect(article, address, names)
        article.set("id", names[address])
        contents.append(_list_sections(article))
        body.append(article)
    head = HEAD(
        META(charset="utf-8"),
        TITLE(name),
        *(LINK(rel="stylesheet", href=sheet) for sheet in sheets),
    )
    return HTML(head, body, {"lang": "en", "class": "no-js"})


def _redirect(article: HtmlElement, address: str, names: dict[str, str]) -> None:
    """Make the ids of an article the book's, and its addresses lead to them or to the published site."""
    own = names[address]
    for element in article.iter(html.etree.Element):
        for key, value in element.items():
            if key == "id":
                element.set(key, f"{own}--{value}")
            elif key in ("href", "src"):
                element.set(key, _resolve(urljoin(address, value), names))
            elif "url(#" in value:
                element.set(key, INSIDE.sub(rf"url(#{own}--\1)", value))


def _resolve(address: str, names: dict[str, str]) -> str:
    page, fragment = urldefrag(address)
    if page not in names:
        return address
    return f"#{names[page]}" + (f"--{unquote(fragment)}" if fragment else "")


def _list_sections(article: HtmlElement) -> HtmlElement:
    """Return the lines of an article in the table of contents."""
    sections = article.xpath(".//h2[@id]")
    title = article.xpath("string(.//h1)")
    entry = LI(A(title.strip(), href=f"#{article.get('id')}"))
    if sections:
        entry.append(
            UL(
                *(
                    LI(
                        A(
                            each.text_content().strip(),
                            href=f"#{each.get('id')}",
                        )
                    )
                    for each in sections
                )
            )
        )
    return entry


def print_page(page: HtmlElement, site: Path, browser: str) -> bytes:
    """Return a page as a PDF, with the site's files at their published addresses."""
    address = page.xpath("string(//article[1]//a/@href)")
    content = html.tostring(page, doctype="<!doctype html>", encoding="unicode")

    def answer(route: Route) -> None:
        asked = unquote(urldefrag(route.request.url).url)
        if asked == address:
            route.fulfill(body=content, content_type="text/html")
        elif (file := site / asked.removeprefix(address)).is_file():
            route.fulfill(path=file)
        else:
            route.abort()

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=BROWSER)
        tab = chromium.new_page(color_scheme="light")
        lost: list[str] = []
        tab.on("requestfailed", lambda request: lost.append(request.url))
        tab.route("**/*", answer)
        tab.emulate_media(media="print")
        tab.goto(address)
        tab.evaluate("document.fonts.ready.then(() => true)")
        if lost:
            raise FileNotFoundError(
                f"{site}: expected the files of all pages, found none for {lost}"
            )
        paper = partial(
            tab.pdf,
            format="A4",
            prefer_css_page_size=True,  # else its margins would be the browser's
            print_background=True,
        )
        tab.evaluate(NUMBER, _number_places(paper()))
        pdf = paper(outline=True, tagged=True)
        chromium.close()
    return pdf


def _number_places(pdf: bytes) -> dict[str, int]:
    """Return the number of the page on which each linked place is."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers = {page.obj.objgen: number for number, page in enumerate(document.pages, start=1)}
        return {
            name.removeprefix("/"): numbers[place[0].objgen]
            for name, place in document.Root.Dests.items()
        }


def tidy(pdf: bytes, titles: list[str]) -> bytes:
    """Return a PDF whose outline has these titles, all of it compressed, and each picture once.

    The browser loses the space where a title goes on in a second line, and keeps a copy of a picture for each place.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_outline() as outline:
            for item, title in zip(_walk(outline.root), titles, strict=True):
                item.title = title
        kept: dict[tuple[bytes, bytes], pikepdf.Object] = {}
        for page in document.pages:
            for name, picture in page.get_images(recursive=False).items():
                mask = picture.get("/SMask")
                pixels = picture.read_raw_bytes(), mask.read_raw_bytes() if mask else b""
                page.Resources.XObject[name] = kept.setdefault(pixels, picture)
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _walk(items: list[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for item in items:
        yield item
        yield from _walk(item.children)


if __name__ == "__main__":
    folder, name, browser = sys.argv[1:]
    site = Path(folder)
    lines = (site / "llms.txt").read_text(encoding="utf-8").splitlines()
    title, _, summary = lines[:3]
    book = join(read_pages(site), title.removeprefix("# "), summary.removeprefix("> "))
    headings = [
        " ".join(each.text_content().split())
        for each in book.iter("h1", "h2", "h3", "h4", "h5", "h6")
    ]
    pdf = print_page(book, site, browser)
    (site / name).write_bytes(tidy(pdf, headings))
