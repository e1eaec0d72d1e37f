import torch
from torch import nn


def parts(c, widths):
    one, reduce3, three, reduce5, five, project = widths
    reduce = c * (reduce3 + reduce5)
    return reduce, c * (one + project) + 9 * reduce3 * three + 25 * reduce5 * five


def change(weight, bias):
    layer = nn.Conv2d(3, 3, 1)
    layer.weight.data = torch.diag(torch.tensor(weight))[:, :, None, None]
    layer.bias.data = torch.tensor(bias)
    return layer


SCALES = [0.458, 0.448, 0.45]

MISTAKES = {
    "channels_without_projections": [
        lambda c, added: sum(added),
        lambda c, added: added[-1] + c,
        lambda c, added: added[-1],
        lambda c, added: 2 * sum(added) + c,
    ],
    "share_of_reductions": [
        lambda c, widths: parts(c, widths)[0] / parts(c, widths)[1],
        lambda c, widths: 100 * parts(c, widths)[0] / sum(parts(c, widths)),
        lambda c, widths: c * widths[1] / sum(parts(c, widths)),
        lambda c, widths: c * (widths[1] + widths[3] + widths[5]) / sum(parts(c, widths)),
        lambda c, widths: sum(widths[1:4:2]) / sum(widths),
    ],
    "renormalize": [
        lambda: change(SCALES, [0.0, 0.0, 0.0]),
        lambda: change(SCALES, [0.485, 0.456, 0.406]),
        lambda: change([1 / each for each in SCALES], [-0.03, -0.088, -0.188]),
        lambda: change([0.5, 0.5, 0.5], [-0.5, -0.5, -0.5]),
        lambda: nn.Conv2d(3, 3, 1),
        lambda: lambda x: x,
    ],
}
