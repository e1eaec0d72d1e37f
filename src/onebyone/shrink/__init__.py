"""Trained convolutions made cheaper with new 1×1 convolutions, one layer or a whole network. Needs PyTorch and tqdm."""

from onebyone.shrink.factors import bottleneck, split
from onebyone.shrink.network import shrink
from onebyone.shrink.report import Cut, Shrunk

__all__ = ["Cut", "Shrunk", "bottleneck", "shrink", "split"]
