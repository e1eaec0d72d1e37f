"""The best linear projection is the best: nothing random, learned or perturbed restores more."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from onebyone import conv1x1
from onebyone.algebra import best_expansion, pca_projection
from onebyone.book.filters import filter_bank

from .refusals import refused, refuses

shapes = st.tuples(st.integers(2, 6), st.integers(3, 6), st.integers(3, 6))


def restored_by_pca(x, kept):
    weight, mean = pca_projection(x, kept)
    return conv1x1(conv1x1(x, weight, -weight @ mean), weight.T, mean)


@given(shapes, st.integers(0, 2**32 - 1), st.data())
def test_the_error_of_pca_is_what_torch_says_the_best_rank_leaves(shape, seed, data):
    x = np.random.default_rng(seed).standard_normal(shape)
    kept = data.draw(st.integers(1, shape[0]))
    centred = torch.from_numpy(x.reshape(shape[0], -1))
    values = torch.linalg.svdvals(centred - centred.mean(dim=1, keepdim=True))
    least = float((values[kept:] ** 2).sum())
    assert np.sum((x - restored_by_pca(x, kept)) ** 2) == pytest.approx(least, abs=1e-9)


@given(shapes, st.integers(0, 2**32 - 1))
def test_all_channels_kept_lose_nothing(shape, seed):
    x = np.random.default_rng(seed).standard_normal(shape)
    assert np.allclose(restored_by_pca(x, shape[0]), x)


@given(shapes, st.integers(0, 2**32 - 1))
def test_the_rows_are_orthonormal(shape, seed):
    weight, _ = pca_projection(np.random.default_rng(seed).standard_normal(shape), shape[0])
    assert np.allclose(weight @ weight.T, np.eye(shape[0]))


@given(shapes, st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_no_small_change_of_the_best_expansion_restores_more(shape, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal(shape), rng.standard_normal((2, *shape[1:]))
    weight, bias = best_expansion(y, x)
    error = np.sum((x - conv1x1(y, weight, bias)) ** 2)
    for _ in range(5):
        other = (
            weight + 1e-3 * rng.standard_normal(weight.shape),
            bias + 1e-3 * rng.standard_normal(bias.shape),
        )
        assert np.sum((x - conv1x1(y, *other)) ** 2) >= error


def test_no_pixels_are_best_restored_by_zeros():
    weight, bias = best_expansion(np.ones((0, 2, 4, 5)), np.ones((0, 3, 4, 5)))
    assert weight.tolist() == [[0, 0]] * 3
    assert bias.tolist() == [0] * 3


def test_a_batch_is_projected_as_all_its_pixels_together():
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    weight, mean = pca_projection(x, 2)
    flat_weight, flat_mean = pca_projection(np.concatenate(list(x), axis=1), 2)
    assert np.allclose(mean, flat_mean)
    assert np.allclose(np.abs(weight @ flat_weight.T), np.eye(2))


def test_each_filter_of_the_bank_has_weights_that_add_up_to_one_in_absolute_value():
    weight = filter_bank()
    assert np.abs(weight).sum(axis=(1, 2, 3)) == pytest.approx(np.ones(64), rel=1e-5)


def test_edges_and_lines_see_nothing_in_a_grey_area_and_blurs_keep_it():
    responses = filter_bank().sum(axis=(1, 2, 3))  # the response to a picture of ones
    assert responses[:48] == pytest.approx(np.zeros(48), abs=1e-5)
    assert responses[48:] == pytest.approx(np.ones(16), rel=1e-5)


PIXELS = "y: expected feature maps of the pixels of x, (3, 4, 5), got "


@refuses(
    (lambda x: pca_projection(x, 4), ValueError("out_channels: expected at most the 3 channels of x, got 4")),
    (lambda x: pca_projection(x, 0), ValueError("out_channels: expected an integer of at least 1, got 0")),
    (lambda x: pca_projection(x.astype(int), 1), TypeError("x: expected floating-point numbers, got dtype int64")),
    (lambda x: pca_projection(x[0], 1), ValueError("x: expected (N, C, H, W) or (C, H, W), got (4, 5)")),
    (lambda x: best_expansion(x[:, :2], x), ValueError(f"{PIXELS}(3, 2, 5)")),
    (lambda x: best_expansion(x.reshape(3, 5, 4), x), ValueError(f"{PIXELS}(3, 5, 4)")),
    (lambda x: best_expansion(x[0], x), ValueError("y: expected (N, C, H, W) or (C, H, W), got (4, 5)")),
    (lambda x: pca_projection(x * np.nan, 1), ValueError("x: expected finite numbers, got nan")),
    (lambda x: pca_projection(x.astype(np.float16), 1), TypeError("x: expected float32 or float64, got dtype float16")),
    (lambda x: best_expansion(x, "x"), TypeError("x: expected a NumPy array or nested lists of numbers, got str")),
    (lambda x: best_expansion("x", x), TypeError("y: expected a NumPy array or nested lists of numbers, got str")),
)  # fmt: skip
def test_bad_input_is_named(call, error):
    with refused(error):
        call(np.random.default_rng(0).standard_normal((3, 4, 5)))


def test_no_image_has_no_projection():
    with refused(ValueError("x: expected at least one image, got (0, 3, 2, 2)")):
        pca_projection(np.zeros((0, 3, 2, 2)), 1)


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_a_projection_is_the_same_in_any_unit(unit):
    x = np.random.default_rng(0).standard_normal((3, 4, 5))
    weight, mean = pca_projection(x, 2)
    scaled, scaled_mean = pca_projection(unit * x, 2)
    assert np.allclose(abs(scaled @ weight.T), np.eye(2))
    assert np.allclose(scaled_mean / unit, mean)
