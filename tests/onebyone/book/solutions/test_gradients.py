"""The solutions of chapter 8."""

import numpy as np
import torch

from onebyone import conv1x1
from onebyone.book.solutions import gradients as solutions
from onebyone.images import photograph


def test_the_gradient_of_the_scalar_is_pytorchs():
    rng = np.random.default_rng(0)
    x, g = rng.standard_normal((2, 4, 6, 8))
    s = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    (s * torch.from_numpy(x)).backward(torch.from_numpy(g))
    ours = solutions.scalar_gradient(g, x, s=0.7)
    assert np.isclose(ours, s.grad.item())


def test_descent_learns_the_luma_weights():
    x = photograph()[:, ::4, ::4].astype(float)
    luma = [[0.299, 0.587, 0.114]]
    learned = solutions.learn_luma(x, conv1x1(x, luma))
    np.testing.assert_allclose(learned, luma, atol=1e-3)
