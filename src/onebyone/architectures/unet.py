"""U-Net: down to few pixels and up again, with a 1×1 convolution that gives every pixel its scores."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from onebyone.arguments import scalars
from onebyone.pytorch import Conv1x1

WIDTHS = (64, 128, 256, 512, 1024)
"""The paper's figure 1: channels at each resolution, from the whole image to a sixteenth of its height."""


def two_convolutions(in_channels: int, out_channels: int) -> nn.Sequential:
    """Return two 3×3 convolutions that keep the height and width, each with a relu.

    Examples:
        >>> two_convolutions(64, 128)(torch.zeros(1, 64, 284, 284)).shape
        torch.Size([1, 128, 284, 284])
    """
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, 3, padding=1),
        nn.ReLU(),
    )


class UNet(nn.Module):
    """Convolve and pool four times, then enlarge four times, each time beside the maps of that size from the way down.

    Its 3×3 convolutions are padded, so that every pixel gets its scores; the paper's are not, and its map of scores is
    smaller than the image.
    """

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        classes = scalars.integer("num_classes", num_classes, 1)
        *widths, deepest = WIDTHS
        channels = 3
        self.down = nn.ModuleList()
        for width in widths:
            self.down.append(two_convolutions(channels, width))
            channels = width
        self.pool = nn.MaxPool2d(2)
        self.bottom = two_convolutions(channels, deepest)
        channels = deepest
        self.enlarge, self.up = nn.ModuleList(), nn.ModuleList()
        for width in reversed(widths):
            self.enlarge.append(
                nn.ConvTranspose2d(channels, width, 2, stride=2)
            )
            self.up.append(two_convolutions(2 * width, width))
            channels = width
        self.head = Conv1x1(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Score each pixel, (N, 3, H, W) to (N, num_classes, H, W)."""
        kept = []
        for convolve in self.down:
            x = convolve(x)
            kept.append(x)
            x = self.pool(x)
        x = self.bottom(x)
        for enlarge, convolve in zip(self.enlarge, self.up, strict=True):
            skip = kept.pop()
            x = enlarge(x)
            # Pooling an odd size has left a row or a column out.
            down = skip.shape[-2] - x.shape[-2]
            across = skip.shape[-1] - x.shape[-1]
            x = F.pad(x, (0, across, 0, down), mode="replicate")
            x = convolve(torch.cat([skip, x], dim=1))
        return self.head(x)


def unet(num_classes: int = 2) -> UNet:
    """Return U-Net, from images of at least 16×16 pixels, (N, 3, H, W), to scores, (N, num_classes, H, W).

    Source:
        Ronneberger et al., "U-Net", arXiv:1505.04597, figure 1.

    Examples:
        >>> unet()(torch.zeros(1, 3, 48, 50)).shape
        torch.Size([1, 2, 48, 50])
    """
    return UNet(num_classes)
