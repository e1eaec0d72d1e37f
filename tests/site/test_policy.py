"""A page runs what the build put there, and what Run brings; whatever else gets into it asks nobody and runs nothing.

That each page obeys its own policy needs no test here: a refusal is an error in the console, and test_browser.py
finds those on every page, in both schemes.
"""

import pytest

from . import built
from .running import FAILED, Network, address_of_python, edit, run
from .visits import visiting

ELSEWHERE = "https://elsewhere.example/"
POLICY = "//meta[@http-equiv='Content-Security-Policy']"
WATCH = """() => {
  window.refused = new Promise(done => {
    document.addEventListener("securitypolicyviolation", event => done(event.effectiveDirective));
    setTimeout(done, 10_000, "nothing");
  });
}"""
# What a page would do if somebody got it in; each is refused under the directive that is its name here.
INTRUDERS = {
    "script-src-elem, in the page": """() => {
      const script = document.createElement("script");
      script.textContent = "window.hasRun = true";
      document.body.append(script);
    }""",
    "script-src-elem, from elsewhere": """() => {
      document.body.append(Object.assign(document.createElement("script"), {src: ELSEWHERE}));
    }""",
    "script-src-attr": """() => {
      const box = document.createElement("div");
      box.innerHTML = '<img src="data:," onerror="window.hasRun = true">';
      document.body.append(box);
    }""",
    "script-src": "() => { setTimeout(() => eval('window.hasRun = true')); }",
    "style-src-elem": """() => {
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.body.append(style);
    }""",
    "style-src-attr": """() => {
      const box = document.createElement("div");
      box.innerHTML = '<p style="position: fixed; inset: 0">Pay here</p>';
      document.body.append(box);
    }""",
    "img-src": "() => { new Image().src = ELSEWHERE; }",
    "connect-src": "() => fetch(ELSEWHERE).catch(() => {})",
    "frame-src": """() => {
      document.body.append(Object.assign(document.createElement("iframe"), {src: ELSEWHERE}));
    }""",
    "object-src": """() => {
      document.body.append(Object.assign(document.createElement("object"), {data: ELSEWHERE}));
    }""",
    "worker-src": """() => {
      try { new Worker("data:text/javascript,0"); } catch {}
    }""",
    "base-uri": """() => {
      document.head.append(Object.assign(document.createElement("base"), {href: ELSEWHERE}));
    }""",
    "form-action": """() => {
      const form = Object.assign(document.createElement("form"), {action: ELSEWHERE});
      document.body.append(form);
      form.submit();
    }""",
}
ASK = """
import js

asked = js.XMLHttpRequest.new()
asked.open("GET", "https://elsewhere.example/", False)
asked.send()
"""


@pytest.mark.site
def test_each_page_has_one_policy_and_nothing_before_it_but_its_characters(
    page_path,
):
    tree = built.tree(page_path)
    (policy,) = tree.xpath(POLICY)
    assert policy.getparent().tag == "head"
    assert [each.get("charset") for each in policy.itersiblings(preceding=True)] == ["utf-8"]  # fmt: skip
    assert "'unsafe-inline'" not in policy.get("content")
    assert "'unsafe-eval'" not in policy.get("content")


@pytest.mark.site
def test_no_page_has_a_browser_fetch_another_before_the_reader_asks(page_path):
    named = built.tree(page_path).xpath("//link/@rel")
    ahead = {"next", "prefetch", "prerender"}  # the first in Firefox alone
    assert not ahead & set(" ".join(named).split())


@pytest.mark.site
def test_only_a_page_with_run_may_ask_for_python(page_path):
    tree = built.tree(page_path)
    (policy,) = tree.xpath(f"{POLICY}/@content")
    addresses = tree.xpath("//script/@data-python")
    assert bool(addresses) == ("wasm" in policy) == ("blob:" in policy)
    assert [word.rstrip(";") for word in policy.split() if "//" in word] == [
        address for address in addresses if "//" in address
    ]


@pytest.mark.browser
@pytest.mark.parametrize("intruder", INTRUDERS)
def test_this_is_refused(contexts, origin, intruder):
    with visiting(contexts(), origin, built.base()) as visit:
        page, arrived = visit.page, []
        page.route(f"{ELSEWHERE}**", lambda r: (arrived.append(r), r.abort()))
        page.evaluate(WATCH)
        page.evaluate(INTRUDERS[intruder].replace("ELSEWHERE", repr(ELSEWHERE)))
        assert page.evaluate("refused") == intruder.partition(",")[0]
        assert page.evaluate("window.hasRun === undefined")
        assert page.url == origin + built.base()
        assert not arrived


@pytest.mark.browser
def test_what_a_reader_runs_can_ask_nobody_but_where_python_came_from(browser, origin):
    context = browser.new_context()
    context.route(f"{address_of_python()}*", Network().answer)
    with visiting(context, origin, built.base()) as visit:
        edit(visit.page, 0, ASK)
        shown = run(visit.page, 0, says=FAILED).inner_text()
        assert "NetworkError" in shown
        assert f"request failed: {ELSEWHERE} csp" in visit.failures
    context.close()
