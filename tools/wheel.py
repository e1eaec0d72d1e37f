"""Install the wheel in empty environments, away from this folder, and run there what a reader can copy."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.fences import fenced

from bookbuild.runnable import wheel

from .record import write

BOOK = Path(__file__).parents[1]
FOLDER = BOOK / ".cache/wheel"
PAGES = ["tests/docs/test_pages.py", "-m", "slow", "-q", "-n", "0"]

INSTALLED = """
from importlib.metadata import distributions
print(*(each.name for each in distributions()))
"""


def environment(name, requirement):
    """Return the Python of a new environment that holds what is required, at the lock's versions."""
    venv.create(FOLDER / name, with_pip=True, clear=True)
    python = FOLDER / name / "bin/python"
    pip = [python, "-m", "pip", "install", "--quiet", requirement]
    lock = ["--constraint", BOOK / "requirements.lock"]
    subprocess.run([*pip, *lock], cwd=FOLDER, env=ENVIRONMENT, check=True)
    return python


def said(python, *arguments):
    """Return what Python printed, with warnings as errors."""
    return subprocess.run(
        [python, "-W", "error", *arguments],
        cwd=FOLDER / "empty",
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()


# Without it, nothing leads back to this folder's src.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}


def with_numpy_alone(built):
    """Import the package where NumPy alone is, and run the README's blocks there."""
    python = environment("numpy", built)
    packages = set(said(python, "-c", INSTALLED).split())
    packages -= {"pip", "setuptools"}  # which Python 3.11 brings along
    assert packages == {"numpy", "onebyone"}, packages
    where = said(python, "-c", "import onebyone; print(onebyone.__file__)")
    assert where.startswith(str(FOLDER / "numpy")), where
    blocks = fenced((BOOK / "README.md").read_text("utf-8"), "python")
    assert blocks
    for block in blocks:
        said(python, "-c", block)
    return sorted(packages), len(blocks)


def with_all_that_pages_need(built):
    """Run every cell and every shown source; return how many ran, and pytest's exit code."""
    python = environment("pages", f"{built}[figures,torch,training]")
    where = said(python, "-c", "import onebyone; print(onebyone.__file__)")
    assert where.startswith(str(FOLDER / "pages")), where
    report = FOLDER / "report.xml"
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", *PAGES, f"--junit-xml={report}"],
        cwd=BOOK,
        env=ENVIRONMENT | {"BOOK_PYTHON": str(python)},
        check=False,
    )
    found = ET.parse(report)  # noqa: S314  which pytest has just written
    cells = [c for c in found.iter("testcase") if "each_cell" in c.get("name")]
    (sources,) = (each.get("value") for each in found.iter("property"))
    passed = [case for case in cells if len(case) == 0]
    return len(cells), len(passed), int(sources), tests.returncode


def main():
    """Build the wheel and run all of it."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "empty").mkdir(parents=True)
    # What is kept there is of an older source.
    shutil.rmtree(BOOK / ".cache/wheels", ignore_errors=True)
    name, content = wheel(BOOK, "wheel.py")
    built = FOLDER / name
    built.write_bytes(content)
    packages, blocks = with_numpy_alone(built)
    cells, passed, sources, code = with_all_that_pages_need(built)
    write(
        "wheel",
        "make wheel",
        {
            "The wheel": name,
            "Its size in bytes": len(content),
            "Imported where only this is installed": ", ".join(packages),
            "The README's blocks that ran there": blocks,
            "Cells of pages that ran alone, from the wheel": cells,
            "of these passed": passed,
            "Shown sources that ran alone, from the wheel": sources,
        },
        ["numpy", "torch"],
    )
    sys.exit(code)


if __name__ == "__main__":
    main()
