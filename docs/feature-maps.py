# ---
# description: Channels multiply with depth, and a layer's cost grows with their square. What pooling can do about it, and what it cannot.
# ---

# %% [markdown]
# # 2 The problem of too many feature maps
#
# *A network makes more and more feature maps, layer by layer. What do they cost, and can pooling reduce their number?*
#
# *You need* [chapter 1](channels.py): a filter is as deep as its input. *You will* count the parameters of any layer and its
# work, in multiply-accumulates (MACs), know which of the two pooling reduces, and see the layer that reduces both. About ten
# minutes.
#
# They cost a great deal, because each output map is computed from every input map: doubling both makes four times the work.
# Pooling makes the maps smaller. It never makes them fewer.

# %% [markdown]
# ## One layer on one picture
#
# Take a colour picture of 256×256 pixels and a layer of 512 filters of 3×3. It is the first layer in
# [Brownlee's article](reference/bibliography.md#brownlee) on 1×1 convolutions, which the first five chapters of this book follow.
# What will take more memory, its weights or its output?

# %%
import numpy as np

from onebyone import conv2d
from onebyone.cost import macs, parameters
from onebyone.images import photograph

x = photograph()  # (3, 256, 256)
weight = np.zeros((512, 3, 3, 3), dtype=np.float32)
bias = np.zeros(512, dtype=np.float32)
y = conv2d(x, weight, bias, padding="same")  # (512, 256, 256)

assert weight.size + bias.size == parameters(3, 512, kernel_size=3)
print(f"parameters:           {parameters(3, 512, kernel_size=3):>13,}")
print(f"multiply-accumulates: {macs(3, 512, 3, 256, 256):>13,}")
print(f"bytes that go in:     {x.nbytes:>13,}")
print(f"bytes that come out:  {y.nbytes:>13,}")

# %% [markdown]
# The parameters are few, 14,336. What fills the memory is the *activations*: 134,217,728 bytes come out, which is 128 MiB for a
# single picture in float32. And because the next layer reads them all, each of its 3×3 filters now has 3 · 3 · 512 weights.

# %% [markdown]
# ## Channels grow with depth
#
# Deeper layers have fewer pixels and more channels. [VGG-16](reference/bibliography.md#vgg) is the plainest example: after each stage it halves
# height and width, and it doubles the channels until there are 512. Follow the two charts from left to right:

# %% tags=["remove-input"] alt="Two bar charts over the input and the five stages of VGG-16. Channels grow from 3 to 64, 128, 256, 512 and 512. Height and width shrink from 224 to 224, 112, 56, 28 and 14 pixels."
from onebyone.book.figures.feature_maps import plot_stages

plot_stages(
    ["input", "stage 1", "stage 2", "stage 3", "stage 4", "stage 5"],
    channels=[3, 64, 128, 256, 512, 512],
    sizes=[224, 224, 112, 56, 28, 14],
)

# %% [markdown]
# The channels rise while the pixels fall. Do the two cancel? Here is what a 3×3 layer costs in each stage, if it has equally many
# channels in and out:

# %%
from onebyone.cost import macs, parameters

stages = [(64, 224), (128, 112), (256, 56), (512, 28), (512, 14)]
for stage, (channels, size) in enumerate(stages, start=1):
    weights = parameters(channels, channels, kernel_size=3, bias=False)
    products = macs(channels, channels, 3, height=size, width=size)
    print(f"stage {stage}: {weights:>9,} weights, {products:>13,} MACs")

# %% [markdown]
# As far as work goes, they do: twice the channels make four times the multiply-accumulates (MACs), a quarter of the pixels
# cancels that, and so a layer costs the same in the first four stages. For weights nothing cancels the growth: their number
# quadruples each time the channels double.

