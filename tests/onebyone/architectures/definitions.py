"""What a block should compute, written out in PyTorch's functions on the block's own weights."""

import copy

import torch
import torch.nn.functional as F  # noqa: N812

from .networks import drawn


def maps(channels):
    """Return feature maps so large that a relu6 has something to cut off."""
    generator = torch.Generator().manual_seed(2)
    return 10 * torch.randn(2, channels, 9, 11, generator=generator)


class Weights:
    """The convolutions and normalisations that a state_dict holds, by name."""

    def __init__(self, block):
        self.state = block.state_dict()
        self.used = set()

    def take(self, name):
        self.used.add(name)
        return self.state.get(name)

    def conv(self, x, name, **options):
        weight, bias = self.take(f"{name}.weight"), self.take(f"{name}.bias")
        return F.conv2d(x, weight, bias, **options)

    def norm(self, x, name, eps=1e-5):
        mean, var, weight, bias = (
            self.take(f"{name}.{part}").reshape(-1, 1, 1)
            for part in ("running_mean", "running_var", "weight", "bias")
        )
        return (x - mean) / (var + eps).sqrt() * weight + bias

    def layer_norm(self, x, name, eps):
        weight, bias = (self.take(f"{name}.{part}")[:, None, None] for part in ("weight", "bias"))
        x = x - x.mean(1, keepdim=True)
        return x / (x.square().mean(1, keepdim=True) + eps).sqrt() * weight + bias

    def linear(self, x, name):
        mixed = torch.einsum("oc, nchw -> nohw", self.take(f"{name}.weight"), x)
        return mixed + self.take(f"{name}.bias")[:, None, None]

    def enlarged(self, x, name, size):
        """Write each pixel into 2×2 of its own; a last odd row or column is that before it once more."""
        pixels = torch.einsum("nchw, coab -> nohawb", x, self.take(f"{name}.weight"))
        pixels = pixels.flatten(-2).flatten(2, 3)
        rows, columns = (whole - part for whole, part in zip(size, pixels.shape[2:], strict=True))
        if rows:
            pixels = torch.cat([pixels, pixels[..., -1:, :]], -2)
        if columns:
            pixels = torch.cat([pixels, pixels[..., -1:]], -1)
        return pixels + self.take(f"{name}.bias")[:, None, None]


def assert_computes(block, x, definition):
    """Assert that a block is its definition, in float64, and that the definition uses all that the block holds.

    Neither the input changes nor what the block holds.
    """
    with torch.device("meta"):
        block = block()
    block = drawn(block, x).double()
    weights = Weights(block)
    before = copy.deepcopy(weights.state)
    expected = definition(x.double(), weights)
    given = x.double()
    with torch.no_grad():
        torch.testing.assert_close(block(given), expected)
    assert torch.equal(given, x.double())
    assert all(torch.equal(before[name], value) for name, value in block.state_dict().items())
    held = {n for n in weights.state if not n.endswith("num_batches_tracked")}
    assert held <= weights.used
