"""A network shrunk: within its budget as `summary` counts it, by the table it returns, the given one unharmed."""

import copy
import io
import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from onebyone import digits, training
from onebyone.deterministic import deterministic
from onebyone.shrink import shrink
from onebyone.shrink.choice import Option, choose
from onebyone.summary import summary


class Made(nn.Module):
    """A network whose forward is given."""

    def __init__(self, forward, **parts):
        super().__init__()
        self.run = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, x):
        return self.run(self, x)


def net(forward=None):
    """Two convolutions, the first with a batch normalisation that has seen images."""
    torch.manual_seed(0)
    parts = {"a": nn.Conv2d(3, 16, 3, padding=1), "norm": nn.BatchNorm2d(16)}
    made = Made(
        forward or (lambda m, x: m.b(m.norm(m.a(x)).relu())),
        **parts,
        b=nn.Conv2d(16, 16, 3, padding=1),
    )
    made.norm.running_mean.normal_()
    made.norm.running_var.uniform_(0.3, 3)
    return made.eval()


def images(count=20, size=12):
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(0))


def difference(model, other, x):
    model, other = copy.deepcopy(model).eval(), copy.deepcopy(other).eval()
    with torch.no_grad():
        return ((model(x) - other(x)).norm() / model(x).norm()).item()


@pytest.mark.parametrize("macs", [1.0, 0.9, 0.5, 0.25, 0.12])
def test_the_budget_is_kept_as_summary_counts_it_and_the_table_adds_up(macs):
    model, x = training.network("plain"), torch.rand(40, 1, 28, 28)
    small = shrink(model, x, macs)
    before, after = (summary(each, digits.SHAPE).macs for each in (model, small.model))
    assert (small.before, small.after) == (before, after)
    assert after <= math.floor(macs * before)
    assert after == before - sum(cut.before - cut.after for cut in small.layers)
    assert macs > 0.25 or after > 0.8 * macs * before  # and not far below it
    assert difference(model, small.model, x) ** 2 == pytest.approx(
        small.error * (_variance(model, x) / _squares(model, x)), rel=0.01, abs=1e-9
    )


def _variance(model, x):
    outputs = model.eval()(x).detach()
    return (outputs - outputs.mean(0)).square().sum().item()


def _squares(model, x):
    return model.eval()(x).detach().square().sum().item()


def test_a_trained_network_reads_other_digits_nearly_as_well_with_less_than_half_of_its_work():
    data = digits.load(per_class=100)
    with deterministic():
        torch.manual_seed(0)
        model = training.network("plain")
        before = training.fit(model, 0, data, epochs=4)[-1]
        small = shrink(model, data.x[:100], macs=0.4)
    after = training.measure_accuracy(small.model, data.test_x, data.test_y)
    assert before > 0.9
    assert after > before - 0.03


def test_the_given_network_stays_as_it_is():
    model = net().train()
    model.a.eval()
    model.b.weight.grad = torch.ones_like(model.b.weight)
    state = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    parameters, randomness = list(model.parameters()), torch.get_rng_state()
    small = shrink(model, images(), macs=0.6).model
    assert [module.training for module in model.modules()] == modes
    assert all(map(torch.equal, state.values(), model.state_dict().values()))
    assert all(a is b for a, b in zip(parameters, model.parameters(), strict=True))
    assert torch.equal(model.b.weight.grad, torch.ones_like(model.b.weight))
    assert torch.equal(torch.get_rng_state(), randomness)
    assert not any(
        m._forward_hooks or m._forward_pre_hooks for m in (*model.modules(), *small.modules())
    )
    assert small.training
    assert not any(m.training for m in small.a.modules())
    assert all(m.training for m in small.b.modules())


@pytest.mark.filterwarnings("ignore:.torch.jit.trace:DeprecationWarning")
def test_the_same_call_gives_the_same_copy_which_can_be_saved_traced_and_trained():
    x = images()
    one, other = (shrink(net(), x, macs=0.6).model for _ in "ab")
    assert all(map(torch.equal, one.parameters(), other.parameters()))
    torch.testing.assert_close(torch.jit.trace(one, x)(x), one(x))
    torch.testing.assert_close(torch.export.export(one, (x,)).module()(x), one(x))
    file = io.BytesIO()
    torch.save(one.state_dict(), file)
    file.seek(0)
    other.load_state_dict(torch.load(file, weights_only=True))
    one(x).square().mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in one.parameters())


def shared():
    conv = nn.Conv2d(8, 8, 3, padding=1)
    return nn.Sequential(nn.Conv2d(3, 8, 1), conv, nn.ReLU(), conv)


def test_a_layer_that_stands_twice_becomes_one_that_stands_twice():
    torch.manual_seed(0)
    small = shrink(shared(), images(), macs=0.5)
    assert small.model[1] is small.model[3]
    assert summary(small.model, (3, 12, 12)).macs == small.after <= small.before // 2


def test_outputs_of_any_form_count():
    model = net(
        lambda m, x: {"maps": m.b(m.a(x)), "rest": [m.a(x), None], "count": torch.tensor(3)}
    )
    assert shrink(model, images(), macs=0.7).after > 0


