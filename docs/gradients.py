# ---
# description: The gradients of a 1×1 convolution as three contractions, checked twice, and a colour matrix learned from a photograph.
# ---

# %% [markdown]
# # 8 Gradients: how a 1×1 convolution learns
#
# *Where do the weights of a 1×1 convolution come from, and how is each of them learned?*
#
# *You need* to know what a derivative is. *You will* write the backward pass of a 1×1 convolution in three lines, check it in two ways, and
# see why the last digits of a weight are learned so slowly. About fifteen minutes.
#
# The weights come from gradient descent. A weight's gradient is a sum over all pixels: the loss's gradient at its output channel
# times the value of its input channel. The backward pass consists of two more matrix products, and one of them is a 1×1
# convolution again.

# %% [markdown]
# ## Three sums
#
# Take one weight, the one that leads from red to the first output channel. Raise it a little, and the first output channel changes at every
# pixel, by as much as there is red. Whether that is good depends on the error at that pixel. So add up, over all pixels, the error times the
# red: this is the weight's gradient. The rest of this section says the same for all numbers of the layer at once.
#
# A network ends in one number, the loss $L$, and learning asks how $L$ changes with each number before it. Suppose that we know
# this for the output of a 1×1 convolution, and call it $g = \partial L / \partial y$. The layer computes
#
# $$
# y[c_\text{out}, p] = \sum_{c_\text{in}} \text{weight}[c_\text{out}, c_\text{in}] \cdot x[c_\text{in}, p] + \text{bias}[c_\text{out}]
# $$
#
# where $p$ counts the pixels of all images. Each number on the right influences several outputs: a value of $x$ every output
# channel of its pixel, a weight or a bias every pixel of its output channel. By the chain rule, these effects add up
# ([Rumelhart, Hinton and Williams](reference/bibliography.md#backpropagation)):
#
# $$
# \frac{\partial L}{\partial x[c_\text{in}, p]} = \sum_{c_\text{out}} \text{weight}[c_\text{out}, c_\text{in}] \cdot g[c_\text{out}, p]
# $$
#
# $$
# \frac{\partial L}{\partial\, \text{weight}[c_\text{out}, c_\text{in}]} = \sum_{p} g[c_\text{out}, p] \cdot x[c_\text{in}, p]
# $$
#
# $$
# \frac{\partial L}{\partial\, \text{bias}[c_\text{out}]} = \sum_{p} g[c_\text{out}, p]
# $$
#
# The first sums over output channels at one pixel, so it is a 1×1 convolution of $g$ with the transposed matrix. The second sums over pixels,
# because every pixel teaches the same weights. The third is a sum of $g$ alone. In code, each of the three is one line:
#
# {{ source onebyone.gradients.conv1x1_backward }}
#
# (`sums` adds up in pairs, and then the pairs in pairs. If millions of pixels are added to one number, one after the other, it
# soon becomes so large that the small pixels are lost in its rounding.)

# %% [markdown]
# ## Checked by moving each number
#
# Formulas are easy to get wrong, so test them by the definition of a gradient: change one number a little, and see how the loss
# changes. The cell does so for all numbers, one at a time. (This loss is linear in each argument, so the quotient is exact up to
# rounding.)

# %%
import numpy as np

from onebyone import conv1x1, conv1x1_backward

rng = np.random.default_rng(seed=0)
arguments = {
    "x": rng.standard_normal((2, 3, 4, 5)),  # (N, C_in, H, W)
    "weight": rng.standard_normal((6, 3)),  # (C_out, C_in)
    "bias": rng.standard_normal(6),
}
g = rng.standard_normal((2, 6, 4, 5))  # (N, C_out, H, W)
loss = np.vdot(g, conv1x1(**arguments))  # its gradient by y is g
gradients = conv1x1_backward(g, arguments["x"], arguments["weight"])

step = 0.001
for name, gradient in zip(arguments, gradients, strict=True):
    slopes = np.empty_like(gradient)
    for index in np.ndindex(gradient.shape):
        moved = arguments[name].copy()
        moved[index] += step
        y = conv1x1(**arguments | {name: moved})
        slopes[index] = (np.vdot(g, y) - loss) / step
    assert np.allclose(slopes, gradient)
    print(f"{name:6} {gradient.shape!s:12} {gradient.size:3} slopes agree")

# %% [markdown]
# ## Checked against PyTorch
#
# PyTorch finds the same gradients for its own convolution:

# %%
import numpy as np
import torch
from torch.nn.functional import conv2d as torch_conv2d

from onebyone import conv1x1_backward

torch.manual_seed(0)
x = torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
weight = torch.randn(6, 3, 1, 1, dtype=torch.float64, requires_grad=True)
bias = torch.randn(6, dtype=torch.float64, requires_grad=True)
g = torch.randn(2, 6, 4, 5, dtype=torch.float64)
torch_conv2d(x, weight, bias).backward(g)

