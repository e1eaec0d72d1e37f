"""The rank of chapter 13's exercise is where the layers that `split` makes begin to save weights."""

from torch import nn

from onebyone.book.solutions import shrinking as solutions
from onebyone.shrink import split


def test_at_the_largest_paying_rank_a_split_saves_weights_and_at_the_next_it_does_not():
    conv = nn.Conv2d(8, 16, 3, bias=False)
    rank = solutions.largest_paying_rank(8, 16, 3)
    sizes = [sum(p.numel() for p in split(conv, each).parameters()) for each in (rank, rank + 1)]
    assert sizes[0] < conv.weight.numel() <= sizes[1]
