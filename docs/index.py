# ---
# title: Is a 1×1 convolution the same as scaling by a scalar?
# description: Is a 1×1 convolution the same as scaling the input by a scalar? Answered on a photograph, with code that runs.
# ---

# %% [markdown]
# # Is a 1×1 convolution the same as scaling by a scalar?
#
# With one input channel and no bias it is: the output is the input times one number. With more channels it usually is not,
# because each pixel's channel values are multiplied by a *matrix*. That is also what makes the layer so useful: it mixes
# channels, and it sets how many of them come out.
#
# This is a book to read and to run, for anyone who knows Python and has met a convolution before. Where would you like to begin?
#
# - **I want to understand.** Stay here for ten minutes, then go on with [chapter 1](channels.py). Chapters 1 to 4 take about an hour.
# - **I have a network to shrink.** [Chapter 11](your-network.py) finds out where it spends its work, and
#   [chapter 13](shrinking.py) makes it cheaper.
# - **I teach.** [Three lessons](teaching.md) with goals, timing and the wrong answers to expect, and
#   [the book on one page](one-page.py) to print.
#
# At the end you can say what any 1×1 layer does to a shape, count what it costs, tell when reducing the channels first saves
# work, put new 1×1 layers into a network of your own, and measure fairly what that costs in accuracy.

# %% tags=["remove-input"] alt="Four versions of one photograph of an astronaut in an orange suit: unchanged, grey, with red and blue exchanged so that the suit turns blue, and in sepia. Each is one 1×1 convolution of the first."
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph, pictures

x = photograph()
pictures(
    {
        "A photograph": x,
        "One row of three weights": conv1x1(x, [[0.299, 0.587, 0.114]]),
        "Red and blue swapped": conv1x1(x, np.eye(3)[::-1]),
        "Sepia": conv1x1(
            x,
            [
                [0.393, 0.769, 0.189],
                [0.349, 0.686, 0.168],
                [0.272, 0.534, 0.131],
            ],
        ),
    }
)

# %% [markdown]
# ## Move the weights
#
# Each of these pictures comes from a matrix of weights, with three weights for each channel that comes out. Use the sliders to
# turn the first picture into the others. The topmost slider moves the whole diagonal, which is all that a scalar can do. If the
# matrix is not a scaling, the entries that prevent it are marked. Watch the cube, too, in which each pixel is a point: a scaling
# only shrinks or stretches the cloud of colours, and other matrices turn it, flatten it or mirror it.

# %% tags=["remove-input"] alt="The photograph, and beside it the photograph through a matrix: at the start half of the identity, which halves its brightness. A slider for each of nine weights and three biases, one for the scalar, and buttons for well-known matrices."
from onebyone.book.widgets.mixer import channel_mixer

channel_mixer()

# %% [markdown]
# The browser makes this picture with its own 1×1 convolution, SVG's
# [`feColorMatrix`](reference/bibliography.md#filter-effects). The same operation with this book's package follows, with the numbers of the sliders:

# %% tags=["remove-output"]
from onebyone import conv1x1
from onebyone.images import photograph, pictures

weight = [
    [0.500, 0.000, 0.000],
    [0.000, 0.500, 0.000],
    [0.000, 0.000, 0.500],
]
bias = [0.000, 0.000, 0.000]
pictures({"conv1x1": conv1x1(photograph(), weight, bias)})

# %% [markdown]
# ## One channel: yes
#
# Take the red channel alone, an array of 256×256 numbers.
# A 1×1 convolution from one channel to one channel has a single weight.

# %% alt="The red channel of the photograph in grey, and the same at half the brightness."
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph, pictures

red = photograph()[:1]  # (1, 256, 256)
weight = np.array([[0.5]], dtype=np.float32)  # (C_out, C_in) = (1, 1)
halved = conv1x1(red, weight)  # (1, 256, 256)

assert np.array_equal(halved, 0.5 * red)
pictures({"The red channel": red, "conv1x1 with the weight 0.5": halved})

