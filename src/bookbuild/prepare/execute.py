"""Run a page as a notebook, or take it from the cache where nothing that it depends on has changed."""

import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

from bookbuild.prepare import rules

Log = logging.Logger | logging.LoggerAdapter[logging.Logger]

# With comment_magics, jupytext would take a comment such as
# `# copy the weights` for a magic and uncomment it.
PERCENT = {
    "extension": ".py",
    "format_name": "percent",
    "comment_magics": False,
}

MOST_AT_ONCE = 4  # kernels; one with PyTorch takes half a gigabyte

# Kernels run beside one another, and threads that wait for a busy core cost far more than they bring. A page shows what
# its cells print, and no bars of progress.
ALONE = {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
# A warning on a page is a defect of the page, so it stops the cell that gives it. The kernel's own are not the page's.
SETUP = "import warnings\nwarnings.simplefilter('error')\nwarnings.filterwarnings('ignore', module='ipykernel')"


def run(page: Path, root: Path, log: Log) -> NotebookNode:
    """Return the page as an executed notebook; raise where a cell fails or breaks a rule of the house."""
    notebook = jupytext.read(page, fmt=PERCENT)
    rules.check_cells(notebook)
    cached = _find_cached(page, root)
    stored = _load(cached)
    if stored is None:
        log.info("executing %s", page.relative_to(root))
        stored = _execute(notebook, root, cached)
    return stored


def run_ahead(pages: Iterable[Path], root: Path, log: Log) -> None:
    """Run the pages that changed, some at once; one that fails is left for `run` to say why."""
    changed = [page for page in pages if _load(_find_cached(page, root)) is None]
    processes = min(len(changed), os.cpu_count() or 1, MOST_AT_ONCE)
    if processes < 2:
        return
    # Processes, since jupytext and the rules parse Python, which CPython 3.11 cannot do in two threads at once.
    with ProcessPoolExecutor(processes, get_context("spawn"), _watch_parent) as pool:
        for page in changed:
            log.info("executing %s", page.relative_to(root))
            pool.submit(run, page, root, logging.getLogger(__name__))


def _watch_parent() -> None:
    Thread(target=_end_with, args=[parent_process()], daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    """End this process with the build: one of a pool outlives a parent that is killed."""
    parent.join()
    os._exit(1)


def hash_inputs(page: Path, root: Path) -> str:
    """Hash all that a page's outputs depend on: its text, src/ with its data, the lock, the interpreter."""
    src = root / "src"
    sources = (p for p in src.rglob("*") if p.is_file() and not _is_irrelevant(p.relative_to(src)))
    digest = hashlib.sha256(sys.version.encode())
    for path in [page, root / "requirements.lock", *sorted(sources)]:
        content = path.read_bytes() if path.exists() else b""
        digest.update(f"{path.relative_to(root)} {len(content)} ".encode() + content)
    return digest.hexdigest()[:32]


def _find_cached(page: Path, root: Path) -> Path:
    name = page.relative_to(root).with_suffix("")
    file = name.with_name(f"{name.name}-{hash_inputs(page, root)}.cached")
    return root / ".cache/pages" / file


def _is_irrelevant(path: Path) -> bool:
    if path.suffix == ".pyc" or any(
        p.startswith(".") or p.endswith(".egg-info") for p in path.parts
    ):
        return True
    # No page imports what builds the book, and of that only this file decides what a cell outputs.
    return path.parts[0] == "bookbuild" and path.name != "execute.py"


def _execute(notebook: NotebookNode, root: Path, cached: Path) -> NotebookNode:
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SETUP))
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # jupytext draws them at random, and two builds are to be equal
    with tempfile.TemporaryDirectory() as folder:
        # Pipes need no ports, but two kernels must not meet at one path.
        pipes = {"transport": "ipc", "ip": f"{folder}/kernel"}
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=300,
            record_timing=False,
            resources={"metadata": {"path": str(root)}},
            config=Config({} if sys.platform == "win32" else {"KernelManager": pipes}),
        )
        client.execute(env=os.environ | ALONE)
    del notebook.cells[0]
    for cell in notebook.cells:
        _merge_streams(cell)
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                # A traceback says where this machine keeps its files.
                output.traceback = [f"{output.ename}: {output.evalue}"]
    notebook.metadata.pop("jupytext", None)
    _store(notebook, cached)
    return notebook


def _merge_streams(cell: NotebookNode) -> None:
    """Join what a cell printed: where the kernel cut it depends on how fast the cell ran."""
    merged: list[NotebookNode] = []
    for output in cell.get("outputs", []):
        last = merged[-1] if merged else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last["text"] += output.text
        else:
            merged.append(output)
    if cell.cell_type == "code":
        cell.outputs = merged


def _store(notebook: NotebookNode, cached: Path) -> None:
    text = nbformat.writes(notebook)
    cached.parent.mkdir(parents=True, exist_ok=True)
    for old in cached.parent.glob(f"{cached.stem.rpartition('-')[0]}-{'?' * 32}.cached"):
        old.unlink(missing_ok=True)  # another build may have been faster
    partial = cached.with_suffix(f".{os.getpid()}")
    partial.write_text(f"{_checksum(text)}\n{text}", encoding="utf-8")
    partial.replace(cached)


def _load(cached: Path) -> NotebookNode | None:
    try:
        checksum, text = cached.read_text(encoding="utf-8").split("\n", 1)
    except (OSError, ValueError):
        return None
    return nbformat.reads(text, as_version=4) if checksum == _checksum(text) else None


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
