"""The ways in which PyTorch computes a 1×1 convolution, and which is the fastest where: `make bench` compares them.

All are the same matrix product. They differ in how the feature maps lie in memory, and in what the library does
before it starts. Here every weight is (C_out, C_in), and everything has been checked.
"""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

# PyTorch's own convolution shares the work better between a CPU's cores, but takes longer to start.
PAYS_FROM = 20_000_000  # multiply-accumulates


def on_planes(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Multiply feature maps that lie one after another in memory."""
    *batch, channels, height, width = x.shape
    if not batch or batch == [1]:
        # Where it takes large maps apart, it may ask the system for fresh memory at every call.
        if height * width < channels and _convolution_pays(x, weight):
            return F.conv2d(x, weight[..., None, None], bias)
        pixels = x.reshape(channels, -1)  # (C_in, H·W)
        y = (
            weight @ pixels
            if bias is None
            else torch.addmm(bias[:, None], weight, pixels)
        )
    else:
        pixels = x.flatten(2)  # (N, C_in, H·W)
        weights = weight.expand(*batch, -1, -1)  # (N, C_out, C_in), no copy
        y = (
            torch.bmm(weights, pixels)
            if bias is None
            else torch.baddbmm(bias[:, None], weights, pixels)
        )
    return y.view(*batch, len(weight), height, width)


def on_pixels(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Multiply feature maps in channels last: the channels of a pixel lie together."""
    if x.dim() == 3:
        return F.linear(x.permute(1, 2, 0), weight, bias).permute(2, 0, 1)
    batch, channels, height, width = x.shape
    # Here it lays the weights out anew at every call, which many pixels pay for.
    pixels = batch * height * width
    if pixels > channels and _convolution_pays(x, weight):
        return F.conv2d(x, weight[..., None, None], bias)
    y = F.linear(x.permute(0, 2, 3, 1), weight, bias)
    return y.permute(0, 3, 1, 2)


def _convolution_pays(x: Tensor, weight: Tensor) -> bool:
    work = x.numel() * len(weight)
    return work >= PAYS_FROM and x.is_cpu and x.dtype == torch.float32
