"""Each exercise of the book: its solution passes, and what is not right does not."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

from bookbuild.prepare.exercises import read_start
from onebyone.exercises import check, list_chapters, list_exercises
from onebyone.exercises.trial import UNWRITTEN, judge

DOCS = Path(__file__).parents[3] / "docs"
NAME = re.compile(r"\{\{ (source|exercise) onebyone\.book\.solutions\.(\w+\.\w+) \}\}")
# Chapters whose exercises have no cases yet.
TO_DO = {
    "convnext",
    "efficientnet",
    "inception",
    "mobilenet",
    "network_in_network",
    "resnext_shufflenet",
    "segmentation",
    "your_network",
}
EXERCISES = {
    f"{chapter}.{name}": exercise
    for chapter in list_chapters()
    for name, exercise in list_exercises(chapter).items()
}
on_each = pytest.mark.parametrize("name", EXERCISES)


@on_each
def test_the_solution_is_right(name):
    verdict = check(name.partition(".")[0], EXERCISES[name].solution)
    assert verdict, verdict


@on_each
def test_the_start_is_not_written_yet(name):
    space = {}
    exec(read_start(f"onebyone.book.solutions.{name}"), space)  # noqa: S102
    chapter, _, function = name.partition(".")
    assert (check(chapter, space[function]).right, repr(check(chapter, space[function]))) == (
        False,
        UNWRITTEN,
    )


@on_each
def test_no_wrong_answer_passes(name):
    chapter, _, function = name.partition(".")
    mistakes = importlib.import_module(f".mistakes.{chapter}", __package__).MISTAKES
    assert mistakes.keys() == list_exercises(chapter).keys()
    assert mistakes[function]
    for mistake in mistakes[function]:
        verdict = judge(name, EXERCISES[name], mistake)
        assert not verdict
        # It is the answer that was wrong, and not the call.
        assert "positional argument" not in repr(verdict)
        assert "keyword argument" not in repr(verdict)


def test_each_solution_on_a_page_has_an_exercise_and_a_hint_before_it():
    shown, asked = [], []
    for page in sorted(DOCS.rglob("*.py")):
        text = "\n".join(c.source for c in jupytext.read(page).cells if c.cell_type == "markdown")
        found = NAME.findall(text)
        asked += [name for kind, name in found if kind == "exercise"]
        shown += [
            name for kind, name in found if kind == "source" and name.partition(".")[0] not in TO_DO
        ]
        # Each in its order: the start, if the answer is code, the hint, the solution.
        order = re.findall(r"^(?:\{\{ (exercise)|\?\?\? (hint|success))", text, re.MULTILINE)
        order = " ".join("".join(each) for each in order)
        if "exercise" in order:
            assert re.fullmatch("( ?(exercise )?hint success)+", order), page
    assert sorted(asked) == sorted(EXERCISES)
    assert {*EXERCISES} <= {*shown}


def test_every_chapter_with_solutions_has_exercises_or_is_still_to_do():
    solutions = {
        name.partition(".")[0]
        for page in DOCS.rglob("*.py")
        for _, name in NAME.findall(page.read_text(encoding="utf-8"))
    }
    assert {*list_chapters()} | TO_DO == solutions
    assert not {*list_chapters()} & TO_DO


def test_what_a_browser_checks_needs_numpy_alone():
    code = """
import sys
from onebyone.exercises import check
heavy = {"torch", "matplotlib", "skimage", "onebyone.book.solutions.channels"}
print(sorted(heavy & sys.modules.keys()))
from onebyone.book.solutions import channels
print(check("channels", channels.same_padding).right, "torch" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["[]", "True False"]
