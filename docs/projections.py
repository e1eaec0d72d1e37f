# ---
# description: Project, decrease, increase the number of feature maps with 1×1 convolutions, and when a bottleneck pays.
# ---

# %% [markdown]
# # 4 Using 1×1 convolutions: project, decrease, increase
#
# *You have 512 feature maps. How do you keep, reduce or increase their number, and when is that worth it?*
#
# *You need* [chapter 2](feature-maps.py)'s law of growth, and PyTorch for the first cells. *You will* choose the number of
# filters of a 1×1 layer, compute below which number a reduction saves work, and know where published numbers such as C/4 come
# from. About twenty minutes.
#
# A 1×1 convolution does each of the three, because the number of its filters is the number of maps that come out. Before a large
# kernel, a reduction saves work as long as it leaves fewer channels than a *break-even width*, which you can compute before you
# train anything.

# %% [markdown]
# ## A model to change
#
# [Brownlee's article](reference/bibliography.md#brownlee), which this chapter follows, starts from one layer: 512 filters of 3×3 on a
# picture of 256×256×3. In PyTorch it looks like this:

# %%
from torch import nn

from onebyone.summary import summary

model = nn.Sequential(
    nn.Conv2d(3, 512, kernel_size=3, padding="same"), nn.ReLU()
)
summary(model, (3, 256, 256))

# %% [markdown]
# ## Project, decrease, increase
#
# Now let a 1×1 convolution and a ReLU follow. With 512 filters it *projects* the maps to as many new ones, each a weighted sum of all the
# old ones. With 64 it *decreases* their number, and with 1,024 it *increases* it, although this adds no information: 1,024 maps
# are mixed from the same 512. Look at what each of the three costs, and at what they do to the picture's size.

# %%
from torch import nn

from onebyone.summary import summary
from onebyone.tables import Table

rows = []
for name, filters in ("project", 512), ("decrease", 64), ("increase", 1024):
    model = nn.Sequential(
        nn.Conv2d(3, 512, kernel_size=3, padding="same"),
        nn.ReLU(),
        nn.Conv2d(512, filters, kernel_size=1),
        nn.ReLU(),
    )
    found = summary(model, (3, 256, 256))
    pointwise = found.pointwise.layers[0]
    rows.append(
        (
            name,
            str(pointwise.output),
            pointwise.parameters,
            found.parameters,
            f"{found.macs / 1e9:.1f}",
        )
    )
head = ["model", "output", "parameters of the 1×1", "of both layers"]
Table([*head, "MACs of both, billions"], rows)

# %% [markdown]
# Height and width stay 256 in each row, because a 1×1 looks at one pixel at a time. The parameters follow the channels: 262,656 of them are
# 512 · 512 weights and 512 biases, and the model that projects has 276,992. They do not depend on the picture's size, to which
# the MACs are proportional.
#
# Did you expect the model that decreases to be smaller than the one that we started from? It has grown, from 14,336 parameters to 47,168, because a
# reduction costs something itself. It pays off in the next layer. Add a 3×3 convolution with 512 filters, and count with the reduction and without:

# %%
from onebyone.cost import parameters

without = parameters(512, 512, kernel_size=3)
through_64 = parameters(512, 64, kernel_size=1) + parameters(64, 512, 3)
print(f"3×3 from 512 to 512 maps:      {without:>9,} parameters")
print(f"1×1 to 64 maps, then the 3×3:  {through_64:>9,} parameters")

# %% [markdown]
# Six in seven parameters are gone, because the 3×3 now reads 64 maps instead of 512.
#
# ## The same in NumPy
#
# This book has a NumPy and a PyTorch version of each function. To be sure that they compute the same, run the three models once
# more in NumPy, with PyTorch's weights, and compare
# every number that comes out. A crop of 32×32 pixels is enough, since the weights do not depend on the picture's size.

# %%
import numpy as np
import torch
from torch import nn

from onebyone import conv1x1, conv2d, relu
from onebyone.images import photograph

torch.manual_seed(0)
x = photograph()[:, 64:96, 96:128]  # (3, 32, 32)
features = nn.Conv2d(3, 512, kernel_size=3, padding="same")
weight, bias = features.weight.detach(), features.bias.detach()
maps = relu(conv2d(x, weight.numpy(), bias.numpy(), padding="same"))