# %% [markdown]
# ## The law of growth: parameters and MACs
#
# In stage 2 above, the layer has 128 channels in and out, and a 3×3 kernel: $9 \cdot 128 \cdot 128 = 147{,}456$ weights. In general a layer
# with kernel size $k$ has a weight for each position in the kernel, each input channel and each output channel, and each weight is used
# once for each pixel that comes out:
#
# $$
# \text{weights} = k^2 \cdot C_\text{in} \cdot C_\text{out}
# $$
#
# $$
# \text{MACs} = H_\text{out} \cdot W_\text{out} \cdot k^2 \cdot C_\text{in} \cdot C_\text{out}
# $$
#
# ??? note "The same in code"
#     It counts all parameters, so biases too. `groups` is 1 until [chapter 6](names.py#in-groups-and-shuffled).
#
#     {{ source onebyone.cost.parameters }}
#
#     {{ source onebyone.cost.macs }}
#
# Both panels below set $C_\text{out} = C_\text{in}$. The axes are logarithmic, so that a power law is a straight line, whose
# slope is the exponent. Compare the slopes first, and then the distances:

# %% tags=["remove-input"] alt="Two plots over 16 to 1,024 channels, with logarithmic axes: parameters of one layer, and its MACs on 28 by 28 pixels. In both, four parallel straight lines rise by a factor of four for each doubling of the channels: 7×7 on top, then 5×5, 3×3, and far below them 1×1."
from onebyone.book.figures.feature_maps import plot_cost_against_channels

plot_cost_against_channels()

# %% [markdown]
# All eight lines have the same slope: cost grows with the square of the number of channels, whatever the kernel. The kernel only moves the
# line up. In numbers:

# %%
from onebyone.cost import macs, parameters

print("channels        1×1        3×3        5×5        7×7")
for channels in (64, 256, 512):
    one, three, five, seven = (
        parameters(channels, channels, kernel_size, bias=False)
        for kernel_size in (1, 3, 5, 7)
    )
    print(f"{channels:8} {one:10,} {three:10,} {five:10,} {seven:10,}")
    assert (three, five, seven) == (9 * one, 25 * one, 49 * one)
    assert parameters(2 * channels, 2 * channels, 1, bias=False) == 4 * one
    assert macs(channels, channels, 5, height=28, width=28) == 28 * 28 * five

# %% [markdown]
# In each row a 3×3 costs 9 times as much as a 1×1, a 5×5 costs 25 times as much, and a 7×7 costs 49 times.
#
# ## A layer that costs too much, and the remedy
#
# So a large kernel on many channels is the most expensive thing in a network, and here a 1×1 convolution helps. The first
# *Inception module* of [GoogLeNet](reference/bibliography.md#googlenet), called 3a, computes 32 maps from 192 with 5×5 filters,
# on 28×28 pixels. Directly, that takes 120.4 million multiplications. GoogLeNet first reduces the 192 maps to 16
# with a 1×1 convolution. That is one layer more, so you might expect more work:

# %%
from onebyone.cost import macs

direct = macs(192, 32, kernel_size=5, height=28, width=28)
reduce = macs(192, 16, kernel_size=1, height=28, width=28)
convolve = macs(16, 32, kernel_size=5, height=28, width=28)

print(f"5×5 from 192 to 32: {direct:>11,} MACs")
print(f"1×1 from 192 to 16: {reduce:>11,}")
print(f"5×5 from 16 to 32:  {convolve:>11,}")
print(f"the two together:   {reduce + convolve:>11,}")
print(f"{direct / (reduce + convolve):.1f} times fewer")

# %% [markdown]
# 120.4 million became 12.4 million, and still 32 maps of the same size come out. Are they as good? That is a question of its own.
# [Chapter 3](downsampling.py) measures how much a reduction keeps, and [chapter 4](projections.py) computes when it saves work.

# %% [markdown]
# ## What pooling can do about it
#
# The usual way to make feature maps smaller is pooling. It slides a window over each map separately, so it changes height and
# width, and cannot change how many maps there are. Look at the first number of each shape:

# %%
import numpy as np

from onebyone import avg_pool2d, global_avg_pool2d, max_pool2d

