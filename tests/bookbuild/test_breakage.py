"""What must fail the build fails it, and says on which page and why."""

import re
import zipfile

import pytest

from .project import Project

pytestmark = pytest.mark.slow


def executed(log):
    return sorted(re.findall(r"executing docs/(\S+)", log))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def built(project):
    code, log = project.build()
    assert code == 0, log
    return project, log


def test_the_good_book_builds_without_a_warning(built):
    _, log = built
    assert executed(log) == ["index.py", "part/index.py"]
    assert "WARNING" not in log


def test_the_pictures_of_a_page_are_in_its_html_and_on_disk(built):
    project, _ = built
    html = project.html("index.html")
    sources = re.findall(r'<img [^>]*src="(assets/pictures/\w+\.[^"#]*)', html)
    assert [source.partition(".")[2] for source in sources] == ["webp", "svg", "dark.svg"]
    for source in sources:
        assert (project.root / "site" / source).stat().st_size > 0


def test_formulas_sources_tooltips_and_errors_are_in_the_html(built):
    project, _ = built
    html = project.html("index.html")
    assert html.count("<math") == 2
    assert "{{" not in html
    assert re.search(r"<details[^>]*>(?:(?!</details>).)*conv1x1", html, re.S)
    assert '<abbr title="A plane.">channel</abbr>' in html
    assert "nb-error" in html
    assert "ValueError" in html


def test_the_notebook_and_the_font_for_formulas_are_in_the_site(built):
    project, _ = built
    assert (project.root / "site/index.ipynb").stat().st_size > 0
    assert (project.root / "site/part/index.ipynb").stat().st_size > 0
    font = project.root / "site/assets/fonts/math.woff2"
    assert font.read_bytes()[:4] == b"wOF2"


def test_what_a_browser_needs_to_run_a_cell_is_in_the_site(built):
    project, _ = built
    index = project.html("index.html")
    worker, pins, wheel = (
        re.search(rf'data-{name}="([^"]*)"', index)[1].partition("?")[0]
        for name in ("worker", "pins", "wheel")
    )
    assert worker.endswith("run-worker.js")
    assert (project.root / "site" / pins).stat().st_size > 0
    with zipfile.ZipFile(project.root / "site" / wheel) as archive:
        assert "onebyone/reference.py" in archive.namelist()
        assert "onebyone/data/astronaut.npz" in archive.namelist()


def test_only_the_api_waits_for_the_style_sheet_of_the_api(built):
    project, _ = built
    assert "_mkdocstrings.css" in project.html("reference/api/index.html")
    assert "_mkdocstrings.css" not in project.html("index.html")


def test_an_example_of_the_api_says_what_is_to_be_copied(built):
    project, _ = built
    api = project.html("reference/api/index.html")
    assert 'data-copy="from onebyone.reference import relu&#10;&#10;relu([-1.0, 0.0, 2.5])"' in api
    assert "doc-signature highlight" not in api


def test_a_page_without_such_cells_loads_no_script_for_them(built):
    project, _ = built
    for script in "edit.js", "run.js":
        assert script in project.html("index.html")
        assert script in project.html("part/index.html")
        assert script not in project.html("reference/api/index.html")


def page(code="", prose="Prose."):
    return f"# %% [markdown]\n# # Title?\n#\n# {prose}\n\n# %%\n{code}\n"


WARNINGS = {
    "link.py": (
        page("x = 1", "[a](missing.py)"),
        r"'link\.py' contains a link 'missing\.py'",
    ),
    "anchor.py": (
        page("x = 1", "[a](part/index.py#third)"),
        r"'anchor\.py' contains a link .*third",
    ),
    "here.md": ("# Title\n\n[a](#gone)\n", r"'here\.md' contains .*#gone"),
    "figure.py": (
        page("from IPython.display import SVG\n\nSVG('<svg/>')"),
        r"figure\.py, .*without alt text",
    ),
    "noise.py": (
        page("import sys\n\nprint('oh no', file=sys.stderr)"),
        r"noise\.py, .*stderr: oh no",
    ),
}


def test_what_is_wrong_with_pages_is_said_with_their_names_after_every_page_was_executed(built):
    project, _ = built
    reference = project.root / "src/onebyone/reference.py"
    text = reference.read_text(encoding="utf-8")
    reference.write_text(f"{text}\n# changed\n", encoding="utf-8")
    for name, (page, _) in WARNINGS.items():
        project.write(f"docs/{name}", page)
    code, log = project.build()
    for name, (_, warning) in WARNINGS.items():
        (project.root / "docs" / name).unlink()
        assert re.search(rf"WARNING.*{warning}", log), log
    assert code != 0
    assert f"Aborted with {len(WARNINGS)} warnings in strict mode" in log, log
    notebooks = [name for name in WARNINGS if name.endswith(".py")]
    assert executed(log) == sorted(["index.py", "part/index.py", *notebooks])

    code, log = project.build()
    assert code == 0, log
    assert executed(log) == []  # nothing has changed since


@pytest.mark.parametrize(
    ("name", "text", "cause"),
    [
        ("broken.py", page("1 / 0"), r"broken\.py: (.|\n)*ZeroDivisionError: division"),
        ("broken.md", "# Title\n\n$\\frac{1$\n", r"broken\.md: formula .*frac\{1"),
    ],
)
def test_a_page_that_cannot_be_made_fails_the_build(built, name, text, cause):
    project, _ = built
    project.write(f"docs/{name}", text)
    code, log = project.build()
    (project.root / "docs" / name).unlink()
    assert code != 0
    assert re.search(cause, log), log
