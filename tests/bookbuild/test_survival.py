"""A build that is stopped anywhere spoils nothing: the old site stands, and the next build makes the new one."""

import errno
import os
import shutil
import time

import pytest
from mkdocs.exceptions import Abort

from bookbuild import hook

from .making import COMMIT, contents, different, kill, make, start
from .project import BOOK, PART, Project

pytestmark = pytest.mark.slow

# A small book has no title for a PDF to bear.
SMALL = {"SOURCE_DATE_EPOCH": COMMIT, "variables": ["CHROMIUM="]}


def project(root):
    book = Project(root)
    shutil.copy(BOOK / "Makefile", root)
    book.write("docs/index.py", PART)
    book.write("docs/reference/api.md", "# API\n")
    return root


def built(root):
    """Build, and return the site."""
    status, said = make(root, **SMALL)
    assert status == 0, said
    assert not (root / "site.new").exists()
    assert not (root / "site.old").exists()
    return contents(root / "site")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = project(tmp_path_factory.mktemp("book"))
    return root, built(root)


def instead_of(program, folder, script):
    """Return a PATH on which a program is this script."""
    path = folder / program
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def dates(root):
    """Return when each file of the site, and of what it was copied from, was written."""
    return {
        path: path.stat().st_mtime_ns
        for folder in ("site", ".cache/site")
        for path in (root / folder).rglob("*")
    }


def test_a_build_with_nothing_changed_writes_nothing(book):
    root, _ = book
    before = dates(root)
    built(root)
    assert dates(root) == before


def test_another_folder_and_another_order_of_sets_make_the_same_site(book, tmp_path):
    _, clean = book
    assert not different(clean, built(project(tmp_path)))


@pytest.mark.parametrize("cached", [1, 2])
def test_a_build_that_is_killed_leaves_the_old_site_and_the_next_the_same(book, cached):
    root, clean = book
    shutil.rmtree(root / ".cache")
    process = start(root, **SMALL)
    pages = root / ".cache/pages"
    while len(list(pages.rglob("*.cached"))) < cached:
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.01)
    kill(process)
    assert not different(clean, contents(root / "site"))
    assert not different(clean, built(root))


HALF = "mkdir site.new; echo half > site.new/index.html"


@pytest.fixture
def again(book):
    """A book that is to be built again, since somebody has deleted what its site was copied from."""
    root, clean = book
    shutil.rmtree(root / ".cache/site", ignore_errors=True)
    return root, clean


def test_a_build_that_is_killed_while_it_copies_leaves_the_old_site(again, tmp_path):
    root, clean = again
    path = instead_of("cp", tmp_path, f"{HALF}; kill -9 0")
    status, _ = make(root, **SMALL, PATH=path)
    assert status == -9
    assert contents(root / "site.new").keys() == {"index.html"}
    assert not different(clean, contents(root / "site"))
    assert not different(clean, built(root))


@pytest.mark.parametrize("last", ["site.old", "site"])
def test_a_build_that_is_killed_while_it_swaps_leaves_no_half_of_a_site(again, tmp_path, last):
    root, clean = again
    kill_after = f'{shutil.which("mv")} "$@"; if [ "$2" = {last} ]; then kill -9 0; fi'
    path = instead_of("mv", tmp_path, kill_after)
    status, _ = make(root, **SMALL, PATH=path)
    assert status == -9
    assert (root / "site").exists() == (last == "site")
    assert not different(clean, contents(root / last))
    assert not different(clean, built(root))


def test_a_copy_for_which_there_is_no_room_leaves_the_old_site(again, tmp_path):
    root, clean = again
    path = instead_of("cp", tmp_path, f"{HALF}; echo no room; exit 1")
    status, said = make(root, **SMALL, PATH=path)
    assert status == 2
    assert "no room" in said
    assert not different(clean, contents(root / "site"))


def test_a_full_disk_is_said_in_a_sentence():
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "page.html")
    with pytest.raises(Abort, match=r"The site .* No space left .*page\.html"):
        hook.on_build_error(error)


def test_any_other_error_keeps_its_traceback():
    assert hook.on_build_error(FileNotFoundError("page.html")) is None
