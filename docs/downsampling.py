# ---
# description: Max pooling shrinks height and width, a 1×1 convolution the channels. How much a reduction keeps, measured on 64 feature maps.
# ---

# %% [markdown]
# # 3 Downsampling feature maps with 1×1 filters
#
# *Pooling shrinks the feature maps. What shrinks their number, and how much is lost?*
#
# *You need* [chapter 1](channels.py): one filter makes one map. *You will* know which layer shrinks which axis, measure what a reduction
# loses, and see why a network of 1×1 layers alone can only see colours. About twenty minutes.
#
# A 1×1 convolution shrinks their number, if it has fewer filters than there are channels. How much is lost depends on its
# weights, and on how redundant the maps are. On this page you measure both, on 64 feature maps of a photograph.

# %% [markdown]
# ## A stack of feature maps
#
# First, you need something to reduce. Here is a set of 64 filters made by hand, a *filter bank*. They look for edges and lines in eight
# directions and for edges in colour, and some of them blur. Of the 64 feature maps, look at four:

# %% alt="Four of the 64 feature maps of the photograph: fine vertical edges, thicker slanting lines, edges between red and green, where the suit's outline is bright on one side and dark on the other, and a blurred grey picture."
from onebyone import conv2d
from onebyone.book.filters import filter_bank
from onebyone.images import photograph, pictures

maps = conv2d(photograph(), filter_bank(), padding=5)  # (64, 256, 256)
print(maps.shape)
shown = {
    "Map 0: fine vertical edges": 2 * maps[0:1],
    "Map 26: broad lines": 4 * maps[26:27],
    "Map 32: edges from red to green": 8 * maps[32:33],
    "Map 56: a blur": maps[56:57] - 0.5,
}
pictures({name: 0.5 + x for name, x in shown.items()})  # zero as mid-grey

# %% [markdown]
# ## Which axis shrinks?
#
# Max pooling and a 1×1 convolution both make the stack smaller, but along different axes. Press *Next*, and watch which edge of the block
# becomes shorter:

# %% tags=["remove-input"] alt="The stack of 64 feature maps as a block, drawn to scale: as high as it has channels, with the first map on top. Pooling and a stride make it narrower and leave its height; a 1×1 convolution to 32 maps makes it half as high and leaves its width; both together leave an eighth."
from onebyone.book.widgets.shrink import shrink_a_stack

shrink_a_stack()

# %% [markdown]
# In code, with the shapes:

# %%
import numpy as np

from onebyone import conv1x1, conv2d, max_pool2d
from onebyone.book.filters import filter_bank
from onebyone.images import photograph

maps = conv2d(photograph(), filter_bank(), padding=5)
weight = np.ones((32, 64)) / 64  # any weight of this shape gives 32 maps

print("feature maps       ", maps.shape)
print("max pooling by 2   ", max_pool2d(maps, 2).shape)
print("1×1, 64 → 32       ", conv1x1(maps, weight).shape)
print("both               ", max_pool2d(conv1x1(maps, weight), 2).shape)

# %% [markdown]
# Pooling halves height and width, and it cannot change the number of channels. The 1×1 convolution halves the number of channels,
# and at stride 1 it cannot change height and width. Together they leave an eighth of the numbers.

# %% [markdown]
# ## One thing under three names
#
# What a 1×1 convolution does here goes by several names:
#
# - **Channel-wise pooling**: it combines channels as pooling combines pixels.
# - **Projection**: each pixel's 64 numbers are a vector, and the matrix projects it to fewer.
# - **Feature-map pooling**, or *cross channel parametric pooling* in
#   [Network in Network](reference/bibliography.md#network-in-network): pooling over maps, with weights that are learned.
#
# All three are the same operation. To see it, let the weights take the mean of maps 0 and 1, of maps 2 and 3, and so on, and compute each of the
# three in its own way:

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.book.filters import filter_bank
from onebyone.images import photograph

maps = conv2d(photograph(), filter_bank(), padding=5).astype(float)
weight = np.kron(np.eye(32), [[0.5, 0.5]])  # (32, 64), means of two maps each
y = conv1x1(maps, weight)  # (32, 256, 256)

# Pooling over channels: the mean of maps 0 and 1, of 2 and 3, and so on.
pooled = maps.reshape(32, 2, 256, 256).mean(axis=1)

# A projection: each pixel is a vector of 64 numbers, and becomes one of 32.
vectors = maps.reshape(64, 256 * 256)
projected = (weight @ vectors).reshape(32, 256, 256)

# Pooling over feature maps: whole maps, weighted and added up.
summed = np.zeros((32, 256, 256))
for c_out, c_in in np.ndindex(32, 64):
    summed[c_out] += weight[c_out, c_in] * maps[c_in]

