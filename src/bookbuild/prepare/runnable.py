"""Which cells run in the reader's browser, and what they need there: NumPy, matplotlib and the book's own package."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from functools import cache
from pathlib import Path

# Which files the browser may run, as they were published, and which packages lie among them.
PINS = json.loads((Path(__file__).parent / "pyodide.json").read_text(encoding="utf-8"))
THERE = {name for package in PINS["packages"].values() for name in package["imports"]}
OWN = ("pyproject.toml", "README.md", "LICENSE")  # what a wheel has beside src/
NAMES = {"skimage": "scikit-image", "torch": "PyTorch"}


def find_missing(source: str, package: Path) -> str | None:
    """Return the first library that a cell needs and a browser lacks, by the name that readers know.

    Args:
        source: The cell.
        package: The folder of the package that the browser gets too.
    """
    seen: set[str] = set()
    waiting = list(_find_imports(source))
    while waiting:
        module = waiting.pop(0)
        top = module.partition(".")[0]
        if module in seen:
            continue
        seen.add(module)
        if top == package.name:
            waiting += _find_imports(_read(module, package))
        elif top not in sys.stdlib_module_names | THERE:
            return NAMES.get(top, top)
    return None


@cache
def _read(module: str, package: Path) -> str:
    """Return a module's source, which is empty where the name is one in a module."""
    file = package.parent.joinpath(*module.split("."))
    file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
    return file.read_text(encoding="utf-8") if file.is_file() else ""


@cache
def _find_imports(source: str) -> list[str]:
    """List every module that is imported, and every name that might be one."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += (f"{node.module}.{name.name}" for name in node.names)
    return found


def build_wheel(root: Path, cache_key: str) -> tuple[str, bytes]:
    """Return the name and the content of the wheel that the browser installs: the project at `root`.

    Args:
        root: Where its pyproject.toml is.
        cache_key: What changes when the project does.
    """
    cached = root / ".cache/wheels" / cache_key
    if not _is_whole(cached):
        _build(root, cached)
    (file,) = cached.glob("*.whl")
    return file.name, file.read_bytes()


def _is_whole(cached: Path) -> bool:
    """Return whether a wheel is there, and all of it: the build that made it may have been killed."""
    try:
        (file,) = cached.glob("*.whl")
        with zipfile.ZipFile(file) as archive:
            return archive.testzip() is None
    except (ValueError, OSError, zipfile.BadZipFile, zlib.error):
        return False


def _build(root: Path, to: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # In a copy, since setuptools leaves its work behind.
        project = Path(folder) / "project"
        generated = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
        shutil.copytree(root / "src", project / "src", ignore=generated)
        for name in OWN:
            shutil.copy(root / name, project)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet"]
        options = ["--no-deps", "--no-build-isolation", "--wheel-dir", folder]
        # One date for all files, so that equal sources make equal wheels.
        environment = os.environ | {"SOURCE_DATE_EPOCH": "315532800"}
        subprocess.run(  # noqa: S603
            [*command, *options, project],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        (file,) = Path(folder).glob("*.whl")
        shutil.rmtree(to.parent, ignore_errors=True)
        to.mkdir(parents=True)
        shutil.copy(file, to)
