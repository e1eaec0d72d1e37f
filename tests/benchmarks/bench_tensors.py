"""One benchmark a device, memory layout, layer and contestant, all of them PyTorch's and in one process.

Every contestant gets float32 operands that lie ready in the shapes it takes, and no bias: `torch.matmul` would add it
in another pass, and batch norm brings its own to most of these layers.
"""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from layers import TEN

from onebyone.pytorch import conv1x1

DEVICES = ["cpu"]
DEVICES += ["cuda"] if torch.cuda.is_available() else []
DEVICES += ["mps"] if torch.backends.mps.is_available() else []
LAYOUTS = {
    "NCHW": ("onebyone", "conv2d", "matmul"),
    "channels last": ("onebyone", "conv2d", "linear"),
}
TURNS = 10  # of every contestant, far apart: other work on the machine comes in bursts
ROUNDS = 20  # timed calls in a turn


def contest(contestant, layout, x, weight):
    """Return a function and its operands: x is (N, C_in, H, W), weight (C_out, C_in, 1, 1)."""
    if layout == "channels last":
        x = x.to(memory_format=torch.channels_last)
    match contestant:
        case "onebyone":
            return conv1x1, x, weight
        case "conv2d":
            return F.conv2d, x, weight
        case "matmul":
            return torch.matmul, weight.flatten(1), x.flatten(2)
        case "linear":
            return F.linear, x.permute(0, 2, 3, 1), weight.flatten(1)


@pytest.fixture(autouse=True)
def _forward_pass(monkeypatch):
    """Nothing asks for gradients; and convolutions on a GPU are as exact as products, which do without TF32."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    with torch.inference_mode():
        yield


@pytest.mark.parametrize(
    ("turn", "device", "layout", "layer", "contestant"),
    [
        (turn, device, layout, layer, contestant)
        for turn in range(TURNS)
        for device in DEVICES
        for layout, contestants in LAYOUTS.items()
        for layer in TEN
        for contestant in contestants
    ],
)
def test_tensors(benchmark, turn, device, layout, layer, contestant):
    # One image does not fill an accelerator, which works while Python prepares the next call.
    batch, calls = (1, 1) if device == "cpu" else (32, 20)
    torch.manual_seed(turn)
    x = torch.randn(batch, layer.in_channels, layer.size, layer.size)
    weight = torch.randn(layer.out_channels, layer.in_channels, 1, 1)
    function, *operands = contest(contestant, layout, x.to(device), weight.to(device))
    synchronize = torch.get_device_module(device).synchronize

    def call():
        for _ in range(calls):
            function(*operands)
        synchronize()

    benchmark.pedantic(call, rounds=ROUNDS, warmup_rounds=3)
    benchmark.extra_info |= {
        "setting": f"{device}, {layout}, batch of {batch}",
        "layer": layer.name,
        "contestant": contestant,
        "calls": calls,
    }
