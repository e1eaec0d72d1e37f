# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions that people ask in public about 1×1 convolutions, each with its source, a short answer and code that proves it.
# ---

# %% [markdown]
# # 14 Questions that people ask
#
# *Is it a fully connected layer, what does stride 2 drop, why pad a 1×1, where does the bias go, and who is right?*
#
# Each question below was asked in public, where its links lead. The answers are ours, with code that proves them; where a thread
# says otherwise, the answer says so.

# %% [markdown]
# ## What it computes
#
# ### Is a 1×1 convolution the same as scaling by a scalar?
#
# With one channel in and no bias, yes: 16 filters make 16 scaled copies of a digit. With more channels, usually not: a filter has a weight
# for each channel, and adds the products up. [The home page](index.py#when-exactly-is-it-a-scaling) says when exactly it is a scaling.
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
# adds the products to one. So [one filter makes one map](channels.py#one-filter-one-feature-map). An answer at Cross Validated
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
# neighbours and keeps [the mixing of the channels](feature-maps.py#the-law-of-growth-parameters-and-macs). Answers in both threads leave out the price.
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
# [enlarges the receptive field](algebra.py#what-characterises-it). So something else must bring the pixels together, such as the 5×5
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
# pixels vary in no more directions *and* the weights miss none of these: random ones will do, rows at right angles to the pixels lose all. [Chapter 3](downsampling.py#how-much-is-kept) measures the loss on real feature maps.
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
# [Chapter 3](downsampling.py#one-thing-under-three-names) compares them.
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
# has size 1, in a volume 1×1×1, and it is [the same matrix](names.py#sound-video-text), since it never asks how the positions lie.
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
# [Chapter 6](names.py#a-fully-connected-layer-that-all-pixels-share) has it in two dimensions.
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
# maps it is mostly zeros, and its weights repeat. [Chapter 6](names.py#a-fully-connected-layer-that-all-pixels-share) counts both.
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
# [the other, on larger pictures too](architectures/network-in-network.py#from-fully-connected-to-11-and-back).
# Mind the order: PyTorch flattens channel by channel, [Keras pixel by pixel](names.py#pytorchs-weights-and-kerass).
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
# On one thread the two may even add in the same order. [Chapter 9](speed.py#conv2d-or-linear) compares the two functions.
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
# takes one measurement for a law. The multiply-accumulates are the same, so measure on your machine, as [chapter 9](speed.py#channels-first-or-last) does, and [ConvNeXt's page](architectures/convnext.py#which-is-faster) for its block.
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
# bias unless you turn it off. From the same seed they draw the same weights, [evenly and by fan-in](algebra.py#how-large-to-begin).
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
# [the transposed one, without any error](names.py#pytorchs-weights-and-kerass). A `Dense` layer after a `Flatten` needs one step more, since Keras flattens
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

# %% [markdown]
# ## What it costs
#
# ### Why does an extra 1×1 before a 5×5 save work?
#
# The 5×5 is what costs, and it then meets 16 channels instead of 192. The extra layer is cheap.
# [Chapter 2](feature-maps.py#a-layer-that-costs-too-much-and-the-remedy) takes this layer apart. At Cross Validated the 1×1 from 512 to 128 is
# found 25 times cheaper than a 5×5. That is right for the layer alone; with the 5×5 behind it, the pair saves less.
#
# Asked: [DeepLearning.AI forum 117924](https://community.deeplearning.ai/t/regarding-inception-model-architecture/117924);
# [Cross Validated 352763](https://stats.stackexchange.com/questions/352763/how-does-the-addition-of-1%c3%971-layers-reduce-from-the-complexity-and-solve-sparse?r=SearchResults).

# %%
from onebyone.cost import macs

savings = []
for c_in, width, c_out in (192, 16, 32), (512, 128, 128):
    direct = macs(c_in, c_out, 5, 28, 28)
    pair = macs(c_in, width, 1, 28, 28) + macs(width, c_out, 5, 28, 28)
    savings.append(direct / pair)
    print(f"{c_in} → {c_out}: {direct:,} or {pair:,}, {savings[-1]:.1f} times")
