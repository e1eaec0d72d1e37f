# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about training that goes wrong, each with its source, an answer and a run.
# ---

# %% [markdown]
# # How it trains
#
# *What do a bias, a norm, a first weight and a ReLU do to what can be learnt?*
#
# These questions come from people whose network did not learn, or did in the test what it had not done in training. Mostly a gradient is exactly
# zero where nobody expects it, or a size is not what it seems. They were asked in public, where the links lead; the answers are the book's, each
# with code that proves it.

# %% [markdown]
# ## Batch norm, and the bias before it
#
# ### Does a 1×1 before a batch norm need a bias?
#
# Not directly before one, which takes the mean away and the bias with it. With a ReLU between, it does. So it does before a norm
# over several channels, though the second thread's title speaks of any normalisation: the channels' biases differ, and one common mean takes
# away only part. A batch norm that [folds away](../algebra.py#a-batch-norm-folds-away) leaves a bias behind.
#
# Asked: [Stack Overflow 59404153](https://stackoverflow.com/questions/59404153);
# Stack Overflow, [read in a copy](https://coderapp.vercel.app/answer/64866328).

# %%
import torch
from torch import nn

torch.manual_seed(0)
conv = nn.Conv2d(8, 16, kernel_size=1).double()
x = torch.randn(4, 8, 5, 5, dtype=torch.float64)
behind = {
    "batch norm": nn.BatchNorm2d(16),
    "ReLU, then batch norm": nn.Sequential(nn.ReLU(), nn.BatchNorm2d(16)),
    "norm of all channels": nn.GroupNorm(1, 16),
}
for name, layer in behind.items():
    y = layer.double()(nn.functional.conv2d(x, conv.weight))
    same = torch.allclose(layer(conv(x)), y)
    print(f"{name}: {'no bias needed' if same else 'the bias matters'}")
    assert same == (name == "batch norm")

# %% [markdown]
# ### The bias before a batch norm never changes. Who stops it?
#
# Nobody: its gradient is zero. The norm takes away every channel's mean, so the loss does not depend on the bias, and the errors that come
# back through the norm add up to zero in each channel. [A bias's gradient](../gradients.py#three-sums) is exactly that sum. What is
# left is rounding. Plain gradient descent does not feel it; Adam divides each gradient by its usual size, so there the rounding alone lets
# the bias drift, and the loss does not notice.
#
# Can it do harm? Not in training. It does if somebody drops it afterwards, because the running mean contains it. That happened in the third
# thread, where a faster convolution left the biases out. Whoever drops the bias has to take it off the running mean too.
#
# Asked: [yjxiong/caffe 98](https://github.com/yjxiong/caffe/issues/98);
# [cszn/KAIR 4](https://github.com/cszn/KAIR/issues/4);
# [leela-zero/leela-zero 812](https://github.com/leela-zero/leela-zero/pull/812).

# %%
import torch
from torch import nn

for optimiser in torch.optim.SGD, torch.optim.Adam:
    torch.manual_seed(0)
    conv, norm = nn.Conv2d(8, 16, 1), nn.BatchNorm2d(16)
    x, target = torch.randn(16, 8, 8, 8), torch.randn(16, 16, 8, 8)
    start, steps = conv.bias.clone(), optimiser(conv.parameters(), lr=0.001)
    for _ in range(100):
        conv.zero_grad()
        ((norm(conv(x)) - target) ** 2).sum().backward()
        steps.step()
    moved = (conv.bias - start).abs().mean().item()
    print(f"{optimiser.__name__}: the bias moved by {moved:.0e}")
    assert (moved > 0.001) == (optimiser is torch.optim.Adam)

norm.eval()
y, bias = norm(conv(x)), conv.bias.detach().clone()
conv.bias.data.zero_()
assert not torch.allclose(norm(conv(x)), y, atol=0.01)  # dropped: wrong
norm.running_mean -= bias
torch.testing.assert_close(norm(conv(x)), y, atol=1e-4, rtol=1e-4)

