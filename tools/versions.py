"""Run the tests of the code on each Python, with the lock, the oldest and the newest packages: `make versions`.

`python -m tools.versions "Python 3.13, the lock"` runs one of them, and leaves the others' results in the record.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

from .record import load, save

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


def find_python(version):
    """Return a Python of this version, on PATH or in ~/.pyenv, or None."""
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin"))
    path = os.pathsep.join([*map(str, pyenv), os.environ["PATH"]])
    return shutil.which(f"python{version}", path=path)


def requirements(packages):
    """Return what pip is asked for."""
    if packages == "lock":
        return ["--requirement", "requirements.lock"]
    project = tomllib.loads((BOOK / "pyproject.toml").read_text("utf-8"))["project"]
    named = {*chain(project["dependencies"], *project["optional-dependencies"].values())}
    if packages == "oldest":  # the least that >= admits, without the bound above it
        named = {each.replace(">=", "==").split(",")[0] for each in named}
    return sorted(named)


def install(python, packages, folder):
    """Make an environment with the package and what its tests need; return its Python."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", folder], check=True)
    inside = folder / "bin/python"
    editable = ["--no-deps", "--no-build-isolation", "--editable", "."]
    for arguments in ["--upgrade", "pip"], requirements(packages), editable:
        command = [inside, "-m", "pip", "install", "--quiet", *arguments]
        subprocess.run(command, cwd=BOOK, check=True, stderr=subprocess.PIPE, text=True)
    return inside


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)


def test(version, packages):
    """Return pytest's last line and the versions it ran with, and whether it passed."""
    python = find_python(version)
    if python is None:
        return f"not run: no python{version} here", len(sys.argv) == 1  # a failure where asked for
    folder = FOLDER / f"{version}-{packages}"
    try:
        inside = install(python, packages, folder)
        tests = run([inside, "-m", "pytest", *TESTS], cwd=BOOK, check=False)
        listed = run([inside, "-m", "pip", "list", "--format", "json"], check=True)
    except subprocess.CalledProcessError as error:
        reasons = re.findall(r"^(?!WARNING).+", error.stderr or str(error), re.MULTILINE)
        return f"not installed: {reasons[-1]}", False
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if tests.returncode:
        print(tests.stdout)
    found = {each["name"]: each["version"] for each in json.loads(listed.stdout)}
    installed = ", ".join(f"{name} {found[name]}" for name in SHOWN)
    return f"{tests.stdout.splitlines()[-1]}, with {installed}", tests.returncode == 0


def main():
    found = load().get("versions", {}).get("results", {})
    passed = True
    for name in sys.argv[1:] or ENVIRONMENTS:
        found[name], green = test(*ENVIRONMENTS[name])
        passed = passed and green
    save("versions", "make versions", {name: found.get(name, "not run") for name in ENVIRONMENTS})
    sys.exit(not passed)


if __name__ == "__main__":
    main()
