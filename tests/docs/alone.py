"""Code in a process of its own, in which the large libraries are ready, and nothing of the book is."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from queue import Queue
from typing import NamedTuple

# Another interpreter, to which the book is installed as a reader would have it: see tools/wheel.py.
PYTHON = os.environ.get("BOOK_PYTHON", sys.executable)

# Reads a line of JSON, the code; forks a process that runs it; answers with a line of JSON, how that ended.
# torch._dynamo is what PyTorch imports when it first computes on the meta device.
PREPARED = """
import json, os, sys, tempfile, traceback, warnings
import matplotlib.figure, numpy, torch._dynamo

answers = os.dup(1)
for line in sys.stdin:
    files = [tempfile.TemporaryFile("w+") for _ in range(2)]
    child = os.fork()
    if not child:
        for number, file in enumerate(files, start=1):
            os.dup2(file.fileno(), number)
        warnings.simplefilter("error")
        code = 0
        try:
            exec(compile(json.loads(line), "<string>", "exec"), {"__name__": "__main__"})
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    texts = [file.seek(0) or file.read() for file in files]
    os.write(answers, (json.dumps([status, *texts]) + "\\n").encode())
"""


class Ran(NamedTuple):
    """How the code ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


@contextmanager
def prepared(folder, processes):
    """Yield a function that runs code alone; so many threads may call it at once as there are processes."""
    waiting = Queue()
    started = [
        subprocess.Popen(
            [PYTHON, "-c", PREPARED],
            cwd=folder,
            # There is a process for each core, and a bar of progress is no warning.
            env=os.environ | {"OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(processes)
    ]
    for process in started:
        waiting.put(process)

    def run(code):
        process = waiting.get()
        try:
            process.stdin.write(json.dumps(code) + "\n")
            process.stdin.flush()
            return Ran(*json.loads(process.stdout.readline()))
        finally:
            waiting.put(process)

    yield run
    for process in started:
        process.kill()
        process.communicate()
