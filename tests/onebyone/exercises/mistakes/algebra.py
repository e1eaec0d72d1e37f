import numpy as np

from onebyone.algebra import batch_norm_as_conv, compose


def without_mean(layer, gamma, beta, mean, variance):
    return compose(layer, batch_norm_as_conv(gamma, beta, 0 * mean, variance))


def scaled_rows(layer, gamma, beta, mean, variance):
    weight, bias = layer
    scale = np.resize(gamma / np.sqrt(variance + 1e-5), len(weight))
    return scale[:, np.newaxis] * weight, bias


MISTAKES = {
    "fold_forward": [
        without_mean,
        scaled_rows,
        lambda layer, *norm: compose(layer, batch_norm_as_conv(*norm))[0],
    ],
    "break_even_rank": [
        lambda c_in, c_out, k: c_in * k * k * c_out // (c_in * k * k + c_out),  # equal is not fewer
        lambda c_in, c_out, k: (c_in * c_out - 1) // (c_in + c_out),
        lambda c_in, c_out, k: min(c_in * k * k, c_out),
    ],
    "padding_that_folds": [
        lambda gamma, beta, mean, variance, eps=1e-5: 0 * mean,
        lambda gamma, beta, mean, variance, eps=1e-5: mean,
        lambda gamma, beta, mean, variance, eps=1e-5: beta - mean * gamma / np.sqrt(variance + eps),
        lambda gamma, beta, mean, variance, eps=1e-5: (
            mean - beta * np.sqrt(variance + 1e-5) / gamma
        ),
    ],
}
