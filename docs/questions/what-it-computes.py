# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about what a 1×1 convolution computes, each with its source, an answer and a run.
# ---

# %% [markdown]
# # What it computes
#
# *Is it a scaling, is it a Linear layer, what can it learn, and what does it lose?*
#
# These questions are about the operation itself: what one layer does to a pixel, and under which other names you know it. They were asked in public,
# where the links lead. The answers are the book's, each with code that proves it.

# %% [markdown]
# ## A matrix at each pixel
#
# ### Why are the channels summed, and not averaged or kept apart?
#
# Because each channel has a weight of its own in the sum, and the weights are learned. The asker at Cross Validated fears that an
# edge that rises in red
# and falls in blue cancels: with the weights (1, 1) it does, but with (1, −1) the same pair makes an edge twice as high. An average is the same
# family of layers, since its factor goes into the weights. Kept apart, no filter could compare two channels, and 10 filters on each of 10 maps would
# make 100, where [a filter that reads all maps makes one](../channels.py#one-filter-one-feature-map).
#
# In the second thread a sum over red and green seems fatal for traffic lights, and the answer begins by saying that filters are for edges only.
# A 1×1 filter finds no edge at all, and tells red from green by a minus sign.
#
# Asked: [Cross Validated
# 326643](https://stats.stackexchange.com/questions/326643/why-building-the-sum-of-a-filter-over-several-channels-in-a-convolutional-layer);
# [Data Science SE 37236](https://datascience.stackexchange.com/questions/37236/why-convolution-over-volume-sums-up-across-channels);
# [AI SE 13454](https://ai.stackexchange.com/questions/13454/are-feature-maps-merged-or-are-they-passed-on-as-they-are).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

step = np.array([[0.0, 0.0, 1.0, 1.0]])  # an edge, in a row of 4 pixels
x = np.stack([step, 1 - step])  # it rises in red and falls in blue
heights = []
for weight in (1, 1), (1, -1):
    y = conv1x1(x, [weight])
    heights.append(np.ptp(y))
    print(f"weights {weight}: {y.ravel()}, an edge of {heights[-1]:.0f}")
assert heights == [0, 2]
signed = x * np.array([1, -1]).reshape(2, 1, 1)
assert np.allclose(conv1x1(x, [[0.5, -0.5]])[0], signed.mean(axis=0))

rng = np.random.default_rng(seed=0)
maps = rng.random((10, 5, 5))  # as 10 filters made them
apart = conv2d(maps, rng.random((100, 1, 3, 3)), groups=10)
summed = conv2d(maps, rng.random((10, 10, 3, 3)))
print("10 more filters: kept apart", len(apart), "maps, summed", len(summed))
assert (len(apart), len(summed)) == (100, 10)

# %% [markdown]
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
# ### Does a 1×1 multiply each channel by a scalar of its own?
#
# No. Such a layer has a diagonal matrix, which is C of the C² weights, and you get it with [as many groups as
# channels](../names.py#in-groups-and-shuffled).
# A plain 1×1 also adds the other channels to each. What the best three scalars miss of a photograph's output depends on the
# matrix: nothing for one gain a channel, 36 % of the
# norm where red and blue change places, and 87 % for differences of colours. A comment in the second thread expects scaled copies
# of one map. Those come from
# [one channel in](../index.py#one-channel-yes), where the matrix has one column.
#
# Asked: [AI SE 20706](https://ai.stackexchange.com/questions/20706/what-is-the-point-of-using-1d-and-2d-convolutions-with-a-kernel-size-of-1-and-1x);
# [AI SE 34874](https://ai.stackexchange.com/q/34874).

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.images import photograph

x = photograph().astype(float)  # (3, 256, 256)
weights = {
    "one gain a channel": np.diag([0.5, 0.5, 0.6]),
    "red and blue swapped": np.eye(3)[::-1],
    "differences": np.array([[1, -1, 0], [0, 1, -1], [-1, 0, 1]]),
}
missed = []
for name, weight in weights.items():
    y = conv1x1(x, weight)
    # For each channel the best scalar, by least squares:
    scalars = (x * y).sum(axis=(1, 2)) / (x * x).sum(axis=(1, 2))
    scaled = conv2d(x, scalars.reshape(3, 1, 1, 1), groups=3)
    missed.append(np.linalg.norm(y - scaled) / np.linalg.norm(y))
    print(f"{name}: three scalars miss {missed[-1]:.0%}")
