# ---
# description: Glow's invertible 1×1 convolution, its log-determinant, what makes it singular, and how one step of training can lose the inverse.
# ---

# %% [markdown]
# # Glow
#
# *Most layers lose something on the way. Can a 1×1 convolution be undone exactly, and what would a network gain by that?*
#
# *You need* the inverse and the determinant of a matrix, and the logarithm. *You will* undo a layer, know which layers cannot be
# undone, and see how a single step of training can make a layer that can be undone into one that cannot. About ten minutes.
#
# The networks of the other pages read a picture and give an answer. [Glow](../reference/bibliography.md#glow) makes pictures. It
# belongs to the *normalising flows*, networks that can be run backwards. Forwards, a flow turns photographs into what looks like
# plain noise. Backwards, it turns new noise into new photographs. So each of its layers must have an inverse.
#
# Glow uses two kinds of layers in turn. One of them is not linear. It changes half of the channels, by amounts that it computes from
# the other half, and because the other half stays as it was, the change can be undone. The second kind has to mix the channels, so that
# each gets its turn to be changed. That is a 1×1 convolution with as many channels out as in, and this page is about it.

# %% [markdown]
# ## An invertible 1×1 convolution
#
# A 1×1 convolution multiplies each pixel's channels by a matrix. If this matrix has an inverse, then the 1×1 convolution
# with the inverse brings every pixel back. Here a photograph goes through a random matrix, whose rows are positive and sum to 1,
# so that the result is still a visible picture.
# Then it goes through the inverse:

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
# What does a flow gain by being invertible? It can tell how probable a picture is, and so it can be trained to find the photographs of
# its training set probable. Think of a picture as one point with $C \cdot H \cdot W$ coordinates. The flow moves this point to a point in the
# noise, and of the noise we know how probable each point is. But the flow also stretches the space around the point. If the
# surroundings of a photograph are spread over a volume ten times as large, they get ten times as much of the noise's probability. So
# the probability of a picture is that of its noise, times the factor of volume.
#
# For a linear layer, this factor is the absolute value of the determinant of the layer, written as one matrix with a row for every number of
# the output. Even for a small picture of 3×64×64, that matrix would be 12,288×12,288. Fortunately, a 1×1 convolution does the
# same to every pixel. So the factor for a picture is the factor for one pixel, to the power of $H \cdot W$, and its logarithm is
# $H \cdot W$ times that of one pixel. The cell writes a tiny layer out as a matrix of 60×60, and compares natural logarithms:

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
channels, height, width = 3, 4, 5
weight = rng.standard_normal((channels, channels))

# The output for each unit vector is a column of the matrix.
basis = np.eye(60).reshape(60, channels, height, width)
layer = conv1x1(basis, weight).reshape(60, 60).T
_, of_layer = np.linalg.slogdet(layer)
_, of_weight = np.linalg.slogdet(weight)
print(f"log |det| of the layer, 60×60: {of_layer:.4f}")
print(f"20 pixels times that of the weight: {20 * of_weight:.4f}")
assert np.isclose(of_layer, 20 * of_weight)

# %% [markdown]
# That is why Glow mixes its channels with a 1×1 convolution: the determinant of the layer costs no more than that of a small matrix.
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
# channels, in contrast, loses nothing. It only moves numbers around and stretches nothing, so its determinant is 1 or −1, and the logarithm
# of its absolute value is 0, for any number of channels.
#
# So you might take the determinant as a measure of how well a layer can be undone. The table puts that to the test. Its last column
# is the *condition number*, the factor by which a relative error can grow on the way back, at worst. The best possible value is 1:

# %%
import numpy as np

from onebyone.tables import Table