# %% [markdown]
# ### Why is eval() worse than train(), or different at all?
#
# Because a batch norm is two different layers. In training it takes the mean and the variance of *this* batch, so a picture's output depends
# on the other pictures in it. In `eval()` it takes running averages, and is [a fixed 1×1](../algebra.py#a-batch-norm-folds-away). That they
# differ is no bug.
#
# They differ badly if the running averages are not yet those of the data. They begin with mean 0 and variance 1, and in PyTorch each step
# keeps nine tenths of what was there: after 10 steps a third of the start is left, after 50 hardly anything. The network of the first thread
# had taken no step at all. The same happens if the weights move faster than the averages: [chapter 10](../training.py#train-one) measures
# what that costs, and recomputes them.
#
# Asked: [pytorch/pytorch 5406](https://github.com/pytorch/pytorch/issues/5406);
# [facebookresearch/SparseConvNet 166](https://github.com/facebookresearch/SparseConvNet/issues/166);
# [facebookresearch/VideoPose3D 113](https://github.com/facebookresearch/VideoPose3D/issues/113).

# %%
import torch
from torch import nn

torch.manual_seed(0)
norm = nn.BatchNorm2d(3)
a, b, c = torch.randn(3, 3, 4, 4)
for training in True, False:
    norm.train(training)
    with_b, with_c = (norm(torch.stack([a, other]))[0] for other in (b, c))
    same = torch.allclose(with_b, with_c)
    print(f"training {training}: the same beside any other picture: {same}")
    assert same != training

batch = 5 + torch.randn(8, 3, 4, 4)
for steps in 1, 10, 50:
    norm = nn.BatchNorm2d(3)
    for _ in range(steps):
        norm(batch)
    left = 1 - (norm.running_mean / batch.mean(dim=(0, 2, 3))).mean().item()
    print(f"after {steps} steps {left:.1%} of the start is left")
    assert abs(left - 0.9**steps) < 1e-4

# %% [markdown]
# ### What is the formula for folding a batch norm?
#
# Multiply each filter by $\gamma / \sqrt{\sigma^2 + \epsilon}$; the bias becomes $\beta + \gamma\,(b - \mu) / \sqrt{\sigma^2 + \epsilon}$.
# It holds for the statistics that training left, not while they change. Code without the $b$, as in the second thread, is right where the
# convolution has none. [Chapter 7](../algebra.py#a-batch-norm-folds-away) does it to a PyTorch layer.
#
# Asked: [uxlfoundation/oneDNN 757](https://github.com/uxlfoundation/oneDNN/issues/757);
# [shoutOutYangJie/MobileOne 14](https://github.com/shoutOutYangJie/MobileOne/issues/14).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.algebra import fold_batch_norm

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((8, 5, 5)), rng.standard_normal((16, 8))
bias, *statistics = rng.random((5, 16))
gamma, beta, mean, variance = (s[:, None, None] for s in statistics)
y = conv1x1(x, weight, bias)
expected = gamma * (y - mean) / np.sqrt(variance + 1e-5) + beta
folded = fold_batch_norm((weight, bias), *statistics)
assert np.allclose(conv1x1(x, *folded), expected)
print("one 1×1:", *(part.shape for part in folded))

# %% [markdown]
# ### Why no weight decay on depthwise filters and norms?
#
# Because there is little to hold back, and decay does something else there. Depthwise filters and norms have 66,528 of MobileNetV1's
# 4,231,976 parameters, which is 1.6 %. That depthwise filters are so few is also the reason which the paper gives, as the first thread quotes
# it.
#
# Before a batch norm the size of a filter has no effect: three times the filter gives the same output, and passes the same error on. So a
# smaller filter is no simpler function. It only has a larger gradient, since at three times the size the gradient is a third.
# Decay therefore acts like a larger learning rate. That is true of every filter before a norm, a 1×1 as well, so it does not
# single out the depthwise ones: their small number does. (Strictly, the norm's epsilon has to be negligible.) The norms' own
# factors and shifts are few, too, and decay would pull the factors towards zero, which switches their channels off.
#
# Asked: [shicai/MobileNet-Caffe 56](https://github.com/shicai/MobileNet-Caffe/issues/56);
# [JiahuiYu/slimmable_networks 15](https://github.com/JiahuiYu/slimmable_networks/issues/15);
# [open-mmlab/mmdetection 2063](https://github.com/open-mmlab/mmdetection/issues/2063).

# %%
import torch
from torch import nn

from onebyone.architectures import mobilenet_v1
from onebyone.summary import summary

