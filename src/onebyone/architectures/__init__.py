"""The networks that made 1×1 convolutions matter, each whole and short. They need PyTorch.

Each function returns a network from images, (N, 3, H, W), to scores, (N, num_classes). That of `unet` scores each
pixel, (N, num_classes, H, W). A `num_classes` that is not an integer of at least 1 raises a TypeError or a ValueError.
"""

from onebyone.architectures.convnext import convnext_tiny
from onebyone.architectures.densenet import densenet121
from onebyone.architectures.efficientnet import efficientnet_b0
from onebyone.architectures.efficientnet_lite0 import efficientnet_lite0
from onebyone.architectures.googlenet import googlenet
from onebyone.architectures.inception_v1 import inception_v1
from onebyone.architectures.mobilenet_v1 import mobilenet_v1
from onebyone.architectures.mobilenet_v2 import mobilenet_v2
from onebyone.architectures.mobilenet_v3 import mobilenet_v3_large
from onebyone.architectures.network_in_network import nin_cifar10
from onebyone.architectures.resnet import resnet50, resnet101, resnet152
from onebyone.architectures.resnext import resnext50_32x4d
from onebyone.architectures.shufflenet_v2 import shufflenet_v2_x1_0
from onebyone.architectures.squeezenet import squeezenet1_0, squeezenet1_1
from onebyone.architectures.unet import unet

__all__ = [
    "convnext_tiny",
    "densenet121",
    "efficientnet_b0",
    "efficientnet_lite0",
    "googlenet",
    "inception_v1",
    "mobilenet_v1",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "nin_cifar10",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnext50_32x4d",
    "shufflenet_v2_x1_0",
    "squeezenet1_0",
    "squeezenet1_1",
    "unet",
]
