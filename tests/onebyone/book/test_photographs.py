"""The pictures that packages ship are in two halves, and the crops of them are always the same squares."""

import numpy as np
import pytest
import torch
from skimage import data

from onebyone import trained
from onebyone.book import photographs

from ..refusals import refused, refuses

NAMES = photographs.FIT + photographs.JUDGE


def test_the_two_halves_have_ten_pictures_each_and_none_in_common():
    assert len(photographs.FIT) == len(photographs.JUDGE) == 10
    assert len({*NAMES}) == 20


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_three_channels_from_0_to_255_and_shows_something(name):
    picture = photographs.photograph(name)
    assert picture.ndim == 3
    assert picture.shape[2] == 3
    assert picture.dtype == np.uint8
    assert picture.max() - picture.min() > 50


def test_no_two_pictures_are_the_same():
    assert len({photographs.photograph(name).tobytes() for name in NAMES}) == 20


def test_a_colour_picture_is_scikit_images_and_a_grey_one_three_times_itself():
    np.testing.assert_array_equal(photographs.photograph("chelsea"), data.chelsea())
    grey = photographs.photograph("camera")
    for channel in range(3):
        np.testing.assert_array_equal(grey[:, :, channel], data.camera())


def test_nobody_can_write_into_a_picture_that_others_share():
    with pytest.raises(ValueError, match="read-only"):
        photographs.photograph("coffee")[0, 0, 0] = 7
    assert photographs.photograph("coffee") is photographs.photograph("coffee")


def test_crops_are_one_picture_after_the_other_as_the_network_takes_them():
    x = photographs.crops(["chelsea", "coffee"], each=3)
    assert x.shape == (6, 3, 224, 224)
    assert x.dtype == torch.float32
    assert x.abs().max() <= 1 + 1e-6
    for place, name in enumerate(["chelsea", "coffee"]):
        alone = photographs.crops([name], each=3)
        assert torch.equal(x[3 * place : 3 * place + 3], alone)


def test_crops_are_the_same_on_each_call_whatever_was_drawn_between():
    first = photographs.crops(["rocket"], each=2)
    np.random.default_rng().random()
    torch.rand(3)
    assert torch.equal(photographs.crops(["rocket"], each=2), first)
    assert not torch.equal(first[0], first[1])


def test_the_first_crops_stay_where_more_are_wanted():
    few, many = (photographs.crops(["clock"], each) for each in (2, 5))
    assert torch.equal(many[:2], few)


@pytest.mark.parametrize("name", ["chelsea", "retina", "flower"])
def test_a_crop_is_a_square_of_60_to_100_per_cent_of_its_picture(name, monkeypatch):
    squares = []
    monkeypatch.setattr(trained, "resize", lambda square: (squares.append(square), square)[1])
    monkeypatch.setattr(torch, "cat", lambda parts: parts)
    photographs.crops([name], each=40)
    height, width, _ = photographs.photograph(name).shape
    sides = [square.shape[0] for square in squares]
    assert all(square.shape == (side, side, 3) for square, side in zip(squares, sides, strict=True))
    least = min(height, width)
    assert int(0.6 * least) <= min(sides) < 0.7 * least
    assert 0.9 * least < max(sides) <= least
    # Each begins somewhere else in the memory of the whole picture.
    assert len({square.storage_offset() for square in squares}) > 30


@pytest.mark.parametrize("name", NAMES)
def test_the_centre_is_the_largest_square_in_the_middle(name):
    picture = photographs.photograph(name)
    height, width, _ = picture.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = torch.tensor(picture[top : top + side, left : left + side])
    x = photographs.centre(name)
    assert x.shape == (1, 3, 224, 224)
    assert torch.equal(x, trained.resize(square))


KNOWN = ", ".join(NAMES)


@refuses(
    (
        lambda: photographs.photograph("cat"),
        ValueError(f"name: expected one of {KNOWN}, got 'cat'"),
    ),
    (lambda: photographs.centre("cat"), ValueError(f"name: expected one of {KNOWN}, got 'cat'")),
    (
        lambda: photographs.crops(["coins", "cat"], 1),
        ValueError(f"name: expected one of {KNOWN}, got 'cat'"),
    ),
    (
        lambda: photographs.crops(["coins"], 0),
        ValueError("each: expected an integer of at least 1, got 0"),
    ),
    (
        lambda: photographs.crops(["coins"], 1.0),
        TypeError("each: expected an integer, got 1.0"),
    ),
)
def test_bad_input_is_named(call, error):
    with refused(error):
        call()