rng = np.random.default_rng(seed=0)
weights = {
    "512 channels permuted": np.eye(512)[rng.permutation(512)],
    "512 channels halved": np.eye(512) / 2,
    "one times, one by 1,000": np.diag([1000, 0.001]),
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
# The determinant fails the test, in both directions. Halving 512 channels has a determinant of $2^{-512}$, next to nothing, and doubling
# undoes it without any error. Its condition number of 1 says so. The next matrix multiplies one channel by 1,000 and divides the
# other by 1,000, so its determinant is 1, as good as that of a permutation. But on the way back, an error in the second channel
# is multiplied by 1,000, while the values of the first are divided by as much.
#
# Sepia is the practical case. Its rows are nearly multiples of one another, so every colour becomes almost the same brown, darker or
# lighter. Round the sepia picture to steps of 1/255, as a picture file does, and try to bring the colours back:

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
    print(f"{colour}: off by {each:.1f} times its range, on average")

# %% [markdown]
# Blue comes back wrong by ten times its whole range. The rounding was off by a few thousandths, and the inverse has made that into
# something larger than the picture. The inverse is exact, and yet it is useless once the numbers have been rounded.
#
# ## How training loses the inverse
#
# The loss of a flow is minus the logarithm of the probability that it gives to a picture. If the flow is one 1×1 layer with the weight $W$, and
# its noise has a normal distribution, then each pixel $x$ contributes
#
# $$
# \tfrac{1}{2} |Wx|^2 - \log |\det W|
# $$
#
# to the loss, apart from a constant. The first term comes from the noise, which is most probable near zero. The second comes from the
# stretching. It rises to infinity as $W$ approaches a singular matrix, so you might expect that gradient descent can never get
# there. It cannot slide there, but it can jump, because a step only follows the slope at the point where it starts.
#
# The cell makes one step from the identity. There are four pixels with two channels: the values of the first channel are large, those of the
# second are small. The gradient of $\log |\det W|$ is the transposed inverse of $W$. The table has the diagonal of $W$ after the
# step, for four learning rates:

# %%
import numpy as np

from onebyone import conv1x1, conv1x1_backward
from onebyone.tables import Table

x = np.array([[2.0, -2, 2, -2], [0.1, 0.1, -0.1, -0.1]]).reshape(2, 2, 2)
weight = np.eye(2)
grad_y = conv1x1(x, weight) / 4  # of ½|Wx|², a mean over 4 pixels
_, grad_weight, _ = conv1x1_backward(grad_y, x, weight)
grad = grad_weight - np.linalg.inv(weight).T
rows = []
for name, rate in {"0.1": 0.1, "0.33": 0.33, "1/3": 1 / 3, "0.5": 0.5}.items():
    after = weight - rate * grad
    diagonal = [f"{each:.2f}" for each in np.diag(after).round(2) + 0]
    det = np.linalg.det(after).round(2) + 0
    rows.append((name, *diagonal, f"{det:.2f}"))
Table(["learning rate", "W[0, 0]", "W[1, 1]", "determinant"], rows)

# %% [markdown]
# (The other two weights stay zero.) At a rate of 0.33 the first weight lands close to zero: the matrix is nearly singular, and the next
# gradient is enormous. At 1/3 it lands on zero, and the inverse is lost. At 0.5 it jumps past zero, and the matrix has an inverse
# again. But its determinant is negative, and `torch.logdet`
# [returns NaN](../questions/in-networks.py#glow-is-the-log-determinant-times-the-pixels-and-logdet-or-slogdet) for it. (`slogdet`
# takes the absolute value first.)
#
# The remedy is to take small steps, or to make the channels small: Glow scales each channel to a variance of 1 at the start, in a layer
# called *actnorm*, before each of its 1×1 convolutions.
#
# ## Weights that cannot become singular
#
# There is a stronger remedy: learn the logarithms of the numbers that must not become zero. A step can then make such a number
# as small as it likes, and never zero. In a full matrix, which numbers are these? Glow writes $W$ as a product of three matrices,
# $W = P L U$. $P$ is a permutation that is fixed at the start, so its determinant is 1 or −1. $L$ is lower triangular, with ones on its
# diagonal, so its determinant is 1. $U$ is upper triangular, and its determinant is the product of its diagonal. So the diagonal of
# $U$ is what must not become zero, and it is stored as logarithms. (Each has a fixed sign as well; in the cell all are positive.)

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
logarithms = rng.standard_normal(8)
lower = np.tril(rng.standard_normal((8, 8)), -1) + np.eye(8)
upper = np.triu(rng.standard_normal((8, 8)), 1) + np.diag(np.exp(logarithms))
permutation = np.eye(8)[rng.permutation(8)]
weight = permutation @ lower @ upper  # P, L and U
_, log = np.linalg.slogdet(weight)
print(f"log |det| {log:.4f}, sum of the logarithms {logarithms.sum():.4f}")
assert np.isclose(log, logarithms.sum())

logarithms[0] = -10
upper[0, 0] = np.exp(-10)
weight = permutation @ lower @ upper
print(f"condition number, with one of them -10: {np.linalg.cond(weight):,.0f}")

# %% [markdown]
# So the log-determinant is a sum of $C$ numbers, where computing it from $W$ takes about $C^3$ operations, and no finite step can make it
# infinite. But if a step makes one of the logarithms very small, as in the last line, then the condition number is very large.
# Such a matrix always has an inverse, though not always one that you would want to use.
#
# !!! takeaway "Takeaway"
#     A 1×1 convolution with a square matrix is undone by the inverse matrix, so a flow can tell how probable a picture is, and make new
#     ones. The log-determinant is that of the small matrix times the number of pixels. How well a layer can be undone, the condition number
#     tells, and not the determinant.

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
# **2. How far may a step go?** The channels are uncorrelated, and the mean of each one's squares is given. Starting from the identity, what is the
# smallest learning rate with which a single step of gradient descent makes the matrix singular?
#
# {{ exercise onebyone.book.solutions.glow.find_fatal_rate }}
#
# ??? hint "Hint"
#     At the identity, the gradient of each weight on the diagonal is the mean square of its channel, minus one. Which of the weights reaches
#     zero first?
#
# ??? success "Solution"
#     A weight goes from 1 to $1 - \text{rate} \cdot (m - 1)$, where $m$ is the mean square of its channel. The largest $m$
#     decides: the rate is $1 / (m - 1)$. Above, $m$ is 4, and the rate is 1/3. If no $m$ is above 1, the weights only grow.
#
#     {{ source onebyone.book.solutions.glow.find_fatal_rate }}
#
# That was the last network of this chapter. Where else are there 1×1 convolutions, and what are they called there?
# [Chapter 6](../names.py) finds them in transformers, in television and under the microscope.
