"""The exercise of the page on Network in Network that needs no PyTorch."""

from onebyone.book.solutions import network_in_network as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_weights


@exercise(solutions.head_parameters)
def head_parameters() -> Cases:
    """Weights as arrays, and a bias for each class."""
    for channels, size, classes in [(192, 16, 10), (192, 8, 10), (5, 1, 3)]:
        connected = count_weights(channels * size * size, classes) + classes
        pointwise = count_weights(channels, classes) + classes
        yield call(channels, size, classes).gives((connected, pointwise))
