# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about what a 1×1 convolution computes, each with its source, an answer and a run.
# ---

# %% [markdown]
# # What it computes
#
# *Is it a scaling, is it a Linear layer, what can it learn, and what does it lose?*

# %% [markdown]
# ## What it computes
#
# ### Is a 1×1 convolution the same as scaling by a scalar?
#
# With one channel in and no bias, yes: 16 filters make 16 scaled copies of a digit. With more channels, usually not: a filter has a weight
# for each channel, and adds the products up. [The home page](../index.py#when-exactly-is-it-a-scaling) says when exactly it is a scaling.
#
# Asked: [Data Science SE 41611](https://datascience.stackexchange.com/questions/41611/what-is-the-purpose-of-a-1x1-convolutional-layer);
# [Stack Overflow 57526932](https://stackoverflow.com/questions/57526932/what-is-the-difference-between-conv1d-with-kernel-size-1-and-dense-layer),
# where a (1, 1) filter is taken for one number, and the answer lets it stand.

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
for channels in 1, 3:
    x = rng.random((channels, 28, 28))
    y = conv1x1(x, rng.random((16, channels)))
    rank = np.linalg.matrix_rank(y.reshape(16, -1))
    print(f"{channels} → 16 channels: {rank} of them independent")
    assert rank == channels

# %% [markdown]
# ### How can 1×1 filters turn 48 maps into 16, or 256 into 64?
#
# A filter is as deep as its input, so each of the 16 has 48 weights. At each pixel it multiplies the 48 numbers by them, and
# adds the products to one. So [one filter makes one map](../channels.py#one-filter-one-feature-map). An answer at Cross Validated
# calls a filter one scalar, which would give one map for each pair.
#
# Asked: [DeepLearning.AI forum 345112](https://community.deeplearning.ai/t/how-does-convolution-to-fewer-channels-work/345112);
# [Cross Validated 221508](https://stats.stackexchange.com/questions/221508/bottleneck-building-block-in-residual-learning-networks).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((48, 28, 28))
weight = rng.standard_normal((16, 48))  # 16 filters of 1×1×48
y = conv1x1(x, weight)
products = weight[5] * x[:, 20, 9]
print(x.shape, "→", y.shape, "by sums of", len(products), "products")
assert np.isclose(y[5, 20, 9], products.sum())

# %% [markdown]
# ### Why not a 3×3 with fewer filters?
#
# It reduces the channels just as well, at nine times the weights. A 1×1 is a 3×3 whose eight outer taps are zero: it gives up the
# neighbours and keeps [the mixing of the channels](../feature-maps.py#the-law-of-growth-parameters-and-macs). Answers in both threads leave out the price.
#
# Asked: [DeepLearning.AI forum 114084](https://community.deeplearning.ai/t/how-1-1-convolution-is-different-from-a-normal-convolution-layer/114084);
# [Coding Blocks forum 16310](http://discuss.codingblocks.com/t/why-1x1-conv-layer-in-google-net/16310).

# %%
import numpy as np

from onebyone import conv2d

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((192, 14, 14))
small = rng.standard_normal((16, 192, 1, 1))
large = np.zeros((16, 192, 3, 3))
large[:, :, 1:2, 1:2] = small
assert np.allclose(conv2d(x, large, padding=1), conv2d(x, small))
print(f"{large.size:,} weights do what {small.size:,} do")

# %% [markdown]
# ### What can it learn if it sees one pixel?
#
# How to mix that pixel's channels, and nothing about its neighbours: no number of 1×1 layers
# [enlarges the receptive field](../algebra.py#what-characterises-it). So something else must bring the pixels together, such as the 5×5
# of an Inception module. In the PyTorch port of PointNet that the thread is about, the channels of a point are its coordinates, and a maximum
# over all points does it. (The authors' own first layer has the coordinates along the width, under a kernel of 1×3.)
#
# Asked: [yanx27/Pointnet_Pointnet2_pytorch 65](https://github.com/yanx27/Pointnet_Pointnet2_pytorch/issues/65);
# [DeepLearning.AI forum 528755](https://community.deeplearning.ai/t/why-inception-network-uses-two-convs/528755).

# %%
import numpy as np

