# ---
# description: A filter is as deep as its input, and one filter makes one feature map. Worked by hand, in loops and in NumPy.
# ---

# %% [markdown]
# # 1 Convolutions over channels
#
# *Why does a 3×3 filter have 27 weights on a colour picture, and not 9?*
#
# *You need* NumPy arrays and their shapes. *You will* compute a convolution by hand, predict the shape of any layer's output, and
# know why a 1×1 filter is more than one number. About fifteen minutes.
#
# A filter is as deep as its input. A colour picture has three channels, so a 3×3 filter for it has three slices of nine weights.
# It covers all three channels at once, and turns everything that it covers into a single number.

# %% tags=["remove-input"] alt="The photograph as a block of three maps of 16 by 16 tiles, red, green and blue, one above the other, and under them one grey map. A block of 3 by 3 tiles goes down through all three channels. Beside each channel stand its nine pixels and the filter's nine weights for them, and their sum. The three sums add up to one tile of the map below."
from onebyone.book.widgets.column import follow_a_pixel

follow_a_pixel(kernel_size=3)

# %% [markdown]
# Point at a tile, or press *Play*. Whatever its size, the filter reaches from the first channel to the last, and each position
# gives one tile of the output. Each slice is multiplied entry by entry with the values under it, and all products are added. The
# weights are the same at every position; here they compute the brightness of the first page, slightly blurred. Because a filter
# has to stay inside the picture, a large one fits in fewer positions, and the output loses its border. A 1×1 filter loses
# nothing.

# %% [markdown]
# ## A filter is as deep as its input
#
# In code, a filter for the photograph has the shape (3, 3, 3). This one averages the 27 numbers that it covers, nine pixels in each
# of three channels. Look at the shape that comes out:

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
# Three channels went in and one came out. You might expect three, one for each colour; but the filter moves only down and
# across, and not along the channels, since it already covers them all.
#
# A filter of a different depth does not fit. Here a filter with four slices is applied to three channels, and the library raises an error:

# %% tags=["raises-exception"]
import numpy as np

from onebyone import conv2d
from onebyone.images import photograph

conv2d(photograph(), np.ones((1, 4, 3, 3)))

# %% [markdown]
# ## By hand
#
# Take an input small enough for pencil and paper: two channels of 4×4 pixels, and one filter of 2×3×3. Before you look at the
# output, work out the first pixel yourself.

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
# In channel 0 the filter subtracts the right column from the left, $(1 + 0 + 2) - (2 + 1 + 0) = 0$. In channel 1 it adds up a
# cross, $1 + 2 + 0 + 1 + 1 = 5$. The two sums are added, so the output pixel is 5. Then the filter moves one pixel to the right.
# There are four positions for it, so the output has 2×2 pixels:

# %% tags=["remove-input"] alt="The two channels of 4 by 4 numbers, one above the other, and under them the output of 2 by 2 numbers: 5 and 7, 5 and 4. A block of 3 by 3 tiles goes down through both channels from the top left. Beside each channel stand the nine numbers that it covers and their weights; the sums are 0 and 5, and the output is 5."
from onebyone.book.widgets.column import follow_by_hand

follow_by_hand()

# %% [markdown]
# ## The definition: loops and a formula
#
# In code, what you did by hand is six nested loops: over the filters, over the positions down and across, and at each position
# over what the filter covers. The innermost line multiplies a weight by a value, and adds the product to the output pixel.

# %%
import numpy as np

from onebyone import conv2d

rng = np.random.default_rng(seed=0)
x = rng.integers(-9, 10, size=(2, 4, 4))  # (C_in, H, W)
weight = rng.integers(-9, 10, size=(5, 2, 3, 3))  # (C_out, C_in, KH, KW)
y = np.zeros((5, 2, 2), dtype=int)  # (C_out, H - KH + 1, W - KW + 1)

for c_out in range(5):
    for h in range(2):
        for w in range(2):
            for c_in in range(2):
                for i in range(3):
                    for j in range(3):
                        value = x[c_in, h + i, w + j]
                        y[c_out, h, w] += weight[c_out, c_in, i, j] * value

assert np.array_equal(y, conv2d(x, weight))
print("five filters make", y.shape)

# %% [markdown]
# Here is the formula of a convolution, with stride 1, no padding, and a bias that is added to each output channel:
#
# $$
# y[c_\text{out}, h, w] = \text{bias}[c_\text{out}] + \sum_{c_\text{in}} \sum_{i} \sum_{j}
#     \text{weight}[c_\text{out}, c_\text{in}, i, j] \cdot x[c_\text{in}, h + i, w + j]
# $$
#
# The symbols are listed under [notation](reference/notation.md). (Mathematicians flip the kernel before they slide it; deep
# learning does not.) Now let the kernel be 1×1. Then $i$
# and $j$ have only the value 0, two of the six loops are gone, and what is left is a weighted sum over the channels of one pixel:

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x = rng.integers(-9, 10, size=(2, 4, 4))  # (C_in, H, W)
weight = rng.integers(-9, 10, size=(5, 2))  # (C_out, C_in)
y = np.zeros((5, 4, 4), dtype=int)  # (C_out, H, W)

