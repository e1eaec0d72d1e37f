"""The solutions of the page on segmentation hold in PyTorch's losses."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from onebyone.book.solutions import segmentation as solutions
from onebyone.pytorch import conv1x1


def test_one_output_trains_as_two_do():
    torch.manual_seed(0)
    weight, bias = torch.randn(2, 6), torch.randn(2)
    x, target = torch.randn(2, 6, 4, 5), torch.randint(2, (2, 4, 5))
    expected = F.cross_entropy(conv1x1(x, weight, bias), target)
    merged = solutions.merge_two_outputs(weight.numpy(), bias.numpy())
    one = conv1x1(x, *map(torch.from_numpy, merged))
    found = F.binary_cross_entropy_with_logits(one[:, 0], target.float())
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("shape", [(1, 6), (3, 6), (2, 6, 1, 1)])
def test_a_head_without_two_rows_is_refused(shape):
    with pytest.raises(ValueError, match="mismatch in its core dimension"):
        solutions.merge_two_outputs(np.zeros(shape), np.zeros(shape[0]))


@pytest.mark.parametrize("classes", [2, 10, 21, 1000])
def test_no_logits_get_below_the_smallest_loss(classes):
    least = solutions.smallest_loss(classes)
    torch.manual_seed(0)
    logits = 30 * torch.randn(200, classes)
    losses = F.cross_entropy(logits.softmax(1), logits.argmax(1), reduction="none")
    assert losses.min() >= least - 1e-5
