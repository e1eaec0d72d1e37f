"""Compare our bottleneck of a weight with tensorly's: how close it comes at the same ranks, and how long it takes.

Both climb, each from its own start, so that they may end on two peaks. Ours must not be the lower one on any of these.
Both run on one thread, turn by turn.
"""

import math
import sys
import time

import numpy as np
import torch
from tensorly.decomposition import partial_tucker
from threadpoolctl import threadpool_limits
from torch import nn

from onebyone import digits, training
from onebyone.book import records
from onebyone.shrink.factors import tucker

ROUNDS = 5
CHANNELS = (64, 128)
SHARES = (1 / 4, 1 / 2)  # of the channels
PER_CLASS = 40  # digits that the small network learns from, in one epoch


def by_onebyone(weight, expand, reduce):
    """Return the weight that the factors make, and it was (C_out, C_in, taps)."""
    grown, reduced = (each[0] for each in tucker(weight[None], expand, reduce))
    return torch.einsum("oe,pe,pjt,jr,ir->oit", grown, grown, weight, reduced, reduced)


def by_tensorly(weight, expand, reduce):
    """Return the same of tensorly, with its own settings."""
    (core, (grown, reduced)), _ = partial_tucker(weight.numpy(), [expand, reduce], modes=[0, 1])
    made = np.einsum("ert,oe,ir->oit", core, grown, reduced, optimize=True)
    return torch.from_numpy(made)


PROGRAMS = {"onebyone": by_onebyone, "tensorly": by_tensorly}


def weights():
    """Yield the name and the weight of each layer, in float64."""
    generator = torch.Generator().manual_seed(0)
    for channels in CHANNELS:
        shape = channels, channels, 9
        drawn = torch.randn(shape, generator=generator, dtype=torch.float64)
        yield f"random 3×3, {channels} → {channels}", drawn
    torch.manual_seed(0)
    model = training.stack("plain", training.NETWORKS["plain"][1])
    training.fit(model, 0, digits.load(per_class=PER_CLASS), epochs=1)
    for layer in model.cpu().modules():
        # With one input channel, there is nothing to reduce.
        if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3) and layer.in_channels > 1:
            name = f"trained 3×3, {layer.in_channels} → {layer.out_channels}"
            yield name, layer.weight.detach().double().flatten(2)


def measure(weight, ranks):
    """Return how far each program is from the weight, as a share of its norm, and its shortest time in seconds."""
    errors, seconds = {}, dict.fromkeys(PROGRAMS, math.inf)
    for _ in range(ROUNDS):
        for each, make in PROGRAMS.items():
            start = time.perf_counter()
            made = make(weight, *ranks)
            seconds[each] = min(seconds[each], time.perf_counter() - start)
            off = torch.linalg.norm(made - weight) / torch.linalg.norm(weight)
            errors[each] = off.item()
    return {"error": errors, "seconds": seconds}


def main():
    """Factor each weight at each share of its channels with both programs, and keep the record."""
    torch.set_num_threads(1)
    threadpool_limits(1)
    rows = []
    for name, weight in weights():
        for share in SHARES:
            ranks = [max(1, math.floor(share * channels)) for channels in weight.shape[:2]]
            row = {"weight": name, "expand": ranks[0], "reduce": ranks[1]}
            row |= measure(weight, ranks)
            rows.append(row)
            print(row, flush=True)
    ratios = [row["error"]["onebyone"] / row["error"]["tensorly"] for row in rows]
    machine = records.describe_machine("torch", "numpy", "tensorly")
    record = {
        "command": "make bench",
        "machine": machine | {"threads": torch.get_num_threads()},
        "rows": rows,
        "largest ratio of errors": max(ratios),
    }
    records.save("tucker", record)
    sys.exit(max(ratios) > 1)


if __name__ == "__main__":
    main()
