"""The networks of torchvision and timm, and the numbers that chapter 11 prints of three of them."""

import sys
from types import ModuleType

import pytest
import torch

from onebyone.book import records, zoo
from onebyone.summary import summary

# Parameters, MACs, and the share of the MACs in 1×1 layers, in per cent.
PRINTED = {
    ("torchvision", "resnet50"): (25_557_032, 4.09e9, 52),
    ("timm", "convnext_tiny"): (28_589_128, 4.46e9, 93),
    ("timm", "vit_base_patch16_224"): (86_567_656, 17.56e9, 95),
}


@pytest.mark.parametrize(("library", "name"), PRINTED)
def test_a_network_of_the_page_has_the_numbers_of_the_page(library, name):
    model = getattr(zoo, library)(name)
    parameters, macs, share = PRINTED[library, name]
    found = summary(model, (3, 224, 224))
    assert found.parameters == sum(p.numel() for p in model.parameters()) == parameters
    assert found.macs == pytest.approx(macs, rel=0.002)
    assert round(100 * found.only("pointwise", "dense").macs / found.macs) == share


def test_the_record_has_the_counts_of_today():
    networks = {each["name"]: each for each in records.load("networks")["networks"]}
    for library, name in PRINTED:
        (recorded,) = {
            sum(parameters for parameters, _ in networks[other]["kinds"].values())
            for other in (name, name.replace("vit_base_patch16_224", "vit_b_16"))
            if other in networks
        }
        assert recorded == PRINTED[library, name][0]


def test_networks_are_made_without_numbers():
    model = zoo.torchvision("resnet18", num_classes=10)
    assert {p.device.type for p in model.parameters()} == {"meta"}
    assert model.fc.out_features == 10


def test_a_network_that_looks_at_values_while_it_is_made_has_them():
    assert zoo.torchvision("regnet_y_400mf").fc.weight.device.type == "cpu"


def test_a_network_with_a_backbone_asks_for_no_weights_of_it():
    assert summary(zoo.torchvision("lraspp_mobilenet_v3_large"), (3, 64, 64)).parameters > 0


@pytest.mark.parametrize(
    ("library", "error"), [("torchvision", ValueError), ("timm", RuntimeError)]
)
def test_a_name_that_the_library_does_not_know_is_refused(library, error):
    with pytest.raises(error, match="nothing_of_the_kind"):
        getattr(zoo, library)("nothing_of_the_kind")


def test_torchvision_is_loaded_beside_a_pytorch_it_was_not_built_for(monkeypatch):
    """As where its compiled part cannot be loaded: the first import raises, after it has begun."""
    declared, calls = [], []

    class Library:
        def __init__(self, *name):
            declared.append(name)

        def define(self, schema):
            declared.append(schema.partition("(")[0])

    def importing(name):
        calls.append(name)
        if len(calls) == 1:
            sys.modules["torchvision.begun"] = ModuleType("torchvision.begun")
            raise RuntimeError("operator torchvision::nms does not exist")
        return ModuleType(name)

    kept = {name: m for name, m in sys.modules.items() if name.startswith("torchvision")}
    monkeypatch.setattr(torch.library, "Library", Library)
    monkeypatch.setattr(zoo.importlib, "import_module", importing)
    try:
        assert zoo.load("torchvision.models").__name__ == "torchvision.models"
        assert "torchvision.begun" not in sys.modules
    finally:
        sys.modules.update(kept)
    assert declared == [("torchvision", "DEF"), "nms", "qnms"]
    assert calls == ["torchvision", "torchvision.models"]