assert missed[0] < 1e-6 < 0.1 < missed[1] < missed[2]

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
# neighbours and keeps [the mixing of the channels](../feature-maps.py#the-law-of-growth-parameters-and-macs). Answers in both
# threads leave out the price.
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
# [enlarges the receptive field](../algebra.py#it-commutes-with-every-shuffle-of-the-pixels). So something else must bring the
# pixels together, such as the 5×5
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
# ### Why is it called a convolution, if it sees no neighbour?
#
# Because it has what makes a layer a convolution: the same weights at every position. So whoever shifts the picture shifts the
# output, and changes nothing else.
# It is a 3×3, or any k×k, whose other taps are zero, and the code of a convolution runs on it as it is. Beyond every shift it even commutes with
# [every permutation of the pixels](../algebra.py#it-commutes-with-every-shuffle-of-the-pixels), which a 3×3 that uses its outer taps does not.
# The asker fears that a kernel of 1×1 defeats the purpose of a convolution. It gives up one of two purposes: it finds no pattern among the
# pixels, but it still mixes the channels.
#
# Asked: [AI SE
# 20706](https://ai.stackexchange.com/questions/20706/what-is-the-point-of-using-1d-and-2d-convolutions-with-a-kernel-size-of-1-and-1x),
# in its first half.

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x, one = rng.standard_normal((3, 8, 8)), rng.standard_normal((5, 3))
kernels = {"1×1": np.zeros((5, 3, 3, 3)), "3×3": rng.random((5, 3, 3, 3))}
kernels["1×1"][:, :, 1, 1] = one  # the eight taps around it are zero
assert np.allclose(conv2d(x, kernels["1×1"], padding=1), conv1x1(x, one))

shift = np.roll(np.arange(64).reshape(8, 8), (1, 2), axis=(0, 1)).ravel()
orders = {"a shift": shift, "a permutation": rng.permutation(64)}
for name, order in orders.items():
    moved = x.reshape(3, 64)[:, order].reshape(x.shape)
    for size, kernel in kernels.items():
        both = np.stack([x, moved])  # the border wraps around:
        both = np.pad(both, [(0, 0), (0, 0), (1, 1), (1, 1)], mode="wrap")
        y, of_moved = conv2d(both, kernel).reshape(2, 5, 64)
        same = np.allclose(y[:, order], of_moved)
        print(f"{size} and {name} commute: {same}")
        assert same == (size == "1×1" or name == "a shift")

# %% [markdown]
# ### Is it dimensionality reduction, and does it lose information?
#
# It reduces only if it has fewer filters than channels. Then it keeps at most as many directions as it has filters. It loses nothing if the
# pixels vary in no more directions *and* the weights miss none of these: random ones will do, rows at right angles to the pixels
# lose all. [Chapter 3](../downsampling.py#how-much-is-kept) measures the loss on real feature maps.
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
# ### One channel in and 16 filters out: what is gained?
#
# Hardly anything, unless each filter has a bias and a ReLU follows. [Chapter
# 3](../downsampling.py#one-channel-in-copies-unless-a-bias-and-a-relu-change-them)
# counts the independent maps: one without them, two with either, and sixteen with both.
#
# In the thread, a 1×1 turns grey pictures into the three channels that a network expects. Without a bias and a ReLU, its three maps are three
# greys. The first convolution of the network could do the same with one channel, by adding up its weights for the three, each times
# its factor. The cell does that:
#
# Asked: [a question on grey pictures, read in a
# copy](https://solutionfall.com/question/what-is-the-standard-method-for-converting-a-grayscale-image-to-rgb-format-to-ensure-compatibility-with-cnn-models-that-require-rgb-input),
# and Data Science SE 41611, which is cited above.

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.algebra import compose
from onebyone.images import photograph

rng = np.random.default_rng(seed=0)
grey = photograph()[:, ::4, ::4].astype(float).mean(axis=0, keepdims=True)
to_three = rng.standard_normal((3, 1))
first = rng.standard_normal((8, 3, 7, 7))
merged, _ = compose(second=(first, None), first=(to_three, None))
y = conv2d(conv1x1(grey, to_three), first, padding=3)
assert np.allclose(conv2d(grey, merged, padding=3), y)
print(f"{to_three.size} + {first.size:,} weights, or {merged.size} alone")

