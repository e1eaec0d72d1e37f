"""An exercise: where a reader's code starts, and what checks it."""

import ast
import html
import re
from collections.abc import Callable
from typing import NamedTuple

from bookbuild.prepare import sources

DIRECTIVE = re.compile(r"^\{\{ *exercise +(?P<name>[\w.]+) *\}\} *$", re.MULTILINE)
BAR = (
    '<div class="nb-bar" data-search-exclude data-exercise="{name}" data-check="{check}">'
    '<button type="button" data-do="edit">Write your answer</button>'
    '<button type="button" data-do="check">Check</button>'
    '<span data-is="progress" aria-hidden="true"></span><span data-is="said" role="status"></span></div>'
)
NEEDS = '<p class="nb-needs">This needs {library}: check it in the notebook, in Colab or on your own machine.</p>'


class Expanded(NamedTuple):
    """Markdown without directives, and how many of its exercises a browser can check."""

    markdown: str
    in_browser: int


def expand(markdown: str, find_missing: Callable[[str], str | None]) -> Expanded:
    """Replace each line `{{ exercise package.book.solutions.chapter.function }}` by the start and what checks it.

    In place of the chapter may stand `in_pytorch.chapter`, whose cases are in `package.exercises.in_pytorch.chapter`.

    Args:
        markdown: A page.
        find_missing: Names the library that keeps code from running in a browser.
    """
    in_browser = 0

    def block(match: re.Match[str]) -> str:
        nonlocal in_browser
        name = match["name"]
        short, cases = _find_cases(name)
        start = read_start(name)
        if library := find_missing(f"import {cases}"):
            needs = NEEDS.format(library=html.escape(library))
            return f"```{{ .python .nb-in data-search-exclude=yes }}\n{start}\n```\n\n{needs}\n"
        in_browser += 1
        # A line's end would end the element where Markdown looks for it.
        check = html.escape(write_check(name)).replace("\n\n", "&#10;")
        bar = BAR.format(name=short, check=check)
        return f"```{{ .python .nb-in .nb-run data-search-exclude=yes }}\n{start}\n```\n\n{bar}\n"

    return Expanded(DIRECTIVE.sub(block, markdown), in_browser)


def split(markdown: str) -> list[tuple[str, str]]:
    r"""Return the parts of a notebook's text in order: each ("markdown", text) or ("code", start and check).

    >>> split("one\n\ntwo")
    [('markdown', 'one\n\ntwo')]
    """
    parts, end = [], 0
    for match in DIRECTIVE.finditer(markdown):
        name = match["name"]
        parts.append(("markdown", markdown[end : match.start()].strip()))
        parts.append(("code", f"{read_start(name)}\n\n\n{write_check(name)}"))
        end = match.end()
    parts.append(("markdown", markdown[end:].strip() if end else markdown))
    return [(kind, text) for kind, text in parts if text or not end]


def write_check(name: str) -> str:
    """Return the code that checks an answer.

    >>> print(write_check("package.book.solutions.chapter.function"))
    from package.exercises import check
    <BLANKLINE>
    check("chapter", function)
    """
    package = name.partition(".")[0]
    chapter, function = name.split(".")[-2:]
    return f'from {package}.exercises import check\n\ncheck("{chapter}", {function})'


def read_start(name: str) -> str:
    """Return the signature and docstring of `package.module.name`, under the imports that these need.

    What gives the answer away is left out: the examples. So is the number of the exercise.

    >>> print(read_start("bookbuild.prepare.exercises.write_check"))
    def write_check(name: str) -> str:
        \"\"\"Return the code that checks an answer.\"\"\"
        ...
    """
    module, _, attribute = name.rpartition(".")
    text, definition = sources.find(name)
    if not isinstance(definition, ast.FunctionDef) or ast.get_docstring(definition) is None:
        raise ValueError(f"{name}: {module} has no function {attribute!r} with a docstring")
    docstring = definition.body[0]
    lines = text.split("\n")
    signature = lines[definition.lineno - 1 : docstring.lineno - 1]
    told = _shorten(lines[docstring.lineno - 1 : docstring.end_lineno])
    definition.body, definition.decorator_list = ast.parse("...").body, []
    imports = sources.list_own_imports(name, text, definition)
    space = ["", ""] if imports else []
    return "\n".join([*imports, *space, *signature, *told, "    ..."])


def _shorten(docstring: list[str]) -> list[str]:
    """Return the lines of a docstring without its examples and without the number of the exercise."""
    text = re.sub(r" \(exercise \d+\)", "", "\n".join(docstring))
    text = text.rstrip().removesuffix('"""')
    # To the next section, or the end; an example may stand without a heading.
    text = re.sub(r"\n *(Examples:|>>> )(.|\n)*?(?=\n {4}\w+:\n|\Z)", "", text).rstrip()
    end = '\n    """' if "\n" in text else '"""'
    return f"{text}{end}".split("\n")


def _find_cases(name: str) -> tuple[str, str]:
    """Return an exercise's short name, and the module that has its cases."""
    package, _, solution = name.partition(".book.solutions.")
    chapter, _, function = solution.rpartition(".")
    return f"{chapter.rpartition('.')[2]}.{function}", f"{package}.exercises.{chapter}"
