"""The photograph is the one it says it is, and pictures show what the arrays hold."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from onebyone.images import encode_png, photograph, pictures


def test_the_photograph_is_scikit_images_astronaut_halved():
    wide = data.astronaut().astype(float)  # (512, 512, 3)
    halved = wide.reshape(256, 2, 256, 2, 3).mean(axis=(1, 3))
    expected = np.rint(halved).transpose(2, 0, 1) / 255
    assert np.allclose(photograph(), expected, atol=1e-7)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3), (1, 1), (1, 1, 3)])
def test_pillow_reads_the_png_back_pixel_by_pixel(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert np.array_equal(Image.open(io.BytesIO(encode_png(pixels))), pixels)


def test_what_is_darker_than_black_or_brighter_than_white_is_clipped():
    shown = pictures({"x": np.array([[[-1.0, 0.0, 0.5, 1.0, 2.0]]])})
    assert shown.titled["x"].tolist() == [[0, 0, 128, 255, 255]]


def test_a_title_cannot_break_the_page():
    shown = pictures({'<b>"': np.zeros((1, 1, 1))})._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;&quot;" in shown


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (np.zeros((2, 4, 4)), ValueError, "p: expected (1, H, W) or (3, H, W)"),
        (np.zeros((4, 4)), ValueError, "p: expected (1, H, W) or (3, H, W)"),
        (np.zeros((3, 0, 4)), ValueError, "p: expected (1, H, W) or (3, H, W)"),
        (np.full((1, 1, 2), np.nan), ValueError, "p: expected numbers, got NaN in 2 places"),
        (np.zeros((1, 4, 4), int), TypeError, "p: expected floating-point numbers from 0 to 1"),
        ("p", TypeError, "p: expected a NumPy array"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_by_its_title(x, error, message):
    with pytest.raises(error) as caught:
        pictures({"p": x})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("titled", [None, 1, [np.zeros((1, 1, 1))]])
def test_pictures_without_titles_are_refused(titled):
    with pytest.raises(TypeError, match=r"^titled: expected arrays by title"):
        pictures(titled)