assert np.allclose(y, pooled)
assert np.allclose(y, projected)
assert np.allclose(y, summed)
print("pooled, projected and summed agree:", y.shape)

# %% [markdown]
# Ordinary pooling, over pixels, differs in three ways. Max pooling is not linear, so no 1×1 convolution equals it. Average
# pooling has fixed weights, while those of a 1×1 convolution are learned. And a pooling window covers a few neighbours, while
# each output map here may use all 64 maps.

# %% [markdown]
# ## How much is kept?
#
# [Brownlee's article](reference/bibliography.md#brownlee), which this book follows, says that a 1×1 convolution retains the salient features.
# That can be measured. Reduce the 64 maps to fewer with one 1×1 convolution, and restore all 64 with a second one. What can be
# restored has been kept.
#
# Which weights are the best for this? Suppose that two of the maps were always equal. Then one number could carry both, and nothing would be lost by
# adding them. In general, each pixel is a point with 64 coordinates, and the points of a picture do not fill that space evenly: in some
# directions they are spread widely, and in others they hardly differ. So keep the directions in which they vary most. These are called the
# *principal components*, finding them is *principal component analysis* (PCA), and no other reduction to the same number of maps restores more
# ([Eckart and Young](reference/bibliography.md#eckart-young)).
#
# For comparison, take random weights, too, and follow each with the best possible second convolution. Every map is first divided by its
# standard deviation, so that all 64 count equally. What is printed and drawn is the *explained variance*: 100 % means that all maps came
# back exactly, and 0 % that only their means did.

# %% alt="Explained variance, in per cent, against the channels after the projection, from 4 to 64. The best projection explains nearly everything with 16 channels, nine tenths with 8 and two thirds with 4. A random projection falls faster, to about half with 4 channels."
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.algebra import best_expansion, pca_projection
from onebyone.book.figures.downsampling import plot_explained_variance
from onebyone.book.filters import filter_bank
from onebyone.images import photograph

maps = conv2d(photograph(), filter_bank(), padding=5).astype(float)
maps /= maps.std(axis=(1, 2), keepdims=True)  # each map has variance 1
rng = np.random.default_rng(seed=0)

widths = [64, 32, 16, 8, 4]
restored = {"best": [], "random": []}
for width in widths:
    best, _ = pca_projection(maps, width)  # (width, 64)
    random = rng.standard_normal((width, 64))
    for name, weight in {"best": best, "random": random}.items():
        fewer = conv1x1(maps, weight)  # (width, 256, 256)
        expand, bias = best_expansion(fewer, maps)  # (64, width), (64,)
        error = maps - conv1x1(fewer, expand, bias)  # (64, 256, 256)
        restored[name].append(1 - error.var(axis=(1, 2)).mean())
    best_share, random_share = (shares[-1] for shares in restored.values())
    print(f"{width:2} maps: best {best_share:.2%}, random {random_share:.2%}")

assert restored["best"][2] > 0.99  # 16 maps restore almost everything
assert 0.6 < restored["best"][4] < 0.7  # two thirds, from 4 maps
assert 0.4 < restored["random"][4] < 0.6
plot_explained_variance(widths, restored["best"], restored["random"])

# %% [markdown]
# Sixteen maps restore almost all of the 64, even with random weights. Below that the choice matters: from four maps the best projection restores
# about two thirds, and this random one about half. A different draw of random weights gives different numbers, but none can do
# better than the best projection.
#
# What does a loss look like? In the next figure, choose how many maps are kept. Each column shows one of the 64 maps, the fine horizontal edges of
# a face, after it has been restored, and below it the maps that were kept. In the first two columns, each kept map is a mixture of all 64. In
# the third column some of the 64 are kept as they are, and the others are left out. Can you pick maps that restore more than the best
# projection does?

# %% tags=["remove-input"] alt="Three columns, each with a map of the astronaut's face restored from fewer maps, the share of all 64 that comes back, and the maps that were kept. From 8 maps, the best projection restores 90.8 % and a slightly softer face, a random projection 71.9 % and a distorted one, and every eighth map 70.7 % and next to nothing of the face's horizontal edges."
from onebyone.book.widgets.squeeze import squeeze

squeeze()

# %% [markdown]
# Keeping every eighth map restores seven tenths of the variance, but next to nothing of this map, because the edges that were kept are all
# vertical. You can pick better maps. But no pick restores more than the best projection of the same width, since picking is a projection, too,
# whose matrix has a single 1 in each row. (All three columns are fitted to this photograph and evaluated on it; the random one is a different
# draw from the one above. [Chapter 12](trained.py) judges on a picture that nothing was fitted to.)
#
# Why do so few maps restore so many? Because the maps are redundant, and this bank is so by design: an edge filter at 22.5° is a weighted sum of its
# neighbours at 0° and 45° ([Freeman and Adelson](reference/bibliography.md#steerable)). Would it be different in a network, where a `relu`
# follows? Count the filters that are independent, and the maps before and after a `relu`:

