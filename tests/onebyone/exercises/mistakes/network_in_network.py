import torch
from torch import nn


def linear(layer, *, bias=True, copy=True):
    made = nn.Linear(layer.in_channels, layer.out_channels, bias=bias)
    if copy:
        made.weight.data = layer.weight.data.flatten(1)
    if bias and layer.bias is not None:
        made.bias.data = layer.bias.data
    return made


MISTAKES = {
    "pool_then_classify": [
        lambda x, layer: layer(x).mean((2, 3)),
        lambda x, layer: layer(x.mean((2, 3), keepdim=True)),
        lambda x, layer: layer(x.amax((2, 3), keepdim=True)).flatten(1),
        lambda x, layer: x.mean((2, 3)) @ layer.weight.flatten(1).T,  # without the bias
    ],
    "head_parameters": [
        lambda c, size, classes: (c * size * size * classes, c * classes),
        lambda c, size, classes: (c * size * classes + classes, c * classes + classes),
        lambda c, size, classes: (c * classes + classes, c * size * size * classes + classes),
        lambda c, size, classes: c * size * size * classes + classes,
    ],
    "to_linear": [
        lambda layer: linear(layer, copy=False),
        lambda layer: linear(layer, bias=False),
        lambda layer: linear(layer),  # a bias that is drawn, where there was none
        lambda layer: layer,
        lambda layer: torch.nn.functional.linear,
    ],
}
