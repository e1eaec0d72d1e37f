"""Networks that torchvision has too are the same networks: same names, same shapes, same outputs."""

import hashlib

import pytest
import torch

from .networks import drawn, images, without_numbers

# What torchvision 0.29.1 on torch 2.14.1 has: the SHA-256 of what `digest` below reads in its model, and the first of
# the outputs that its model, `drawn` on CROPS, gives for the first of them.
CROPS = images((57, 66))  # sizes that are odd when halved
RECORDED = {
    "googlenet": (
        "dbaf9e79f6a5204c2b4e228b9535a64bb8bcecc1e03c56cad9c01bdb66012835",
        [184.1, 493.9, -113.3, -502.7],
    ),
    "mobilenet_v2": (
        "1a6a73d4cce32596be65e9548337c9505d0ac221bf9eca2e1e8df35774770be2",
        [-0.7205, 3.558, 1.742, -0.9877],
    ),
    "resnet50": (
        "2c98c46aa007d7953a2e6dd934f8f7e7e0eba93e42cc4e286a3a0e3e639663de",
        [88.44, -100.5, -23.8, -143.4],
    ),
    "resnet101": (
        "63c86ef1846b629588195518db6de9ed053d24b88a34adca800955d385d37519",
        [55.51, -45.71, 998.3, -1293.0],
    ),
    "resnet152": (
        "666de40511ce8faba8efc95d6df38f266315bbadcdbbe45bc49bf86439f0ca31",
        [552.8, -1689.0, -2854.0, -4444.0],
    ),
    "squeezenet1_0": (
        "5784ec7854e7a87ecbce2e5f04f8d49ac5eba861f18a3c3e04f4c0bcc422111c",
        [0.9057, 3.946, 0.0, 0.0],
    ),
    "squeezenet1_1": (
        "953af50ba43fa0f8a649669b51353bc0123aa89087074ea5c011bbc2bb163dc3",
        [6.564, 0.7034, 0.09599, 0.7767],
    ),
}
OPTIONS = {"googlenet": {"aux_logits": False, "init_weights": False}}
every_network = pytest.mark.parametrize("name", RECORDED)


@pytest.fixture
def models():
    """Return torchvision's models, where it is installed."""
    return pytest.importorskip("torchvision.models", reason="torchvision is not installed")


def theirs_without_numbers(models, name, **options):
    with torch.device("meta"):
        return getattr(models, name)(**OPTIONS.get(name, {}) | options)


def entries(model):
    """Return the shape and the dtype of each tensor in a checkpoint, by name."""
    return {name: (tuple(value.shape), value.dtype) for name, value in model.state_dict().items()}


def digest(model):
    lines = [f"{name} {shape} {dtype}" for name, (shape, dtype) in sorted(entries(model).items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def assert_outputs_are_recorded(model, name):
    """Assert it to 1 %, since the statistics that are drawn pass on the rounding of all layers before them."""
    expected = torch.tensor(RECORDED[name][1])
    with torch.no_grad():
        y = drawn(model, CROPS)(CROPS[:1])[0, : len(expected)]
    assert (y - expected).abs().max() < 0.01 * expected.abs().max()


@every_network
def test_a_checkpoint_has_the_entries_recorded_from_torchvision(name):
    assert digest(without_numbers(name)) == RECORDED[name][0]


@every_network
def test_outputs_are_those_recorded_from_torchvision(name):
    assert_outputs_are_recorded(without_numbers(name), name)


@every_network
def test_the_record_is_that_of_the_torchvision_installed(models, name):
    theirs = theirs_without_numbers(models, name)
    assert digest(theirs) == RECORDED[name][0]
    assert_outputs_are_recorded(theirs, name)


@every_network
def test_a_checkpoint_has_torchvisions_entries(models, name):
    theirs = theirs_without_numbers(models, name)
    assert entries(without_numbers(name)) == entries(theirs)


@every_network
def test_outputs_are_torchvisions_to_float32_rounding(models, name):
    """Exchange checkpoints both ways, and run torchvision's model once more in float64, which stands for exact.

    Two programs that add the same products in another order miss the exact sum by as much, give or take chance:
    so ours may be off by 4 times what torchvision's is. In float64 both round 2²⁹ times finer, and what is left of
    the difference, beside how far the outputs lie apart, shows that the two compute the same.
    """
    ours = drawn(without_numbers(name), CROPS)
    theirs = theirs_without_numbers(models, name).to_empty(device="cpu").eval()
    theirs.load_state_dict(ours.state_dict(), strict=True)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    x = CROPS[:1]
    with torch.no_grad():
        y, expected = ours(x), theirs(x)
        exact = theirs.double()(x.double())
    rounding = (expected - exact).abs().max()
    assert rounding < 1e-3 * exact.std()  # else anything would pass
    assert (y - exact).abs().max() <= 4 * rounding
    with torch.no_grad():
        y = ours.double()(x.double())
    assert (y - exact).abs().max() <= 1e-9 * exact.std()


def test_torchvisions_file_for_googlenet_also_holds_auxiliary_heads(models):
    theirs = theirs_without_numbers(models, "googlenet", aux_logits=True)
    kept = {name: entry for name, entry in entries(theirs).items() if not name.startswith("aux")}
    assert kept == entries(without_numbers("googlenet"))
    assert len(kept) < len(entries(theirs))


def test_torchvisions_googlenet_rescales_images_where_ours_does_not(models):
    """torchvision undoes ImageNet's mean and standard deviation and puts 0.5 there; ours takes what that gives."""
    theirs = theirs_without_numbers(models, "googlenet", transform_input=True)
    picture = images((64, 64)).sigmoid().double()
    mean, std = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]], dtype=torch.float64)[
        ..., None, None
    ]
    for_ours = (picture - 0.5) / 0.5
    ours = drawn(without_numbers("googlenet"), for_ours.float()).double()
    theirs = theirs.to_empty(device="cpu").double().eval()
    theirs.load_state_dict(ours.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(ours(for_ours), theirs((picture - mean) / std))
