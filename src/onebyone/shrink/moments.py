"""The means and covariances of feature maps that come batch by batch."""

import torch
from torch import Tensor

from onebyone.shrink.layers import as_double


class Moments:
    """Mean and covariance of the channels over all pixels seen so far, in float64, for each group of channels.

    Args:
        groups: Parts into which the channels are split; the covariance stays within each.

    Examples:
        >>> seen = Moments()
        >>> seen.add(torch.tensor([[[1.0, 3.0]], [[5.0, 7.0]]]))  # two images of one channel and two pixels
        >>> seen.mean, seen.covariance
        (tensor([4.], dtype=torch.float64), tensor([[[5.]]], dtype=torch.float64))
    """

    def __init__(self, groups: int = 1) -> None:
        self.groups = groups
        self.pixels = 0
        self._origin: Tensor | None = None
        self._sum = self._products = torch.zeros(())

    def add(self, maps: Tensor) -> None:
        """Add the pixels of feature maps, (N, C, ...)."""
        # (C, N · pixels)
        pixels = as_double(maps.detach()).transpose(0, 1).flatten(1)
        if not pixels.numel():
            return
        if self._origin is None:
            # Products of numbers far from zero would cancel.
            self._origin = pixels.mean(dim=1, keepdim=True)
        pixels = pixels - self._origin
        grouped = pixels.unflatten(0, (self.groups, -1))
        self.pixels += pixels.shape[1]
        self._sum = self._sum.to(pixels) + pixels.sum(dim=1)
        self._products = self._products.to(pixels) + grouped @ grouped.mT

    @property
    def mean(self) -> Tensor:
        """The mean of each channel, (C,)."""
        assert self._origin is not None
        return self._origin[:, 0] + self._sum / self.pixels

    @property
    def covariance(self) -> Tensor:
        """The covariance of the channels, (groups, C / groups, C / groups)."""
        shift = (self._sum / self.pixels).unflatten(0, (self.groups, -1))
        return self._products / self.pixels - shift[..., None] * shift[:, None]
