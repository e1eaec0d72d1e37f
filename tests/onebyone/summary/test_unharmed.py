"""A model is left as it was, whatever it is and however its summary ends."""

import copy
import random
import warnings
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from onebyone.summary import summary

from ..refusals import refused, refuses
from .models import IMAGE, ODD, Caching, lazy


def look(model):
    """Return all that can be seen of a model."""
    return {
        path: (
            type(module),
            module.training,
            {key: repr(value) for key, value in vars(module).items() if "module" not in key},
        )
        for path, module in model.named_modules()
    }


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", ODD)
def test_a_model_is_left_as_it_was(name, training):
    build, inputs, *_ = ODD[name]
    model = build().train(training)
    before = look(model)
    version = {name: p._version for name, p in model.named_parameters()}
    summary(model, inputs)
    with pytest.raises((ValueError, TypeError)):
        summary(model, ("no tensor",))
    assert look(model) == before
    assert {name: p._version for name, p in model.named_parameters()} == version


def test_a_model_runs_as_it_would_have():
    model, x = Caching(), torch.ones(1, *IMAGE)
    expected = copy.deepcopy(model)(x)
    summary(model, IMAGE)
    assert torch.equal(model(x), expected)
    assert model.shapes == [(1, *IMAGE)]


def test_lazy_layers_stay_lazy():
    model = lazy()
    summary(model, IMAGE)
    assert model[0].has_uninitialized_params()
    assert model(torch.ones(2, 3, 5, 5)).shape == (2, 5)


def test_random_numbers_go_on_as_they_would_have():
    class Noisy(nn.Module):
        def forward(self, x):
            noise = torch.rand(3) + random.random() + np.random.rand()  # noqa: S311
            return x + noise.sum().item()

    drawn = []
    for is_asked in False, True:
        torch.manual_seed(1)
        random.seed(1)
        np.random.seed(1)
        if is_asked:
            summary(Noisy(), IMAGE)
        drawn.append((torch.rand(1).item(), random.random(), np.random.rand()))  # noqa: S311
    assert drawn[0] == drawn[1]


def test_a_hook_that_keeps_what_it_sees_sees_nothing():
    kept = []
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU())
    model[1].register_forward_hook(lambda *seen: kept.append(seen))
    found = summary(model, IMAGE)
    assert found.macs == 12 * 64
    assert kept == []
    assert "1" in found.notes[0]
    model(torch.ones(1, *IMAGE))
    assert len(kept) == 1


def test_a_hook_with_arguments_of_its_own_sees_nothing_either():
    kept = []
    model = nn.Sequential(nn.Conv2d(3, 4, 1))

    def keep(kept, module, inputs, output):
        kept.append((module, inputs, output))

    model[0].register_forward_hook(partial(keep, kept))
    summary(model, IMAGE)
    assert kept == []


def test_settings_of_pytorch_stay():
    build, inputs, *_ = ODD["multi-head attention"]
    summary(build(), inputs)
    assert torch.backends.mha.get_fastpath_enabled()
    assert torch.backends.mkldnn.enabled
    assert torch.is_grad_enabled()


class Wrapper(nn.Module):
    """As what torch.compile returns."""

    def __init__(self, model):
        super().__init__()
        self._orig_mod = model


def test_what_is_wrapped_is_what_it_wraps():
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU())
    plain = summary(model, IMAGE)
    for wrapped in (
        nn.DataParallel(model),
        torch.compile(model, backend="eager"),
        nn.DataParallel(Wrapper(model)),
    ):
        assert summary(wrapped, IMAGE) == plain


def test_a_compiled_part_runs_as_its_source():
    class Part(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = torch.compile(nn.Conv2d(3, 4, 1), backend="eager")

        def forward(self, x):
            return self.part(x)

    assert summary(Part(), IMAGE).macs == 12 * 64


def test_masks_of_pruning_stay():
    model = nn.Sequential(nn.Conv2d(3, 4, 1))
    prune.l1_unstructured(model[0], "weight", amount=0.5)
    weight = model[0].weight
    summary(model, IMAGE)
    assert model[0].weight is weight
    prune.remove(model[0], "weight")
    assert (model[0].weight == 0).sum() == 6


def deprecated(build):
    """Return what people still have, though PyTorch warns of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build()


def scripted():
    return deprecated(lambda: torch.jit.script(nn.ReLU()))


def quantised():
    return deprecated(lambda: torch.ao.nn.quantized.Conv2d(3, 4, 1))


def uncopied():
    model = nn.Sequential(nn.Conv2d(3, 4, 1))
    model.lines = (line for line in "ab")
    return model


@refuses(
    ((nn.ReLU, IMAGE), TypeError("model: expected an nn.Module, got type")),
    (
        (nn.Sequential(scripted()), IMAGE),
        TypeError(
            "model: expected layers in Python, got RecursiveScriptModule at '0' that torch.jit made; "
            "take the module it was made from"
        ),
    ),
    (
        (quantised(), IMAGE),
        TypeError("model: expected parameters in floating point, got one that is quantised"),
    ),
    (
        (uncopied(), IMAGE),
        TypeError(
            "model, inputs: expected what can be copied, so that yours stay as they are, "
            """got TypeError("cannot pickle 'generator' object")"""
        ),
    ),
)
def test_a_model_that_cannot_be_counted_is_named(call, error):
    with refused(error):
        summary(*call)


@refuses(
    (
        4,
        TypeError(
            "inputs: expected a shape (C, H, W), a tensor, or a tuple or a dict of them, got int"
        ),
    ),
    ((3, 4, 4.0), TypeError("inputs: expected an integer, got 4.0")),
    ((3, 4, True), TypeError("inputs: expected an integer, got True")),
    ((3, 0, 4), ValueError("inputs: expected an integer of at least 1, got 0")),
    (
        (3, 2**30, 2**30),
        ValueError(f"inputs: expected a shape of at most {2**59} numbers, got {(3, 2**30, 2**30)}"),
    ),
    (
        (torch.ones(1, 3, 4, 4), torch.ones(2)),
        ValueError(
            "inputs: expected what this model takes, got (1, 3, 4, 4), (2,): TypeError: "
            "ReLU.forward() takes 2 positional arguments but 3 were given"
        ),
    ),
)
def test_wrong_inputs_are_named(call, error):
    with refused(error):
        summary(nn.ReLU(), call)


def test_an_input_that_the_model_refuses_comes_with_its_own_error():
    model = nn.Sequential(nn.Conv2d(3, 4, 1))
    with pytest.raises(
        ValueError, match=r"^inputs: .* got \(1, 5, 4, 4\): RuntimeError: "
    ) as caught:
        summary(model, (5, 4, 4))
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_an_error_that_is_another_each_time_is_the_last():
    class Telling(nn.Module):
        def forward(self, x):
            raise LookupError(f"{type(x).__name__} on {x.device}")

    with pytest.raises(ValueError, match=r"LookupError: Tensor on cpu$"):
        summary(Telling(), IMAGE)


@refuses(
    (0, ValueError("depth: expected an integer of at least 1, got 0")),
    (1.0, TypeError("depth: expected an integer, got 1.0")),
    (True, TypeError("depth: expected an integer, got True")),
)
def test_a_wrong_depth_is_named(call, error):
    with refused(error):
        summary(nn.ReLU(), IMAGE, call)
