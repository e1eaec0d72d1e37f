"""Change one thing at a time in what the book teaches, and see whether a test of it fails."""

import json
import os
import shutil
import sys
import tomllib
from pathlib import Path

# A process that forks must have no threads, and the arrays are small.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import libcst
from mutmut import __main__ as mutmut
from mutmut.configuration import reset_config
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.mutators import mutation_operators

from .record import write

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".cache/mutation"
EXPLAINED = Path(__file__).with_name("survivors.toml")
LEAST = 95  # percent
MUTATED = [f"src/onebyone/{name}.py" for name in ("reference", "cost", "algebra")]
TESTS = [
    f"tests/onebyone/test_{name}.py"
    for name in (
        *("cost", "bad_input", "integers", "reference", "contract"),
        *("algebra", "linear", "folding", "equalities"),
    )
]
SETTINGS = {
    "source_paths": ["src"],
    "only_mutate": MUTATED,
    "pytest_add_cli_args_test_selection": TESTS,
    "pytest_add_cli_args": ["--hypothesis-profile=mutation"],
}


def shouted(text):
    """Change the text between the braces of an f-string, which mutmut leaves alone."""
    yield text.with_changes(value=f"XX{text.value}XX")


def prepare():
    """Copy what mutmut reads to where it may write."""
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(ROOT / "src/onebyone", WORK / "src/onebyone")
    shutil.copytree(ROOT / "tests/onebyone", WORK / "tests/onebyone")
    shutil.copy(ROOT / "tests/conftest.py", WORK / "tests")
    # What JSON says of strings, numbers and lists of them, TOML says too.
    lines = [f"{name} = {json.dumps(SETTINGS[name])}" for name in SETTINGS]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (WORK / "pyproject.toml").write_text(
        "\n".join([project, "[tool.mutmut]", *lines, ""]), encoding="utf-8"
    )


def difference(name, path):
    """Return what a mutant changes: the function, the lines that were, and the lines that are."""
    lines = get_diff_for_mutant(name, path=path).splitlines()
    was, now = (
        " ".join(
            line[1:].strip()
            for line in lines
            if line.startswith(sign) and not line.startswith(3 * sign)
        )
        for sign in "-+"
    )
    function = name.removeprefix("onebyone.").partition("__mutmut")[0]
    return function.replace(".x_", "."), was, now


def outcomes():
    """Return each mutant with its file and how it fared."""
    for path in map(Path, MUTATED):
        data = mutmut.SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            yield name, path, mutmut.status_by_exit_code[code]


def report(fared, explained):
    """Return the results for the record, and what is wrong with them."""
    count = {
        status: [path for _, path, each in fared if each == status]
        for status in ("killed", "timeout")
    }
    survivors = {
        difference(name, path): status for name, path, status in fared if status not in count
    }
    results = {
        "mutants": len(fared),
        "killed": len(count["killed"]),
        "timed out": len(count["timeout"]),
        "survived": len(fared) - sum(map(len, count.values())),
    }
    wrong = []
    for path in map(Path, MUTATED):
        of_file = sum(each == path for _, each, _ in fared)
        percent = 100 * count["killed"].count(path) / of_file
        results[f"killed in {path.name}, percent"] = f"{percent:.1f}"
        if percent < LEAST:
            wrong.append(f"{path}: {percent:.1f} percent killed")
    wrong += [
        f"no explanation of {survivors[each]}: {each}"
        for each in survivors.keys() - explained.keys()
    ]
    wrong += [f"no such survivor: {each}" for each in explained.keys() - survivors.keys()]
    results["survivors"] = [
        f"{function}: `{was}` → `{now}`: {explained[function, was, now]}"
        for function, was, now in sorted(survivors.keys() & explained.keys())
    ]
    return results, wrong


def main():
    """Run mutmut, and keep the record where every survivor is explained."""
    entries = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    explained = {
        (each["function"], each["was"], each["now"]): each["why"] for each in entries["survivor"]
    }
    prepare()
    os.chdir(WORK)
    reset_config()  # mutmut read it as it was imported, from another folder
    mutation_operators.append((libcst.FormattedStringText, shouted))
    mutmut.cli(["run", "--max-children", "2"], standalone_mode=False)
    results, wrong = report(list(outcomes()), explained)
    if wrong:
        print(json.dumps(results, indent=1, ensure_ascii=False))
        sys.exit("\n".join(wrong))
    write("mutation", "make mutation", results, ["mutmut", "numpy", "torch"])


if __name__ == "__main__":
    main()
