"""Which cells a browser can run is read from what they import, and from what that imports."""

import shutil
import zipfile
from pathlib import Path

import pytest

from bookbuild.prepare.runnable import build_wheel, find_missing

BOOK = Path(__file__).parents[2]


@pytest.fixture
def package(tmp_path):
    """Write a package whose modules need different things."""
    modules = {
        "__init__": "from book.plain import f",
        "plain": "import math\nimport numpy as np\nfrom book import other\nf = 1",
        "other": "from book.plain import f",
        "deep": "from book import drawing",
        "drawing": "from collections.abc import Sequence\nimport matplotlib as mpl\nfrom PIL import Image",
        "reading": "from skimage import data",
        "learning": "import torch",
        "lazy": "def f():\n    import torch",
    }
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "source",
    [
        "1 + 1",
        "import json, re",
        "import numpy as np",
        "from numpy.linalg import norm",
        "from book import f",
        "from book.plain import f",
        "import book.other",
        "from book.deep import anything",
        "from book import deep",
    ],
)
def test_a_cell_of_numpy_matplotlib_and_the_standard_library_runs(package, source):
    assert find_missing(source, package) is None


@pytest.mark.parametrize(
    ("source", "library"),
    [
        ("import torch", "PyTorch"),
        ("from torch import nn", "PyTorch"),
        ("import torch.nn.functional as F", "PyTorch"),
        ("import scipy", "scipy"),
        ("from book.reading import anything", "scikit-image"),
        ("from book import reading, deep", "scikit-image"),
        ("import numpy\nfrom book.learning import x", "PyTorch"),
        ("from book.lazy import f", "PyTorch"),
    ],
)
def test_a_cell_that_needs_another_library_does_not(package, source, library):
    assert find_missing(source, package) == library


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_equal_sources_make_equal_wheels(
    tmp_path,
):
    wheels = []
    for number in range(2):
        root = tmp_path / str(number)
        generated = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(BOOK / "src", root / "src", ignore=generated)
        for name in "pyproject.toml", "README.md", "LICENSE":
            shutil.copyfile(BOOK / name, root / name)
        wheels.append(build_wheel(root, "key"))
        assert sorted(p.name for p in root.iterdir()) == [
            ".cache", "LICENSE", "README.md", "pyproject.toml", "src",
        ]  # fmt: skip
    assert wheels[0] == wheels[1]
    name, content = wheels[0]
    (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / name) as archive:
        assert "onebyone/data/astronaut.npz" in archive.namelist()
        assert not [n for n in archive.namelist() if n.startswith("bookbuild")]


@pytest.fixture
def builds(monkeypatch):
    """Build no wheel but a small archive, and count the builds."""
    built = []

    def build(root, to):
        built.append(root)
        shutil.rmtree(to.parent, ignore_errors=True)
        to.mkdir(parents=True)
        with zipfile.ZipFile(to / "book-1.whl", "w") as archive:
            archive.writestr(zipfile.ZipInfo("book.py"), "x = 1\n" * 100)  # of one date

    monkeypatch.setattr("bookbuild.prepare.runnable._build", build)
    return built


def test_the_wheel_is_built_again_only_when_its_key_changes(tmp_path, builds):
    first, *others = [build_wheel(tmp_path, key) for key in ("a", "a", "b")]
    assert first[0] == "book-1.whl"
    assert others == [first, first]
    assert len(builds) == 2


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("spoil", [lambda content: content[:-100], flipped, lambda _: b""])
def test_a_spoilt_wheel_is_built_again(tmp_path, builds, spoil):
    _, whole = build_wheel(tmp_path, "a")
    kept = tmp_path / ".cache/wheels/a/book-1.whl"
    kept.write_bytes(spoil(whole))
    assert build_wheel(tmp_path, "a")[1] == whole
    kept.unlink()  # a build killed before it copied the wheel leaves its folder
    assert build_wheel(tmp_path, "a")[1] == whole
    assert len(builds) == 3
