"""Build the prepared pages with what may follow MkDocs and Material: ProperDocs 1.6, and the newest Zensical.

Both get the settings of mkdocs.yml as `bookbuild.prepare` adapts them, in environments of their own.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import yaml
from lxml import html

from bookbuild.finish import page, pdf
from bookbuild.prepare import book, settings

BOOK = Path(__file__).parents[1]
# The formatter of signatures is the lock's too, so that they are broken into lines as they are now.
LOCKED = ["mkdocs-material", "mkdocstrings[python]", "ruff", "--constraint", "requirements.lock"]
# Classes that prepared Markdown gives, which the site must have too.
MARKS = ("nb-run", "nb-html", "nb-figure", "nb-error", "page-tool")
# What a strict build must name: each mistake, and the page on which it is.
MISTAKES = {
    "a page that is not in the navigation": ("orphan.md", "# Orphan\n"),
    "a link to a page that does not exist": ("link.md", "# Link\n\n[a](missing.md)\n"),
    "a link to a section that does not exist": ("anchor.md", "# Anchor\n\n[a](index.md#gone)\n"),
}


@dataclass
class Successor:
    """What builds the site, and how."""

    name: str
    requirements: list[str]
    command: list[str]
    is_strict: bool  # a warning fails the run


SUCCESSORS = [
    Successor("properdocs", ["properdocs>=1.6,<1.7", *LOCKED], ["properdocs", "build"], True),
    Successor(
        "zensical", ["zensical", "mkdocstrings[python]", "ruff"], ["zensical", "build"], False
    ),
]


def install(successor, folder):
    """Make an environment for a successor, and return its version."""
    venv.create(folder, with_pip=True)
    pip = [folder / "bin/python", "-m", "pip", "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", *successor.requirements]
    subprocess.run(install, cwd=BOOK, check=True, stderr=subprocess.PIPE)
    shown = subprocess.run(
        [*pip, "show", successor.name], check=True, capture_output=True, text=True
    )
    return re.search(r"^Version: (.*)$", shown.stdout, re.M)[1]


def build(successor, environment, source, *options):
    """Build a site, and return the exit status and what was printed."""
    path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        [environment / "bin" / successor.command[0], *successor.command[1:], *options],
        cwd=source,
        env=os.environ | {"PATH": path, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def list_pages(docs):
    """Return where each page of Markdown is to be in the site."""
    found = (path.relative_to(docs).with_suffix("") for path in docs.rglob("*.md"))
    return sorted(
        f"{each.parent if each.name == 'index' else each}/index.html".removeprefix("./")
        for each in found
    )


def find_gaps(site, docs, pages):
    """Yield, by name, what a finished site lacks of the book's."""
    trees = {name: html.parse(str(site / name)).getroot() for name in pages}
    files = {p.relative_to(docs).as_posix() for p in docs.rglob("*") if p.suffix != ".md"}
    built = {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}
    wanted = {f for f in files if (docs / f).is_file()} | {"404.html", "llms.txt", "sitemap.xml"}
    yield from (f"no file {name}" for name in sorted(wanted - built))
    ordered = len(pdf.read_pages(site))
    if ordered < len(pages):
        yield f"links from page to page lead through {ordered} of {len(pages)}, so the PDF lacks the others"
    yield from (f"{n} × {text}" for text, n in Counter(find_flaws(site, docs, trees)).items())


