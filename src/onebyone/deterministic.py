"""How the same seed gives the same result. Needs PyTorch."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def deterministic() -> Iterator[None]:
    """Let PyTorch draw, add and share out work the same way every time, and put all back at the end.

    Inside, a CPU computes on one core, cuDNN takes algorithms that always add in one order, and what is drawn on the
    CPU moves nobody else's generator.

    Examples:
        >>> with deterministic():
        ...     torch.get_num_threads()
        1
    """
    threads = torch.get_num_threads()
    # Layers as small as the book's gain little from a second thread, and wait for it where its core is busy.
    torch.set_num_threads(1)
    cudnn = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True
    )
    try:
        with torch.random.fork_rng(devices=[]), cudnn:
            yield
    finally:
        torch.set_num_threads(threads)
