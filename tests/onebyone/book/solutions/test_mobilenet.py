"""The solutions of the page on MobileNet hold against its modules and its paper."""

from onebyone.architectures import mobilenet_v1, mobilenet_v2
from onebyone.architectures.mobilenet_v1 import BLOCKS
from onebyone.book.solutions.in_pytorch.mobilenet import count_identity_shortcuts
from onebyone.book.solutions.mobilenet import scaled_mobilenet_macs
from onebyone.exercises import mobilenet as exercises
from onebyone.summary import summary


def test_macs_are_those_of_the_module_and_of_the_papers_table():
    assert exercises.BLOCKS == BLOCKS
    whole = summary(mobilenet_v1(), (3, 224, 224)).macs
    assert scaled_mobilenet_macs(BLOCKS, 1, 1) == whole
    # The paper's Table 6 prints 325, 149 and 41 million for three quarters, a half and a quarter.
    for numerator, denominator, millions in (3, 4, 325), (1, 2, 149), (1, 4, 41):
        found = scaled_mobilenet_macs(BLOCKS, numerator, denominator)
        assert abs(found / 1e6 - millions) < 1


def test_ten_blocks_of_mobilenet_v2_add_their_input():
    assert count_identity_shortcuts(mobilenet_v2()) == 10