def find_flaws(site, docs, trees):
    """Yield the kind of each flaw, once for each place that has it."""
    ids = {name: {*tree.xpath("//@id"), *tree.xpath("//a/@name")} for name, tree in trees.items()}
    for name, tree in trees.items():
        folder = (docs / name).parent
        path = folder / "index.md" if (folder / "index.md").exists() else folder.with_suffix(".md")
        source = path.read_text(encoding="utf-8")
        for mark in MARKS:
            if len(tree.xpath(f"//*[contains(@class, '{mark}')]")) < source.count(mark):
                yield f"pages with fewer elements {mark} than their Markdown has"
        yield from ["formulas left in LaTeX"] * len(tree.xpath("//*[@class='arithmatex']"))
        yield from ["<style> elements of the theme's own"] * len(tree.xpath("//style"))
        edits = tree.xpath("//a[@rel='edit']/@href")
        if not edits:
            yield "pages without a link to edit them"
        if any(not (BOOK / "docs" / each.partition("/docs/")[2]).is_file() for each in edits):
            yield "pages whose link to edit them leads to no file of the repository"
        yield from find_broken(site, name, tree, ids)
    for index in site.rglob("search*.json"):
        if "\\\\(" in index.read_text(encoding="utf-8"):
            yield "search index with formulas in LaTeX, since it is made before the pages are finished"


def find_broken(site, name, tree, ids):
    """Yield the kind of each link that leads nowhere, with its address."""
    for element in tree.xpath("//*[@href or @src]"):
        link = element.get("href") or element.get("src")
        address, fragment = urldefrag(urljoin(f"//site/{name}", link))
        if not address.startswith("//site/"):
            if element.tag != "a" and element.get("rel") != "canonical":
                yield f"{name} asks another host: {address}"
            continue
        target = unquote(address.removeprefix("//site/"))
        if target in ("", "..") or target.endswith("/"):
            target += "index.html"
        if not (site / target).is_file():
            yield f"{name} has a broken link: {link}"
        elif fragment and target in ids and unquote(fragment) not in ids[target] | {"only-light"}:
            yield f"{name} has a broken anchor: {link}"


def find_unnoticed(successor, environment, source):
    """Yield the mistakes that a strict build does not name."""
    for name, text in MISTAKES.values():
        (source / "docs" / name).write_text(text, encoding="utf-8")
    settings = yaml.safe_load((source / "mkdocs.yml").read_text(encoding="utf-8"))
    settings["nav"] += ["link.md", "anchor.md"]
    (source / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    status, log = build(successor, environment, source, "--strict")
    for mistake, (name, _) in MISTAKES.items():
        if status == 0 or name not in log:
            yield f"a strict build does not notice {mistake}"


def try_out(successor, prepared, folder):
    """Build and finish the site, print what came of it, and return whether nothing failed."""
    source, environment = folder / successor.name, folder / f"{successor.name}-environment"
    version = install(successor, environment)
    shutil.copytree(prepared, source)
    pages, site = list_pages(source / "docs"), source / "site"
    start = time.perf_counter()
    status, log = build(successor, environment, source, *["--strict"] * successor.is_strict)
    seconds = time.perf_counter() - start
    gaps = re.findall(r"^.*\bwarning\b.*$", log, re.MULTILINE | re.IGNORECASE)
    failures = [f"no page {name}" for name in pages if not (site / name).is_file()]
    built = f"{len(pages) - len(failures)} of {len(pages)} pages in {seconds:.1f} s"
    print(f"{successor.name} {version} built {built}")
    if status:
        failures.append(f"the build ended with {status}:\n{log}")
    elif not failures:
        try:
            page.finish_site(
                site, BOOK / settings.load(BOOK / "mkdocs.yml")["extra"]["card"]["picture"]
            )
        except ValueError as error:
            gaps.append(f"the site cannot be finished: {error}")
        gaps += find_gaps(site, source / "docs", pages)
        gaps += find_unnoticed(successor, environment, source)
    if successor.is_strict:
        failures += [each for each in gaps if "WARNING" in each]
    for each in gaps:
        print(f"  gap: {each}")
    for each in failures:
        print(f"  FAILED: {each}")
    return not failures


def main():
    """Prepare the book, and try each successor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if book.write(BOOK, folder / "prepared"):
            sys.exit("the prepared pages have warnings")
        tried = [try_out(each, folder / "prepared", folder) for each in SUCCESSORS]
    sys.exit(not all(tried))


if __name__ == "__main__":
    main()
