from torch import nn

from onebyone.cost import macs

MISTAKES = {
    "widest_bottleneck": [
        lambda channels: channels // 4,
        lambda channels: channels,
        lambda channels: 229,  # against one 3×3
    ],
    "block_macs": [
        lambda c, width, size, stride_in_3x3: (
            macs(c, width, 1, size, size)
            + macs(width, width, 3, size, size)
            + macs(width, 4 * width, 1, size, size)
        ),
        lambda c, width, size, stride_in_3x3: (
            macs(c, width, 1, 2 * size, 2 * size)
            + macs(width, width, 3, size, size)
            + macs(width, 4 * width, 1, size, size)
        ),
    ],
    "average_pool_shortcut": [
        lambda c, filters: nn.Conv2d(c, filters, 1, stride=2, bias=False),
        lambda c, filters: nn.Conv2d(c, filters, 2, stride=2, bias=False),
        lambda c, filters: nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(c, filters, 1, bias=False)),
        lambda c, filters: nn.AvgPool2d(2),
        lambda c, filters: "nn.AvgPool2d(2)",
    ],
}
