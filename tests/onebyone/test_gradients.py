"""The backward pass is PyTorch's, agrees with finite differences, and learns what it should."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from onebyone import conv1x1, conv1x1_backward, pytorch
from onebyone.gradients import fit_conv1x1
from onebyone.images import photograph

from .devices import LAYOUTS, every_device, tensor
from .draws import FLOATS, arrays, batches
from .refusals import refused, refuses

layouts = st.sampled_from(list(LAYOUTS.values()))


@st.composite
def backward_calls(draw, dtypes=FLOATS):
    """Draw grad_output, x and weight that fit each other."""
    batch = draw(batches())
    c_in, c_out, height, width = (draw(st.integers(1, 5)) for _ in range(4))
    flat = draw(st.booleans())
    return (
        draw(arrays((*batch, c_out, height, width), dtypes)),
        draw(arrays((*batch, c_in, height, width), dtypes)),
        draw(arrays((c_out, c_in) if flat else (c_out, c_in, 1, 1), dtypes)),
    )


def by_autograd(function, grad_output, x, weight, device="cpu"):
    """Return PyTorch's gradients of a function of x, weight and bias, in float64 unless the device has none."""
    g, *inputs = (
        tensor(np.asarray(a, np.float64), device)
        for a in (grad_output, x, weight, np.zeros(len(weight)))
    )
    for each in inputs:
        each.requires_grad_()
    y = function(*inputs)
    return [each.cpu().numpy() for each in torch.autograd.grad(y, inputs, g)]


def torch_conv2d(x, weight, bias):
    return torch.nn.functional.conv2d(x, weight.reshape(*weight.shape[:2], 1, 1), bias)


@given(backward_calls())
def test_conv1x1_backward_is_pytorchs(call):
    given_arrays = [np.asarray(a) for a in call]
    dtype = np.result_type(*given_arrays).newbyteorder("=")
    ours = conv1x1_backward(*call)
    theirs = by_autograd(torch_conv2d, *call)
    for one, other in zip(ours, theirs, strict=True):
        assert one.dtype == dtype
        assert one.shape == other.shape
        # A sum of at most 75 products of numbers below 5.
        tolerance = 75 * 25 * np.finfo(dtype).eps
        np.testing.assert_allclose(one.astype(float), other, rtol=1e-6, atol=tolerance)


@every_device
@given(call=backward_calls(dtypes=("float64",)), lay_out=layouts)
def test_pytorchs_gradients_are_those_of_conv1x1_backward(device, call, lay_out):
    def function(x, weight, bias):
        return pytorch.conv1x1(lay_out(x), weight, bias)

    theirs = by_autograd(function, *call, device)
    for one, other in zip(conv1x1_backward(*call), theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)


@given(backward_calls(dtypes=("float64",)))
def test_conv1x1_backward_agrees_with_finite_differences(call):
    g, x, weight = (np.array(a) for a in call)
    bias = np.zeros(len(weight))

    def loss(x, weight, bias):
        return (g * conv1x1(x, weight, bias)).sum()

    step = 1e-3  # the loss is linear in each argument, so any step is exact
    arguments = [x, weight, bias]
    for number, gradient in enumerate(conv1x1_backward(g, x, weight)):
        for index in np.ndindex(gradient.shape):
            moved = [a.copy() for a in arguments]
            moved[number][index] += step
            slope = (loss(*moved) - loss(*arguments)) / step
            assert slope == pytest.approx(gradient[index], abs=1e-7)


X, WEIGHT, G = np.zeros((2, 3, 4, 5)), np.zeros((6, 3)), np.zeros((2, 6, 4, 5))


SHAPE = "grad_output: expected (2, 6, 4, 5), the shape of conv1x1(x, weight), got "
FILTERS = "weight: expected (C_out, 3) or (C_out, 3, 1, 1) to fit x with 3 channels, got "
REAL = "expected real floating-point numbers, got dtype "