for c_out in range(5):
    for h in range(4):
        for w in range(4):
            for c_in in range(2):
                y[c_out, h, w] += weight[c_out, c_in] * x[c_in, h, w]

assert np.array_equal(y, conv1x1(x, weight))
print("five 1×1 filters make", y.shape)

# %% [markdown]
# ??? note "The package's own loops, for any number of images"
#     Here `*n` is the place of the image in its batch, if there is one.
#
#     {{ source onebyone.reference.slide_filters }}
#
#     {{ source onebyone.reference.conv1x1_loops }}
#
# Loops are slow in Python, because the interpreter handles every product separately. The fast version first copies what the
# filter covers at each position into a column of a matrix, a layout called *im2col*. Then one matrix product adds up everything.
# In the next cell, look at
# the shape of that matrix: a row for each of the 27 weights, and a column for each of the 36 positions.

# %%
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from onebyone.reference import slide_filters  # the loops of above

rng = np.random.default_rng(seed=0)
x = rng.integers(-9, 10, size=(3, 8, 8))
weight = rng.integers(-9, 10, size=(4, 3, 3, 3))

seen = sliding_window_view(x, (3, 3), axis=(1, 2))  # (3, 6, 6, 3, 3)
columns = seen.transpose(0, 3, 4, 1, 2).reshape(3 * 3 * 3, 6 * 6)
y = (weight.reshape(4, 3 * 3 * 3) @ columns).reshape(4, 6, 6)

assert np.array_equal(y, slide_filters(x, weight))
print(columns.shape, "columns, one for each output pixel; output:", y.shape)

# %% [markdown]
# The package's `conv2d` works like this, and it takes a stride and padding as well, which are explained below. (It also
# checks that its arguments fit each other. The listings in this book leave the checks out.) The fast forms and the loops agree:

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
# These are integers, so the comparison is exact. With floating-point numbers the last digits may differ, because the two forms add in a
# different order.

# %% [markdown]
# ## One filter, one feature map
#
# A layer has many filters. Each makes one feature map, independently of the others. Step through six of them:

# %% tags=["remove-input"] alt="Left: the three channels of the photograph as a block. A line leads to a filter of 3 by 3 by 3, and one from the filter to a feature map, its vertical edges. With each filter that is added there is one more map in the stack on the right, up to six."
from onebyone.book.widgets.layer import add_filters

add_filters()

# %% [markdown]
# If the filters are independent, then eight at once make what each makes alone, and taking one away changes nothing for the other
# seven. The next block checks both claims:

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
print("eight filters:", len(y), "maps")
print("without one of them:", len(without_the_third), "maps, unchanged")

# %% [markdown]
# So you choose the number of output channels, because it is the number of filters. You cannot choose the number of input
# channels: the layer before decides it.

# %% [markdown]
# ## The size of the output
#
# A 3×3 filter fits in 254 positions along 256 pixels, since it needs a neighbour on each side. A frame of zeros around the
# picture, called *padding*, gives back the two positions that are missing; a *stride* of 2 takes every second position; and a
# *dilation* of 2 leaves a gap between the filter's weights, so that it covers 5 pixels. Together, for kernel size $k$, stride
# $s$, padding $p$ and
# dilation $d$:
#
# $$
# H_\text{out} = \left\lfloor \frac{H + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1
# $$
#
# The same holds for the width. Here are four layers, applied to 256 or 224 pixels. In the first two you can see what padding does, and the
# last one is the subject of this book:

# %%
import numpy as np

from onebyone import conv2d
from onebyone.reference import output_size

print("3×3:                       ", output_size(256, 3))
print("3×3, padding 1:            ", output_size(256, 3, padding=1))
first = output_size(224, 7, stride=2, padding=3)
print("ResNet's, 7×7 and stride 2:", first)
print("1×1:                       ", output_size(256, 1))

picture, kernel = np.zeros((3, 224, 224)), np.zeros((64, 3, 7, 7))
y = conv2d(picture, kernel, stride=2, padding=3)
assert y.shape == (64, first, first)

# %% [markdown]
# A 1×1 filter keeps height and width without any padding, because it never looks past its own pixel. With stride 1, the only thing
# that it can change is the number of channels.

# %% [markdown]
# ## On the photograph
#
# What do feature maps look like? Here are four from filters made by hand. Each filter uses one 3×3 pattern on all three colours,
# divided by three, so that it acts on the mean of the colours. Only the patterns differ. In the first three, mid-grey is zero,
# and white and black are the largest values of either sign.

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
# One picture went in, and four feature maps came out, each of which keeps one property of the picture and drops the rest. Nobody writes such filters
# by hand any more: a network learns them, and the first layer of [ResNet](reference/bibliography.md#resnet) has 64.
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
#
# Filters are easy to add: you change one number in a line of code. [Chapter 2](feature-maps.py) adds up what that line costs.
