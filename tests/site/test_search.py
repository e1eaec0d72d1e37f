"""What readers type into the search box, and the page that comes first."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import expect

from . import built
from .visits import visiting

pytestmark = pytest.mark.browser

QUERIES = tomllib.loads(Path(__file__).with_name("queries.toml").read_text(encoding="utf-8"))
INDEX = "search/documents.json"
# The pages that a worker of the search's own finds for each query, one after the other.
ASK = """async ([worker, index, queries]) => {
  const search = new Worker(worker), found = {};
  const next = () => new Promise(done => search.onmessage = ({data}) => done(data.data));
  const {config} = await (await fetch(index)).json();
  let answer = next();
  search.postMessage({type: 0, data: {config, docs: [], options: {suggest: true}}});
  await answer;
  for (const query of queries) {
    answer = next();
    search.postMessage({type: 2, data: query});
    const {items, suggest} = await answer;
    found[query] = {pages: items.map(([item]) => item.location.split("#")[0]), suggest};
  }
  search.terminate();
  return found;
}"""


def read(table):
    """Return the queries of a table, each with its page."""
    lines = (re.split(r"\s{2,}", line.strip()) for line in QUERIES[table].splitlines() if line)
    return {query: "" if page == "the question" else f"{page}/" for query, page in lines}


def ask(page, queries):
    """Return what the search answers to each query, without the box."""
    config = json.loads(page.locator("#__config").text_content())
    return page.evaluate(ASK, [config["search"], "search/search_index.json", list(queries)])


def documents():
    return json.loads((built.SITE / INDEX).read_text(encoding="utf-8"))["docs"]


def test_the_search_has_the_right_page_first(contexts, origin):
    with visiting(contexts(), origin, built.base()) as visit:
        first = read("first")
        found = ask(visit.page, first)
        wrong = {
            query: found[query]["pages"][:2]
            for query, page in first.items()
            if found[query]["pages"][:1] != [page]
        }
        visit.page.locator(".md-search__input").click()
        results = visit.page.locator(".md-search-result__link")
        for typed in list(first)[::10]:  # through the box, which asks the same worker
            # All at once, so that no letter has results of its own; the search waits for a key.
            visit.page.keyboard.insert_text(typed)
            visit.page.keyboard.press("End")
            expect(results.first).to_be_attached(timeout=30_000)
            paths = results.evaluate_all("links => links.map(link => link.pathname)")
            if paths[:1] != [built.base() + first[typed]]:
                wrong[f"{typed}, in the box"] = paths[:1]
            visit.page.keyboard.press("Control+A")
            visit.page.keyboard.press("Delete")
            expect(results).to_have_count(0)
    assert not visit.failures
    assert not wrong


def test_nothing_that_the_book_names_finds_nothing(contexts, origin):
    terms = html.parse(built.SITE / "reference/glossary/index.html").xpath("//article//dt")
    names = {" ".join(term.text_content().split()) for term in terms}
    for page in built.SITE.rglob("*.html"):
        headings = html.parse(page).xpath("//article//*[self::h1 or self::h2 or self::h3]")
        names |= {" ".join(h.text_content().replace("¶", "").split()) for h in headings}
    assert len(names) > 300
    nearly = read("among_three")
    with visiting(contexts(), origin, built.base()) as visit:
        found = ask(visit.page, [*names, *nearly, *QUERIES["something"]])
    assert [query for query, answer in found.items() if not answer["pages"]] == []
    firsts = {query: found[query]["pages"][:3] for query in nearly}
    assert {query: firsts[query] for query in nearly if nearly[query] not in firsts[query]} == {}


ALIKE = """
1x1 · 1×1 · 1 x 1 · 1*1 · 1 × 1 · 1X1 · 1 by 1 · 1-by-1
3x3 filters · 3×3 filter · 3 by 3 filter
depthwise · depth-wise · depth wise · Depthwise
bottleneck · bottle neck · bottle-neck · bottlenecks · bottlneck
factorization · factorisation · factorise · factorize
neighbor · neighbour · neighbors · neighbours
grayscale · greyscale
NHWC · nhwc
U-Net · unet · u-net · UNet
ResNet-50 · resnet50 · ResNet50
max pooling · max-pooling · maxpool
"""


def test_spellings_are_one(contexts, origin):
    lines = [line.split(" · ") for line in ALIKE.strip().splitlines()]
    with visiting(contexts(), origin, built.base()) as visit:
        found = ask(visit.page, [query for line in lines for query in line])
    for line in lines:
        firsts = {query: found[query]["pages"][0] for query in line}
        assert len(set(firsts.values())) == 1, firsts


def test_parts_of_a_word_and_the_word_itself_are_found(contexts, origin):
    """What squidfunk/mkdocs-material#6632, mkdocs/mkdocs#1704 and #3693 miss, and lunr.js#256 and #377."""
    found_by = {
        "reference/api-pytorch/": ["best_device", "best device", "device"],
        "reference/api/": ["max_pool2d", "max pool2d", "pool2d"],
        "architectures/inception/": ["GoogLeNet", "googlenet", "goog"],
        "architectures/resnet/": ["(bottleneck)", "bottleneck:", "bottlenec", "bottlenecks"],
        "algebra/": ["factor", "factori", "factoriz", "factorizati", "factorizations"],
    }
    with visiting(contexts(), origin, built.base()) as visit:
        found = ask(visit.page, [query for queries in found_by.values() for query in queries])
    lost = {
        q: page
        for page, queries in found_by.items()
        for q in queries
        if page not in found[q]["pages"]
    }
    assert not lost


