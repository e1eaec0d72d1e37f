"""What a model reaches outside itself stays as it was too, or the summary says what does not."""

import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

import pytest
import torch
from torch import nn

from onebyone.summary import summary

from ..refusals import refused

TABLE = {}
TABLES = {}
LATEST = {"__name__": "as a module has it"}


@functools.lru_cache
def positions(length):
    return torch.arange(length, dtype=torch.float32)


@functools.cache
def two_positions(length):
    return torch.arange(length, dtype=torch.float32), torch.arange(length)


def from_table(length):
    if length not in TABLE:
        TABLE[length] = torch.arange(length, dtype=torch.float32)
    return TABLE[length]


def from_tables(length):
    if length not in TABLES:
        TABLES[length] = (torch.arange(length, dtype=torch.float32), length)
    return TABLES[length][0]


class Model(nn.Module):
    """Does with its input and its layer what it is told to."""

    def __init__(self, work):
        super().__init__()
        self.mix = nn.Linear(8, 8)
        self.work = work

    def forward(self, x):
        return self.work(self, x)


X = torch.ones(2, 8)
WEIGHTS = torch.eye(8)


@pytest.mark.parametrize(
    "cached", [positions, lambda n: two_positions(n)[0], from_table, from_tables]
)
@pytest.mark.parametrize("fails", [False, True])
def test_a_cache_of_others_keeps_no_tensor_without_values(cached, fails):
    def work(model, x):
        y = model.mix(x) + cached(8)
        return y * float(y.sum().detach()) if fails else y

    positions.cache_clear()
    two_positions.cache_clear()
    TABLE.clear()
    TABLES.clear()
    model = Model(work)
    found = summary(model, X)
    assert found.macs == 128
    assert model(X).isfinite().all()
    assert len(found.notes) == fails


def test_a_cache_that_was_full_stays_full():
    before = positions(8)
    summary(Model(lambda model, x: model.mix(x) + positions(8)), X)
    assert positions(8) is before


def test_what_cannot_be_taken_back_is_said():
    def work(model, x):
        LATEST["seen"] = model.mix(x)
        return LATEST["seen"]

    (note,) = summary(Model(work), X).notes
    assert "outside itself" in note
    LATEST.pop("seen")


def test_a_lambda_that_a_model_keeps_reaches_the_copy():
    class Keeping(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.mix = nn.BatchNorm1d(8), nn.Linear(8, 8)
            self.both = lambda x, *, scale=2: self.mix(self.norm(x)) * scale

        def forward(self, x):
            return self.both(x)

    model = Keeping().train()
    found = summary(model, torch.ones(4, 8))
    assert [(la.path, la.parameters) for la in found.layers if la.parameters] == [
        ("norm", 16),
        ("mix", 72),
    ]
    assert model.norm.num_batches_tracked == 0


def test_a_forward_that_was_put_in_place_of_another_runs_on_the_copy():
    model = nn.Sequential(nn.Linear(8, 8))
    before = model[0].forward
    model[0].forward = lambda x: before(x) * 2
    (row,) = summary(model, X).layers
    assert (row.path, row.parameters, row.macs) == ("0", 72, 128)


def test_a_function_that_reaches_the_original_in_another_way_is_refused():
    model = LATEST["model"] = Model(lambda _, x: LATEST["model"].mix(x))
    expected = "model: expected parts of its own, got a function in it that reaches the model it was copied from"
    with refused(TypeError(expected)):
        summary(model, X)
    assert model.mix.training


def test_a_part_whose_copy_is_itself_is_refused():
    class Single(nn.Linear):
        def __deepcopy__(self, memo):
            return self

    model = nn.Sequential(Single(8, 8)).train()
    with refused(
        TypeError("model: expected parts that can be copied, got Single, whose copy is itself")
    ):
        summary(model, X)
    assert model[0].training
    assert not model[0]._forward_hooks


def test_layers_in_another_thread_are_refused():
    def work(model, x):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(model.mix, x).result()

    expected = "model: expected one thread, got Linear at 'mix' in another"
    with refused(TypeError(expected)):
        summary(Model(work), X)


def test_a_lock_in_a_model_is_named():
    model = Model(None)
    model.lock = threading.Lock()
    with pytest.raises(TypeError, match=r"^model, inputs: .*lock"):
        summary(model, X)


def test_hooks_of_all_modules_see_nothing_and_stay():
    kept = []
    handles = [
        nn.modules.module.register_module_forward_hook(lambda *seen: kept.append(seen)),
        nn.modules.module.register_module_forward_pre_hook(lambda *seen: kept.append(seen)),
    ]
    model = nn.Linear(8, 8)
    summary(model, X)
    assert kept == []
    model(X)
    assert len(kept) == 2
    for handle in handles:
        handle.remove()


class Watcher:
    seen: ClassVar[list] = []

    @classmethod
    def see(cls, *args):
        cls.seen.append(args)


def test_hooks_of_a_class_and_of_python_see_nothing():
    kept = {}
    model = nn.Sequential(nn.Linear(8, 8))
    model[0].register_forward_hook(Watcher.see)
    model[0].register_forward_pre_hook(kept.setdefault)
    summary(model, X)
    assert Watcher.seen == []
    assert kept == {}


def test_gradients_inside_a_model_are_taken_on_the_copy():
    def work(model, x):
        with torch.enable_grad():
            y = model.mix(x).sum()
            (grad,) = torch.autograd.grad(y, x)
            return grad * float(y.detach())

    x = torch.ones(2, 8, requires_grad=True)
    found = summary(Model(work), x)
    assert found.macs == 2 * 128
    assert x.grad is None


def test_the_gradient_of_a_convolutions_input_costs_as_much_again():
    def work(model, x):
        with torch.enable_grad():
            return torch.autograd.grad(model.filter(x).sum(), x)[0]

    model = Model(work)
    model.filter = nn.Conv2d(3, 4, 3)
    layers = summary(model, torch.ones(1, 3, 8, 8, requires_grad=True)).layers
    assert [(la.kind, la.macs) for la in layers if la.macs] == [
        ("spatial", 3 * 4 * 9 * 36),
        ("other", 3 * 4 * 9 * 36),
    ]


def test_an_input_in_an_object_is_an_input():
    @dataclass
    class Batch:
        x: torch.Tensor

    model = Model(lambda model, batch: model.mix(batch.x))
    assert summary(model, (Batch(X),)).activations == 2 * 8 * 4


def test_what_a_parameter_carries_its_copy_carries():
    model = Model(lambda model, x: x * model.scaled.by)
    model.scaled = nn.Parameter(torch.ones(1))
    model.scaled.by = 2.0
    assert summary(model, X).macs == 0


def test_a_part_of_a_parameter_uses_the_parameter():
    model = Model(lambda model, x: x @ model.part)
    del model.mix
    model.flat = nn.Parameter(torch.ones(72))
    model.part = model.flat[:64].view(8, 8)
    (row,) = summary(model, X).layers
    assert (row.kind, row.parameters) == ("dense", 72)
