# ---
# description: Eighteen networks of ten years, counted layer by layer. How much of each is 1×1 convolutions, and what do they do there?
# ---

# %% [markdown]
# # 5 The architectures
#
# *How much of a well-known network is 1×1 convolutions, and what are they there for?*
#
# *You need* MACs and parameters ([chapter 2](../feature-maps.py)), and the three jobs of a 1×1 layer ([chapter 4](../projections.py)).
# *You will* know how networks came to do almost all their work in 1×1 layers, and where to read on. About ten minutes,
# and ten more for each network's own page.
#
# You might guess that their share is small, since a 1×1 kernel is the smallest there is. In fact all but one of eighteen
# well-known networks spend at least about a quarter of their multiply-accumulates on 1×1 convolutions, and the share has grown: a
# quarter in 2014, half in the ResNets of 2015, about
# nine tenths in each network since 2017. The exception is U-Net.

# %% [markdown]
# ## Eighteen networks, counted
#
# All eighteen are short functions of `onebyone.architectures`, and their pages show the code. The table is computed from them, in the
# order of their years, and nothing in it is copied from a paper except the years. Look at the last column:

# %%
from onebyone.book.networks import tabulate_networks

tabulate_networks()

# %% [markdown]
# M is a million, and the last two columns are the shares of the 1×1 layers.
#
# ??? note "What is counted"
#     The MACs are those of one image of 224×224 pixels; Network in Network was made for images of 32×32, and is counted on one.
#     A fully connected layer at the end is not counted as a 1×1 convolution, although on a single pixel
#     [it is one](network-in-network.py). ConvNeXt's `Linear` layers, which work on every pixel, [are counted](convnext.py), and so are
#     the 1×1 layers of [squeeze-and-excitation](efficientnet.py). A batch normalisation counts its parameters and no MACs, because after
#     training it can be folded into the convolution before it.
#
# The same two columns as bars. Where a network has a short bar for parameters and a long one for work, other layers, such as
# fully connected ones, hold the parameters:

# %% tags=["remove-input"] alt="Two horizontal bars for each of eighteen networks, in the order of their years: the share of the parameters and the share of the MACs that lie in 1×1 convolutions. Until 2014 both are between 16 and 34 per cent. U-Net of 2015 has none to speak of. The ResNets and DenseNet have about half of both, the SqueezeNets half of the parameters and less of the work. From ResNeXt and MobileNetV1 on, between 88 and 95 per cent of the work is 1×1, and half to nine tenths of the parameters."
from onebyone.book.figures.architectures import plot_pointwise_shares
from onebyone.book.networks import count_networks

counted = count_networks()
late = [c for c in counted if c.year > 2016]
assert min(c.of_macs for c in late) > 0.87  # what the text says
early = [c for c in counted if c.year < 2015]
assert max(c.of_macs for c in early) < 0.31
without_unet = [c.of_macs for c in counted if c.name != "unet"]
assert 0.23 < min(without_unet) < 0.27
assert 0.94 < max(without_unet) < 0.96
plot_pointwise_shares(
    [f"{c.name}, {c.year}" for c in counted],
    [c.of_parameters for c in counted],
    [c.of_macs for c in counted],
)

# %% [markdown]
# ## To scale
#
# A share says how much is 1×1, but not where. Here is a bar for each layer of a network, from the image on the left to the classes on
# the right. Its height is the number of channels, its width is the side of the maps in pixels, and it is orange where the layer
# is a 1×1 convolution. Step through the years, and watch where the orange goes:

# %% tags=["remove-input"] alt="Eighteen networks, one at a time, a bar for each layer. In each of them the bars become narrower and higher from left to right: fewer pixels, more channels. In the ResNets high orange bars stand on both sides of each low blue one; in the MobileNets blue and orange ones of the same height alternate."
from onebyone.book.widgets.towers import draw_towers

draw_towers()

