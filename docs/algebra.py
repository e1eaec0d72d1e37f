# ---
# description: What characterises a 1×1 convolution, what commutes with it, and how to compose, fold, factor and invert it.
# ---

# %% [markdown]
# # 7 Algebra: compose, fold, factor
#
# *Two layers in a row, a batch norm after a convolution, a matrix that is too large: what can become one, and what can become two?*
#
# *You need* matrix products, and [chapter 3](downsampling.py) for the last sections. *You will* merge two layers, fold a batch norm, split a
# layer, and know the two places where all this goes wrong. About twenty minutes.
#
# A layer that is linear, looks at one pixel, and treats all pixels alike is a matrix. Matrices can be multiplied and split, and
# many can be inverted, and so can such layers. What stops you is nonlinearities, and the zeros that padding adds.

# %% [markdown]
# ## Why it is called a convolution
#
# People ask how it can be a convolution when it sees no neighbour. But a view of the neighbours is not what makes one: a convolution applies
# *the same weights at every position*. How far its window reaches is a number that you choose, and one pixel is the smallest choice. So a
# 1×1 convolution is a 3×3 whose eight outer taps are zero:

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((3, 8, 8)), rng.standard_normal((5, 3))
kernel = np.zeros((5, 3, 3, 3))  # (C_out, C_in, KH, KW)
kernel[:, :, 1, 1] = weight
assert np.allclose(conv2d(x, kernel, padding=1), conv1x1(x, weight))
zeros = np.count_nonzero(kernel == 0)
print(f"{zeros} of {kernel.size} weights are zero, and the result is the same")

# %% [markdown]
# Because no position is special, a convolution commutes with every shift: move the picture, and the output moves with it. A layer that has
# weights of its own at each pixel, "unshared" below, is as blind to neighbours as a 1×1, but it is no convolution. Give a 1×1, a 3×3 and such a layer
# the picture first shifted, then with its pixels shuffled. (What a shift pushes out at one edge comes in at the other.)

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((3, 8, 8)), rng.standard_normal((5, 3))
kernel = rng.standard_normal((5, 3, 3, 3))
own = rng.standard_normal((5, 3, 8, 8))  # 15 weights for each pixel
shift = np.roll(np.arange(64).reshape(8, 8), (2, 3), axis=(0, 1))
moves = {"shift": shift, "shuffle": rng.permutation(64).reshape(8, 8)}
commutes = {}
for move, order in moves.items():
    before, after = {}, {}
    for y, v in (before, x), (after, x.reshape(3, 64)[:, order]):
        around = np.pad(v, ((0, 0), (1, 1), (1, 1)), "wrap")
        y["1×1"], y["3×3"] = conv1x1(v, weight), conv2d(around, kernel)
        y["unshared"] = np.einsum("ochw,chw->ohw", own, v)
    for layer in before:
        moved = before[layer].reshape(5, 64)[:, order]
        commutes[layer, move] = np.allclose(after[layer], moved)
        print(f"{layer:8} commutes with the {move}: {commutes[layer, move]}")
assert sum(commutes.values()) == 3

# %% [markdown]
# The 3×3 passes the shift, as every convolution does, and fails the shuffle, because a shuffle gives each pixel other neighbours. The unshared layer
# fails both, although it sees no neighbour. The 1×1 passes both: it is a convolution, and something more special than one.

# %% [markdown]
# ## It commutes with every shuffle of the pixels
#
# Shuffle the pixels of a picture, convolve, and put them back. With most filters you would have destroyed the picture, because neighbours
# are no longer neighbours. A 1×1 convolution does not notice: it commutes with every permutation of the pixels.

# %% alt="Four pictures: the photograph, its pixels shuffled into coloured noise, that noise in sepia, and the photograph in sepia, which is the noise put back in order."
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph, pictures