ours = conv1x1_backward(g.numpy(), x.detach().numpy(), weight.detach().numpy())
for ours_of_it, tensor in zip(ours, (x, weight, bias), strict=True):
    assert np.allclose(ours_of_it, tensor.grad.numpy())
print("gradients agree:", *(tuple(each.shape) for each in ours))

# %% [markdown]
# ## Learn a matrix from a photograph
#
# On the [home page](index.py) somebody chose the sepia matrix. Suppose that nobody tells you the matrix, and you have only the photograph before
# and after. Start from zeros, compare, and take a step against the gradient:
#
# {{ source onebyone.gradients.fit_conv1x1 }}
#
# Every fourth pixel of every fourth row is enough, since 4,096 pixels determine nine weights and three biases. Watch the loss and
# the weights: which of the two comes close first? (The loss is that of the picture shown, after the last step.)

# %% alt="The photograph in miniature, its sepia version, and what descent makes of the first after 1, 10 and 5,000 steps: nearly white at first, then brown all over, then the same as the second."
import numpy as np

from onebyone import conv1x1
from onebyone.gradients import fit_conv1x1
from onebyone.images import photograph, pictures

sepia = np.array(
    [
        [0.393, 0.769, 0.189],
        [0.349, 0.686, 0.168],
        [0.272, 0.534, 0.131],
    ]
)
x = photograph()[:, ::4, ::4].astype(float)  # (3, 64, 64)
target = conv1x1(x, sepia)

shown = {"before": x, "after": target}
for steps in 1, 10, 100, 1000, 5000:
    weight, bias, _ = fit_conv1x1(x, target, steps, rate=0.5)
    y = conv1x1(x, weight, bias)
    loss = ((y - target) ** 2).sum(axis=0).mean()
    error = abs(weight - sepia).max()
    print(f"{steps:5,} steps: loss {loss:.1e}, weights off by {error:.5f}")
    if steps == 1:
        assert y.mean() > 0.9  # nearly white
    if steps in (1, 10, 5000):
        shown[f"{steps:,} steps"] = y

assert error < 0.001
assert abs(bias).max() < 0.001
print(weight.round(3))
pictures(shown)

# %% [markdown]
# Descent finds the matrix, to three places, and biases of zero. But look at the line of a hundred steps: the loss has fallen a
# thousandfold since the first one, and yet one of the weights is still off by 0.26.
#
# ## Why the last digits take so long
#
# Why is the picture right long before the weights are? Look at the loss, which falls fast at first and then slowly:

# %% tags=["remove-input"] alt="The loss, which is the squared error per pixel, against the step of gradient descent, both logarithmic. From above 1 it falls to a hundredth within ten steps, and to a hundred-thousandth within a thousand. From there it falls ever more steeply, below a hundred-billionth at 5,000."
import numpy as np

from onebyone import conv1x1
from onebyone.book.figures.gradients import plot_loss
from onebyone.gradients import fit_conv1x1
from onebyone.images import photograph

