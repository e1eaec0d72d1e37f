"""Any model that runs is counted: as PyTorch's own counter does, and by hand."""

import pytest
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from onebyone import architectures
from onebyone.summary import summary

from .models import IMAGE, ODD, Idle, Nesting, Recurrent, Tied

PRODUCTS = ("pointwise", "grouped pointwise", "dense", "attention product", "depthwise", "spatial")


def held(model):
    return sum(p.numel() for p in model.parameters())


def flops(model, *inputs, **named):
    """Return PyTorch's own count, of a run with values."""
    model.eval()
    torch.backends.mkldnn.enabled = False
    try:
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
            model(*inputs, **named)
    finally:
        torch.backends.mkldnn.enabled = True
    return counter.get_total_flops()


def of_shape(given):
    return torch.zeros(1, *given) if isinstance(given, tuple) else given


@pytest.mark.parametrize("name", ODD)
def test_an_odd_model_costs_what_pytorch_and_arithmetic_say(name):
    build, inputs, macs, kinds = ODD[name]
    model = build()
    found = summary(model, inputs)
    assert found.macs == macs
    assert 2 * found.macs == flops(model, of_shape(inputs))  # now lazy layers are made
    assert {la.kind for la in found.layers if la.macs} == kinds
    assert found.parameters == held(model)


@pytest.mark.parametrize("name", architectures.__all__)
def test_totals_are_those_of_pytorch_for_every_architecture(name):
    with torch.device("meta"):
        model = getattr(architectures, name)().eval()
    found = summary(model, (3, 224, 224))
    assert found.parameters == held(model)
    assert 2 * found.macs == flops(model, torch.empty(1, 3, 224, 224, device="meta"))


def test_inputs_and_outputs_of_any_nesting_are_taken():
    model, images, features = Nesting(), [torch.ones(1, 3, 4, 4)], torch.ones(1, 5)
    found = summary(model, {"images": images, "features": features})
    assert found.macs == 12 * 16 + 10
    assert 2 * found.macs == flops(model, images, features=features)
    assert summary(model, {"images": images, "features": (5,)}).macs == found.macs


def test_several_inputs_are_a_tuple_of_shapes_or_tensors():
    model = nn.Bilinear(3, 4, 5)
    given = torch.ones(2, 3), torch.ones(2, 4)
    assert summary(model, given).parameters == 3 * 4 * 5 + 5
    assert summary(nn.CosineSimilarity(), ((3, 4), (3, 4))).macs == 0


def test_a_layer_on_many_tokens_runs_on_each():
    found = summary(nn.Linear(3, 8), torch.ones(5, 100, 100, 3))
    assert found.macs == 5 * 100 * 100 * 3 * 8


def test_what_does_not_run_is_listed_as_such():
    idle = [la for la in summary(Idle(), IMAGE).layers if la.kind == "did not run"]
    assert [(la.path, la.parameters) for la in idle] == [("auxiliary", 21), ("spare", 5)]
    assert not any(la.macs or la.activations for la in idle)


def test_tied_weights_are_held_once_and_run_twice():
    rows = summary(Tied(), torch.arange(6)).layers
    assert [(la.path, la.parameters) for la in rows] == [("embed", 160), ("head", 0)]


def test_parameters_that_no_layer_holds_have_a_row():
    class Tokens(nn.Module):
        def __init__(self):
            super().__init__()
            self.positions = nn.Parameter(torch.zeros(6, 8))
            self.attention = nn.MultiheadAttention(8, 2)

        def forward(self, x):
            x = x + self.positions
            return self.attention(x, x, x)[0]

    rows = {la.path: la for la in summary(Tokens(), torch.ones(6, 8)).layers}
    assert rows["positions"].parameters == 48
    assert rows["attention.out_proj"].macs == 6 * 8 * 8
    assert rows["attention.in_proj_weight"].macs == 6 * 8 * 24


def test_a_recurrent_layer_is_one_row_however_many_steps():
    (row,) = summary(Recurrent(), torch.ones(1, 50, 6)).layers
    assert (row.name, row.kind) == ("rnn: GRU", "dense")


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16])
def test_another_dtype_costs_as_many_macs_and_its_own_bytes(dtype):
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 1))
    single, other = summary(model, IMAGE), summary(model.to(dtype), IMAGE)
    assert (other.parameters, other.macs) == (single.parameters, single.macs)
    assert other.activations == single.activations * dtype.itemsize // 4


@pytest.mark.parametrize("inside", [True, False])
def test_what_autocast_halves_takes_half(inside):
    class Casting(nn.Module):
        def __init__(self):
            super().__init__()
            self.mix = nn.Linear(8, 16)

        def forward(self, x):
            with torch.autocast(
                "cpu", torch.bfloat16, enabled=inside or torch.is_autocast_enabled("cpu")
            ):
                return self.mix(x)

    with torch.autocast("cpu", torch.bfloat16, enabled=not inside):
        found = summary(Casting(), torch.ones(2, 8))
    # The input is converted, and the output is in two bytes a number.
    assert found.activations == 2 * 8 * 2 + 2 * 16 * 2


