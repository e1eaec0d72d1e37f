"""What the commands in this folder found, as records, and docs/reference/quality.md, which shows them."""

import datetime
import json
import platform
from importlib.metadata import version
from pathlib import Path

RECORDS = Path(__file__).parent / "records"
PAGE = Path(__file__).parents[1] / "docs/reference/quality.md"
TEMPLATE = Path(__file__).with_name("quality.md")


def save(name, command, results, packages=()):
    """Print a record, save it, and write the page again.

    Args:
        name: The record's file, and its place in the template.
        command: What to type to get these results again.
        results: What was found; a list becomes a list on the page.
        packages: Those on whose versions the results depend.
    """
    record = {
        "command": command,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"Python": platform.python_version()} | {p: version(p) for p in packages},
        "results": results,
    }
    text = json.dumps(record, indent=1, ensure_ascii=False)
    print(text)
    (RECORDS / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    PAGE.write_text(to_page(load()), encoding="utf-8")


def load():
    """Return the records by name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in RECORDS.glob("*.json")}


def to_page(records):
    """Fill the template: each record where the template names it."""
    tables = {name: to_markdown(record) for name, record in records.items()}
    return TEMPLATE.read_text("utf-8").format(**tables)


def to_markdown(record):
    """Return a record as a table, its lists below, and the command."""
    lines = ["| Result | Value |", "|:--|--:|"]
    lists = {what: each for what, each in record["results"].items() if isinstance(each, list)}
    for what, value in record["results"].items():
        if what not in lists:
            lines.append(f"| {what} | {f'{value:,}' if isinstance(value, int) else value} |")
    for what, values in lists.items():
        lines += ["", f"{what}:", "", *(f"- {value}" for value in values)]
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    return "\n".join([*lines, "", f"`{record['command']}`, {record['date']}, with {versions}."])


if __name__ == "__main__":
    PAGE.write_text(to_page(load()), encoding="utf-8")
