import numpy as np

from onebyone.gradients import conv1x1_backward, fit_conv1x1

MISTAKES = {
    "scalar_gradient": [
        lambda g, x, s: s * np.vdot(g, x),
        lambda g, x, s: np.mean(g * x),
        lambda g, x, s: (g * x).sum(axis=(1, 2)),  # a scalar for each channel
        lambda g, x, s: conv1x1_backward(g, x, s * np.eye(len(x)))[1].sum(),
        lambda g, x, s: conv1x1_backward(g, x, s * np.eye(len(x)))[0].sum(),
    ],
    "learn_luma": [
        lambda x, grey: np.array([[0.299, 0.587, 0.114]]),  # known, and not learned
        lambda x, grey: np.array([[0.299], [0.587], [0.114]]),
        lambda x, grey: fit_conv1x1(x, grey, steps=100, rate=0.5)[0],
        lambda x, grey: fit_conv1x1(grey, x, steps=100, rate=0.5)[0].T,
    ],
}
