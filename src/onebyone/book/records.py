"""What was measured once, and on which machine."""

import datetime
import json
import os
import platform
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

CPUINFO = Path("/proc/cpuinfo")


def load(name: str) -> dict[str, Any]:
    """Return a record that comes with the package: "speed" or "training".

    Raises:
        ValueError: There is no record of that name.
        TypeError: name is not a string.

    Examples:
        >>> load("speed")["command"]
        'make bench'
    """
    if not isinstance(name, str):
        raise TypeError(f"name: expected a string, got {name!r}")
    folder = files("onebyone") / "data"
    names = sorted(
        file.name.removesuffix(".json")
        for file in folder.iterdir()
        if file.name.endswith(".json")
    )
    if name not in names:
        raise ValueError(
            f"name: expected one of {', '.join(names)}, got {name!r}"
        )
    text = (folder / f"{name}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def save(name: str, record: dict[str, Any]) -> None:
    """Replace a record of the package.

    Args:
        name: As for `load`.
        record: The measurements, with the "machine" and the "command" that made them.

    Raises:
        ValueError: There is no record of that name.
    """
    load(name)
    text = json.dumps(record, indent=1, ensure_ascii=False)
    folder = Path(str(files("onebyone"))) / "data"
    (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def describe_machine(*packages: str) -> dict[str, Any]:
    """Return the processor, its cores, the system, the date, and the versions of Python and of these packages.

    Raises:
        importlib.metadata.PackageNotFoundError: A package is not installed.

    Examples:
        >>> sorted(describe_machine("numpy")["versions"])
        ['Python', 'numpy']
    """
    return {
        "processor": _name_processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {
            "Python": platform.python_version(),
            **{name: version(name) for name in packages},
        },
    }


def _name_processor() -> str:
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    for line in lines:
        label, _, value = line.partition(":")
        if label.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()