torch.manual_seed(0)
norm = nn.BatchNorm2d(16, eps=1e-12).double()
x, g = torch.randn(4, 8, 5, 5).double(), torch.randn(4, 16, 5, 5).double()
weight, found = torch.randn(16, 8, 1, 1).double(), []
x.requires_grad_()
for scale in 1, 3:
    w = (scale * weight).requires_grad_()
    y = norm(nn.functional.conv2d(x, w))
    found.append((y, *torch.autograd.grad((g * y).sum(), (x, w))))
one, three = found
torch.testing.assert_close(three[:2], one[:2])  # y, and the error at x
torch.testing.assert_close(3 * three[2], one[2])
layers = summary(mobilenet_v1(), (3, 224, 224))
few = layers.only("depthwise", "normalisation").parameters
share = few / layers.parameters
print(f"depthwise and norms: {few:,} of {layers.parameters:,}, {share:.1%}")

# %% [markdown]
# ## First weights
#
# ### Kaiming initialisation: fan_in or fan_out?
#
# `fan_in` keeps the size of the signal on its way forwards, `fan_out` that of the error on its way back. They differ where the channels
# change: a 1×1 from 256 to 64 with `fan_out` has outputs of four times the mean square, and with `fan_in` it returns errors of a quarter. The
# 1×1 that leads back to 256 does the opposite, so over a bottleneck either choice cancels out.
#
# So there is no strict criterion. And with a batch norm after each layer, as in a ResNet,
# [neither size depends on it](#why-no-weight-decay-on-depthwise-filters-and-norms): the norm divides the scale of the weights out, forwards
# and backwards. A reply in the second thread has the two modes the wrong way round; PyTorch's documentation, quoted in the first, has them
# right.
#
# Asked: [pytorch/pytorch 34592](https://github.com/pytorch/pytorch/issues/34592);
# [facebookarchive/fb.resnet.torch 106](https://github.com/facebookarchive/fb.resnet.torch/issues/106);
# [ClementPinard/FlowNetPytorch 19](https://github.com/ClementPinard/FlowNetPytorch/issues/19).

# %%
import torch
from torch import nn

torch.manual_seed(0)
for mode in "fan_in", "fan_out":
    for c_in, c_out in (256, 64), (64, 256):
        conv = nn.Conv2d(c_in, c_out, 1, bias=False)
        kept = torch.zeros(2)
        for _ in range(100):  # the mean of a hundred starts
            nn.init.kaiming_normal_(conv.weight, 0, mode, "relu")
            x = torch.randn(1, c_in, 8, 8).relu().requires_grad_()
            y, error = conv(x).relu(), torch.randn(1, c_out, 8, 8)
            y.backward(error)
            pairs = (y.detach(), x.detach()), (x.grad, error)
            for way, (after, before) in enumerate(pairs):
                kept[way] += after.square().mean() / before.square().mean()
        forwards, backwards = (kept / 100).tolist()
        print(f"{mode}, {c_in} → {c_out}: forwards {forwards:.2f},", end=" ")
        print(f"backwards {backwards:.2f}")
        assert abs((forwards if mode == "fan_in" else backwards) - 1) < 0.05

# %% [markdown]
# ### Is PyTorch's default initialisation too small? A missing √3?
#
# For a deep stack without norms, yes. Weights drawn evenly between $\pm 1/\sqrt{n}$ have the variance $1/(3n)$, so a linear layer keeps a
# third of the variance, and one with a ReLU a sixth of the mean square. After 20 such layers almost nothing is left. A factor of $\sqrt 3$,
# which the first asker misses, would mend the linear case; with ReLUs it takes $\sqrt 6$, [He's
# rule](../algebra.py#how-large-to-begin-initial-weights).
#
# PyTorch's default *biases* hide it. With them the numbers do not die out, but the picture does: what arrives comes from the biases, and is
# nearly the same at every pixel. So do not look at the size alone. A batch norm after each layer, as the second thread advises, undoes all of
# it.
#
# Asked: [pytorch/pytorch 6950](https://github.com/pytorch/pytorch/issues/6950);
# [torch/nn 449](https://github.com/torch/nn/issues/449).

# %%
import torch
from torch import nn

torch.manual_seed(0)
start = torch.randn(1, 256, 16, 16).relu()
for name in "default without biases", "He's", "default", "default, normed":
    x = start
    for _ in range(20):
        conv = nn.Conv2d(256, 256, 1, bias=name == "default")
        if name == "He's":
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        with torch.no_grad():
            x = conv(x)
            x = nn.BatchNorm2d(256)(x) if "normed" in name else x
            x = x.relu()
    size = (x.square().mean() / start.square().mean()).sqrt().item()
    differ = (x.std(dim=(2, 3)).mean() / x.mean()).item()
    print(f"{name}: size {size:.0e}, pixels differ by {differ:.0e}")
    assert (size > 0.1) == (name in ("He's", "default, normed"))
    assert (differ > 0.1) == (name != "default")

