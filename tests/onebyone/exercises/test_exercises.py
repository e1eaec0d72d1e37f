"""Each exercise of the book: its solution passes, and what is not right does not."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

from bookbuild.prepare.exercises import expand, read_start
from bookbuild.prepare.runnable import find_missing
from onebyone.exercises import check, find_exercise, list_chapters, list_exercises
from onebyone.exercises.trial import UNWRITTEN, judge

ROOT = Path(__file__).parents[3]
DOCS, PACKAGE = ROOT / "docs", ROOT / "src/onebyone"
NAME = re.compile(r"\{\{ (source|exercise) onebyone\.book\.solutions\.([\w.]+\.\w+) \}\}")
EXERCISES = {
    f"{chapter}.{name}": find_exercise(chapter, name)
    for chapter in list_chapters()
    for name in list_exercises(chapter)
}
# As a page writes them.
FULL_NAMES = {
    name: f"{each.solution.__module__}.{each.solution.__name__}" for name, each in EXERCISES.items()
}
on_each = pytest.mark.parametrize("name", EXERCISES)


@on_each
def test_the_solution_is_right(name):
    verdict = check(name.partition(".")[0], EXERCISES[name].solution)
    assert verdict, verdict


@on_each
def test_the_start_is_not_written_yet(name):
    space = {}
    exec(read_start(FULL_NAMES[name]), space)  # noqa: S102
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
        shown += [name for kind, name in found if kind == "source"]
        # Each in its order: the start, if the answer is code, the hint, the solution.
        order = re.findall(r"^(?:\{\{ (exercise)|\?\?\? (hint|success))", text, re.MULTILINE)
        order = " ".join("".join(each) for each in order)
        if order:
            assert re.fullmatch("( ?(exercise )?hint success)+", order), page
    solutions = [name.removeprefix("onebyone.book.solutions.") for name in FULL_NAMES.values()]
    assert sorted(asked) == sorted(solutions)
    assert {*solutions} <= {*shown}


def test_every_chapter_with_solutions_has_exercises():
    solutions = {
        name.split(".")[-2]
        for page in DOCS.rglob("*.py")
        for _, name in NAME.findall(page.read_text(encoding="utf-8"))
    }
    assert {*list_chapters()} == solutions


def test_an_exercise_has_the_name_and_the_chapter_of_its_solution():
    for name, full_name in FULL_NAMES.items():
        assert full_name.endswith(f".{name}")
        chapter, _, function = name.partition(".")
        cases = list_exercises(chapter)[function]
        assert (".in_pytorch." in cases) == (".in_pytorch." in full_name)


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


# What a browser has: NumPy, and no PyTorch. Each solution is found beside its cases, and checked.
WITHOUT_PYTORCH = """
import sys
sys.modules |= dict.fromkeys(["torch", "torchvision", "matplotlib", "skimage"])
from onebyone.exercises import check, find_exercise, list_chapters, list_exercises
for chapter in list_chapters():
    for name in list_exercises(chapter):
        try:
            print(f"{chapter}.{name}", check(chapter, find_exercise(chapter, name).solution).right)
        except ImportError as error:
            print(error)
def average_pool_shortcut(in_channels, out_channels):
    ...
def no_such(): ...
for function in average_pool_shortcut, no_such:
    try:
        check("resnet", function)
    except (ImportError, ValueError) as error:
        print(error)
"""


def test_without_pytorch_just_those_exercises_are_checked_that_a_page_says_a_browser_checks():
    command = [sys.executable, "-c", WITHOUT_PYTORCH]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    *lines, lacks, unknown = ran.stdout.splitlines()
    needs = "{}: this exercise needs PyTorch, which cannot be imported here"
    assert lines == [
        needs.format(name) if _find_missing(name) == "PyTorch" else f"{name} True"
        for name in EXERCISES
    ]
    assert lacks == needs.format("resnet.average_pool_shortcut")
    names = "widest_bottleneck or block_macs or average_pool_shortcut"
    assert unknown == f"function: expected one named {names}, got no_such"


def _find_missing(name):
    asked = []

    def ask(code):
        asked.append(find_missing(code, PACKAGE))
        return asked[-1]

    in_browser = expand(f"{{{{ exercise {FULL_NAMES[name]} }}}}", ask).in_browser
    assert in_browser == (asked == [None])
    return asked[0]
