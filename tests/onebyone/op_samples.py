"""The inputs with which PyTorch tests its own operators, as calls of this package.

PyTorch keeps for each operator samples that it must compute and calls that it must refuse: `op_db`. Those that the
contract does not cover are left out, for a reason that is computed from the arguments alone.
"""

import warnings
from collections import Counter
from functools import cache
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import torch

import onebyone
from onebyone import pytorch

# PyTorch's tests forbid setting its flags for good; other tests in this process may set them.
with mock.patch.object(torch.backends, "disable_global_flags"):
    from torch.testing._internal.common_methods_invocations import op_db

POOLING = ("kernel_size", "stride", "padding")
# The arguments in PyTorch's order, on which some samples rely.
NAMES = {
    "conv2d": ("weight", "bias", "stride", "padding", "dilation", "groups"),
    "max_pool2d": POOLING,
    "avg_pool2d": (*POOLING, "ceil_mode", "count_include_pad", "divisor_override"),
}
# What the contract has no argument for, and the value with which PyTorch does as the contract says.
FIXED = {
    "conv2d": {},
    "max_pool2d": {"ceil_mode": False, "dilation": 1},
    "avg_pool2d": {"ceil_mode": False, "count_include_pad": True, "divisor_override": None},
}  # fmt: skip
# It asks for a second result and leaves the first as it is.
IGNORED = {"return_indices"}
FORMS = {"NumPy": onebyone, "PyTorch": pytorch}


class Call(NamedTuple):
    """A call of an operator, with its arguments by name."""

    op: str
    arguments: dict[str, Any]

    def by_pytorch(self, **changed):
        """Return PyTorch's result, with some arguments changed."""
        x, *others = (self.arguments | changed).items()
        function = getattr(torch.nn.functional, self.op)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Using padding='same' with even")
            result = function(x[1], **dict(others))
        return result[0] if isinstance(result, tuple) else result

    def by(self, form):
        """Return the result of this package's NumPy or its PyTorch function, as a tensor."""
        arguments = {
            name: value.numpy() if form == "NumPy" and isinstance(value, torch.Tensor) else value
            for name, value in self.arguments.items()
            if name not in FIXED[self.op] and name not in IGNORED
        }
        return torch.as_tensor(getattr(FORMS[form], self.op)(**arguments))

    def is_refused_by(self, form):
        """Return whether the function raises an error of the contract, which names an argument."""
        try:
            self.by(form)
        except (ValueError, TypeError) as error:
            name, colon, _ = str(error).partition(": ")
            return bool(colon) and name in {"x", *NAMES[self.op]}
        return False


def _info(op):
    (found,) = (one for one in op_db if one.name == f"nn.functional.{op}")
    return found


def _call(op, sample):
    named = zip(NAMES[op], sample.args, strict=False)
    return Call(op, {"x": sample.input, **dict(named), **sample.kwargs})


@cache
def samples(op):
    """Return PyTorch's samples of an operator, in each dtype that it computes on a CPU."""
    info = _info(op)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return [
            _call(op, sample)
            for dtype in sorted(info.supported_dtypes("cpu"), key=str)
            # Its own seed for every sample takes longer than all the rest.
            for sample in info.sample_inputs("cpu", dtype, set_seed=False)
        ]


@cache
def errors(op):
    """Return the calls of an operator that PyTorch says it must refuse."""
    found = _info(op).error_inputs("cpu", set_seed=False)
    with torch.random.fork_rng(devices=[]):
        return [_call(op, error.sample_input) for error in found]


def outside(call):
    """Return what the contract has no argument for, or None where it covers the call."""
    for name, value in FIXED[call.op].items():
        if call.arguments.get(name, value) != value:
            return f"{name} is not {value}"
    return None


def sample_outside(call, form):
    """Return why a NumPy or PyTorch function need not compute a sample, or None where it must."""
    for name in "stride", "padding", "dilation":
        value = call.arguments.get(name)
        if isinstance(value, tuple) and len(value) != 2:
            return f"{name} is a tuple of {len(value)}, neither an integer nor a pair"
    dtype = call.arguments["x"].dtype
    integers = not (dtype.is_floating_point or dtype.is_complex)
    if form == "NumPy" and dtype == torch.bfloat16:
        return "NumPy has no bfloat16"
    if integers and (call.op, form) == ("conv2d", "PyTorch"):
        return "a GPU multiplies no matrices of integers"
    if integers and call.op == "avg_pool2d":
        return "the mean of integers is not an integer"
    return outside(call)


def assert_pytorchs_values(call, form):
    """Assert that a function of this package gives PyTorch's values, to the rounding of both."""
    y, expected = call.by(form), call.by_pytorch()
    assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
    if call.op == "max_pool2d":
        assert torch.equal(y, expected)
        return
    # In float64: no dtype of the samples is wider.
    sizes = {
        name: value.abs().to(torch.float64)
        for name, value in call.arguments.items()
        if isinstance(value, torch.Tensor)
    }
    magnitude = call.by_pytorch(**sizes)
    kernel = call.arguments.get("kernel_size", 1)
    terms = sizes["weight"][0].numel() if "weight" in sizes else np.prod(kernel)
    wide = y.dtype if y.dtype.is_complex else torch.float64
    difference = (y.to(wide) - expected.to(wide)).abs()
    exact = not (y.dtype.is_floating_point or y.dtype.is_complex)
    eps = 0.0 if exact else torch.finfo(y.dtype).eps
    # Each of the two errs by at most (terms + 3) · eps / 2 of the sum of magnitudes; a complex product twice that.
    assert (difference <= 2 * (terms + 3) * eps * magnitude).all()


def check_samples(op, form):
    """Compare all samples that the contract covers; return how many, and how many it does not, by reason."""
    compared, left_out = 0, Counter()
    for call in samples(op):
        reason = sample_outside(call, form)
        if reason:
            left_out[reason] += 1
            continue
        assert_pytorchs_values(call, form)
        compared += 1
    return compared, left_out