# %% [markdown]
# ### Why does PyTorch initialise with a = √5?
#
# To keep what was there before: with it, the Kaiming formula gives the bound $1 / \sqrt{\text{fan-in}}$ that the documentation states, so both are
# true. It is not He's rule for ReLUs: its variance is six times smaller, its deviation $\sqrt{6}$ times. For a 1×1 the fan-in is $C_\text{in}$:
# [chapter 7](../algebra.py#how-large-to-begin-initial-weights) shows what its size does to a deep stack.
#
# Asked: [pytorch/pytorch 15314](https://github.com/pytorch/pytorch/issues/15314), [42083](https://github.com/pytorch/pytorch/issues/42083).

# %%
import torch
from torch import nn

torch.manual_seed(0)
bound = nn.init.calculate_gain("leaky_relu", 5**0.5) * (3 / 64) ** 0.5
weight = nn.Conv2d(64, 4096, kernel_size=1).weight
ratio = (2 / 64) ** 0.5 / weight.std().item()
print(f"bound {bound:.4f}, largest {weight.abs().max().item():.4f}")
print(f"He's deviation is {ratio:.2f} times as large")
assert abs(bound - 64**-0.5) < 1e-9
print(f"and He's variance {ratio**2:.1f} times")
assert abs(ratio - 6**0.5) < 0.01

# %% [markdown]
# ### Why does the loss stay at 6.9, or at 2.303?
#
# Because the answer does not depend on the picture. 6.908 is $\ln 1000$ and 2.303 is $\ln 10$: the loss of a network that finds all classes
# equally probable. If it comes near and wanders, the weights still move; look at [their first
# values](../algebra.py#how-large-to-begin-initial-weights), at
# the learning rate and at the labels. In the first thread random first values for all filters helped, and in the second a batch norm after
# each layer.
#
# If it is the same to the last digit, as in the third, all scores are equal, and perhaps nothing is left that could learn. That network is
# [Network in Network](../architectures/network-in-network.py#the-whole-network), where the ten last maps go through a ReLU before the
# average. Once all ten are below zero everywhere, no error comes back.
#
# Asked: [hujie-frank/SENet 47](https://github.com/hujie-frank/SENet/issues/47);
# [soumith/imagenet-multiGPU.torch 2](https://github.com/soumith/imagenet-multiGPU.torch/issues/2);
# [jiecaoyu/pytorch-nin-cifar10 1](https://github.com/jiecaoyu/pytorch-nin-cifar10/issues/1).

# %%
import math

import torch
from torch import nn

torch.manual_seed(0)
x, classes = torch.randn(32, 192, 8, 8).relu(), torch.randint(10, (32,))
last = nn.Conv2d(192, 10, 1)
for bias in 0.0, -5.0:
    last.bias.data.fill_(bias)
    scores = last(x).relu().mean(dim=(2, 3))
    loss = nn.functional.cross_entropy(scores, classes)
    last.zero_grad()
    loss.backward()
    learns = last.weight.grad.any().item()
    print(f"bias {bias}: loss {loss.item():.6f}, it learns: {learns}")
    assert learns == (bias == 0)
print(f"ln 10 = {math.log(10):.6f}, ln 1000 = {math.log(1000):.6f}")
assert math.isclose(loss.item(), math.log(10), rel_tol=1e-6)

# %% [markdown]
# ### Why start the last gamma of each residual block at zero?
#
# So that a deep network begins as a shallow one. A branch that ends in a batch norm adds a variance of 1, whatever its weights are. After 16
# blocks, as many as ResNet-50 has, the variance of the sum is about 1 + 16 times that of the input; with $\gamma = 0$ it stays. (The ReLU
# that ResNet has after each addition is left out here.)
#
# It does not stay zero. The gradient of $\gamma$ is the error times the normalised map, summed over the pixels, and neither is zero. In the
# first step it is $\gamma$ and $\beta$ alone that learn: the weights of the branch get their gradient through $\gamma$, so they begin in the
# second. [ConvNeXt's layer scale](../architectures/convnext.py#the-layer-scale) is the same idea, with a millionth.
#
# Asked: [tensorpack/tensorpack 420](https://github.com/tensorpack/tensorpack/issues/420);
# [google-deepmind/sonnet 185](https://github.com/google-deepmind/sonnet/issues/185);
# [majumderb/rezero 6](https://github.com/majumderb/rezero/issues/6).

