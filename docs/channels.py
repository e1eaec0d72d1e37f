# ---
# description: A filter is as deep as its input, and one filter makes one feature map. Worked by hand, in loops and in NumPy.
# ---

# %% [markdown]
# # 1 Convolutions over channels
#
# *Why does a 3×3 filter have 27 weights on a colour picture, and not 9?*
#
# Because a filter is as deep as its input. A colour picture has three channels, so the filter has three
# layers of 3×3 weights. It lies over all three channels at once and puts out one number.

# %% tags=["remove-input"] alt="The photograph as a block of three maps of 16 by 16 tiles, red, green and blue, one above the other, and under them one grey map. A block of 3 by 3 tiles goes down through all three channels. Beside each channel stand its nine pixels and the filter's nine weights for them, and their sum. The three sums add up to one tile of the map below."
from onebyone.book.widgets.column import follow_a_pixel

follow_a_pixel(kernel_size=3)

# %% [markdown]
# Point at a tile, or press *Play*. Whatever the kernel size, the filter reaches from the first channel to the last, and each
# place makes one tile of one map. The filter is the same at every place: it is the brightness of television, smoothed a little.
# It has to lie inside the picture, so a larger one has fewer places, and the output loses its rim. A 1×1 loses nothing.

# %% [markdown]
# ## A filter is as deep as its input
#
# The photograph has three channels. Here is one filter for it. It averages the 27 numbers that it covers:
# nine pixels in each of three channels.

# %%
import numpy as np

from onebyone import conv2d
from onebyone.images import photograph

x = photograph()  # (C_in, H, W) = (3, 256, 256)
weight = np.full((1, 3, 3, 3), 1 / 27)  # (C_out, C_in, KH, KW)
y = conv2d(x, weight)

print("one filter:     ", weight[0].shape, "holds", weight[0].size, "weights")
print("one feature map:", y.shape)

# %% [markdown]
# The filter moves down and across. It does not move along the channels: it already covers them all.
# So three channels go in and one comes out.
#
# A filter of another depth does not fit, and the library says so.

# %% tags=["raises-exception"]
import numpy as np

from onebyone import conv2d
from onebyone.images import photograph

conv2d(photograph(), np.ones((1, 4, 3, 3)))

# %% [markdown]
# ## By hand
#
# Take an input small enough for pencil and paper: two channels of 4×4 pixels, and one filter of 2×3×3.

# %%
import numpy as np

from onebyone import conv2d

