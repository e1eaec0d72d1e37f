"""What make does again after a change: all of the site, once. With nothing changed it does nothing."""

import os
import shutil
import subprocess

import pytest

from .making import COMMIT, contents, make
from .project import BOOK

ALL = ["mkdocs", "bookbuild.finish.pdf", "pytest"]
# It notes what it was to run, and makes the site a copy of the pages.
PYTHON = """#!/bin/sh
echo "$2" >>ran
echo "$*" >>asked
case "$2" in
mkdocs) rm -rf .cache/site && mkdir -p .cache/site && cp docs/* .cache/site ;;
bookbuild.finish.pdf) cat .cache/site/* >".cache/site/$4" ;;
esac
if [ "$2" = "$AT" ]; then eval "$DO"; fi
"""
FILES = {
    "docs/index.py": "text",
    "docs/picture.svg": "<svg/>",
    "src/module.py": "",
    "mkdocs.yml": "",
    "pyproject.toml": "",
    "requirements.lock": "",
    "README.md": "",
    "LICENSE": "",
    ".venv/.ready": "",
    "bin/python": PYTHON,
    "bin/chromium": "#!/bin/sh\necho Chromium 1\n",
}
DAY = 86_400
MIDNIGHT = int(COMMIT) // DAY * DAY


class Book:
    """A book without content, and what stands in for Python and for Chromium."""

    def __init__(self, root):
        self.root = root
        for name, text in FILES.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text)
        for each in (root / "bin").iterdir():
            each.chmod(0o755)
        shutil.copy(BOOK / "Makefile", root)
        subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
        self.commit(MIDNIGHT)

    def commit(self, second):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
        commit = ["commit", "--quiet", "--allow-empty", "--message=x"]
        date = {"GIT_COMMITTER_DATE": f"{second} +0000"}
        command = ["git", *who, *commit]
        env = os.environ | date
        subprocess.run(command, cwd=self.root, env=env, check=True)

    def make(self, *target, **environment):
        """Return the exit status, and what Python was to run."""
        (self.root / "ran").write_text("")
        python, chromium = (self.root / "bin" / name for name in ("python", "chromium"))
        variables = [
            f"PY={python}",
            f"CHROMIUM={chromium}",
            f"TEST_SITE={python} -m pytest",
        ]
        status, said = make(self.root, *target, variables=variables, **environment)
        print(said)
        return status, (self.root / "ran").read_text().split()

    def site(self):
        return contents(self.root / "site")


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book whose site was built."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    book = Book(tmp_path)
    assert book.make() == (0, ALL)
    return book


CHANGES = {
    "nothing": (lambda _: None, []),
    "a date alone": (lambda book: (book.root / "docs/index.py").touch(), []),
    "a page": (
        lambda book: (book.root / "docs/index.py").write_text("other"),
        ALL,
    ),
    "a name": (
        lambda book: (book.root / "docs/picture.svg").rename(book.root / "docs/other.svg"),
        ALL,
    ),
    "a file less": (
        lambda book: (book.root / "docs/picture.svg").unlink(),
        ALL,
    ),
    "the browser": (
        lambda book: (book.root / "bin/chromium").write_text("echo Chromium 2"),
        ALL,
    ),
    "a commit of the same day": (lambda book: book.commit(MIDNIGHT + 9), []),
    "a commit of the next day": (lambda book: book.commit(MIDNIGHT + DAY), ALL),
    "no site": (lambda book: shutil.rmtree(book.root / "site"), []),
    "no copy of it": (
        lambda book: shutil.rmtree(book.root / ".cache/site"),
        ALL,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_builds_all_once_and_no_change_nothing(book, what):
    change, expected = CHANGES[what]
    change(book)
    assert book.make() == (0, expected)
    assert book.site() == contents(book.root / ".cache/site")
    assert book.make() == (0, [])


def test_a_page_that_is_changed_while_it_is_built_is_built_again(book):
    page = book.root / "docs/index.py"
    page.write_text("first")
    assert book.make(AT="mkdocs", DO=f"echo second >{page}") == (0, ALL)
    assert book.make() == (0, ALL)
    assert (book.root / "site/index.py").read_text() == "second\n"
    assert book.make() == (0, [])


@pytest.mark.parametrize(("how", "status"), [("kill -9 0", -9), ("exit 1", 2)])
@pytest.mark.parametrize("at", ALL)
def test_what_did_not_end_well_is_done_again(book, at, how, status):
    old = book.site()
    (book.root / "docs/index.py").write_text("other")
    ran = ALL[: ALL.index(at) + 1]
    assert book.make(AT=at, DO=how) == (status, ran)
    assert book.site() == old
    (book.root / "docs/index.py").write_text("text")
    assert book.make() == (0, ALL)
    assert book.site() == old


def test_what_the_tests_have_built_and_checked_is_put_into_site_as_it_is(book):
    (book.root / "docs/index.py").write_text("other")
    assert book.make("test") == (0, ["pytest", *ALL, "pytest"])
    assert book.make() == (0, [])
    assert (book.root / "site/index.py").read_text() == "other"


def test_a_pdf_is_printed_only_where_the_site_was_not_printed_yet(book):
    assert book.make("pdf") == (0, [])
    (book.root / "docs/index.py").write_text("other")
    assert book.make("pdf") == (0, ALL[:2])
    assert book.make() == (0, ALL[2:])


def test_an_edited_page_runs_its_own_cells_and_changed_code_all_tests(book):
    def tested():
        (book.root / "asked").write_text("")
        assert book.make(".cache/pages-tested", old=[".venv/.ready"])[0] == 0
        asked = (book.root / "asked").read_text().splitlines()
        return [line.partition("pytest ")[2] for line in asked]

    code, pages = "--ignore=tests/site -n 2 --dist loadfile --ignore=tests/docs -q", "tests/docs -q"
    assert tested() == [code, pages]
    assert tested() == []
    (book.root / "docs/index.py").write_text("other")
    assert tested() == [f"{pages} -k not slow or shown_source or index.py "]
    (book.root / "src/module.py").write_text("x = 1")
    assert tested() == [code, pages]