# %%
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(4, 64, 16, 16)
for gamma in 1.0, 0.0:
    y = x
    for _ in range(16):
        conv, norm = nn.Conv2d(64, 64, 1, bias=False), nn.BatchNorm2d(64)
        norm.weight.data.fill_(gamma)
        y = y + norm(conv(y.relu()))
    (y * torch.randn(y.shape)).sum().backward()
    weights, gammas = (p.grad.any().item() for p in (conv.weight, norm.weight))
    grown = (y.var() / x.var()).item()
    print(f"gamma {gamma}: variance times {grown:.1f}, learning:", end=" ")
    print(f"the last weights {weights}, their gamma {gammas}")
    assert gammas
    assert weights == (gamma == 1)
    assert abs(grown - (1 + 16 * gamma)) < 3

# %% [markdown]
# ### Can a 1×1 that starts at zero learn?
#
# Yes. [The weight's gradient](../gradients.py#three-sums) is made of the input and of the error that comes back, and neither is
# zero; only the input gets no
# gradient in the first step. Two zero layers in a row are another matter. The asker who fears for them is right: the last bias alone ever moves.
#
# Asked: [lllyasviel/ControlNet 51](https://github.com/lllyasviel/ControlNet/issues/51), [510](https://github.com/lllyasviel/ControlNet/issues/510).

# %%
import numpy as np

from onebyone import conv1x1, conv1x1_backward

rng = np.random.default_rng(seed=0)
x, g = rng.standard_normal((2, 8, 5, 5))  # the input, and the error behind
zero = np.zeros((8, 8))
of_x, of_weight, _ = conv1x1_backward(g, x, zero)
print("one layer: weight moves:", of_weight.any(), "input:", of_x.any())
assert of_weight.any()

of_hidden, *second = conv1x1_backward(g, conv1x1(x, zero), zero)
_, *first = conv1x1_backward(of_hidden, x, zero)
moves = [bool(gradient.any()) for gradient in (*first, *second)]
print("two layers, weight and bias each:", moves)
assert moves == [False, False, False, True]

# %% [markdown]
# ## ReLUs and gradients
#
# ### How do I find dead ReLUs, and what kills them?
#
# Count the channels that are zero at every pixel of many pictures. Of too few pictures the count says little:
# [more than half of those that seem dead](../trained.py#dead-channels) in a trained network wake up for other pictures.
#
# What kills them is a step that is too large. It throws the bias and the weights so far that the sum is negative everywhere, and where it is
# negative the ReLU passes no error on: the gradient of the channel's row and of its bias is exactly zero, so the next step cannot repair it.
# Only a change of the *inputs* can, as long as the layers before still learn, or weight decay.
#
# The run below takes one step at each of four learning rates, and the larger two kill. A batch norm before the ReLU would save all of them,
# because it centres each channel, and a channel whose mean is zero is above zero somewhere. (Its own bias may still push it below.)
#
# Asked: [keras-team/keras 7057](https://github.com/keras-team/keras/issues/7057);
# [Yang7879/3D-RecGAN 6](https://github.com/Yang7879/3D-RecGAN/issues/6);
# [tensorflow/minigo 425](https://github.com/tensorflow/minigo/pull/425).

# %%
import numpy as np

from onebyone import conv1x1, conv1x1_backward, relu

rng = np.random.default_rng(seed=0)
x = relu(rng.standard_normal((8, 40, 40)))  # after another ReLU
target = rng.random((64, 40, 40))
start = rng.standard_normal((64, 8)) / 2
for rate in 0.1, 1, 3, 10:
    y = conv1x1(x, start)
    error = (relu(y) - target) * (y > 0) / y[0].size
    _, of_weight, of_bias = conv1x1_backward(error, x, start)
    weight = start - rate * of_weight
    y = conv1x1(x, weight, bias=-rate * of_bias)
    dead = (relu(y) == 0).all(axis=(1, 2))
    print(f"rate {rate}: {dead.sum()} of {len(dead)} channels are dead")
    assert (dead.mean() > 0.2) == (rate > 1)
    error = (relu(y) - target) * (y > 0)
    _, *gradients = conv1x1_backward(error, x, weight)
    assert not any(each[dead].any() for each in gradients)
    centred = y - y.mean(axis=(1, 2), keepdims=True)
    assert (centred > 0).any(axis=(1, 2)).all()  # a batch norm saves them

