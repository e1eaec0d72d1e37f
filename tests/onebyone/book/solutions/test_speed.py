"""The solutions of chapter 9."""

from onebyone.book import timings
from onebyone.book.solutions import speed as solutions
from onebyone.cost import bytes_moved


def test_a_layer_takes_the_longer_of_its_two_times():
    assert solutions.roofline_seconds(100, 10, 10, 10) == 10
    assert solutions.roofline_seconds(10, 100, 10, 10) == 10


def test_a_layer_of_that_many_channels_is_the_first_to_reach_the_ridge():
    channels = solutions.compute_bound_channels(200e9, 28e9)
    large = 10_000  # pixels a side
    reached = [
        2 * n * n * large**2 / bytes_moved(n, n, 1, large, large) for n in (channels - 1, channels)
    ]
    assert reached[0] < 200 / 28 <= reached[1] * (1 + 1e-6)


def test_a_batch_of_one_has_the_intensity_of_its_layer():
    (layer,) = (la for la in timings.layers([1]) if la["name"] == "ResNet-50 conv5 expand")
    assert solutions.batch_intensity(512, 2048, 7, images=1) == timings.intensity(layer)