def test_one_number_for_each_image_is_an_output():
    model = net(lambda m, x: m.b(m.norm(m.a(x))).mean((1, 2, 3)))
    assert shrink(model, images(), macs=0.7).error < 1


def test_images_that_are_all_alike_are_compared_by_their_outputs():
    alike = images(1).repeat(17, 1, 1, 1)
    assert shrink(net(), alike, macs=0.6).error < 1


FOLDED = {
    "as it should be": (lambda m, x: m.b(m.norm(m.a(x))), 0),
    "relu in place after it": (lambda m, x: m.b(functional.relu_(m.norm(m.a(x)))), 0),
    "read twice": (lambda m, x: (lambda y: m.b(m.norm(y)) + y)(m.a(x)), 1),
    "changed in place between": (lambda m, x: m.b(m.norm(m.a(x).clamp_(max=60))), 1),
    "read for large images alone": (
        lambda m, x: (lambda y: m.b(m.norm(y)) + (x.amax((1, 2, 3), True) > 20) * y)(m.a(x)),
        1,
    ),
    "used twice": (lambda m, x: m.b(m.norm(m.a(x)) + m.a(x * 2)), 1),
    "two normalisations": (lambda m, x: (lambda y: m.b(m.norm(y) + m.norm(2 * y)))(m.a(x)), 1),
    "an attribute read": (lambda m, x: m.b(m.norm(m.a(x)) * (1 + m.norm.eps)), 1),
    "a small output beside a large one": (
        lambda m, x: torch.cat(
            [1e4 * x.flatten(1), (m.b(m.norm(m.a(x))) + m.b(m.a(x))).flatten(1)], 1
        ),
        1,
    ),
    "by name": (lambda m, x: m.b(m.norm(input=m.a(x))), 1),
}


@pytest.mark.parametrize(("forward", "norms"), FOLDED.values(), ids=FOLDED)
def test_a_normalisation_is_folded_where_nothing_else_reads_what_it_reads(forward, norms):
    x = images()
    x[5:] *= 30
    small = shrink(net(forward), x, macs=1.0)
    assert difference(net(forward), small.model, x) < 1e-4
    assert sum(isinstance(m, nn.BatchNorm2d) for m in small.model.modules()) == norms


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize("affine", [True, False])
def test_normalisations_after_transposed_convolutions_are_folded(groups, affine):
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.ConvTranspose2d(8, 8, 3, stride=2, groups=groups),
        nn.BatchNorm2d(8, affine=affine),
        nn.Conv2d(8, 4, 1),
    )
    model[1].running_mean.normal_()
    model[1].running_var.uniform_(0.5, 2)
    x = torch.randn(4, 8, 5, 5)
    small = shrink(model, x, macs=1.0).model
    assert isinstance(small[1], nn.Identity)
    assert difference(model, small, x) < 1e-5


STAY = {
    "its weight is read": (lambda m, x: m.b(m.a(x.to(m.a.weight.dtype))), {"b"}),
    "its weight is used in a function": (
        lambda m, x: functional.conv2d(m.a(x), m.b.weight, padding=1),
        {"a"},
    ),
    "called by name": (lambda m, x: m.b(input=m.a(x)), {"a"}),
    "called by its method": (lambda m, x: m.b(m.a(x)) + m.b.forward(m.a(x)), {"a"}),
}


@pytest.mark.parametrize(("forward", "cuttable"), STAY.values(), ids=STAY)
def test_a_layer_that_cannot_be_replaced_stays(forward, cuttable):
    small = shrink(net(forward), images(), macs=0.95)
    assert {cut.layer for cut in small.layers} == cuttable


def test_a_layer_that_is_held_elsewhere_too_stays():
    model = net()
    model.inner = [model.b]  # a list, in which PyTorch finds no module
    model.run = lambda m, x: m.inner[0](m.a(x))
    assert {cut.layer for cut in shrink(model, images(), macs=0.95).layers} == {"a"}


def test_layers_that_share_their_weight_stay():
    model = net(lambda m, x: m.c(m.b(m.a(x))))
    model.c = nn.Conv2d(16, 16, 3, padding=1)
    model.c.weight = model.b.weight
    assert {cut.layer for cut in shrink(model, images(), macs=0.97).layers} == {"a"}


def test_maps_without_a_batch_are_taken():
    model = net(lambda m, x: torch.stack([m.b(m.a(one)) for one in x]))
    assert shrink(model, images(4), macs=0.6).error < 1


def test_a_part_that_was_compiled_is_cut_as_what_it_was_made_from():
    part = torch.compile(nn.Conv2d(3, 16, 3), backend="eager")
    small = shrink(nn.Sequential(part, nn.ReLU(), nn.Conv2d(16, 8, 3)), images(), macs=0.6)
    assert [cut.layer for cut in small.layers] == ["0", "2"]


