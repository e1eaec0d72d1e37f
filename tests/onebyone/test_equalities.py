"""One operation under many names: each equality of the pages "names" and "algebra", in float64, to rounding.

The other side is PyTorch's, scikit-image's, or written out here; drawn numbers lie between -1 and 1.
"""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import color, data

from onebyone import avg_pool2d, conv1x1, conv2d, global_avg_pool2d, max_pool2d, relu

channels = st.integers(1, 6)
seeds = st.integers(0, 2**32 - 1)


def equal(one, other):
    """Assert equality to far more than another order of a few hundred such products changes."""
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def uniform(rng, *shape):
    return rng.uniform(-1, 1, shape)


def tensors(*values):
    return [torch.from_numpy(np.array(value, order="C")) for value in values]


@st.composite
def layers(draw):
    """Draw feature maps (N, C_in, H, W), a weight (C_out, C_in) and a bias, and the generator that made them."""
    rng = np.random.default_rng(draw(seeds))
    c_in, c_out = draw(channels), draw(channels)
    size = draw(st.tuples(st.integers(1, 6), st.integers(1, 6)))
    x = uniform(rng, draw(st.integers(1, 3)), c_in, *size)
    return x, uniform(rng, c_out, c_in), uniform(rng, c_out), rng


@given(layers())
def test_it_is_a_matrix_product_over_channels(layer):
    x, weight, bias, _ = layer
    y = conv1x1(x, weight, bias)
    for n, row, column in np.ndindex(len(x), *x.shape[2:]):
        pixel = x[n, :, row, column]
        equal(y[n, :, row, column], weight @ pixel + bias)


@given(layers())
def test_it_is_a_fully_connected_layer_that_all_pixels_share(layer):
    x, weight, bias, _ = layer
    pixels, matrix, shift = tensors(np.moveaxis(x, 1, -1), weight, bias)
    linear = F.linear(pixels, matrix, shift).numpy()  # (N, H, W, C_out)
    equal(conv1x1(x, weight, bias), np.moveaxis(linear, -1, 1))


@given(layers())
def test_it_is_an_einsum(layer):
    x, weight, _, _ = layer
    by_torch = torch.einsum("oc,nchw->nohw", *tensors(weight, x)).numpy()
    equal(conv1x1(x, weight), by_torch)
    equal(conv1x1(x, weight), np.einsum("oc,nchw->nohw", weight, x))


@given(layers())
def test_channels_last_it_is_a_product_with_the_weight_as_keras_keeps_it(layer):
    x, weight, _, _ = layer
    keras = weight.T[None, None]  # (1, 1, C_in, C_out)
    y = np.moveaxis(x, 1, -1) @ keras[0, 0]  # (N, H, W, C_out)
    equal(conv1x1(x, keras.transpose(3, 2, 0, 1)), np.moveaxis(y, -1, 1))


@given(layers(), st.integers(1, 4))
def test_in_one_and_three_dimensions_it_is_the_same_product(layer, depth):
    x, weight, bias, rng = layer
    sequence = uniform(rng, *x.shape[:3])  # (N, C_in, L)
    volume = uniform(rng, *x.shape[:2], depth, *x.shape[2:])
    for maps, convolve in (sequence, F.conv1d), (volume, F.conv3d):
        ones = (1,) * (maps.ndim - 2)
        filters = weight.reshape(*weight.shape, *ones)
        expected = convolve(*tensors(maps, filters, bias)).numpy()
        as_a_picture = maps.reshape(*maps.shape[:2], 1, -1)
        y = conv1x1(as_a_picture, weight, bias)
        equal(y.reshape(expected.shape), expected)


@given(layers(), channels)
def test_two_of_them_with_relu_are_a_position_wise_feed_forward_layer(layer, width):
    x, weight, bias, rng = layer
    back, shift = uniform(rng, width, len(weight)), uniform(rng, width)
    tokens = x.reshape(*x.shape[:2], -1).swapaxes(1, 2)  # (N, H·W, C_in)
    hidden = F.relu(F.linear(*tensors(tokens, weight, bias)))
    expected = F.linear(hidden, *tensors(back, shift)).numpy()
    y = conv1x1(relu(conv1x1(x, weight, bias)), back, shift)
    equal(y.reshape(*y.shape[:2], -1).swapaxes(1, 2), expected)


