"""Networks that torchvision or timm has too are the same networks: same names, same shapes, same outputs."""

import re
from functools import cache

import pytest
import torch
from torch import nn

from onebyone import architectures
from onebyone.book import zoo

from .networks import drawn, images, without_numbers

CROPS = images((57, 66))  # sizes that are odd when halved
NAMES = (
    "convnext_tiny",
    "densenet121",
    "efficientnet_b0",
    "googlenet",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "shufflenet_v2_x1_0",
    "squeezenet1_0",
    "squeezenet1_1",
)
OPTIONS = {"googlenet": {"aux_logits": False, "init_weights": False}}
every_network = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def models():
    return zoo.load("torchvision.models")


def theirs_without_numbers(models, name, **options):
    with torch.device("meta"):
        return getattr(models, name)(**OPTIONS.get(name, {}) | options)


def entries(model):
    """Return the shape and the dtype of each tensor in a checkpoint, by name."""
    return {name: (tuple(value.shape), value.dtype) for name, value in model.state_dict().items()}


@cache
def pair(name):
    """Return our network and torchvision's, to be looked at alone."""
    models = zoo.load("torchvision.models")
    return without_numbers(name), theirs_without_numbers(models, name)


@every_network
def test_a_checkpoint_has_torchvisions_entries(name):
    ours, theirs = pair(name)
    assert entries(ours) == entries(theirs)


def training_options(model):
    """Return what the weights do not tell of the layers that are different while a network trains, by name."""
    options = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            options[name] = "batch norm", module.eps, module.momentum, module.affine
        elif isinstance(module, nn.LayerNorm):
            options[name] = "layer norm", module.eps, module.normalized_shape
        elif isinstance(module, nn.Dropout):
            options[name] = "dropout", module.p
    return options


@every_network
def test_normalisations_and_dropouts_have_torchvisions_options(name):
    ours, theirs = pair(name)
    assert training_options(ours)
    assert training_options(ours) == training_options(theirs)


@every_network
def test_torchvision_drops_whole_blocks_in_two_networks_where_ours_do_not(name):
    _, theirs = pair(name)
    drops = any(type(module).__name__ == "StochasticDepth" for module in theirs.modules())
    assert drops == (name in ("convnext_tiny", "efficientnet_b0"))


@pytest.mark.parametrize("name", ["googlenet", "shufflenet_v2_x1_0"])
def test_the_same_seed_gives_torchvisions_first_weights_where_it_leaves_them_to_pytorch(
    models, name
):
    states = []
    for build in getattr(architectures, name), getattr(models, name):
        options = OPTIONS.get(name, {}) if build is getattr(models, name) else {}
        with torch.random.fork_rng():
            torch.manual_seed(5)
            states.append(build(**options).state_dict())
    ours, theirs = states
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(value, theirs[key]) for key, value in ours.items())


class Loaded:
    """Stands for a file of weights, and for the model that torchvision's loader gives them to."""

    def __init__(self, state):
        self.state = dict(state)

    def get_state_dict(self, **_):
        return self.state

    def load_state_dict(self, state):
        self.state = state


def test_the_names_in_torchvisions_older_files_for_densenet_become_ours_as_its_own_loader_has_them():
    ours = [key for key in without_numbers("densenet121").state_dict() if "num_batches" not in key]
    older = {re.sub(r"(denselayer\d+\.(?:norm|conv))(\d)", r"\1.\2", key): key for key in ours}
    assert "features.denseblock1.denselayer1.norm.1.weight" in older
    renamed = {
        re.sub(r"(norm|conv|relu)\.(\d)", r"\1\2", key): value for key, value in older.items()
    }
    assert renamed == dict(zip(ours, ours, strict=True))
    assert sum(key != value for key, value in older.items()) == 58 * (4 + 1 + 4 + 1)
    loaded = Loaded({})
    loader = zoo.load("torchvision.models.densenet")
    loader._load_state_dict(loaded, Loaded(older), progress=False)
    assert loaded.state == renamed


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


def test_efficientnet_lite0_is_timms_network_in_the_order_of_its_layers():
    """timm names its layers otherwise. In float64 nothing but what the two compute could set them apart."""
    x = images((64, 96))
    ours = drawn(without_numbers("efficientnet_lite0"), x).double()
    theirs = zoo.timm("tf_efficientnet_lite0").to_empty(device="cpu").double().eval()
    held = [(tuple(each.shape), each.dtype) for each in ours.state_dict().values()]
    assert held == [(tuple(each.shape), each.dtype) for each in theirs.state_dict().values()]
    names = list(theirs.state_dict())
    theirs.load_state_dict(dict(zip(names, ours.state_dict().values(), strict=True)))
    with torch.no_grad():
        expected = theirs(x.double())
        assert (ours(x.double()) - expected).abs().max() <= 1e-9 * expected.std()
