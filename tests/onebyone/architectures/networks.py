"""Networks without numbers, and with numbers that let every layer show."""

import math
from functools import cache

import torch
from torch import nn

from onebyone import architectures
from onebyone.summary import summary

# Height and width of the images in each paper.
SIZES = dict.fromkeys(architectures.__all__, 224) | {"nin_cifar10": 32}


def without_numbers(name, **options):
    """Return a network on the meta device, where building and running it costs nothing."""
    with torch.device("meta"):
        return getattr(architectures, name)(**options)


@cache
def costs(name, depth=None):
    size = SIZES[name]
    return summary(without_numbers(name), (3, size, size), depth)


def images(size, count=2, device="cpu"):
    """Return normally distributed images, the same in every run."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(count, 3, *size, generator=generator).to(device)


def drawn(model, x):
    """Return a network, built without numbers, with drawn ones, ready for evaluation.

    What starts out as 0, 1 or next to 0 is neither, and the statistics of a batch normalisation are near those of x
    but not equal to them: so every layer does something, all signals keep their size, and none is lost in rounding.
    A parameter for which nothing is drawn is NaN, which no test overlooks.
    Two networks whose layers have the same names and shapes get the same numbers.
    """
    model.to_empty(device=x.device).train()
    generator = torch.Generator().manual_seed(1)
    modules = [module for _, module in sorted(model.named_modules())]
    norms = [m for m in modules if isinstance(m, nn.BatchNorm2d)]
    for value in model.parameters():
        nn.init.constant_(value, math.nan)
    for module in modules:
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
            if module.bias is not None:
                nn.init.normal_(module.bias, std=0.3, generator=generator)
    for norm in [*norms, *(m for m in modules if isinstance(m, nn.LayerNorm))]:
        nn.init.uniform_(norm.weight, 0.5, 1.5, generator=generator)
        nn.init.normal_(norm.bias, std=0.5, generator=generator)
    for module in modules:
        if isinstance(scale := getattr(module, "layer_scale", None), nn.Parameter):
            nn.init.uniform_(scale, 0.5, 1.5, generator=generator)
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = 1.0  # so that one batch sets the statistics
    with torch.no_grad():
        model(x)
        for norm in norms:
            shift = torch.randn(norm.num_features, generator=generator)
            norm.running_mean += 0.3 * shift * norm.running_var.sqrt()
            norm.running_var *= 0.5 + torch.rand(norm.num_features, generator=generator)
    return model.eval()