assert savings[0] > 9
assert savings[1] < 4

# %% [markdown]
# ### Does a bottleneck always save parameters?
#
# No. It saves below a break-even width, which [chapter 4](projections.py#when-does-a-bottleneck-pay) derives. For a 3×3 from 256 to
# 256 channels that is 230, so even a bottleneck that is nearly as wide as its input saves a little.
#
# Asked: [fast.ai forum 4506](https://forums.fast.ai/t/pointwise-convolutions-and-dimensionality-reduction/4506).

# %%
from onebyone.cost import break_even_width, parameters

direct = parameters(256, 256, 3, bias=False)
for width in 64, 230, 231:
    pair = parameters(256, width, 1, bias=False)
    pair += parameters(width, 256, 3, bias=False)
    print(f"through {width:3}: {pair:7,} weights instead of {direct:,}")
    assert (pair < direct) == (width <= break_even_width(256, 256, 3))

# %% [markdown]
# ### Is a MAC one FLOP or two?
#
# Two: a multiplication and an addition. A maintainer of thop writes it the other way round, and ptflops has the name `flops` on numbers that
# are MACs. PyTorch's own counter counts both operations. [Notation](reference/notation.md) says what this book counts.
#
# Asked: [Lyken17/pytorch-OpCounter 15](https://github.com/Lyken17/pytorch-OpCounter/issues/15);
# [sovrasov/flops-counter.pytorch 40](https://github.com/sovrasov/flops-counter.pytorch/issues/40).

# %%
import torch
from torch.utils.flop_counter import FlopCounterMode

from onebyone.cost import macs

conv = torch.nn.Conv2d(64, 256, kernel_size=1, bias=False)
with FlopCounterMode(display=False) as counter:
    conv(torch.zeros(1, 64, 56, 56))
flops, ours = counter.get_total_flops(), macs(64, 256, 1, 56, 56)
print(f"{flops:,} FLOPs, {ours:,} MACs")
assert flops == 2 * ours

# %% [markdown]
# ### Is a 3×3 convolution a depthwise one and a 1×1 of ones?
#
# For one output channel, yes. For more, no: every output would be the same sum. With other weights in the 1×1 the outputs differ, but they still
# [share one pattern for each input channel](architectures/mobilenet.py#what-it-costs), where a full convolution has up to nine.
# The replies speak of MobileNet in general and decide nothing.
#
# Asked: [DeepLearning.AI forum 397944](https://community.deeplearning.ai/t/confusion-about-mobilenet/397944).

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
depthwise = rng.standard_normal((4, 9))  # nine taps for each channel
ones, mixing = np.ones((16, 4)), rng.standard_normal((16, 4))
weights = {
    "depthwise and ones": ones[:, :, None] * depthwise,  # (16, 4, 9)
    "depthwise and 1×1": mixing[:, :, None] * depthwise,
    "full 3×3": rng.standard_normal((16, 4, 9)),
}
ranks = []
for name, weight in weights.items():
    outputs = np.linalg.matrix_rank(weight.reshape(16, -1))
    ranks.append((int(outputs), int(np.linalg.matrix_rank(weight[:, 0]))))
    print(f"{name:18}: outputs, patterns of a channel: {ranks[-1]}")
assert ranks == [(1, 1), (4, 1), (16, 9)]

# %% [markdown]
# ### Why is a depthwise separable convolution not faster?
#
# It has [fewer multiply-accumulates](architectures/mobilenet.py#what-it-costs), and yet threads report anything from a gain to a loss of
# time. Numbers must also be fetched and stored, and the depthwise half does little with each: [it may wait for the memory](speed.py#the-roofline). With three
# input channels, as in one thread, there is hardly anything to save.
#
# Asked: [pytorch/pytorch 18631](https://github.com/pytorch/pytorch/issues/18631);
# [apache/mxnet 8832](https://github.com/apache/mxnet/issues/8832);
# [tensorflow/tensorflow 42172](https://github.com/tensorflow/tensorflow/issues/42172).

