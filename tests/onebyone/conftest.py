"""How the tests of the package run."""

import torch

from .devices import DEVICES

# There is a worker for each core, and on a busy machine small networks wait for a second thread, up to a minute.
torch.set_num_threads(1)


def pytest_report_header():
    """Say on which of cpu, cuda and mps the tensors are tested here."""
    return f"devices: {', '.join(DEVICES)}"
