"""The devices on which the PyTorch functions are tested, and tensors on them."""

import numpy as np
import pytest
import torch


def mps_works():
    """Return whether there is a Metal device with memory: GitHub's Macs have one without."""
    if not torch.backends.mps.is_available():
        return False
    try:
        torch.ones(1, device="mps")
    except RuntimeError:
        return False
    return True


THERE = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": mps_works()}
DEVICES = [name for name, there in THERE.items() if there]
every_device = pytest.mark.parametrize("device", DEVICES)


def channels_last(x):
    """Return the same tensor with each pixel's channels side by side in memory."""
    return x.movedim(-3, -1).contiguous().movedim(-1, -3)


def inside_a_larger_tensor(x):
    return torch.nn.functional.pad(x, (1, 2, 1, 1), value=99)[..., 1:-1, 1:-2]


LAYOUTS = {
    "contiguous": lambda x: x,
    "channels last": channels_last,
    "rows and columns exchanged": lambda x: x.mT.contiguous().mT,
    "every second column": lambda x: x.repeat_interleave(2, -1)[..., ::2],
    "inside a larger tensor": inside_a_larger_tensor,
}


def tensor(values, device="cpu"):
    """Return an array as a tensor of the same dtype, or None as None."""
    if values is None:
        return None
    native = values.astype(values.dtype.newbyteorder("="))
    if device == "mps" and native.dtype == np.float64:
        pytest.skip("MPS has no float64")
    return torch.from_numpy(np.array(native, order="C")).to(device)
