from torch import nn

from onebyone.summary import summary


def shares(model, in_shape, role):
    found = summary(model, in_shape)
    some = [la for la in found.layers if la.role == role]
    parameters, macs = sum(la.parameters for la in some), sum(la.macs for la in some)
    return parameters / found.parameters, macs / found.macs


MISTAKES = {
    "share_of_role": [
        lambda model, in_shape, role: shares(model, in_shape, role)[::-1],
        lambda model, in_shape, role: tuple(100 * each for each in shares(model, in_shape, role)),
        lambda model, in_shape, role: shares(model, in_shape, "reduce"),
        lambda model, in_shape, role: shares(model, in_shape, role)[0],
        lambda model, in_shape, role: (
            sum(la.role == role for la in summary(model, in_shape).layers),
            shares(model, in_shape, role)[1],
        ),
    ],
    "tokens_of_equal_cost": [
        lambda width, expansion=4: 6 * width,  # whatever the expansion
        lambda width, expansion=4: (2 + expansion) * width / 1.0,  # no whole number
        lambda width, expansion=4: (3 + 2 * expansion) * width // 2,
        lambda width, expansion=4: (4 + 2 * expansion) * width,
    ],
    "pool_before_the_head": [
        lambda c, classes: nn.Sequential(
            nn.Conv2d(c, classes, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()
        ),
        lambda c, classes: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, classes, 1)),
        lambda c, classes: nn.Sequential(
            nn.AdaptiveMaxPool2d(1), nn.Conv2d(c, classes, 1), nn.Flatten()
        ),
        lambda c, classes: nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, classes, 1, bias=False), nn.Flatten()
        ),
        lambda c, classes: nn.Sequential(nn.Flatten(), nn.Linear(c * 24, classes)),
    ],
}
