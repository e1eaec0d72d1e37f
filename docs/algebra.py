# ---
# description: What characterises a 1×1 convolution, what commutes with it, and how to compose, fold, factor and invert it.
# ---

# %% [markdown]
# # 7 Algebra: compose, fold, factor
#
# *Which layers can be merged into one without changing a single output, and which can be split into two?*
#
# *You need* matrix products, and [chapter 3](downsampling.py) for the section on splitting. *You will* merge two layers, merge a batch
# normalisation into a convolution, split a layer, and know the two cases in which merging goes wrong. About twenty minutes.
#
# A 1×1 convolution is a matrix that is applied to every pixel. Matrices can be multiplied and factored, and so can 1×1 layers. (Some
# can also be undone, which [Glow](architectures/glow.py) relies on.) Only two things prevent merging: a nonlinearity between two
# layers, and the zeros that padding adds at the border.

# %% [markdown]
# ## Why it is called a convolution
#
# People ask how a layer can be a convolution if it sees no neighbour. But seeing neighbours is not what defines a convolution. What
# defines it is that *the same weights are applied at every position*. The size of the window is a choice, and one pixel is the smallest
# window there is. So a 1×1 convolution is a 3×3 convolution in which only the weight in the centre is not zero:

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
# Because no position is special, a convolution commutes with every shift: move the picture, and the output moves with it. The cell
# tests that for a 1×1, for a 3×3, and for a layer that has different weights at each pixel, called "unshared". Such a layer sees no
# neighbour either. Then the same three layers get a harder test, a picture whose pixels are shuffled. (What a shift pushes out at one
# edge comes in at the other.)

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((3, 8, 8)), rng.standard_normal((5, 3))
kernel = rng.standard_normal((5, 3, 3, 3))
own = rng.standard_normal((5, 3, 8, 8))  # (C_out, C_in, H, W)
shift = np.roll(np.arange(64).reshape(8, 8), (2, 3), axis=(0, 1))
moves = {"shift": shift, "shuffle": rng.permutation(64).reshape(8, 8)}
commutes = {}
for move, order in moves.items():
    both = np.stack([x, x.reshape(3, 64)[:, order]])  # (2, 3, 8, 8)
    around = np.pad(both, ((0, 0), (0, 0), (1, 1), (1, 1)), "wrap")
    outputs = {
        "1×1": conv1x1(both, weight),
        "3×3": conv2d(around, kernel),
        "unshared": np.einsum("ochw,nchw->nohw", own, both),
    }
    for layer, (y, of_moved) in outputs.items():
        moved = y.reshape(5, 64)[:, order]
        commutes[layer, move] = np.allclose(of_moved, moved)
        print(f"{layer:8} commutes with the {move}: {commutes[layer, move]}")
assert sum(commutes.values()) == 3

# %% [markdown]
# The 3×3 commutes with the shift, as every convolution does, but not with the shuffle, because a shuffle gives each pixel new
# neighbours. The unshared layer commutes with neither, although it sees no neighbours. Only the 1×1 commutes with both.

# %% [markdown]
# ## It commutes with every shuffle of the pixels
#
# What that means can be seen on a photograph. Shuffle its 16,384 pixels, convolve the noise with a 1×1, and put the pixels
# back in their places. A 1×1 convolution gives the same picture as without the shuffle:

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
# Is every linear layer that commutes with all shuffles a 1×1 convolution? Not quite. A layer that replaces every pixel by the mean of
# the picture commutes with shuffles as well, since a mean does not depend on the order. The two differ in their receptive field, the
# part of the input on which one output depends. To see it, change one pixel, and count the outputs that change:

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
print("1×1: ", np.count_nonzero(of_conv), "output changed")
assert np.count_nonzero(of_conv) == 1
assert np.all(of_mean != 0)
print("mean:", x[0].size, "outputs changed, since it is the same for all")

# %% [markdown]
# So a 1×1 convolution is exactly this: a linear layer that treats all pixels alike, whatever their order, and in which each output
# depends on one pixel only.
#
# ## Put the 1×1 where the maps are smallest
#
# Average pooling sums over pixels, and a 1×1 convolution sums over channels. The order of two sums does not matter, so pool first, and
# the convolution has fewer pixels to work on. The same is true of a stride, which only drops pixels. It is not true of max pooling:
# the maximum of a sum is not the sum of the maxima.

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
# (An average pooling with padding is an exception, too. If it comes first, the convolution adds its full bias to every output. If
# it comes last, it averages zeros in which there is no bias.)
#
# ## Two in a row are one
#
# Halve a picture's brightness, and then turn it to sepia. That is two layers, and one layer with the matrix
# $0.5 \cdot W_\text{sepia}$ does the same. For any two layers, insert the first into the second and multiply out:
#
# $$
# W_2 (W_1 x + b_1) + b_2 = (W_2 W_1)\, x + (W_2\, b_1 + b_2)
# $$
#
# The matrices are multiplied, and the first bias is multiplied by the second matrix. If one of the two layers has a larger kernel, then
# the matrix at each position of its kernel is multiplied:
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
print(f"one layer with a weight of {weight.shape}, of rank {rank}")
assert rank == 16

# An affine f has f(x) + f(-x) = 2 f(0), and with a ReLU it is none.
f_x, f_minus_x, f_0 = (
    conv1x1(relu(conv1x1(each, *reduce)), *expand) for each in (x, -x, 0 * x)
)
assert not np.allclose(f_x + f_minus_x, 2 * f_0)

