# ---
# search: { boost: 1.3 }  # who types another name of the operation looks for this page
# description: Matrix product, shared fully connected layer, einsum, attention projection, colour conversion and pixel classifier are one operation.
# ---

# %% [markdown]
# # 6 One operation, many names
#
# *Dense layer, einsum, attention projection, colour conversion, pixel classifier: which of these is a 1×1 convolution?*
#
# *You need* the [home page](index.py), and PyTorch for some cells. *You will* recognise the operation under a dozen names, and
# move weights between libraries without a silent mistake. About twenty minutes.
#
# All of these are. Each multiplies the channels of every position by one matrix. They differ in where the channels lie in memory, in what the
# positions are called, and in who named them.

# %% [markdown]
# ## One product, written six ways
#
# Here is a batch of two pictures, multiplied by the same matrix in five ways, each of which is compared with the sixth, `conv1x1`:

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((2, 3, 4, 5))  # (N, C_in, H, W)
weight = rng.standard_normal((6, 3))  # (C_out, C_in)

by_pixel = np.empty((2, 6, 4, 5))
for n, row, column in np.ndindex(2, 4, 5):
    by_pixel[n, :, row, column] = weight @ x[n, :, row, column]
one_row_a_pixel = x.transpose(0, 2, 3, 1).reshape(-1, 3)  # (N·H·W, C_in)
product = (one_row_a_pixel @ weight.T).reshape(2, 4, 5, 6)

names = {
    "matrix times pixel": by_pixel,
    "one matrix product": product.transpose(0, 3, 1, 2),
    "einsum": np.einsum("oc,nchw->nohw", weight, x),
    "tensordot": np.tensordot(x, weight, axes=(1, 1)).transpose(0, 3, 1, 2),
    "conv2d, 1×1 kernel": conv2d(x, weight[:, :, np.newaxis, np.newaxis]),
}
for name, y in names.items():
    assert np.allclose(y, conv1x1(x, weight))
    print(f"{name:20} {y.shape}: equal to conv1x1")

# %% [markdown]
# The einsum says most clearly what happens: `oc,nchw->nohw`. Only `c` disappears, so only channels are summed. `n`, `h` and `w`
# are unchanged on both sides, so pixels are never mixed.

# %% [markdown]
# ## A fully connected layer that all pixels share
#
# `nn.Linear` multiplies the last axis by one matrix, whatever the axes before it are. Put the channels last, and it is a 1×1 convolution. The weights
# are the same numbers; the convolution's have two more axes of length 1:

# %%
import torch
from torch import nn

torch.manual_seed(0)
conv = nn.Conv2d(3, 6, kernel_size=1).double()
linear = nn.Linear(3, 6).double()
with torch.no_grad():
    linear.weight.copy_(conv.weight[:, :, 0, 0])  # (C_out, C_in)
    linear.bias.copy_(conv.bias)

x = torch.randn(2, 3, 4, 5, dtype=torch.float64)
channels_last = x.permute(0, 2, 3, 1)  # (N, H, W, C_in)
y = linear(channels_last).permute(0, 3, 1, 2)
torch.testing.assert_close(y, conv(x))
print(tuple(conv.weight.shape), tuple(linear.weight.shape))

# %% [markdown]
# Do not mistake this for the fully connected layer that reads the *flattened* picture. That one has a weight for each pair of an input number and an
# output number. For pictures of 4×5 pixels:

# %%
from onebyone.cost import parameters

pixels = 4 * 5
shared = parameters(3, 6, kernel_size=1)
flattened = parameters(3 * pixels, 6 * pixels, kernel_size=1)
print(f"shared by all pixels: {shared} parameters")
print(f"of flattened maps:    {flattened:,} parameters")

