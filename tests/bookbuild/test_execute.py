import logging
import os
import subprocess
import sys
from subprocess import PIPE

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from bookbuild.prepare import execute

LOG = logging.getLogger("bookbuild")

PAGE = """# ---
# description: A page.
# ---

# %% [markdown]
# # Title

# %%
# copy this comment, which jupytext might take for a command
import json

print("one", flush=True)
print("two", flush=True)
json.dumps({"b": 1, "a": [2, 3]})
"""


@pytest.fixture
def root(tmp_path):
    """A small project: two sources, one of them data, a lock and a page."""
    for name, text in {
        "src/package/module.py": "x = 1\n",
        "src/package/data/numbers.csv": "1,2\n",
        "requirements.lock": "numpy==2.0.0\n",
        "docs/page.py": PAGE,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def runs(monkeypatch):
    """Stand in for the kernel, and count what it would have executed."""
    count = []

    def run(notebook, root, cached):  # noqa: ARG001
        count.append(cached.name)
        result = new_notebook(cells=[new_code_cell("x = 1", id="cell-1")])
        execute._store(result, cached)
        return result

    monkeypatch.setattr(execute, "_execute", run)
    return count


def cached(root):
    return sorted((root / ".cache/pages").rglob("*.cached"))


@pytest.mark.parametrize(
    "name",
    [
        "docs/page.py",
        "src/package/module.py",
        "src/package/data/numbers.csv",
        "requirements.lock",
    ],
)
def test_the_key_changes_with_each_thing_a_page_depends_on(root, name):
    page = root / "docs/page.py"
    before = execute.hash_inputs(page, root)
    (root / name).write_text((root / name).read_text() + "\n")
    assert execute.hash_inputs(page, root) != before


def test_the_key_changes_when_a_source_comes_goes_or_is_renamed(root):
    page = root / "docs/page.py"
    keys = {execute.hash_inputs(page, root)}
    data = root / "src/package/data"
    (data / "more.csv").write_text("")
    keys.add(execute.hash_inputs(page, root))
    (data / "more.csv").rename(data / "other.csv")
    keys.add(execute.hash_inputs(page, root))
    (data / "numbers.csv").unlink()
    keys.add(execute.hash_inputs(page, root))
    assert len(keys) == 4


def test_text_that_moves_from_one_source_to_the_next_changes_the_key(root):
    page = root / "docs/page.py"
    first, second = root / "src/a.py", root / "src/b.py"
    first.write_text("xy")
    second.write_text("z")
    before = execute.hash_inputs(page, root)
    first.write_text("x")
    second.write_text("yz")
    assert execute.hash_inputs(page, root) != before


def test_the_key_does_not_change_with_time_alone(root):
    page = root / "docs/page.py"
    before = execute.hash_inputs(page, root)
    for path in root.rglob("*"):
        os.utime(path, (1, 1))
    assert execute.hash_inputs(page, root) == before


def test_the_key_does_not_change_with_what_no_page_imports(root):
    page = root / "docs/page.py"
    before = execute.hash_inputs(page, root)
    for name in (
        "package/__pycache__/module.pyc",
        "package/.ruff_cache/CACHEDIR.TAG",
        "x.egg-info/SOURCES.txt",
        "bookbuild/render.py",
    ):
        (root / "src" / name).parent.mkdir()
        (root / "src" / name).write_text("")
    assert execute.hash_inputs(page, root) == before


def test_the_key_does_not_depend_on_where_the_project_lies(root, tmp_path):
    before = execute.hash_inputs(root / "docs/page.py", root)
    moved = tmp_path.with_name(f"{tmp_path.name}-moved")
    root.rename(moved)
    assert execute.hash_inputs(moved / "docs/page.py", moved) == before


def test_an_unchanged_page_is_not_executed_again(root, runs):
    first = execute.run(root / "docs/page.py", root, LOG)
    second = execute.run(root / "docs/page.py", root, LOG)
    assert len(runs) == 1
    assert first == second


def test_an_outdated_entry_of_a_page_is_removed_and_no_other(root, runs):
    page, other = root / "docs/page.py", root / "docs/page-two.py"
    other.write_text(PAGE)
    execute.run(page, root, LOG)
    execute.run(other, root, LOG)
    page.write_text(PAGE + "# changed\n")
    execute.run(page, root, LOG)
    assert len(runs) == 3
    assert {path.name for path in cached(root)} == {runs[1], runs[2]}


def test_pages_of_one_name_in_two_folders_keep_their_entries(root, runs):
    first, second = root / "docs/page.py", root / "docs/part/page.py"
    second.parent.mkdir()
    second.write_text(PAGE)
    for page in (first, second) * 2:
        execute.run(page, root, LOG)
    assert len(runs) == 2
    assert len(cached(root)) == 2


DAMAGE = {
    "empty": lambda sound: sound[:0],
    "half": lambda sound: sound[: len(sound) // 2],
    "one byte short": lambda sound: sound[:-1],
    "one byte long": lambda sound: sound + b" ",
    "content changed": lambda sound: sound.replace(b"x = 1", b"x = 2"),
    "checksum changed": lambda sound: b"0" * 64 + sound[64:],
    "checksum alone": lambda sound: sound[:64],
    "no checksum": lambda sound: sound[65:],
    "not UTF-8": lambda sound: b"\xff" + sound[1:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_entry_is_noticed_and_made_again(root, runs, damage):
    expected = execute.run(root / "docs/page.py", root, LOG)
    (entry,) = cached(root)
    sound = entry.read_bytes()
    entry.write_bytes(damage(sound))
    assert entry.read_bytes() != sound
    assert execute.run(root / "docs/page.py", root, LOG) == expected
    assert len(runs) == 2
    assert entry.read_bytes() == sound


def test_a_flipped_bit_never_changes_what_is_read(root, runs):  # noqa: ARG001
    expected = execute.run(root / "docs/page.py", root, LOG)
    (entry,) = cached(root)
    sound = entry.read_bytes()
    for place in range(0, len(sound), 7):
        flipped = bytearray(sound)
        flipped[place] ^= 1 << place % 8
        entry.write_bytes(flipped)
        assert execute._load(entry) in (None, expected)


def test_a_page_that_breaks_a_rule_is_not_executed(root, runs):
    (root / "docs/page.py").write_text("# %%\n%matplotlib inline\n")
    with pytest.raises(ValueError, match="cell 0, line 1: not plain Python"):
        execute.run(root / "docs/page.py", root, LOG)
    assert runs == []


@pytest.mark.slow
def test_two_runs_store_the_same_notebook(root):
    page = root / "docs/page.py"
    execute.run(page, root, LOG)
    (entry,) = cached(root)
    first = entry.read_bytes()
    entry.unlink()
    notebook = execute.run(page, root, LOG)
    assert entry.read_bytes() == first

    assert [cell.id for cell in notebook.cells] == [
        "cell-1",
        "cell-2",
        "cell-3",
    ]
    stream, result = notebook.cells[2].outputs
    assert stream.text == "one\ntwo\n"
    assert '\'{"b": 1' in result.data["text/plain"]
    assert notebook.cells[2].source.startswith("# copy this comment")


EXPECTED_TO_FAIL = """# %% tags=["raises-exception"]
import runpy

runpy.run_path("src/package/broken.py")
"""


@pytest.mark.slow
def test_an_expected_error_does_not_say_where_the_project_lies(root):
    (root / "src/package/broken.py").write_text("1 / 0\n")
    (root / "docs/page.py").write_text(EXPECTED_TO_FAIL)
    notebook = execute.run(root / "docs/page.py", root, LOG)
    (error,) = notebook.cells[0].outputs
    assert error.traceback == ["ZeroDivisionError: division by zero"]
    (entry,) = cached(root)
    assert str(root) not in entry.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import warnings\n\nwarnings.warn('hear')", "UserWarning.*: hear"),
    ],
)
def test_a_failing_cell_raises_and_leaves_no_entry(root, code, message):
    (root / "docs/page.py").write_text(f"# %%\n{code}\n")
    with pytest.raises(CellExecutionError, match=message):
        execute.run(root / "docs/page.py", root, LOG)
    assert cached(root) == []


def test_pages_run_ahead_are_taken_as_they_are_and_one_that_fails_is_run_again(root, caplog):
    caplog.set_level(logging.INFO)
    for name, code in {"one": "1 + 1", "two": "2 + 2", "broken": "1 / 0"}.items():
        (root / f"docs/{name}.py").write_text(f"# %%\n{code}\n")
    pages = [root / f"docs/{name}.py" for name in ("one", "two", "broken")]
    execute.run_ahead(pages, root, LOG)
    assert caplog.messages == [f"executing docs/{page.name}" for page in pages]
    caplog.clear()
    for page in pages[:2]:
        execute.run(page, root, LOG)
    assert not caplog.messages
    execute.run_ahead(pages, root, LOG)  # one alone is left to its turn
    assert not caplog.messages
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute.run(pages[2], root, LOG)


BUILD = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from bookbuild.prepare import execute

if __name__ == "__main__":
    with ProcessPoolExecutor(1, get_context("spawn"), execute._watch_parent) as pool:
        pool.submit(int).result()
        print("ready", flush=True)
        input()
"""


def test_a_process_of_the_build_ends_when_the_build_is_killed(tmp_path):
    (tmp_path / "build.py").write_text(BUILD)
    build = subprocess.Popen([sys.executable, tmp_path / "build.py"], stdin=PIPE, stdout=PIPE)
    assert build.stdout.readline() == b"ready\n"
    build.kill()
    build.communicate(timeout=60)  # all who could write have ended
