"""The PyTorch functions compute what the NumPy reference computes, and raise what it raises, on every device."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import onebyone
from onebyone import pytorch

from .bad_input import GOOD, ROWS
from .devices import LAYOUTS, channels_last, every_device, tensor
from .draws import (
    arrays,
    assert_equal_to_rounding,
    batches,
    convolutions,
    pointwise,
    poolings,
    torch_conv2d,
)
from .refusals import refused

FUNCTIONS = [name for name in GOOD if name != "output_size"]
layouts = st.sampled_from(list(LAYOUTS.values()))


@pytest.fixture(autouse=True)
def _full_precision(monkeypatch):
    """Keep cuDNN from rounding float32 to TF32's ten bits."""
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


def assert_convolves(y, x, weight, bias, **options):
    """Assert that y is NumPy's result, to the rounding of its dtype."""
    _, terms, magnitude = torch_conv2d(x, weight, bias, **options)
    wide = [None if a is None else a.astype(np.float64) for a in (x, weight, bias)]
    expected = onebyone.conv2d(*wide, **options)
    assert_equal_to_rounding(y.cpu().numpy(), expected, terms, magnitude, (x, weight))


@every_device
@settings(max_examples=150)
@given(call=pointwise(), lay_out=layouts)
def test_conv1x1_is_the_references(device, call, lay_out):
    x, weight, bias = call
    on_device = [tensor(a, device) for a in call]
    y = pytorch.conv1x1(lay_out(on_device[0]), *on_device[1:])
    assert_convolves(y, x, weight.reshape(*weight.shape[:2], 1, 1), bias)


@every_device
@settings(max_examples=150)
@given(call=convolutions(), lay_out=layouts)
def test_conv2d_is_the_references(device, call, lay_out):
    x, weight, bias, options = call
    on_device = [tensor(a, device) for a in (x, weight, bias)]
    y = pytorch.conv2d(lay_out(on_device[0]), *on_device[1:], **options)
    assert_convolves(y, x, weight, bias, **options)


@every_device
@given(call=poolings(("float32", "int8", "uint8", "int32")), lay_out=layouts)
def test_max_pool2d_is_the_references(device, call, lay_out):
    x, options = call
    y = pytorch.max_pool2d(lay_out(tensor(x, device)), **options)
    np.testing.assert_array_equal(y.cpu().numpy(), onebyone.max_pool2d(x, **options))


@every_device
@given(call=poolings(("float32",)), lay_out=layouts)
def test_avg_pool2d_is_the_references(device, call, lay_out):
    x, options = call
    y = pytorch.avg_pool2d(lay_out(tensor(x, device)), **options)
    np.testing.assert_allclose(
        y.cpu().numpy(), onebyone.avg_pool2d(x, **options), rtol=1e-5, atol=1e-6
    )


@every_device
@given(x=batches().flatmap(lambda batch: arrays((*batch, 3, 5, 7), ("float32",))), lay_out=layouts)
def test_global_avg_pool2d_and_relu_are_the_references(device, x, lay_out):
    on_device = lay_out(tensor(x, device))
    np.testing.assert_allclose(
        pytorch.global_avg_pool2d(on_device).cpu().numpy(),
        onebyone.global_avg_pool2d(x),
        rtol=1e-5,
        atol=1e-6,
    )
    np.testing.assert_array_equal(pytorch.relu(on_device).cpu().numpy(), onebyone.relu(x))


@every_device
def test_relu_has_no_ceiling(device):
    largest = torch.tensor([-1.0, 6.5, torch.finfo(torch.float32).max], device=device)
    assert pytorch.relu(largest).tolist() == [0.0, *largest.tolist()[1:]]
    assert onebyone.relu(largest.cpu().numpy()).tolist() == [0.0, *largest.tolist()[1:]]


@every_device
@pytest.mark.parametrize("call", [row for row in ROWS if row.values[0].function in FUNCTIONS])
def test_bad_input_raises_what_the_reference_raises(device, call):
    arguments = {
        name: tensor(value, device) if isinstance(value, np.ndarray) else value
        for name, value in call.arguments.items()
    }
    with refused(call.error(call.message)):
        getattr(pytorch, call.function)(**arguments)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_signatures_are_the_references(name):
    ours = inspect.signature(getattr(pytorch, name)).parameters
    theirs = inspect.signature(getattr(onebyone, name)).parameters
    assert {n: p.default for n, p in ours.items()} == {n: p.default for n, p in theirs.items()}


