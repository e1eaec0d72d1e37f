import numpy as np


def widest(channels, budget, groups, *, per_group=True, strict=False, step=None):
    found = {}
    for number in groups:
        parts, width, by = number if per_group else 1, 0, step or number
        while True:
            wider = width + by
            weights = 2 * channels * wider + 9 * wider * wider // parts
            if weights > budget or (strict and weights == budget):
                break
            width = wider
        found[number] = width
    return found


def order(channels, groups):
    return np.arange(channels).reshape(groups, -1).T.ravel()


def rows(weight, groups):
    return weight[order(len(weight), groups)]


def count(channels, groups, first):
    reached, times = order(channels, groups), first
    while (reached != np.arange(channels)).any():
        reached, times = reached[order(channels, groups)], times + 1
    return times


MISTAKES = {
    "widest_grouped_bottleneck": [
        lambda channels, budget, groups: widest(channels, budget, groups, per_group=False),
        lambda channels, budget, groups: widest(channels, budget, groups, strict=True),
        lambda channels, budget, groups: widest(channels, budget, groups, step=1),
        lambda channels, budget, groups: {
            number: width or number for number, width in widest(channels, budget, groups).items()
        },
        lambda channels, budget, groups: [*widest(channels, budget, groups).values()],
    ],
    "absorb_shuffle": [
        lambda weight, groups: weight,
        lambda weight, groups: weight[:, order(weight.shape[1], groups)],
        lambda weight, groups: rows(weight, groups),
        lambda weight, groups: weight[:, ::-1],
    ],
    "shuffles_until_back": [
        lambda channels, groups: count(channels, groups, 0),
        lambda channels, groups: groups,
        lambda channels, groups: channels // groups,
        lambda channels, groups: int(np.ceil(np.log(channels) / np.log(max(groups, 2)))),
    ],
}
