"""Small models, each with something on which a counter has stumbled."""

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations, prune


class Scaled(nn.Module):
    """Holds a number beside its layers."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(3, 3, 1)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.scale * self.mix(x)


class Idle(nn.Module):
    """Has layers that do not run."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(3, 3, 1)
        self.auxiliary = nn.Sequential(nn.Conv2d(3, 3, 1, bias=False), nn.Linear(3, 3))
        self.spare = nn.Parameter(torch.ones(5))

    def forward(self, x):
        return self.mix(x)


class Twice(nn.Module):
    """A layer that runs twice."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(8, 8, 1)

    def forward(self, x):
        return self.mix(self.mix(x))


class Tied(nn.Module):
    """Two layers with one weight, as a language model has them."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(20, 8)
        self.head = nn.Linear(8, 20, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, tokens):
        return self.head(self.embed(tokens))


class Attention(nn.Module):
    """Multiplies what depends on the input by what depends on the input."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(8, 24)

    def forward(self, x):
        q, k, v = self.qkv(x.flatten(2).mT).chunk(3, -1)
        return functional.scaled_dot_product_attention(q, k, v)


class Blur(nn.Module):
    """A convolution by a buffer, in no layer."""

    def __init__(self):
        super().__init__()
        self.register_buffer("taps", torch.ones(3, 1, 5, 5) / 25)

    def forward(self, x):
        return functional.conv2d(x, self.taps, padding=2, groups=3)


class Caching(nn.Module):
    """Keeps a tensor of its first run, as position codes are kept."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(3, 4, 1)
        self.cache = None
        self.shapes = []

    def forward(self, x):
        if self.cache is None:
            self.cache = torch.arange(x.shape[-1], dtype=x.dtype)
        self.shapes.append(tuple(x.shape))
        return self.mix(x + self.cache)


class Looking(nn.Module):
    """Decides by a value."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(3, 4, 1)

    def forward(self, x):
        y = self.mix(x)
        return y if y.sum().item() > 1e9 else self.mix(x) + y


class Nesting(nn.Module):
    """Takes and returns what is nested."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(3, 4, 1)
        self.dense = nn.Linear(5, 2)

    def forward(self, images, *, features):
        return {"maps": [self.mix(images[0])], "rest": (self.dense(features), None, "text")}


class Branches(nn.Module):
    """Two layers in a list, and what is done with both is in no layer."""

    def __init__(self):
        super().__init__()
        self.branches = nn.ModuleList([nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 3, padding=1)])
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(sum(branch(x) for branch in self.branches))


class Constant(nn.Module):
    """Makes tensors of its own on the CPU, and a layer that works on them alone."""

    def __init__(self):
        super().__init__()
        self.mix = nn.Conv2d(3, 4, 1)
        self.codes = nn.Linear(2, 4)

    def forward(self, x):
        grid = torch.ones(x.shape[-1], 2, device="cpu")
        return self.mix(x) + self.codes(grid).mT[:, None]


class Recurrent(nn.Module):
    def __init__(self, cell=nn.GRU):
        super().__init__()
        self.rnn = cell(6, 5, num_layers=2, batch_first=True)

    def forward(self, x):
        return self.rnn(x)[0]


def pruned():
    layer = nn.Conv2d(3, 4, 1)
    prune.l1_unstructured(layer, "weight", amount=0.5)
    return nn.Sequential(layer, nn.ReLU())


def normalised():
    return nn.Sequential(parametrizations.weight_norm(nn.Conv2d(3, 4, 1)), nn.ReLU())


def lazy():
    return nn.Sequential(nn.LazyConv2d(4, 1), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(5))


IMAGE = (3, 8, 8)
TOKENS = torch.arange(12).reshape(2, 6)
# Each with its inputs, its MACs by hand, and the kinds that multiply.
ODD = {
    "a number beside the layers": (Scaled, IMAGE, 9 * 64, {"pointwise"}),
    "layers that do not run": (Idle, IMAGE, 9 * 64, {"pointwise"}),
    "a layer that runs twice": (Twice, (8, 5, 5), 2 * 64 * 25, {"pointwise"}),
    "tied weights": (Tied, TOKENS, 12 * 8 * 20, {"dense"}),
    "attention": (Attention, (8, 4, 4), 16 * 8 * 24 + 2 * 16 * 16 * 8, {"dense", "attention product"}),
    "a convolution by a buffer": (Blur, IMAGE, 3 * 25 * 64, {"depthwise"}),
    "a cache": (Caching, IMAGE, 12 * 64, {"pointwise"}),
    "a decision by a value": (Looking, IMAGE, 2 * 12 * 64, {"pointwise"}),
    "layers in a list": (Branches, IMAGE, 12 * 64 * (1 + 9), {"pointwise", "spatial"}),
    "tensors of its own": (Constant, IMAGE, 12 * 64 + 8 * 2 * 4, {"pointwise", "dense"}),
    "a recurrent layer": (Recurrent, torch.ones(1, 7, 6), 7 * 15 * (6 + 5 + 5 + 5), {"dense"}),
    "a recurrent layer with a kernel of its own": (
        lambda: Recurrent(nn.LSTM), torch.ones(1, 7, 6), 7 * 20 * (6 + 5 + 5 + 5), {"dense"}
    ),
    "a pruned layer": (pruned, IMAGE, 12 * 64, {"pointwise"}),
    "a parametrised layer": (normalised, IMAGE, 12 * 64, {"pointwise"}),
    "lazy layers": (lazy, IMAGE, 12 * 64 + 256 * 5, {"pointwise", "dense"}),
    "a transposed convolution": (lambda: nn.ConvTranspose2d(3, 4, 2, stride=2), IMAGE, 12 * 4 * 64, {"spatial"}),
    "a grouped 1×1": (lambda: nn.Conv2d(4, 8, 1, groups=2), (4, 3, 3), 16 * 9, {"grouped pointwise"}),
    "three axes": (lambda: nn.Conv3d(3, 4, 1), (3, 2, 4, 4), 12 * 32, {"pointwise"}),
    "one axis": (lambda: nn.Conv1d(3, 4, 3), (3, 10), 36 * 8, {"spatial"}),
    "multi-head attention": (
        lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
        (5, 8),
        5 * 8 * (24 + 8 + 16 + 16) + 2 * 5 * 5 * 8,
        {"dense", "attention product"},
    ),
}  # fmt: skip