# %%
from onebyone.cost import macs, parameters

maps = 2 * 256 * 28 * 28  # numbers that go in and come out
layers = {"full 3×3": (3, 1), "depthwise 3×3": (3, 256), "1×1": (1, 1)}
each = {}
for name, (kernel, groups) in layers.items():
    work = macs(256, 256, kernel, 28, 28, groups=groups)
    moved = maps + parameters(256, 256, kernel, groups=groups, bias=False)
    each[name] = work / moved
    print(f"{name:13} {work:11,} MACs, {each[name]:5.1f} for a number moved")
assert each["depthwise 3×3"] < 5 < 100 < each["1×1"]

# %% [markdown]
# ### Can I split a weight into two of low rank, as LoRA does?
#
# Yes: a convolution to few channels, then a 1×1. Their product has at most that rank. For a kernel of 1×1 that is LoRA on a `Linear`.
# The shape proposed in the thread for `Conv1d` and `Conv3d` is this one, and it is right.
# [Chapter 7](algebra.py#one-becomes-two-factor-a-weight) finds the best such pair for a given weight.
#
# Asked: [microsoft/LoRA 115](https://github.com/microsoft/LoRA/issues/115).

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.algebra import compose

rng = np.random.default_rng(seed=0)
a, b = rng.standard_normal((4, 64, 3, 3)), rng.standard_normal((128, 4))
weight, _ = compose(second=(b, None), first=(a, None))  # (128, 64, 3, 3)
x = rng.standard_normal((64, 8, 8))
assert np.allclose(conv2d(x, weight), conv1x1(conv2d(x, a), b))
rank = np.linalg.matrix_rank(weight.reshape(128, -1))
print(f"rank {rank}: {a.size + b.size:,} numbers for {weight.size:,}")
assert rank == 4

# %% [markdown]
# ## Stride, padding, dilation
#
# ### Does stride 2 on a 1×1 throw pixels away?
#
# Yes, three quarters of them. A reply at DeepLearning.AI says that nothing is lost, and two other threads say half. But one pixel in two is
# read along each axis, which leaves [one in four](architectures/resnet.py#what-stride-2-leaves-out). In torchvision's ResNet the
# other branch reads the rest, with a 3×3. In the authors' own, v1, it does not: there both branches begin with a 1×1 of stride 2, on
# [the same quarter of the pixels](architectures/resnet.py#where-the-stride-sits).
#
# Asked: [PyTorch forum 33841](https://discuss.pytorch.org/t/resnet-kernel-size-1-and-stride-2/33841);
# [DeepLearning.AI forum 65718](https://community.deeplearning.ai/t/course-4-week-2-residual-networks-kernel-size-1-stride-2/65718),
# [194795](https://community.deeplearning.ai/t/week-2-resnet-programming-exercise-the-use-of-one-by-one-convolution/194795);
# [fyu/drn 47](https://github.com/fyu/drn/issues/47).

# %%
import numpy as np

from onebyone import conv2d

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((3, 8, 8)), rng.standard_normal((5, 3, 1, 1))
read = x[:, ::2, ::2]
assert np.allclose(conv2d(x, weight, stride=2), conv2d(read, weight))
print(f"{read[0].size} of {x[0].size} pixels read")
assert 4 * read.size == x.size

# %% [markdown]
# ### Would pooling before the 1×1 lose less?
#
# It reads every pixel, with the same weights and the same multiply-accumulates in the 1×1. An average is still a summary: four pixels become one.
# ResNet-D [has this shortcut](architectures/resnet.py#exercises). Whether a network gains by it, only training tells.
#
# Asked: [KaimingHe/deep-residual-networks 50](https://github.com/KaimingHe/deep-residual-networks/issues/50);
# [DeepLearning.AI forum 108167](https://community.deeplearning.ai/t/why-use-1x1-conv2d-of-stride-2-in-resnet-block/108167/2);
# [D-X-Y/AutoDL-Projects 69](https://github.com/D-X-Y/AutoDL-Projects/issues/69).

