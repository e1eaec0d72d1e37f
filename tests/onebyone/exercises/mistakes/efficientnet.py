import torch


def after(change):
    def moves(layer, x):
        return torch.allclose(layer(change(x)), change(layer(x)))

    return moves


MISTAKES = {
    "excitation_weights": [
        lambda stages, ratio: sum(blocks * c * (c // ratio) for c, blocks in stages),
        lambda stages, ratio: sum(2 * c * (c // ratio) for c, _ in stages),
        lambda stages, ratio: sum(blocks * (2 * c * (c // ratio) + c) for c, blocks in stages),
        lambda stages, ratio: sum(blocks * 2 * (c // 4) ** 2 // ratio for c, blocks in stages),
        lambda stages, ratio: sum(blocks * 2 * c * c / ratio for c, blocks in stages),  # no integer
    ],
    "fold_gates": [
        lambda weight, gates: gates[:, None] * weight,
        lambda weight, gates: weight @ gates,
        lambda weight, gates: weight * gates.mean(),
        lambda weight, gates: weight / gates,
    ],
    "moves_with_the_picture": [
        lambda layer, x: True,
        lambda layer, x: False,
        after(lambda x: x.flip(2, 3)),
        after(lambda x: x.roll((1, 2), (2, 3))),
        lambda layer, x: torch.allclose(layer(x.flip(2)).sum((2, 3)), layer(x).sum((2, 3))),
    ],
}
