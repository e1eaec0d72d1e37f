"""Write docs/reference/quality.md from the records: its numbers are those that commands printed."""

import json
from pathlib import Path

RECORDS = Path(__file__).parent / "records"
PAGE = Path(__file__).parents[1] / "docs/reference/quality.md"
HEAD = """\
---
description: What the hard tests of this book printed, with the command, the date and the versions of each.
---

# Quality

*How far can you trust this book?*

As far as the commands on this page go. Each table is what one of them printed; no result here was typed by hand.
`make quality` runs the tests and writes this page again; so do the other commands, which take longer.
"""
TAIL = """\
!!! takeaway "Takeaway"
    Do not believe a number here: run the command under it.
"""
# What each record shows, in the order of the page. Numbers stand in the records alone.
SECTIONS = {
    "suite": ("The tests", "What runs before every change lands."),
    "coverage": (
        "Coverage",
        "Every line and every branch of `src/` runs in a test.",
    ),
    "op_db": (
        "PyTorch's own samples",
        "PyTorch tests its operations on samples and on wrong calls. Those within the contract of `onebyone` "
        "give the same values here, in NumPy and on tensors, and the wrong calls raise.",
    ),
    "fuzz": (
        "Drawn calls",
        "Hypothesis draws calls of every public function, wrong as often as right. Each gives the right value, "
        "or a `ValueError` or `TypeError` that names the argument.",
    ),
    "mutation": (
        "Mutants",
        "A mutant is the code with one small mistake put in. A test should fail; the mutants that no test noticed "
        "are listed, each with the reason.",
    ),
    "versions": (
        "Versions",
        "The tests of the code under other versions of Python, NumPy and PyTorch.",
    ),
    "wheel": (
        "The wheel",
        "The package as `pip` installs it, in an environment away from the book: each block of the site runs from it.",
    ),
    "survival": (
        "The build",
        "A build that is killed, finds a broken cache or a full disk harms no site; "
        "two builds of one commit are equal byte for byte.",
    ),
    "audit": (
        "Known vulnerabilities",
        "What `pip-audit` says of the packages in the lock.",
    ),
    "outdated": (
        "What is due",
        "The packages in the lock of which there is a newer release.",
    ),
    "workflows": (
        "The workflows",
        "What checkers say of the files in `.github/workflows/`.",
    ),
}


def page(records):
    """Return the page: a section for each record, with what its command printed."""
    sections = [
        section(title, meaning, records[name]) for name, (title, meaning) in SECTIONS.items()
    ]
    return "\n".join([HEAD, *sections, TAIL])


def section(title, meaning, record):
    lines = [f"## {title}", "", meaning, "", "| What | Printed |", "|:--|--:|"]
    results = record["results"]
    lists = {k: v for k, v in results.items() if v and isinstance(v, list)}
    for what, value in results.items():
        if what not in lists:
            printed = f"{value:,}" if isinstance(value, int) else value
            lines.append(f"| {what} | {printed or 'none'} |")
    for what, values in lists.items():
        lines += ["", f"{what}:", "", *(f"- {value}" for value in values)]
    versions = ", ".join(f"{k} {v}" for k, v in record["versions"].items())
    command, date = record["command"], record["date"]
    lines += ["", f"`{command}`, {date}, with {versions}.", ""]
    return "\n".join(lines)


def kept():
    """Return the records by name."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(RECORDS.glob("*.json"))
    }


def renew():
    """Write the page."""
    PAGE.write_text(page(kept()), encoding="utf-8")


if __name__ == "__main__":
    renew()