x = np.array(
    [
        [[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 1], [1, 0, 1, 2]],
        [[0, 1, 1, 0], [2, 0, 1, 3], [1, 1, 0, 0], [0, 2, 1, 1]],
    ]
)  # (2, 4, 4)
weight = np.array(
    [
        [
            [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
            [[0, 1, 0], [1, 1, 1], [0, 1, 0]],
        ]
    ]
)  # (1, 2, 3, 3)

patch = x[:, 0:3, 0:3]  # what the filter covers at the top left
products = patch * weight[0]  # (2, 3, 3)
print("channel 0 adds up to", products[0].sum())
print("channel 1 adds up to", products[1].sum())
print("the output pixel is ", products.sum())

assert conv2d(x, weight)[0, 0, 0] == products.sum()
print(conv2d(x, weight))

# %% [markdown]
# Do the first pixel yourself. In channel 0 the filter subtracts the right column from the left:
# $(1 + 0 + 2) - (2 + 1 + 0) = 0$. In channel 1 it adds up a cross: $1 + 2 + 0 + 1 + 1 = 5$.
# The two sums are added, and 5 is the output pixel.
# Then the filter moves one pixel to the right. There are four places for it, so the output has 2×2 pixels:

# %% tags=["remove-input"] alt="The two channels of 4 by 4 numbers, one above the other, and under them the output of 2 by 2 numbers: 5 and 7, 5 and 4. A block of 3 by 3 tiles goes down through both channels from the top left. Beside each channel stand the nine numbers that it covers and their weights; the sums are 0 and 5, and the output is 5."
from onebyone.book.widgets.column import follow_by_hand

follow_by_hand()

# %% [markdown]
# ## The definition
#
# In a formula, with stride 1 and no padding:
#
# $$
# y[c_\text{out}, h, w] = \text{bias}[c_\text{out}] + \sum_{c_\text{in}} \sum_{i} \sum_{j}
#     \text{weight}[c_\text{out}, c_\text{in}, i, j] \cdot x[c_\text{in}, h + i, w + j]
# $$
#
# In loops, where `*n` is the image in its batch, if there is one:
#
# {{ source onebyone.reference.slide_filters }}
#
# These loops are the definition. The kernel is [not flipped](reference/notation.md).
# A 1×1 kernel has a single tap, so two of the three sums fall away, and what is left is a weighted sum over the channels of one pixel:
#
# {{ source onebyone.reference.conv1x1_loops }}
#
# Both are slow, since Python looks at each weight and each pixel on its own.
# The fast form lays what each output pixel sees into one column, a layout called *im2col*. Then all the sums are one matrix product.

# %%
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from onebyone.reference import slide_filters

rng = np.random.default_rng(seed=0)
x = rng.integers(-9, 10, size=(3, 8, 8))
weight = rng.integers(-9, 10, size=(4, 3, 3, 3))

seen = sliding_window_view(x, (3, 3), axis=(1, 2))  # (3, 6, 6, 3, 3)
columns = seen.transpose(0, 3, 4, 1, 2).reshape(3 * 3 * 3, 6 * 6)
y = (weight.reshape(4, 3 * 3 * 3) @ columns).reshape(4, 6, 6)

assert np.array_equal(y, slide_filters(x, weight))
print(columns.shape, "columns, one for each output pixel; output:", y.shape)

# %% [markdown]
# The package's `conv2d` does this, and takes a stride and padding too. Its arguments mean what they mean in PyTorch.
# (Before each call, the package also checks that the arguments fit each other. The listings in this book leave the checks out.)

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.reference import conv1x1_loops, conv2d_loops, slide_filters

rng = np.random.default_rng(seed=0)
x = rng.integers(-9, 10, size=(3, 8, 8))
weight = rng.integers(-9, 10, size=(4, 3, 3, 3))
matrix = weight[:, :, 1, 1]  # (4, 3), the middle of each filter

assert np.array_equal(conv2d(x, weight), slide_filters(x, weight))
assert np.array_equal(
    conv2d(x, weight, stride=2, padding=1),
    conv2d_loops(x, weight, stride=2, padding=1),
)
assert np.array_equal(conv1x1(x, matrix), conv1x1_loops(x, matrix))
print("equal in every pixel:", conv2d(x, weight).shape)

# %% [markdown]
# The numbers are integers, so equal means equal. With floating-point numbers, the two forms add in another order,
# and the last digits may differ.

# %% [markdown]
# ## One filter, one feature map
#
# A layer has many filters. Each one makes one feature map, and knows nothing of the others.

# %% tags=["remove-input"] alt="Left: the three channels of the photograph as a block. A line leads to a filter of 3 by 3 by 3, and one from the filter to a feature map, its vertical edges. With each filter that is added there is one more map in the stack on the right, up to six."
from onebyone.book.widgets.layer import add_filters

add_filters()

# %% [markdown]
# The same with numbers. Eight filters at once make what each of them makes alone:

# %%
import numpy as np

from onebyone import conv2d
from onebyone.images import photograph

x = photograph()
rng = np.random.default_rng(seed=0)
weight = rng.standard_normal((8, 3, 3, 3))  # eight filters
y = conv2d(x, weight)  # (8, 254, 254), eight feature maps

for n in range(8):
    alone = conv2d(x, weight[n : n + 1])  # (1, 254, 254)
    assert np.allclose(alone[0], y[n])

without_the_third = conv2d(x, np.delete(weight, 2, axis=0))
assert np.allclose(without_the_third, np.delete(y, 2, axis=0))
print(
    "eight filters make",
    len(y),
    "maps; take one filter away, and",
    len(without_the_third),
    "are left, unchanged",
)

# %% [markdown]
# So the number of output channels is a choice: it is the number of filters.
# The number of input channels is not a choice: the layer before fixes it.

# %% [markdown]
# ## The size of the output
#
# The number of filters fixes the channels. Height and width follow from four numbers:
# the kernel size $k$, the stride $s$, the padding $p$ and the dilation $d$.
#
# $$
# H_\text{out} = \left\lfloor \frac{H + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1
# $$
#
# The same holds for the width. Four layers:

# %%
import numpy as np

from onebyone import conv2d
from onebyone.reference import output_size

layers = {
    "3×3, no padding": (256, {"kernel_size": 3}),
    "3×3, padding 1": (256, {"kernel_size": 3, "padding": 1}),
    "ResNet's first: 7×7, stride 2": (
        224,
        {"kernel_size": 7, "stride": 2, "padding": 3},
    ),
    "1×1": (256, {"kernel_size": 1}),
}
for name, (size, law) in layers.items():
    kernel = law["kernel_size"]
    y = conv2d(
        np.zeros((1, size, size)),
        np.zeros((1, 1, kernel, kernel)),
        stride=law.get("stride", 1),
        padding=law.get("padding", 0),
    )
    assert y.shape == (1, output_size(size, **law), output_size(size, **law))
    print(f"{name:30} {size} → {output_size(size, **law)}")

# %% [markdown]
# The last line is the one that this book is about. A 1×1 filter keeps height and width without any padding,
# because it never looks past its own pixel. With stride 1, only the number of channels can change.

# %% [markdown]
# ## On the photograph
#
# Four hand-made filters. Each repeats one 3×3 pattern across the three colours, a third of it for each, so it works on their mean.
# What differs is the pattern.

# %% alt="Four feature maps of the photograph. Vertical edges: the sides of the face and of the rocket stand out. Horizontal edges: the collar and the brows. Outlines: every edge a thin bright line beside a dark one. Blur: the grey picture, slightly soft."
import numpy as np

from onebyone import conv2d
from onebyone.images import photograph, pictures

patterns = np.array(
    [
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
        [[1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9]],
    ]
)  # (4, 3, 3)
same_for_each_colour = np.stack([patterns, patterns, patterns], axis=1)
weight = same_for_each_colour / 3  # (4, 3, 3, 3)
maps = conv2d(photograph(), weight, padding=1)  # (4, 256, 256)

pictures(
    {
        "Vertical edges": 0.5 + maps[0:1],  # zero is shown as mid-grey
        "Horizontal edges": 0.5 + maps[1:2],
        "Outlines": 0.5 + maps[2:3],
        "Blur": maps[3:4],
    }
)

# %% [markdown]
# One picture went in, and four feature maps came out. A trained network learns its filters;
# the first layer of [ResNet](reference/bibliography.md#resnet) has 64 of them.
#
# !!! takeaway "Takeaway"
#     A filter is as deep as its input and makes one feature map;
#     so the input fixes a filter's depth, and the number of filters fixes the output's channels.

# %% [markdown]
# ## Exercises
#
# **1. Count.** A layer has 64 filters of 5×5 on a colour picture, and a bias for each filter.
# How many numbers does it learn?
#
# {{ exercise onebyone.book.solutions.channels.count_parameters }}
#
# ??? hint "Hint"
#     How many weights has one filter, over all its channels? Its bias is one number more.
#
# ??? success "Solution"
#     Each filter has 5 · 5 · 3 = 75 weights and one bias: 64 · 76 = 4,864.
#
#     {{ source onebyone.book.solutions.channels.count_parameters }}
#
# **2. Keep the size.** Which padding keeps 28×28 pixels under a 5×5 filter with stride 1? And under a 1×1 filter?
#
# {{ exercise onebyone.book.solutions.channels.same_padding }}
#
# ??? hint "Hint"
#     Set the output's size in the law above equal to the input's, with stride 1, and solve it for the padding.
#     What does an even kernel leave over?
#
# ??? success "Solution"
#     The law gives $28 + 2p - 4 = 28$, so $p = 2$. In general $p = (k - 1)/2$ for an odd $k$,
#     which is 0 for 1×1: it needs no padding.
#
#     {{ source onebyone.book.solutions.channels.same_padding }}
#
# **3. Channel by channel.** Someone convolves each channel on its own with its own slice of the filter, and
# adds the results. Is that the same?
#
# {{ exercise onebyone.book.solutions.channels.conv2d_by_channel }}
#
# ??? hint "Hint"
#     `x[c : c + 1]` is a picture of one channel, and `weight[:, c : c + 1]` are the slices for it.
#
# ??? success "Solution"
#     Yes. The sum over channels may be done last. It is the adding that mixes the channels:
#     leave it out, and you have a depthwise convolution, which mixes no channels.
#
#     {{ source onebyone.book.solutions.channels.conv2d_by_channel }}