# %% [markdown]
# The assertion compares all 65,536 pixels, and the two arrays are exactly equal. So with one channel in, the answer is yes. With
# more output channels you would only get more scaled copies.

# %% [markdown]
# ## Three channels: no
#
# A colour photograph has three channels. Now each output channel has one weight for *each* input channel:
#
# $$
# y[c_\text{out}, h, w] = \sum_{c_\text{in}} \text{weight}[c_\text{out}, c_\text{in}] \cdot x[c_\text{in}, h, w] + \text{bias}[c_\text{out}]
# $$
#
# For one pixel that is a matrix times a vector. The matrix is the same at every pixel.
# One row of weights makes one output channel. In the code below, the row is (0.299, 0.587, 0.114), the weights that
# standard-definition television uses for brightness[^luma].
#
# [^luma]: The weights 0.299, 0.587 and 0.114 are those of [ITU-R BT.601](reference/bibliography.md#bt601).

# %% alt="The photograph in colour, three channels, and in grey, one channel."
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph, pictures

x = photograph()  # (3, 256, 256)
luma = np.array([[0.299, 0.587, 0.114]])  # (1, 3)
grey = conv1x1(x, luma)  # (1, 256, 256)

pixel = x[:, 100, 60]  # (3,), one pixel of the photograph
assert np.allclose(grey[:, 100, 60], luma @ pixel)
print("in: ", x.shape, pixel)
print("out:", grey.shape, grey[:, 100, 60])
pictures({"Three channels": x, "One channel": grey})

# %% [markdown]
# The figure shows the photograph with only 16×16 pixels, drawn as tiles, and with values from 0 to 255. Point at a tile, and
# follow it down through the three channels: the products with the three weights add up to the number below. A larger kernel
# covers a block with neighbours; a 1×1 covers one pixel through all channels.

# %% tags=["remove-input"] alt="The photograph as a block of three maps of 16 by 16 tiles, red, green and blue, one above the other, and under them one grey map. A column goes from one tile of the suit down through the three channels. Beside each channel stands its product with a weight: 224 times 0.299, 104 times 0.587, 66 times 0.114. They add up to the tile of the grey map below."
from onebyone.book.widgets.column import follow_a_pixel

follow_a_pixel()

# %% [markdown]
# No scalar can do this. A scalar keeps the number of channels, and here three became one.
#
# Three rows of weights make three output channels. A matrix with a single 1 in each row and in each column, a *permutation*, only
# reorders the channels; a full matrix mixes all of them[^sepia].
#
# [^sepia]: The sepia matrix is that of the [W3C's filter effects](reference/bibliography.md#filter-effects).

# %% alt="The photograph with red and blue exchanged, the orange suit now blue, and the photograph in the browns of sepia."
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph, pictures

x = photograph()
swap = np.array(
    [
        [0, 0, 1],  # the new red is the old blue
        [0, 1, 0],
        [1, 0, 0],  # the new blue is the old red
    ]
)
sepia = np.array(
    [
        [0.393, 0.769, 0.189],
        [0.349, 0.686, 0.168],
        [0.272, 0.534, 0.131],
    ]
)
assert np.array_equal(conv1x1(x, swap), x[::-1])
pictures(
    {
        "conv1x1(x, swap)": conv1x1(x, swap),
        "conv1x1(x, sepia)": conv1x1(x, sepia),
    }
)

# %% [markdown]
# (Sepia makes some values larger than 1. They are clipped only for display.)
#
# A bias adds one number to a whole output channel. Scaling by a scalar never does that:
# it leaves black pixels black.

# %% [markdown]
# ## What it is, in code
#
# The matrix multiplies each pixel's channels. If you arrange the pixels as the columns of a matrix, a single matrix product does the whole image:
#
# {{ source onebyone.reference.conv1x1 }}
#
# `np.einsum` and `np.tensordot` compute the same product, and so does a convolution whose kernel is one pixel:

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.images import photograph