# %% [markdown]
# ### Why does a layer learn nothing if zeros meet a ReLU?
#
# Because zero is the corner of the ReLU, and its slope is taken as 0 there. A layer whose weights *or* whose inputs are all zero, without a
# bias, gives zeros; the ReLU passes no error back, and the layer stays as it is for good. Take the ReLU away, and zero weights
# [do learn](#can-a-11-that-starts-at-zero-learn).
#
# With all-zero inputs, the first asker expects the biases at least to learn the constant target. Without a ReLU they do, and the weights
# cannot. Start the bias a little above zero, and what can learn does so with the ReLU too.
#
# Asked: [joaopauloschuler/neural-api 35](https://github.com/joaopauloschuler/neural-api/issues/35);
# [lucidrains/deep-cross-attention 2](https://github.com/lucidrains/deep-cross-attention/issues/2);
# [ashawkey/torch-ngp 35](https://github.com/ashawkey/torch-ngp/issues/35).

# %%
import torch
from torch import nn

torch.manual_seed(0)
cases = (nn.ReLU(), 0.0), (nn.ReLU(), 0.1), (nn.Identity(), 0.0)
for zeros in "weights", "inputs":
    for activation, start in cases:
        conv, x = nn.Conv2d(8, 4, 1), torch.randn(2, 8, 5, 5)
        nn.init.constant_(conv.bias, start)
        (conv.weight.data if zeros == "weights" else x).zero_()
        (activation(conv(x)) - 1).square().mean().backward()
        weight, bias = (p.grad.any().item() for p in conv.parameters())
        name = type(activation).__name__
        print(f"zero {zeros}, bias {start}, {name}:", end=" ")
        print(f"weight learns {weight}, bias {bias}")
        assert bias == (name == "Identity" or start > 0)
        assert weight == (bias and zeros == "weights")

# %% [markdown]
# ### How does an error of 5 channels come back to an input of 3?
#
# Through the weights: each input channel gets the errors of all five output channels, each times the weight that joins the two. Nothing is
# shared out equally. For a 1×1 it is [the transposed matrix](../gradients.py#three-sums). For a 3×3 it is a 3×3 once more, from 5
# channels to 3, turned by 180°.
#
# In the gradient of the weight no depths need to match either, because it has an entry for each *pair* of channels. Multiply the error of the
# one with the input of the other, moved by the tap, and add up over the pixels. A comment in the first thread guesses so, and doubts it. Each
# tap is the case of a 1×1.
#
# Asked: [Data Science SE
# 38896](https://datascience.stackexchange.com/questions/38896/an-error-with-respect-to-filter-weights-in-cnn-during-the-backpropagation/45978#45978);
# [Cross Validated 361817](https://stats.stackexchange.com/questions/361817/back-propagation-in-convolution-layer).

# %%
import numpy as np
import torch

from onebyone import conv2d

torch.manual_seed(0)
x = torch.randn(3, 10, 10, dtype=torch.float64, requires_grad=True)
weight = torch.randn(5, 3, 3, 3, dtype=torch.float64, requires_grad=True)
error = torch.randn(5, 8, 8, dtype=torch.float64)
torch.nn.functional.conv2d(x, weight).backward(error)

turned = weight.detach().numpy()[:, :, ::-1, ::-1].swapaxes(0, 1)
error = error.numpy()
of_x = conv2d(error, turned, padding=2)  # from 5 channels to 3
assert np.allclose(of_x, x.grad)
for i, j in np.ndindex(3, 3):
    moved = x.detach()[:, i : i + 8, j : j + 8]
    of_tap = np.einsum("ohw,ihw->oi", error, moved)  # (5, 3): all pairs
    assert np.allclose(of_tap, weight.grad[:, :, i, j])
print("of the input", of_x.shape, "of each tap", of_tap.shape)

