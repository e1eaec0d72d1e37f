"""One convolution as two or three thinner ones, by its weights or by what it does to given feature maps."""

import copy
from typing import Any

import torch
from torch import Tensor, nn

from onebyone.shrink import layers
from onebyone.shrink.layers import Convolution, as_double
from onebyone.shrink.moments import Moments

UNSEEN = 1e-8
"""The share of the variance that directions get which feature maps do not show, so that the weights order them."""
RIDGE = 1e-3
"""The share of the variance by which few pixels are kept from moving a layer far."""
IMPROVES = 1e-5
"""The share by which what is kept must grow, or the refinement of a bottleneck ends."""


def split(conv: nn.Module, rank: int, x: Tensor | None = None) -> nn.Sequential:
    """Return a convolution with `rank` filters and a 1×1 convolution after it that come closest to one convolution.

    Without x, no other pair of this width has weights closer to it. With x, none has outputs closer to it on x.

    Args:
        conv: A convolution of PyTorch, in one to three dimensions, also transposed. Its stride, padding, dilation and
            groups go to the first of the two.
        rank: Channels between the two, a multiple of the groups. At the most that the weight allows, the two equal
            conv.
        x: Feature maps that it takes, (N, C_in, H, W) or (C_in, H, W). The second layer then has a bias, which
            keeps the means of its outputs.

    Raises:
        ValueError: rank is no multiple of the groups or too large, x does not fit, or a number is not finite.
        TypeError: An argument is not of its type, or conv does not compute with its weight as it is.

    Source:
        Jaderberg et al., arXiv:1405.3866, for the weights; Zhang et al., arXiv:1505.06798, section 3.1, for x.

    Examples:
        >>> split(nn.Conv2d(64, 128, 3, padding=1), rank=32)
        Sequential(
          (0): Conv2d(64, 32, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
          (1): Conv2d(32, 128, kernel_size=(1, 1), stride=(1, 1))
        )
    """
    layer = layers.check(conv)
    rank = layers.check_rank("rank", rank, layer.groups, most_rank(layer))
    if x is None:
        return split_by(layer, rank, directions(layer))
    seen = Moments(layer.groups)
    seen.add(_run(layer, layers.check_maps(layer, x)))
    return split_by(layer, rank, directions(layer, seen), seen)


def bottleneck(
    conv: nn.Module, reduce: int, expand: int, x: Tensor | None = None
) -> nn.Sequential:
    """Return a 1×1, a k×k and a 1×1 convolution that together come close to one k×k convolution.

    The decomposition is Tucker's, of the two axes of channels. It is refined until it no longer improves.

    Args:
        conv: A convolution as for `split`. Its stride, padding, dilation and groups go to the k×k.
        reduce: Channels to which the first 1×1 reduces, a multiple of the groups. With all of them and all of expand,
            the three equal conv.
        expand: Channels from which the last 1×1 expands, a multiple of the groups.
        x: Feature maps that it takes. The channels are then weighted as they vary in x, and the last layer has a bias,
            which keeps the means of the outputs.

    Raises:
        ValueError: reduce or expand is no multiple of the groups or more than the channels, x does not fit, or a
            number is not finite.
        TypeError: An argument is not of its type, or conv does not compute with its weight as it is.

    Source:
        Kim et al., arXiv:1511.06530, section 3; Tucker, doi:10.1007/BF02289464.

    Examples:
        >>> [layer.kernel_size for layer in bottleneck(nn.Conv2d(64, 128, 3), reduce=16, expand=32)]
        [(1, 1), (3, 3), (1, 1)]
    """
    layer = layers.check(conv)
    groups = layer.groups
    reduce = layers.check_rank("reduce", reduce, groups, layer.in_channels)
    expand = layers.check_rank("expand", expand, groups, layer.out_channels)
    if x is None:
        return bottleneck_by(layer, reduce, expand)
    x = layers.check_maps(layer, x)
    inputs = Moments(groups)
    inputs.add(as_double(x))
    factored = bottleneck_by(layer, reduce, expand, inputs)
    if (reduce, expand) == (layer.in_channels, layer.out_channels):
        return factored
    both = Moments(groups)
    both.add(beside(groups, _run(factored[:2], x), _run(layer, x)))
    fit_last(factored, both)
    return factored


