import math

MISTAKES = {
    "merge_two_outputs": [
        lambda weight, bias: (weight[:1] - weight[1:], bias[:1] - bias[1:]),
        lambda weight, bias: (weight[1] - weight[0], bias[1] - bias[0]),  # no rows
        lambda weight, bias: (weight[1:], bias[1:]),
        lambda weight, bias: (weight.mean(axis=0, keepdims=True), bias.mean(keepdims=True)),
        lambda weight, bias: (weight[1:] - weight[:1], bias[1:]),
    ],
    "smallest_loss": [
        lambda classes: 0.0,
        lambda classes: math.log(classes),
        lambda classes: math.log(1 + classes / math.e),
        lambda classes: -math.log(1 + (classes - 1) / math.e),
        lambda classes: math.log2(1 + (classes - 1) / math.e),
    ],
    "lateral_parameters": [
        lambda channels, width: sum(each * width for each in channels),
        lambda channels, width: sum(channels) * width + width,
        lambda channels, width: sum(each * width + each for each in channels),
        lambda channels, width: sum(9 * each * width + width for each in channels),
    ],
}