x = np.random.default_rng(seed=0).standard_normal((192, 28, 28))
pooled = {
    "max_pool2d(x, 2)": max_pool2d(x, 2),
    "avg_pool2d(x, 4)": avg_pool2d(x, 4),
    "max_pool2d(x, 3, stride=1)": max_pool2d(x, 3, stride=1),
    "global_avg_pool2d(x)": global_avg_pool2d(x),
}
for name, y in pooled.items():
    assert len(y) == len(x)
    print(f"{name:27} {x.shape} → {y.shape}")

# %% [markdown]
# Each line has 192 channels before and after. Even global average pooling, which reduces each map to one number, keeps all 192. What
# does pooling save, then, in the layer that comes next?

# %%
from onebyone.cost import macs, parameters

weights = parameters(192, 32, kernel_size=5, bias=False)
before = macs(192, 32, kernel_size=5, height=28, width=28)
after = macs(192, 32, kernel_size=5, height=14, width=14)
print(f"without pooling:   {weights:,} weights, {before:>11,} MACs")
print(f"after pooling by 2: {weights:,} weights, {after:>10,} MACs")

# %% [markdown]
# Pooling quartered the multiply-accumulates, but it discards three pixels in four. It did not touch the weights: to have fewer of
# those, a layer needs a smaller kernel or fewer channels.
#
# !!! takeaway "Takeaway"
#     A layer's cost is proportional to the product of its channels in and out, so cut channels first;
#     pooling shrinks height and width, but never the number of channels.

# %% [markdown]
# ## Exercises
#
# **1. Twice as wide.** You double the number of channels everywhere in a network, except for the three channels of its input. By
# what factor do the weights of an inner layer grow? And those of the first layer, and of a depthwise layer, in which each filter
# reads only one channel?
#
# {{ exercise onebyone.book.solutions.feature_maps.growth_when_doubled }}
#
# ??? hint "Hint"
#     In the law of growth above, which of the two channel counts double in each layer? A filter of a depthwise layer
#     is one channel deep.
#
# ??? success "Solution"
#     By 4 and by 2: the first layer doubles on one side only. A depthwise layer also grows by 2, since it has twice as many filters
#     and each stays as deep as it was.
#
#     {{ source onebyone.book.solutions.feature_maps.growth_when_doubled }}
#
# **2. What does the bias add?** In the layer of 512 filters above, what share of the parameters are biases?
# And in a 3×3 layer from 512 to 512 channels?
#
# {{ exercise onebyone.book.solutions.feature_maps.share_of_biases }}
#
# ??? hint "Hint"
#     How many biases does one filter have, and how many weights?
#
# ??? success "Solution"
#     One number for each filter, whatever its depth: 512 of 14,336, or 3.6 %. In the deeper layer it is still 512,
#     now of 2,359,808, or 0.02 %. A bias adds a constant to a whole feature map; it mixes no channels and sees no pixels.
#
#     {{ source onebyone.book.solutions.feature_maps.share_of_biases }}
#
# **3. Pool along the channels.** Max pooling takes the largest of neighbouring pixels. What would halve the number of
# channels in the same way, and would it learn anything?
#
# {{ exercise onebyone.book.solutions.feature_maps.maxout }}
#
# ??? hint "Hint"
#     Pooling compares neighbours in height and width. Which channels are neighbours, if each is to be compared once?
#     `x[0::2]` are every second one.
#
# ??? success "Solution"
#     The largest of each pair of channels: it is called [maxout](reference/bibliography.md#maxout), and it has no weights
#     of its own: the layer before must learn which maps to pair. A 1×1 convolution learns the combination itself, and
#     [chapter 3](downsampling.py) is about it.
#
#     {{ source onebyone.book.solutions.feature_maps.maxout }}
#
# Pooling cannot reduce the number of maps, and a 1×1 convolution can. What does it lose? [Chapter 3](downsampling.py) reduces 64
# maps of a photograph to fewer, and tries to restore them.
