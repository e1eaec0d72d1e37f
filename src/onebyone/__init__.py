"""One by One: the 1×1 convolution, from the loops that define it to the networks that use it."""

from onebyone.reference import avg_pool2d, conv1x1, conv2d, global_avg_pool2d, max_pool2d, relu

__all__ = ["avg_pool2d", "conv1x1", "conv2d", "global_avg_pool2d", "max_pool2d", "relu"]
__version__ = "0.1.0"
