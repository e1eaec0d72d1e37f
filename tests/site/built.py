"""The built site as files: its pages, what they refer to, and where an address in one of them leads."""

import gzip
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

SITE = Path(os.environ.get("BOOK_SITE", "site")).resolve()
THERE = (SITE / "index.html").is_file()
PAGES = sorted(p.relative_to(SITE).as_posix() for p in SITE.rglob("*.html")) if THERE else []
BOOK = [page for page in PAGES if page != "404.html"]
# Cells that the page runs; an exercise is checked.
RUN = "//*[contains(@class, 'nb-run')][not(following-sibling::*[1][@data-exercise])]"
EXERCISE = "//*[contains(@class, 'nb-run')][following-sibling::*[1][@data-exercise]]"
WHOLE = "WHOLE" in os.environ  # the slowest tests take all, as once a week, and not every third
CHECK = "from onebyone.exercises import check"  # what the notebook has after each start
MISSING = f"{SITE} holds no site; build one with `make docs`, or name one with BOOK_SITE"

LOADING = {  # what a browser fetches without being asked; a plain link is not among them
    ("script", "src"), ("img", "src"), ("iframe", "src"), ("embed", "src"), ("object", "data"), ("input", "src"),
    ("audio", "src"), ("video", "src"), ("video", "poster"), ("source", "src"), ("track", "src"),
    ("image", "href"), ("use", "href"), ("form", "action"), ("button", "formaction"),
}  # fmt: skip
LINKS_THAT_LOAD_NOTHING = {"canonical", "prev", "edit", "license", "author", "me"}
CSS_ADDRESS = re.compile(
    r"""(?:url\(\s*(["']?)(?P<url>.+?)\1\s*\)|@import\s+(["'])(?P<sheet>.+?)\3)""", re.DOTALL
)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def on_every_page(check: Callable[[str], Iterator[str]]) -> Callable[[], None]:
    """Make a test of a generator of what is wrong on a page; it names every page and fault at once."""

    def test() -> None:
        wrong = []
        for page in PAGES:
            try:
                wrong += [f"{page}: {each}" for each in check(page)]
            except Exception as error:  # what cannot be read is wrong too, and hides no other page
                wrong.append(f"{page}: {error!r}")
        assert not wrong, "\n".join(["", *dict.fromkeys(wrong)])

    test.__name__, test.__doc__ = check.__name__, check.__doc__
    return test


@dataclass(frozen=True)
class Reference:
    """An address as a page or style sheet writes it."""

    address: str
    where: str
    loads: bool


@cache
def tree(page: str) -> html.HtmlElement:
    return html.document_fromstring(
        (SITE / page).read_bytes(), parser=html.HTMLParser(encoding="utf-8")
    )


@cache
def ids_in(file: Path) -> frozenset[str]:
    return frozenset(tree(file.relative_to(SITE).as_posix()).xpath("//@id | //a/@name"))


@cache
def base() -> str:
    """Return the path under which the site is published; the 404 page's links start with it."""
    canonical = tree("index.html").xpath("string(//link[@rel='canonical']/@href)")
    return urlsplit(canonical).path or "/"


def address(page: str) -> str:
    """Return where the page is served."""
    return base() + page.removesuffix("index.html")


def examples(page: str) -> list[html.HtmlElement]:
    """Return the code of each example that has prompts."""
    return tree(page).xpath("//*[contains(@class, 'language-pycon')]//pre/code")


def copied(code: html.HtmlElement) -> str:
    """Return what the button of a block copies, as Material's script does it."""
    given = code.xpath("ancestor-or-self::*[@data-copy][1]/@data-copy")
    return (given[0] if given else code.text_content()).rstrip()


def references(page: str) -> Iterator[Reference]:
    for element in tree(page).iter(etree.Element):
        tag = element.tag
        for name, value in element.items():
            name = name.removeprefix("xlink:").removeprefix("data-")
            where = f"<{tag} {name}>"
            if name == "srcset":
                for candidate in value.split(","):
                    yield Reference(candidate.split()[0], where, loads=True)
            elif tag == "link" and name == "href":
                yield Reference(
                    value,
                    where,
                    loads=not set(element.get("rel", "").split()) & LINKS_THAT_LOAD_NOTHING,
                )
            elif (tag, name) in LOADING:
                yield Reference(value, where, loads=True)
            elif name in ("href", "src", "cite"):
                yield Reference(value, where, loads=False)
            elif name == "style":
                yield from css_references(value, where)
        if tag == "style":
            yield from css_references(element.text or "", "<style>")


def css_references(css: str, where: str) -> Iterator[Reference]:
    for match in CSS_ADDRESS.finditer(CSS_COMMENT.sub("", css)):
        yield Reference(match["url"] or match["sheet"], where, loads=True)


def is_foreign(reference: str, *, at: str) -> bool:
    return urlsplit(
        urljoin(f"http://site{at}", reference)
    ).netloc != "site" and not reference.startswith("data:")


def leads_to(reference: str, *, at: str) -> tuple[Path, str] | None:
    """Return the file and the fragment of an address on this site, None for an address elsewhere."""
    parts = urlsplit(urljoin(f"http://site{at}", reference))
    if parts.scheme not in ("http", "https") or parts.netloc != "site":
        return None
    if not parts.path.startswith(base()):
        return SITE / "outside the site" / parts.path.lstrip("/"), ""
    path = SITE / unquote(parts.path.removeprefix(base()))
    return path / "index.html" if path.is_dir() else path, unquote(parts.fragment)


def weight(page: str) -> int:
    """Return the size of a page's HTML as a host sends it, in bytes."""
    return len(gzip.compress((SITE / page).read_bytes(), 9, mtime=0))
