"""The control of chapter 10's exercise is the network that the chapter trained."""

from onebyone.book.solutions import training as solutions
from onebyone.training import network


def test_the_narrow_network_has_the_width_that_comes_nearest_to_its_own_size():
    size = sum(p.numel() for p in network("narrow plain").parameters())
    assert solutions.width_of_control(16, 12, classes=10, target=size) == 24