# %% [markdown]
# ## Groups
#
# ### "in_channels must be divisible by groups": which numbers must divide which?
#
# `groups` must divide both numbers of channels, since each group reads an equal part of the input and makes an equal part of the output. So
# 69 channels do not go into 4 groups, and 64 do not come out of 3. A group norm asks it of its channels too. If a network is made wider or
# narrower by a factor, that breaks easily: take the greatest common divisor of the channels and the groups you wanted, or round the channels
# to a multiple.
#
# It happens to the best: a table in a paper has 180 channels in 8 groups, and a reply in the second thread confirms that 184 were meant.
#
# Asked: [iduta/pyconv 6](https://github.com/iduta/pyconv/issues/6);
# [megvii-model/ShuffleNet-Series 35](https://github.com/megvii-model/ShuffleNet-Series/issues/35);
# [atong01/conditional-flow-matching 161](https://github.com/atong01/conditional-flow-matching/issues/161).

# %%
from math import gcd

from torch import nn

sizes = (69, 64, 4), (24, 64, 3), (180, 180, 8), (184, 184, 8)
for c_in, c_out, groups in sizes:
    try:
        conv = nn.Conv2d(c_in, c_out, 1, groups=groups)
        answer = f"fine, a weight of {tuple(conv.weight.shape)}"
    except ValueError as error:
        answer = str(error)
    print(f"{c_in} → {c_out} in {groups}: {answer}")
    fits = c_in % groups == c_out % groups == 0
    assert fits == answer.startswith("fine")

for channels in 64, 48, 16:
    groups = gcd(channels, 32)
    nn.GroupNorm(groups, channels)  # no error
    print(f"group norm of {channels} channels: gcd with 32 is {groups} groups")

# %% [markdown]
# ### Each picture its own weights: why are there as many groups as pictures?
#
# To convolve each picture of a batch by a matrix of its own, in one call. A convolution has the same weights for the whole batch, but other
# weights for each group of channels. So line up the pictures as channels of *one* picture, let `groups` be the batch, and stack the weights.
# The first thread asks about StyleGAN2, whose weights depend on the picture that is to be made.
#
# For a 1×1 that is a product of two stacks of matrices, and `einsum` or `matmul` says so more plainly, as an answer in the second thread
# found. There a grouped 1×1 also stands for a "grouped linear layer": [blocks on the diagonal](../names.py#in-groups-and-shuffled), the same
# for each picture.
#
# Asked: [rosinality/stylegan2-pytorch 167](https://github.com/rosinality/stylegan2-pytorch/issues/167);
# [PyTorch forum 28161](https://discuss.pytorch.org/t/grouped-linear-layer/28161).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
n, c, out, height, width = 4, 8, 6, 5, 5
x = rng.standard_normal((n, c, height, width))
weights = rng.standard_normal((n, out, c))  # a matrix for each picture
line = x.reshape(1, n * c, height, width)
stack = weights.reshape(n * out, c, 1, 1)
y = conv2d(line, stack, groups=n).reshape(n, out, height, width)

one_by_one = [conv1x1(a, b) for a, b in zip(x, weights, strict=True)]
assert np.allclose(y, one_by_one)
assert np.allclose(y, np.einsum("noc,nchw->nohw", weights, x))
print(line.shape, "in", n, "groups is", y.shape, "of", n, "matrices")

# %% [markdown]
# ## Order, and what lies between
#
# ### Are two 1×1 convolutions in a row useless?
#
# With nothing between them they are [one, with the product of the matrices](../algebra.py#two-in-a-row-are-one). A 1×1 is said to add
# nonlinearity; it is the activation after it that does. WASP applies one layer twice without any, and its author's reply leaves out the algebra.
# In YOLOv5 a batch norm and an activation stand between, so its two are not one.
#
# Asked: [bmartacho/WASP 2](https://github.com/bmartacho/WASP/issues/2);
# [ultralytics/yolov5 724](https://github.com/ultralytics/yolov5/issues/724);
# [DeepLearning.AI forum 29678](https://community.deeplearning.ai/t/googlenet-for-image-classification/29678).

# %%
import numpy as np

from onebyone import conv1x1, relu

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((8, 6, 6))
weight, bias = rng.standard_normal((8, 8)), rng.standard_normal(8)
once = conv1x1(x, weight, bias)
one = conv1x1(x, weight @ weight, weight @ bias + bias)
for name, between in {"nothing": once, "a ReLU": relu(once)}.items():
    same = np.allclose(conv1x1(between, weight, bias), one)
    print(f"{name} between: one layer does the same: {same}")
    assert same == (name == "nothing")

