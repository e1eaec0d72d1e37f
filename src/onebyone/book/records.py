"""What was measured once, on a machine that the record names."""

import datetime
import json
import os
import platform
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

CPUINFO = Path("/proc/cpuinfo")


def record(name: str) -> dict[str, Any]:
    """Return a record that comes with the package.

    Args:
        name: Which one: "speed" or "training".

    Returns:
        What was measured, and under "machine" and "command" where and how.

    Raises:
        ValueError: There is no record of that name.
        TypeError: name is not a string.

    Examples:
        >>> record("speed")["command"]
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


def keep(name: str, found: dict[str, Any]) -> None:
    """Write a record into the package, in place of the one that was there.

    Args:
        name: Which one: "speed" or "training".
        found: What was measured, and under "machine" and "command" where and how.

    Raises:
        ValueError: There is no record of that name.
    """
    record(name)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    folder = Path(str(files("onebyone"))) / "data"
    (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def machine(*packages: str) -> dict[str, Any]:
    """Describe the machine, as a record should.

    Args:
        packages: Those whose versions belong to the record.

    Returns:
        The processor's name, its cores, the system, the date, and the versions of Python and of the packages.

    Raises:
        importlib.metadata.PackageNotFoundError: A package is not installed.

    Examples:
        >>> sorted(machine("numpy")["versions"])
        ['Python', 'numpy']
    """
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {
            "Python": platform.python_version(),
            **{name: version(name) for name in packages},
        },
    }


def _processor() -> str:
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    for line in lines:
        label, _, value = line.partition(":")
        if label.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()