sepia = np.array(
    [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
)
x = photograph()[:, ::2, ::2].astype(float)  # (3, 128, 128)
pixels = x.reshape(3, -1)  # (3, H·W)
order = np.random.default_rng(seed=0).permutation(pixels.shape[1])
back = np.argsort(order)

shuffled = pixels[:, order].reshape(x.shape)
convolved = conv1x1(shuffled, sepia)
restored = convolved.reshape(3, -1)[:, back].reshape(x.shape)
assert np.allclose(restored, conv1x1(x, sepia))
pictures(
    {
        "before": x,
        "shuffled": shuffled,
        "then convolved": convolved,
        "and put back": restored,
    }
)

# %% [markdown]
# Is every linear map that commutes with all permutations a 1×1 convolution? Not quite. Adding the picture's mean to every pixel commutes as
# well, since a mean does not depend on the order. What rules it out is the receptive field. Change a single pixel, and see how much
# moves:

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph

x = photograph().astype(float)
changed = x.copy()
changed[:, 100, 120] += 1  # one pixel of 65,536

weight = np.array([[0.393, 0.769, 0.189]])
of_conv = conv1x1(changed, weight) - conv1x1(x, weight)
of_mean = changed.mean(axis=(1, 2)) - x.mean(axis=(1, 2))
print("outputs of the 1×1 that changed:", np.count_nonzero(of_conv))
print("the mean moved by", of_mean.round(8), "and with it every pixel")
assert np.count_nonzero(of_conv) == 1

# %% [markdown]
# So three things make a 1×1 convolution and nothing else: it is linear, it treats all pixels alike whatever their order, and each output
# depends on one pixel. (For one channel, the identity and the mean, and their weighted sums, are all the linear maps that commute
# with every permutation. A test of this book solves for them.)
#
# ## Put the 1×1 where the maps are smallest
#
# Average pooling sums over pixels, and a 1×1 convolution sums over channels. Two sums may change places, so pool first: the convolution then has
# fewer pixels to work on. The same goes for a stride, which only drops pixels. Max pooling may not change places, because the largest of
# some sums is not the sum of the largest:

# %%
import numpy as np

from onebyone import avg_pool2d, conv1x1, max_pool2d
from onebyone.cost import macs

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((64, 56, 56))  # (C_in, H, W)
weight, bias = rng.standard_normal((32, 64)), rng.standard_normal(32)
y = conv1x1(x, weight, bias)

assert np.allclose(avg_pool2d(y, 2), conv1x1(avg_pool2d(x, 2), weight, bias))
assert np.allclose(y[:, ::2, ::2], conv1x1(x[:, ::2, ::2], weight, bias))
assert not np.allclose(
    max_pool2d(y, 2), conv1x1(max_pool2d(x, 2), weight, bias)
)

before, after = macs(64, 32, 1, 56, 56), macs(64, 32, 1, 28, 28)
print(f"convolve, then pool: {before:,} MACs")
print(f"pool, then convolve: {after:,} MACs, and the same result")

# %% [markdown]
# With padding even the average may not, because the zeros that it then counts have had no bias.
#
# ## Two in a row are one
#
# Halve a picture's brightness and then turn it to sepia: two layers, and the matrix $0.5 \cdot W_\text{sepia}$ does both. For any two layers, write
# one after the other and multiply out:
#
# $$
# W_2 (W_1 x + b_1) + b_2 = (W_2 W_1)\, x + (W_2\, b_1 + b_2)
# $$
#
# The matrices multiply, and the first bias goes through the second matrix. One of the two layers may have a larger kernel; then each of its
# taps is multiplied:
#
# {{ source onebyone.algebra.compose }}

# %%
import numpy as np

from onebyone import conv1x1, relu
from onebyone.algebra import compose

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((64, 28, 28))
reduce = rng.standard_normal((16, 64)), rng.standard_normal(16)
expand = rng.standard_normal((256, 16)), rng.standard_normal(256)

weight, bias = compose(second=expand, first=reduce)
y = conv1x1(conv1x1(x, *reduce), *expand)
assert np.allclose(conv1x1(x, weight, bias), y)
rank = np.linalg.matrix_rank(weight)
print(f"one weight {weight.shape} of rank {rank}")
assert rank == 16

# An affine f has f(x) + f(-x) = 2 f(0), and with a ReLU it is none.
f_x, f_minus_x, f_0 = (
    conv1x1(relu(conv1x1(each, *reduce)), *expand) for each in (x, -x, 0 * x)
)
assert not np.allclose(f_x + f_minus_x, 2 * f_0)

# %% [markdown]
# You might think that two layers can do more than one. They can do less: a 256×64 matrix could have rank 64, but this one has rank 16, because
# everything had to pass through the 16 channels in the middle. Put a ReLU there, and no single layer does the same any more. That is
# why networks have one.
#
# ## A batch norm folds away
#
# After training, a batch normalisation multiplies each channel by a factor and adds a shift, and neither changes any more. So it is a 1×1
# convolution, with a diagonal matrix and a bias. It can be composed with the convolution before it, and the network
# [runs without it](reference/bibliography.md#batch-normalisation): the factors scale the rows of the weight, and factors and shifts go
# into the bias.
#
# {{ source onebyone.algebra.fold_batch_norm }}
#
# (A transposed convolution keeps its weight the other way round, `(C_in, C_out, KH, KW)`. With equally many channels in and out the shape does
# not show it, so the function asks.) The cell trains a normalisation's statistics on a few batches, folds it, and compares:

# %%
import numpy as np
import torch
from torch import nn

from onebyone import conv2d
from onebyone.algebra import batch_norm_as_conv, compose, fold_batch_norm

torch.manual_seed(0)
conv = nn.Conv2d(8, 16, kernel_size=3, padding=1).double()
norm = nn.BatchNorm2d(16).double()
both = nn.Sequential(conv, norm)
nn.init.uniform_(norm.weight, 0.5, 1.5)  # as if it had learned
nn.init.uniform_(norm.bias, -1, 1)
for _ in range(20):  # let it see some data, so that its statistics are real
    both(3 * torch.randn(16, 8, 6, 6, dtype=torch.float64) + 1)
both.eval()

x = torch.randn(2, 8, 6, 6, dtype=torch.float64)
expected = both(x).detach().numpy()
layer = conv.weight.detach().numpy(), conv.bias.detach().numpy()
values = [
    value.detach().numpy()
    for value in (norm.weight, norm.bias, norm.running_mean, norm.running_var)
]
weight, bias = fold_batch_norm(layer, *values, eps=norm.eps)
assert np.allclose(conv2d(x.numpy(), weight, bias, padding=1), expected)

composed, _ = compose(batch_norm_as_conv(*values, norm.eps), layer)
assert np.allclose(composed, weight)
print("one convolution does both:", weight.shape)

# %% [markdown]
# ## Where padding and a bias break it
#
# Now let the batch norm come before the convolution, as in networks that normalise first. Into a 1×1 it folds as before. Into a 3×3 with padding
# it does not, and this is a mistake that gives no error. The padding comes after the batch norm, so its zeros stay zeros. After folding, the
# padding comes first, so each zero is treated like a pixel and gains the shift. Take a shift of 1 and a 3×3 of ones on a black picture,
# and you can count it:

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.algebra import compose

black = np.zeros((1, 4, 4))
shift = np.ones((1, 1)), np.ones(1)  # x + 1, as a batch norm might do
box = np.ones((1, 1, 3, 3)), np.zeros(1)
weight, bias = compose(second=box, first=shift)

right = conv2d(conv1x1(black, *shift), *box, padding=1)
folded = conv2d(black, weight, bias, padding=1)
print("one after the other:", *right[0].astype(int), sep="\n")
print("folded:", *folded[0].astype(int), sep="\n")
assert np.array_equal(right[0, 1:-1, 1:-1], folded[0, 1:-1, 1:-1])

without_padding = conv2d(conv1x1(black, *shift), *box)
assert np.array_equal(without_padding, conv2d(black, weight, bias))

# %% [markdown]
# The interior agrees, and the border of the folded layer is wrong. Without padding, or without a shift, nothing would go wrong,
# and exercise 3 repairs the other cases.
#
# ## A large kernel is a sum of 1×1 convolutions
#
# A 3×3 kernel has nine taps. Each tap is a matrix over channels, applied to the picture moved by that tap. So a 3×3 convolution is nine 1×1
# convolutions, shifted and summed, and any $k \times k$ is $k^2$ of them:

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((8, 10, 12))  # (C_in, H, W)
weight = rng.standard_normal((16, 8, 3, 3))  # (C_out, C_in, KH, KW)

y = np.zeros((16, 8, 10))  # (C_out, H - 2, W - 2)
for i in range(3):
    for j in range(3):
        moved = x[:, i : i + 8, j : j + 10]
        y += conv1x1(moved, weight[:, :, i, j])
assert np.allclose(y, conv2d(x, weight))
print("nine 1×1 convolutions make one 3×3:", y.shape)

# %% [markdown]
# ## One becomes two: factor a weight
#
# Composing went from two layers to one. Now go back: can a layer become two smaller ones, with few channels in the middle? If its matrix has a
# low rank, it can, and nothing is lost. A 256×64 matrix of rank 16 is a 256×16 matrix times a 16×64 one, which are the two layers of
# the section before.
#
# Most matrices have full rank. But not all of their directions matter equally. The *singular value decomposition* sorts them: it writes a
# matrix as a sum of simple ones, each of rank 1, from the largest to the smallest. Keep the first $r$ of them, and you have the best
# approximation of rank $r$ ([Eckart and Young](reference/bibliography.md#eckart-young)). For a weight with a kernel, the first factor
# keeps the kernel, and the second is a 1×1:
#
# {{ source onebyone.algebra.factorize }}
#
# How well this works depends on the weight. Here are the 64 filters of [chapter 3](downsampling.py) and random filters of the same shape, with
# the error of the best pair of layers for each width between the two:

# %% tags=["remove-input"] alt="The relative squared error of a factored weight against the rank, up to 64. For random filters it falls slowly, from nearly 1 at rank 1 to 0 at 64. For the filter bank it falls steeply, to about a tenth at rank 10, and from 20 on it is next to nothing."
import numpy as np

from onebyone.algebra import compose, factorize
from onebyone.book.figures.algebra import plot_error_against_rank
from onebyone.book.filters import filter_bank

weights = {
    "random filters": np.random.default_rng(0).standard_normal((64, 3, 11, 11)),
    "the filter bank": filter_bank().astype(float),
}
ranks = range(1, 65)
errors = {}
for name, weight in weights.items():
    errors[name] = []
    for rank in ranks:
        second, first = factorize(weight, rank)
        product, _ = compose((second, None), (first, None))
        lost = np.sum((weight - product) ** 2) / np.sum(weight**2)
        errors[name].append(lost)
plot_error_against_rank(ranks, errors)

# %%
import numpy as np

from onebyone.algebra import compose, factorize
from onebyone.book.filters import filter_bank

weight = filter_bank().astype(float)  # (64, 3, 11, 11)
second, first = factorize(weight, rank=16)  # (64, 16), (16, 3, 11, 11)
product, _ = compose((second, None), (first, None))
lost = np.sum((weight - product) ** 2) / np.sum(weight**2)
print(f"{weight.size:,} weights become {first.size + second.size:,}")
print(f"lost: {lost:.1%} of the squared weights")

# %% [markdown]
# So a quarter of the width keeps nearly all of the filter bank. Of the random filters the same cut loses more than half, as the figure shows, because
# no direction stands out.
#
# This was a choice by the *weight*. [Chapter 3](downsampling.py) chose by the *data*:
# [`pca_projection`](reference/api.md#onebyone.algebra.pca_projection) looks at the feature maps, and keeps the directions in which these vary.
# The two can differ a lot. Suppose that the weight is large in a direction in which the data never go. `factorize` spends a channel on it, and
# `pca_projection` does not. In the cell, the data lie in 3 of 8 directions:

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.algebra import factorize, pca_projection

rng = np.random.default_rng(seed=0)
used = rng.standard_normal((8, 3))  # the data lie in 3 of 8 directions
x = conv1x1(rng.standard_normal((3, 40, 40)), used)  # (8, 40, 40)
weight = rng.standard_normal((8, 8))
y = conv1x1(x, weight)

second, first = factorize(weight, rank=3)
by_weight = conv1x1(conv1x1(x, first), second)
project, mean = pca_projection(x, out_channels=3)
kept = conv1x1(x, project, bias=-project @ mean)
by_data = conv1x1(conv1x1(kept, project.T, bias=mean), weight)

for name, estimate in ("weight", by_weight), ("data", by_data):
    lost = np.sum((y - estimate) ** 2) / np.sum(y**2)
    print(f"three channels chosen by the {name}: {lost:.1%} of y lost")
assert np.allclose(by_data, y)

# %% [markdown]
# ## Undo it
#
# A square matrix with an inverse can be undone, pixel by pixel. Generative flows use such layers, and they need to know by how much the layer
# stretches volume, which is its determinant ([Kingma and Dhariwal](reference/bibliography.md#glow)). For the whole layer that would be the
# determinant of a matrix with a row for each of $C \cdot H \cdot W$ numbers. But every pixel has the same small matrix, so the logarithm is that of
# the small matrix, times the number of pixels:

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
channels, height, width = 3, 4, 5
weight = rng.standard_normal((channels, channels))
x = rng.standard_normal((channels, height, width))
assert np.allclose(conv1x1(conv1x1(x, weight), np.linalg.inv(weight)), x)

# One input for each number, a 1 in its place: the outputs are the columns.
basis = np.eye(x.size).reshape(-1, channels, height, width)
jacobian = conv1x1(basis, weight).reshape(x.size, x.size).T  # (60, 60)
_, whole = np.linalg.slogdet(jacobian)
_, small = np.linalg.slogdet(weight)
assert np.isclose(whole, height * width * small)
print(f"log |det| of {jacobian.shape}: {whole:.4f}")
print(f"{height * width} pixels times that of {weight.shape}: {small:.4f}")

# %% [markdown]
# ### What cannot be undone
#
# Two colours that become one stay one: no later layer can tell them apart. That happens where some outputs are weighted sums of
# the others, as in a grey picture
# that is stored in three equal channels. Its matrix is *singular*: the determinant is 0, and the logarithm of 0 is minus
# infinity. At the other end stands a permutation. It
# moves channels and stretches nothing, so its determinant is 1 or −1 and its log-determinant 0, however many channels there are.
#
# Is a small determinant a bad sign, then? Look at the second line below, which has the smallest one above zero, and compare its
# last column: the *condition number*, by which
# an error can grow on the way back, at worst and in proportion to the signal.

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
weights = {
    "512 channels permuted": np.eye(512)[rng.permutation(512)],
    "512 channels halved": np.eye(512) / 2,
    "sepia": np.array(
        [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
    ),
    "grey, three times": np.tile([[0.25, 0.5, 0.25]], (3, 1)),
}
for name, weight in weights.items():
    _, log = np.linalg.slogdet(weight)
    condition = np.linalg.cond(weight)
    print(f"{name:21}  log |det| {log:6.1f}  condition {condition:9,.0f}")
two = np.array([[1.0, 0.0], [0.0, 0.5], [0.0, 0.0]])  # red, and a dark green
red, green = conv1x1(two[:, None], weight)[:, 0].T
print("red and dark green in grey:", red, green)
assert np.array_equal(red, green)

# %% [markdown]
# Halving is undone by doubling, at a condition number of 1, although the determinant of 512 halves is next to nothing. So the
# determinant does not tell how near a matrix is to a singular one. Sepia has
# an inverse, but its three outputs are nearly the same brown. Round them to 256 levels, as a file does, and try to bring the colours back:

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph

sepia = np.array(
    [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
)
x = photograph().astype(float)
back = np.linalg.inv(sepia)
exact = conv1x1(conv1x1(x, sepia), back)
stored = np.round(255 * conv1x1(x, sepia)) / 255
error = np.abs(conv1x1(stored, back) - x).mean(axis=(1, 2))
assert np.allclose(exact, x)
print("red, green, blue are off by", error.round(1))

# %% [markdown]
# The whole range of a channel is 1, and blue comes back wrong by ten times that. The inverse is exact, and of no use after the rounding.
#
# ### How training loses the inverse
#
# A flow is rewarded for a large determinant: in a flow of one layer, each pixel adds $\tfrac{1}{2} |Wx|^2 - \log |\det W|$ to the
# loss. The second term rises to infinity towards a singular matrix, so you
# might expect that training can never get there. It cannot slide there. But it can jump, because a step follows the slope where
# it stands and does not see what lies ahead. Take
# four pixels of two channels, one large and one small, and make one step from the identity, at three learning rates:

# %%
import numpy as np

from onebyone import conv1x1, conv1x1_backward

x = np.array([[2.0, -2, 2, -2], [0.1, 0.1, -0.1, -0.1]]).reshape(2, 2, 2)
weight = np.eye(2)
of_y = conv1x1(x, weight) / 4  # the slope of ½|Wx|², a mean over 4 pixels
_, of_weight, _ = conv1x1_backward(of_y, x, weight)
slope = of_weight - np.linalg.inv(weight).T  # the second is that of log |det|
for name, rate in {"0.1": 0.1, "1/3": 1 / 3, "0.5": 0.5}.items():
    after = weight - rate * slope
    print(f"rate {name}: diagonal {np.diag(after).round(2) + 0}", end=", ")
    print(f"determinant {np.linalg.det(after).round(2) + 0}")

    logarithm = np.log(weight[0, 0]) - rate * slope[0, 0] * weight[0, 0]
    print(f"   a step on the first one's logarithm: {np.exp(logarithm):.2f}")
    assert np.exp(logarithm) > 0

# %% [markdown]
# At a rate of 1/3 the first weight lands on zero, where there is no inverse and the next slope is infinite. At 0.5 it lands
# beyond. There the matrix has an inverse again, but its determinant is negative, and
# `torch.logdet`, which knows no logarithm of that, [returns
# NaN](questions/in-networks.py#glow-is-the-log-determinant-times-the-pixels-and-logdet-or-slogdet). So take `slogdet`, and keep
# the steps small where channels are large, or scale the
# channels first. Glow does that in a layer before each of its 1×1 convolutions.
#
# The other remedy is in the second line of each pair. A step on the *logarithm* of a weight can make the weight as small as it
# likes, though never zero. To have such weights in a full
# matrix, Glow writes $W = P L U$: a permutation that stays as it is, a lower triangle with ones on its diagonal, and an upper
# triangle whose diagonal is stored as signs and logarithms.
# Whatever the other entries are, the log-determinant is the sum of these logarithms:

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
logarithms = rng.standard_normal(8)
lower = np.tril(rng.standard_normal((8, 8)), -1) + np.eye(8)
upper = np.triu(rng.standard_normal((8, 8)), 1) + np.diag(np.exp(logarithms))
weight = np.eye(8)[rng.permutation(8)] @ lower @ upper  # P, L and U
_, log = np.linalg.slogdet(weight)
print(f"log |det| {log:.4f}, sum of the logarithms {logarithms.sum():.4f}")
print(f"condition {np.linalg.cond(weight):,.0f}")
assert np.isclose(log, logarithms.sum())

# %% [markdown]
# So it costs a sum of $C$ numbers instead of some $C^3$ operations, and no finite step can make it infinite. But mind the
# condition number in the last line: such a matrix always has an inverse, though
# not always one that you would want to use.

# %% [markdown]
# ## How large to begin: initial weights
#
# Each output of a layer is a sum of *fan-in* products, and the more terms a sum has, the larger it becomes. So the weights must be smaller
# where the fan-in is larger: weights of variance $2 / \text{fan-in}$ keep the size of the signal through ReLUs
# ([He et al.](reference/bibliography.md#he-initialisation)). For a 1×1 convolution the fan-in is $C_\text{in}$, and not $9\, C_\text{in}$ as for
# a 3×3. Take the wrong one of the two, and after twenty layers the signal has died out:

# %%
import numpy as np

from onebyone import conv1x1, relu

rng = np.random.default_rng(seed=0)
start = relu(rng.standard_normal((256, 16, 16)))  # (C, H, W)
fan_ins = {"C_in": 256, "9 · C_in, as for a 3×3": 9 * 256}
for name, fan_in in fan_ins.items():
    x = start
    for _ in range(20):
        weight = rng.standard_normal((256, 256)) * np.sqrt(2 / fan_in)
        x = relu(conv1x1(x, weight))
    size = np.sqrt(np.mean(x**2) / np.mean(start**2))
    print(f"after 20 layers, with fan-in {name}: {size:.1e} of the start")

# %% [markdown]
# PyTorch draws a convolution's weights uniformly between $\pm 1 / \sqrt{\text{fan-in}}$. For 64 channels and a 1×1 kernel that is an eighth:

# %%
import torch
from torch import nn

torch.manual_seed(0)
largest = nn.Conv2d(64, 4096, kernel_size=1).weight.abs().max().item()
print(f"{largest:.4f}")
assert abs(largest - 64**-0.5) < 1e-4

# %% [markdown]
# That is a sixth of the variance that He's rule asks for. [Chapter 8](gradients.py#through-twenty-layers) shows what twenty such
# layers leave of a signal,
# on its way forward and back.
#
# !!! takeaway "Takeaway"
#     1×1 convolutions multiply like matrices: they compose with other convolutions, take in a batch norm, and factor. A
#     nonlinearity between two layers prevents that, and so does padding after a bias.

# %% [markdown]
# ## Exercises
#
# **1. Fold it forwards.** A batch norm comes before a 1×1 convolution. Write the one layer that does both.
#
# {{ exercise onebyone.book.solutions.algebra.fold_forward }}
#
# ??? hint "Hint"
#     `batch_norm_as_conv` writes a batch norm as a layer, and `compose` makes two layers one. Which of the two comes last?
#
# ??? success "Solution"
#     The batch norm is the first of the two, so compose in that order. The columns of the weight are scaled, and the bias changes.
#
#     {{ source onebyone.book.solutions.algebra.fold_forward }}
#
# **2. Which rank pays?** Up to which rank do the two factors of a k×k weight have fewer weights than it has itself?
#
# {{ exercise onebyone.book.solutions.algebra.break_even_rank }}
#
# ??? hint "Hint"
#     Write both numbers of weights down. The rank has to be a whole number, and at equality nothing is saved.
#
# ??? success "Solution"
#     The two have $r\,(k^2 C_\text{in} + C_\text{out})$ weights, the one has $k^2 C_\text{in} C_\text{out}$.
#     So $r$ must be below their quotient.
#
#     {{ source onebyone.book.solutions.algebra.break_even_rank }}
#
# **3. Mend the border.** You want to fold a batch norm into the padded 3×3 after it. With which number must you pad, in each channel,
# instead of zero? No gamma is zero.
#
# {{ exercise onebyone.book.solutions.algebra.padding_that_folds }}
#
# ??? hint "Hint"
#     Zero is what the 3×3 saw at the border before. Write the batch norm as a formula, and ask which input it turns into zero.
#
# ??? success "Solution"
#     With the one that the batch norm turns into zero: $\text{mean} - \text{beta} \cdot \sqrt{\text{variance} + \text{eps}}\, / \,\text{gamma}$.
#
#     {{ source onebyone.book.solutions.algebra.padding_that_folds }}
#
# All these weights were given. Where do they come from? [Chapter 8](gradients.py) learns a matrix from a photograph.