for filters in 512, 64, 1024:
    layer = nn.Conv2d(512, filters, kernel_size=1)
    model = nn.Sequential(features, nn.ReLU(), layer, nn.ReLU())
    with torch.no_grad():
        in_pytorch = model(torch.from_numpy(x)).numpy()
    weight, bias = layer.weight.detach(), layer.bias.detach()
    in_numpy = relu(conv1x1(maps, weight.numpy(), bias.numpy()))
    assert np.allclose(in_numpy, in_pytorch, atol=1e-5)
    print("equal:", in_numpy.shape)

# %% [markdown]
# ## When does a bottleneck pay?
#
# A *bottleneck* reduces the channels with a 1×1 convolution, so that the large kernel works on only a few. Take the 5×5 of
# [chapter 2](feature-maps.py#a-layer-that-costs-too-much-and-the-remedy), from 192 maps to 32. Directly it has $25 \cdot 192 \cdot 32 = 153{,}600$
# weights. Each channel of the bottleneck costs 192 weights to make, and $25 \cdot 32 = 800$ to read, together 992. So 154
# channels cost less than the direct layer, $154 \cdot 992 = 152{,}768$, and 155 cost more: this bottleneck pays up to a width of
# 154.
#
# In general, let $m$ be the number of channels in the bottleneck, its *width*. The reduction has $C_\text{in} \cdot m$ weights,
# the convolution after it has $k^2 \cdot m \cdot C_\text{out}$,
# and the direct convolution has $k^2 \cdot C_\text{in} \cdot C_\text{out}$. The bottleneck has fewer as long as
#
# $$
# m \cdot (C_\text{in} + k^2\, C_\text{out}) < k^2\, C_\text{in}\, C_\text{out}
# \quad\Longleftrightarrow\quad
# m < \frac{k^2\, C_\text{in}\, C_\text{out}}{C_\text{in} + k^2\, C_\text{out}}
# $$
#
# With stride 1 both layers have the same number of output pixels as the direct one, so the break-even width for multiply-accumulates is the same.
#
# {{ source onebyone.cost.break_even_width }}
#
# Check the derivation by counting: for each of the layers below, the next block counts the weights at every width, and looks for
# the largest width that still saves weights.
# The layers are those of [GoogLeNet's](reference/bibliography.md#googlenet) Table 1, whose modules are named 3a to 5b. The last number of each line
# is the share of the direct layer's weights that the published width takes:

# %%
from onebyone.cost import break_even_width, parameters

layers = {
    "Inception 3a, 5×5": (192, 32, 5, 16),
    "Inception 3a, 3×3": (192, 128, 3, 96),
    "Inception 4e, 5×5": (528, 128, 5, 32),
    "Inception 5b, 3×3": (832, 384, 3, 192),
}
for name, (c_in, c_out, k, published) in layers.items():
    direct = parameters(c_in, c_out, k, bias=False)
    weights = {
        w: parameters(c_in, w, 1, bias=False)
        + parameters(w, c_out, k, bias=False)
        for w in range(1, 1000)
    }
    widest = max(w for w in weights if weights[w] < direct)
    assert break_even_width(c_in, c_out, k) == widest
    share = weights[published] / direct
    print(f"{name}: break-even {widest}, published {published}: {share:.0%}")

# %% [markdown]
# Formula and count agree. Each published width lies below its break-even width, and most lie far below. The first of them as a figure: look where
# the line crosses the level of the direct layer, and where GoogLeNet's width lies.

# %% tags=["remove-input"] alt="Weights of a bottleneck against its width, for Inception 3a's 5×5 branch. A straight line rises from zero and crosses the level of the direct convolution, 153,600 weights, just above a width of 154 channels. The published width of 16 channels lies far below, at 15,872 weights."
from onebyone.cost import break_even_width, parameters
from onebyone.book.figures.projections import plot_cost_against_width