# %% [markdown]
# [Network in Network](architectures/network-in-network.py) shows how a layer of either kind becomes a convolution.
#
# ## The layout of weights in PyTorch and in Keras
#
# PyTorch keeps the filters first, `(C_out, C_in, 1, 1)`. [Keras](reference/bibliography.md#keras) keeps the kernel first and the filters last,
# `(1, 1, C_in, C_out)`, and by default its feature maps have the channels last, too. So in Keras the product has the matrix on the right, and a
# transposition takes the weight to PyTorch:

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
keras_weight = rng.standard_normal((1, 1, 3, 6))  # (1, 1, C_in, C_out)
keras_x = rng.standard_normal((2, 4, 5, 3))  # (N, H, W, C_in)
keras_y = keras_x @ keras_weight[0, 0]  # (N, H, W, C_out)

weight = keras_weight.transpose(3, 2, 0, 1)  # (C_out, C_in, 1, 1)
y = conv1x1(keras_x.transpose(0, 3, 1, 2), weight)  # (N, C_out, H, W)
assert np.allclose(y.transpose(0, 2, 3, 1), keras_y)
print(keras_weight.shape, "in Keras is", weight.shape, "in PyTorch")

# %% [markdown]
# Why not a reshape, which gives the same shape? Because it keeps the order of the numbers, and so makes a different matrix. With
# equally many channels
# in and out it is exactly the transposed one. It loads without any error, and every product is wrong. The cell prints the right
# matrix first, and then the reshaped one:

# %%
import numpy as np

keras_weight = np.arange(9.0).reshape(1, 1, 3, 3)  # (1, 1, C_in, C_out)
weight = keras_weight.transpose(3, 2, 0, 1)[:, :, 0, 0]
reshaped = keras_weight.reshape(3, 3, 1, 1)[:, :, 0, 0]
assert np.array_equal(reshaped, weight.T)
print(weight, reshaped, sep="\n\n")

# %% [markdown]
# A fully connected layer after a `Flatten` has a second order of axes to get right. PyTorch flattens channel by channel,
# `(C, H, W)`, and Keras pixel by pixel,
# `(H, W, C)`. `linear_to_conv` can read both. The cell takes a layer as Keras stores it, with the inputs before the outputs, so
# it has to be transposed first:

# %%
import numpy as np

from onebyone import conv2d
from onebyone.algebra import linear_to_conv

rng = np.random.default_rng(seed=0)
keras_x = rng.standard_normal((7, 7, 16))  # (H, W, C)
dense = rng.standard_normal((7 * 7 * 16, 10))  # (inputs, outputs)
keras_y = keras_x.ravel() @ dense

x = keras_x.transpose(2, 0, 1)  # (C, H, W)
kernel = linear_to_conv(dense.T, 7, data_format="channels_last")
assert np.allclose(conv2d(x, kernel).ravel(), keras_y)
wrong = linear_to_conv(dense.T, 7)  # as if PyTorch had flattened
assert wrong.shape == kernel.shape
assert not np.allclose(conv2d(x, wrong).ravel(), keras_y)
print(dense.shape, "is", kernel.shape, "in one of two orders")

# %% [markdown]
# ## Sound, video, text
#
# The positions need not form a picture. In one dimension they are moments of a sound or words of a text, and in three they are
# voxels, or the pixels of
# a film. The matrix treats them all alike. Lay the positions in a row, and it is the same operation:

# %%
import torch
from torch import nn

from onebyone.pytorch import conv1x1

torch.manual_seed(0)
weight = torch.randn(6, 3, dtype=torch.float64)  # (C_out, C_in)
sound = torch.randn(2, 3, 100, dtype=torch.float64)  # (N, C_in, L)
film = torch.randn(2, 3, 8, 4, 5, dtype=torch.float64)  # (N, C_in, D, H, W)

one = nn.functional.conv1d(sound, weight[:, :, None])
three = nn.functional.conv3d(film, weight[:, :, None, None, None])
for positions, y in (sound, one), (film, three):
    in_a_row = positions.reshape(2, 3, 1, -1)  # a picture one pixel high
    torch.testing.assert_close(conv1x1(in_a_row, weight).reshape(y.shape), y)
    print(tuple(positions.shape), "→", tuple(y.shape))

