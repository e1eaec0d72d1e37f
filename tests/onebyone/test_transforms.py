"""The PyTorch functions under what PyTorch does to functions: gradients, vmap, compile, autocast, no storage."""

import shutil
import sys

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from onebyone import pytorch
from onebyone.pytorch import Conv1x1, conv1x1

from .devices import LAYOUTS, channels_last, every_device
from .refusals import refused, refuses

CALLS = {
    "conv1x1": (pytorch.conv1x1, [(2, 3, 2, 4), (5, 3), (5,)]),
    "conv1x1, no bias": (pytorch.conv1x1, [(2, 3, 2, 4), (5, 3, 1, 1)]),
    "conv1x1, one image": (pytorch.conv1x1, [(3, 2, 4), (5, 3), (5,)]),
    "conv2d": (
        lambda *a: pytorch.conv2d(*a, padding="same", groups=2),
        [(2, 4, 3, 4), (6, 2, 2, 3), (6,)],
    ),
    "max_pool2d": (lambda x: pytorch.max_pool2d(x, 2, padding=1), [(2, 3, 4, 5)]),
    "avg_pool2d": (lambda x: pytorch.avg_pool2d(x, 2, padding=1), [(2, 3, 4, 5)]),
    "global_avg_pool2d": (pytorch.global_avg_pool2d, [(2, 3, 4, 5)]),
    "relu": (pytorch.relu, [(2, 3, 4, 5)]),
}
every_call = pytest.mark.parametrize(("function", "shapes"), CALLS.values(), ids=CALLS)


def drawn(shapes, device="cpu", dtype=torch.float32):
    """Return tensors without ties, at which a maximum has no derivative."""
    generator = torch.Generator().manual_seed(0)
    tensors = [torch.randn(s, generator=generator) for s in shapes]
    return [t.to(device, dtype) for t in tensors]


@every_device
@every_call
def test_gradients_are_those_of_finite_differences(device, function, shapes):
    if device == "mps":
        pytest.skip("MPS has no float64, which finite differences need")
    inputs = drawn(shapes, device, torch.float64)
    for tensor in inputs:
        tensor.requires_grad_()
    assert torch.autograd.gradcheck(function, inputs)
    assert torch.autograd.gradgradcheck(function, inputs)


@every_device
@pytest.mark.parametrize("lay_out", LAYOUTS.values(), ids=LAYOUTS)
def test_gradients_are_conv2ds_in_every_layout(device, lay_out):
    x, weight, bias, grad = drawn([(2, 8, 5, 6), (7, 8, 1, 1), (7,), (2, 7, 5, 6)], device)
    ours = [t.clone().requires_grad_() for t in (x, weight, bias)]
    theirs = [t.clone().requires_grad_() for t in (x, weight, bias)]
    conv1x1(lay_out(ours[0]), *ours[1:]).backward(grad)
    F.conv2d(*theirs).backward(grad)
    for our, their in zip(ours, theirs, strict=True):
        torch.testing.assert_close(our.grad, their.grad)


@every_device
@every_call
def test_vmap_is_a_loop(device, function, shapes):
    x, *others = drawn([(5, *shapes[0]), *shapes[1:]], device)
    looped = torch.stack([function(one, *others) for one in x])
    mapped = torch.func.vmap(lambda one: function(one, *others))(x)
    torch.testing.assert_close(mapped, looped)


@every_device
def test_vmap_over_weights_is_a_loop(device):
    x, weights, biases = drawn([(2, 3, 4, 5), (5, 6, 3), (5, 6)], device)
    for inputs in x, channels_last(x), x[0]:
        looped = torch.stack([conv1x1(inputs, w, b) for w, b in zip(weights, biases, strict=True)])
        mapped = torch.func.vmap(conv1x1, in_dims=(None, 0, 0))(inputs, weights, biases)
        torch.testing.assert_close(mapped, looped)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@every_device
@every_call
def test_compiling_traces_the_whole_function_and_changes_no_value(device, function, shapes):
    torch.compiler.reset()
    inputs = drawn(shapes, device)
    compiled = torch.compile(function, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(*inputs), function(*inputs))


