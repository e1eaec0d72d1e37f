"""The layers whose speed is measured, in the sizes of their papers' ImageNet networks."""

from typing import NamedTuple


class Layer(NamedTuple):
    """A convolution of square feature maps."""

    name: str
    in_channels: int
    out_channels: int
    size: int
    kernel_size: int = 1
    stride: int = 1
    padding: int = 0
    groups: int = 1

    @property
    def kernel(self):
        return self.kernel_size, self.kernel_size


POINTWISE = (
    Layer("ResNet-50 conv2 reduce", 256, 64, 56),
    Layer("ResNet-50 conv2 expand", 64, 256, 56),
    Layer("ResNet-50 conv3 expand", 128, 512, 28),
    Layer("ResNet-50 conv4 reduce", 1024, 256, 14),
    Layer("ResNet-50 conv5 expand", 512, 2048, 7),
    Layer("GoogLeNet 3a 3×3 reduce", 192, 96, 28),
    Layer("GoogLeNet 4a 1×1", 480, 192, 14),
    Layer("MobileNetV1 first", 32, 64, 112),
    Layer("MobileNetV1 middle", 512, 512, 14),
    Layer("MobileNetV1 last", 1024, 1024, 7),
    Layer("SqueezeNet fire2 squeeze", 96, 16, 54),
    Layer("SqueezeNet conv10", 512, 1000, 13),
)
# What the tensors' table leaves out: the layers before them stand for these too.
ALIKE = ("ResNet-50 conv3 expand", "MobileNetV1 last")
TEN = tuple(la for la in POINTWISE if la.name not in ALIKE)
SPATIAL = (
    Layer("ResNet-50, GoogLeNet conv1", 3, 64, 224, 7, 2, 3),
    Layer("ResNet-50 conv2", 64, 64, 56, 3, 1, 1),
    Layer("ResNet-50 conv3", 128, 128, 28, 3, 1, 1),
    Layer("ResNet-50 conv4 first", 256, 256, 28, 3, 2, 1),
    Layer("ResNet-50 conv4", 256, 256, 14, 3, 1, 1),
    Layer("ResNet-50 conv5", 512, 512, 7, 3, 1, 1),
    Layer("GoogLeNet conv2", 64, 192, 56, 3, 1, 1),
    Layer("GoogLeNet 3a 3×3", 96, 128, 28, 3, 1, 1),
    Layer("GoogLeNet 3a 5×5", 16, 32, 28, 5, 1, 2),
    Layer("GoogLeNet 4e 5×5", 32, 128, 14, 5, 1, 2),
    Layer("GoogLeNet 5b 5×5", 48, 128, 7, 5, 1, 2),
)
DEPTHWISE = (
    Layer("MobileNetV1 first depthwise", 32, 32, 112, 3, 1, 1, 32),
    Layer("MobileNetV1 middle depthwise", 512, 512, 14, 3, 1, 1, 512),
)
# C_in, C_out and the rows of 64 pixels: one of them grows.
STEPS = (64, 128, 192, 256, 320, 384, 448, 512)
GROWTH = {
    "in_channels": [(step, 256, 64) for step in STEPS],
    "out_channels": [(256, step, 64) for step in STEPS],
    "pixels": [(256, 256, step // 4) for step in STEPS],
}
