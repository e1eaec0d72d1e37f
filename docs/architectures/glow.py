# ---
# description: Glow's invertible 1×1 convolution, its log-determinant, what makes it singular, and how one step of training can lose the inverse.
# ---

# %% [markdown]
# # Glow
#
# *Most layers lose something on the way. Can a 1×1 convolution be undone exactly, and what would a network gain by that?*
#
# *You need* the inverse and the determinant of a matrix, and [chapter 7](../algebra.py) for the rest. *You will* undo a layer,
# know which layers cannot be undone, and see how a single step of training can turn one into the other. About ten minutes.
#
# The networks of the other pages read a picture and give an answer. [Glow](../reference/bibliography.md#glow) makes pictures. It
# belongs to the *normalising flows*, networks that can be run backwards. Forwards, a flow turns photographs into what looks like
# plain noise. Backwards, it turns new noise into new photographs. So each of its layers needs an inverse. And because the
# channels have to be mixed somewhere, some of these layers are 1×1 convolutions, with as many channels out as in.

# %% [markdown]
# ## Undo a layer
#
# A 1×1 convolution multiplies each pixel's channels by a matrix. If this matrix has an inverse, then the 1×1 convolution
# with the inverse brings every pixel back. Here a photograph goes through three random filters, and through the inverse:

# %% alt="Three pictures: the photograph, the photograph in false colours, and the photograph again, unchanged."
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph, pictures

x = photograph().astype(float)  # (3, 256, 256)
rng = np.random.default_rng(seed=0)
weight = rng.dirichlet([1, 1, 1], size=3)  # rows that sum to 1
mixed = conv1x1(x, weight)
back = conv1x1(mixed, np.linalg.inv(weight))
assert np.allclose(back, x)
pictures({"before": x, "mixed": mixed, "and undone": back})

# %% [markdown]
# ## The price of a flow: a determinant
#
# A flow is trained to make the photographs of its training set probable. For that it has to know by how much each layer
# stretches volume, because what is stretched is spread more thinly. The factor is the determinant of the whole layer as one matrix,
# with a row for every number of the output: $C \cdot H \cdot W$ rows. For a small picture of 3×64×64 that is already a matrix of
# 12,288×12,288.
#
# Fortunately, a 1×1 convolution does the same to every pixel. So the factor for the picture is the factor for one pixel, taken once
# for each pixel, and in logarithms this product becomes a sum. The cell writes a tiny layer out as one matrix of 60×60, and compares:

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
channels, height, width = 3, 4, 5
weight = rng.standard_normal((channels, channels))

# One input for each number, with a 1 in its place: the outputs are the columns.
basis = np.eye(60).reshape(60, channels, height, width)
layer = conv1x1(basis, weight).reshape(60, 60).T
_, of_layer = np.linalg.slogdet(layer)
_, of_weight = np.linalg.slogdet(weight)
print(f"log |det| of the layer, 60×60: {of_layer:.4f}")
print(f"20 times that of the weight, 3×3: {20 * of_weight:.4f}")
assert np.isclose(of_layer, 20 * of_weight)

# %% [markdown]
# That is why Glow mixes its channels by a 1×1: the determinant of the layer costs no more than that of a small matrix.
#
# ## What cannot be undone
#
# If two colours become the same colour, no later layer can tell them apart. That happens when a picture is turned to grey. Here one
# pixel is red and one is dark green, and the grey is stored in three equal channels:

# %%
import numpy as np

from onebyone import conv1x1

x = np.array([[1.0, 0.0], [0.0, 0.5], [0.0, 0.0]])  # red, dark green
grey = np.tile([[0.25, 0.5, 0.25]], (3, 1))
red, green = conv1x1(x[:, None], grey)[:, 0].T
print("red becomes       ", red)
print("dark green becomes", green)
assert np.array_equal(red, green)

# %% [markdown]
# A matrix that does this is called *singular*: its determinant is 0, and the logarithm of 0 is minus infinity. A permutation of the
# channels is the opposite case. It only moves numbers around and stretches nothing, so its determinant is 1 or −1, and the logarithm
# of its absolute value is 0, for any number of channels.
#
# So you might take the determinant as a measure of how well a layer can be undone. The table puts that to the test. Its last column
# is the *condition number*, the factor by which a relative error can grow on the way back, at worst:

# %%
import numpy as np

from onebyone.tables import Table