@refuses(
    ((np.zeros((2, 6, 4, 4)), X, WEIGHT), ValueError(f"{SHAPE}(2, 6, 4, 4)")),
    ((G[0], X, WEIGHT), ValueError(f"{SHAPE}(6, 4, 5)")),
    ((G, X, WEIGHT[:, :2]), ValueError(f"{FILTERS}(6, 2)")),
    ((G, X[0, 0], WEIGHT), ValueError("x: expected (N, C, H, W) or (C, H, W), got (4, 5)")),
    ((G, X, [[1.0, 2.0], [3.0]]), ValueError("weight: expected rows of equal length, got a ragged sequence")),
    ((G, X.astype(int), WEIGHT), TypeError(f"x: {REAL}int64")),
    ((G.astype(complex), X, WEIGHT), TypeError(f"grad_output: {REAL}complex128")),
)  # fmt: skip
def test_what_has_no_gradient_is_refused(call, error):
    with refused(error):
        conv1x1_backward(*call)


def test_gradients_change_no_input():
    arguments = [np.ones(a.shape) for a in (G, X, WEIGHT)]
    for each in arguments:
        each.flags.writeable = False
    for one in conv1x1_backward(*arguments):
        assert not any(np.shares_memory(one, other) for other in arguments)


def test_descent_recovers_a_colour_matrix_from_a_photograph():
    x = photograph()[:, ::8, ::8].astype(float)
    weight = np.random.default_rng(0).normal(size=(2, 3))
    target = conv1x1(x, weight, [0.5, -1])
    learned, bias, losses = fit_conv1x1(x, target, steps=5000, rate=0.5)
    np.testing.assert_allclose(learned, weight, atol=1e-3)
    np.testing.assert_allclose(bias, [0.5, -1], atol=1e-3)
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx((target**2).sum(0).mean())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((X, X[:, :, :2], 1, 0.1), ValueError, "target: expected feature maps of the pixels of x"),
        ((X[0], X[0, 0], 1, 0.1), ValueError, "target: expected feature maps of the pixels of x"),
        ((X[0, 0], X[0, 0], 1, 0.1), ValueError, "x: expected"),
        ((X, X, 0, 0.1), ValueError, "steps: expected an integer of at least 1"),
        ((X, X, 1, 0.0), ValueError, "rate: expected a number above 0"),
        ((X, X, 1, float("nan")), ValueError, "rate: expected a number above 0"),
        ((X, X, 1, "fast"), TypeError, "rate: expected a number, got 'fast'"),
        ((X, X, 1, True), TypeError, "rate: expected a number, got True"),
        ((X, X[:0], 1, 0.1), ValueError, "target: expected feature maps of the pixels of x"),
        ((X[:0], X[:0], 1, 0.1), ValueError, "target: expected feature maps of the pixels of x"),
        ((1 + X, 1 + X, 2000, 9.0), ValueError, "rate: expected one at which the loss converges"),
        ((X.astype(int), X, 1, 0.1), TypeError, "x: expected real"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_is_refused(arguments, error, message):
    with pytest.raises(error, match=f"^{message}"):
        fit_conv1x1(*arguments)


def test_a_rate_may_be_a_fraction_and_must_fit_a_float():
    exact = fit_conv1x1(X, X, 3, Fraction(1, 4))
    for one, other in zip(exact, fit_conv1x1(X, X, 3, 0.25), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(ValueError, match=r"^rate: expected a number above 0"):
        fit_conv1x1(X, X, 3, 10**400)


def test_a_large_picture_in_float16_teaches_what_it_does_in_float32():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (2, 300, 300)).astype(np.float16)
    small, _, _ = fit_conv1x1(x, 2 * x, steps=40, rate=0.5)
    wide = x.astype(np.float32)
    expected, _, _ = fit_conv1x1(wide, 2 * wide, steps=40, rate=0.5)
    assert small.dtype == np.float16
    np.testing.assert_allclose(small, expected, atol=0.01)
    assert abs(expected).max() > 1.9
