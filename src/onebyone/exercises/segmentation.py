"""The exercises of the page on segmentation."""

import numpy as np

from onebyone.book.solutions import segmentation as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_weights


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


@exercise(solutions.merge_two_outputs)
def merge_two_outputs() -> Cases:
    """What sigmoid makes into softmax's second number: for each unit vector a weight, and for zero the bias."""
    rng = np.random.default_rng(0)
    for channels in (2, 6, 1):
        weight = rng.standard_normal((2, channels)).round(1)
        bias = rng.standard_normal(2).round(1)
        pixels = np.concatenate([np.zeros((1, channels)), np.eye(channels)])
        wanted = _softmax(pixels @ weight.T + bias)[:, 1:]
        score = np.log(wanted / (1 - wanted))
        one = (score[1:] - score[0]).T, score[0]
        yield call(weight, bias).gives(one)


@exercise(solutions.smallest_loss)
def smallest_loss() -> Cases:
    """The loss of a softmax that is certain and right, as it is defined."""
    for classes in (2, 21, 1000):
        certain = np.eye(classes)[0]
        yield call(classes).gives(-np.log(_softmax(certain)[0]))


@exercise(solutions.lateral_parameters)
def lateral_parameters() -> Cases:
    """Weights as arrays, and a bias for each filter."""
    for channels, width in [
        ((256, 512, 1024, 2048), 256),
        ((3, 5), 4),
        ((7,), 1),
    ]:
        layers = [count_weights(each, width) + width for each in channels]
        yield call(channels, width).gives(sum(layers))