def test_activations_are_the_bytes_of_what_each_layer_writes():
    model = nn.Sequential(
        nn.Conv2d(3, 4, 1), nn.ReLU(inplace=True), nn.BatchNorm2d(4), nn.Flatten()
    )
    found = [la.activations for la in summary(model, IMAGE).layers]
    assert found == [4 * 64 * 4, 0, 4 * 64 * 4, 0]


def test_what_ran_on_zeros_says_so():
    build, inputs, *_ = ODD["a decision by a value"]
    (note,) = summary(build(), inputs).notes
    assert "zeros" in note
    assert note in repr(summary(build(), inputs))
    assert summary(ODD["a cache"][0](), inputs).notes == ()


class Choosing(nn.Module):
    """Runs the larger layer where it thinks that it is elsewhere."""

    def __init__(self, chooses):
        super().__init__()
        self.small, self.large = nn.Linear(8, 8), nn.Linear(8, 64)
        self.chooses = chooses

    def forward(self, x):
        return self.small(x) if self.chooses(x) else self.large(x)


def has_value(x):
    try:
        return bool(x.sum() == 0)
    except Exception:  # as it is caught outside too
        return False


@pytest.mark.parametrize(
    "chooses",
    [lambda x: x.device.type == "cpu", lambda x: x.is_cpu, lambda x: not x.is_meta, has_value],
)
def test_a_model_that_asks_where_it_is_runs_as_it_would_there(chooses):
    assert summary(Choosing(chooses), torch.zeros(2, 8)).macs == 128


def test_operations_that_pytorchs_counter_does_not_know_are_named():
    class Vector(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(8, 3))

        def forward(self, x):
            return self.weight @ x[0]

    found = summary(Vector(), torch.ones(1, 3))
    assert found.macs == 0
    assert "aten.mv" in found.notes[0]


def test_an_operation_of_ones_own_is_named():
    library = torch.library.Library("tests_of_onebyone", "DEF")
    library.define("multiply(Tensor a, Tensor b) -> Tensor")
    library.impl("multiply", torch.matmul, "CompositeExplicitAutograd")

    class Own(nn.Module):
        def forward(self, x):
            return torch.ops.tests_of_onebyone.multiply(x, x)

    (note,) = summary(Own(), (4, 4)).notes
    assert "tests_of_onebyone.multiply" in note


def test_what_hides_its_operations_is_named():
    class Branching(nn.Module):
        def __init__(self):
            super().__init__()
            self.mix = nn.Linear(4, 4)

        def forward(self, x):
            return torch.cond(x.sum() > 0, self.mix, lambda y: y * 2, (x,))

    found = summary(Branching(), (5, 4))
    assert any("cond" in note for note in found.notes)
    assert found.parameters == 20


def test_an_input_is_not_written_to():
    class InPlace(nn.Module):
        def forward(self, x):
            return x.mul_(2)

    x = torch.ones(2, 3)
    assert summary(InPlace(), x).activations == 0
    assert torch.equal(x, torch.ones(2, 3))


def test_an_empty_batch_costs_nothing():
    assert summary(nn.Conv2d(3, 4, 1), torch.ones(0, 3, 8, 8)).macs == 0


def test_sparse_inputs_are_taken():
    class Sparse(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(4, 2))

        def forward(self, x):
            return torch.sparse.mm(x, self.weight)

    assert summary(Sparse(), torch.eye(4).to_sparse()).parameters == 8


def test_what_is_caught_inside_a_model_leaves_the_rows_right():
    class Fails(nn.Module):
        def forward(self, x):
            raise RuntimeError(x.shape)

    class Catching(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = nn.Sequential(Fails())
            self.mix = nn.Linear(4, 4)

        def forward(self, x):
            try:
                x = self.part(x)
            except RuntimeError:
                x = self.mix(x)
            return x

    assert [la.path for la in summary(Catching(), (5, 4)).layers] == ["mix"]


def test_what_a_model_does_around_its_run_counts():
    class Around(nn.Module):
        def __init__(self):
            super().__init__()
            self.mix = nn.Linear(4, 4)

        def __call__(self, x):
            return super().__call__(x @ torch.ones(4, 4))

        def forward(self, x):
            return self.mix(x)

    for depth in None, 1:
        rows = summary(Around(), (5, 4), depth).layers
        assert [(la.path, la.macs) for la in rows] == [("", 80), ("mix", 80)]


def test_attention_that_asks_for_a_kernel_of_its_own_is_an_attention_product():
    class Flash(nn.Module):
        def forward(self, x):
            return torch.ops.aten._scaled_dot_product_flash_attention(x, x, x)[0]

    (row,) = summary(Flash(), torch.ones(1, 2, 8, 16, device="meta")).layers
    assert (row.kind, row.macs) == ("attention product", 2 * 2 * 8 * 8 * 16)


def test_a_large_model_takes_no_memory():
    with torch.device("meta"):
        model = nn.Sequential(nn.Linear(100_000, 100_000), nn.Linear(100_000, 100_000))
    assert summary(model, (100_000,)).parameters == 2 * (100_000**2 + 100_000)


def test_a_large_image_takes_no_memory():
    assert summary(nn.Conv2d(3, 64, 1), (3, 100_000, 100_000)).macs == 3 * 64 * 10**10
