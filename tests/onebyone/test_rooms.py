"""Arrows go one way: the book knows its subject, the subject what it asks of arguments, and none looks back."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"


def modules(package, *without):
    """Return the files of a package, less those of the rooms in it that are named."""
    closed = [SRC / package / room for room in without]
    files = (SRC / package).rglob("*.py")
    return sorted(file for file in files if not any(map(file.is_relative_to, closed)))


def imports(file):
    """Yield the full name of every module that a file may import, wherever in the file it does."""
    package = file.relative_to(SRC).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def within(name, package):
    return f"{name}.".startswith(f"{package}.")


def named(file):
    return file.relative_to(SRC).as_posix()


@pytest.mark.parametrize("file", modules("onebyone/arguments"), ids=named)
def test_arguments_are_checked_without_the_rest_of_the_package(file):
    own = [name for name in imports(file) if within(name, "onebyone")]
    assert [name for name in own if not within(name, "onebyone.arguments")] == []


@pytest.mark.parametrize("file", modules("onebyone", "book", "exercises", "arguments"), ids=named)
def test_the_subject_knows_nothing_of_the_book(file):
    book = "onebyone.book", "onebyone.exercises"
    assert [name for name in imports(file) if any(within(name, each) for each in book)] == []


@pytest.mark.parametrize("file", modules("onebyone/book"), ids=named)
def test_the_book_knows_nothing_of_what_checks_its_exercises(file):
    assert [name for name in imports(file) if within(name, "onebyone.exercises")] == []


@pytest.mark.parametrize("file", modules("bookbuild"), ids=named)
def test_what_builds_the_book_knows_nothing_of_convolutions(file):
    assert [name for name in imports(file) if within(name, "onebyone")] == []


def test_importing_the_package_loads_numpy_and_nothing_else_that_is_installed():
    program = "import sys; old = set(sys.modules); import onebyone; print(*set(sys.modules) - old)"
    command = [sys.executable, "-W", "error", "-c", program]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert loaded - sys.stdlib_module_names == {"onebyone", "numpy"}
