import torch.nn.functional as F  # noqa: N812

from onebyone.cost import macs
from onebyone.pytorch import conv1x1


def sorted_by_pixel(x, weight, bias=None):
    k = weight.shape[2]
    n, c, height, width = x.shape
    patches = x.reshape(n, c, height // k, k, width // k, k).permute(0, 3, 5, 1, 2, 4)
    return conv1x1(patches.reshape(n, -1, height // k, width // k), weight.flatten(1), bias)


MISTAKES = {
    "depthwise_macs": [
        lambda c, size, on_the_wide: macs(c, c, 7, size, size, groups=c),
        lambda c, size, on_the_wide: 49 * size * size * c * (16 if on_the_wide else 1),
        lambda c, size, on_the_wide: macs(c, 4 * c if on_the_wide else c, 7, size, size),
        lambda c, size, on_the_wide: 49 * c * (4 if on_the_wide else 1),  # of one pixel
    ],
    "fold_layer_scale": [
        lambda weight, bias, scale: (scale[:, None] * weight, bias),
        lambda weight, bias, scale: (weight * scale, bias * scale),
        lambda weight, bias, scale: (scale * weight.T, bias * scale),
        lambda weight, bias, scale: scale[:, None] * weight,
    ],
    "patches_by_1x1": [
        sorted_by_pixel,
        lambda x, weight, bias=None: F.conv2d(x, weight, bias),
        lambda x, weight, bias=None: conv1x1(
            F.pixel_unshuffle(x, weight.shape[2]), weight.flatten(1)
        ),
        lambda x, weight, bias=None: conv1x1(
            x[..., :: weight.shape[2], :: weight.shape[2]], weight.sum((2, 3)), bias
        ),
    ],
}
