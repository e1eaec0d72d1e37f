"""A network made smaller: convolutions cut where it changes its outputs least."""

import copy
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property

import torch
from torch import Tensor, nn

from onebyone.arguments import scalars
from onebyone.shrink.choice import Option, choose
from onebyone.shrink.cuts import fit, put, spend, try_ranks
from onebyone.shrink.folding import fold_norms
from onebyone.shrink.modules import kept_buffers
from onebyone.shrink.places import find_places
from onebyone.shrink.report import Cut, Shrunk
from onebyone.shrink.runs import BATCH, Reference
from onebyone.summary import copies, summary


def shrink(model: nn.Module, images: Tensor, macs: float = 0.5) -> Shrunk:
    """Return a copy of a trained network with at most a share of its multiply-accumulates.

    Batch normalisations are folded into the convolutions before them. Each convolution is cut at several ranks, alone,
    as `split` and `bottleneck` do it by its outputs, and the change of the network's outputs on the images is
    measured. The cuts are then chosen that together are expected to change them least, and the last layer of each is
    fitted to what the layer that it replaces made. A layer that would not get cheaper stays.

    Nothing is drawn at random: the same arguments give the same copy. What it costs in accuracy must be judged on
    images that are not among these.

    Args:
        model: A network whose outputs are floating-point tensors. It stays as it is.
        images: A batch that it takes, (N, C, H, W), of the kind that it will see: some hundred, not ten.
        macs: The share to keep, in (0, 1].

    Raises:
        ValueError: macs is outside (0, 1], or no cuts reach it; the network raises on the images; or they hold no
            image or a number that is not finite.
        TypeError: An argument is not of its type, or the model cannot be followed, as in `summary`.

    Source:
        Zhang et al., arXiv:1505.06798, sections 3.1 and 3.3, for the fit and the choice; Kim et al., arXiv:1511.06530.

    Examples:
        >>> from onebyone.training import network
        >>> small = shrink(network("plain"), torch.rand(20, 1, 28, 28), macs=0.5)
        >>> small.after <= 0.5 * small.before
        True
    """
    share = _check_share(macs)
    return Trial(model, images).shrink(share)


class Trial:
    """A network on images, to be cut again and again.

    Args:
        model: As for `shrink`.
        images: As for `shrink`.

    Attributes:
        places: The convolutions that can be cut, in the order in which they run.
        macs: Multiply-accumulates of the network.
    """

    def __init__(self, model: nn.Module, images: Tensor) -> None:
        self.macs = count_macs(model, images)
        self._images = images.detach()
        self._whole = _copy(model)
        modules = self._whole.named_modules()
        self._modes = {path: module.training for path, module in modules}
        self._whole.eval()
        device = _device(self._whole)
        batches = [batch.to(device) for batch in self._images.split(BATCH)]
        with _working(self._whole):
            self._reference = Reference(self._whole, batches)
            fold_norms(self._whole, self._reference)
            self.places = find_places(self._whole, self._reference)

    @cached_property
    def options(self) -> list[list[Option]]:
        """What can become of each layer, and what that alone does to the outputs."""
        with _working(self._whole):
            return try_ranks(self._whole, self.places, self._reference)

    def shrink(self, macs: float) -> Shrunk:
        """Return a copy with at most a share of the multiply-accumulates, as `onebyone.shrink.shrink` does."""
        share = _check_share(macs)
        rest = self.macs - sum(place.macs for place in self.places)
        budget = math.floor(share * self.macs) - rest
        chosen = choose(self.options, budget)
        if chosen is None:
            least = sum(min(o.macs for o in each) for each in self.options)
            reach = math.ceil(1000 * (rest + least) / self.macs) / 1000
            raise ValueError(
                f"macs: expected a share that cuts can reach, at least {reach}, got {macs!r}"
            )
        with _working(self._whole):
            chosen = spend(
                self._whole, self.places, chosen, budget, self._reference
            )
        return self.cut(chosen)

    def cut(self, chosen: Sequence[Option], *, fitted: bool = True) -> Shrunk:
        """Return a copy with an option for each place, whose last layers are fitted to the whole network's or not."""
        made = list(zip(self.places, chosen, strict=True))
        cuts = [place for place, option in made if option.ranks]
        with _working(self._whole):
            small = copy.deepcopy(self._whole)
            for place, option in made:
                if option.ranks:
                    put(small, place, option.ranks)
            with kept_buffers(small):
                if fitted:
                    fit(self._whole, small, cuts, self._reference.batches)
                error = self._reference.error(small)
        for path, training in self._modes.items():
            for module in small.get_submodule(path).modules():
                module.training = training
        rows = [
            Cut(place.path, place.name, place.macs, *option)
            for place, option in made
        ]
        after = count_macs(small, self._images)
        return Shrunk(small, tuple(rows), self.macs, after, error)


def _check_share(macs: float) -> float:
    share = scalars.above_zero("macs", macs)
    if share > 1:
        raise ValueError(f"macs: expected a share in (0, 1], got {macs!r}")
    return share


def count_macs(model: nn.Module, images: Tensor) -> int:
    """Return the multiply-accumulates for one image, or raise where they do not fit."""
    if not isinstance(images, Tensor):
        raise TypeError(
            f"images: expected a tensor, got {type(images).__name__}"
        )
    if images.ndim < 2 or not len(images):
        raise ValueError(
            f"images: expected a batch of at least one, got shape {tuple(images.shape)}"
        )
    if not images.isfinite().all():
        raise ValueError("images: expected finite numbers, got nan or inf")
    first = images.detach()[:1]
    if isinstance(model, nn.Module):
        first = first.to(_device(model))
    try:
        return summary(model, first).macs
    except ValueError as error:
        text = str(error).replace("inputs:", "images:", 1)
        raise ValueError(text) from error.__cause__


def _device(model: nn.Module) -> torch.device:
    parameter = next(model.parameters(), torch.zeros(()))
    return parameter.device


def _copy(model: nn.Module) -> nn.Module:
    """Return a copy, without what torch.compile made of its parts.

    Raises:
        TypeError: It has hooks that would reach out of the copy, and might change what it computes.
    """
    model = copies.unwrap(model)
    held = copies.find_tensors(model)
    made: nn.Module
    with torch.inference_mode(False):
        made, _ = copies.copy_with(model, (), held, torch.clone)
    for path, module in list(made.named_modules()):
        inner = copies.unwrap(module)
        if path and inner is not module:
            made.set_submodule(path, inner)
    hooked = copies.drop_outer_hooks(made)
    if hooked:
        raise TypeError(
            f"model: expected no hooks that are functions, got one at {hooked[0]!r}; remove it first"
        )
    return made


@contextmanager
def _working(model: nn.Module) -> Iterator[None]:
    """Make no gradients, and leave random numbers and the buffers of a network as they are."""
    with (
        torch.inference_mode(False),
        torch.no_grad(),
        torch.random.fork_rng(),
        kept_buffers(model),
    ):
        yield
