"""Pictures that packages ship, in two halves: one to fit, one to judge. Needs PyTorch and scikit-learn as well."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from matplotlib import cbook, image
from skimage import data
from sklearn.datasets import load_sample_image
from torch import Tensor

from onebyone import trained
from onebyone.arguments import scalars

FIT = (
    "astronaut",
    "coffee",
    "hubble_deep_field",
    "retina",
    "brick",
    "gravel",
    "coins",
    "page",
    "motorcycle",
    "china",
)
JUDGE = (
    "chelsea",
    "rocket",
    "immunohistochemistry",
    "camera",
    "grass",
    "cell",
    "moon",
    "clock",
    "hopper",
    "flower",
)


@cache
def photograph(name: str) -> np.ndarray:
    """Return a picture by its name, (H, W, 3), from 0 to 255; a grey one has three equal channels.

    Args:
        name: One of FIT or JUDGE: a picture of scikit-image, matplotlib's "hopper", or scikit-learn's "china" or
            "flower".

    Raises:
        ValueError: name is unknown.

    Examples:
        >>> photograph("chelsea").shape
        (300, 451, 3)
    """
    if name not in FIT + JUDGE:
        known = ", ".join(FIT + JUDGE)
        raise ValueError(f"name: expected one of {known}, got {name!r}")
    if name == "hopper":
        file = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
        picture = image.imread(file)
    elif name in ("china", "flower"):
        picture = load_sample_image(f"{name}.jpg")
    elif name == "motorcycle":
        picture, *_ = data.stereo_motorcycle()
    else:
        picture = getattr(data, name)()
    if picture.ndim == 2:
        picture = np.repeat(picture[:, :, None], 3, axis=2)
    picture.flags.writeable = False
    return picture


def crops(names: Sequence[str], each: int) -> Tensor:
    """Return square crops of pictures as EfficientNet-Lite0 takes them, (N, 3, 224, 224); always the same ones.

    A crop is 60 to 100 % as high as its picture, or as wide where it is upright, and lies anywhere in it.

    Args:
        names: Of pictures.
        each: Crops of each picture. The first of them stay the same where more are wanted.

    Raises:
        ValueError: A name is unknown, or each is less than 1.
        TypeError: each is not an integer.

    Examples:
        >>> crops(["chelsea", "coffee"], each=2).shape
        torch.Size([4, 3, 224, 224])
    """
    count = scalars.integer("each", each, 1)
    made = []
    for name in names:
        picture = torch.tensor(photograph(name))
        height, width, _ = picture.shape
        rng = np.random.default_rng((FIT + JUDGE).index(name))
        for _ in range(count):
            side = int(min(height, width) * rng.uniform(0.6, 1))
            top, left = (
                int(rng.integers(length - side + 1))
                for length in (height, width)
            )
            square = picture[top : top + side, left : left + side]
            made.append(trained.resize(square))
    return torch.cat(made)


def centre(name: str) -> Tensor:
    """Return the middle of a picture as EfficientNet-Lite0 takes it, (1, 3, 224, 224).

    Args:
        name: Of a picture.

    Raises:
        ValueError: name is unknown.

    Examples:
        >>> from onebyone import trained
        >>> trained.load()(centre("chelsea")).argmax().item()  # an Egyptian cat
        285
    """
    return trained.prepare(torch.tensor(photograph(name)))
