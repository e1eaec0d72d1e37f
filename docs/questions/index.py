# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions that people ask in public about 1×1 convolutions, each with its source, a short answer and code that proves it.
# ---

# %% [markdown]
# # 14 Questions that people ask
#
# *Is it a fully connected layer, what does stride 2 drop, why pad a 1×1, where does the bias go, and who is right?*
#
# Each question below was asked in public, where its links lead. The answers are ours, with code that proves them; where a thread
# says otherwise, the answer says so.

# %% [markdown]
# ## All questions

# %% [markdown]
# !!! takeaway "Takeaway"
#     Most of these questions have one answer: a 1×1 convolution is a matrix at each pixel.
#     The rest is about what stands beside it: a stride, a padding, a bias, an activation.

# %% [markdown]
# ## Exercises
#
# **1. Not shared.** One fully connected layer from all numbers of the maps to all numbers of the output could do
# what a 1×1 convolution does. What does its weight look like, and how large is it?
#
# {{ exercise onebyone.book.solutions.questions.unshare_weight }}
#
# ??? hint "Hint"
#     Take one channel in and out, and two pixels: which of the four numbers are zero? Then add a channel. A feature map
#     flattened is its first channel, then its second.
#
# ??? success "Solution"
#     Each weight stands once for every pixel, and all else is zero: a pixel meets itself alone. It has $(H W)^2$ times as many numbers.
#
#     {{ source onebyone.book.solutions.questions.unshare_weight }}
#
# **2. Blue first.** A network was trained on pictures whose channels stand as blue, green, red. Yours stand as red, green, blue.
# What do you change in the weights of its first layer, so that no picture has to be changed?
#
# {{ exercise onebyone.book.solutions.questions.swap_red_and_blue }}
#
# ??? hint "Hint"
#     A filter has a slice for each channel that it reads. Which axis of the weight counts the slices?
#
# ??? success "Solution"
#     The order of each filter's slices. An exchange of channels is a 1×1 convolution, and it folds into the layer behind it.
#
#     {{ source onebyone.book.solutions.questions.swap_red_and_blue }}
#
# **3. Which order?** A network for segmentation ends in a 1×1 convolution and an enlargement that repeats each pixel $s$ times each way.
# Which goes first?
#
# {{ exercise onebyone.book.solutions.questions.enlarged_scores }}
#
# ??? hint "Hint"
#     What does a 1×1 convolution make of two pixels that are equal? In which of the two orders does it meet more pixels?
#
# ??? success "Solution"
#     The scores are the same either way, since a 1×1 convolution sees each pixel alone. Enlarge last: the convolution then
#     works on $s^2$ times fewer pixels.
#
#     {{ source onebyone.book.solutions.questions.enlarged_scores }}
