"""What stands at the root of the repository agrees with the rest of it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from .fences import fenced

BOOK = Path(__file__).parents[1]
PAPERS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
VERSION = tomllib.loads((BOOK / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def text(name):
    return (BOOK / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAPERS)
def test_each_link_to_a_file_leads_to_one(name):
    links = LINK.findall(text(name))
    assert [link for link in links if not (BOOK / link).exists()] == []


@pytest.mark.parametrize("name", PAPERS)
def test_each_target_that_is_named_is_one_of_make(name):
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s]*(?:[`#,;.]|$))", text(name)))
    assert named <= targets


def test_the_code_in_the_readme_runs():
    (block,) = fenced(text("README.md"), "python")
    subprocess.run([sys.executable, "-W", "error", "-c", block], check=True)


def test_the_version_is_one_everywhere():
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["version"] == VERSION
    assert f"\n## {VERSION}" in text("CHANGELOG.md")


def test_each_field_of_an_issue_form_has_a_label_and_a_name_of_its_own():
    forms = sorted((BOOK / ".github/ISSUE_TEMPLATE").glob("[0-9]*.yml"))
    assert forms
    for form in forms:
        content = yaml.safe_load(form.read_text(encoding="utf-8"))
        assert {"name", "description", "body"} <= set(content)
        fields = [field["id"] for field in content["body"]]
        assert len(set(fields)) == len(fields)
        assert all(field["attributes"]["label"] for field in content["body"])
