"""The workflows run what is pinned, with the least rights, and publish where Colab looks."""

import re
from pathlib import Path

import pytest
import yaml

BOOK = Path(__file__).parents[1]
WORKFLOWS = sorted(BOOK.glob(".github/workflows/*.yml"))
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
SITE = BOOK / ".github/workflows/site.yml"
JOBS = {
    f"{path.stem}-{name}": job
    for path in WORKFLOWS
    for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items()
}
OWN = {name: job for name, job in JOBS.items() if "steps" in job}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path):
    text = path.read_text("utf-8")
    others = text.count("uses: ") - text.count("uses: $/")
    assert len(PINNED.findall(text)) == others > 0


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_and_no_more(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", JOBS)
def test_only_the_job_that_publishes_may_write(name):
    rights = {"contents": "write"} if name == "site-publish" else None
    assert JOBS[name].get("permissions") == rights


@pytest.mark.parametrize("name", OWN)
def test_a_job_ends_in_time_and_leaves_no_credentials(name):
    assert JOBS[name]["timeout-minutes"] <= 60
    for step in JOBS[name]["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", OWN)
def test_each_target_that_a_job_makes_is_in_the_makefile(name):
    makefile = (BOOK / "Makefile").read_text("utf-8")
    for step in JOBS[name]["steps"]:
        for target in re.findall(r"^make (\w+)", step.get("run", ""), re.M):
            assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_site_is_published_only_from_main_and_only_when_green():
    site = yaml.safe_load(SITE.read_text("utf-8"))
    assert site["jobs"]["publish"]["needs"] == ["test", "build"]
    assert site["jobs"]["test"]["uses"] == "$/.github/workflows/test.yml"
    for job in "publish", "test":
        assert site["jobs"][job]["if"] == "github.event_name == 'push'"
    assert site[True]["push"] == {"branches": ["main"]}  # YAML 1.1: on is true


def test_the_site_is_built_where_git_knows_the_commit_and_its_date():
    git, checkout, trust, build = JOBS["site-build"]["steps"][:4]
    assert git["run"].endswith(" git")
    assert checkout["uses"].startswith("actions/checkout@")
    assert "safe.directory" in trust["run"]
    assert build["run"] == "bash .ci/run"


def test_colab_opens_the_branch_to_which_the_site_is_pushed():
    text = (BOOK / "mkdocs.yml").read_text("utf-8")
    (branch,) = re.findall(r"^ +colab: \S+/blob/([\w-]+)/", text, re.M)
    pushes = JOBS["site-publish"]["steps"][-1]["run"]
    assert pushes.rstrip().endswith(f" {branch}")
