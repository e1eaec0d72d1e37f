"""The light on a picture is a class's score at each place."""

import pytest
import torch

from onebyone.book.figures.segmentation import heat


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([[-2.0, -1.0], [-3.0, -0.5]], [[0.0, 0.0], [0.0, 0.0]]),  # no evidence: dark
        ([[5.0, 5.0], [5.0, 5.0]], [[1.0, 1.0], [1.0, 1.0]]),
        ([[0.0, 4.0], [-8.0, 2.0]], [[0.0, 1.0], [0.0, 0.5]]),
    ],
)
def test_heat_is_dark_where_the_score_is_not_positive(scores, expected):
    found = heat(torch.tensor(scores), (2, 2))
    assert found.tolist() == expected
