import subprocess
import sys
from pathlib import Path

import pytest

from bookbuild.prepare.sources import expand, read

SHOWN = '''"""A module."""

import json
import math
import os.path as path
from functools import cache, lru_cache as kept

import collections.abc

LIMIT: int = 7
FIRST, SECOND = 1, 2


def helper() -> int:
    return LIMIT


@kept(maxsize=FIRST)
def area(radius: float) -> float:
    """Return an area.

    json, helper: names that only the docstring has.
    """
    # A comment that stays.
    return math.pi * radius**2  # and this one


def locals_only(json: str) -> str:
    path = json
    return path


class Shape(collections.abc.Sized):
    """A class."""

    size = SECOND

    def __len__(self) -> int:
        """Return its length."""

        def inner() -> int:
            """Return more."""
            return helper()

        return [kept for kept in (inner(),)][0]


class Wrong(ValueError):
    """Nothing but a docstring."""


def factorial(n: int) -> int:
    return n * factorial(n - 1) if n else 1


def text() -> str:
    return """
"""
'''


@pytest.fixture
def shown(module):
    return module(SHOWN)


def imports(code):
    return [line for line in code.splitlines() if line.startswith(("import ", "from "))]


def test_a_function_brings_the_imports_that_it_needs_and_no_others(shown):
    assert imports(read(f"{shown}.area")) == [
        "import math",
        "from functools import lru_cache as kept",
        f"from {shown} import FIRST",
    ]


def test_a_parameter_or_local_is_not_taken_for_an_import(shown):
    assert imports(read(f"{shown}.locals_only")) == []


def test_a_class_brings_what_its_bases_and_methods_need(shown):
    assert imports(read(f"{shown}.Shape")) == [
        "import collections.abc",
        f"from {shown} import SECOND, helper",
    ]


def test_a_recursive_function_does_not_import_itself(shown):
    assert imports(read(f"{shown}.factorial")) == []


def test_a_module_constant_comes_from_its_module(shown):
    assert imports(read(f"{shown}.helper")) == [f"from {shown} import LIMIT"]


def test_docstrings_go_and_comments_and_decorators_stay(shown):
    code = read(f"{shown}.area")
    assert '"""' not in code
    assert "# A comment that stays." in code
    assert "# and this one" in code
    assert "@kept(maxsize=FIRST)\ndef area" in code


def test_docstrings_of_methods_and_inner_functions_go_too(shown):
    code = read(f"{shown}.Shape")
    assert '"""' not in code
    assert "class Shape(collections.abc.Sized):\n    size = SECOND" in code


CHECKED = """from functools import cache
from elsewhere import arguments
from elsewhere.arguments import (
    checked,
)

@checked(arguments.one)
@cache
@arguments.checked(
    arguments.two,
)
def twice(x):
    return 2 * x

class Layer:
    @checked
    def call(self):
        return self
"""


def test_a_decorator_that_only_checks_arguments_is_not_shown(module):
    shown = module(CHECKED)
    assert read(f"{shown}.twice") == (
        "from functools import cache\n\n\n@cache\ndef twice(x):\n    return 2 * x"
    )
    assert read(f"{shown}.Layer") == "class Layer:\n    def call(self):\n        return self"


def test_a_docstring_that_is_the_whole_body_stays(shown):
    assert '"""Nothing but a docstring."""' in read(f"{shown}.Wrong")


def test_a_string_that_is_no_docstring_stays(shown):
    assert read(f"{shown}.text").endswith('return """\n"""')


@pytest.mark.parametrize("name", ["area", "locals_only", "Shape", "Wrong", "factorial", "text"])
def test_the_block_runs_in_a_fresh_interpreter(shown, name, tmp_path):
    code = f"{read(f'{shown}.{name}')}\n\nprint({name}.__module__)"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout == "__main__\n"


def test_what_is_on_disk_counts_and_not_what_was_imported(module, tmp_path):
    name = module("def f():\n    return 1\n")
    __import__(name)
    Path(tmp_path, f"{name}.py").write_text("def f():\n    return 2\n")
    assert read(f"{name}.f").endswith("return 2")


@pytest.mark.parametrize(
    "name",
    [
        "bookbuild.missing.thing",
        "missing.thing",
        "bookbuild.prepare.sources.missing",
        "bookbuild.prepare.sources.NOWHERE",
        "bookbuild.prepare.render.Rendered.markdown",
        "sys.exit",
        "thing",
        ".thing.other",
    ],
)
def test_a_name_that_does_not_exist_is_named_in_the_error(name):
    with pytest.raises(ValueError, match=name.replace(".", r"\.")):
        expand(f"{{{{ source {name} }}}}")


@pytest.mark.parametrize(
    "line",
    [
        "{{ sorce bookbuild.prepare.sources.expand }}",
        "{{ source }}",
        "{{source}}",
        "{{ bookbuild.prepare.sources.expand }}",
        "{{ source bookbuild.prepare.sources. expand }}",
        "    {{ Source bookbuild.prepare.sources.expand }}",
    ],
)
def test_a_misspelt_directive_is_named_in_the_error(line):
    with pytest.raises(ValueError, match=r"expected \{\{ source") as error:
        expand(f"Before.\n\n{line}\n")
    assert line.strip() in str(error.value)


def test_an_indented_directive_stays_in_its_admonition(shown):
    page = f"??? success\n    {{{{ source {shown}.area }}}}\n\nAfter.\n"
    head, *block, after = [s for s in expand(page).splitlines() if s.strip()]
    assert head == "??? success"
    assert after == "After."
    assert all(line.startswith("    ") for line in block)
    assert "        return math.pi * radius**2  # and this one" in block


def test_each_directive_of_a_page_is_replaced_and_the_rest_is_kept(shown):
    page = f"One {{x}}.\n\n{{{{source {shown}.text}}}}\n\nTwo.\n\n{{{{ source {shown}.area }}}}\n"
    result = expand(page)
    assert "{{" not in result
    assert result.count("``` {") + result.count("```{") == 2
    assert result.startswith("One {x}.\n\n")
    assert "\n\nTwo.\n\n" in result


def test_the_link_to_the_api_can_be_left_out(shown):
    directive = f"{{{{ source {shown}.area }}}}"
    link = f"[`area` in the API][{shown}.area]"
    assert link in expand(directive)
    assert link not in expand(directive, link=False)
    assert f'title="src/{shown}.py"' in expand(directive)


def test_a_constant_is_shown_with_what_it_needs():
    assert read("bookbuild.prepare.sources.DIRECTIVE") == (
        "import re\n\n\n"
        'DIRECTIVE = re.compile(r"^(?P<indent> *)\\{\\{(?P<words>.*)\\}\\} *$", re.MULTILINE)'
    )


def test_a_constant_that_needs_nothing_starts_at_once():
    assert read("bookbuild.prepare.book.GLOSSARY") == 'GLOSSARY = "reference/glossary.md"'
