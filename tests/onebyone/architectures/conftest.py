"""How the networks are run."""

import pytest
import torch


@pytest.fixture(autouse=True)
def _one_thread():
    """Run small networks on one thread: on a busy machine several wait for each other, up to a minute."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
