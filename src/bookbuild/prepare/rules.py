"""What the code of a page may not do."""

import ast

from nbformat import NotebookNode


def check_cells(notebook: NotebookNode) -> None:
    """Raise ValueError where a cell defines something or is not plain Python.

    A definition on a page would be code that no test imports. Magics and `>>>` do not run when copied.

    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> check_cells(new_notebook(cells=[new_code_cell("def twice(x): return 2 * x")]))
    Traceback (most recent call last):
    ValueError: cell 0, line 1: a page defines no function or class; put it into src/ and import it
    """
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        try:
            tree = ast.parse(cell.source)
            # Refuses what only a notebook takes, such as a bare await.
            compile(tree, f"cell {number}", "exec")
        except SyntaxError as error:
            raise ValueError(
                f"cell {number}, line {error.lineno}: not plain Python: {error.msg}"
            ) from None
        for node in ast.walk(tree):
            if isinstance(
                node,
                ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda,
            ):
                where = f"cell {number}, line {node.lineno}"
                raise ValueError(
                    f"{where}: a page defines no function or class; put it into src/ and import it"
                )