@given(seeds, st.integers(1, 3), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=30)
def test_the_projections_of_attention_are_1x1_convolutions(seed, heads, height, width):
    rng = np.random.default_rng(seed)
    size = 2 * heads  # channels
    attention = torch.nn.MultiheadAttention(size, heads, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for parameter in attention.parameters():
            parameter.copy_(torch.from_numpy(uniform(rng, *parameter.shape)))
    x = uniform(rng, 1, size, height, width)
    tokens = torch.from_numpy(x.reshape(size, -1).T.copy())[None]
    expected, _ = attention(tokens, tokens, tokens, need_weights=False)

    weight, bias = (
        attention.in_proj_weight.detach().numpy(),
        attention.in_proj_bias.detach().numpy(),
    )
    projected = conv1x1(x, weight, bias)  # (1, 3 · size, H, W)
    q, k, v = tensors(*projected.reshape(3, heads, size // heads, -1).swapaxes(2, 3))
    mixed = F.scaled_dot_product_attention(q, k, v).swapaxes(1, 2).numpy()
    y = conv1x1(
        mixed.reshape(1, size, height, width),
        attention.out_proj.weight.detach().numpy(),
        attention.out_proj.bias.detach().numpy(),
    )
    equal(y.reshape(size, -1).T, expected[0].detach().numpy())


@given(layers())
def test_it_commutes_with_every_permutation_of_the_pixels(layer):
    x, weight, bias, rng = layer
    flat = x.reshape(*x.shape[:2], 1, -1)
    order = rng.permutation(flat.shape[-1])
    equal(conv1x1(flat[..., order], weight, bias), conv1x1(flat, weight, bias)[..., order])


@given(layers())
def test_its_receptive_field_is_one_pixel(layer):
    x, weight, bias, rng = layer
    n, row, column = (int(rng.integers(size)) for size in (len(x), *x.shape[2:]))
    changed = x.copy()
    changed[n, :, row, column] += 1
    moved = conv1x1(changed, weight, bias) != conv1x1(x, weight, bias)
    moved[n, :, row, column] = False
    assert not moved.any()


@pytest.mark.parametrize("pixels", [2, 3, 4, 6])
def test_of_the_maps_that_commute_with_permutations_only_scalings_see_one_pixel(pixels):
    # Swaps generate all permutations P; each condition says P A - A P = 0 of a linear map A on one channel's pixels.
    one = np.eye(pixels)
    conditions = []
    for i, j in itertools.combinations(range(pixels), 2):
        p = one.copy()
        p[[i, j]] = p[[j, i]]
        conditions.append(np.kron(p, one) - np.kron(one, p.T))
    _, singular, directions = np.linalg.svd(np.vstack(conditions))
    commuting = directions[singular < 1e-9]
    assert len(commuting) == 2
    both = np.vstack([commuting, one.ravel(), np.ones(pixels**2)])
    assert np.linalg.matrix_rank(both) == 2  # the identity and the mean


@given(layers(), st.integers(1, 3))
def test_it_commutes_with_average_pooling(layer, window):
    x, weight, bias, rng = layer
    x = uniform(rng, *x.shape[:2], window + 2, window + 3)
    equal(
        avg_pool2d(conv1x1(x, weight, bias), window), conv1x1(avg_pool2d(x, window), weight, bias)
    )
    equal(global_avg_pool2d(conv1x1(x, weight, bias)), conv1x1(global_avg_pool2d(x), weight, bias))


@given(layers(), st.integers(1, 3))
def test_it_commutes_with_subsampling_and_so_a_stride_skips_work(layer, stride):
    x, weight, bias, _ = layer
    expected = conv2d(x, weight[:, :, None, None], bias, stride=stride)
    equal(conv1x1(x, weight, bias)[..., ::stride, ::stride], expected)
    equal(conv1x1(x[..., ::stride, ::stride], weight, bias), expected)


def test_it_does_not_commute_with_max_pooling():
    x, minus = np.array([[[1.0, 2.0]]]), np.array([[-1.0]])
    assert max_pool2d(conv1x1(x, minus), (1, 2)) == -1
    assert conv1x1(max_pool2d(x, (1, 2)), minus) == -2


@given(layers(), st.tuples(st.integers(1, 3), st.integers(1, 3)))
def test_a_kernel_is_a_sum_of_shifted_1x1_convolutions(layer, kernel):
    x, weight, bias, rng = layer
    filters = uniform(rng, *weight.shape, *kernel)
    x = uniform(rng, *x.shape[:2], kernel[0] + 2, kernel[1] + 1)
    expected = F.conv2d(*tensors(x, filters, bias)).numpy()
    height, width = expected.shape[2:]
    y = bias[:, None, None]
    for i, j in np.ndindex(*kernel):
        shifted = x[:, :, i : i + height, j : j + width]
        y = y + conv1x1(shifted, filters[:, :, i, j])
    equal(y, expected)


@given(seeds, st.integers(1, 4), channels, channels)
def test_in_groups_its_matrix_has_blocks_on_the_diagonal(seed, groups, depth, filters):
    rng = np.random.default_rng(seed)
    x = uniform(rng, 2, groups * depth, 3, 4)
    weight = uniform(rng, groups * filters, depth, 1, 1)
    expected = F.conv2d(*tensors(x, weight), groups=groups).numpy()
    blocks = torch.block_diag(*tensors(*weight.reshape(groups, -1, depth)))
    equal(conv1x1(x, blocks.numpy()), expected)
    equal(conv2d(x, weight, groups=groups), expected)


@given(seeds, st.integers(1, 4), channels)
def test_a_channel_shuffle_is_a_1x1_convolution_by_a_permutation(seed, groups, depth):
    x = uniform(np.random.default_rng(seed), 2, groups * depth, 3, 4)
    shuffled = F.channel_shuffle(*tensors(x), groups).numpy()
    order = np.arange(groups * depth).reshape(groups, depth).T.ravel()
    assert np.array_equal(conv1x1(x, np.eye(len(order))[order]), shuffled)


@given(layers())
def test_squeeze_and_excitation_is_two_1x1_convolutions_on_a_map_of_one_pixel(layer):
    x, weight, bias, rng = layer
    back, shift = uniform(rng, *weight.T.shape), uniform(rng, x.shape[1])
    squeezed = torch.from_numpy(x).mean(dim=(2, 3))
    hidden = F.relu(F.linear(squeezed, *tensors(weight, bias)))
    gate = torch.sigmoid(F.linear(hidden, *tensors(back, shift)))
    expected = (torch.from_numpy(x) * gate[:, :, None, None]).numpy()

    mean = global_avg_pool2d(x)  # (N, C, 1, 1)
    logits = conv1x1(relu(conv1x1(mean, weight, bias)), back, shift)
    equal(x / (1 + np.exp(-logits)), expected)


@given(seeds, st.integers(2, 6), channels)
def test_the_nearest_prototype_is_found_by_a_1x1_convolution_and_an_argmax(seed, classes, depth):
    rng = np.random.default_rng(seed)
    x, prototypes = uniform(rng, depth, 4, 5), uniform(rng, classes, depth)
    bias = -np.sum(prototypes**2, axis=1)
    scores = conv1x1(x, 2 * prototypes, bias)
    distances = np.linalg.norm(x[None] - prototypes[:, :, None, None], axis=1)  # (classes, H, W)
    assert np.array_equal(scores.argmax(axis=0), distances.argmin(axis=0))


@given(seeds, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_the_log_determinant_is_that_of_the_matrix_once_for_each_pixel(seed, depth, height, width):
    rng = np.random.default_rng(seed)
    weight = uniform(rng, depth, depth) + 2 * depth * np.eye(depth)
    basis = np.eye(depth * height * width)
    # One image for each number of the input, a 1 in its place: their outputs are the rows of the transposed Jacobian.
    jacobian = conv1x1(basis.reshape(-1, depth, height, width), weight)
    _, whole = np.linalg.slogdet(jacobian.reshape(basis.shape).T)
    _, matrix = np.linalg.slogdet(weight)
    assert whole == pytest.approx(height * width * matrix, rel=1e-9)


@given(layers())
def test_the_inverse_matrix_takes_it_back(layer):
    x, _, _, rng = layer
    depth = x.shape[1]
    weight = uniform(rng, depth, depth) + 2 * depth * np.eye(depth)
    equal(conv1x1(conv1x1(x, weight), np.linalg.inv(weight)), x)


def test_grey_is_scikit_images():
    picture = data.astronaut() / 255  # (512, 512, 3)
    grey = conv1x1(np.moveaxis(picture, -1, 0), [[0.2125, 0.7154, 0.0721]])
    equal(grey[0], color.rgb2gray(picture))


def test_ycbcr_is_scikit_images():
    picture = data.astronaut() / 255
    weight = np.array(
        [[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]
    )
    y = conv1x1(np.moveaxis(picture, -1, 0), weight, [16.0, 128.0, 128.0])
    np.testing.assert_allclose(np.moveaxis(y, 0, -1), color.rgb2ycbcr(picture), atol=1e-10)


def test_stain_separation_is_a_1x1_convolution_of_the_optical_density():
    tissue = data.immunohistochemistry() / 255
    density = -np.log(np.maximum(np.moveaxis(tissue, -1, 0), 1e-6))
    stains = conv1x1(density, np.linalg.inv(color.rgb_from_hed).T)
    expected = color.rgb2hed(tissue)
    # scikit-image counts in units of log(1e6), and sets what is negative to zero.
    ours = np.maximum(stains / np.log(1e6), 0)
    np.testing.assert_allclose(np.moveaxis(ours, 0, -1), expected, atol=1e-12)


@pytest.mark.parametrize("kernel_size", [1, 3])
def test_pytorch_starts_from_weights_as_large_as_the_fan_in_asks(kernel_size):
    # A weight is uniform up to 1 / sqrt(fan_in), and the fan-in of a 1×1 convolution is C_in.
    torch.manual_seed(0)
    layer = torch.nn.Conv2d(64, 4096, kernel_size)
    bound = 1 / np.sqrt(64 * kernel_size**2)
    assert layer.weight.abs().max().item() == pytest.approx(bound, rel=1e-4)
    assert layer.weight.std().item() == pytest.approx(bound / np.sqrt(3), rel=1e-2)