# %% [markdown]
# ## Inside a transformer
#
# A transformer processes a list of *tokens*, words or patches of a picture, each of which is a vector: its numbers are the
# channels. Its position-wise feed-forward layer is two 1×1
# convolutions with a ReLU between them,
# as [its authors say](reference/bibliography.md#transformer) themselves. With twenty tokens, laid out as 4×5 pixels:

# %%
import numpy as np

from onebyone import conv1x1, relu

rng = np.random.default_rng(seed=0)
tokens = rng.standard_normal((20, 8))  # 20 tokens of 8 channels
widen, narrow = rng.standard_normal((32, 8)), rng.standard_normal((8, 32))
feed_forward = np.maximum(tokens @ widen.T, 0) @ narrow.T  # (20, 8)

as_maps = tokens.T.reshape(8, 4, 5)  # the same tokens, laid out as pixels
y = conv1x1(relu(conv1x1(as_maps, widen)), narrow)
assert np.allclose(y.reshape(8, 20).T, feed_forward)
print("feed-forward, token by token:", feed_forward.shape)

# %% [markdown]
# The other half of a transformer is *attention*, in which each token gathers something from the others. Three 1×1 layers prepare
# it: they turn each token into a *query*, a *key* and a *value*. The more the query of one token resembles the key of another,
# the more it takes of the other's value. A fourth 1×1 layer mixes what was gathered. The cell computes PyTorch's
# `nn.MultiheadAttention` on a picture, with these four layers written as 1×1 convolutions:

# %%
import torch
from torch import nn

from onebyone.pytorch import conv1x1