NO_DENSE_NUMBERS = {
    "expected a PyTorch tensor, got ndarray": torch.Tensor.numpy,
    "expected a dense tensor, got layout sparse_coo": torch.Tensor.to_sparse,
    "expected integers or floating-point numbers, got dtype bool": torch.Tensor.bool,
}


@pytest.mark.parametrize("message", NO_DENSE_NUMBERS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_no_dense_tensor_of_numbers_is_refused(name, message):
    good = {n: tensor(v) if isinstance(v, np.ndarray) else v for n, v in GOOD[name].items()}
    for argument in {"x", "weight", "bias"} & set(good):
        wrong = NO_DENSE_NUMBERS[message](good[argument])
        with refused(TypeError(f"{argument}: {message}")):
            getattr(pytorch, name)(**good | {argument: wrong})


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_nested_tensors_are_refused_by_name():
    nested = torch.nested.nested_tensor([torch.ones(3, 2, 2)])
    for function, *others in (pytorch.conv1x1, torch.ones(5, 3)), (pytorch.relu,):
        with pytest.raises(TypeError, match=r"^x: expected .* nested one$"):
            function(nested, *others)


@pytest.mark.parametrize("argument", ["weight", "bias"])
@pytest.mark.parametrize("name", ["conv1x1", "conv2d"])
def test_tensors_on_two_devices_are_refused(name, argument):
    good = {n: tensor(v) for n, v in GOOD[name].items()}
    with refused(ValueError(f"{argument}: expected a tensor on cpu, where x is, got one on meta")):
        getattr(pytorch, name)(**good | {argument: good[argument].to("meta")})


@pytest.mark.parametrize("name", ["conv1x1", "conv2d"])
def test_matrices_of_integers_are_refused(name):
    good = {n: tensor(v).int() for n, v in GOOD[name].items()}
    with pytest.raises(TypeError, match=r"^x: expected floating-point numbers, .* int32$"):
        getattr(pytorch, name)(**good)


def test_complex_numbers_are_not_averaged_over_windows():
    with pytest.raises(TypeError, match=r"^x: expected real numbers, .* complex64$"):
        pytorch.avg_pool2d(torch.zeros(1, 2, 2, dtype=torch.complex64), 2)


@pytest.mark.parametrize(
    ("x_dtype", "weight_dtype"),
    [
        (torch.float32, torch.float64),
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float16),
        (torch.uint8, torch.float32),
        (torch.float32, torch.complex64),
    ],
)
@pytest.mark.parametrize("name", ["conv1x1", "conv2d"])
def test_two_dtypes_meet_where_pytorch_promotes_them(name, x_dtype, weight_dtype):
    x, weight, bias = (torch.ones(v.shape) for v in GOOD[name].values())
    y = getattr(pytorch, name)(x.to(x_dtype), weight.to(weight_dtype), bias.short())
    assert y.dtype == torch.promote_types(x_dtype, weight_dtype)
    assert (y == weight[0].numel() + 1).all()


@every_device
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("batch", [(), (1,)])
@pytest.mark.parametrize("lay_out", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize(("in_channels", "out_channels", "size"), [(512, 1024, 7), (64, 128, 56)])
def test_large_layers_are_the_references(
    device, in_channels, out_channels, size, lay_out, batch, bias
):
    random = np.random.default_rng(0)
    shapes = (*batch, in_channels, size, size), (out_channels, in_channels, 1, 1), (out_channels,)
    x, weight, offset = (random.normal(size=shape).astype(np.float32) for shape in shapes)
    offset = offset if bias else None
    y = pytorch.conv1x1(lay_out(tensor(x, device)), tensor(weight, device), tensor(offset, device))
    assert_convolves(y, x, weight, offset)


@every_device
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("batch", [(), (0,), (1,), (3,)])
@pytest.mark.parametrize("lay_out", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize(
    ("in_channels", "out_channels", "size"), [(4, 7, 5), (512, 1024, 7), (64, 128, 56)]
)
def test_memory_layout_of_a_batch_comes_out_as_it_went_in(
    device, in_channels, out_channels, size, lay_out, batch, bias
):
    x = torch.rand(*batch, in_channels, size, size + 1, device=device)
    weight = torch.rand(out_channels, in_channels, device=device)
    offset = torch.rand(out_channels, device=device) if bias else None
    y = pytorch.conv1x1(lay_out(x), weight, offset)
    # Another layout may be added up in another order.
    torch.testing.assert_close(y, pytorch.conv1x1(x, weight, offset), rtol=1e-5, atol=1e-4)
    last = lay_out is channels_last and batch
    assert (channels_last(y) if last else y.contiguous()).stride() == y.stride()
