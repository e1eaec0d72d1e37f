"""What is copied from an example: its code, with the imports that it needs, and nothing else."""

import importlib

import pytest
from lxml import html
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer

from bookbuild.finish.examples import add_code, find_needed, to_code

# As people report them to Material, sphinx-copybutton and others: what is shown, and what is to be copied.
REPORTED = {
    "prompts": (">>> a = 2\n>>> a", "a = 2\na"),
    "outputs": (">>> print(a)\n2\n>>> b = 'wow'", "print(a)\nb = 'wow'"),
    "an empty line of input": (">>> a = 2\n>>>\n>>> # Done\n>>> b = 3", "a = 2\n\n# Done\nb = 3"),
    "spaces cut off at the end of a line": (
        ">>> for i in 1, 2:\n...     i\n...\n>>> # Done",
        "for i in 1, 2:\n    i\n\n# Done",
    ),
    "lines that go on": (
        ">>> for i in 1, 2:\n...     for j in 1, 2:\n...         print(i * j)\n1\n2\n2\n4",
        "for i in 1, 2:\n    for j in 1, 2:\n        print(i * j)",
    ),
    "a body of three points": (
        ">>> class Shape:\n...     ...\n>>> Shape",
        "class Shape:\n    ...\nShape",
    ),
    "three points in an output": (
        ">>> print(*range(99), sep='\\n')\n0\n1\n...\n98\n>>> 1",
        "print(*range(99), sep='\\n')\n1",
    ),
    "a prompt in a string": (
        '>>> text = """\n... >>> not a prompt\n...\n... $ nor this"""',
        'text = """\n>>> not a prompt\n\n$ nor this"""',
    ),
    "a backslash at the end": (">>> a = 1 + \\\n...     2\n>>> a\n3", "a = 1 + \\\n    2\na"),
    "a directive": (
        ">>> f(1)  # doctest: +ELLIPSIS, +SKIP\n<f ...>\n>>> g(2)  # a comment # doctest: -SKIP",
        "f(1)\ng(2)  # a comment",
    ),
    "a traceback": (
        '>>> 1 / 0\nTraceback (most recent call last):\n  File "<stdin>", line 1\nZeroDivisionError: no\n>>> 1',
        "1 / 0\n1",
    ),
    "an empty line in an output": (">>> print('a\\n\\nb')\na\n\nb\n>>> 1", "print('a\\n\\nb')\n1"),
    "an empty line between two": (">>> a = 1\n\n>>> a", "a = 1\na"),
    "a decorator": (">>> @cache\n... def f(): pass\n...\n", "@cache\ndef f(): pass"),
    "signs that HTML has": (
        ">>> a < 1 and \"b\" > 'c' & {'×'}\nFalse",
        "a < 1 and \"b\" > 'c' & {'×'}",
    ),
    "two spaces after a prompt": (">>>  a\n1", " a"),
    "a command of another shell": (">>> %timeit f(1)\n1 µs", "%timeit f(1)"),
    "wrong syntax, shown": (">>> def f(:\nSyntaxError: invalid syntax", "def f(:"),
}


def block(text):
    """Return an example in HTML, as Markdown makes it."""
    code = highlight(text, PythonConsoleLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return (
        f'<div class="language-pycon highlight"><pre><span></span><code>{code}</code></pre></div>'
    )


def entry(name, *parts):
    """Return the entry of an object in the API, as mkdocstrings makes it."""
    heading = f'<h4 id="{name}" class="doc doc-heading">{name}</h4>'
    inside = f'<div class="doc doc-contents">{"".join(parts)}</div>'
    return f'<div class="doc doc-object doc-function">{heading}{inside}</div>'


def copied(page):
    """Return what the buttons of a page copy, in its order."""
    boxes = html.fromstring(f"<main>{add_code(page)}</main>").xpath("//pre/code")
    return [
        box.xpath("string(ancestor-or-self::*[@data-copy][1]/@data-copy)") or box.text_content()
        for box in boxes
    ]


@pytest.mark.parametrize(("shown", "code"), REPORTED.values(), ids=REPORTED)
def test_the_code_is_copied_and_neither_prompts_nor_outputs(shown, code):
    assert to_code(shown) == code
    assert copied(block(shown)) == [code]


def test_nothing_else_of_a_page_is_changed():
    page = f"<p>a &lt; b\n\n</p>{block('>>> 1')}<br><div>ä\n</div>{block('>>> 2')}\n<div>"
    assert add_code(page).replace(' data-copy="1"', "").replace(' data-copy="2"', "") == page
    assert add_code(page) != page


def test_a_block_without_a_prompt_is_copied_as_it_is():
    page = block("1 + 1")
    assert add_code(page) == page
    other = page.replace("pycon", "python").replace("1", "&gt;&gt;&gt; 1")
    assert add_code(other) == other


def test_a_signature_has_no_button():
    signature = (
        '<div class="language-python doc-signature highlight"><pre><code>f(x)</code></pre></div>'
    )
    assert add_code(signature) == signature.replace("signature ", "signature no-copy ")


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("import numpy as np\nnp.ones(n)", "n"),
        ("from a import b as c\nb, c", "b"),
        ("x = f(x)\nx", "f x"),
        ("x = 1\nx = f(x)", "f"),
        ("x[0] = y", "x y"),
        ("x: int = y", "int y"),
        ("for i in y:\n    z = i\ni, z", "y"),
        ("[a for a in b if c]", "b c"),
        ("def f(a, b=c):\n    d = a\n    return d, e\nf(g)", "c e g"),
        ("class A(B):\n    c = D\n    def e(self): return A", "B D"),
        ("with f() as (a, b):\n    a\nb", "f"),
        ("(a := f()), a", "f"),
        ("lambda a: a + b", "b"),
        ("try:\n    f()\nexcept E as e:\n    e", "E f"),
        ("match f():\n    case {'a': a}:\n        a", "f"),
        ("f'{a!r:{b}}'", "a b"),
        ("'a, b'  # c", ""),
        ("%timeit f()", ""),
    ],
)
def test_needed_is_what_the_code_does_not_bind_itself(code, needed):
    assert find_needed(code) == set(needed.split())


