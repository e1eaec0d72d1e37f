"""What a copy button takes from an example of the API: its code, which runs alone, and neither prompts nor outputs."""

import ast
import re
import symtable
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache, partial
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import NamedTuple

import griffe

from bookbuild.prepare import sources

Load = Callable[[str], griffe.Object | griffe.Alias]
DIRECTIVE = re.compile(r"\s*#\s*doctest:.*$", re.MULTILINE)
SIGNATURE = re.compile(r'(?<= doc-signature) (?=highlight")')


class Example(NamedTuple):
    """A block with prompts: its text, where in the page it starts, and the entry of the API that it is part of."""

    text: str
    place: int
    entry: str


def add_code(page: str) -> str:
    r"""Say with each example of a page what its button copies, and leave signatures, which do not run, without one.

    Material copies the attribute `data-copy`, where there is one, instead of the text that it stands at.

    >>> block = '<div class="language-pycon highlight"><code>&gt;&gt;&gt; 1 + 1\n2</code></div>'
    >>> add_code(block)[:52]
    '<div data-copy="1 + 1" class="language-pycon highlig'
    """
    page = SIGNATURE.sub(" no-copy ", page)
    if "language-pycon" not in page:
        return page
    load: Load = cache(partial(griffe.load, try_relative_path=False, allow_inspection=False))
    # The examples of a docstring go on from one another, also where a line between them makes two blocks of them.
    earlier: defaultdict[str, list[str]] = defaultdict(list)
    pieces, end = [], 0
    for example in find_examples(page):
        if code := to_code(example.text):
            whole = _go_on_from(earlier[example.entry], code)
            earlier[example.entry].append(code)
            copied = _add_imports(_list_imports(example.entry, find_needed(whole), load), whole)
            start = example.place + len("<div")
            attribute = escape(copied).replace("\n", "&#10;")
            pieces += [page[end:start], f' data-copy="{attribute}"']
            end = start
    return "".join([*pieces, page[end:]])


def to_code(text: str) -> str:
    r"""Return the code of an example: what stands behind prompts, with its comments and empty lines.

    >>> print(to_code(">>> for n in range(2):  # doctest: +ELLIPSIS\n...     print(n)\n...\n0\n1\n>>> # Done"))
    for n in range(2):
        print(n)
    <BLANKLINE>
    # Done
    """
    lines, prompts = [], {">>>"}
    for line in text.splitlines():
        if line[:3] in prompts and line[3:4] in ("", " "):
            lines.append(line[4:])
            prompts = {">>>", "..."}
        else:
            prompts = {">>>"}  # an output may begin with three points
    return DIRECTIVE.sub("", "\n".join(lines)).strip("\n")


def find_needed(code: str) -> set[str]:
    r"""Return the names that code takes from outside.

    >>> sorted(find_needed("from a import b\nc = c(b)\nd = [c for e in c]"))
    ['c']
    """
    needed: set[str] = set()
    bound: set[str] = set()
    for statement in _parse(code):
        binds = _find_bound(statement)
        taken = sources.find_taken(ast.unparse(statement)) - binds
        if isinstance(statement, ast.Assign):  # what it assigns, it may have taken first
            taken |= sources.find_taken(ast.unparse(statement.value))
        needed |= taken - bound
        bound |= binds
    return needed


def _parse(code: str) -> list[ast.stmt]:
    try:
        return ast.parse(code).body
    except SyntaxError:  # which the example is to show, or a command of another shell
        return []


def _find_bound(statement: ast.stmt) -> set[str]:
    table = symtable.symtable(ast.unparse(statement), "<code>", "exec")
    return {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}


def _go_on_from(earlier: list[str], code: str) -> str:
    """Put before an example those before it from which it takes a name."""
    for before in reversed(earlier):
        if find_needed(code) & set().union(*map(_find_bound, _parse(before))):
            code = f"{before}\n{code}"
    return code


def _add_imports(imports: list[str], code: str) -> str:
    space = [""] if imports and not code.startswith(("import ", "from ")) else []
    return "\n".join([*imports, *space, code])


def _list_imports(entry: str, needed: set[str], load: Load) -> list[str]:
    """Return the import lines for what an example in an entry takes from the module in which its docstring stands."""
    if not (entry and needed):
        return []
    package, _, path = entry.partition(".")
    found = load(package)[path] if path else load(package)
    home = found.final_target.module if isinstance(found, griffe.Alias) else found.module
    shown = found
    while not shown.is_module and shown.parent:
        shown = shown.parent
    # What the entry's own module offers is imported from there, wherever it is defined.
    offered = {
        name
        for name, member in shown.members.items()
        if isinstance(member, griffe.Alias) and member.target_path == f"{home.path}.{name}"
    }
    first = ", ".join(sorted(needed & offered))
    lines = [f"from {shown.path} import {first}"] if first else []
    return [*sources.list_imports(home.source, home.path, needed - offered), *lines]


def find_examples(page: str) -> Iterator[Example]:
    """Yield the examples of a page, or of a part of one, in their order."""
    finder = _Finder()
    finder.feed(page)
    finder.close()
    starts = [0, *accumulate(len(line) + 1 for line in page.split("\n"))]
    for (line, column), entry, texts in finder.found:
        yield Example("".join(texts), starts[line - 1] + column, entry)


class _Finder(HTMLParser):
    """Follows the divisions of a page: of which entry one is, and whether it is an example."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[tuple[int, int], str, list[str]]] = []
        self.entries = [""]  # of each open division
        self.depth = 0  # in open divisions, of the example that is read
        self.is_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        if tag == "div":
            self.entries.append(self.entries[-1])
            if "language-pycon" in classes and not self.depth:
                self.depth = len(self.entries)
                self.found.append((self.getpos(), self.entries[-1], []))
        elif "doc-heading" in classes and "id" in values:
            self.entries[-1] = values["id"]
        elif tag == "code":
            self.is_code = bool(self.depth)

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self.is_code = False
        elif tag == "div" and len(self.entries) > 1:
            self.entries.pop()
            if len(self.entries) < self.depth:
                self.depth = 0

    def handle_data(self, data: str) -> None:
        if self.is_code:
            self.found[-1][2].append(data)