def test_the_documents_wait_until_the_reader_searches(contexts, origin):
    """As in rust-lang/mdBook#2553, what is typed before they have come is answered once they come."""
    asked = []
    with visiting(contexts(), origin, built.base()) as visit:
        page = visit.page
        page.context.on("request", lambda request: asked.append(request.url))
        page.goto(origin + built.base() + "channels/?h=kernel")
        expect(page.locator("article mark").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert not [url for url in asked if "documents.json" in url or "words.json" in url]
        page.locator("body").press("s")
        page.keyboard.insert_text("roofline")
        page.keyboard.press("End")
        first = page.locator(".md-search-result__link").first
        expect(first).to_have_attribute("href", re.compile(r"/speed/"), timeout=30_000)
        assert len([url for url in asked if url.endswith(INDEX)]) == 1
        page.goto(origin + built.base() + "?q=roofline")
        expect(first).to_have_attribute("href", re.compile(r"/speed/"), timeout=30_000)
    assert not visit.failures


def test_the_search_marks_what_it_finds_and_suggests_words(contexts, origin):
    with visiting(contexts(), origin, built.base()) as visit:
        page = visit.page
        page.locator(".md-search__input").click()
        page.keyboard.type("1x1 convol")
        expect(page.locator(".md-search__suggest")).to_have_text("1x1 convolution", timeout=30_000)
        expect(page.locator(".md-search-result mark").first).to_be_visible()
        link = page.locator(".md-search-result__link[href*='h=']").first
        link.click()
        marks = page.locator("article mark")
        expect(marks.first).to_be_attached()
        assert {"1×1"} <= set(marks.all_text_contents())
    assert not visit.failures


def test_the_index_holds_each_section_once_and_no_controls():
    docs = documents()
    assert len({doc["location"] for doc in docs}) == len(docs)
    texts = [doc["text"] for doc in docs if len(doc["text"]) > 300]
    assert len(set(texts)) == len(texts)
    assert not [
        doc["location"]
        for doc in docs
        if doc["location"].split("#")[0].endswith((".pdf", ".ipynb"))
    ]
    for junk in ("Download this page", "Open it in Colab", "RunEdit", "</td>"):
        assert not [doc["location"] for doc in docs if junk in doc["text"]]
