"""The source of a named object, as a block that runs alone."""

import ast
import importlib.util
import re
from pathlib import Path

DIRECTIVE = re.compile(
    r"^(?P<indent> *)\{\{ *(?P<word>\S*) +(?P<name>\S+) *\}\} *$", re.MULTILINE
)
Definition = ast.FunctionDef | ast.ClassDef


def expand(markdown: str, *, link: bool = True) -> str:
    """Replace each line `{{ source package.module.name }}` by the source of that object.

    With link, a reference to the object's entry in the API follows it.
    """

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        if match["word"] != "source":
            raise ValueError(
                f"{match[0].strip()}: expected {{{{ source package.module.name }}}}"
            )
        text = f"```python\n{source_of(name)}\n```\n"
        if link:
            module, _, attribute = name.rpartition(".")
            path = module.replace(".", "/") + ".py"
            text = text.replace(
                "```python",
                f'```{{ .python .nb-source title="src/{path}" }}',
                1,
            )
            text += (
                f"\n[`{attribute}` in the API][{name}]{{ .nb-source-link }}\n"
            )
        return "".join(
            match["indent"] + line if line.strip() else line
            for line in text.splitlines(keepends=True)
        )

    return DIRECTIVE.sub(block, markdown)


def source_of(name: str) -> str:
    """Return the source of `package.module.name` without docstrings, under the imports that it needs.

    The file is read, not imported, so that a live-reloading server shows what is on disk.

    >>> print(source_of("bookbuild.sources.read_module"))
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
    module_name, _, attribute = name.rpartition(".")
    try:
        text, module = read_module(module_name)
    except (ModuleNotFoundError, ValueError):
        raise ValueError(
            f"{name}: there is no module {module_name!r}"
        ) from None
    found = [
        n
        for n in module.body
        if isinstance(n, Definition) and n.name == attribute
    ]
    if not found:
        raise ValueError(
            f"{name}: {module_name} defines no function or class {attribute!r}"
        )
    return "\n".join(
        [
            *_imports(module, module_name, found[0]),
            "",
            "",
            _without_docstrings(text, found[0]),
        ]
    )


def read_module(name: str) -> tuple[str, ast.Module]:
    """Return the text and the syntax tree of a module."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    text = Path(spec.origin).read_text(encoding="utf-8")
    return text, ast.parse(text)


def _imports(
    module: ast.Module, module_name: str, definition: Definition
) -> list[str]:
    """Return the import lines for every name that the definition takes from its module."""
    needed = {
        node.id for node in ast.walk(definition) if isinstance(node, ast.Name)
    } - {definition.name}
    lines, siblings = [], []
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            aliases = [
                a
                for a in node.names
                if (a.asname or a.name.split(".")[0]) in needed
            ]
            if aliases:
                node.names = aliases
                lines.append(ast.unparse(node))
        elif isinstance(node, Definition):
            siblings += [node.name] if node.name in needed else []
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = (
                node.targets if isinstance(node, ast.Assign) else [node.target]
            )
            siblings += [
                t.id
                for t in targets
                if isinstance(t, ast.Name) and t.id in needed
            ]
    if siblings:
        lines.append(f"from {module_name} import {', '.join(sorted(siblings))}")
    return lines


def _without_docstrings(text: str, definition: Definition) -> str:
    lines = text.splitlines()
    dropped: set[int] = set()
    for node in ast.walk(definition):
        if isinstance(node, Definition) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            dropped.update(
                range(
                    docstring.lineno,
                    (docstring.end_lineno or docstring.lineno) + 1,
                )
            )
    first = min(
        [definition.lineno, *(d.lineno for d in definition.decorator_list)]
    )
    kept = range(first, (definition.end_lineno or definition.lineno) + 1)
    return "\n".join(lines[n - 1] for n in kept if n not in dropped)