# %% [markdown]
# You might think that two layers can do more than one. Without a nonlinearity they can do less: a 256×64 matrix could have rank 64,
# but this one has rank 16, because everything has to pass through the 16 channels in the middle. With a ReLU in the middle, no single
# 1×1 layer can do the same as the pair, as the last assertion shows. That is why networks have nonlinearities.
#
# ## A batch norm folds away
#
# In training, a batch normalisation computes the mean and the variance of each channel anew for every batch. After training it uses
# fixed ones. Then all it does is multiply each channel by a factor and add a shift, which is a 1×1 convolution with a diagonal
# matrix and a bias. So it can be composed with the convolution before it, or *folded* into it, and the network
# [runs without it](reference/bibliography.md#batch-normalisation): the factors scale the rows of the weight, and factors and shifts go
# into the bias.
#
# {{ source onebyone.algebra.fold_batch_norm }}
#
# (`transposed` is for the layers that enlarge maps, transposed convolutions, whose weight has its channels the other way round,
# `(C_in, C_out, KH, KW)`.) The cell lets a batch normalisation see a few batches, folds it into a 3×3 convolution, and compares
# the
# folded layer with the two:

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
# In some networks the batch norm comes before the convolution. It can still be folded into a 1×1. But it cannot be folded into a
# 3×3 with padding, and whoever does it gets wrong numbers and no error. The reason is the order: the zeros of the padding are added
# after the batch norm, so they stay zeros. In the folded layer they are added before, so the shift is added to them as to any pixel.
#
# An example with small numbers shows where it goes wrong. The picture is black, the batch norm adds 1 to every pixel, and the 3×3
# adds up nine pixels. So the right result at each place is the number of pixels, not counting the padding, that are under the kernel:

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
# In the interior the two agree. At the border the folded layer counts nine where there are only four or six pixels. Without padding,
# or with a shift of zero, folding is right, and exercise 3 finds a padding with which it is right in the other cases.
#
# ## A large kernel is a sum of 1×1 convolutions
#
# At each of the nine positions of a 3×3 kernel there is a matrix over channels, and it multiplies the pixels that lie under this
# position. So a 3×3 convolution is the sum of nine 1×1 convolutions, each on a shifted picture, and a $k \times k$ convolution
# is the sum of $k^2$:

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
# Composing made one layer of two. Can one layer become two smaller ones, with few channels in the middle? If its matrix has a
# low rank, it can, and nothing is lost: the 256×64 matrix of rank 16 [above](#two-in-a-row-are-one) is a 256×16 matrix times a
# 16×64 matrix.
#
# Most matrices have full rank. But often a few directions matter much more than the others, and then a matrix of low rank comes
# close. The tool to find it is the *singular value decomposition*. It writes a matrix as a sum of matrices of rank 1 and sorts
# them by size. The sum of the $r$ largest is the best approximation of rank $r$
# ([Eckart and Young](reference/bibliography.md#eckart-young)). If the weight has a kernel larger than 1×1, the first of the two
# new layers keeps that kernel, and the second is a 1×1:
#
# {{ source onebyone.algebra.factorize }}
#
# How well this works depends on the weight. The figure compares the 64 filters of [chapter 3](downsampling.py) with random filters of
# the same shape. Each is split into two layers with 1 to 64 channels in the middle, which is the rank, and the curve is the error that
# remains. Look at how early each curve comes close to zero:

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
# So 16 channels in the middle, a quarter of the 64, keep nearly all of the filter bank. The same split of the random filters has an
# error of more than one half, because none of their directions stands out.
#
# `factorize` knows only the weight. In [chapter 3](downsampling.py),
# [`pca_projection`](reference/api.md#onebyone.algebra.pca_projection) looked at the feature maps instead, and kept the directions in
# which they vary. These two ways to choose can lead to very different results. If the weight is large in a direction in which the
# feature maps never vary, then `factorize` keeps a channel for it, and `pca_projection` does not. In the cell, the input
# varies in only 3 of its 8 directions:

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
# ## How large to begin: initial weights
#
# Each output of a layer is a sum of products, and the number of products is called the layer's *fan-in*. The more terms a sum has, the
# larger it becomes. So where the fan-in is larger, the initial weights must be smaller: with a variance of $1 / \text{fan-in}$, a
# sum of products is as large as its inputs, on average, and since a ReLU removes one half, the best variance is
# $2 / \text{fan-in}$ ([He et al.](reference/bibliography.md#he-initialisation)).
#
# The fan-in of a 1×1 convolution is $C_\text{in}$. That of a 3×3 is $9\, C_\text{in}$. If you use the second for a 1×1, the variance is
# nine times too small, and after twenty layers nothing is left of the signal:

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
# PyTorch draws the weights of a convolution uniformly between $-1 / \sqrt{\text{fan-in}}$ and $1 / \sqrt{\text{fan-in}}$. For a 1×1
# on 64 channels the limit is $1/8$:

# %%
import torch
from torch import nn

torch.manual_seed(0)
largest = nn.Conv2d(64, 4096, kernel_size=1).weight.abs().max().item()
print(f"{largest:.4f}")
assert abs(largest - 64**-0.5) < 1e-4

# %% [markdown]
# Numbers that are uniform between $-a$ and $a$ have the variance $a^2 / 3$. So PyTorch's weights have a variance of
# $1 / (3\, \text{fan-in})$, which is a sixth of He's $2 / \text{fan-in}$. [Chapter 8](gradients.py#through-twenty-layers) shows
# what is left of a signal after twenty such layers, on its way forward and back.
#
# !!! takeaway "Takeaway"
#     1×1 convolutions can be multiplied and factored like matrices: two layers in a row become one, a batch norm is folded in, and a
#     layer of low rank becomes two. A nonlinearity between two layers prevents merging them, and so does padding after a bias.

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
# The weights in this chapter were given. How does a layer find its weights by itself? In [chapter 8](gradients.py) it learns a colour
# matrix from a photograph.