from onebyone import conv1x1, conv2d, relu

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((8, 9, 9))
moved = x.copy()
moved[:, 4, 4] += 1  # one pixel
one, five = rng.standard_normal((8, 8)), rng.standard_normal((8, 8, 5, 5))
stacks = {
    "two 1×1": [conv1x1(relu(conv1x1(v, one)), one) for v in (x, moved)],
    "one 5×5": [conv2d(v, five, padding=2) for v in (x, moved)],
}
for name, (before, after) in stacks.items():
    changed = ~np.isclose(before, after).all(axis=0)
    print(f"{name}: {changed.sum()} output pixels move")
    assert changed.sum() == (1 if name == "two 1×1" else 25)

# %% [markdown]
# ### Is it dimensionality reduction, and does it lose information?
#
# It reduces only if it has fewer filters than channels. Then it keeps at most as many directions as it has filters. It loses nothing if the
# pixels vary in no more directions *and* the weights miss none of these: random ones will do, rows at right angles to the pixels lose all. [Chapter 3](../downsampling.py#how-much-is-kept) measures the loss on real feature maps.
#
# Asked: [DeepLearning.AI forum 29678](https://community.deeplearning.ai/t/googlenet-for-image-classification/29678).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.algebra import best_expansion, pca_projection

rng = np.random.default_rng(seed=0)
mixing = rng.standard_normal((8, 3))  # so the 8 channels vary in 3 directions
x = conv1x1(rng.standard_normal((3, 32, 32)), mixing)
weights = {f"the best {n}": pca_projection(x, n)[0] for n in (3, 2)}
weights["3 random"] = rng.standard_normal((3, 8))
weights["3 at right angles"] = np.linalg.svd(mixing.T)[2][-3:]
for name, weight in weights.items():
    fewer = conv1x1(x, weight)
    lost = x - conv1x1(fewer, *best_expansion(fewer, x))
    share = lost.var() / x.var()
    print(f"8 channels to {name}: {share:.0%} of the variance lost")
    assert (share < 1e-12) == (name in ("the best 3", "3 random"))
assert share > 0.99

# %% [markdown]
# ### Can pooling over the channels do the same?
#
# The mean can: it is the 1×1 convolution with equal weights. The maximum cannot, since it is not linear, and has no weights to learn.
# So a 1×1×1 convolution is no "learned max pooling" of spectral bands, as the second asker hopes. It can be a learned weighted sum.
# [Chapter 3](../downsampling.py#one-thing-under-three-names) compares them.
#
# Asked: [DeepLearning.AI forum 624066](https://community.deeplearning.ai/t/general-question-about-pooling/624066);
# Data Science SE, [read in a copy](https://geeksmental.com/question/utilizing-1x1x1-convolutions-as-a-learned-max-pooling-3d).

# %%
import numpy as np

from onebyone import conv1x1

a, b = np.random.default_rng(seed=0).standard_normal((2, 6, 4, 4))
equal = np.full((1, 6), 1 / 6)
assert np.allclose(conv1x1(a, equal)[0], a.mean(axis=0))

gap = a.max(axis=0) + b.max(axis=0) - (a + b).max(axis=0)
print("max(a) + max(b) is above max(a + b) by up to", gap.max().round(2))
assert gap.max() > 0.1

# %% [markdown]
# ### Is there a 1×1 convolution in one dimension, and in three?
#
# Two things are counted here. 1×1 is the size of the kernel; 1-D, 2-D and 3-D say along how many axes it slides. So yes: along a line the kernel
# has size 1, in a volume 1×1×1, and it is [the same matrix](../names.py#sound-video-text), since it never asks how the positions lie.
#
# A 1-D convolution of *any* kernel is also a 2-D one, of a picture one pixel high. That is why converters show a `Conv2D` where you had
# a `Conv1D`, with a kernel of, say, 1×3. A reply there calls that kernel size 1: that is its height, and its width stays what it was.
#
# Asked: [tensorflow/tflite-micro 2745](https://github.com/tensorflow/tflite-micro/issues/2745).

# %%
import torch
from torch.nn.functional import conv1d, conv2d, conv3d

torch.manual_seed(0)
weight = torch.randn(2, 4)  # (C_out, C_in)
sound, film = torch.randn(1, 4, 50), torch.randn(1, 4, 5, 6, 7)
y = conv1d(sound, weight[:, :, None])  # a kernel of size 1
torch.testing.assert_close(y, weight @ sound)
print(tuple(sound.shape), "→", tuple(y.shape), "by a matrix of 2×4")
y = conv3d(film, weight[:, :, None, None, None])  # of size 1×1×1
torch.testing.assert_close(y, torch.einsum("oc,ncdhw->nodhw", weight, film))
print(tuple(film.shape), "→", tuple(y.shape), "by the same")