@pytest.mark.slow
@pytest.mark.skipif(
    not shutil.which("cl" if sys.platform == "win32" else "g++"),
    reason="Inductor needs a C++ compiler",
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Guards may run slower on Python 3.13.0")
@every_device
def test_inductors_code_computes_and_learns_the_same(device):
    torch.compiler.reset()
    x, grad = drawn([(2, 3, 4, 5), (2, 6, 4, 5)], device)
    layer = Conv1x1(3, 6).to(device)
    compiled = torch.compile(layer, fullgraph=True)
    results = []
    for apply in layer, compiled:
        layer.zero_grad()
        y = apply(x)
        y.backward(grad)
        results.append((y.detach(), layer.weight.grad.clone()))
    torch.testing.assert_close(*results)


@every_device
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("lay_out", LAYOUTS.values(), ids=LAYOUTS)
def test_autocast_gives_its_dtype_and_conv2ds_values(device, dtype, lay_out):
    x, weight, bias = drawn([(2, 64, 5, 6), (7, 64, 1, 1), (7,)], device)
    with torch.autocast(device, dtype):
        y = conv1x1(lay_out(x), weight, bias)
        wide = conv1x1(lay_out(x).to(dtype), weight, bias)
    exact = F.conv2d(x.double().cpu(), weight.double().cpu(), bias.double().cpu())
    assert y.dtype == wide.dtype == dtype
    tolerance = 64 * torch.finfo(dtype).eps
    for result in y, wide:
        torch.testing.assert_close(result.double().cpu(), exact, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("weight_dtype", [torch.int8, torch.float64])
@pytest.mark.parametrize("function", [conv1x1, pytorch.conv2d])
def test_autocast_takes_dtypes_that_it_does_not_convert_itself(function, weight_dtype):
    x, weight = torch.ones(1, 3, 2, 2), torch.ones(5, 3, 1, 1)
    for one, other in ((x, weight.to(weight_dtype)), (x.to(weight_dtype), weight)):
        with torch.autocast("cpu", torch.bfloat16):
            assert (function(one, other, torch.ones(5)) == 4).all()


@every_device
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@every_call
def test_half_precision_stays_half_precision(device, dtype, function, shapes):
    y = function(*drawn(shapes, device, dtype))
    exact = function(*drawn(shapes))
    assert y.dtype == dtype
    tolerance = 16 * torch.finfo(dtype).eps
    torch.testing.assert_close(y.float().cpu(), exact, rtol=tolerance, atol=tolerance)


@every_call
def test_the_meta_device_tells_the_shape(function, shapes):
    y = function(*(torch.empty(s, device="meta") for s in shapes))
    assert y.device.type == "meta"
    assert y.shape == function(*drawn(shapes)).shape


@pytest.mark.parametrize("bias", [False, True])
def test_the_layer_and_conv2d_exchange_their_states(bias):
    layer, theirs = Conv1x1(8, 5, bias=bias), nn.Conv2d(8, 5, 1, bias=bias)
    x = torch.randn(2, 8, 3, 4)
    for one, other in (layer, theirs), (theirs, layer):
        nn.init.normal_(one.weight)
        other.load_state_dict(one.state_dict(), strict=True)
        torch.testing.assert_close(layer(x), theirs(x))


def test_the_layer_starts_from_conv2ds_initial_weights():
    states = []
    for make in (lambda: Conv1x1(8, 5)), (lambda: nn.Conv2d(8, 5, 1)):
        torch.manual_seed(0)
        states.append(make().state_dict())
    torch.testing.assert_close(*states, rtol=0, atol=0)


@refuses(
    ((0, 5), ValueError("in_channels: expected an integer of at least 1, got 0")),
    ((8, 1.0), TypeError("out_channels: expected an integer, got 1.0")),
    ((8, 5, 1), TypeError("bias: expected True or False, got 1")),
)
def test_the_layer_refuses_what_makes_no_layer(call, error):
    with refused(error):
        Conv1x1(*call)


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_the_best_device_is_cuda_then_mps_then_the_cpu(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert pytorch.best_device() == torch.device(expected)
