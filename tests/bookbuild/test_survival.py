"""A build that is killed spoils nothing: the old site stands, and the next build makes the new one."""

import shutil
import time

import pytest

from .making import COMMIT, contents, different, kill, make, start
from .project import BOOK, PART, Project

pytestmark = pytest.mark.slow

# A small book has no title for a PDF to bear.
SMALL = {"SOURCE_DATE_EPOCH": COMMIT, "variables": ["CHROMIUM="]}


def build(root):
    """Build, and return the site."""
    status, said = make(root, **SMALL)
    assert status == 0, said
    assert not (root / "site.new").exists()
    assert not (root / "site.old").exists()
    return contents(root / "site")


def test_after_a_build_that_is_killed_the_next_makes_the_same_site_in_any_folder(tmp_path):
    root = tmp_path / "a book"  # with a space
    book = Project(root)
    shutil.copy(BOOK / "Makefile", root)
    book.write("docs/index.py", PART)
    book.write("docs/reference/api.md", "# API\n")
    clean = build(root)
    shutil.rmtree(root / ".cache")
    process = start(root, **SMALL)
    while not list((root / ".cache/pages").rglob("*.cached")):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)
    kill(process)
    assert not different(clean, contents(root / "site"))
    moved = root.rename(tmp_path / "elsewhere")
    assert not different(clean, build(moved))
