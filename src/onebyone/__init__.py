"""One by One: the 1×1 convolution, from its definition to the networks."""

from onebyone.gradients import conv1x1_backward
from onebyone.pooling import avg_pool2d, global_avg_pool2d, max_pool2d
from onebyone.reference import conv1x1, conv2d, relu

__all__ = [
    "avg_pool2d",
    "conv1x1",
    "conv1x1_backward",
    "conv2d",
    "global_avg_pool2d",
    "max_pool2d",
    "relu",
]
__version__ = "0.1.0"
