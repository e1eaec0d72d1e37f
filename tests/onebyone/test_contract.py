"""What holds for every function of the contract, whatever it computes."""

import tracemalloc

import numpy as np
import pytest
import torch

from onebyone.pooling import avg_pool2d, global_avg_pool2d, max_pool2d
from onebyone.pytorch import conv2d as pytorch_conv2d
from onebyone.reference import conv1x1, conv1x1_loops, conv2d, conv2d_loops, relu

KIB = 1024
MAPS = (2, 3, 5, 4)
SHAPES = {
    conv1x1: (MAPS, (6, 3), (6,)),
    conv1x1_loops: (MAPS, (6, 3), (6,)),
    conv2d: (MAPS, (6, 3, 3, 3), (6,)),
    conv2d_loops: (MAPS, (6, 3, 3, 3), (6,)),
    max_pool2d: (MAPS,),
    avg_pool2d: (MAPS,),
    global_avg_pool2d: (MAPS,),
    relu: (MAPS,),
}
WITH_WEIGHT = [function for function, shapes in SHAPES.items() if len(shapes) == 3]


def call(function, arrays):
    """Call a function; a pooling with a window of 1, under which its output is most like a view of its input."""
    options = {"kernel_size": 1} if function in (max_pool2d, avg_pool2d) else {}
    return function(*arrays, **options)


def drawn(function, dtype=np.float64):
    """Return positive numbers, which relu and max_pool2d hand on as they are."""
    random = np.random.default_rng(0)
    return [random.uniform(1, 2, shape).astype(dtype) for shape in SHAPES[function]]


@pytest.mark.parametrize("function", SHAPES)
def test_inputs_are_read_and_never_written(function):
    arrays = drawn(function)
    copies = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    call(function, arrays)
    for array, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("function", SHAPES)
def test_a_result_is_the_callers_own(function):
    arrays = drawn(function)
    y = call(function, arrays)
    assert not any(np.shares_memory(y, array) for array in arrays)
    assert y.flags.writeable
    assert type(y) is np.ndarray


@pytest.mark.parametrize("function", SHAPES)
def test_a_batch_of_no_images_gives_a_batch_of_no_images(function):
    arrays = drawn(function)
    expected = call(function, arrays)
    y = call(function, [arrays[0][:0], *arrays[1:]])
    assert y.shape == (0, *expected.shape[1:])
    assert y.dtype == expected.dtype


@pytest.mark.parametrize("function", SHAPES)
def test_an_image_gives_the_same_alone_as_in_a_batch(function):
    x, *others = drawn(function)
    alone = [call(function, [image, *others]) for image in x]
    np.testing.assert_allclose(
        np.stack(alone), call(function, [x, *others]), rtol=27 * np.finfo(np.float64).eps
    )


@pytest.mark.parametrize("function", SHAPES)
def test_nested_lists_give_what_arrays_give(function):
    arrays = drawn(function)
    np.testing.assert_array_equal(
        call(function, [array.tolist() for array in arrays]), call(function, arrays)
    )


