"""What PyTorch asks of its own convolution and pooling, asked of those of the book."""

import pytest

from onebyone.deterministic import deterministic

from .op_samples import (
    FORMS,
    NAMES,
    check_samples,
    errors,
    outside,
    sample_outside,
    samples,
)

LEFT_OUT = {
    "conv2d": {
        "NumPy has no bfloat16",
        "a GPU multiplies no matrices of integers",
    },
    "max_pool2d": {
        "NumPy has no bfloat16",
        "ceil_mode is not False",
        "dilation is not 1",
    },
    "avg_pool2d": {
        "NumPy has no bfloat16",
        "a mean of integers is none",
        "ceil_mode is not False",
        "padding is a tuple of 1, neither an integer nor a pair",
        "stride is a tuple of 0, neither an integer nor a pair",
    },
}


@pytest.fixture(autouse=True)
def one_thread():
    """Thousands of calls this small would wait for a second thread most of the time."""
    with deterministic():
        yield


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("op", NAMES)
def test_every_sample_of_pytorch_has_the_same_values_here(op, form):
    compared, _ = check_samples(op, form)
    assert compared


@pytest.mark.parametrize("op", NAMES)
def test_what_is_left_out_of_pytorchs_samples_has_no_words_in_the_contract(op):
    reasons = {sample_outside(call, form) for call in samples(op) for form in FORMS}
    assert reasons == LEFT_OUT[op] | {None}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("op", NAMES)
def test_what_pytorch_must_refuse_is_refused_here(op, form):
    bad = [call for call in errors(op) if outside(call) is None]
    assert bad
    assert all(call.is_refused_by(form) for call in bad)
