"""PyTorch made deterministic. Needs PyTorch."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def deterministic() -> Iterator[None]:
    """Make PyTorch deterministic inside a `with` block, and restore its settings afterwards.

    A CPU computes on one thread, cuDNN takes deterministic algorithms, and the global generator of the CPU is
    restored at the end.

    Examples:
        >>> with deterministic():
        ...     torch.get_num_threads()
        1
    """
    threads = torch.get_num_threads()
    # Layers as small as the book's gain little from a second thread, and wait for it on a busy machine.
    torch.set_num_threads(1)
    cudnn = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True
    )
    try:
        with torch.random.fork_rng(devices=[]), cudnn:
            yield
    finally:
        torch.set_num_threads(threads)