@pytest.mark.parametrize("function", SHAPES)
def test_float32_stays_float32(function):
    assert call(function, drawn(function, np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("x_dtype", "weight_dtype", "expected"),
    [
        ("float32", "float64", "float64"),
        ("float64", "float32", "float64"),
        ("float16", "float32", "float32"),
        ("int64", "float32", "float64"),
        ("uint8", "float32", "float32"),
        ("uint8", "int8", "int16"),
        ("float32", "complex64", "complex64"),
        (">f4", ">f4", "float32"),
    ],
)
@pytest.mark.parametrize("function", WITH_WEIGHT)
def test_the_dtype_of_a_result_is_that_of_x_and_weight_together_whatever_the_bias(
    function, x_dtype, weight_dtype, expected
):
    x, weight, bias = drawn(function)
    x, weight = x.astype(x_dtype), weight.astype(weight_dtype)
    y = call(function, [x, weight, np.rint(bias).astype(np.int16)])
    assert y.dtype == np.result_type(x, weight) == np.dtype(expected)
    assert call(function, [x, weight]).dtype == y.dtype


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("channel", [0, 31])
def test_a_strange_number_in_one_pixel_stays_in_that_pixel_under_conv1x1(strange, channel, dtype):
    random = np.random.default_rng(0)
    x, weight = (random.uniform(1, 2, shape).astype(dtype) for shape in ((2, 32, 9, 9), (8, 32)))
    x[1, channel, 4, 7] = strange
    finite = np.isfinite(conv1x1(x, weight))
    assert not finite[1, :, 4, 7].any()
    finite[1, :, 4, 7] = True
    assert finite.all()


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_nan_is_neither_skipped_nor_lost_under_a_pooling_window(pool):
    x = np.array([[[np.nan, 1.0, 2.0, 3.0]]])
    np.testing.assert_array_equal(np.isnan(pool(x, (1, 2))), [[[True, False]]])


def test_relu_keeps_nan_and_infinity_and_turns_their_negative_to_zero():
    y = relu(np.array([np.nan, np.inf, -np.inf, -0.0]))
    np.testing.assert_array_equal(y, [np.nan, np.inf, 0, 0])


@pytest.mark.parametrize("dtype", ["int8", "float32"])
def test_the_padding_of_max_pool2d_never_wins(dtype):
    x = np.full((1, 2, 2), -100, dtype)
    assert (max_pool2d(x, 2, padding=1) == x[0, 0, 0]).all()


def test_conv1x1_takes_a_matrix_or_the_weight_of_a_conv2d_with_a_kernel_of_one_pixel():
    x, weight, _ = drawn(conv1x1)
    np.testing.assert_array_equal(conv1x1(x, weight[:, :, None, None]), conv1x1(x, weight))


VIEWS = {
    "a batch": np.s_[:],
    "an image": np.s_[0],
    "some images": np.s_[1:],
    "every second image": np.s_[::2],
    "some channels": np.s_[:, 8:40],
    "every second channel": np.s_[:, ::2],
    "rows": np.s_[:, :, 5:20],
}


@pytest.mark.parametrize("with_bias", [False, True])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_conv1x1_allocates_its_output_and_nothing_of_that_size_besides(view, with_bias):
    x = np.ones((3, 64, 56, 56), np.float32)[view]
    weight = np.ones((32, x.shape[-3]), np.float32)
    bias = np.ones(32, np.float32) if with_bias else None
    conv1x1(x, weight, bias)
    tracemalloc.start()
    y = conv1x1(x, weight, bias)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert y.nbytes <= peak < y.nbytes + 64 * KIB


@pytest.mark.parametrize("form", [conv2d, conv2d_loops])
def test_small_numpy_integers_slide_like_pythons(form):
    x, weight = np.ones((2, 3, 3)), np.ones((300, 1, 1, 1))
    options = {"stride": 2, "padding": 1, "dilation": 1, "groups": 2}
    small = {name: np.uint8(value) for name, value in options.items()}
    assert np.array_equal(form(x, weight, **small), form(x, weight, **options))


@pytest.mark.parametrize("form", [conv2d, conv2d_loops, pytorch_conv2d])
def test_a_step_beyond_the_end_leaves_only_the_first_place(form):
    x, weight = np.ones((1, 3, 3)), np.ones((1, 1, 1, 1))
    if form is pytorch_conv2d:
        x, weight = torch.from_numpy(x), torch.from_numpy(weight)
    y = form(x, weight, stride=2**70, dilation=2**70)
    assert tuple(y.shape) == (1, 1, 1)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_where_no_window_meets_a_pixel_the_result_is_the_bias(layout):
    x, weight = torch.ones(2, 4, 6, 1), torch.ones(3, 4, 3, 1)
    bias = torch.tensor([1.0, 2.0, 3.0])
    options = {"stride": 2, "padding": (2, 1), "dilation": 2}
    y = pytorch_conv2d(x.to(memory_format=layout), weight, bias, **options)
    assert y.dtype == bias.dtype
    assert torch.equal(y, bias[:, None, None].expand(2, 3, 3, 2))
    arrays = [each.numpy() for each in (x, weight, bias)]
    np.testing.assert_array_equal(y, conv2d(*arrays, **options))
