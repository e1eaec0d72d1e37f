"""The solutions of the page on segmentation hold in PyTorch's losses and by their formulas."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from onebyone.book.solutions import segmentation as solutions
from onebyone.pytorch import Conv1x1, conv1x1


def test_one_output_trains_as_two_do():
    torch.manual_seed(0)
    weight, bias = torch.randn(2, 6), torch.randn(2)
    x, target = torch.randn(2, 6, 4, 5), torch.randint(2, (2, 4, 5))
    expected = F.cross_entropy(conv1x1(x, weight, bias), target)
    one = conv1x1(x, *solutions.merge_two_outputs(weight, bias))
    found = F.binary_cross_entropy_with_logits(one[:, 0], target.float())
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("shape", [(1, 6), (3, 6), (2, 6, 1, 1)])
def test_a_head_without_two_rows_is_refused(shape):
    with pytest.raises(RuntimeError):
        solutions.merge_two_outputs(torch.zeros(shape), torch.zeros(shape[0]))


@pytest.mark.parametrize("classes", [2, 10, 21, 1000])
def test_no_logits_get_below_the_smallest_loss(classes):
    least = solutions.smallest_loss(classes)
    assert least == pytest.approx(math.log(1 + (classes - 1) / math.e), rel=1e-5)
    torch.manual_seed(0)
    logits = 30 * torch.randn(200, classes)
    losses = F.cross_entropy(logits.softmax(1), logits.argmax(1), reduction="none")
    assert losses.min() >= least - 1e-5


def test_laterals_have_a_matrix_and_a_bias_for_each_level():
    levels = [Conv1x1(channels, 256) for channels in (256, 512, 1024, 2048)]
    held = sum(p.numel() for layer in levels for p in layer.parameters())
    assert solutions.lateral_parameters((256, 512, 1024, 2048), 256) == held