# %%
import numpy as np

from onebyone import avg_pool2d, conv1x1

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((3, 8, 8)), rng.standard_normal((5, 3))
moved = x.copy()
moved[:, 1, 1] += 1  # between the pixels that stride 2 reads
strided = [conv1x1(v[:, ::2, ::2], weight) for v in (x, moved)]
pooled = [conv1x1(avg_pool2d(v, 2), weight) for v in (x, moved)]
assert np.allclose(*strided)
assert not np.allclose(*pooled)
print("strided does not notice, pooled does:", strided[0].shape)

# %% [markdown]
# ### Is torchvision's ResNet-50 v1 or v1.5?
#
# v1.5: the stride is in the 3×3, where the paper's models have it in the 1×1 before.
# [Both have weights of the same shapes](architectures/resnet.py#where-the-stride-sits), so a checkpoint of one loads into the other without a
# word, and the network then computes something else. v1.5 takes more multiply-accumulates. A teaching notebook was changed to save parameters. A stride changes none.
#
# Asked: [pytorch/vision 1266](https://github.com/pytorch/vision/issues/1266), [191](https://github.com/pytorch/vision/issues/191);
# [Machine-Learning-Tokyo/DL-workshop-series 1](https://github.com/Machine-Learning-Tokyo/DL-workshop-series/issues/1).

# %%
from onebyone.architectures import resnet50  # built as torchvision's
from onebyone.cost import macs

block = resnet50().layer2[0]
print("strides of 1×1, 3×3, 1×1:", block.conv1.stride, block.conv2.stride)
assert block.conv1.stride == (1, 1)
assert block.conv2.stride == (2, 2)
v1, v1_5 = (macs(256, 128, 1, size, size) for size in (28, 56))
print(f"the first 1×1: {v1:,} MACs in v1, {v1_5:,} in v1.5")
assert v1_5 == 4 * v1

# %% [markdown]
# ### Why a projection shortcut where the size stays?
#
# Because the channels do not: after the first pooling there are 64, and a bottleneck outputs 256. Shapes that differ cannot be added.
# A 1×1 is one remedy, and not the only one: the paper's option A appends channels of zeros, which costs no parameter. Option B projects where the
# channels grow, C everywhere. The authors found little between the three, and later that a 1×1 on *every* shortcut trains worse:
# [the page on ResNet](architectures/resnet.py#identity-or-projection-shortcut) has the numbers.
#
# Asked: [DeepLearning.AI forum 428631](https://community.deeplearning.ai/t/question-about-resnet-50-model/428631);
# [apache/mxnet 9563](https://github.com/apache/mxnet/issues/9563).

# %%
import torch

from onebyone.architectures import resnet50

shortcuts = [
    (conv.in_channels, conv.out_channels, conv.stride[0])
    for name, conv in resnet50().named_modules()
    if name.endswith("downsample.0")
]
for c_in, c_out, stride in shortcuts:
    print(f"{c_in:4} → {c_out:4} channels, stride {stride}")
assert shortcuts[0] == (64, 256, 1)

x = torch.rand(1, 64, 56, 56)
padded = torch.nn.functional.pad(x, (0, 0, 0, 0, 0, 256 - 64))  # option A
print("option A:", tuple(x.shape), "→", tuple(padded.shape), "by zeros")
assert padded.shape[1] == 256

# %% [markdown]
# ### Why does SqueezeNet pad a 1×1 convolution?
#
# By accident: a program wrote the file, and its author calls the padding of conv10 harmless. It is not quite that.
# [The frame holds the bias alone](downsampling.py#exercises), and the average behind it counts the frame, so the scores shift.
#
# Asked: [forresti/SqueezeNet 27](https://github.com/forresti/SqueezeNet/issues/27), [14](https://github.com/forresti/SqueezeNet/issues/14).

