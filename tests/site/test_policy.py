"""A page runs what the build put there, and what Run brings; whatever else gets into it asks nobody and runs nothing.

That each page obeys its own policy needs no test here: a refusal is an error in the console, and test_browser.py
finds those on every page, in both schemes.
"""

import pytest

from . import built
from .built import on_every_page
from .running import FAILED, edit, run
from .visits import visiting

ELSEWHERE = "https://elsewhere.example/"
POLICY = "//meta[@http-equiv='Content-Security-Policy']"
REFUSED = """() => new Promise(done => {
  document.addEventListener("securitypolicyviolation", event => done(event.effectiveDirective));
  setTimeout(done, 10_000, "nothing");
  INTRUDER
})"""
# What a page would do if somebody got it in, by the directive that refuses it.
INTRUDERS = {
    "script-src-elem": """
      const script = document.createElement("script");
      script.textContent = "window.hasRun = true";
      document.body.append(script);""",
    "connect-src": f"fetch('{ELSEWHERE}').catch(() => {{}});",
}
ASK = """
import js

asked = js.XMLHttpRequest.new()
asked.open("GET", "https://elsewhere.example/", False)
asked.send()
"""


@pytest.mark.site
@on_every_page
def test_each_page_has_one_strict_policy_and_nothing_before_it_but_its_characters(page):
    (policy,) = built.tree(page).xpath(POLICY)
    before = [each.get("charset") for each in policy.itersiblings(preceding=True)]
    if policy.getparent().tag != "head" or before != ["utf-8"]:
        yield f"after {before} in <{policy.getparent().tag}>"
    content = policy.get("content")
    said = set(content.split("; "))
    # What is not named falls back to the first; the other two do not.
    yield from {"default-src 'none'", "base-uri 'none'", "form-action 'none'"} - said
    yield from {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(content.replace(";", " ").split())


@pytest.mark.site
@on_every_page
def test_no_page_has_a_browser_fetch_another_before_the_reader_asks(page):
    ahead = {"next", "prefetch", "prerender"}  # the first in Firefox alone
    yield from ahead & set(" ".join(built.tree(page).xpath("//link/@rel")).split())


@pytest.mark.site
@on_every_page
def test_only_a_page_with_run_may_ask_for_python(page):
    tree = built.tree(page)
    (policy,) = tree.xpath(f"{POLICY}/@content")
    addresses = tree.xpath("//script/@data-python")
    if not bool(addresses) == ("wasm" in policy) == ("blob:" in policy):
        yield f"Python from {addresses}, policy {policy}"
    foreign = [word.rstrip(";") for word in policy.split() if "//" in word]
    if foreign != [address for address in addresses if "//" in address]:
        yield f"may ask {foreign}"


@pytest.mark.browser
@pytest.mark.parametrize("directive", INTRUDERS)
def test_what_gets_into_a_page_is_refused(contexts, origin, directive):
    with visiting(contexts(), origin, built.base()) as visit:
        page, arrived = visit.page, []
        page.route(f"{ELSEWHERE}**", lambda r: (arrived.append(r), r.abort()))
        assert page.evaluate(REFUSED.replace("INTRUDER", INTRUDERS[directive])) == directive
        assert page.evaluate("window.hasRun === undefined")
        assert not arrived


@pytest.mark.browser
def test_what_a_reader_runs_can_ask_nobody_but_where_python_came_from(python):
    edit(python.page, 0, ASK)
    assert "NetworkError" in run(python.page, 0, says=FAILED).inner_text()
    refused = [each for each in python.failures if ELSEWHERE in each or "Security Policy" in each]
    assert f"request failed: {ELSEWHERE} csp" in refused
    python.failures[:] = [each for each in python.failures if each not in refused]
