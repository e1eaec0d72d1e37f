"""Print which locked packages have newer releases that fit this Python."""

import json
import subprocess
import sys
from pathlib import Path

from .record import write

BOOK = Path(__file__).parents[1]


def main():
    """Ask pip, and keep the answer."""
    lines = (BOOK / "requirements.lock").read_text("utf-8").splitlines()
    locked = {line.partition("==")[0] for line in lines}
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--outdated", "--format", "json"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    due = [
        f"{each['name']} {each['version']}, newest {each['latest_version']}"
        for each in json.loads(listed.stdout)
        if each["name"].lower().replace("_", "-") in locked
    ]
    results = {"Locked packages": len(locked), "Newer releases": due}
    write("outdated", "make outdated", results, ["pip"])


if __name__ == "__main__":
    main()