x = photograph().astype(float)  # (3, 256, 256)
weight = np.random.default_rng(seed=0).standard_normal((5, 3))
bias = np.ones(5)
y = conv1x1(x, weight)  # (5, 256, 256)

assert np.allclose(y, np.einsum("oc,chw->ohw", weight, x))
assert np.allclose(y, np.tensordot(weight, x, axes=1))
assert np.allclose(y, conv2d(x, weight[:, :, None, None]))

black = np.zeros((3, 1, 1))
assert (conv1x1(black, weight) == 0).all()
assert (conv1x1(black, weight, bias) == 1).all()
print("einsum, tensordot and conv2d agree:", y.shape)

# %% [markdown]
# ## When exactly is it a scaling?
#
# When the matrix is $s \cdot I$: the same number $s$ on the diagonal, zeros elsewhere, and no bias.
#
# Three pixels are enough to prove it: one purely red, one purely green, one purely blue. Apply the convolution to these three,
# and you can read off its matrix, a column for each pixel. So if the convolution scales every picture by $s$, it turns the red
# pixel $(1, 0, 0)$ into $(s, 0, 0)$, and likewise the green and the blue one: its matrix is $s \cdot I$. The next block reads off
# four matrices, and for each it finds the scalar that comes closest to the output:

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph

