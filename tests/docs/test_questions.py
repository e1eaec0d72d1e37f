"""The first page of the questions lists each of them, in the order of the pages, under the address it has had there."""

import re
from pathlib import Path

import yaml
from markdown.extensions.toc import slugify

DOCS = Path(__file__).parents[2] / "docs"


class Loader(yaml.SafeLoader):
    """Reads a file that names Python objects, which are of no interest here."""


Loader.add_multi_constructor("", lambda *_: None)


def pages():
    """Return the pages of questions in the order of the contents."""
    nav = yaml.load((DOCS.parent / "mkdocs.yml").read_text("utf-8"), Loader)["nav"]  # noqa: S506
    (parts,) = (
        part["14 Questions"] for part in nav if isinstance(part, dict) and "14 Questions" in part
    )
    return [DOCS / part for part in parts[1:]]


def contents():
    """Return the list as it should stand, a line of the page's source each."""
    lines = []
    for page in pages():
        text = page.read_text("utf-8")
        (title,) = re.findall(r"^# # (.+)$", text, re.MULTILINE)
        lines += [f"# ### [{title}]({page.name})", "#"]
        for question in re.findall(r"^# ### (.+)$", text, re.MULTILINE):
            anchor = slugify(question, "-")
            lines.append(f"# - [{question}]({page.name}#{anchor}){{ #{anchor} }}")
        lines.append("#")
    return "\n".join(lines[:-1])


def test_the_first_page_lists_every_question():
    assert contents() in (DOCS / "questions/index.py").read_text("utf-8")


def test_every_question_says_who_asked_and_is_answered_by_a_run():
    for page in pages():
        for question in page.read_text("utf-8").split("\n# ### ")[1:]:
            asked, answered = question.find("\n# Asked: ["), question.find("\n# %%\n")
            assert 0 < asked < answered, (page.name, question.splitlines()[0])
