"""The exercise of chapter 11 that needs no PyTorch."""

from onebyone.book.solutions import your_network as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_weights


@exercise(solutions.tokens_of_equal_cost)
def tokens_of_equal_cost() -> Cases:
    """Every number of tokens is tried: each of them meets each weight, and each other token twice."""
    for args in [(768,), (64, 4), (96, 2), (2, 1)]:
        width, expansion, *_ = *args, 4  # which it is where none is given
        weights = 4 * count_weights(width, width)  # query, key, value, output
        weights += count_weights(width, expansion * width)
        weights += count_weights(expansion * width, width)
        tokens = 1
        while tokens * (tokens * width * 2) < tokens * weights:
            tokens += 1
        yield call(*args).gives(tokens)