# %%
import numpy as np

from onebyone import conv2d, global_avg_pool2d, relu

rng = np.random.default_rng(seed=0)
x, weight = rng.random((8, 13, 13)), rng.standard_normal((3, 8, 1, 1))
bias = np.array([0.5, -0.5, 3.0])
y = conv2d(x, weight, bias, padding=1)
assert np.array_equal(y[:, 0], np.tile(bias[:, None], 15))  # the first row
print(f"{x.shape} → {y.shape}: {1 - 13 * 13 / 15**2:.0%} of it is frame")
scores = []
for name, maps in {"padded": y, "plain": conv2d(x, weight, bias)}.items():
    scores.append(global_avg_pool2d(relu(maps)).ravel())
    print(f"{name:6}", scores[-1].round(2))
assert not np.allclose(*scores)

# %% [markdown]
# ### Does dilation change a 1×1, or a map of one pixel?
#
# Neither. A 1×1 has no second tap to move away. On a map of one pixel every outer tap meets padding, so 3×3 kernels of any dilation are their
# centre, [one 1×1](algebra.py#a-large-kernel-is-a-sum-of-11-convolutions). In the second thread the author says that each dilation uses other features,
# and in the third that the 3×3 may help at the image's border. On one pixel, neither can be.
#
# Asked: [bmartacho/WASP 2](https://github.com/bmartacho/WASP/issues/2);
# [saeed-anwar/DRLN 3](https://github.com/saeed-anwar/DRLN/issues/3);
# [weiliu89/caffe 410](https://github.com/weiliu89/caffe/issues/410).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
pixel, kernel = rng.random((4, 1, 1)), rng.random((6, 4, 3, 3))
for d in 1, 3, 24:
    y = conv2d(pixel, kernel, padding=d, dilation=d)
    assert np.allclose(y, conv1x1(pixel, kernel[:, :, 1, 1]))
x, one = rng.random((4, 9, 9)), kernel[:, :, :1, :1]
assert np.array_equal(conv2d(x, one, dilation=24), conv2d(x, one))
print("dilation 1, 3 or 24:", y.ravel().round(2))

# %% [markdown]
# ## Order, and what lies between
#
# ### Are two 1×1 convolutions in a row useless?
#
# With nothing between them they are [one, with the product of the matrices](algebra.py#two-in-a-row-are-one). A 1×1 is said to add
# nonlinearity; it is the activation behind it that does. WASP applies one layer twice without any, and its author's reply leaves out the algebra.
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
# [Either gives the same scores](algebra.py#do-it-where-the-map-is-smallest), as long as nothing nonlinear stands between. Before is cheaper;
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
# Because few channels come out, and a ReLU on few channels loses what [one on many keeps](architectures/mobilenet.py#mobilenetv2-the-inverted-residual).
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
# [kernels add up](algebra.py#a-large-kernel-is-a-sum-of-11-convolutions). Fold each branch's batch norm first.
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
# ## Batch norm, bias, first weights
#
# ### Does a 1×1 before a batch norm need a bias?
#
# Not directly before one, which takes the mean away and the bias with it. With a ReLU between, it does. So it does before a norm
# over several channels, though the second thread's title speaks of any normalisation: the channels' biases differ, and one common mean takes
# away only part. A batch norm that [folds away](algebra.py#a-batch-norm-folds-away) leaves a bias behind.
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
# ### What is the formula for folding a batch norm?
#
# Multiply each filter by $\gamma / \sqrt{\sigma^2 + \epsilon}$; the bias becomes $\beta + \gamma\,(b - \mu) / \sqrt{\sigma^2 + \epsilon}$.
# It holds for the statistics that training left, not while they change. Code without the $b$, as in the second thread, is right where the
# convolution has none. [Chapter 7](algebra.py#a-batch-norm-folds-away) does it to a PyTorch layer.
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
# ### Why does PyTorch initialise with a = √5?
#
# To keep what was there before: with it, the Kaiming formula gives the bound $1 / \sqrt{\text{fan-in}}$ that the documentation states, so both are
# true. It is not He's rule for ReLUs: its variance is six times smaller, its deviation $\sqrt{6}$ times. For a 1×1 the fan-in is $C_\text{in}$:
# [chapter 7](algebra.py#how-large-to-begin) shows what its size does to a deep stack.
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
# ### Can a 1×1 that starts at zero learn?
#
# Yes. [The weight's gradient](gradients.py#three-contractions) is made of the input and of the error behind, and neither is zero; only the input gets no
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
# ## Inside other networks
#
# ### Squeeze-and-excitation: Linear or 1×1 convolution?
#
# The same, in outputs and in parameters, since the averaged map is [a single pixel](architectures/efficientnet.py#the-same-as-two-dense-layers).
# So the convolution is no lighter, as one asker hopes, and no different network, as others fear.
#
# Asked: [hujie-frank/SENet 73](https://github.com/hujie-frank/SENet/issues/73);
# [huggingface/pytorch-image-models 210](https://github.com/huggingface/pytorch-image-models/issues/210).