x = photograph().astype(float)
weights = {
    "half of everything": 0.5 * np.eye(3),
    "swap": np.eye(3)[::-1],
    "sepia": np.array(
        [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
    ),
    "one factor a channel": np.diag([0.5, 0.5, 0.6]),
}
red_green_blue = np.eye(3).reshape(3, 3, 1)  # three pixels in a column
for name, weight in weights.items():
    read_off = conv1x1(red_green_blue, weight)[:, :, 0]
    assert np.array_equal(read_off, weight)

    y = conv1x1(x, weight)
    scalar = np.vdot(x, y) / np.vdot(x, x)  # the best one, by least squares
    error = np.linalg.norm(y - scalar * x) / np.linalg.norm(y)
    is_scaling = np.array_equal(weight, weight[0, 0] * np.eye(3))
    assert is_scaling == (error < 1e-6)
    print(f"{name:20} best scalar {scalar:.3f}, unexplained {error:7.2%}")

# %% [markdown]
# The last column is what the best scalar leaves unexplained, as a share of the output's norm: 0 % is a perfect fit, and 100 %
# would be no fit at all. It is zero only for $s \cdot I$. A factor for each channel is no scaling either, unless all factors are
# equal; [chapter 6](names.py#groups-equal-to-channels-the-best-scalar-for-each-channel) finds the best factor for each channel.
#
# !!! takeaway "Takeaway"
#     A 1×1 convolution multiplies the channels of every pixel by one matrix;
#     it is a scaling by a scalar exactly when that matrix is $s \cdot I$ and there is no bias.

# %% [markdown]
# ## The map of the book
#
# | Page | The question it answers |
# |:--|:--|
# | [1 Convolutions over channels](channels.py) | Why does a 3×3 filter have 27 weights on a colour picture? |
# | [2 The problem of too many feature maps](feature-maps.py) | What do channels cost, and can pooling take them away? |
# | [3 Downsampling with 1×1 filters](downsampling.py) | How do you get fewer maps, and what do you lose? |
# | [4 Project, decrease, increase](projections.py) | How many maps do you want, and when does a bottleneck pay? |
# | [5 The architectures](architectures/index.py) | What share of eighteen well-known networks is 1×1 convolutions, and what are they for? |
# | [Network in Network](architectures/network-in-network.py), [Inception](architectures/inception.py), [ResNet](architectures/resnet.py), [SqueezeNet](architectures/squeezenet.py), [MobileNet](architectures/mobilenet.py), [DenseNet](architectures/densenet.py), [ResNeXt and ShuffleNet](architectures/resnext-shufflenet.py), [MobileNetV3 and EfficientNet](architectures/efficientnet.py), [ConvNeXt](architectures/convnext.py), [Segmentation](architectures/segmentation.py), [Glow](architectures/glow.py) | What do their 1×1 layers do? |
# | [6 One operation, many names](names.py) | Dense layer, einsum, attention, colours: which of these is a 1×1 convolution? |
# | [7 Algebra](algebra.py) | What can become one layer, and what can become two? |
# | [8 Gradients](gradients.py) | How does a 1×1 convolution learn its weights? |
# | [9 Speed](speed.py) | Two layers have the same number of operations. Do they take the same time? |
# | [10 Training](training.py) | A network with bottlenecks has a sixth of the parameters of one without. Does it still learn as well? |
# | [11 Your own network](your-network.py) | Where does your network spend its work, and how much of it can 1×1 layers save? |
# | [12 What trained 1×1 layers hold](trained.py) | What is in a 1×1 layer that has learned from a million pictures? |
# | [13 Smaller with new 1×1 layers](shrinking.py) | Can you put 1×1 convolutions into a trained network and make it cheaper? |
# | [14 Questions](questions/index.py), by subject | What did others want to know about 1×1 convolutions, and who is right? |
# | [Teaching with this book](teaching.md), [The book on one page](one-page.py) | What do you show a class in three lessons, and what goes on one sheet? |
# | [Reference: API](reference/api.md), [PyTorch](reference/api-pytorch.md), [networks](reference/api-networks.md), [figures](reference/api-figures.md), [widgets](reference/api-widgets.md), [solutions](reference/api-solutions.md) | What does each function accept, return and reject? |
# | [Notation](reference/notation.md), [glossary](reference/glossary.md), [bibliography](reference/bibliography.md) | What do the letters and the words mean, and who said so? |
#
# Every block of code on these pages can be copied and run alone, in a fresh Python with
# `onebyone[figures,training,networks,trained]` installed, and every output comes from running it.
#
# *Run*, under a block, runs it in your browser. *Edit* lets you change it first, and Shift and Enter run it too.
# The first press downloads Python, and the first block that draws a figure downloads matplotlib; each says how much that is.
# Nothing is downloaded before.
# In the browser, the blocks of a page share their variables, so you can build on earlier ones.
# A block that cannot run in the browser has no button, and says what it needs. You can run it in Colab, from the link at the top of its page.

# %% [markdown]
# ## Exercises
#
# **1. Keep one channel.** Which weight keeps the green channel of a colour picture and turns the other two to zero?
# How many output channels does it have?
#
# {{ exercise onebyone.book.solutions.index.keep_channel }}
#
# ??? hint "Hint"
#     Each row of the matrix makes one output channel. Which rows are to make nothing at all?
#
# ??? success "Solution"
#     Three rows, since three channels come out, and a single 1: row green, column green.
#
#     {{ source onebyone.book.solutions.index.keep_channel }}
#
# **2. The negative.** A negative turns each value $v$ into $1 - v$. Is that a 1×1 convolution?
#
# {{ exercise onebyone.book.solutions.index.negative }}
#
# ??? hint "Hint"
#     What becomes of a black pixel, where every channel is zero? A matrix alone cannot do that.
#
# ??? success "Solution"
#     Yes, with a bias: the matrix is $-I$ and the bias is 1 in each channel. Without a bias it is not,
#     since a black pixel has to become white, and no matrix turns zero into one.
#
#     {{ source onebyone.book.solutions.index.negative }}
#
# **3. Two in a row.** You scale by 0.5 and then apply the sepia matrix. Which single matrix does both?
# Does the order matter?
#
# {{ exercise onebyone.book.solutions.index.apply_both }}
#
# ??? hint "Hint"
#     What does the second matrix see of $x$? Put the brackets elsewhere: $B(Ax) = (BA)x$.
#
# ??? success "Solution"
#     The product of the two matrices. $s \cdot I$ commutes with every matrix, so here the order does not matter.
#     For two matrices in general it does: sepia after a swap is not a swap after sepia.
#
#     {{ source onebyone.book.solutions.index.apply_both }}
