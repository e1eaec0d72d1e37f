"""Measure the layers in every library, print tables, and write the record that the page on speed shows.

No time fails: a time says as much about the machine and its other work.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from layers import DEPTHWISE, POINTWISE, SPATIAL, TEN

from onebyone.book import records, timings

HERE = Path(__file__).parent
LIBRARIES = ("onebyone", "matmul", *timings.RIVALS)
ROUNDS = 3
BRIEF = ("--benchmark-warmup=on", "--benchmark-max-time=0.2")


def measure(file, test, *options):
    """Return the records of a process that holds one library: their thread pools disturb each other."""
    # These pin OpenBLAS to the kernels of an older processor on some machines.
    pinned = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    environment = {k: v for k, v in os.environ.items() if k not in pinned}
    with TemporaryDirectory() as folder:
        written = Path(folder) / "record.json"
        command = [sys.executable, "-m", "pytest", "--quiet"]
        command += ["--override-ini=addopts=", f"{HERE / file}"]
        command += [f"--benchmark-json={written}", "--benchmark-disable-gc"]
        command += ["-k", f"{test}[" if test else "test", *options]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        return json.loads(written.read_text())["benchmarks"]


def seconds_of_layers():
    """Return the shortest time of each layer in each library, whose turns alternate.

    The shortest, because whatever else the machine does only adds to it.
    """
    times = {}
    for _ in range(ROUNDS):
        for name in LIBRARIES:
            for one in measure("bench_libraries.py", f"test_{name}", *BRIEF):
                best = times.setdefault(one["extra_info"]["layer"], {})
                seconds = one["stats"]["min"]
                best[name] = min(seconds, best.get(name, seconds))
    return times


def seconds_on_tensors():
    """Return the shortest time of each layer by contestant, for each device and memory layout."""
    times = {}
    for one in measure("bench_tensors.py", ""):
        run, seconds = one["extra_info"], one["stats"]["min"]
        of_setting = times.setdefault(run["setting"], {})
        best = of_setting.setdefault(run["layer"], {})
        seconds /= run["calls"]
        name = run["contestant"]
        best[name] = min(seconds, best.get(name, seconds))
    return times


def limits_and_growth():
    """Return the two limits of the machine, a second, and the times of layers that grow."""
    limits, growth = {}, {}
    for one in measure("bench_machine.py", "", *BRIEF):
        run, seconds = one["extra_info"], one["stats"]["min"]
        what = run.pop("what")
        if "amount" in run:
            limits[what] = run["amount"] / seconds
        else:
            growth.setdefault(what, []).append(run | {"seconds": seconds})
    return limits, growth


def with_seconds(layers, times):
    return [layer._asdict() | {"seconds": times[layer.name]} for layer in layers]


def described():
    """Return the machine, with what its times depend on besides."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    names = ("numpy", "torch", "onnxruntime", "openvino", "jax")
    result = records.describe_machine(*names)
    result["blas"] = f"{blas['name']} {blas['version']}"
    result["gpu"] = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return result


if __name__ == "__main__":
    load = os.getloadavg()[0]
    times = seconds_of_layers()
    limits, growth = limits_and_growth()
    tensors = {
        setting: with_seconds(TEN, of_setting)
        for setting, of_setting in seconds_on_tensors().items()
    }
    record = {
        "command": "make bench",
        "machine": described() | {"load before": load},
        "limits": limits,
        "layers": with_seconds(POINTWISE + SPATIAL + DEPTHWISE, times),
        "growth": growth,
        "tensors": tensors,
    }
    records.save("speed", record)

    print(json.dumps(record["machine"], indent=1))
    print("\nmicroseconds; the ratio is to the fastest of the others")
    for layers, others, goal in (
        (POINTWISE, ["matmul"], 1.05),
        (POINTWISE, timings.RIVALS, 1.0),
        (SPATIAL, ["torch"], 1.5),
        (SPATIAL, timings.RIVALS, None),
    ):
        print(f"\nNumPy{f', goal: at most {goal}' if goal else ''}")
        print(timings.compare(with_seconds(layers, times), others))
    for setting, rows in tensors.items():
        print(f"\non tensors: {setting}, goal: at most 1.05")
        others = [name for name in rows[0]["seconds"] if name != "onebyone"]
        print(timings.compare(rows, others))
