import importlib
import itertools

import pytest

numbers = itertools.count()


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module that Python finds; each has a name of its own."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(text):
        name = f"shown_{next(numbers)}"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()
        return name

    return write
