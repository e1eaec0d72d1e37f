"""Write docs/reference/quality.md from the records: its numbers are those that commands printed."""

import json
from pathlib import Path

from record import RECORDS

PAGE = Path(__file__).parents[2] / "docs/reference/quality.md"
# What each record shows, in the order of the page. Numbers stand in the records alone.
SECTIONS = {}


def page(sections, records):
    """Return the page: a section for each record, with what its command printed."""
    lines = []
    for name, (title, meaning) in sections.items():
        record = records[name]
        lines += [f"## {title}", "", meaning, ""]
        lines += ["| What | Printed |", "|:--|--:|"]
        lists = []
        for what, value in record["results"].items():
            if isinstance(value, list):
                lists.append((what, value))
            else:
                number = f"{value:,}" if isinstance(value, int) else value
                lines.append(f"| {what} | {number} |")
        for what, values in lists:
            lines += ["", f"{what}:", ""]
            lines += [f"- {value}" for value in values or ["none"]]
        versions = ", ".join(f"{k} {v}" for k, v in record["versions"].items())
        printed = f"Printed by `{record['command']}` on {record['date']}, with {versions}."
        lines += ["", printed, ""]
    return "\n".join(lines)


def kept():
    """Return the records by name."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(RECORDS.glob("*.json"))
    }
