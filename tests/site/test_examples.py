"""What the copy buttons of the API take from its examples: the code, which runs alone."""

import ast
import doctest

import pytest

from ..docs.alone import prepared
from . import built

pytestmark = pytest.mark.site

PAGES = [page for page in built.PAGES if built.examples(page)]

# Each in a namespace of its own, and nothing of it is left for the next.
RUN_EACH = """
import sys, traceback
print("ran")
for code, raised in {examples!r}:
    try:
        exec(compile(code, "<example>", "exec"), {{"__name__": "__main__"}})
        ended = ""
    except BaseException as error:
        ended = "".join(traceback.format_exception_only(error)).strip()
    if ended != raised:
        print("expected", repr(raised), "got", repr(ended), "from", code, sep="\\n")
"""


def named(page):
    return page.removesuffix("/index.html")


def raised(shown):
    """Return how an example ends: with which error, or with none."""
    return shown[-1].exc_msg.strip() if shown[-1].exc_msg else ""


def parsed(text):
    return doctest.DocTestParser().get_examples(text)


@pytest.fixture(scope="module")
def run_alone(tmp_path_factory):
    """Return what runs code as a reader would who has copied it, warnings as errors."""
    with prepared(tmp_path_factory.mktemp("empty"), processes=1) as run:
        yield run


def test_the_api_has_examples():
    assert PAGES


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_example_runs_alone_as_it_is_copied(run_alone, page):
    examples = [
        (built.copied(box), raised(parsed(box.text_content()))) for box in built.examples(page)
    ]
    ran = run_alone(RUN_EACH.format(examples=examples))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "ran\n", "")


def bound(statements):
    """Return the names that import lines bind."""
    return [alias.asname or alias.name.split(".")[0] for each in statements for alias in each.names]


@built.on_every_page
def test_what_is_copied_is_the_code_under_the_imports_that_it_needs_and_nothing_else(page):
    for box in built.examples(page):
        copied = ast.parse(built.copied(box)).body
        code = ast.parse("".join(each.source for each in parsed(box.text_content()))).body
        own = len(copied) - len(code)
        if ast.dump(ast.Module(copied[own:], [])) != ast.dump(ast.Module(code, [])):
            yield f"other code than {box.text_content()}: {built.copied(box)}"
            continue
        if not all(isinstance(each, ast.Import | ast.ImportFrom) for each in copied[:own]):
            yield f"more than imports: {built.copied(box)}"
            continue
        used = {node.id for each in code for node in ast.walk(each) if isinstance(node, ast.Name)}
        again = [each for each in code if isinstance(each, ast.Import | ast.ImportFrom)]
        names = bound(copied[:own])
        if (
            not set(names) <= used
            or len(names) != len(set(names))
            or set(names) & set(bound(again))
        ):
            yield f"imports that it has no use for: {built.copied(box)}"


@built.on_every_page
def test_whatever_else_of_the_api_can_be_copied_is_code_too(page):
    of_entries = "//*[contains(@class, 'doc-object')]//pre[not(ancestor::*[contains(@class, 'no-copy')])]/code"
    for box in set(built.tree(page).xpath(of_entries)) - set(built.examples(page)):
        yield f"has a button: {box.text_content()}"