wide = torch.randn(6, 4, 3)  # a kernel of size 3: in two dimensions, 1×3
flat = conv2d(sound[:, :, None], wide[:, :, None])[:, :, 0]
torch.testing.assert_close(flat, conv1d(sound, wide))

# %% [markdown]
# ## Linear, Dense, fully connected
#
# ### Is Conv1d with kernel size 1 the same as Linear?
#
# Yes, in what it computes and in its gradients, up to rounding: `Linear` reads the last axis, and `Conv1d` the one before it.
# A `Dense` layer of Keras does the same at every step. For this reason the code of GPT calls its dense layers `conv1d`.
# [Chapter 6](../names.py#a-fully-connected-layer-that-all-pixels-share) has it in two dimensions.
#
# Asked: [PyTorch forum 100505](https://discuss.pytorch.org/t/how-is-a-conv1d-with-groups-1-different-from-a-linear-layer/100505);
# [keras-team/keras 13570](https://github.com/keras-team/keras/issues/13570);
# [openai/finetune-transformer-lm 49](https://github.com/openai/finetune-transformer-lm/issues/49).

# %%
import torch
from torch import nn

torch.manual_seed(0)
conv, linear = nn.Conv1d(64, 32, 1).double(), nn.Linear(64, 32).double()
linear.weight.data = conv.weight.data[:, :, 0]
linear.bias.data = conv.bias.data
x = torch.randn(2, 64, 10, dtype=torch.float64)
for y in conv(x), linear(x.mT).mT:
    (y**2).sum().backward()
torch.testing.assert_close(linear(x.mT).mT, conv(x))
torch.testing.assert_close(linear.weight.grad, conv.weight.grad[:, :, 0])
print("same outputs and gradients:", tuple(linear.weight.grad.shape))

# %% [markdown]
# ### Is it the same as a fully connected layer?
#
# It is one at each pixel, the same at all of them. It is not the one that reads the flattened map. As a matrix on flattened
# maps it is mostly zeros, and its weights repeat. [Chapter 6](../names.py#a-fully-connected-layer-that-all-pixels-share) counts both.
#
# Asked: [Data Science SE 45805](https://datascience.stackexchange.com/questions/45805/1x1-convolutions-equivalence-with-fully-connected-layer).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((3, 2, 2)), rng.standard_normal((2, 3))
flattened = np.kron(weight, np.eye(4))  # (2 · 4 pixels, 3 · 4 pixels)
assert np.allclose(flattened @ x.ravel(), conv1x1(x, weight).ravel())
zeros = np.count_nonzero(flattened == 0)
print(f"{weight.size} weights; flattened, {zeros} of {flattened.size} are zero")

# %% [markdown]
# ### How do I turn Flatten and Linear into a convolution?
#
# The first fully connected layer sees all pixels of its maps, so it becomes a convolution as large as they are: 7×7 in the head of
# Faster R-CNN. Those after it see one pixel, and become 1×1. You can train the one form and run
# [the other, on larger pictures too](../architectures/network-in-network.py#from-fully-connected-to-11-and-back).
# Mind the order: PyTorch flattens channel by channel, [Keras pixel by pixel](../names.py#pytorchs-weights-and-kerass).
#
# Asked: [pytorch/vision 4056](https://github.com/pytorch/vision/issues/4056);
# [jzbontar/mc-cnn 21](https://github.com/jzbontar/mc-cnn/issues/21).

# %%
import numpy as np

from onebyone import conv2d
from onebyone.algebra import linear_to_conv

rng = np.random.default_rng(seed=0)
x, linear = rng.random((256, 7, 7)), rng.random((10, 256 * 7 * 7))
kernel = linear_to_conv(linear, 7)
assert np.allclose(conv2d(x, kernel)[:, 0, 0], linear @ x.ravel())
print(linear.shape, "is", kernel.shape)

# %% [markdown]
# ### Why do Linear and Conv2d differ in the last digits?
#
# Because they add the same products in a different order, and each addition rounds. Another batch size can have the same effect: it may choose
# another algorithm. It is no bug, and in float64, whose roundings are half a billion times finer, the gap shrinks about as much.
# On one thread the two may even add in the same order. [Chapter 9](../speed.py#conv2d-or-linear) compares the two functions.
#
# Asked: [pytorch/pytorch 156154](https://github.com/pytorch/pytorch/issues/156154);
# [pytorch/pytorch 81694](https://github.com/pytorch/pytorch/issues/81694).

# %%
import numpy as np