sepia = np.array(
    [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
)
x = photograph()[:, ::4, ::4].astype(float)
_, _, losses = fit_conv1x1(x, conv1x1(x, sepia), steps=5000, rate=0.5)
plot_loss(losses)

# %% [markdown]
# The three channels of a photograph are much alike: where red is bright, green and blue mostly are, too. So if a weight for red is a little too
# large and the one for green a little too small, the picture hardly changes. The data say a lot about the sum of a row of weights, and
# little about how the sum is divided.
#
# Picture the loss as a landscape over the weights, a long valley with steep sides. Across the valley, along the sum, the slope is steep; along its
# floor, it is nearly flat. A step that is short enough not to overshoot the steep sides gets along the floor very slowly. How
# steep the loss becomes in a direction is called its curvature, and gradient descent can only be stable if the learning rate is
# below 2 divided by the largest curvature. With a larger rate, each step ends further up on the other side of the valley than it
# began. The curvatures of this loss are the *eigenvalues* of a small matrix, which says how the three channels, and a constant 1
# for the bias, vary together:

# %%
import numpy as np

from onebyone.images import photograph

x = photograph()[:, ::4, ::4].astype(float)
pixels = np.vstack([x.reshape(3, -1), np.ones(64 * 64)])  # the bias sees ones
curvature = 2 * pixels @ pixels.T / pixels.shape[1]  # (4, 4)
values = np.linalg.eigvalsh(curvature)
print("curvatures:", values.round(4))
print(f"the steepest is {values[-1] / values[0]:,.0f} times the flattest")
print(f"the largest stable rate is {2 / values[-1]:.2f}; above it was 0.5")
assert 2 / values[-1] > 0.5

# %% [markdown]
# One learning rate serves all directions. The steepest forbids a larger rate, and the flattest has to wait. This is one reason
# why networks normalise between their layers: normalisation makes the valley rounder.
#
# ## Through twenty layers
#
# So far one layer learned. In a deep network the picture passes many layers before the loss, and the error passes them again on
# its way back. Each multiplies by a matrix, and where a matrix
# shrinks what it multiplies a little, twenty of them shrink it a lot. [Chapter 7](algebra.py#how-large-to-begin-initial-weights)
# has He's rule, which keeps the size. But what do you get if you do not ask for
# it? PyTorch draws weights evenly between $\pm 1 / \sqrt{\text{fan-in}}$. Their variance is $1 / (3\, \text{fan-in})$, a sixth of
# He's, so we expect each layer with its ReLU to keep a sixth of the mean
# square, and twenty of them to keep $6^{-10}$ of the size, about $1.7 \cdot 10^{-8}$:

# %%
import numpy as np

from onebyone import conv1x1, conv1x1_backward, relu

rng = np.random.default_rng(seed=0)
x, error = rng.standard_normal((2, 256, 16, 16))  # (C, H, W) each
bounds = {"PyTorch's default": 256**-0.5, "He's": (6 / 256) ** 0.5}
for name, bound in bounds.items():
    weights = rng.uniform(-bound, bound, (20, 256, 256))
    maps = [relu(x)]
    for weight in weights:
        maps.append(relu(conv1x1(maps[-1], weight)))
    g = error
    for number in reversed(range(20)):
        g = g * (maps[number + 1] > 0)  # what the ReLU lets through
        g, _, _ = conv1x1_backward(g, maps[number], weights[number])
    signal, returned = maps[-1].std() / maps[0].std(), g.std() / error.std()
    print(f"{name:17} signal {signal:.1e}, error {returned:.1e}")
    left = 1 if name == "He's" else 6.0**-10
    assert np.allclose([signal, returned], left, rtol=0.3, atol=0)
print(f"expected          {6.0**-10:.1e}")

# %% [markdown]
# So it is, in both directions. At the default, less than $2 \cdot 10^{-8}$ of the error comes back to the first layer, so it
# hardly learns. With He's rule all of it comes back.
#
# If you try that with `nn.Conv2d`, you may not notice, because the biases hide it. They start at random too, so every layer adds
# something new, and the numbers do not vanish. But do they
# still say anything about the picture? Compare their size with how much they differ from pixel to pixel, without batch norms and with them:

# %%
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(1, 256, 16, 16, dtype=torch.float64)
found = {}
for name, norm in {"plain": nn.Identity, "batch norms": nn.BatchNorm2d}.items():
    stack = nn.Sequential()
    for _ in range(20):
        conv = nn.Conv2d(256, 256, kernel_size=1)
        stack.extend([conv, norm(256), nn.ReLU()])
    with torch.no_grad():
        y = stack.double()(x)[0]  # (256, 16, 16)
    size = y.square().mean().sqrt().item()
    found[name] = y.var(dim=(1, 2)).mean().sqrt().item()
    print(f"{name:11} size {size:.1e}, over the pixels {found[name]:.1e}")
assert found["plain"] < 1e-7 < 0.1 < found["batch norms"]

# %% [markdown]
# In the plain stack all pixels have the same output, to six digits, so the last layer hears of biases and nothing of the picture.
# With batch norms all is well, since each of them
# brings every channel back to a variance of 1. In a deep stack without any, ask for He's rule:
# `nn.init.kaiming_uniform_(conv.weight, nonlinearity="relu")`.
#
# !!! takeaway "Takeaway"
#     Going back through a 1×1 convolution is a 1×1 convolution with the transposed matrix;
#     each weight's gradient is a sum over all pixels, of the error after it times the value before it.

# %% [markdown]
# ## Exercises
#
# **1. What must be kept?** Which arrays does the backward pass need that the forward pass had?
#
# ??? hint "Hint"
#     Look at the three contractions: which letters of the forward pass stand on their right-hand sides?
#
# ??? success "Solution"
#     The weight's gradient needs x, and x's gradient needs the weight. Neither needs y or the bias. Because of that training needs so much more
#     memory than inference: the input of every layer waits until the error comes back.
#
# **2. Only a scalar.** A layer multiplies all channels by one learned scalar $s$. What is its gradient?
#
# {{ exercise onebyone.book.solutions.gradients.scalar_gradient }}
#
# ??? hint "Hint"
#     Which matrix does this layer apply to the channels? You know the gradient of each of its entries: in which of
#     them does $s$ have a say?
#
# ??? success "Solution"
#     $s$ stands in every place of the diagonal, so its gradient is the sum of the diagonal of the weight's gradient.
#
#     {{ source onebyone.book.solutions.gradients.scalar_gradient }}
#
# **3. Learn a luma.** What does descent find if the target is the grey picture, and what is the rank of the answer?
#
# {{ exercise onebyone.book.solutions.gradients.learn_luma }}
#
# ??? hint "Hint"
#     `fit_conv1x1` learned the sepia matrix above. How many rows has the matrix for this target?
#     How many steps do three digits take?
#
# ??? success "Solution"
#     One row of three weights, 0.299, 0.587 and 0.114. A matrix of one row has rank 1.
#
#     {{ source onebyone.book.solutions.gradients.learn_luma }}
#
# So in training a layer takes three matrix products, and in use it takes one. How long does such a product take? [Chapter 9](speed.py) measures it.