widths = range(1, 201)
plot_cost_against_width(
    "Inception 3a: 192 → 32 by 5×5",
    widths,
    [
        parameters(192, w, 1, bias=False) + parameters(w, 32, 5, bias=False)
        for w in widths
    ],
    direct=parameters(192, 32, 5, bias=False),
    break_even=break_even_width(192, 32, 5),
    published=16,
)

# %% [markdown]
# [ResNet's](reference/bibliography.md#resnet) bottleneck reduces, convolves, and *increases* again: 256 → 64 → 64 → 256. Its
# width is both the input and
# the output of the 3×3, so the cost grows with its square, and the formula above does not hold. Counting still works. The level
# is that of one 3×3 convolution at the full 256 channels:

# %% alt="Weights of ResNet's bottleneck against its width. A curve bends upwards and crosses the level of a direct 3×3 convolution at 256 channels, 589,824 weights, just above a width of 229 channels. The published width of 64 channels needs 69,632 weights."
from onebyone.cost import parameters
from onebyone.book.figures.projections import plot_cost_against_width

widths = range(1, 281)
reduce = [parameters(256, w, 1, bias=False) for w in widths]
convolve = [parameters(w, w, 3, bias=False) for w in widths]
increase = [parameters(w, 256, 1, bias=False) for w in widths]
costs = [sum(three) for three in zip(reduce, convolve, increase, strict=True)]
direct = parameters(256, 256, 3, bias=False)
break_even = max(
    w for w, cost in zip(widths, costs, strict=True) if cost < direct
)

print(f"published, width 64:   {costs[widths.index(64)]:>7,} weights")
print(f"one 3×3 at 256:        {direct:>7,} weights")
print(f"break-even:            width {break_even}")
plot_cost_against_width(
    "ResNet: 256 → m → m → 256",
    widths,
    costs,
    direct=direct,
    break_even=break_even,
    published=64,
)

# %% [markdown]
# So up to 229 channels the bottleneck is smaller than a single 3×3, and at the published 64 it has about an eighth of the weights.
#
# ## Why 16, C/8 or C/4?
#
# GoogLeNet reduces 192 maps to 16, and ResNet reduces 256 to a quarter. [SAGAN](reference/bibliography.md#sagan), a network that
# compares each pixel with all others, reduces them to an eighth of their channels before it compares. Where do such widths come
# from? Not from a formula: SAGAN's authors
# tried $C$, $C/2$, $C/4$ and
# $C/8$, noticed no great difference, and took the last to save memory. But two numbers tell you where to look, and you can compute both.
#
# **The first is the break-even width.** For two layers the cost is proportional to the width, so half of the break-even width costs half as much as
# the direct layer. How far below it are the published widths? (SAGAN reduces each pixel in two ways, the [queries and
# keys](names.py#inside-a-transformer) of its attention. Only the product of the two matrices counts, so they stand for one matrix
# from $C$ to $C$ channels.)

# %%
from onebyone.cost import break_even_width, parameters
from onebyone.tables import Table

pairs = {  # channels in, channels out, kernel size, published width
    "GoogLeNet 3a, 5×5": (192, 32, 5, 16),
    "SAGAN, 256 channels": (256, 256, 1, 32),
}
rows = []
for name, (c_in, c_out, kernel, width) in pairs.items():
    widest = break_even_width(c_in, c_out, kernel)
    reduce = parameters(c_in, width, 1, bias=False)
    cost = reduce + parameters(width, c_out, kernel, bias=False)
    direct = parameters(c_in, c_out, kernel, bias=False)
    row = name, f"C/{c_in // width} = {width}", f"{widest}"
    assert cost <= direct / 4
    rows.append((*row, f"{cost / direct:.0%}"))
costs = [2 * 256 * m + 9 * m**2 for m in range(257)]  # ResNet's, by width
widest = max(m for m in range(257) if costs[m] < 9 * 256**2)
share = f"{costs[64] / (9 * 256**2):.0%}"
rows.append(("ResNet, 256 channels", "C/4 = 64", f"{widest}", share))
Table(["layer", "width", "break-even", "share of the direct weights"], rows)