terms = np.random.default_rng(seed=0).standard_normal(512)
gaps = []
for dtype in np.float32, np.float64:
    products = terms.astype(dtype)
    forwards, backwards = products.cumsum()[-1], products[::-1].cumsum()[-1]
    gaps.append(abs(float(forwards) - float(backwards)))
    print(f"{np.dtype(dtype)}: the two orders are {gaps[-1]:.0e} apart")
assert gaps[0] > 1e8 * gaps[1]

# %% [markdown]
# ### Is Linear faster than a 1×1 convolution?
#
# Reports contradict each other: ConvNeXt's author found `Linear` faster, an asker at the PyTorch forum `Conv2d`, and a third thread
# takes one measurement for a law. The multiply-accumulates are the same, so measure on your machine, as [chapter 9](../speed.py#channels-first-or-last) does, and [ConvNeXt's page](../architectures/convnext.py#which-is-faster) for its block.
# What differs is the layout: with `channels_last`, `Linear` finds its rows in order. A 1×1 weight is the same bytes in both layouts.
#
# Asked: [facebookresearch/ConvNeXt 18](https://github.com/facebookresearch/ConvNeXt/issues/18);
# [PyTorch forum 136330](https://discuss.pytorch.org/t/implementing-linear-as-conv2d/136330);
# [openspeech-team/openspeech 163](https://github.com/openspeech-team/openspeech/issues/163);
# on the layouts, [pytorch/pytorch 24090](https://github.com/pytorch/pytorch/issues/24090).

# %%
import torch

x, weight = torch.randn(2, 96, 14, 14), torch.randn(384, 96, 1, 1)
for layout in torch.contiguous_format, torch.channels_last:
    stored = x.to(memory_format=layout)
    rows = stored.permute(0, 2, 3, 1)  # what Linear reads
    assert rows.data_ptr() == stored.data_ptr()  # a view, not a copy
    assert rows.is_contiguous() == (layout == torch.channels_last)
    assert weight.is_contiguous(memory_format=layout)  # in both
    print(f"{layout}: rows lie in order: {rows.is_contiguous()}")

# %% [markdown]
# ### Does Linear have a bias or initial weights that Conv lacks?
#
# No. One thread says that a convolution ignores the bias, and another that the two start differently. In today's PyTorch both have a
# bias unless you turn it off. From the same seed they draw the same weights, [evenly and by fan-in](../algebra.py#how-large-to-begin).
#
# Asked: [chongzhou96/MaskCLIP 9](https://github.com/chongzhou96/MaskCLIP/issues/9);
# [fxia22/pointnet.pytorch 39](https://github.com/fxia22/pointnet.pytorch/issues/39).

# %%
import torch
from torch import nn

torch.manual_seed(0)
conv = nn.Conv1d(8, 32, kernel_size=1)
torch.manual_seed(0)
linear = nn.Linear(8, 32)
assert torch.equal(conv.weight[:, :, 0], linear.weight)
assert torch.equal(conv.bias, linear.bias)
print("equal to the last bit:", *(tuple(p.shape) for p in linear.parameters()))

# %% [markdown]
# ### Why (3, 2, 0, 1) when I load Keras weights into PyTorch?
#
# Keras and MatConvNet keep a kernel as (height, width, in, out), PyTorch as (out, in, height, width). The transposition moves the axes.
# A reshape gives the right shape and the wrong matrix: of a 1×1 with as many channels in as out, exactly
# [the transposed one, without any error](../names.py#pytorchs-weights-and-kerass). A `Dense` layer after a `Flatten` needs one step more, since Keras flattens
# height, width, channel, and PyTorch channel, height, width.
#
# Asked: [hyseob/PyMDNet 3](https://github.com/hyseob/PyMDNet/issues/3).

# %%
import numpy as np

from onebyone import conv1x1

kernel = np.arange(6.0).reshape(1, 1, 2, 3)  # (1, 1, C_in, C_out)
pixel = np.array([1.0, 10.0])
right = conv1x1(pixel[:, None, None], kernel.transpose(3, 2, 0, 1)).ravel()
wrong = conv1x1(pixel[:, None, None], kernel.reshape(3, 2, 1, 1)).ravel()
print("in Keras", pixel @ kernel[0, 0], "moved", right, "reshaped", wrong)
assert np.array_equal(right, pixel @ kernel[0, 0])
assert not np.array_equal(wrong, right)

square = np.arange(4.0).reshape(1, 1, 2, 2)  # as many channels in as out
assert np.array_equal(
    square.reshape(2, 2), square.transpose(3, 2, 0, 1)[:, :, 0, 0].T
)