# %% [markdown]
# ### Can pooling over the channels do the same?
#
# The mean over the channels can replace a 1×1: it is the one with equal weights. The maximum cannot, since it is not linear, and
# has no weights to learn.
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
# ### What can a network of only 1×1 layers and an average at the end tell?
#
# Which colours a picture has and in what shares, and nothing else. Each pixel is judged alone, and an average does not ask in
# which order its terms came,
# so the answer stays when the pixels are shuffled or the picture is repeated side by side. Two different pictures of the same pixels
# cannot be told apart, however deep the network is and however long it is trained. For some tasks that is enough, such as measuring
# [how much of a dye](../names.py#stains) a tissue holds. For the others a layer must bring neighbours together: one 3×3 changes
# the answers, and in ResNet, which the first thread asks about, it is
# [the 3×3 between two 1×1s](../architectures/resnet.py#the-bottleneck).
#
# Asked: [PiLab-CAU/ComputerVision-2401 58](https://github.com/PiLab-CAU/ComputerVision-2401/issues/58);
# [charlesq34/pointnet2 198](https://github.com/charlesq34/pointnet2/issues/198).

# %%
import torch
from torch import nn

from onebyone.images import photograph

torch.manual_seed(0)
x = torch.from_numpy(photograph()).double()[None, :, ::4, ::4]
pixels = x.flatten(2)  # (1, 3, 64 · 64)
pictures = {
    "shuffled": pixels[..., torch.randperm(64 * 64)].view_as(x),
    "sorted by red": pixels[..., pixels[0, 0].argsort()].view_as(x),
    "repeated twice": torch.cat([x, x], dim=3),
}
for size in 1, 3:
    model = nn.Sequential(
        *(nn.Conv2d(3, 32, size), nn.ReLU(), nn.Conv2d(32, 32, 1), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)),
    ).double()
    for name, picture in pictures.items():
        same = torch.allclose(model(picture), model(x), rtol=1e-9)
        print(f"first layer {size}×{size}, {name}: same answer: {same}")
        assert same == (size == 1)

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
# ### Does a filter slide along the channels, as in a 3-D convolution?
#
# No: [it covers all of them at once](../channels.py#a-filter-is-as-deep-as-its-input), so along the channels there is nowhere to
# slide to. In the first thread a kernel is taken for two-dimensional, one channel at a time, and the answer
# agrees to that. But a 2-D convolution is the 3-D one whose kernel is as deep as the picture, and a 1×1 is the one with a kernel of C×1×1.
# A kernel of fewer channels does slide: it is a 1×1 too, whose matrix repeats the same few weights along its diagonals, and it
# takes the order of the channels seriously.
# That is sensible for spectral bands, which have neighbours, whereas feature maps stand in no such order, which answers the second thread.
#
# Asked: [Data Science SE 85366](https://datascience.stackexchange.com/questions/85366/math-behind-2d-convolution-for-rgb-images);
# [AI SE
# 13975](https://ai.stackexchange.com/questions/13975/is-there-any-use-of-using-3d-convolutions-for-traditional-images-like-cifar10?noredirect=1).

# %%
import torch
from torch.nn.functional import conv3d

from onebyone.pytorch import conv1x1

torch.manual_seed(0)
x = torch.randn(8, 5, 5, dtype=torch.float64)  # 8 channels
weight = torch.randn(6, 8, dtype=torch.float64)
deep = conv3d(x[None], weight[:, None, :, None, None])  # (6, 1, 5, 5)
torch.testing.assert_close(deep[:, 0], conv1x1(x, weight))

