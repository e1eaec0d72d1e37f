import numpy as np

from onebyone.reference import conv1x1


def in_place(weight):
    weight[:, 0], weight[:, 2] = weight[:, 2], weight[:, 0]  # views: one overwrites the other
    return weight


def tiled(x, weight, bias, scale):
    return np.tile(conv1x1(x, weight, bias), (1, scale, scale))


MISTAKES = {
    "unshare_weight": [
        lambda weight, pixels: np.kron(np.eye(pixels), weight),  # pixel by pixel, as Keras flattens
        lambda weight, pixels: np.kron(weight, np.ones((pixels, pixels))),
        lambda weight, pixels: np.tile(weight, (pixels, pixels)),
        lambda weight, pixels: np.kron(weight.T, np.eye(pixels)),
    ],
    "swap_red_and_blue": [
        in_place,
        lambda weight: weight[::-1],
        lambda weight: weight[..., ::-1],
        lambda weight: np.flip(weight),
        lambda weight: np.roll(weight, 1, axis=1),
    ],
    "enlarged_scores": [
        tiled,
        lambda x, weight, bias, scale: conv1x1(x, weight, bias),
        lambda x, weight, bias, scale: conv1x1(x, weight, bias).repeat(scale, axis=-1),
        lambda x, weight, bias, scale: (
            conv1x1(x, weight).repeat(scale, axis=1).repeat(scale, axis=2)
        ),
        lambda x, weight, bias, scale: np.kron(conv1x1(x, weight, bias), np.eye(scale)),
    ],
}