rng = np.random.default_rng(seed=0)
weights = {
    "512 channels permuted": np.eye(512)[rng.permutation(512)],
    "512 channels halved": np.eye(512) / 2,
    "sepia": np.array(
        [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
    ),
    "grey, three times": np.tile([[0.25, 0.5, 0.25]], (3, 1)),
}
rows = []
for name, weight in weights.items():
    _, log = np.linalg.slogdet(weight)
    rows.append((name, f"{log:.1f}", f"{np.linalg.cond(weight):,.0f}"))
Table(["weight", "log |det|", "condition number"], rows)

# %% [markdown]
# The determinant fails the test. Halving 512 channels has by far the smallest determinant above zero, $2^{-512}$, and it is undone
# without any error, by doubling. Its condition number of 1 says so. Sepia has a much larger determinant and a very
# large condition number, because its three outputs are nearly the same shade of brown. Round them to 256 levels, as a file does,
# and try to bring the colours back:

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.images import photograph

sepia = np.array(
    [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
)
x = photograph().astype(float)  # each channel from 0 to 1
inverse = np.linalg.inv(sepia)
exact = conv1x1(conv1x1(x, sepia), inverse)
assert np.allclose(exact, x)

rounded = np.round(255 * conv1x1(x, sepia)) / 255
error = np.abs(conv1x1(rounded, inverse) - x).mean(axis=(1, 2))
for colour, each in zip(("red", "green", "blue"), error, strict=True):
    print(f"{colour}: off by {each:.1f} on average")

# %% [markdown]
# The whole range of a channel is 1, and after the rounding blue comes back wrong by ten times that. The inverse is exact, yet
# useless for numbers that are not.
#
# ## How training loses the inverse
#
# Nothing keeps the weights of a flow from becoming singular, except the loss. In a flow of one layer, each pixel contributes
# $\tfrac{1}{2} |Wx|^2 - \log |\det W|$: the first term makes the outputs small, and the second keeps the determinant large. It
# rises to infinity as $W$ approaches a singular matrix, so you might expect that gradient descent can never get there. It cannot
# slide there, but it can jump, because a step follows the slope at the point where it starts, however steep the wall behind it.
#
# Take four pixels of two channels, one with large values and one with small ones. Start from the identity, and make one step of gradient
# descent, with three learning rates:

# %%
import numpy as np

from onebyone import conv1x1, conv1x1_backward
from onebyone.tables import Table

x = np.array([[2.0, -2, 2, -2], [0.1, 0.1, -0.1, -0.1]]).reshape(2, 2, 2)
weight = np.eye(2)
grad_y = conv1x1(x, weight) / 4  # of ½|Wx|², a mean over 4 pixels
_, grad_weight, _ = conv1x1_backward(grad_y, x, weight)
grad = grad_weight - np.linalg.inv(weight).T  # the second is of log |det W|
rows = []
for name, rate in {"0.1": 0.1, "1/3": 1 / 3, "0.5": 0.5}.items():
    after = weight - rate * grad
    diagonal = [f"{each:.2f}" for each in np.diag(after).round(2) + 0]
    det = np.linalg.det(after).round(2) + 0
    rows.append((name, *diagonal, f"{det:.2f}"))
Table(["learning rate", "first weight", "second weight", "determinant"], rows)

# %% [markdown]
# (The other two weights stay zero.) At a rate of 1/3 the first weight lands on zero, where the matrix has no inverse and the next
# slope is infinite. At 0.5 it jumps past zero. There the matrix has an inverse again, but its determinant is negative, and
# `torch.logdet` [returns NaN](../questions/in-networks.py#glow-is-the-log-determinant-times-the-pixels-and-logdet-or-slogdet) for
# it. `slogdet` takes the absolute value first. Besides that, keep the steps small where channels are large, or scale the channels
# first: Glow has a layer for that, before each of its 1×1 convolutions.
#
# ## Weights that cannot become singular
#
# There is a stronger remedy: do not learn such a weight itself, but its logarithm. A step can then make the weight as small as it
# likes, and never zero. To get a full matrix in this way, Glow writes it as a product $W = P L U$. $P$ is a permutation that
# stays as it was drawn. $L$ is a lower triangle with ones on its diagonal. And $U$ is an upper triangle whose diagonal is stored as
# logarithms, with a fixed sign for each. Then the log-determinant is the sum of the stored logarithms, whatever the other
# entries are:

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
logarithms = rng.standard_normal(8)
lower = np.tril(rng.standard_normal((8, 8)), -1) + np.eye(8)
upper = np.triu(rng.standard_normal((8, 8)), 1) + np.diag(np.exp(logarithms))
weight = np.eye(8)[rng.permutation(8)] @ lower @ upper  # P, L and U
_, log = np.linalg.slogdet(weight)
print(f"log |det|:             {log:.4f}")
print(f"sum of the logarithms: {logarithms.sum():.4f}")
print(f"condition number:      {np.linalg.cond(weight):,.0f}")
assert np.isclose(log, logarithms.sum())

# %% [markdown]
# So the determinant now costs a sum of $C$ numbers, where computing it from $W$ takes some $C^3$ operations, and no step can make
# it infinite. But look at the condition number: such a matrix always has an inverse, though not always one that
# you would want to use.
#
# !!! takeaway "Takeaway"
#     A square 1×1 convolution is undone by the inverse of its matrix, and its log-determinant is that of the small matrix times the
#     number of pixels. How well it can be undone is told by the condition number, not by the determinant.

# %% [markdown]
# ## Exercises
#
# **1. Undo it, with a bias.** Write the 1×1 convolution that undoes a given one. What is its bias?
#
# {{ exercise onebyone.book.solutions.glow.invert }}
#
# ??? hint "Hint"
#     Solve $y = Wx + b$ for $x$, and write the result as a matrix times $y$ plus a bias.
#
# ??? success "Solution"
#     $x = W^{-1} y - W^{-1} b$: the weight is $W^{-1}$, and the bias is $-W^{-1} b$.
#
#     {{ source onebyone.book.solutions.glow.invert }}
#
# **2. How far may a step go?** From the identity, with channels whose mean squares are given, which learning rate is the
# first at which a step of gradient descent makes the matrix singular?
#
# {{ exercise onebyone.book.solutions.glow.find_fatal_rate }}
#
# ??? hint "Hint"
#     If the channels are uncorrelated, the gradient of the diagonal at the identity is the mean square minus one. Which of the weights
#     reaches zero first?
#
# ??? success "Solution"
#     A weight goes from 1 to $1 - \text{rate} \cdot (m - 1)$, where $m$ is the mean square of its channel. The largest $m$
#     decides: the rate is $1 / (m - 1)$. Above, $m$ is 4, and the rate is 1/3. If no $m$ is above 1, the weights only grow.
#
#     {{ source onebyone.book.solutions.glow.find_fatal_rate }}
#
# That was the last network of this chapter. What are its 1×1 layers called elsewhere? [Chapter 6](../names.py) finds them in
# transformers, in television and under the microscope.
