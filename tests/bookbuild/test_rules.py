import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bookbuild.prepare.rules import check_cells


def notebook(*sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources])


@pytest.mark.parametrize(
    "source",
    [
        "def f(): pass",
        "async def f(): pass",
        "class A: pass",
        "key = lambda x: x",
        "if True:\n    def f(): pass",
        "print(sorted([1], key=lambda x: x))",
    ],
)
def test_a_page_defines_no_function_or_class(source):
    with pytest.raises(ValueError, match="defines no function or class"):
        check_cells(notebook(source))


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline",
        "%%time\nx = 1",
        "!ls",
        "x = !ls",
        "len?",
        ">>> 1 + 1",
        "await something",
        "return 1",
        "x = (",
    ],
)
def test_a_cell_is_plain_python(source):
    with pytest.raises(ValueError, match="not plain Python"):
        check_cells(notebook(source))


def test_the_message_names_the_cell_and_the_line():
    with pytest.raises(ValueError, match=r"cell 1, line 3: a page defines"):
        check_cells(notebook("x = 1", "y = 1\n\nclass A: pass"))
    with pytest.raises(ValueError, match=r"cell 2, line 2: not plain"):
        check_cells(notebook("x = 1", "y = 1", "z = 1\n%time"))


def test_prose_may_name_what_code_may_not():
    prose = new_markdown_cell("```python\ndef f(): pass\n```\n%matplotlib")
    check_cells(new_notebook(cells=[prose]))


def test_comprehensions_loops_and_with_are_allowed():
    check_cells(notebook("for x in [i for i in (1, 2)]:\n    print(x)  # %magic !ls"))
