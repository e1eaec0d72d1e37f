"""A convolution in two or three thinner ones: equal at full rank, never worse at a higher one, closest at each."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.parametrizations import weight_norm

from onebyone.shrink import bottleneck, split
from onebyone.shrink.factors import tucker

PLAIN = nn.Conv1d, nn.Conv2d, nn.Conv3d
TRANSPOSED = nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d


def axes(cls):
    return int(cls.__name__[-2])


@st.composite
def convolutions(draw):
    """A convolution in float64 with maps for it: any kernel, stride, padding, dilation, groups and way of padding."""
    cls = draw(st.sampled_from(PLAIN + TRANSPOSED))
    torch.manual_seed(draw(st.integers(0, 99)))

    def each(low, high):
        return tuple(draw(st.integers(low, high)) for _ in range(axes(cls)))

    groups = draw(st.integers(1, 3))
    channels = [groups * draw(st.integers(1, 4)) for _ in "io"]
    options = {"stride": each(1, 2), "dilation": each(1, 2)}
    if cls in PLAIN:
        options["padding_mode"] = draw(
            st.sampled_from(["zeros", "reflect", "replicate", "circular"])
        )
    options["padding"] = each(0, 1)
    conv = cls(*channels, each(1, 3), groups=groups, bias=draw(st.booleans()), **options).double()
    x = 3 + torch.randn(2, channels[0], *[6] * axes(cls), dtype=torch.float64)
    if draw(st.booleans()):
        x[:, -1] = 2 * x[:, 0]  # channels that repeat one another
    return conv, x


def most(conv):
    return min(conv.out_channels, conv.in_channels * conv.weight[0, 0].numel())


def squares(tensor):
    return tensor.square().sum().item()


@settings(max_examples=60, deadline=None)
@given(convolutions(), st.booleans())
def test_at_full_rank_the_factors_equal_the_convolution_on_any_maps(made, by_maps):
    conv, x = made
    maps = x if by_maps else None
    other = torch.randn_like(x)
    torch.testing.assert_close(split(conv, most(conv), maps)(other), conv(other), atol=1e-7, rtol=0)
    three = bottleneck(conv, conv.in_channels, conv.out_channels, maps)
    torch.testing.assert_close(three(other), conv(other), atol=1e-7, rtol=0)


@settings(max_examples=30, deadline=None)
@given(convolutions())
def test_the_error_of_the_outputs_never_rises_with_the_rank_of_a_split(made):
    conv, x = made
    ranks = range(conv.groups, most(conv) + 1, conv.groups)
    errors = [squares(split(conv, rank, x)(x) - conv(x)) for rank in ranks]
    slack = 1e-9 * squares(conv(x))
    assert all(after <= before + slack for before, after in itertools.pairwise(errors))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=3, max_size=3), st.integers(0, 99))
def test_the_error_of_the_weights_never_rises_with_the_ranks_of_a_bottleneck(shape, seed):
    torch.manual_seed(seed)
    weights = torch.randn(1, *shape, dtype=torch.float64)
    kept = {}
    for ranks in itertools.product(range(1, shape[0] + 1), range(1, shape[1] + 1)):
        grown, reduced = tucker(weights, *ranks)
        kept[ranks] = squares(torch.einsum("goe,goit,gir->gert", grown, weights, reduced))
    for (expand, reduce), here in kept.items():
        for below in (expand - 1, reduce), (expand, reduce - 1):
            assert kept.get(below, 0) <= here * (1 + 1e-4)


def test_a_split_by_weights_is_as_close_as_the_theorem_of_eckart_and_young_says():
    torch.manual_seed(0)
    conv = nn.Conv2d(8, 8, 3, bias=False).double()
    first, second = split(conv, 3)
    composed = torch.einsum("or,rihw->oihw", second.weight[:, :, 0, 0], first.weight)
    singular = torch.linalg.svdvals(conv.weight.detach().flatten(1))
    assert squares(composed - conv.weight) == pytest.approx(squares(singular[3:]))


def test_a_split_by_maps_leaves_what_pca_of_the_outputs_leaves():
    torch.manual_seed(0)
    conv, x = nn.Conv2d(5, 9, 3, padding=1).double(), torch.rand(4, 5, 7, 7).double() ** 3
    outputs = conv(x).detach().transpose(0, 1).flatten(1)
    variances = torch.linalg.svdvals(outputs - outputs.mean(1, keepdim=True)) ** 2
    assert squares(split(conv, 4, x)(x) - conv(x)) == pytest.approx(variances[4:].sum().item())
    assert squares(split(conv, 4)(x) - conv(x)) > variances[4:].sum()


def test_a_bottleneck_by_maps_is_closer_on_them_than_one_by_weights():
    torch.manual_seed(0)
    conv = nn.Conv2d(12, 12, 3, padding=1)
    x = torch.einsum("oi,nihw->nohw", torch.randn(12, 3), torch.rand(8, 3, 9, 9)) + 5
    by_weights, by_maps = bottleneck(conv, 4, 6), bottleneck(conv, 4, 6, x)
    assert squares(by_maps(x) - conv(x)) < 0.5 * squares(by_weights(x) - conv(x))
    mean = (by_maps(x) - conv(x)).mean(dim=(0, 2, 3))
    assert mean.abs().max() < 1e-4


@pytest.mark.parametrize("scale", [1e-200, 1e150])
def test_weights_whose_squares_no_float_holds_are_factored_all_the_same(scale):
    torch.manual_seed(0)
    conv = nn.Conv2d(6, 6, 3).double()
    with torch.no_grad():
        conv.weight.mul_(scale)
        conv.bias.zero_()
    x = torch.randn(1, 6, 5, 5, dtype=torch.float64)
    for factored in split(conv, 6), bottleneck(conv, 6, 6):
        torch.testing.assert_close(factored(x) / scale, conv(x) / scale)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_rounding_takes_no_rank_from_the_weights(dtype):
    torch.manual_seed(0)
    conv = nn.Conv2d(2, 16, 1).to(dtype)
    x = torch.zeros(4, 2, 8, 8, dtype=dtype)
    x[:, 0] = torch.randn(4, 8, 8) + 1000
    x[:, 1] = 1
    other = torch.randn(1, 2, 5, 5, dtype=dtype)
    step = torch.finfo(dtype).eps
    torch.testing.assert_close(split(conv, 2, x)(other), conv(other), atol=8 * step, rtol=8 * step)


def test_what_a_layer_is_set_to_survives():
    conv = (
        nn.Conv2d(6, 6, (3, 5), stride=(2, 1), padding="valid", dilation=(1, 2), groups=2)
        .half()
        .eval()
    )
    conv.requires_grad_(False)
    for factored in split(conv, 4), bottleneck(conv, 4, 2):
        k_by_k = next(part for part in factored if part.kernel_size == (3, 5))
        assert (k_by_k.stride, k_by_k.padding, k_by_k.dilation) == ((2, 1), "valid", (1, 2))
        assert {part.groups for part in factored} == {2}
        assert {p.dtype for p in factored.parameters()} == {torch.float16}
        assert not any(p.requires_grad for p in factored.parameters())
        assert not any(module.training for module in factored.modules())


def test_factoring_twice_gives_the_same_numbers_and_draws_none():
    torch.manual_seed(0)
    conv, x = nn.Conv2d(8, 8, 3), torch.randn(2, 8, 6, 6)
    before = torch.get_rng_state()
    pairs = [(split(conv, 3, x), bottleneck(conv, 2, 3, x)) for _ in "ab"]
    assert torch.equal(torch.get_rng_state(), before)
    for one, other in zip(*pairs, strict=True):
        assert all(map(torch.equal, one.parameters(), other.parameters()))


class Standardised(nn.Conv2d):
    def forward(self, x):
        return self._conv_forward(x, self.weight - self.weight.mean(), self.bias)


def with_own_forward():
    conv = nn.Conv2d(3, 4, 1)
    conv.forward = lambda x: x
    return conv


def with_hook():
    conv = nn.Conv2d(3, 4, 1)
    conv.register_forward_hook(lambda _module, _inputs, output: 2 * output)
    return conv


def pruned_by_hand():
    conv = nn.Conv2d(3, 4, 1)
    conv.weight = nn.Parameter(conv.weight[:2])
    return conv


def not_finite():
    conv = nn.Conv2d(3, 4, 1)
    conv.weight.data[0] = torch.nan
    return conv


@pytest.mark.parametrize(
    ("conv", "said"),
    [
        (nn.Linear(3, 4), "got Linear"),
        (None, "got NoneType"),
        (Standardised(3, 4, 1), "got Standardised"),
        (weight_norm(nn.Conv2d(3, 4, 1)), "got ParametrizedConv2d"),
        (with_own_forward(), "a forward of its own"),
        (with_hook(), "with a hook"),
        (nn.LazyConv2d(4, 1), "got LazyConv2d"),
        (nn.Conv2d(3, 4, 1, device="meta"), "a meta tensor"),
        (nn.Conv2d(3, 4, 1, dtype=torch.complex64), "got complex64"),
        (pruned_by_hand(), r"shape \(4, 3, 1, 1\), got \(2, 3, 1, 1\)"),
        (not_finite(), "finite weights"),
    ],
)
def test_a_layer_that_computes_with_something_else_than_its_weight_is_refused(conv, said):
    for factor in (lambda: split(conv, 1)), (lambda: bottleneck(conv, 1, 1)):
        with pytest.raises((TypeError, ValueError), match=f"^conv: expected .*{said}"):
            factor()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda conv: split(conv, 0), "rank: expected an integer of at least 1, got 0"),
        (lambda conv: split(conv, True), "rank: expected an integer, got True"),
        (lambda conv: split(conv, 3), "rank: expected a multiple of groups=2, got 3"),
        (lambda conv: split(conv, 10), "rank: expected at most 8, got 10"),
        (lambda conv: bottleneck(conv, 8, 2), "reduce: expected at most 6, got 8"),
        (lambda conv: bottleneck(conv, 2, 10), "expand: expected at most 8, got 10"),
        (
            lambda conv: split(conv, 2, torch.zeros(1, 5, 9, 9)),
            "x: expected feature maps of 6 channels",
        ),
        (
            lambda conv: split(conv, 2, torch.zeros(1, 6, 2, 2)),
            "x: expected feature maps that conv takes",
        ),
        (
            lambda conv: bottleneck(conv, 2, 2, torch.zeros(0, 6, 9, 9)),
            "x: expected at least one number",
        ),
        (
            lambda conv: split(conv, 2, torch.full((1, 6, 9, 9), torch.inf)),
            "x: expected finite numbers",
        ),
        (
            lambda conv: split(conv, 2, torch.zeros(1, 6, 9, 9).double()),
            "x: expected float32, as the weight",
        ),
        (lambda conv: split(conv, 2, [0.0]), "x: expected a tensor, got list"),
        (
            lambda conv: split(conv, 2, torch.zeros(1, 6, 9, 9).to_sparse()),
            "x: expected a dense tensor",
        ),
    ],
)
def test_what_does_not_fit_is_named(call, said):
    with pytest.raises((TypeError, ValueError), match=f"^{said}"):
        call(nn.Conv2d(6, 8, 3, groups=2))


@pytest.mark.parametrize(
    "x", [torch.full((3, 16, 7, 7), 0.1), 1e5 + 1e-3 * torch.randn(4, 16, 9, 9)]
)
def test_maps_that_do_not_vary_leave_the_weights_alone(x):
    torch.manual_seed(0)
    conv, other = nn.Conv2d(16, 24, 3), torch.randn(2, 16, 9, 9)
    torch.testing.assert_close(bottleneck(conv, 16, 24, x)(other), conv(other), atol=1e-4, rtol=0)
