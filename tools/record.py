"""What a command printed of the book's quality, kept beside the command, its date and its versions."""

import datetime
import json
import platform
from importlib.metadata import version

from .page import RECORDS, renew


def write(name, command, results, versions=()):
    """Print the results, keep them, and write docs/reference/quality.md anew.

    Args:
        name: That of the record, and of its section in page.py.
        command: What to type to have it again.
        results: What was found: {"mutants": 612, "killed": 598}. A list of strings becomes a list on the page.
        versions: The packages on whose versions the results depend.
    """
    record = {
        "command": command,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {
            "Python": platform.python_version(),
            **{each: version(each) for each in versions},
        },
        "results": results,
    }
    text = json.dumps(record, indent=1, ensure_ascii=False)
    print(text)
    RECORDS.mkdir(exist_ok=True)
    (RECORDS / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    renew()
