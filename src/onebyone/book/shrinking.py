"""The experiments of chapters 12 and 13: a trained network measured, cut and rounded. Needs every extra of the book.

`make shrink` runs them and writes the record.
"""

import copy
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from onebyone.book import photographs, spectra
from onebyone.book.directions import count_directions
from onebyone.quantization import quantize, signal_to_noise
from onebyone.shrink.choice import Option
from onebyone.shrink.factors import directions, split_by
from onebyone.shrink.folding import fold_norms
from onebyone.shrink.network import Trial
from onebyone.shrink.places import Place
from onebyone.shrink.runs import BATCH, Reference

WAYS = "weights", "weights, means kept", "outputs", "outputs, fitted"
SURE = 0.5  # the probability from which on an answer counts as sure


class Judge:
    """Crops of pictures and what a network answers to them, to see which answers remain when it is changed.

    Args:
        model: The network.
        images: The crops, as many of each picture, one picture after the other.
        names: Of the pictures.
    """

    def __init__(
        self, model: nn.Module, images: Tensor, names: Sequence[str]
    ) -> None:
        self.images = images
        self.names = names
        self.sure, self.answers = self._ask(model)

    def count_kept(self, model: nn.Module) -> dict[str, Any]:
        """Return the share of answers that a changed network keeps: of all, of the sure ones, and by picture."""
        _, answers = self._ask(model)
        same = (answers == self.answers).double()
        by_picture = same.unflatten(0, (len(self.names), -1)).mean(dim=1)
        sure = same[self.sure >= SURE]
        return {
            "all": same.mean().item(),
            "sure": sure.mean().item() if len(sure) else None,
            "number of sure": len(sure),
            "by picture": dict(
                zip(self.names, by_picture.tolist(), strict=True)
            ),
        }

    def _ask(self, model: nn.Module) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            parts = [model(batch) for batch in self.images.split(BATCH)]
        best = torch.cat(parts).softmax(dim=1).max(dim=1)
        return best.values, best.indices


def describe_layers(model: nn.Module, images: Tensor) -> list[dict[str, Any]]:
    """Return for each 1×1 layer how many directions hold 90 % of its weights, its input and its output.

    "shared" is how much of the directions that it reads lies in as many principal directions of its input, from 0 to
    1, and "chance" how much would if it read random ones.
    """
    found = []
    for layer in spectra.measure_spectra(model, images):
        random = spectra.draw_random_like(layer.weight)
        of_random = np.linalg.svd(random, compute_uv=False) ** 2
        out_channels, in_channels = layer.weight.shape
        rank = min(layer.weight.shape)
        held = {
            "weights": layer.weights,
            "random": of_random,
            "input": layer.inputs,
            "output": layer.outputs,
        }
        found.append(
            {
                "path": layer.path,
                "in_channels": in_channels,
                "out_channels": out_channels,
                "rank": int(np.linalg.matrix_rank(layer.weight)),
                **{
                    name: count_directions(each, 0.9)
                    for name, each in held.items()
                },
                "shared": _share_of_principal(layer, rank),
                "chance": rank / in_channels,
            }
        )
    return found


def _share_of_principal(layer: spectra.Spectrum, rank: int) -> float:
    _, principal = np.linalg.eigh(layer.input_covariance)
    *_, read = np.linalg.svd(layer.weight, full_matrices=False)
    return float(np.square(read @ principal[:, -rank:]).sum() / rank)


def count_dead(
    model: nn.Module, images: Tensor, other: Tensor
) -> dict[str, Any]:
    """Return how many channels are zero everywhere on images, on other images, and on both."""
    by_layer = [
        spectra.count_silent_channels(model, each) for each in (images, other)
    ]
    here, there = (np.concatenate(list(each.values())) for each in by_layer)
    return {
        "channels": len(here),
        "zeros": float(here.mean()),
        "dead": int((here == 1).sum()),
        "dead elsewhere": int((there == 1).sum()),
        "dead on both": int(((here == 1) & (there == 1)).sum()),
    }


def cut_all(trial: Trial, share: float, by: str) -> nn.Module:
    """Return a copy in which each 1×1 layer that can be cut keeps a share of its weights.

    Args:
        trial: The network and the images that the cuts are fitted to.
        share: The share of the weights of each layer.
        by: One of WAYS: "weights"; these and a bias, "weights, means kept"; "outputs"; or "outputs, fitted" to those of
            the whole network as well.
    """
    chosen = [_option(place, share) for place in trial.places]
    if not by.startswith("weights"):
        return trial.cut(chosen, fitted=by == "outputs, fitted").model
    model = trial.cut([Option((), 0, 0.0) for _ in chosen]).model
    for place, option in zip(trial.places, chosen, strict=True):
        if option.ranks:
            means = place.outputs if by == "weights, means kept" else None
            two = split_by(
                place.conv, option.ranks[0], directions(place.conv), means
            )
            model.set_submodule(place.path, two)
    return model


