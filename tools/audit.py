"""Ask what is known against the locked packages. Where that cannot be asked, say so, and fail."""

import json
import subprocess
import sys
from pathlib import Path

from .record import write

BOOK = Path(__file__).parents[1]
AUDIT = ["pip_audit", "--requirement", "requirements.lock", "--no-deps"]
OUTPUT = ["--disable-pip", "--progress-spinner", "off", "--format", "json"]


def main():
    """Ask, and keep the answer."""
    asked = subprocess.run(
        [sys.executable, "-m", *AUDIT, *OUTPUT],
        cwd=BOOK,
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        packages = json.loads(asked.stdout)["dependencies"]
        reasons = [each.get("skip_reason") for each in packages]
    except json.JSONDecodeError:
        packages, reasons = [], [asked.stderr.strip().rpartition("\n")[2]]
    if all(reasons) or not packages:
        results = {
            "Packages asked about": 0,
            "What was said of the first": reasons[0] or "nothing",
        }
        green = False
    else:
        known = [
            f"{each['name']} {each['version']}: {flaw['id']}"
            for each in packages
            for flaw in each.get("vulns", [])
        ]
        skipped = [each["name"] for each in packages if "skip_reason" in each]
        results = {
            "Packages asked about": len(packages) - len(skipped),
            "Packages that could not be asked about": skipped,
            "Known vulnerabilities": known,
        }
        green = not known and not skipped
    write("audit", "make audit", results, ["pip-audit"])
    sys.exit(not green)


if __name__ == "__main__":
    main()