@pytest.mark.parametrize(
    ("forward", "error", "said"),
    [
        (lambda m, x: m.b(m.a(x)) / 0, ValueError, "model: expected finite outputs"),
        (
            lambda m, x: functional.dropout(m.b(m.a(x))),
            TypeError,
            "model: expected the same outputs",
        ),
        (
            lambda m, x: m.b(m.a(x)).sum(),
            TypeError,
            "model: expected floating-point outputs with a row",
        ),
        (lambda m, x: m.b(m.a(x)).argmax(1), TypeError, "model: expected floating-point outputs"),
        (
            lambda m, x: m.b(m.a(x[:1] / (len(x) < 2 or None))),
            ValueError,
            "images: expected what this model takes",
        ),
        (lambda m, x: m.b(m.b(x)), ValueError, "images: expected what this model takes"),
    ],
)
def test_a_network_that_cannot_be_measured_is_refused(forward, error, said):
    with pytest.raises(error, match=f"^{said}"):
        shrink(net(forward), images(), macs=0.6)


def test_a_hook_that_may_compute_is_refused_and_not_dropped():
    model = net()
    model.a.register_forward_hook(lambda _module, _inputs, output: 3 * output)
    with pytest.raises(
        TypeError, match=r"^model: expected no hooks that are functions, got one at 'a'"
    ):
        shrink(model, images(), macs=0.6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"macs": 0}, "macs: expected a number above 0, got 0"),
        ({"macs": 1.5}, r"macs: expected a share in \(0, 1\], got 1.5"),
        ({"macs": "half"}, "macs: expected a number, got 'half'"),
        (
            {"macs": 0.01},
            "macs: expected a share that cuts can reach, at least 0.0[0-9]+, got 0.01",
        ),
        ({"images": [0.0]}, "images: expected a tensor, got list"),
        ({"images": torch.zeros(0, 3, 9, 9)}, "images: expected a batch of at least one"),
        ({"images": torch.full((2, 3, 9, 9), torch.nan)}, "images: expected finite numbers"),
        ({"images": torch.zeros(2, 4, 9, 9)}, "images: expected what this model takes"),
        ({"model": None}, "model: expected an nn.Module, got NoneType"),
    ],
)
def test_what_does_not_fit_is_named(arguments, said):
    with pytest.raises((TypeError, ValueError), match=f"^{said}"):
        shrink(**{"model": net(), "images": images(), "macs": 0.5} | arguments)


def test_the_cheapest_step_is_taken_first_and_what_is_left_is_spent():
    stays = Option((), 100, 0.0)
    first = [stays, Option((8,), 80, 0.01), Option((2,), 20, 0.5)]
    second = [stays, Option((4,), 50, 0.1)]
    assert [option.ranks for option in choose([first, second], 180)] == [(8,), ()]
    assert [option.ranks for option in choose([first, second], 130)] == [(8,), (4,)]
    assert choose([first, second], 60) is None


UNSEEN = {
    "a mean of all images": lambda m, y: (m.b(m.norm(y)), y.mean((0, 2, 3))),
    "an integer": lambda m, y: (m.b(m.norm(y)), y.argmax(1)),
    "a complex number": lambda m, y: (m.b(m.norm(y)), torch.fft.fft2(y)),
    "another order of axes": lambda m, y: (m.b(m.norm(y)), y.mean(3).permute(2, 0, 1)),
    "overwritten at the end": lambda m, y: (m.b(m.norm(y)) + 100, y.tanh_())[:1],
}


@pytest.mark.parametrize("outputs", UNSEEN.values(), ids=UNSEEN)
def test_no_output_lets_a_normalisation_be_folded_that_something_else_depends_on(outputs):
    small = shrink(net(lambda m, x: outputs(m, m.a(x))), images(), macs=1.0).model
    assert isinstance(small.norm, nn.BatchNorm2d)


def test_buffers_that_a_run_changes_are_those_of_the_given_network():
    def forward(model, x):
        y = model.a(x)
        model.average.mul_(0.9).add_(0.1 * y.mean((0, 2, 3)))
        return model.b(model.norm(y))

    model = net(forward)
    model.register_buffer("average", torch.ones(16))
    small = shrink(model, images(), macs=0.7).model
    assert torch.equal(small.average, torch.ones(16))


def test_a_state_beside_the_outputs_is_no_row_of_images():
    model = net(lambda m, x: m.rnn(m.a(x).mean(2).transpose(1, 2)))
    model.rnn = nn.GRU(16, 8, batch_first=True)  # returns its last state, (1, N, 8), too
    assert shrink(model, images(17), macs=0.9).error < 1


def route(model, x):
    where = (x.mean((1, 2, 3)) > 100).long()
    y = x.new_zeros(len(x), 16, 12, 12)
    for index, expert in enumerate((model.a, model.c)):
        y[where == index] = expert(x[where == index])
    return model.b(y)


def test_an_expert_that_sees_no_image_stays():
    model = net(route)
    model.c = nn.Conv2d(3, 16, 3, padding=1)
    assert {cut.layer for cut in shrink(model, images(), macs=0.9).layers} == {"a", "b"}