# %% [markdown]
# All of them trade pixels for channels, and the highest bars are orange, because where there are many channels a 1×1 makes them. In a
# ResNet the blue 3×3 layers are the low ones in between, and they still do half of the work, since a 3×3 kernel has nine weights where
# a 1×1 has one. In MobileNetV1 the two kinds take turns at the same height. DenseNet's bars hardly grow, because what grows there is the
# concatenated input, which no single layer produces.
#
# ## The story in short
#
# In ten years the 1×1 layer takes over one job after the other.
#
# **2013, to mix.** [Network in Network](network-in-network.py) follows a larger convolution with two 1×1 layers, which make a small
# network at every pixel. It also replaces the fully connected layers at the end, by a 1×1 and an average.
#
# **2014, to decrease.** [Inception](inception.py) uses kernels of several sizes side by side, which would be too expensive, so it
# first reduces the channels with a 1×1.
#
# **2015, to increase again, and to project.** From 50 layers on, [ResNet](resnet.py) wraps every 3×3 in two 1×1 layers, one that
# decreases and one that increases, and it uses a third on a *shortcut*, a way around the block, where its shape does not fit. In the same year
# [U-Net](segmentation.py) has a single 1×1 layer, the last, which classifies every pixel.
#
# **2016, to squeeze, and to read.** [SqueezeNet](squeezenet.py) squeezes the channels with a 1×1 before its 3×3 filters, and makes half
# of those filters 1×1, too. [DenseNet](densenet.py), which passes every map on to all later layers, reads the growing number of
# them through a 1×1, and halves it with a second one.
#
# **2016, groups.** [ResNeXt](resnext-shufflenet.py) divides the channels of the 3×3 into groups, which leaves hardly any of its
# cost. What remains is 1×1,
# nine tenths of the work.
#
# **2017, alone.** [MobileNet](mobilenet.py) takes this to its end: the 3×3 filters each channel by itself, and after the first layer *all*
# mixing of channels is done by 1×1 layers. A year later MobileNetV2 turns ResNet's bottleneck inside out: it is wide in the middle.
#
# **2018, split.** [ShuffleNetV2](resnext-shufflenet.py#shufflenetv2-split-instead-of-group) works on half of the channels at a
# time, and then reorders them.
#
# **2018, to be undone.** [Glow](glow.py), which makes pictures instead of judging them, mixes its channels by a 1×1 whose matrix
# has an inverse. (It is not among the eighteen.)
#
# **2019, on averages.** [Squeeze-and-excitation](efficientnet.py), invented in 2017, comes into MobileNetV3 and EfficientNet. Its
# two 1×1 layers work on the average of each feature map, and decide how much that map counts.
#
# **2022, under a different name.** [ConvNeXt](convnext.py) borrows the transformer's feed-forward layer, which consists of two
# `nn.Linear`, and these are 1×1 convolutions.
#
# ## Weights that others have trained
#
# On the pages of this chapter the weights are random, with one [exception](segmentation.py#a-classifier-at-every-pixel-of-the-map). So
# the shapes and the costs are real, and the classes would be nonsense. If you want real classes, thirteen of the eighteen have
# the same parameter names and shapes as [torchvision's](../reference/bibliography.md#torchvision) models of the same names: all
# but Network in Network,
# `inception_v1`, `mobilenet_v1`, `efficientnet_lite0` and `unet`. So `model.load_state_dict(state, strict=True)` takes what `torch.load`
# reads from a file of torchvision's weights. (A test compares our outputs with torchvision's, on the same random weights.)
#
# ??? note "Two files that need an extra step"
#     DenseNet's file has older names with a dot, `norm.1`, which torchvision changes as it loads:
#     `state = {re.sub(r"(norm|conv)\.(\d)", r"\1\2", k): v for k, v in state.items()}`.
#
#     GoogLeNet's file also holds two auxiliary heads, which help only in training. Their keys start with `aux`; leave them out:
#     `state = {k: v for k, v in state.items() if not k.startswith("aux")}`.
#     GoogLeNet also expects its input [normalised differently](inception.py#exercises).
#
# EfficientNet-Lite0's weights come in a package, and [chapter 12](../trained.py) looks into them. To see which keys a network has
# (`bn` is a batch normalisation, and `fc` the fully connected layer at the end):

# %%
from onebyone.architectures import resnet50

state = resnet50().state_dict()
for key in list(state)[:3] + list(state)[-2:]:
    print(f"{key:22} {tuple(state[key].shape)}")
print(f"{len(state)} tensors")

# %% [markdown]
# !!! takeaway "Takeaway"
#     1×1 convolutions do a quarter of the work in GoogLeNet, half of it in ResNet and about nine tenths in every network here since 2017:
#     the larger kernels see the neighbours, and everything else is left to the 1×1 layers.

# %% [markdown]
# ## Exercises
#
# The exercises are on the pages of the networks.
# For a first one, take a network that you use, count its 1×1 layers with `onebyone.summary.summary`, and find it a place
# in the figure.
#
# ??? hint "Hint"
#     A summary knows which of its layers are 1×1, and what each of them costs.
#
# ??? success "Solution"
#     `summary(network, (3, 224, 224)).pointwise` lists them, those in groups excepted. It takes any network that runs:
#     [Your own network](../your-network.py) shows three, and what to make of their numbers.
#
#     {{ source onebyone.summary.summary }}
#
# The story begins in 2013, with a question about the filter itself: why should it be linear? [Network in Network](network-in-network.py)
# put a small network in its place.
