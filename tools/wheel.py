"""Install the wheel away from the repository, and run there what a reader can copy: `python -m tools.wheel`."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.fences import fenced

from bookbuild.prepare.runnable import build_wheel

from .record import save

BOOK = Path(__file__).parents[1]
FOLDER = BOOK / ".cache/wheel"
PAGES = ["tests/docs/test_pages.py", "-m", "slow", "-q", "-n", "0"]
ENVIRONMENT = {
    k: v for k, v in os.environ.items() if k != "PYTHONPATH"
}  # nothing leads back to src/
LIST = (
    "from importlib.metadata import distributions; print(*(each.name for each in distributions()))"
)


def install(name, requirement):
    """Make an environment with the wheel, at the lock's versions; return its Python."""
    venv.create(FOLDER / name, with_pip=True, clear=True)
    python = FOLDER / name / "bin/python"
    lock = ["--constraint", BOOK / "requirements.lock"]
    command = [python, "-m", "pip", "install", "--quiet", requirement, *lock]
    subprocess.run(command, cwd=FOLDER, env=ENVIRONMENT, check=True)
    where = run(python, "import onebyone; print(onebyone.__file__)")
    assert where.startswith(str(FOLDER / name)), where
    return python


def run(python, code):
    """Return what code prints away from the repository, with warnings as errors."""
    command = [python, "-W", "error", "-c", code]
    options = {"cwd": FOLDER / "empty", "env": ENVIRONMENT, "check": True, "text": True}
    return subprocess.run(command, stdout=subprocess.PIPE, **options).stdout.strip()


def with_numpy_alone(wheel):
    """Run the README's blocks where nothing but NumPy is installed beside the wheel."""
    python = install("numpy", wheel)
    packages = set(run(python, LIST).split()) - {"pip", "setuptools"}  # Python 3.11 has these
    assert packages == {"numpy", "onebyone"}, packages
    blocks = fenced((BOOK / "README.md").read_text("utf-8"), "python")
    assert blocks
    for block in blocks:
        run(python, block)
    return {
        "Imported where only this is installed": ", ".join(sorted(packages)),
        "The README's blocks that ran there": len(blocks),
    }


def with_all_that_pages_need(wheel):
    """Run every cell of every page and every source that a page shows."""
    python = install("pages", f"{wheel}[figures,torch,training,networks,trained]")
    report = FOLDER / "report.xml"
    subprocess.run(
        [sys.executable, "-m", "pytest", *PAGES, f"--junit-xml={report}"],
        cwd=BOOK,
        env=ENVIRONMENT | {"BOOK_PYTHON": str(python)},
        check=True,
    )
    cases = [each.get("name") for each in ET.parse(report).iter("testcase")]  # noqa: S314  pytest wrote it
    return {"Cells of pages that ran alone, from the wheel": sum("each_cell" in n for n in cases)}


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "empty").mkdir(parents=True)
    shutil.rmtree(
        BOOK / ".cache/wheels", ignore_errors=True
    )  # a wheel there may be of an older source
    name, content = build_wheel(BOOK, "wheel.py")
    wheel = FOLDER / name
    wheel.write_bytes(content)
    results = {"The wheel": name, "Its size in bytes": len(content)}
    results |= with_numpy_alone(wheel)
    results |= with_all_that_pages_need(wheel)
    save("wheel", "python -m tools.wheel", results, ["numpy", "torch"])


if __name__ == "__main__":
    main()
