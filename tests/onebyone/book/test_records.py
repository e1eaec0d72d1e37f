"""A record says where and how it was made, and a machine is described by what is installed on it."""

import datetime
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

import pytest

from onebyone.book import records

NAMES = sorted(
    file.name.removesuffix(".json")
    for file in (files("onebyone") / "data").iterdir()
    if file.name.endswith(".json")
)


@pytest.mark.parametrize("name", NAMES)
def test_every_record_names_its_command_its_machine_and_its_day(name):
    found = records.load(name)
    machine = found["machine"]
    assert found["command"].startswith(("make ", "python -m onebyone."))
    assert machine["processor"]
    assert machine["cores"] >= 1
    assert datetime.date.fromisoformat(machine["date"])
    assert {"Python", "torch"} <= machine["versions"].keys()


@pytest.mark.parametrize("name", ["", "sped", "speed.json", "../data/speed"])
def test_an_unknown_record_is_refused_with_the_names_that_there_are(name):
    with pytest.raises(ValueError, match="name: expected") as caught:
        records.load(name)
    assert str(caught.value) == f"name: expected one of {', '.join(NAMES)}, got {name!r}"


def test_two_calls_return_records_that_share_nothing():
    one, other = records.load(NAMES[0]), records.load(NAMES[0])
    one["machine"].clear()
    assert other["machine"]


def test_a_machine_is_described_by_what_python_says_of_it():
    found = records.describe_machine("numpy", "pytest")
    assert found["cores"] == os.cpu_count()
    assert found["system"] == platform.system()
    assert found["versions"] == {
        "Python": platform.python_version(),
        "numpy": version("numpy"),
        "pytest": version("pytest"),
    }


def test_a_package_that_is_not_installed_has_no_version():
    with pytest.raises(PackageNotFoundError, match="no-such-package"):
        records.describe_machine("no-such-package")


def test_a_record_is_read_as_it_was_saved(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/speed.json").write_text("{}")
    monkeypatch.setattr(records, "files", lambda _: tmp_path)
    found = {"command": "make bench", "layers": [1, 2], "machine": "µ"}
    records.save("speed", found)
    assert records.load("speed") == found
    with pytest.raises(ValueError, match="name: expected one of speed, got"):
        records.save("sped", found)


@pytest.mark.parametrize("name", [None, 1, ["speed"]])
def test_a_name_that_is_no_string_is_refused(name):
    with pytest.raises(TypeError) as caught:
        records.load(name)
    assert str(caught.value) == f"name: expected a string, got {name!r}"


def test_a_processor_has_the_name_that_linux_gives_it(tmp_path, monkeypatch):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Abacus 3\n")
    monkeypatch.setattr(records, "CPUINFO", cpuinfo)
    assert records.describe_machine()["processor"] == "Abacus 3"


@pytest.mark.parametrize("text", [None, "processor\t: 0\n"])
def test_a_processor_without_a_name_there_has_that_which_python_knows(tmp_path, monkeypatch, text):
    cpuinfo = tmp_path / "cpuinfo"
    if text:
        cpuinfo.write_text(text)
    monkeypatch.setattr(records, "CPUINFO", cpuinfo)
    known = platform.processor() or platform.machine()
    assert records.describe_machine()["processor"] == known