# %% [markdown]
# ### Global average pooling before the 1×1, or after it?
#
# [Either gives the same scores](../algebra.py#put-the-11-where-the-maps-are-smallest), as long as nothing nonlinear stands
# between. Before is cheaper;
# after, you also get a map of where each class was seen. SqueezeNet has a ReLU between: asked for the reason,
# its authors name none, and with it the order matters.
#
# Asked: [clovaai/symmetrical-synthesis 4](https://github.com/clovaai/symmetrical-synthesis/issues/4);
# [forresti/SqueezeNet 10](https://github.com/forresti/SqueezeNet/issues/10).

# %%
import numpy as np

from onebyone import conv1x1, global_avg_pool2d, relu

rng = np.random.default_rng(seed=0)
maps = rng.random((512, 13, 13))
weight, bias = rng.standard_normal((10, 512)), rng.standard_normal(10)
before = conv1x1(global_avg_pool2d(maps), weight, bias)
scores = conv1x1(maps, weight, bias)
assert np.allclose(global_avg_pool2d(scores), before)
assert not np.allclose(global_avg_pool2d(relu(scores)), relu(before))
print(f"after: {scores[0].size} pixels to multiply, before: {before[0].size}")

# %% [markdown]
# ### Why no ReLU after the last 1×1 of MobileNetV2?
#
# Because few channels come out, and a ReLU on few channels loses what [one on many
# keeps](../architectures/mobilenet.py#mobilenetv2-the-inverted-residual).
# How much depends on the data: on three channels nearly two fifths of white noise, whose channels tell nothing of each other, and a tenth of a
# photograph, whose colours are much alike.
#
# One issue wants it gone after the *expansion* too. That misreads the paper, which has a ReLU6 there, where the channels are many.
#
# Asked: [PiLab-CAU/ComputerVision-2401 31](https://github.com/PiLab-CAU/ComputerVision-2401/issues/31);
# [tensorflow/tensorflow 50835](https://github.com/tensorflow/tensorflow/issues/50835).

# %%
import numpy as np

from onebyone import avg_pool2d, conv1x1, relu
from onebyone.algebra import best_expansion
from onebyone.images import photograph

rng = np.random.default_rng(seed=0)
photo = avg_pool2d(photograph(), 4).astype(float)  # (3, 64, 64)
photo -= photo.mean(axis=(1, 2), keepdims=True)
noise = rng.standard_normal(photo.shape)
for name, x in {"noise": noise, "photograph": photo}.items():
    lost = {}
    for channels in 3, 30:
        shares = []
        for _ in range(20):
            y = relu(conv1x1(x, rng.standard_normal((channels, 3))))
            error = x - conv1x1(y, *best_expansion(y, x))
            shares.append(error.var() / x.var())
        lost[channels] = np.mean(shares)
    print(f"{name}: {lost[3]:.1%} lost at 3 channels, {lost[30]:.2%} at 30")
    assert lost[3] > 10 * lost[30]

# %% [markdown]
# ### How does RepVGG put a 1×1 branch into a 3×3?
#
# As the centre of a 3×3 of zeros. The identity is the 1×1 whose matrix is $I$, so it goes the same way, and
# [kernels add up](../algebra.py#a-large-kernel-is-a-sum-of-11-convolutions). Fold each branch's batch norm first.
# To keep the 3×3 alone, about which the second thread asks, drops the other two.
#
# Asked: [DingXiaoH/RepVGG 78](https://github.com/DingXiaoH/RepVGG/issues/78);
# [YeongHyeon/RepVGG-TF2 1](https://github.com/YeongHyeon/RepVGG-TF2/issues/1).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x, one = rng.standard_normal((8, 6, 6)), rng.standard_normal((8, 8))
three = rng.standard_normal((8, 8, 3, 3))
merged = three.copy()
merged[:, :, 1, 1] += one + np.eye(8)
branches = conv2d(x, three, padding=1) + conv1x1(x, one) + x
assert np.allclose(conv2d(x, merged, padding=1), branches)
assert not np.allclose(conv2d(x, three, padding=1), branches)
print("three branches are one 3×3:", merged.shape)

# %% [markdown]
# !!! takeaway "Takeaway"
#     Where nothing is learned, look for a gradient that is exactly zero: a bias before a norm, a ReLU that is never above zero, a
#     layer that nobody reads.
#     Where something else is learned than is tested, look for statistics and sizes that are not those of the data.