def _option(place: Place, share: float) -> Option:
    if place.conv.kernel_size != (1, 1):
        return Option((), place.macs, 0.0)
    (ranks,) = place.ranks_at(share)
    return Option(ranks, place.cost(ranks), 0.0)


def compare_judges(
    model: nn.Module, shares: Sequence[float], each: int
) -> list[dict[str, Any]]:
    """Cut all 1×1 layers, and count the answers kept on the pictures of the fit and on others.

    Args:
        model: A trained network.
        shares: Of the weights to keep.
        each: Crops of each picture.
    """
    fit, judge = photographs.FIT, photographs.JUDGE
    ten = torch.cat([photographs.centre(name) for name in fit])
    here, there = photographs.crops(fit, each), photographs.crops(judge, each)
    others = Judge(model, there, judge)
    setups = [
        (
            ten,
            {
                "ten pictures, judged on the same": Judge(model, ten, fit),
                "ten pictures, judged on crops of ten others": others,
            },
        ),
        (
            here,
            {
                "crops of ten, judged on the same": Judge(model, here, fit),
                "crops of ten, judged on crops of ten others": others,
            },
        ),
    ]
    found = []
    for images, judges in setups:
        trial = Trial(model, images)
        for by, share in product(WAYS, shares):
            cut = cut_all(trial, share, by)
            for setup, asked in judges.items():
                kept = asked.count_kept(cut)
                row = {"setup": setup, "by": by, "share": share, "kept": kept}
                found.append(row)
    return found


def compare_numbers(
    model: nn.Module, numbers: Sequence[int], share: float, each: int
) -> list[dict[str, Any]]:
    """Cut all 1×1 layers, fitted to crops of few pictures or of more, and count the answers kept on others.

    Args:
        model: A trained network.
        numbers: Of pictures to fit to.
        share: Of the weights to keep.
        each: Crops of each picture.
    """
    judge = photographs.JUDGE
    asked = Judge(model, photographs.crops(judge, each), judge)
    found = []
    for number in numbers:
        images = photographs.crops(photographs.FIT[:number], each)
        cut = cut_all(Trial(model, images), share, "outputs, fitted")
        found.append({"pictures": number, "kept": asked.count_kept(cut)})
    return found


def shrink_to(
    model: nn.Module, shares: Sequence[float], each: int
) -> dict[str, Any]:
    """Shrink a network by crops of ten pictures to shares of its MACs, and count the answers kept there and elsewhere.

    Args:
        model: A trained network.
        shares: Of the multiply-accumulates.
        each: Crops of each picture.
    """
    fit, judge = photographs.FIT, photographs.JUDGE
    here, there = photographs.crops(fit, each), photographs.crops(judge, each)
    trial = Trial(model, here)
    of_here, of_there = Judge(model, here, fit), Judge(model, there, judge)
    found = []
    for share in shares:
        small = trial.shrink(share)
        found.append(
            {
                "share": share,
                "macs": small.after,
                "error": small.error,
                "ranks": {cut.layer: cut.ranks for cut in small.layers},
                "kept": of_here.count_kept(small.model),
                "kept elsewhere": of_there.count_kept(small.model),
            }
        )
    alone = [
        {
            "layer": place.path,
            "macs": place.macs,
            "cuts": [option._asdict() for option in options[1:]],
        }
        for place, options in zip(trial.places, trial.options, strict=True)
    ]
    return {"macs": trial.macs, "shrunk": found, "one layer alone": alone}


def round_weights(model: nn.Module, each: int) -> list[dict[str, Any]]:
    """Round the weights of the 1×1 layers to eight bits, folded and not, and count the answers kept.

    Args:
        model: A trained network.
        each: Crops of each picture.

    Returns:
        For each way, the lowest and the median signal-to-noise ratio of a layer, in dB, and the answers kept.
    """
    names = photographs.FIT + photographs.JUDGE
    asked = Judge(model, photographs.crops(names, each), names)
    folded = copy.deepcopy(model)
    with torch.no_grad():
        fold_norms(folded, Reference(folded, [asked.images[:BATCH]]))
    found = []
    for norms, network in ("apart", model), ("folded", folded):
        for scales, axis in ("one", None), ("one for each filter", 0):
            rounded, ratios = round_pointwise(network, axis)
            found.append(
                {
                    "norms": norms,
                    "scales": scales,
                    "lowest dB": min(ratios),
                    "median dB": float(np.median(ratios)),
                    "kept": asked.count_kept(rounded),
                }
            )
    return found


def round_pointwise(
    model: nn.Module, axis: int | None
) -> tuple[nn.Module, list[float]]:
    """Return a copy with the weights of its 1×1 layers rounded to eight bits, and their signal-to-noise ratios in dB.

    Args:
        model: A network.
        axis: As for `onebyone.quantization.quantize`.
    """
    rounded = copy.deepcopy(model)
    ratios = []
    for layer in rounded.modules():
        if isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1):
            weight = layer.weight.detach().numpy()
            integers, scale = quantize(weight, axis)
            ratios.append(signal_to_noise(weight, integers * scale))
            layer.weight = nn.Parameter(torch.as_tensor(integers * scale))
    return rounded, ratios