# %% [markdown]
# All three stay far below, at between a tenth and a quarter of the direct layer's weights. So the bound says that such widths are cheap, but not that
# they are enough.
#
# **The second number comes from the maps**: along how many directions do they vary? A direction is a weighted sum of the channels, and
# [chapter 3](downsampling.py#how-much-is-kept) found the best ones. Here are its 64 maps again. The directions are fitted on one
# photograph, and tested on a second: how much of its variance do they hold?

# %%
import numpy as np
from skimage import data

from onebyone import conv1x1, conv2d
from onebyone.algebra import pca_projection
from onebyone.book.filters import filter_bank
from onebyone.cost import break_even_width
from onebyone.images import photograph

coffee = np.moveaxis(data.coffee()[:256, :256] / 255, -1, 0)
fit = conv2d(photograph(), filter_bank(), padding=5)  # (64, 256, 256)
judged = conv2d(coffee, filter_bank(), padding=5)
scale = fit.std(axis=(1, 2), keepdims=True)  # so that each map counts alike
fit, judged = fit / scale, judged / scale
assert break_even_width(64, 64, 3) == 57  # of a 3×3 to 64 maps
for width in 32, 16, 8, 4:
    weight, mean = pca_projection(fit, width)  # (width, 64)
    fewer = conv1x1(judged, weight, bias=-weight @ mean)
    error = judged - conv1x1(fewer, weight.T, bias=mean)
    held = 1 - error.var(axis=(1, 2)).sum() / judged.var(axis=(1, 2)).sum()
    print(f"C/{64 // width} = {width:2}: {held:.1%} of the variance")
    assert (held > 0.85) == (width >= 8)

# %% [markdown]
# For a 3×3 that makes 64 maps of these 64, a 1×1 in front of it saves weights up to 57 channels, and all four widths are below
# that. A quarter of the channels holds all but 0.3 % of the second photograph's variance, and an eighth holds nearly nine tenths.
# But a
# sixteenth holds little
# more than half. That makes a recipe:
#
# 1. Compute the break-even width, and from that the width that you can afford.
# 2. Count the directions that hold, say, 90 % of the variance of the maps that you want to reduce, on pictures
#    that were not used to find them.
# 3. If the second number is smaller, take a width between the two. The lower end costs less, and the upper end loses less.
#
# What if the second number is larger? For these maps it is not, because their filters repeat each other. But the maps of a
# trained network vary in more
# directions. EfficientNet-Lite0 is such a network, and chapter 12 looks into it. Here are some of its layers that reduce, with
# the number of directions in which their input varies, counted on crops of ten pictures for [chapter
# 12](trained.py#are-there-too-many-channels):

# %%
from onebyone.book import records
from onebyone.tables import Table

reducing = [
    layer
    for layer in records.load("shrinking")["layers"]
    if layer["in_channels"] > layer["out_channels"]
]
columns = "in_channels", "input", "out_channels"
rows = [[la[name] for name in columns] for la in reducing[1::3]]
narrower = sum(la["out_channels"] < la["input"] for la in reducing)
print(f"{narrower} of {len(reducing)} keep fewer than would hold 90 %")
assert narrower > len(reducing) / 2
Table(["channels in", "directions that hold 90 %", "channels kept"], rows)

# %% [markdown]
# Thirteen of the sixteen keep fewer channels than would hold 90 %, most of them by far, and yet this network [classifies
# well](trained.py#a-trained-network). It was trained with these widths, so it could learn to put what it needs into the
# directions
# that they let through, and those need not be the ones with the most variance.
#
# So where a network is trained with its width, 90 % may be more than it needs. Where a trained network is cut, 90 % may not be
# enough. In chapter 12, a cut drops [at least a fifth of the directions](trained.py#what-does-cutting-cost) in every layer. They
# hold less than a tenth of the variance, and yet most of the network's answers change. So the two numbers give you a width to
# start from, and no more. To find out whether it is
# right, train with two widths, and
# compare them as [chapter 10](training.py) does.

# %% [markdown]
# ## Move the numbers
#
# Try your own numbers. The bottleneck has two layers, a 1×1 convolution to its width and the large kernel from there, and it
# breaks even at the dashed
# line, where it costs as much as the direct convolution. The page's address keeps your settings, so you can share them.