taps = torch.randn(1, 1, 3, 1, 1, dtype=torch.float64)  # 3 channels deep
y = conv3d(x[None], taps, padding=(1, 0, 0))[0]  # (8, 5, 5)
one_hot = torch.eye(8, dtype=torch.float64)[:, None, :, None, None]
matrix = conv3d(one_hot, taps, padding=(1, 0, 0)).reshape(8, 8).T
torch.testing.assert_close(conv1x1(x, matrix), y)
used = matrix[matrix != 0]
print(f"its matrix has {used.numel()} of 64 weights, {len(used.unique())} of")
print("them different")
order = torch.randperm(8)  # in a different order, a different output
assert not torch.allclose(conv1x1(x[order], matrix), y[order])

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
# Mind the order: PyTorch flattens channel by channel, [Keras pixel by pixel](../names.py#the-layout-of-weights-in-pytorch-and-in-keras).
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
# ### Is global average pooling Flatten with fewer parameters, or another function?
#
# Both: what an average and a dense layer compute, a Flatten and a larger dense layer can compute too, if it repeats each weight
# at every pixel. So the pooled head is a special case, with as many
# times fewer weights as there are pixels, and [for maps of any
# size](../architectures/network-in-network.py#no-fully-connected-layer). What it gives up is the place: turn the
# maps upside down, and its answer stays, while that of the free dense layer changes. The answer in the thread compares the
# parameters of the Flatten layer and the
# pooling layer. Neither has any; those of the dense layer after it are meant.
#
# Asked: [Stack Overflow
# 49295311](https://stackoverflow.com/questions/49295311/what-is-the-difference-between-flatten-and-globalaveragepooling2d-in-keras/49299921).

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
maps = rng.standard_normal((512, 7, 7))
weight = rng.standard_normal((10, 512))  # after the average
scores = weight @ maps.mean(axis=(1, 2))
repeated = np.repeat(weight / 49, 49, axis=1)  # after a Flatten
assert np.allclose(repeated @ maps.ravel(), scores)
print(f"{repeated.size:,} weights do what {weight.size:,} do")
assert repeated.size == 49 * weight.size

turned = maps[:, ::-1]  # upside down
assert np.allclose(repeated @ turned.ravel(), scores)
free = rng.standard_normal(repeated.shape)
assert not np.allclose(free @ turned.ravel(), free @ maps.ravel())

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
# takes one measurement for a law. The multiply-accumulates are the same, so measure on your machine, as [chapter
# 9](../speed.py#nchw-or-nhwc-channels-first-or-last) does, and [ConvNeXt's page](../architectures/convnext.py#which-is-faster) for its block.
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
# bias unless you turn it off. From the same seed they draw the same weights, [evenly and by
# fan-in](../algebra.py#how-large-to-begin-initial-weights).
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
# [the transposed one, without any error](../names.py#the-layout-of-weights-in-pytorch-and-in-keras). A `Dense` layer after a
# `Flatten` needs one step more, since Keras flattens
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
# ## Upsampling and transposed convolutions
#
# ### 1×1 before the upsampling or after it: does it matter?
#
# Not for the numbers, with nearest neighbour or with bilinear interpolation. An upsampled pixel is a weighted mean of pixels, the
# same for every channel, so the
# two sums may change places. Even the bias comes through, since the weights of a mean add up to one. But before the upsampling the 1×1 meets
# a quarter of the pixels at a factor of 2, so [do it there](../algebra.py#put-the-11-where-the-maps-are-smallest).
# HRNet's paper has the upsampling first, and bilinear, while its code has the 1×1 first, and nearest: only the interpolation makes a difference.
# A reply in the second thread fears for the performance, but the order can change the outputs only where an activation stands
# between, and with nearest neighbour not even then.
#
# Asked: [HRNet/HRNet-Object-Detection 45](https://github.com/HRNet/HRNet-Object-Detection/issues/45);
# [Tramac/mobilenetv3-segmentation 1](https://github.com/Tramac/mobilenetv3-segmentation/issues/1).

# %%
import torch
from torch.nn.functional import interpolate

from onebyone.cost import macs
from onebyone.pytorch import conv1x1

torch.manual_seed(0)
x = torch.randn(1, 64, 14, 14, dtype=torch.float64)
layer = torch.randn(21, 64).double(), torch.randn(21).double()
for mode in "nearest", "bilinear":
    before = interpolate(conv1x1(x, *layer), scale_factor=2, mode=mode)
    after = conv1x1(interpolate(x, scale_factor=2, mode=mode), *layer)
    torch.testing.assert_close(before, after)
    # And with a ReLU after the 1×1:
    first = interpolate(conv1x1(x, *layer).relu(), scale_factor=2, mode=mode)
    same = torch.allclose(first, after.relu())
    print(f"{mode}: the same, and with a ReLU: {same}")
    assert same == (mode == "nearest")
small, large = macs(64, 21, 1, 14, 14), macs(64, 21, 1, 28, 28)
print(f"{small:,} MACs before, {large:,} after")
assert large == 4 * small

