"""The solutions of the page on MobileNet hold against its modules, its paper and counting."""

from fractions import Fraction

import pytest
import torch

from onebyone.architectures import mobilenet_v1, mobilenet_v2
from onebyone.book.solutions import mobilenet as solutions
from onebyone.summary import summary


@pytest.mark.parametrize(("c_out", "k"), [(64, 3), (512, 3), (2, 3), (1, 5)])
def test_the_ratio_of_a_separable_convolution_is_that_of_the_counts(c_out, k):
    full = 12 * c_out * k * k
    split = 12 * k * k + 12 * c_out
    expected = float(Fraction(split, full))
    assert solutions.separable_ratio(c_out, k) == pytest.approx(expected)


def test_macs_are_those_of_the_module_and_of_the_papers_table():
    whole = summary(mobilenet_v1(), (3, 224, 224)).macs
    assert solutions.scaled_mobilenet_macs(1, 1) == whole
    # The paper's Table 6 prints 325, 149 and 41 million for three quarters, a half and a quarter.
    for numerator, denominator, millions in (3, 4, 325), (1, 2, 149), (1, 4, 41):
        found = solutions.scaled_mobilenet_macs(numerator, denominator)
        assert abs(found / 1e6 - millions) < 1


def test_blocks_that_add_their_input_return_it_when_their_branch_is_zero():
    network = mobilenet_v2().eval()
    count = 0
    for block in network.features[1:-1]:
        block.conv[-1].weight.data.zero_()  # of the last normalisation
        channels = block.conv[0][0].in_channels
        x = torch.rand(1, channels, 4, 4)
        count += block(x).shape == x.shape and torch.equal(block(x), x)
    assert count == solutions.count_identity_shortcuts(network) == 10