# %%
import numpy as np

from onebyone import conv1x1, conv2d, relu
from onebyone.algebra import pca_projection
from onebyone.book.filters import filter_bank
from onebyone.images import photograph

bank = filter_bank().astype(float).reshape(64, -1)  # one filter a row
independent = np.linalg.matrix_rank(bank, rtol=1e-5)
print("independent filters:", independent)

maps = conv2d(photograph(), filter_bank(), padding=5).astype(float)
maps -= maps.mean(axis=(1, 2), keepdims=True)
maps /= maps.std(axis=(1, 2), keepdims=True)
before = np.linalg.matrix_rank(maps.reshape(64, -1), rtol=1e-5)
maps = relu(maps)
after = np.linalg.matrix_rank(maps.reshape(64, -1), rtol=1e-5)
print(f"independent maps: {before} before a relu, {after} after it")
assert (independent, before, after) == (26, 26, 64)
total = maps.var(axis=(1, 2)).sum()
for width in (32, 16, 8, 4):
    weight, mean = pca_projection(maps, width)
    fewer = conv1x1(maps, weight, bias=-weight @ mean)
    error = maps - conv1x1(fewer, weight.T, bias=mean)
    kept = 1 - error.var(axis=(1, 2)).sum() / total
    print(f"after a relu, {width:2} maps restore {kept:.1%}")

# %% [markdown]
# Only 26 of the 64 filters are independent, and so 26 maps could carry all 64 without loss. The `relu` makes all 64 maps independent, and none is a
# weighted sum of the others any more. Still, 16 principal components restore more than 97 %.
#
# So the article's "salient features" can be given a meaning: they are the directions in which the pixels vary most. Training
# looks for different directions, those that its
# task needs, but it cannot keep more of them than the layer has filters.

# %% [markdown]
# ## Where the nonlinearity goes
#
# Two 1×1 convolutions in a row, with nothing between them, are one, whose matrix is the product of the two. Put a `relu` between
# them, which replaces every negative number by zero, and they no longer collapse into one, so most networks have one there. How
# can you tell, without trying all matrices? Suppose that the two layers, call them $f$, could be replaced by a matrix $A$ and a
# bias $b$. Then $f(x) + f(-x) = (Ax + b) + (-Ax + b) = 2b$, the same at every pixel. The next block measures its standard
# deviation over the pixels, for each of three
# channels:

# %%
import numpy as np

from onebyone import conv1x1, relu
from onebyone.images import photograph

x = photograph().astype(float) - 0.5  # (3, 256, 256), of both signs
rng = np.random.default_rng(seed=0)
first, second = rng.standard_normal((8, 3)), rng.standard_normal((3, 8))

one_after_the_other = conv1x1(conv1x1(x, first), second)
assert np.allclose(one_after_the_other, conv1x1(x, second @ first))
print("without relu: one matrix of", (second @ first).shape, "does the same")

bent = conv1x1(relu(conv1x1(x, first)), second)
bent_of_negative = conv1x1(relu(conv1x1(-x, first)), second)
spread = (bent + bent_of_negative).std(axis=(1, 2))  # (3,)
assert (spread > 0.1).all()
print("with relu: f(x) + f(-x) is spread by", spread.round(2))

# %% [markdown]
# The sum is not the same everywhere, so no matrix and bias do what the two layers do.
#
# In the measurement above, the reduction and the expansion had nothing between them. So they are a single matrix, too, of 64×64.
# Its rank, the number of directions in which its output can vary, is at most the width in the middle. The best matrix of a given
# rank is known (it is the one that PCA gives), and that is why we know that no training could have made the error smaller.
#
# ## One channel in: copies, unless a bias and a ReLU change them
#
# What if there is only one channel, and nothing to mix? Then sixteen 1×1 filters have one weight each. They make sixteen copies of the picture
# that differ only in contrast, so fifteen of them carry no new information. A bias makes a whole copy lighter or darker, and a
# `relu` cuts off what is
# negative. Count the maps that are independent with each of the two, and with both:

# %%
import numpy as np

from onebyone import conv1x1, relu
from onebyone.images import photograph

red = photograph()[:1].astype(float) - 0.5  # (1, 256, 256), of both signs
weight = np.random.default_rng(seed=0).standard_normal((16, 1))
thresholds = np.linspace(-0.4, 0.4, 16)  # where each filter's output is zero
bias = -weight[:, 0] * thresholds
found = {
    "16 filters": conv1x1(red, weight),
    "with a bias": conv1x1(red, weight, bias),
    "with a relu": relu(conv1x1(red, weight)),
    "with both": relu(conv1x1(red, weight, bias)),
}
for name, maps in found.items():
    rank = np.linalg.matrix_rank(maps.reshape(16, -1), rtol=1e-5)
    print(f"{name:11} {rank:2} of 16 maps independent")