# %%
import numpy as np

from onebyone import conv1x1, relu
from onebyone.cost import parameters

rng = np.random.default_rng(seed=0)
pooled = rng.random(64)  # the mean of each channel
squeeze, excite = rng.random((4, 64)), rng.random((64, 4))
dense = excite @ np.maximum(squeeze @ pooled, 0)
y = conv1x1(relu(conv1x1(pooled[:, None, None], squeeze)), excite)
assert np.allclose(y.ravel(), dense)
in_conv = parameters(64, 4, 1) + parameters(4, 64, 1)
print("parameters:", in_conv, "and", squeeze.size + 4 + excite.size + 64)
assert in_conv == squeeze.size + 4 + excite.size + 64

# %% [markdown]
# ### Is ShuffleNet's channel shuffle random?
#
# No, it is one fixed order: write the channels in rows, one group a row, and read the columns. Without it, two grouped 1×1 layers never mix their
# groups; [with it, they do](architectures/resnext-shufflenet.py#groups-in-the-11).
#
# Asked: [TropComplique/ShuffleNet-tensorflow 1](https://github.com/TropComplique/ShuffleNet-tensorflow/issues/1).

# %%
import numpy as np

order = np.arange(12).reshape(3, 4).T.ravel()  # 3 groups of 4 channels
print("order:", *order)
grouped = np.kron(np.eye(3), np.ones((4, 4)))  # 1 where channels meet
plain, shuffled = np.eye(12), np.eye(12)[order]
shares = [np.mean(grouped @ p @ grouped > 0) for p in (plain, shuffled)]
print(f"pairs that meet: {shares[0]:.0%}, with the shuffle {shares[1]:.0%}")
assert shares[1] == 1

# %% [markdown]
# ### Glow: is the log-determinant times the pixels, and logdet or slogdet?
#
# [Times the pixels](algebra.py#undo-it), since each is multiplied by the matrix. Take the second result of `slogdet`: the determinant
# itself underflows in a large layer, and `logdet` has no value where the determinant is negative. One author calls `logdet`
# the stabler one; where it has a value, the two agree.
#
# Asked: [jaywalnut310/glow-tts 17](https://github.com/jaywalnut310/glow-tts/issues/17);
# [chaiyujin/glow-pytorch 7](https://github.com/chaiyujin/glow-pytorch/issues/7).

# %%
import numpy as np
import torch

weight = np.random.default_rng(seed=0).standard_normal((3, 3))
whole = np.linalg.slogdet(np.kron(weight, np.eye(20)))[1]  # 20 pixels
assert np.isclose(whole, 20 * np.linalg.slogdet(weight)[1])

