from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.cost import macs


def scaled(blocks, factor, *, image=3, classes=1000, strided=True, groups=True):
    size, channels = 112, int(32 * factor)
    total = macs(image, channels, 3, size, size)
    for full, stride in blocks:
        before, size = size, size // stride
        filtered = size if strided else before
        total += macs(channels, channels, 3, filtered, filtered, groups=channels if groups else 1)
        total += macs(channels, int(full * factor), 1, size, size)
        channels = int(full * factor)
    return total + channels * int(classes)


def count(network, is_one):
    return sum(is_one(m) for m in network.modules() if isinstance(m, InvertedResidual))


MISTAKES = {
    "separable_ratio": [
        lambda c, k: 1 / c + 1 / k,
        lambda c, k: 1 / k**2,
        lambda c, k: 1 / (1 / c + 1 / k**2),
        lambda c, k: (c + k * k) // (c * k * k),
        lambda c, k: 1 / (c * k**2),
    ],
    "scaled_mobilenet_macs": [
        lambda blocks, n, d: scaled(blocks, 1) * n * n // (d * d),
        lambda blocks, n, d: scaled(blocks, n / d, classes=1000 * n / d),
        lambda blocks, n, d: scaled(blocks, n / d, classes=0),
        lambda blocks, n, d: scaled(blocks, n / d, strided=False),
        lambda blocks, n, d: scaled(blocks, n / d, groups=False),
        lambda blocks, n, d: scaled(blocks, n / d, image=1),
    ],
    "count_identity_shortcuts": [
        lambda network: count(network, lambda m: True),
        lambda network: count(network, lambda m: m.conv[-3][0].stride == (1, 1)),
        lambda network: sum(m.adds_input for m in network.children() if hasattr(m, "adds_input")),
        lambda network: 10,
    ],
}
