"""The source of a named object, as a block that runs alone."""

import ast
import importlib.util
import itertools
import re
import symtable
from pathlib import Path

DIRECTIVE = re.compile(r"^(?P<indent> *)\{\{(?P<words>.*)\}\} *$", re.MULTILINE)
Definition = ast.FunctionDef | ast.ClassDef | ast.Assign


def expand(markdown: str, *, link: bool = True) -> str:
    """Replace each line `{{ source package.module.name }}` by the source of that object.

    With link, a reference to the object's entry in the API follows it.
    """

    def block(match: re.Match[str]) -> str:
        words = match["words"].split()
        if len(words) != 2 or words[0] != "source":
            raise ValueError(f"{match[0].strip()}: expected {{{{ source package.module.name }}}}")
        name = words[1]
        text = f"```python\n{read(name)}\n```\n"
        if link:
            module, _, attribute = name.rpartition(".")
            path = module.replace(".", "/") + ".py"
            text = text.replace(
                "```python",
                f'```{{ .python .nb-source title="src/{path}" }}',
                1,
            )
            text += f"\n[`{attribute}` in the API][{name}]{{ .nb-source-link }}\n"
        return "".join(
            match["indent"] + line if line.strip() else line
            for line in text.splitlines(keepends=True)
        )

    return DIRECTIVE.sub(block, markdown)


def read(name: str) -> str:
    """Return the source of `package.module.name` without docstrings, under the imports that it needs.

    The file is read, not imported, so that a live-reloading server shows what is on disk.

    >>> print(read("bookbuild.prepare.sources.read_module"))
    import ast
    import importlib.util
    from pathlib import Path
    <BLANKLINE>
    <BLANKLINE>
    def read_module(name: str) -> tuple[str, ast.Module]:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(name)
        text = Path(spec.origin).read_text(encoding="utf-8")
        return text, ast.parse(text)
    """
    text, definition = find(name)
    dropped = _drop_checks(definition)
    imports = list_own_imports(name, text, definition)
    space = ["", ""] if imports else []
    return "\n".join([*imports, *space, _drop_docstrings(text, definition, dropped)])


def find(name: str) -> tuple[str, Definition]:
    """Return the text of a module, and the definition in it of `package.module.name`."""
    module_name, _, attribute = name.rpartition(".")
    try:
        text, module = read_module(module_name)
    except (ImportError, OSError, ValueError):  # OSError: no file, as for sys
        raise ValueError(f"{name}: there is no module {module_name!r}") from None
    found = [n for n in module.body if isinstance(n, Definition) and _get_defined(n) == attribute]
    if not found:
        raise ValueError(
            f"{name}: {module_name} defines no function, class or constant {attribute!r}"
        )
    return text, found[0]


def read_module(name: str) -> tuple[str, ast.Module]:
    """Return the text and the syntax tree of a module."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    text = Path(spec.origin).read_text(encoding="utf-8")
    return text, ast.parse(text)


def _drop_checks(definition: Definition) -> set[int]:
    """Remove the decorators that only check arguments, and return their lines: what is shown is the operation."""
    lines: set[int] = set()
    for node in ast.walk(definition):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list.copy():
                if _get_name(decorator) == "checked":
                    node.decorator_list.remove(decorator)
                    lines.update(range(decorator.lineno, (decorator.end_lineno or 0) + 1))
    return lines


def _get_name(decorator: ast.expr) -> str:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(function).rpartition(".")[2]


def list_own_imports(name: str, text: str, definition: Definition) -> list[str]:
    """Return the import lines for what `package.module.name`, as it is defined here, takes from its module's text."""
    module, _, attribute = name.rpartition(".")
    return list_imports(text, module, find_taken(ast.unparse(definition)) - {attribute})


def list_imports(text: str, module_name: str, needed: set[str]) -> list[str]:
    """Return the import lines for those of the names that a module has.

    Args:
        text: The module's source.
        module_name: Whence to import what the module does not import itself.
        needed: Names, of which the module may lack some.
    """
    lines: list[str] = []
    imported: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [a for a in node.names if _get_bound(a) in needed]
            if node.names:
                lines.append(ast.unparse(node))
                imported |= {_get_bound(a) for a in node.names}
    module = symtable.symtable(text, module_name, "exec")
    siblings = (needed - imported) & {
        s.get_name() for s in module.get_symbols() if s.is_assigned() or s.is_imported()
    }
    if siblings:
        lines.append(f"from {module_name} import {', '.join(sorted(siblings))}")
    return lines


def _get_defined(definition: Definition) -> str:
    if isinstance(definition, ast.Assign):
        return ast.unparse(definition.targets[0])
    return definition.name


def find_taken(code: str) -> set[str]:
    r"""Return the names that code, with all that lies inside it, has from the module or binds there itself.

    >>> sorted(find_taken("x = len(y)\ndef f(z): return x + z"))
    ['len', 'x', 'y']
    """
    return _find_taken(symtable.symtable(code, "<code>", "exec"))


def _find_taken(table: symtable.SymbolTable) -> set[str]:
    names = {s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_global()}
    return names.union(*(_find_taken(child) for child in table.get_children()))


def _get_bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _drop_docstrings(text: str, definition: Definition, dropped: set[int]) -> str:
    lines = text.split("\n")
    for node in ast.walk(definition):
        # A docstring that is the whole body stays: nothing else would.
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node) is not None
            and len(node.body) > 1
        ):
            docstring = node.body[0]
            end = (docstring.end_lineno or docstring.lineno) + 1
            blank = range(end, len(lines))
            dropped.update(range(docstring.lineno, end))
            dropped.update(itertools.takewhile(lambda n: not lines[n - 1].strip(), blank))
    first = min(d.lineno for d in [definition, *getattr(definition, "decorator_list", [])])
    kept = range(first, (definition.end_lineno or definition.lineno) + 1)
    return "\n".join(lines[n - 1] for n in kept if n not in dropped)
