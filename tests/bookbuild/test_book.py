"""A book is prepared and finished without MkDocs, and what cannot be prepared is named."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import PurePosixPath

import pytest
import yaml

from bookbuild.finish.page import finish_site
from bookbuild.prepare import settings
from bookbuild.prepare.book import Book, add_links, write
from bookbuild.prepare.render import Rendered

from .project import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("book"))
    path = project.root / "mkdocs.yml"
    themed = {"theme": {"name": "material", "custom_dir": "src/bookbuild/theme"}}
    project.write("mkdocs.yml", yaml.safe_dump(settings.load(path) | themed))
    return project


@pytest.fixture(scope="module")
def book(project):
    log = logging.getLogger("bookbuild")
    return Book(project.root, settings.load(project.root / "mkdocs.yml"), log)


@pytest.mark.slow
def test_prepared_pages_are_markdown_with_all_files_and_links_that_they_name(project, caplog):
    project.write("docs/ruff.toml", "line-length = 80")
    project.write("docs/.ruff_cache/a", "hidden")
    project.write("docs/assets/a.svg", "<svg/>")
    project.write("docs/noise.py", "# %%\nimport sys\n\nprint('oh no', file=sys.stderr)")
    assert write(project.root, project.root / "noisy")
    assert "noise.py, output 0-0: a cell wrote to stderr: oh no" in caplog.text
    (project.root / "docs/noise.py").unlink()
    with pytest.raises(ValueError, match=r"^out: expected an empty folder, got .*noisy"):
        write(project.root, project.root / "noisy")
    out = project.root / "prepared"
    subprocess.run(
        [sys.executable, "-m", "bookbuild.prepare", out],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": project.root / "src"},
        check=True,
    )

    assert (out / "theme/404.html").is_file()
    assert settings.load(out / "mkdocs.yml")["theme"]["custom_dir"] == "theme"
    docs = out / "docs"
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    assert pages == ["index.md", "part/index.md", "reference/api.md", "reference/glossary.md"]
    assert not [*docs.rglob("*.py"), *docs.rglob("ruff.toml"), *docs.rglob(".*")]
    assert (docs / "assets/a.svg").read_text() == "<svg/>"
    index = (docs / "index.md").read_text(encoding="utf-8")
    assert index.startswith("---\nnotebook: index.ipynb\ndescription: A page with one of every")
    assert "[part](part/index.md#second)" in index
    assert "{{" not in index
    assert "*[channel]: A plane." in index
    for name in re.findall(r"(?:src=\"|\]\()((?:assets/pictures|assets/python)/[^)#\"?]*)", index):
        assert (docs / name).stat().st_size > 0
    assert re.search(r'data-wheel="assets/python/onebyone-[^"]*\.whl\?\w{12}"', index)
    assert 'data-pins="../assets/python/pyodide.json"' in (docs / "part/index.md").read_text()
    assert json.loads((docs / "index.ipynb").read_text(encoding="utf-8"))["cells"]


def test_the_settings_for_prepared_pages_are_the_books_without_the_notebooks(project):
    config = settings.load(project.root / "mkdocs.yml")
    nav = [{"The question": "index.py"}, {"Parts": ["part/index.py", "reference/api.md"]}]
    adapted = settings.adapt(config | {"nav": nav}, project.root)
    assert adapted["nav"] == [
        {"The question": "index.md"},
        {"Parts": ["part/index.md", "reference/api.md"]},
    ]
    search, references, strings = adapted["plugins"]
    assert [*search, *references] == ["search", "autorefs"]
    (path,) = strings["mkdocstrings"]["handlers"]["python"]["paths"]
    assert path == str(project.root / "src")
    assert not {"exclude_docs", "hooks", "watch"} & set(adapted)
    assert yaml.safe_load(yaml.safe_dump(adapted)) == adapted


def test_a_setting_comes_from_the_environment_or_from_its_default(tmp_path, monkeypatch):
    (tmp_path / "mkdocs.yml").write_text('pdf: !ENV [BOOK_PDF, "none"]\n')
    monkeypatch.delenv("BOOK_PDF", raising=False)
    assert settings.load(tmp_path / "mkdocs.yml") == {"pdf": "none"}
    monkeypatch.setitem(os.environ, "BOOK_PDF", "a.pdf")
    assert settings.load(tmp_path / "mkdocs.yml") == {"pdf": "a.pdf"}


WRONG = {
    "a cell that raises": ("# %%\n1 / 0", "ZeroDivisionError: division"),
    "a cell that warns": (
        "# %%\nimport warnings\n\nwarnings.warn('careful')",
        "UserWarning: careful",
    ),
    "a cell that defines a function": ("# %%\ndef f(): pass", "cell 0, line 1: .* no function"),
    "a cell with a magic": ("# %%\n%matplotlib inline", "cell 0, line 1: not plain Python"),
    "a cell that kills its kernel": ("# %%\nimport os\n\nos._exit(1)", "Kernel died"),
    "an object that does not exist": (
        "# %% [markdown]\n# {{ source onebyone.reference.conv0x0 }}",
        r"onebyone\.reference\.conv0x0: .* 'conv0x0'",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRONG)
def test_a_page_that_cannot_be_prepared_is_named_with_the_cause(project, book, kind):
    text, cause = WRONG[kind]
    project.write("docs/broken.py", text)
    with pytest.raises(ValueError, match=rf"^broken\.py: (.|\n)*{cause}"):
        book.prepare("broken.py")
    (project.root / "docs/broken.py").unlink()


def test_an_object_that_does_not_exist_is_named_in_markdown_too(project, book):
    project.write("docs/broken.md", "{{ source onebyone.reference.conv0x0 }}")
    with pytest.raises(ValueError, match=r"^broken\.md: onebyone\.reference\.conv0x0: "):
        book.prepare("broken.md")
    (project.root / "docs/broken.md").unlink()


@pytest.mark.parametrize("colab", [None, "https://colab.example/"])
def test_a_page_links_to_colab_only_where_the_book_says_its_address(colab):
    extra = {"colab": colab} if colab else {}
    page = add_links("# Title\n\nProse.\n", PurePosixPath("a/b.py"), extra)
    assert "[Download this page as a notebook](b.ipynb)" in page
    assert ("https://colab.example/a/b.ipynb" in page) == bool(colab)
    assert "Colab" not in page or colab


def test_the_first_page_alone_links_to_the_pdf_where_there_is_one():
    for name, pdf, is_linked in (
        ("index.py", "a.pdf", True),
        ("index.py", "", False),
        ("b.py", "a.pdf", False),
    ):
        page = add_links("# Title\n", PurePosixPath(name), {"pdf": pdf})
        assert ('href="a.pdf"' in page) == is_linked


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://cdn.example/python", "https://cdn.example/python/"),
        ("/python/", "/python/"),
        ("python", "../../python/"),
    ],
)
def test_python_comes_from_its_address_or_from_the_site(project, address, expected):
    config = {"extra": {"python_for_browsers": address}}
    edit, run = Book(project.root, config, logging.getLogger("bookbuild"))._list_scripts(
        Rendered(has_runnable=True), PurePosixPath("part/page.py")
    )
    assert edit == '<script defer src="../../assets/scripts/edit.js"></script>'
    assert f'data-python="{expected}"' in run


def test_what_a_cell_is_is_read_before_a_widget_changes_it(book):
    named = Rendered('<div data-script="mixer.js"></div>', has_runnable=True)
    scripts = book._list_scripts(named, PurePosixPath("index.py"))
    assert [re.search(r"(\w+)\.js", each)[1] for each in scripts] == ["edit", "mixer", "run"]


def test_a_page_with_nothing_to_run_asks_for_the_scripts_that_it_names_once(book):
    named = Rendered('<div data-script="a.js"></div><div data-script="a.js"></div>')
    scripts = book._list_scripts(named, PurePosixPath("part/index.py"))
    assert scripts == ['<script defer src="../assets/scripts/a.js"></script>']


HTML = """<head><meta charset="utf-8"><link rel="next" href="b/"></head>
<p><span class="arithmatex">\\({formula}\\)</span> <abbr title="t">tap</abbr>
<abbr title="t">tap</abbr></p>"""


def test_a_site_is_finished_whatever_built_it(tmp_path):
    (tmp_path / "part").mkdir()
    page = tmp_path / "part/index.html"
    page.write_text(HTML.format(formula="x"), encoding="utf-8")
    finish_site(tmp_path)
    html = page.read_text(encoding="utf-8")
    assert "<math><mi>x</mi></math>" in html
    assert html.count("<abbr") == 1
    assert "Content-Security-Policy" in html
    assert 'rel="next"' not in html
    assert (tmp_path / "assets/fonts/math.woff2").read_bytes()[:4] == b"wOF2"

    page.write_text(HTML.format(formula=r"\frac{1"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"^part/index\.html: formula"):
        finish_site(tmp_path)