torch.manual_seed(0)
channels, heads, height, width = 8, 2, 4, 5
attention = nn.MultiheadAttention(channels, heads, batch_first=True).double()
nn.init.uniform_(attention.in_proj_bias)  # it starts with zeros
nn.init.uniform_(attention.out_proj.bias)
x = torch.randn(1, channels, height, width, dtype=torch.float64)
tokens = x.flatten(2).mT  # (N, H·W, C): one token a pixel
with torch.no_grad():
    expected, _ = attention(tokens, tokens, tokens)

    # Queries, keys and values of both heads: (N, 3·C, H, W).
    qkv = conv1x1(x, attention.in_proj_weight, attention.in_proj_bias)
    q, k, v = qkv.reshape(3, heads, channels // heads, -1).mT
    # (heads, H·W, C / heads)
    mixed = nn.functional.scaled_dot_product_attention(q, k, v)
    mixed = mixed.mT.reshape(1, channels, height, width)
    out = attention.out_proj
    y = conv1x1(mixed, out.weight, out.bias)

torch.testing.assert_close(y.flatten(2).mT, expected)
print("its four projections are 1×1 convolutions:", tuple(y.shape))

# %% [markdown]
# What is left is the attention itself. It mixes pixels, with weights that depend on the picture, and no 1×1 convolution does that.
#
# ## Colours
#
# Grey, or grayscale, is one weighted sum of red, green and blue. (The weights below are those of high-definition television; the
# home page has the older ones.) YCbCr, the colours of digital video, is three, with biases.
# [scikit-image](reference/bibliography.md#scikit-image) has functions for both:

# %%
import numpy as np
from skimage import color

from onebyone import conv1x1
from onebyone.images import photograph

x = photograph().astype(float)  # (3, H, W)
grey = conv1x1(x, [[0.2125, 0.7154, 0.0721]])  # (1, H, W)
assert np.allclose(grey[0], color.rgb2gray(x, channel_axis=0))

weight = np.array(
    [
        [65.481, 128.553, 24.966],
        [-37.797, -74.203, 112.0],
        [112.0, -93.786, -18.214],
    ]
)
ycbcr = conv1x1(x, weight, bias=[16.0, 128.0, 128.0])
assert np.allclose(ycbcr, color.rgb2ycbcr(x, channel_axis=0))
print("grey and YCbCr match scikit-image")

# %% [markdown]
# ## Stains
#
# A pathologist stains tissue: haematoxylin turns nuclei blue, and here a brown dye, DAB, marks one protein. Each dye absorbs red, green and
# blue light in its own proportion, and absorbances add up: light that passes two dyes is weakened twice. So the optical
# density, $-\log x$, is a matrix times the amounts of dye. The inverse of that matrix gives the amounts back
# ([Ruifrok and Johnston](reference/bibliography.md#stains)):

# %% alt="A piece of stained tissue in colour, and the amounts of two dyes in it as grey maps. Haematoxylin is bright where the nuclei are blue. DAB is bright where the tissue is brown, and dark everywhere else."
import numpy as np
from skimage import color, data

from onebyone import conv1x1
from onebyone.images import pictures

tissue = np.moveaxis(data.immunohistochemistry()[::2, ::2] / 255, -1, 0)
density = -np.log(np.maximum(tissue, 1e-6))  # (3, H, W), no logarithm of 0
absorbed = color.rgb_from_hed  # one row a dye: haematoxylin, eosin, DAB
amounts = conv1x1(density, np.linalg.inv(absorbed).T)  # (3, H, W)

# scikit-image measures in units of log(1e6), and sets negative amounts to 0.
expected = color.rgb2hed(tissue, channel_axis=0)
assert np.allclose(np.maximum(amounts / np.log(1e6), 0), expected)
haematoxylin, eosin, dab = amounts
print(f"eosin above zero: {np.mean(eosin > 0):.1%} of the pixels")
assert np.mean(eosin > 0) < 0.01
pictures(
    {
        "tissue": tissue,
        "haematoxylin": haematoxylin[np.newaxis] / 0.8,
        "DAB": dab[np.newaxis] / 2.5,
    }
)

# %% [markdown]
# No weight was learned here: somebody measured the dyes and inverted a 3×3 matrix. (Eosin, the third dye of this matrix, comes out below zero almost
# everywhere, because nobody had put it on the tissue, and the measured colours of the other two do not fit exactly. The two maps are scaled so
# that you can see them.)
#
# ## A classifier for each pixel
#
# A segmentation network scores its classes with a 1×1 convolution that has one output channel for each
# ([Long, Shelhamer and Darrell](reference/bibliography.md#fcn)). The largest of a pixel's scores decides its class.
#
# You can build such a classifier without learning. Choose a colour for each class, $m_k$. A pixel $x$ belongs to the class whose
# colour is nearest, which is
# the one with the smallest
#
# $$
# |x - m_k|^2 = |x|^2 - 2\, m_k \cdot x + |m_k|^2
# $$
#
# The term $|x|^2$ is the same for all classes. So the score $2\, m_k \cdot x - |m_k|^2$ decides, and that is a row of weights and a bias:

# %% alt="The photograph, and the same in five colours. The suit is one flat orange, the wall white where it is bright, and the shaded parts of wall and face share one skin tone."
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph, pictures

x = photograph()  # (3, H, W)
colours = np.array(  # one row a class: red, green, blue
    [
        [0.05, 0.05, 0.05],  # dark
        [0.45, 0.45, 0.50],  # grey
        [0.90, 0.90, 0.90],  # light
        [0.80, 0.40, 0.20],  # the suit
        [0.80, 0.60, 0.50],  # skin
    ]
)
scores = conv1x1(x, 2 * colours, bias=-(colours**2).sum(axis=1))  # (5, H, W)
classes = scores.argmax(axis=0)  # (H, W)

difference = x - colours[:, :, np.newaxis, np.newaxis]  # (5, 3, H, W)
nearest = (difference**2).sum(axis=1).argmin(axis=0)
assert (classes == nearest).all()
print(np.bincount(classes.ravel()), "pixels in each class")
pictures({"photograph": x, "classes": np.moveaxis(colours[classes], -1, 0)})

# %% [markdown]
# A real network does the same on better features, which it first computes from more than one pixel. [U-Net and its
# heads](architectures/segmentation.py)
# have a page.
#
# ## On a map of one pixel
#
# A [squeeze-and-excitation](reference/bibliography.md#squeeze-and-excitation) block weighs whole channels by what the picture shows. It averages each
# channel, and two fully connected layers make a gate for each from the averages. These two layers see a map of one pixel, and on such a map a fully
# connected layer and a 1×1 convolution are the same thing. ([What they cost and hold](architectures/efficientnet.py) is counted elsewhere.)

# %%
import torch
from torch import nn

from onebyone.pytorch import conv1x1, global_avg_pool2d

torch.manual_seed(0)
x = torch.randn(2, 16, 7, 7, dtype=torch.float64)  # (N, C, H, W)
squeeze, excite = nn.Linear(16, 4).double(), nn.Linear(4, 16).double()
with torch.no_grad():
    gates = torch.sigmoid(excite(torch.relu(squeeze(x.mean(dim=(2, 3))))))
    expected = x * gates[:, :, None, None]

    one_pixel = global_avg_pool2d(x)  # (N, C, 1, 1)
    hidden = torch.relu(conv1x1(one_pixel, squeeze.weight, squeeze.bias))
    gates = torch.sigmoid(conv1x1(hidden, excite.weight, excite.bias))
torch.testing.assert_close(x * gates, expected)
print("gates:", tuple(gates.shape))

# %% [markdown]
# ## In groups, and shuffled
#
# With `groups=g` the channels are split into $g$ parts, and each part sees only itself. So the matrix has blocks on its diagonal
# and zeros elsewhere, and
# weights and MACs are divided by $g$. Two such layers in a row never mix the parts. Therefore
# [ShuffleNet](reference/bibliography.md#shufflenet) deals the channels out again between the two, which is a 1×1 convolution, too: its matrix is a
# permutation. Compare how many zeros are left with the shuffle and without:

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
groups, depth = 3, 2  # 6 channels
x = rng.standard_normal((6, 4, 5))  # (C, H, W)
weight = rng.standard_normal((6, depth, 1, 1))  # (C_out, C_in / groups, 1, 1)

blocks = np.zeros((6, 6))
for group in range(groups):
    part = slice(group * depth, (group + 1) * depth)
    blocks[part, part] = weight[part, :, 0, 0]
assert np.allclose(conv2d(x, weight, groups=groups), conv1x1(x, blocks))

shuffled = x.reshape(groups, depth, 4, 5).swapaxes(0, 1).reshape(6, 4, 5)
order = np.arange(6).reshape(groups, depth).T.ravel()
assert np.array_equal(shuffled, conv1x1(x, np.eye(6)[order]))

mixing = blocks @ np.eye(6)[order] @ blocks
print("order of the channels after the shuffle:", order)
print("zeros in the matrix of one grouped layer:    ", (blocks == 0).sum())
print("zeros in two, with the shuffle between them: ", (mixing == 0).sum())

# %% [markdown]
# With two channels in each of three groups, one shuffle lets every part reach only two of the three parts in the next layer. With
# three channels in each
# group, every part would reach all three. [ResNeXt and ShuffleNet](architectures/resnext-shufflenet.py) are built from groups and shuffles.
#
# ## Groups equal to channels: the best scalar for each channel
#
# With a group for each channel, a convolution is called depthwise. If it is also 1×1, it has one weight for each channel, and
# scales every channel by a
# number of its own. That lies between the two cases of the [home page](index.py#when-exactly-is-it-a-scaling): it is more than one scalar, and less
# than a matrix. How much of a matrix can it imitate? By least squares, the best number for a channel is the sum over the pixels of output times
# input, divided by the sum of the input's squares. You might expect to find the diagonal of the matrix. Try sepia, on noise whose channels have
# nothing in common, and on the photograph:

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.images import photograph

sepia = np.array(
    [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
)
noise = np.random.default_rng(seed=0).standard_normal((3, 256, 256))
print("diagonal:", np.diag(sepia), "sums of rows:", sepia.sum(axis=1))
for name, x in {"noise": noise, "photograph": photograph()}.items():
    y = conv1x1(x, sepia)
    scalar = np.vdot(x, y) / np.vdot(x, x)
    gains = (x * y).sum(axis=(1, 2)) / (x * x).sum(axis=(1, 2))  # (3,)
    scaled = conv2d(x, gains[:, None, None, None], groups=3)
    assert np.allclose(scaled, gains[:, None, None] * x, atol=1e-5)
    lost = [np.linalg.norm(y - best) for best in (scalar * x, scaled)]
    one, three = lost / np.linalg.norm(y)
    print(f"{name}: gains {gains.round(3)} leave {three:.1%} unexplained,")
    print(f"   the one scalar {scalar:.3f} leaves {one:.1%}")
    assert three <= one

# %% [markdown]
# On noise, the three numbers are the diagonal, apart from chance, and they leave four fifths unexplained, because red is
# uncorrelated with green and blue. On
# the photograph they are nearer to the sums of the rows: where red is bright, green and blue mostly are, too, so a factor on red
# stands in for all three
# weights. It does that well enough to leave only a fifth, and one scalar for all three channels is hardly worse. So to find out whether a layer mixes
# channels, look at its matrix, and not at one picture's output. (As on the home page, the share is of the output's norm. The full matrix would leave
# nothing.)
#
# ??? note "The loops of `conv2d` in full, with groups, stride, padding and dilation"
#     [Chapter 1](channels.py#the-definition-loops-and-a-formula) has the loops of the plain case. Here the first line checks the arguments and
#     works out where the kernel goes; a tap is `dilation` pixels from the next, and a filter reads the channels of its group.
#
#     {{ source onebyone.reference.conv2d_loops }}
#
# !!! takeaway "Takeaway"
#     Whatever multiplies the channels of every position by the same matrix is a 1×1 convolution:
#     `einsum`, a shared fully connected layer, an attention projection, a change of colour space.

# %% [markdown]
# ## Exercises
#
# **1. Back from YCbCr.** You have the weight and the bias of a 1×1 convolution with as many channels out as in.
# Which one takes it back?
#
# {{ exercise onebyone.book.solutions.names.invert }}
#
# ??? hint "Hint"
#     Solve $y = Wx + b$ for $x$. What is then multiplied with $y$, and what is added?
#
# ??? success "Solution"
#     From $y = Wx + b$ follows $x = W^{-1}y - W^{-1}b$. So the weight is the inverse matrix, and the bias is what that makes of $-b$.
#     It exists where the matrix has an inverse.
#
#     {{ source onebyone.book.solutions.names.invert }}
#
# **2. From Keras.** A `Dense` layer of Keras has the kernel `(C_in, C_out)`. What is the weight of the same `nn.Conv2d`?
#
# {{ exercise onebyone.book.solutions.names.from_keras_dense }}
#
# ??? hint "Hint"
#     Which of the two keeps the filters first? Then count the axes.
#
# ??? success "Solution"
#     The transposed matrix, with two axes of length 1.
#
#     {{ source onebyone.book.solutions.names.from_keras_dense }}
#
# **3. When does one shuffle reach everything?** Compute how many of the groups a channel depends on after
# a grouped layer, a shuffle and another grouped layer, for 3 groups of 2, 3 and 4 channels.
#
# {{ exercise onebyone.book.solutions.names.groups_reached }}
#
# ??? hint "Hint"
#     Number the channels, and write the numbers down in the order after the shuffle. From which groups do those come
#     that now stand in the first?
#
# ??? success "Solution"
#     A group of $d$ channels is dealt out from $d$ channels in turn, one from each group: it meets $\min(d, g)$ of the $g$ groups.
#     From $d = g$ on, that is all.
#
#     {{ source onebyone.book.solutions.names.groups_reached }}
#
# Since all of these are matrices, you can calculate with them: [chapter 7](algebra.py) makes one layer of two, and two of one.
