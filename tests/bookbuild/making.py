"""make in a folder of its own, which a test watches, kills and compares."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

COMMIT = "1750000000"  # a date for what is in no repository
# What a small book is not to install and not to test; make does not ask whether it is there.
OLD = [".venv/.ready", ".cache/browser/.ready", ".cache/tested", ".cache/pages-tested"]


def start(root, target="docs", *, before=(), variables=(), old=OLD, **environment):
    """Start make without what it installs and without the tests, in a process group of its own.

    Args:
        root: Where the Makefile is.
        target: What to make.
        before: A command that is to run make.
        variables: What make is told beside what any small book needs.
        old: What make is to take as made.
        environment: What the build finds in its environment.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    always = [f"PY={sys.executable}", "TEST_SITE=true"]
    return subprocess.Popen(
        [
            *before,
            "make",
            *(f"--old-file={each}" for each in old),
            target,
            *always,
            *variables,
        ],
        cwd=root,
        env=kept | {"PYTHONPATH": str(root / "src")} | environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def make(root, *target, **options):
    """Return the exit status of make, and what it said."""
    process = start(root, *target, **options)
    said, _ = process.communicate()
    return process.returncode, said


def kill(process):
    """Kill make and all that it has started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def contents(folder):
    """Return the checksum of each file by its path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def different(one, other):
    """Return the paths of the files that are not equal in two folders."""
    return sorted(path for path in one | other if one.get(path) != other.get(path))
