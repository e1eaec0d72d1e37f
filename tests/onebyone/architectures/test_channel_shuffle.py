"""Channels are dealt out as PyTorch deals them, also where a tool of PyTorch records the call."""

import pytest
import torch
from torch import nn

from onebyone.architectures.shufflenet_v2 import channel_shuffle

from ..refusals import refused, refuses

DEPRECATED = pytest.mark.filterwarnings(
    "ignore:.*deprecated:DeprecationWarning", "ignore:.*deprecated:FutureWarning"
)
D = torch.export.Dim.DYNAMIC


def maps(*shape):
    """Return feature maps whose numbers are all different."""
    return torch.arange(torch.Size(shape).numel(), dtype=torch.float32).reshape(shape)


class Shuffle(nn.Module):
    def forward(self, x):
        return channel_shuffle(x, 3)


def test_twelve_channels_in_three_groups_are_dealt_out_in_turn():
    x = maps(12, 1, 1)
    expected = [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]
    assert channel_shuffle(x, 3).flatten().tolist() == expected
    assert channel_shuffle(x[None], 3).flatten().tolist() == expected


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 6, 12])
def test_feature_maps_are_shuffled_as_pytorch_shuffles_them(groups):
    x = maps(2, 12, 5, 7)
    y = channel_shuffle(x, groups)
    assert torch.equal(y, nn.functional.channel_shuffle(x, groups))
    assert torch.equal(channel_shuffle(x[0], groups), y[0])
    assert torch.equal(x, maps(2, 12, 5, 7))


def test_as_many_groups_as_a_group_had_channels_undo_a_shuffle_and_the_same_number_does_not():
    x = maps(2, 12, 5, 7)
    shuffled = channel_shuffle(x, 3)
    assert torch.equal(channel_shuffle(shuffled, 4), x)
    assert not torch.equal(channel_shuffle(shuffled, 3), x)


def test_gradients_go_back_to_where_the_channels_came_from():
    x = maps(2, 12, 5, 7).requires_grad_()
    weight = torch.randn(x.shape, generator=torch.Generator().manual_seed(0))
    (channel_shuffle(x, 3) * weight).sum().backward()
    assert torch.equal(x.grad, channel_shuffle(weight, 4))


@pytest.mark.parametrize("dtype", [torch.int64, torch.uint8, torch.float16, torch.complex64])
def test_numbers_of_every_kind_keep_their_dtype(dtype):
    x = maps(12, 1, 2).to(dtype)
    y = channel_shuffle(x, 3)
    assert y.dtype == dtype
    assert y[:, 0, 0].real.tolist() == [0, 8, 16, 2, 10, 18, 4, 12, 20, 6, 14, 22]


@refuses(
    (
        (maps(1, 10, 1, 1), 3),
        ValueError("groups: expected a divisor of the 10 channels of x, got 3"),
    ),
    (
        (maps(10, 1, 1), 20),
        ValueError("groups: expected a divisor of the 10 channels of x, got 20"),
    ),
    ((maps(6, 1, 1), 0), ValueError("groups: expected an integer of at least 1, got 0")),
    ((maps(6, 1, 1), -2), ValueError("groups: expected an integer of at least 1, got -2")),
    ((maps(6, 1, 1), 2.0), TypeError("groups: expected an integer, got 2.0")),
    ((maps(6, 1, 1), True), TypeError("groups: expected an integer, got True")),
    (([[[1.0]], [[2.0]]], 2), TypeError("x: expected a PyTorch tensor, got list")),
    ((maps(6, 2), 2), ValueError("x: expected (N, C, H, W) or (C, H, W), got (6, 2)")),
    (
        (maps(2, 0, 2, 2), 2),
        ValueError("x: expected at least one channel, row and column, got (2, 0, 2, 2)"),
    ),
)
def test_a_bad_argument_is_named(call, error):
    with refused(error):
        channel_shuffle(*call)


TOOLS = {
    "torch.jit.trace": lambda: torch.jit.trace(Shuffle(), maps(1, 12, 4, 6)),
    "torch.fx": lambda: torch.fx.symbolic_trace(Shuffle()),
    "torch.export": lambda: torch.export.export(
        Shuffle(), (maps(2, 12, 4, 6),), dynamic_shapes=({0: D, 2: D, 3: D},)
    ).module(),
}


@pytest.mark.parametrize("tool", TOOLS)
@DEPRECATED
def test_a_record_is_right_for_another_batch_height_and_width(tool):
    recorded = TOOLS[tool]()
    for shape in (3, 12, 5, 7), (1, 12, 9, 2):
        expected = nn.functional.channel_shuffle(maps(*shape), 3)
        assert torch.equal(recorded(maps(*shape)), expected)
