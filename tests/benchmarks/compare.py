"""Measure the NumPy reference against the bare matrix product and PyTorch, and print a table.

No time fails: a time says as much about the machine and its other work.
"""

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from statistics import geometric_mean
from tempfile import TemporaryDirectory

import numpy as np
from layers import POINTWISE, SPATIAL

HERE = Path(__file__).parent
LIBRARIES = ("onebyone", "matmul", "torch")
ROUNDS = 2
CPUINFO = Path("/proc/cpuinfo")


def measure(library):
    """Return seconds by layer, from a process that holds one library: their thread pools disturb each other."""
    # These pin OpenBLAS to the kernels of an older processor on some machines.
    pinned = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    environment = {k: v for k, v in os.environ.items() if k not in pinned}
    with TemporaryDirectory() as folder:
        record = Path(folder) / "record.json"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--quiet",
            "--override-ini=addopts=",
        ]
        command += [f"{HERE / 'bench_libraries.py'}::test_{library}"]
        command += [f"--benchmark-json={record}", "--benchmark-warmup=on"]
        command += ["--benchmark-max-time=0.2", "--benchmark-disable-gc"]
        subprocess.run(
            command, env=environment, check=True, capture_output=True
        )
        measured = json.loads(record.read_text())["benchmarks"]
    # The shortest time: whatever else the machine does only adds to it.
    return {one["extra_info"]["layer"]: one["stats"]["min"] for one in measured}


def best_times():
    """Return the shortest time of each layer in each library, whose turns alternate."""
    rounds = [
        {name: measure(name) for name in LIBRARIES} for _ in range(ROUNDS)
    ]
    return {
        name: {
            layer: min(turn[name][layer] for turn in rounds)
            for layer in rounds[0][name]
        }
        for name in LIBRARIES
    }


def print_table(layers, times, other, goal=None):
    """Print a line for each layer, and the geometric mean of the ratios."""
    print(f"\n{'milliseconds':38}{'onebyone':>10}{other:>10}{'ratio':>8}")
    ratios = []
    for layer in layers:
        ours, theirs = times["onebyone"][layer.name], times[other][layer.name]
        ratios.append(ours / theirs)
        shape = f"{layer.in_channels}→{layer.out_channels}"
        print(
            f"{layer.name:27}{shape:>11}{ours * 1e3:10.3f}{theirs * 1e3:10.3f}{ratios[-1]:8.2f}"
        )
    mean = "geometric mean" + (f" (goal: at most {goal})" if goal else "")
    print(f"{mean:58}{geometric_mean(ratios):8.2f}")


def print_machine():
    """Print what the times depend on."""
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    named = [
        line.partition(": ")[2]
        for line in lines
        if line.startswith("model name")
    ]
    processor = (
        named[0] if named else platform.processor() or platform.machine()
    )
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    print(f"{processor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(
        f"Python {platform.python_version()}, NumPy {version('numpy')}", end=" "
    )
    print(f"({blas['name']} {blas['version']}), PyTorch {version('torch')}")


if __name__ == "__main__":
    print_machine()
    times = best_times()
    print_table(POINTWISE, times, "matmul", goal=1.1)
    print_table(POINTWISE, times, "torch")
    print_table(SPATIAL, times, "torch", goal=2.5)