# %% tags=["remove-input"] alt="Fields for a layer's channels, kernel, bottleneck width and size, and bars for what it costs. At the start Inception 3a's 5×5 branch: 153,600 weights directly and 15,872 through a bottleneck of 16 channels, far below the break-even width of 154."
from onebyone.book.widgets.explorer import cost_explorer

cost_explorer()

# %% [markdown]
# ## Reduce before the large kernel, not after
#
# The 1×1 could also come last: let the 5×5 make only 16 maps, and let a 1×1 increase them to 32. Which order is cheaper? Compare
# both, from 192 maps of
# 28×28 pixels to 32:

# %%
from onebyone.cost import macs

before = macs(192, 16, 1, 28, 28) + macs(16, 32, 5, 28, 28)
after = macs(192, 16, 5, 28, 28) + macs(16, 32, 1, 28, 28)
direct = macs(192, 32, 5, 28, 28)
print(f"1×1 before 5×5: {before:>11,}")
print(f"1×1 after 5×5:  {after:>11,}, {after / before:.1f} times as many")
print(f"5×5 alone:      {direct:>11,}")

# %% [markdown]
# With the 1×1 first, the 5×5 kernel reads 16 channels; with the 1×1 last, it reads 192. Both orders are cheaper than the direct
# layer, but with the 1×1 first the layer costs only a fifth of what it costs with the 1×1 last. And if a block has to output more
# maps than it works on, the same reasoning puts the increase *last*,
# which is the shape of ResNet's block: 1×1, 3×3, 1×1.
#
# All this was about cost. A narrower layer also learns less, or different things, and and what that means for accuracy, only
# training can tell ([chapter 10](training.py)).
#
# !!! takeaway "Takeaway"
#     The number of 1×1 filters is the number of maps you get, at the price of one weight for each pair of channels;
#     a reduction before a large kernel pays below the width $k^2 C_\text{in} C_\text{out} / (C_\text{in} + k^2 C_\text{out})$.

# %% [markdown]
# ## Exercises
#
# **1. Is it a fully connected layer?** A fully connected layer from 512 numbers to 64 has 32,832 parameters,
# the same as the 1×1 convolution above. Is it the same layer?
#
# {{ exercise onebyone.book.solutions.projections.dense_at_each_pixel }}
#
# ??? hint "Hint"
#     `pixels @ weight.T` multiplies the last axis by the matrix. Where do the channels stand in `x`, and where are they
#     to stand in the result?
#
# ??? success "Solution"
#     At each pixel, yes: the 1×1 convolution is one fully connected layer that all pixels share. Over the whole image, no:
#     a fully connected layer from all of 512×256×256 numbers would have a weight for each pair of an input and an output:
#     512 · 256² · 64 · 256² of them.
#
#     {{ source onebyone.book.solutions.projections.dense_at_each_pixel }}
#
# **2. What does stride 2 throw away?** A 1×1 convolution with stride 2 halves height and width.
# What share of the input does it never look at?
#
# {{ exercise onebyone.book.solutions.projections.strided_conv1x1 }}
#
# ??? hint "Hint"
#     On which rows does the kernel stand where $H$ is 4, and where it is 5? Which does it read?
#
# ??? success "Solution"
#     Three pixels in four: it looks at one pixel and never at its neighbours. It is the same as taking every second pixel
#     of every second row first, which is easier to picture.
#
#     {{ source onebyone.book.solutions.projections.strided_conv1x1 }}
#
# **3. A bottleneck for a 1×1.** You replace a 1×1 convolution from 256 to 256 channels by two, through a width of $m$.
# Below which width does that save weights?
#
# {{ exercise onebyone.book.solutions.projections.widest_pointwise_pair }}
#
# ??? hint "Hint"
#     Write down the weights of the one layer, and of the two. As many is not fewer.
#
# ??? success "Solution"
#     Below 128: $m \cdot (256 + 256) < 256 \cdot 256$. So the largest width that saves is 127.
#     The two are one matrix of rank 127 at most, which is the price.
#
#     {{ source onebyone.book.solutions.projections.widest_pointwise_pair }}
#
# Project, decrease, increase: networks have been built from these three for ten years. [Chapter 5](architectures/index.py) counts eighteen.
