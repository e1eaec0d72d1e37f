"""Run the code's tests in fresh environments: each Python, and the oldest and the newest packages.

Without arguments, all of ENVIRONMENTS; else those that are named. The record keeps what the others printed.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

from .record import RECORDS, write

BOOK = Path(__file__).parents[1]
FOLDER = BOOK / ".cache/versions"
ENVIRONMENTS = {
    "Python 3.11, the lock": ("3.11", "lock"),
    "Python 3.12, the lock": ("3.12", "lock"),
    "Python 3.13, the lock": ("3.13", "lock"),
    "Python 3.14, the lock": ("3.14", "lock"),
    "Python 3.11, the oldest that pyproject.toml admits": ("3.11", "oldest"),
    "Python 3.13, the newest releases": ("3.13", "newest"),
}
TESTS = ["--ignore=tests/site", "-q", "-n", "2", "--dist", "loadfile"]
SHOWN = ("numpy", "torch", "matplotlib", "scikit-image", "mlxtend")


def interpreter(version):
    """Return a Python of this version, on PATH or in ~/.pyenv, or None."""
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin"))
    path = os.pathsep.join([*map(str, pyenv), os.environ["PATH"]])
    return shutil.which(f"python{version}", path=path)


def wanted(packages):
    """Return what pip is asked for."""
    if packages == "lock":
        return ["--requirement", "requirements.lock"]
    project = tomllib.loads((BOOK / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    named = chain(project["project"]["dependencies"], *extras)
    requirements = sorted(set(named))
    if packages == "newest":
        return requirements
    # The least that >= admits, without the bound above it.
    oldest = [r.replace(">=", "==").split(",")[0] for r in requirements]
    return sorted(set(oldest))


def environment(python, packages, folder):
    """Make a fresh environment with the package and what its tests need; return its Python."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", folder], check=True)
    inside = folder / "bin/python"
    pip = [inside, "-m", "pip", "install", "--quiet"]
    for arguments in (
        ["--upgrade", "pip"],
        wanted(packages),
        ["--no-deps", "--no-build-isolation", "--editable", "."],
    ):
        subprocess.run(
            [*pip, *arguments],
            cwd=BOOK,
            check=True,
            stderr=subprocess.PIPE,
            text=True,
        )
    return inside


def installed(inside):
    """Return the versions on which the results depend."""
    listed = subprocess.run(
        [inside, "-m", "pip", "list", "--format", "json"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = {each["name"]: each["version"] for each in json.loads(listed.stdout)}
    return ", ".join(f"{name} {found[name]}" for name in SHOWN)


def run(version, packages):
    """Return what came of one environment, and whether its tests passed."""
    python = interpreter(version)
    if python is None:
        # No failure, unless it was asked for by name.
        return f"not run: no python{version} here", len(sys.argv) == 1
    folder = FOLDER / f"{version}-{packages}"
    try:
        inside = environment(python, packages, folder)
        with_packages = installed(inside)
        tests = subprocess.run(
            [inside, "-m", "pytest", *TESTS],
            cwd=BOOK,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
        (FOLDER / f"{version}-{packages}.txt").write_text(tests.stdout, "utf-8")
        if tests.returncode:
            print(tests.stdout)
        last = tests.stdout.strip().splitlines()[-1]
        return f"{last}, with {with_packages}", tests.returncode == 0
    except subprocess.CalledProcessError as error:
        lines = [str(error), *(error.stderr or "").splitlines()]
        said = [line for line in lines if "WARNING" not in line][-1]
        return f"not installed: {said}", False
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    """Run those that were asked for, and keep the record."""
    record = RECORDS / "versions.json"
    kept = json.loads(record.read_text("utf-8")) if record.exists() else {}
    found = kept.get("results", {})
    green = True
    for name in sys.argv[1:] or ENVIRONMENTS:
        found[name], passed = run(*ENVIRONMENTS[name])
        green = green and passed
    results = {name: found.get(name, "not run") for name in ENVIRONMENTS}
    write("versions", "make versions", results)
    sys.exit(not green)


if __name__ == "__main__":
    main()
