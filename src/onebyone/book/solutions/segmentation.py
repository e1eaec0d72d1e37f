"""The solutions of the page on segmentation. They need PyTorch."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from onebyone.cost import parameters
from onebyone.pytorch import Conv1x1


def merge_two_outputs(head: nn.Conv2d) -> nn.Conv2d:
    """Return the head with one output whose sigmoid is the softmax of the second of two outputs (exercise 1).

    Args:
        head: A 1×1 convolution to two outputs, with a bias.

    Examples:
        >>> head, x = Conv1x1(64, 2), torch.rand(1, 64, 7, 7)
        >>> one = merge_two_outputs(head)(x).sigmoid()
        >>> torch.allclose(one[:, 0], head(x).softmax(dim=1)[:, 1], atol=1e-6)
        True
    """
    merged = Conv1x1(head.in_channels, 1)
    state = head.state_dict()
    merged.load_state_dict(
        {name: value[1:] - value[:1] for name, value in state.items()}
    )
    return merged


def smallest_loss(classes: int) -> float:
    """Return the least that cross-entropy can become if a softmax was applied before it (exercise 2).

    Examples:
        >>> [round(smallest_loss(classes), 3) for classes in (2, 21, 1000)]
        [0.313, 2.123, 5.909]
    """
    certain = torch.zeros(1, classes)
    certain[0, 0] = 1  # what softmax gives at the very best
    return nn.functional.cross_entropy(certain, torch.tensor([0])).item()


def lateral_parameters(channels: Sequence[int], width: int) -> int:
    """Count the parameters of a feature pyramid's lateral 1×1 convolutions (exercise 3).

    Args:
        channels: Of each level's feature maps.
        width: Channels of the pyramid.

    Examples:
        >>> lateral_parameters((256, 512, 1024, 2048), width=256)
        984064
    """
    return sum(parameters(each, width, 1) for each in channels)


def heat(scores: Tensor, size: tuple[int, int]) -> Tensor:
    """Return a map of scores as a picture's brightness, from 0 to 1: nothing where the score is 0 or less.

    Args:
        scores: The scores of one class, (H, W).
        size: Height and width of the picture.

    Examples:
        >>> heat(torch.tensor([[-1.0, 0.0], [2.0, 4.0]]), (2, 2))
        tensor([[0.0000, 0.0000],
                [0.5000, 1.0000]])
    """
    positive = scores.clamp(min=0)[None, None]
    large = nn.functional.interpolate(positive, size=size, mode="bilinear")
    most = large.max().clamp(min=torch.finfo(large.dtype).tiny)
    return (large / most)[0, 0]
