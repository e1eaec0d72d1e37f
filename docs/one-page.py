# ---
# search: { boost: 0.1 }  # a chapter explains before a summary repeats
# description: The 1×1 convolution on one page to print. What it is, what it costs, what it is for, what it equals, and where people go wrong.
# ---

# %% [markdown]
# # The book on one page
#
# *What do you need to remember of 1×1 convolutions, once you have understood them?*
#
# **What it is.** A 1×1 convolution multiplies the channels of every pixel by one matrix, `y = W @ x + b`, with the same `W` and `b` at
# each pixel. It sees no neighbour, however many you stack, and it keeps height and width. It is a scaling by a scalar exactly
# when `W = s * I` and
# `b = 0`; with one channel in, one out and no bias, it always is. ([The question](index.py), [1](channels.py))
#
# **What it costs.** `C_in * C_out` weights and `C_out` biases, whatever the picture's size, and one
# multiply-accumulate for each weight at each pixel: k² times less than a k×k convolution. ([2](feature-maps.py))
#
# **What it is for.** As many filters as channels project; fewer decrease; more increase. Before a k×k convolution, a reduction
# to `m` channels pays while `m < k² * C_in * C_out / (C_in + k² * C_out)`. What fewer channels can carry is
# limited by the directions in which the pixels vary, so measure those before you cut. ([3](downsampling.py), [4](projections.py))
#
# **What it equals.** A fully connected layer that all pixels share; an `einsum("oc,nchw->nohw")`; a `Conv1d` of length 1 on a
# sequence; attention's projections; a change of colour space. Two in a row are one, `W2 @ W1`, unless a
# [nonlinearity](downsampling.py#where-the-nonlinearity-goes) is between them, and a batch
# normalisation after it folds into it. ([6](names.py), [7](algebra.py))
#
# **How it learns.** Backwards it is a 1×1 convolution with `W.T`. A weight's gradient is a sum over all pixels. ([8](gradients.py))
#
# **Where people go wrong.**
#
# - They pad it. With `padding=1` the output grows by a frame that holds the bias alone. ([3](downsampling.py#exercises))
# - They take MACs for time: a layer that does little with each byte waits for memory. ([9](speed.py))
# - They cut a trained network and judge the cut on the pictures that it was fitted to. ([12](trained.py), [13](shrinking.py))

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x, weight = rng.random((256, 14, 14)), rng.random((64, 256))
y = conv1x1(x, weight)  # (64, 14, 14)
assert np.allclose(y[:, 3, 5], weight @ x[:, 3, 5])  # one pixel

# %% [markdown]
# !!! takeaway "Takeaway"
#     One matrix, at every pixel.