HOME = '''"""A module."""
import os.path as path
import xml.etree
import xml.sax
from functools import cache, partial as part

from {package} import helpers

LIMIT = 7


@cache
def area(x: int) -> int:
    return x


class Shape:
    """A class."""

    def size(self) -> int:
        return LIMIT


def summary(x: int) -> int:
    return x


def _inner() -> None:
    pass
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write a package whose functions are defined in one module and offered by another."""
    name = tmp_path.name  # another for each test
    (tmp_path / name / "summary").mkdir(parents=True)
    files = {
        "__init__": "LIMIT = 9",
        "helpers": "raise RuntimeError('it was imported')",
        "home": HOME.format(package=name),
        "summary/__init__": f"import os.path as path\nfrom {name}.home import Shape, summary\nLIMIT = 8",
    }
    for file, text in files.items():
        (tmp_path / name / f"{file}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    return name


def test_an_example_brings_what_it_takes_from_its_module(package):
    name = f"{package}.home.area"
    assert copied(entry(name, block(">>> area(LIMIT)\n7"))) == [
        f"from {package}.home import LIMIT, area\n\narea(LIMIT)"
    ]
    assert copied(entry(name, block(">>> [path, part, helpers, _inner, len, nowhere]"))) == [
        f"import os.path as path\nfrom functools import partial as part\nfrom {package} import helpers\n"
        f"from {package}.home import _inner\n\n[path, part, helpers, _inner, len, nowhere]"
    ]
    assert copied(entry(name, block(">>> xml.sax, xml.etree"))) == [
        "import xml.etree\nimport xml.sax\n\nxml.sax, xml.etree"
    ]
    assert copied(entry(name, block(">>> 1 + 1"))) == ["1 + 1"]


def test_no_import_is_doubled_and_those_of_the_example_follow_at_once(package):
    own = f"from functools import partial as part\nfrom {package}.home import area\npart(area, 1)"
    shown = "".join(f">>> {line}\n" for line in own.splitlines())
    assert copied(entry(f"{package}.home.area", block(shown))) == [own]
    more = block(">>> import json\n>>> json, area")
    assert copied(entry(f"{package}.home.area", more)) == [
        f"from {package}.home import area\nimport json\njson, area"
    ]


def test_a_module_a_class_and_a_method_have_examples_too(package):
    home = f"{package}.home"
    method = entry(f"{home}.Shape.size", block(">>> Shape().size()"))
    page = entry(home, block(">>> area(1)"), entry(f"{home}.Shape", block(">>> Shape"), method))
    whole = entry(package, block(">>> LIMIT"))
    assert copied(page + block(">>> area(2)") + whole) == [
        f"from {home} import area\n\narea(1)",
        f"from {home} import Shape\n\nShape",
        f"from {home} import Shape\n\nShape().size()",
        "area(2)",  # outside of any entry
        f"from {package} import LIMIT\n\nLIMIT",
    ]


def test_what_is_offered_elsewhere_is_imported_from_there_and_the_rest_from_its_home(package):
    offered = f"{package}.summary"
    page = [
        entry(f"{offered}.summary", block(">>> summary = summary(LIMIT)\n>>> path")),
        entry(f"{offered}.Shape.size", block(">>> Shape().size(), area")),
        entry(offered, block(">>> summary, LIMIT")),
    ]
    assert copied("".join(page)) == [
        f"import os.path as path\nfrom {package}.home import LIMIT\nfrom {offered} import summary\n\n"
        "summary = summary(LIMIT)\npath",
        f"from {package}.home import area\nfrom {offered} import Shape\n\nShape().size(), area",
        f"from {package}.home import summary\nfrom {offered} import LIMIT\n\nsummary, LIMIT",
    ]


def test_an_example_brings_those_before_it_from_which_it_goes_on(package):
    name = f"{package}.home.area"
    blocks = [
        block(f">>> {code}") for code in ("x = area(1)", "y = 2", "z = x", "z, y", "y = LIMIT")
    ]
    page = entry(name, *blocks) + entry(name.replace("area", "summary"), block(">>> x"))
    area = f"from {package}.home import area\n\n"
    assert copied(page) == [
        f"{area}x = area(1)",
        "y = 2",
        f"{area}x = area(1)\nz = x",
        f"{area}x = area(1)\ny = 2\nz = x\nz, y",
        f"from {package}.home import LIMIT\n\ny = LIMIT",
        "x",
    ]
