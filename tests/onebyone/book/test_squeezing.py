"""What comes back through fewer maps is what NumPy's own least squares brings back, on whatever it is judged."""

import numpy as np
import pytest

from onebyone.book.squeezing import (
    BEST,
    SOME,
    WAYS,
    Squeezed,
    condense,
    project,
    restore,
    share,
    spread,
)


def drawn_maps(rng, images=2, maps=6, rank=6):
    """Return maps that depend on each other, (N, C, 5, 7)."""
    mixed = rng.standard_normal((maps, rank)) @ rng.standard_normal((rank, images * 35))
    return np.moveaxis((mixed + rng.standard_normal((maps, 1))).reshape(maps, images, 5, 7), 1, 0)


def flat(x):
    return np.moveaxis(x, -3, 0).reshape(x.shape[-3], -1)


def by_least_squares(fit, weight, x):
    """Return what x is after the best second matrix and bias, (C, pixels)."""
    fewer, ones = (np.vstack([weight @ flat(m), np.ones(flat(m).shape[1])]) for m in (fit, x))
    solution, *_ = np.linalg.lstsq(fewer.T, flat(fit).T, rcond=1e-9)
    return solution.T @ ones


@pytest.mark.parametrize("rank", [1, 3, 6])
def test_few_pixels_have_the_mean_and_the_covariance_of_many(rank):
    x = drawn_maps(np.random.default_rng(rank), rank=rank)
    few = condense(x)
    assert few.shape == (6, 12, 1)
    assert np.allclose(few.mean(axis=(1, 2)), flat(x).mean(axis=1))
    assert np.allclose(np.cov(few[:, :, 0], bias=True), np.cov(flat(x), bias=True))
    assert np.linalg.matrix_rank(np.cov(few[:, :, 0]), rtol=1e-9) == rank


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("width", [1, 2, 5, 6])
@pytest.mark.parametrize("rank", [2, 6])
def test_maps_are_restored_and_judged_as_by_least_squares_over_all_pixels(way, width, rank):
    rng = np.random.default_rng([width, rank])
    fit, judged = drawn_maps(rng, rank=rank), drawn_maps(rng, images=1)
    squeezed = Squeezed(condense(fit), condense(judged), judged[0], 0, "", [width], 0)
    weight = project(squeezed.fit, width, way)
    assert weight.shape == (width, 6)
    for x in fit, judged:
        made = by_least_squares(fit, weight, x)
        assert np.allclose(
            restore(x, weight, squeezed.fit), np.moveaxis(made.reshape(6, -1, 5, 7), 1, 0)
        )
        centred = flat(x) - flat(x).mean(axis=1, keepdims=True)
        expected = 1 - np.square(flat(x) - made).sum() / np.square(centred).sum()
        assert share(squeezed._replace(judged=condense(x)), weight) == pytest.approx(expected)


def test_no_projection_restores_more_than_the_best_of_the_maps_that_it_is_fitted_to():
    rng = np.random.default_rng(seed=0)
    pixels = condense(drawn_maps(rng))
    squeezed = Squeezed(pixels, pixels, pixels, 0, "", [1], 0)
    for width in range(1, 7):
        best = share(squeezed, project(pixels, width, BEST))
        for _ in range(20):
            some = np.eye(6)[rng.permutation(6)[:width]]
            assert share(squeezed, some) <= best + 1e-9
            assert share(squeezed, rng.standard_normal((width, 6))) <= best + 1e-9


def test_some_maps_are_spread_over_all():
    assert spread(64, 8) == list(range(0, 64, 8))
    assert spread(96, 1) == [0]
    assert spread(5, 5) == [0, 1, 2, 3, 4]
    assert project(np.ones((6, 1, 1)), 3, SOME).argmax(axis=1).tolist() == [0, 2, 4]
