import numpy as np

MISTAKES = {
    "invert": [
        lambda weight, bias: (np.linalg.inv(weight), -bias),
        lambda weight, bias: (np.linalg.inv(weight), np.linalg.inv(weight) @ bias),
        lambda weight, bias: (1 / np.where(weight == 0, np.inf, weight), -bias / np.diag(weight)),
        lambda weight, bias: np.linalg.inv(weight),
    ],
    "from_keras_dense": [
        lambda kernel: kernel[:, :, None, None],
        lambda kernel: kernel.T,
        lambda kernel: kernel.reshape(*kernel.shape[::-1], 1, 1),
        lambda kernel: kernel.T[None, None],
    ],
    "groups_reached": [
        lambda groups, depth: 1,  # without the shuffle
        lambda groups, depth: groups,
        lambda groups, depth: depth,
        lambda groups, depth: max(groups, depth),
    ],
}
