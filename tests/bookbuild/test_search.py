"""What the search is given: the words that are one, and documents that wait until a reader searches."""

import json

import pytest

from bookbuild.finish import search
from bookbuild.prepare.words import to_groups

GLOSSARY = """# Glossary

shortcut
:   A way around. Also called a skip connection or an
    identity mapping.

1×1 convolution
:   A matrix. Also called a pointwise convolution.

pointwise convolution
:   Another name for a 1×1 convolution, used beside others.

bias
:   A number, which some called names.
"""


def groups(table, glossary=""):
    return {frozenset(group) for group in to_groups(table, glossary)}


def test_the_glossary_says_which_names_are_one():
    assert groups("", GLOSSARY) == {
        frozenset({"shortcut", "skip connection", "identity mapping"}),
        frozenset({"1×1 convolution", "pointwise convolution"}),
    }


def test_groups_that_share_a_phrase_in_any_case_are_one_group():
    table = (
        'same = [["SVD", "factor"], ["MLP", "FFN"], ["Shortcut", "residual"], ["svd", "low rank"]]'
    )
    found = {frozenset(map(str.casefold, group)) for group in groups(table, GLOSSARY)}
    assert frozenset({"svd", "factor", "low rank"}) in found
    assert frozenset({"shortcut", "residual", "skip connection", "identity mapping"}) in found
    assert len(found) == 4


@pytest.mark.parametrize("table", ['same = [["alone"]]', 'same = ["ab"]', "same = [[1, 2]]"])
def test_a_group_of_one_is_none(table):
    with pytest.raises(ValueError, match="same: expected groups of two phrases or more"):
        to_groups(table, "")


def write(site, index):
    (site / "search").mkdir()
    (site / "search/search_index.json").write_text(json.dumps(index), encoding="utf-8")
    (site / "a").mkdir()
    (site / "a/index.html").write_text('<meta name="description" content="1×1 &amp; all">')


def read(site, name):
    return json.loads((site / "search" / name).read_text(encoding="utf-8"))


def test_a_page_opens_without_the_documents_and_they_know_the_pages_descriptions(tmp_path):
    docs = [{"location": "a/", "title": "A"}, {"location": "a/#b", "title": "B"}]
    write(tmp_path, {"config": {"separator": " "}, "docs": docs})
    search.split(tmp_path)
    assert read(tmp_path, "search_index.json") == {"config": {"separator": " "}, "docs": []}
    assert read(tmp_path, "documents.json") == {
        "docs": [docs[0] | {"about": "1×1 &amp; all"}, docs[1]]
    }


def test_an_index_of_another_make_stays(tmp_path):
    write(tmp_path, {"items": []})
    search.split(tmp_path)
    assert read(tmp_path, "search_index.json") == {"items": []}
    assert not (tmp_path / "search/documents.json").exists()
    (tmp_path / "search/search_index.json").unlink()
    search.split(tmp_path)