assert rank == 16

# %% [markdown]
# The sixteen copies are one map. With a bias, each is a weighted sum of two maps, the picture and a map of ones. With a `relu` there are two kinds,
# the bright part of the picture and its dark part, depending on the sign of the weight. With both, each filter cuts off at a brightness of its
# own, and all sixteen differ. A second 1×1 can then add them up to any curve of brightness that bends at these sixteen places, as
# photographers do with a tone curve.
#
# ## Colours, and nothing else
#
# Now stack as many 1×1 layers as you like, with biases and a `relu` after each. Average every map at the end, and call the averages the scores of ten
# classes. What can such a network know about a picture? It treats each pixel by itself, and the average forgets where the pixel was. So all that
# counts is which colours there are, and how many pixels have each. If that is true, shuffling the pixels should not change a score:

# %%
import numpy as np

from onebyone import conv1x1, conv2d, global_avg_pool2d, relu
from onebyone.images import photograph

rng = np.random.default_rng(seed=0)
x = photograph().astype(float)  # (3, 256, 256)
shuffled = rng.permutation(x.reshape(3, -1), axis=1).reshape(x.shape)
bias, second = rng.standard_normal(32), rng.standard_normal((10, 32))
first = {
    "1×1 first": rng.standard_normal((32, 3, 1, 1)),
    "3×3 first": rng.standard_normal((32, 3, 3, 3)),
}
for name, weight in first.items():
    scores = []
    for picture in x, shuffled:
        maps = conv1x1(relu(conv2d(picture, weight, bias)), second)
        scores.append(global_avg_pool2d(maps).ravel())
    moved = np.abs(scores[0] - scores[1]).max()
    print(f"{name}: scores up to {abs(scores[0]).max():.2f}", end=", ")
    print(f"shuffled they differ by up to {moved:.2f}")
    assert (moved < 1e-9) == (name == "1×1 first")

# %% [markdown]
# Colours are enough to tell a forest from a desert, but not a face from the same face upside down. With a single 3×3 at the
# beginning, the scores do change. So a
# network of 1×1 layers needs something that brings the pixels together: a larger kernel, pooling between its layers, or
# [attention](names.py#inside-a-transformer).
#
# !!! takeaway "Takeaway"
#     A 1×1 convolution pools along the channels, with learned weights: it makes fewer maps of the same size,
#     and loses little where the maps repeat each other.

# %% [markdown]
# ## Exercises
#
# **1. Does a 1×1 convolution see its neighbours?** Change one pixel of the input. How many pixels of the output can change,
# under a 1×1 and under a 3×3 convolution? And under two 1×1 convolutions with a `relu` between them?
#
# {{ exercise onebyone.book.solutions.downsampling.count_changed_pixels }}
#
# ??? hint "Hint"
#     Send two pictures through the layers that differ in one pixel, and compare what comes out.
#     Or ask of each layer how much further its kernel reaches.
#
# ??? success "Solution"
#     1, 9, and again 1. However many 1×1 layers you stack, each output pixel depends on one input pixel:
#     that is its receptive field.
#
#     {{ source onebyone.book.solutions.downsampling.count_changed_pixels }}
#
# **2. What does padding do to it?** You call `conv2d` with a 1×1 kernel and `padding=1`. What comes out?
#
# {{ exercise onebyone.book.solutions.downsampling.pad_and_convolve }}
#
# ??? hint "Hint"
#     What does the kernel read where it stands on the padding? And what does a layer make of a pixel whose channels are all zero?
#
# ??? success "Solution"
#     A frame. The output is two pixels higher and wider, and in the frame each pixel is the bias alone, or zero without one:
#     the matrix met only the zeros of the padding.
#
#     {{ source onebyone.book.solutions.downsampling.pad_and_convolve }}
#
# **3. The narrowest lossless width.** You reduce three channels to two and expand to three again, with biases.
# For which pictures is nothing lost?
#
# {{ exercise onebyone.book.solutions.downsampling.lossless_width }}
#
# ??? hint "Hint"
#     Each pixel is a point, with a coordinate for each channel. The biases may move all points at once: what is
#     left to say about a point then?
#
# ??? success "Solution"
#     For those whose pixels, as vectors, lie in one plane. The rank of the pixels, less their mean, is the smallest width
#     that loses nothing: 1 for a grey picture saved in colour, 3 for the photograph.
#
#     {{ source onebyone.book.solutions.downsampling.lossless_width }}
#
# You can reduce maps now, and you know what it loses. When is it worth it? [Chapter 4](projections.py) finds the width at which a reduction
# saves as much as it costs.
