"""The lock is exact, and complete for this machine."""

import re
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BOOK = Path(__file__).parents[1]
LINES = (BOOK / "requirements.lock").read_text("utf-8").splitlines()
# The lock is of the PyTorch for the CPU. The other brings these along.
CUDA = re.compile(r"cuda-|nvidia-|triton$")
of_the_lock = pytest.mark.skipif(
    Path(sys.prefix) != BOOK / ".venv",
    reason="not the environment that make makes of the lock",
)


def needed(name, extras=()):
    """Return what a package needs here, and what that needs."""
    found = set()
    asked = [(name, frozenset(extras))]
    for name, extras in asked:
        for line in requires(name) or []:
            need = Requirement(line)
            marks = [{"extra": extra} for extra in extras or [""]]
            if need.marker and not any(map(need.marker.evaluate, marks)):
                continue
            pair = canonicalize_name(need.name), frozenset(need.extras)
            if pair not in asked and not CUDA.match(pair[0]):
                asked.append(pair)
                found.add(pair[0])
    return found


def test_each_line_names_one_package_at_one_version():
    names = [line.partition("==")[0] for line in LINES]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+", line) for line in LINES)
    assert len(names) == len(set(names))


@of_the_lock
def test_the_lock_has_what_the_book_needs_at_the_installed_version_and_nothing_else():
    extras = ["figures", "torch", "training", "networks", "trained", "docs", "test"]
    installed = {
        f"{name}=={version(name).partition('+')[0]}" for name in needed("onebyone", extras)
    }
    assert installed == set(LINES)


@of_the_lock
def test_the_locked_versions_are_such_as_pyproject_and_they_themselves_admit():
    check = [sys.executable, "-m", "pip", "check"]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.stdout == "No broken requirements found.\n"