# %% [markdown]
# ### Is a transposed 1×1 convolution different from a plain one?
#
# With stride 1 it is the same layer, and its weight is stored the other way round: (C_in, C_out, 1, 1). Asked why it has one,
# SiamCAR's author transposed the weight, and got the same outputs from a plain 1×1.
# Two things differ all the same. PyTorch takes the second axis for the fan-in, which is C_out here, so from 768 to 256 channels it
# [begins with weights](../algebra.py#how-large-to-begin-initial-weights) up to 0.062 instead of 0.036. And with stride 2 the
# layer is a poor upsampling, as in MSRF-Net: a kernel of one pixel fills
# one pixel in four, and the other three hold the bias alone.
#
# Asked: [ohhhyeahhh/SiamCAR 24](https://github.com/ohhhyeahhh/SiamCAR/issues/24);
# [NoviceMAn-prog/MSRF-Net 23](https://github.com/NoviceMAn-prog/MSRF-Net/issues/23);
# [open-mmlab/OpenPCDet 1519](https://github.com/open-mmlab/OpenPCDet/issues/1519).

# %%
import torch
from torch import nn

torch.manual_seed(0)
plain = nn.Conv2d(768, 256, kernel_size=1).double()
back = nn.ConvTranspose2d(768, 256, kernel_size=1).double()
for layer in plain, back:
    largest = layer.weight.abs().max().item()
    print(f"{tuple(layer.weight.shape)}: weights up to {largest:.3f}")
assert abs(largest - 256**-0.5) < 1e-4  # and not 768**-0.5

plain.weight.data = back.weight.data.transpose(0, 1)
plain.bias.data = back.bias.data
x = torch.randn(1, 768, 5, 5, dtype=torch.float64)
torch.testing.assert_close(plain(x), back(x))

back.stride, back.output_padding = (2, 2), (1, 1)
y = back(x)  # (1, 256, 10, 10)
alone = (y == back.bias[:, None, None]).all(dim=1)
print(f"stride 2: {alone.sum()} of {alone.numel()} pixels hold the bias alone")
assert alone.sum() == 75

# %% [markdown]
# ### Conv2DTranspose from 256 to 128 channels: what is multiplied?
#
# The 256 numbers of each pixel, with a matrix that makes 5 · 5 · 128 = 3,200 numbers of them. That is a 1×1 convolution to 3,200 channels, and
# each pixel's 3,200 are then laid out as a patch of 5×5 pixels with 128 channels, in its place, and added where patches overlap.
# So every output channel reads all 256, as in a plain 5×5, and the weights are equally many. The padding only cuts off the rim,
# so that 10×10 pixels stay 10×10.
# The answer there says nearly the same, from the side of the output, with 128 blocks that slide.
# Both are [a large kernel taken apart into 1×1s](../algebra.py#a-large-kernel-is-a-sum-of-11-convolutions).
#
# Asked: [Stack Overflow 60783357](https://stackoverflow.com/questions/60783357), read in [a Russian
# copy](https://coderoad.ru/60783357/%D0%9E%D0%B1%D1%89%D0%B8%D0%B5-%D1%81%D0%B2%D0%B5%D0%B4%D0%B5%D0%BD%D0%B8%D1%8F-%D0%BE-%D0%B1%D0%B0%D0%B7%D0%BE%D0%B2%D0%BE%D0%BC-%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80%D0%B5-Keras-Conv2DTranspose).

# %%
import torch
from torch.nn.functional import conv_transpose2d, fold

from onebyone.cost import parameters
from onebyone.pytorch import conv1x1

torch.manual_seed(0)
x = torch.randn(1, 256, 10, 10, dtype=torch.float64)
weight = torch.randn(256, 128, 5, 5, dtype=torch.float64)
y = conv_transpose2d(x, weight, padding=2)  # (1, 128, 10, 10)

patches = conv1x1(x, weight.flatten(1).mT)  # (1, 3200, 10, 10)
added = fold(patches.flatten(2), (10, 10), kernel_size=5, padding=2)
torch.testing.assert_close(added, y)
print(tuple(x.shape), "→", tuple(patches.shape), "→", tuple(y.shape))
count = parameters(256, 3200, 1, bias=False)
print(f"{count:,} weights, as a 5×5 has")
assert count == parameters(256, 128, 5, bias=False) == weight.numel()

# %% [markdown]
# !!! takeaway "Takeaway"
#     A 1×1 convolution is a matrix, so ask of it what you would ask of a matrix: its shape, its rank, what commutes with it.
#     Whatever needs a neighbour, another layer has to bring.
