"""The spectra are those of the matrices and of the maps that the layers meet, and zeros are counted one by one."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from onebyone.book import spectra

IMAGES = 19  # more than run at once


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 1),
        nn.ReLU(),
        nn.Conv2d(6, 5, 3, stride=2),
        nn.Sequential(nn.ReLU6(), nn.Conv2d(5, 7, 1, stride=2, bias=False)),
        nn.ReLU(),
    ).eval()


@pytest.fixture(scope="module")
def images():
    generator = torch.Generator().manual_seed(1)
    return 5 * torch.randn(IMAGES, 3, 9, 10, generator=generator) + 1


def seen(model, images, path):
    """Return the pixels that a layer reads and makes, a row for each channel, in float64."""
    met = []
    layer = model.get_submodule(path)
    handle = layer.register_forward_hook(lambda _, inputs, output: met.extend([*inputs, output]))
    with torch.no_grad():
        model(images)
    handle.remove()
    return [np.moveaxis(maps.double().numpy(), 1, 0).reshape(maps.shape[1], -1) for maps in met]


def test_each_pointwise_convolution_has_a_spectrum_in_the_order_of_the_modules(model, images):
    found = spectra.measure_spectra(model, images)
    assert [layer.path for layer in found] == ["0", "3.1"]
    for layer in found:
        weight = model.get_submodule(layer.path).weight.detach().numpy()[:, :, 0, 0]
        np.testing.assert_array_equal(layer.weight, weight)


@pytest.mark.parametrize("place", [0, 1])
def test_a_spectrum_is_numpys_of_what_the_layer_holds_reads_and_makes(model, images, place):
    layer = spectra.measure_spectra(model, images)[place]
    read, made = seen(model, images, layer.path)
    np.testing.assert_allclose(layer.input_covariance, np.cov(read, bias=True), atol=1e-9)
    for pixels, found in (read, layer.inputs), (made, layer.outputs):
        centred = pixels - pixels.mean(axis=1, keepdims=True)
        values = np.linalg.svd(centred, compute_uv=False) ** 2 / pixels.shape[1]
        np.testing.assert_allclose(found, values, atol=1e-6 * values[0])
    gram = np.linalg.eigvalsh(layer.weight @ layer.weight.T)[::-1][: len(layer.weights)]
    np.testing.assert_allclose(layer.weights, gram, atol=1e-12)


def test_what_is_measured_leaves_the_network_without_hooks_and_gradients(model, images):
    spectra.measure_spectra(model, images)
    spectra.count_silent_channels(model, images)
    assert not any(module._forward_hooks for module in model.modules())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_random_matrix_has_the_mean_and_deviation_of_the_other_and_is_always_the_same():
    matrix = np.random.default_rng(7).gamma(2, size=(200, 300))
    random = spectra.draw_random_like(matrix)
    assert random.shape == matrix.shape
    assert random.mean() == pytest.approx(matrix.mean(), abs=0.03)
    assert random.std() == pytest.approx(matrix.std(), rel=0.02)
    np.testing.assert_array_equal(spectra.draw_random_like(matrix), random)
    assert abs(np.corrcoef(random.ravel(), matrix.ravel())[0, 1]) < 0.02


def test_the_zeros_of_each_channel_are_counted_one_by_one(model, images):
    model = copy.deepcopy(model)
    with torch.no_grad():
        model[0].bias[2] = -1000  # which kills a channel
    found = spectra.count_silent_channels(model, images)
    assert list(found) == ["1", "3.0", "4"]
    for path, shares in found.items():
        _, made = seen(model, images, path)
        counted = [sum(number == 0 for number in row) / len(row) for row in made]
        np.testing.assert_allclose(shares, counted, atol=1e-12)
    assert found["1"][2] == 1
    assert 0 < found["1"][0] < 1
