"""Put one small mistake at a time into what the book teaches, and see whether a test fails: `make mutation`."""

import ast
import json
import os
import shutil
import sys
import tomllib
from collections import Counter
from pathlib import Path

# A process that forks must have no threads, and the arrays are small.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import libcst
from mutmut import __main__ as mutmut
from mutmut.configuration import reset_config
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.mutators import mutation_operators

from .record import save

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".cache/mutation"
EXPLAINED = Path(__file__).with_name("survivors.toml")
LEAST = 95  # percent, of each part
# What the book teaches, with the checks of its arguments.
PARTS = {
    "reference": ["reference"],
    "cost": ["cost", "arguments/scalars"],
    "algebra": ["algebra", "arguments/layers"],
}
MUTATED = [f"src/onebyone/{name}.py" for names in PARTS.values() for name in names]
TESTS = [
    f"tests/onebyone/test_{name}.py"
    for name in (
        *("cost", "bad_input", "integers", "reference", "contract", "gradients"),
        *("algebra", "linear", "folding", "equalities"),
    )
]
SETTINGS = {
    "source_paths": ["src"],
    "only_mutate": MUTATED,
    "pytest_add_cli_args_test_selection": TESTS,
    "pytest_add_cli_args": ["--hypothesis-profile=mutation"],
}


def change_text(text):
    """Change the text between the braces of an f-string, which mutmut leaves alone."""
    yield text.with_changes(value=f"XX{text.value}XX")


def move_decorators(text):
    """Decorate each function below its definition, since mutmut leaves one with a decorator alone.

    It loses its defaults: the check has them too, a test compares the two, and no call comes without the check's.
    """
    lines = text.splitlines()
    for node in reversed(ast.parse(text).body):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            (decorator,) = node.decorator_list
            taken = node.args
            first = len(taken.args) - len(taken.defaults)
            optional = [
                *zip(taken.args[first:], taken.defaults, strict=True),
                *zip(taken.kwonlyargs, taken.kw_defaults, strict=True),
            ]
            for arg, default in reversed(optional):
                if default:
                    line = lines[default.lineno - 1]
                    line = line[: arg.end_col_offset] + line[default.end_col_offset :]
                    lines[default.lineno - 1] = line
            own = slice(decorator.lineno - 1, decorator.end_lineno)
            lines.insert(node.end_lineno, f"{node.name} = {ast.unparse(decorator)}({node.name})")
            lines[own] = []
    return "\n".join([*lines, ""])


def prepare():
    """Copy what mutmut reads to where it may write."""
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(ROOT / "src/onebyone", WORK / "src/onebyone")
    shutil.copytree(ROOT / "tests/onebyone", WORK / "tests/onebyone")
    shutil.copy(ROOT / "tests/conftest.py", WORK / "tests")
    for path in MUTATED:
        text = (ROOT / path).read_text("utf-8")
        (WORK / path).write_text(move_decorators(text), encoding="utf-8")
    # A string or a list of strings is the same in JSON and TOML.
    lines = [f"{name} = {json.dumps(value)}" for name, value in SETTINGS.items()]
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    (WORK / "pyproject.toml").write_text(
        "\n".join([project, "[tool.mutmut]", *lines, ""]), encoding="utf-8"
    )


def describe(name, path):
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


def explained():
    """Return why each mutant that is known to survive does."""
    reasons = tomllib.loads(EXPLAINED.read_text("utf-8"))["survivors"]
    return {tuple(mutant): reason["why"] for reason in reasons for mutant in reason["mutants"]}


def report(known):
    """Return the results for the record, and what is wrong with them."""
    counts, survivors, wrong = Counter(), {}, []
    shares = {}
    for part, names in PARTS.items():
        here = Counter()
        for path in (Path(f"src/onebyone/{name}.py") for name in names):
            data = mutmut.SourceFileMutationData(path=path)
            data.load()
            fared = {
                name: mutmut.status_by_exit_code[code]
                for name, code in data.exit_code_by_key.items()
            }
            here += Counter(fared.values())
            survivors |= {
                describe(name, path): status
                for name, status in fared.items()
                if status not in ("killed", "timeout")
            }
        percent = 100 * here["killed"] / here.total()
        shares[f"killed in {part}, percent"] = f"{percent:.1f}"
        if percent < LEAST:
            wrong.append(f"{part}: {percent:.1f} percent killed")
        counts += here
    wrong += [
        f"no reason for {survivors[each]}: {each}" for each in survivors.keys() - known.keys()
    ]
    wrong += [f"no such survivor: {each}" for each in known.keys() - survivors.keys()]
    results = {
        "mutants": counts.total(),
        "killed": counts["killed"],
        "timed out": counts["timeout"],
        "survived": counts.total() - counts["killed"] - counts["timeout"],
        **shares,
        "survivors": [
            f"{function}: `{was}` → `{now}`: {known[function, was, now]}"
            for function, was, now in sorted(survivors.keys() & known.keys())
        ],
    }
    return results, wrong


def main():
    """Run mutmut, and save the record where every survivor is explained."""
    prepare()
    os.chdir(WORK)
    reset_config()  # mutmut read it as it was imported, from another folder
    mutation_operators.append((libcst.FormattedStringText, change_text))
    mutmut.cli(["run", "--max-children", "2"], standalone_mode=False)
    results, wrong = report(explained())
    if wrong:
        print(json.dumps(results, indent=1, ensure_ascii=False))
        sys.exit("\n".join(wrong))
    save("mutation", "make mutation", results, ["mutmut", "numpy", "torch"])


if __name__ == "__main__":
    main()
