"""Measure the NumPy reference and the PyTorch path against the bare matrix product and PyTorch, and print tables.

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
import torch
from layers import POINTWISE, SPATIAL, TEN

HERE = Path(__file__).parent
LIBRARIES = ("onebyone", "matmul", "torch")
ROUNDS = 2
CPUINFO = Path("/proc/cpuinfo")


def measure(file, library, *options):
    """Return the records of a process that holds one library: their thread pools disturb each other."""
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
        command += [f"{HERE / file}::test_{library}", *options]
        command += [f"--benchmark-json={record}", "--benchmark-disable-gc"]
        subprocess.run(
            command, env=environment, check=True, capture_output=True
        )
        return json.loads(record.read_text())["benchmarks"]


def best_times():
    """Return the shortest time of each layer in each library, whose turns alternate.

    The shortest, because whatever else the machine does only adds to it.
    """
    times = {name: {} for name in LIBRARIES}
    options = ("--benchmark-warmup=on", "--benchmark-max-time=0.2")
    for _ in range(ROUNDS):
        for name, best in times.items():
            for one in measure("bench_libraries.py", name, *options):
                layer, seconds = one["extra_info"]["layer"], one["stats"]["min"]
                best[layer] = min(seconds, best.get(layer, seconds))
    return times


def best_times_on_tensors():
    """Return the shortest time of each layer by contestant, for each device and memory layout."""
    times = {}
    for one in measure("bench_tensors.py", "tensors"):
        run, seconds = one["extra_info"], one["stats"]["min"]
        contestants = times.setdefault(run["setting"], {})
        best = contestants.setdefault(run["contestant"], {})
        seconds /= run["calls"]
        best[run["layer"]] = min(seconds, best.get(run["layer"], seconds))
    return times


def print_table(layers, times, others, goal=None, title="milliseconds"):
    """Print a line for each layer, and the geometric mean of the ratios to the best of the others."""
    names = ["onebyone", *others]
    print(f"\n{title:38}" + "".join(f"{name:>10}" for name in names), end="")
    print(f"{'ratio':>8}")
    ratios = []
    for layer in layers:
        ours, *theirs = (times[name][layer.name] for name in names)
        ratios.append(ours / min(theirs))
        shape = f"{layer.in_channels}→{layer.out_channels}"
        columns = "".join(f"{each * 1e3:10.3f}" for each in (ours, *theirs))
        print(f"{layer.name:27}{shape:>11}{columns}{ratios[-1]:8.2f}")
    mean = "geometric mean" + (f" (goal: at most {goal})" if goal else "")
    print(f"{mean:{38 + 10 * len(names)}}{geometric_mean(ratios):8.2f}")


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
    if torch.cuda.is_available():
        print(torch.cuda.get_device_name())


if __name__ == "__main__":
    print_machine()
    times = best_times()
    print_table(POINTWISE, times, ["matmul"], goal=1.1)
    print_table(POINTWISE, times, ["torch"])
    print_table(SPATIAL, times, ["torch"], goal=2.5)
    print("\nconv1x1 on tensors. The ratio is to the best of the others.")
    for setting, times in best_times_on_tensors().items():
        others = [name for name in times if name != "onebyone"]
        print_table(TEN, times, others, goal=1.05, title=f"ms, {setting}")
