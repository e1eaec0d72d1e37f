"""What PyTorch asks of its own convolution and pooling, asked of those of the book."""

import pytest

from .op_samples import FORMS, NAMES, check_samples, errors, outside


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("op", NAMES)
def test_every_sample_of_pytorch_has_the_same_values_here(op, form):
    compared, _ = check_samples(op, form)
    assert compared


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("op", NAMES)
def test_what_pytorch_must_refuse_is_refused_here(op, form):
    bad = [call for call in errors(op) if outside(call) is None]
    assert bad
    assert all(call.is_refused_by(form) for call in bad)