half = 0.5 * torch.eye(512)
print("det", half.det().item(), "slogdet", half.slogdet()[1].item())
assert np.isclose(half.slogdet()[1].item(), 512 * np.log(0.5))
assert np.isclose(half.logdet().item(), 512 * np.log(0.5))
mirror = -torch.eye(3)
print("logdet", mirror.logdet().item(), "slogdet", mirror.slogdet()[1].item())
assert mirror.logdet().isnan()

# %% [markdown]
# ### What does the last 1×1 of a segmentation network learn?
#
# A [classifier of pixels](names.py#a-classifier-for-each-pixel): with the softmax behind it, it is multinomial logistic regression on each pixel's features.
# In the second thread two maps come out because there are two classes. In the first, two 3×3 in front help, without
# activations: they bring a larger field of view, not depth.
#
# Asked: [Cross Validated 435597](https://stats.stackexchange.com/questions/435597/what-is-the-purpose-of-the-last-1x1-convolution-layer-in-segmentation-networks-p);
# [Computer Science SE 85917](https://cs.stackexchange.com/questions/85917/applying-a-1x1-convolution-on-an-existing-layer/86366).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((256, 20, 72)), rng.standard_normal((2, 256))
scores = np.exp(conv1x1(x, weight / 16))
classes = scores / scores.sum(axis=0)  # (2, 20, 72), a softmax a pixel
margin = (weight[0] - weight[1]) / 16 @ x[:, 7, 30]
assert np.isclose(classes[0, 7, 30], 1 / (1 + np.exp(-margin)))
print(f"pixel (7, 30): class 0 with probability {classes[0, 7, 30]:.3f}")

# %% [markdown]
# ### How do I feed greyscale images to an RGB network?
#
# Repeat the channel three times: that is [a 1×1 convolution](names.py#colours) of ones. Or add up the first layer's weights over its three
# channels. An answer there says that to replace the first layer makes the others useless. With random weights, yes.
# With these sums, nothing changes.
#
# Asked: [Stack Overflow 51995977](https://stackoverflow.com/questions/51995977).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
grey, first = rng.random((1, 32, 32)), rng.standard_normal((8, 3, 7, 7))
repeated = conv1x1(grey, np.ones((3, 1)))  # (3, 32, 32)
summed = first.sum(axis=1, keepdims=True)  # (8, 1, 7, 7)
y = conv2d(grey, summed, padding=3)
assert np.allclose(conv2d(repeated, first, padding=3), y)
print(first.shape, "on three channels is", summed.shape, "on one")

# %% [markdown]
# !!! takeaway "Takeaway"
#     Most of these questions have one answer: a 1×1 convolution is a matrix at each pixel.
#     The rest is about what stands beside it: a stride, a padding, a bias, an activation.

# %% [markdown]
# ## Exercises
#
# **1. Not shared.** One fully connected layer from all numbers of the maps to all numbers of the output could do
# what a 1×1 convolution does. What does its weight look like, and how large is it?
#
# ??? success "Solution"
#     Each weight stands once for every pixel, and all else is zero: a pixel meets itself alone. It has $(H W)^2$ times as many numbers.
#
#     {{ source onebyone.book.solutions.questions.unshare_weight }}
#
# **2. Blue first.** A network was trained on pictures whose channels stand as blue, green, red. Yours stand as red, green, blue.
# Which weights do you change, so that no picture has to be?
#
# ??? success "Solution"
#     Those of the first layer. An exchange of channels is a 1×1 convolution, and it folds into the layer behind it.
#
#     {{ source onebyone.book.solutions.questions.swap_red_and_blue }}
#
# **3. Which order?** A network for segmentation ends in a 1×1 convolution and an enlargement that repeats each pixel $s$ times each way.
# Which goes first?
#
# ??? success "Solution"
#     The scores are the same either way, since a 1×1 convolution sees each pixel alone. Enlarge last: the convolution then
#     works on $s^2$ times fewer pixels.
#
#     {{ source onebyone.book.solutions.questions.classify_then_upsample }}
