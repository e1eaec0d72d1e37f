"""A summary reads as text, as HTML and as data, and all say the same."""

import csv
import io
import json

import pytest
import torch
from torch import nn

from onebyone.architectures import resnet50
from onebyone.summary import KINDS, Summary, summary

from ..refusals import refused


@pytest.fixture(scope="module")
def resnet():
    with torch.device("meta"):
        return summary(resnet50(), (3, 224, 224))


def test_a_short_network_is_one_table():
    found = summary(nn.Sequential(nn.Conv2d(512, 64, 1)), (512, 256, 256))
    assert repr(found).splitlines() == [
        "Layer      |              Kind |     Output | Parameters |          MACs | Activations, bytes",
        "Conv2d 1×1 | pointwise, reduce | 64×256×256 |     32,832 | 2,147,483,648 |         16,777,216",
        "Total      |                   |            |     32,832 | 2,147,483,648 |         16,777,216",
    ]
    assert "<td>32,832</td>" in found._repr_html_()


def test_a_long_network_says_first_what_is_wanted_first(resnet):
    kinds, costliest, whole = repr(resnet).split("\n\n")
    assert kinds.splitlines()[0] == "By kind"
    assert len(costliest.splitlines()) == 2 + 10
    assert "conv1: Conv2d 7×7" in costliest.splitlines()[2]
    assert len(whole.splitlines()) == 2 + len(resnet.layers) + 1
    assert resnet._repr_html_().count("<table") == 3


def test_kinds_share_all_that_there_is(resnet):
    assert [kind.kind for kind in resnet.kinds] == [
        kind for kind in KINDS if any(la.kind == kind for la in resnet.layers)
    ]
    for name in "parameters", "macs", "activations":
        assert sum(getattr(kind, name) for kind in resnet.kinds) == getattr(resnet, name)
    assert sum(kind.layers for kind in resnet.kinds) == len(resnet.layers)


def test_roles_share_what_is_1x1(resnet):
    roles = {role.kind: role.layers for role in resnet.roles}
    assert roles == {"project": 1, "expand": 16, "shortcut": 4, "reduce": 15, "classify": 1}
    assert sum(role.macs for role in resnet.roles) == resnet.only("pointwise", "dense").macs


def test_some_kinds_alone_are_a_summary(resnet):
    assert resnet.only("pointwise") == resnet.pointwise
    both = resnet.only("pointwise", "spatial")
    assert both.macs == resnet.macs - resnet.only("dense").macs
    expected = f"kinds: expected some of {', '.join(KINDS)}, got '1x1'"
    with refused(ValueError(expected)):
        resnet.only("1x1")


def test_the_dictionary_is_json_and_holds_every_row(resnet):
    data = json.loads(json.dumps(resnet.to_dict()))
    assert (data["parameters"], data["macs"]) == (resnet.parameters, resnet.macs)
    assert [row["path"] for row in data["layers"]] == [la.path for la in resnet.layers]
    assert data["layers"][0]["output"] == [64, 112, 112]
    assert data["layers"][0]["kind"] == "spatial"


def test_the_csv_holds_every_row(resnet):
    rows = list(csv.DictReader(io.StringIO(resnet.to_csv())))
    assert sum(int(row["macs"]) for row in rows) == resnet.macs
    assert rows[-1]["role"] == "classify"
    assert rows[0]["output"] == "64×112×112"


def test_text_of_a_model_cannot_become_html():
    class Odd(nn.Module):
        def forward(self, x):
            return x + 1

    Odd.__name__ = "<b>"
    assert "<b>" not in summary(nn.Sequential(Odd()), (3, 2, 2))._repr_html_()


def test_a_model_without_layers_has_an_empty_table():
    assert summary(nn.Identity(), (3, 2, 2)) == Summary(())
    assert repr(Summary(())).splitlines()[-1].startswith("Total")
