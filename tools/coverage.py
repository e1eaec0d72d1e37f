"""Record how many lines and branches of src/ the tests of the code and a build of the site run."""

import json
import tempfile
from pathlib import Path

from coverage import Coverage

from .record import save


def main():
    """Read what `coverage combine` left, and save the totals."""
    measured = Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        measured.json_report(outfile=str(report))
        found = json.loads(report.read_text("utf-8"))
    missing = {str(path) for path in Path("src").rglob("*.py")} - found["files"].keys()
    if missing:
        raise SystemExit(f"never imported: {', '.join(sorted(missing))}")
    totals = found["totals"]
    results = {
        "Files": len(found["files"]),
        "Lines": totals["num_statements"],
        "Lines that ran": totals["covered_lines"],
        "Lines left out": totals["excluded_lines"],
        "Branches": totals["num_branches"],
        "Branches that ran": totals["covered_branches"],
        "Percent of both": f"{totals['percent_covered']:.2f}",
    }
    save("coverage", "make coverage", results, ["coverage", "pytest"])


if __name__ == "__main__":
    main()