def most_rank(conv: Convolution) -> int:
    """Return the largest rank that a convolution can be split at."""
    taps = conv.weight[0, 0].numel()
    return min(conv.out_channels, conv.in_channels * taps)


def directions(conv: Convolution, outputs: Moments | None = None) -> Tensor:
    """Return orthonormal directions of the outputs, those first that hold most, (groups, C_out, most rank).

    Args:
        conv: The convolution.
        outputs: The moments of its outputs; without them, the directions of its weights.
    """
    matrix = layers.filters(conv).flatten(2)
    matrix = matrix / (matrix.abs().max() or 1)  # its squares stay finite
    held = matrix @ matrix.mT
    if outputs is not None:
        seen = outputs.covariance
        scale = _trace(seen) / _trace(held)
        held = seen + UNSEEN * torch.where(scale > 0, scale, 1) * held
    if matrix.shape[1] <= matrix.shape[2]:
        return torch.linalg.eigh(held)[1].flip(-1)
    # The outputs have no other directions than the weights, whatever rounding adds to them.
    within = torch.linalg.qr(matrix).Q
    held = within.mT @ held @ within
    return within @ torch.linalg.eigh(held)[1].flip(-1)


def split_by(
    conv: Convolution,
    rank: int,
    ordered: Tensor,
    outputs: Moments | None = None,
) -> nn.Sequential:
    """Split a convolution at a rank.

    Args:
        conv: The convolution.
        rank: Channels between the two.
        ordered: What `directions` returns.
        outputs: The moments of its outputs, whose means are then kept.
    """
    weights = layers.filters(conv)
    bias = None if conv.bias is None else as_double(conv.bias.detach())
    u = ordered[..., : rank // conv.groups]
    if outputs is not None:
        mean = outputs.mean.unflatten(0, (conv.groups, -1))[..., None]
        given = 0 if bias is None else bias.reshape(mean.shape)
        bias = (u @ (u.mT @ (given - mean)) + mean).flatten()
    first = (u.mT @ weights.flatten(2)).unflatten(2, weights.shape[2:])
    return nn.Sequential(
        layers.with_filters(conv, first), layers.pointwise(conv, u, bias)
    ).train(conv.training)


def bottleneck_by(
    conv: Convolution, reduce: int, expand: int, inputs: Moments | None = None
) -> nn.Sequential:
    """Factor a convolution as `bottleneck` does; with the moments of its inputs, the last bias is yet to be set."""
    weights = layers.filters(conv)  # (groups, C_out, C_in, taps)
    bias = None if conv.bias is None else as_double(conv.bias.detach())
    scale = torch.eye(weights.shape[2]).to(weights).expand(len(weights), -1, -1)
    if inputs is not None:
        covariance = inputs.covariance
        variance = _trace(covariance) / covariance.shape[1]
        unseen = UNSEEN * torch.where(variance > 0, variance, 1 / UNSEEN)
        variances, axes = torch.linalg.eigh(covariance + unseen * scale)
        scale = axes * variances[:, None].clamp(min=unseen).sqrt()
        if bias is None:
            bias = torch.zeros(conv.out_channels).to(weights)
    seen = torch.einsum("goit,gij->gojt", weights, scale)
    grown, reduced = tucker(seen, expand // conv.groups, reduce // conv.groups)
    core = torch.einsum("goe,gojt,gjr->gert", grown, seen, reduced)
    # reducedᵀ scale⁻¹ reduces x itself. Its rows are made orthonormal, and the core takes up the difference.
    rows, rest = torch.linalg.qr(torch.linalg.solve(scale.mT, reduced))
    core = torch.einsum("gert,gsr->gest", core, rest)
    return nn.Sequential(
        layers.pointwise(conv, rows.mT),
        layers.with_filters(conv, core),
        layers.pointwise(conv, grown, bias),
    ).train(conv.training)


def beside(groups: int, read: Tensor, made: Tensor) -> Tensor:
    """Return the channels of two kinds of maps of the same pixels beside one another, group by group."""
    parts = [maps.unflatten(1, (groups, -1)) for maps in (read, made)]
    return torch.cat(parts, dim=2).flatten(1, 2)


def fit_last(factored: nn.Sequential, both: Moments) -> None:
    """Give the last 1×1 convolution the weight and bias that best make of what it reads what it should.

    Args:
        factored: What a convolution was factored into.
        both: The moments of what its last layer reads and of what the convolution makes, as `beside` puts them.
    """
    last: Any = factored[-1]
    old = layers.filters(last)[..., 0]  # (groups, C_out, rank)
    groups, _, rank = old.shape
    covariance = both.covariance
    inner = covariance[:, :rank, :rank]
    cross = covariance[:, :rank, rank:]
    means = both.mean.unflatten(0, (groups, -1))[..., None]
    variance = _trace(inner) / rank
    rounding = (8 * torch.finfo(last.weight.dtype).eps) ** 2
    varies = variance > rounding * means[:, :rank].square().mean(1)[:, None]
    ridge = torch.where(varies, RIDGE * variance, 1)
    inner = inner + ridge * torch.eye(rank).to(inner)
    weight = torch.linalg.solve(inner, cross + ridge * old.mT).mT
    weight = torch.where(varies, weight, old)
    bias = (means[:, rank:] - weight @ means[:, :rank]).flatten()
    if last.transposed:
        weight = weight.mT
    with torch.no_grad():
        last.weight.copy_(weight.reshape(last.weight.shape))
        last.bias.copy_(bias)


def tucker(weights: Tensor, expand: int, reduce: int) -> tuple[Tensor, Tensor]:
    """Return orthonormal directions of outputs and inputs that together keep the most of a weight's squares.

    Args:
        weights: (groups, C_out, C_in, taps).
        expand: Directions of the outputs, for each group.
        reduce: Directions of the inputs, for each group.

    Returns:
        (groups, C_out, expand) and (groups, C_in, reduce).

    Source:
        De Lathauwer et al., "On the best rank-1 and rank-(R1, R2, ..., RN) approximation of higher-order tensors",
        doi:10.1137/S0895479898346995, algorithm 4.2.
    """
    weights = weights / (weights.abs().max() or 1)  # its squares stay finite
    best: tuple[float, Tensor, Tensor] | None = None
    # It climbs, perhaps to a lower peak than from elsewhere: so it starts from either side.
    for start in "outputs", "inputs":
        if start == "outputs":
            grown, _ = _leading(weights, expand)
            reduced, _ = _reduced(weights, grown, reduce)
        else:
            reduced, _ = _leading(weights.transpose(1, 2), reduce)
        kept = 0.0
        while True:
            inner = torch.einsum("goit,gir->gort", weights, reduced)
            grown, _ = _leading(inner, expand)
            reduced, now = _reduced(weights, grown, reduce)
            if now <= kept * (1 + IMPROVES):
                break
            kept = now
        if best is None or now > best[0]:
            best = now, grown, reduced
    assert best is not None
    return best[1], best[2]


def _reduced(
    weights: Tensor, grown: Tensor, reduce: int
) -> tuple[Tensor, float]:
    inner = torch.einsum("goit,goe->giet", weights, grown)
    return _leading(inner, reduce)


def _leading(tensor: Tensor, count: int) -> tuple[Tensor, float]:
    """Return the first left singular vectors of (groups, rows, ...), as (groups, rows, count), and what they keep."""
    matrix = tensor.flatten(2)
    squares, vectors = torch.linalg.eigh(matrix @ matrix.mT)
    return vectors.flip(-1)[..., :count], squares[:, -count:].sum().item()


def _trace(matrices: Tensor) -> Tensor:
    return matrices.diagonal(dim1=1, dim2=2).sum(dim=1)[:, None, None]


def _run(layer: nn.Module, x: Tensor) -> Tensor:
    """Return what a layer makes of x, in float64: in the dtype of a layer its outputs may overflow, or be rounded."""
    wide = copy.deepcopy(layer).to(as_double(x[:0]).device, torch.float64)
    try:
        with torch.no_grad():
            y: Tensor = wide(as_double(x))
    except RuntimeError as error:
        raise ValueError(
            f"x: expected feature maps that conv takes, got shape {tuple(x.shape)}: {error}"
        ) from error
    if not y.numel():
        raise ValueError(
            f"x: expected feature maps that conv makes a pixel of, got shape {tuple(x.shape)}"
        )
    return y
