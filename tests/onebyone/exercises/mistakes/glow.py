import math

import numpy as np

MISTAKES = {
    "invert": [
        lambda weight, bias: (np.linalg.inv(weight), -bias),
        lambda weight, bias: (np.linalg.inv(weight), np.linalg.inv(weight) @ bias),
        lambda weight, bias: (weight.T, -weight.T @ bias),
        lambda weight, bias: (1 / weight, -bias / np.diag(weight)),
    ],
    "find_fatal_rate": [
        lambda mean_squares: 1 / max(mean_squares),
        lambda mean_squares: 1 / (max(mean_squares) - 1),
        lambda mean_squares: 1 / (min(mean_squares) - 1) if min(mean_squares) > 1 else math.inf,
        lambda mean_squares: 1 / max(sum(mean_squares) - len(mean_squares), 0.001),
    ],
}
