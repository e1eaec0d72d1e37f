# ---
# description: Ten networks that use 1×1 convolutions, counted layer by layer. How much of each network do they hold?
# ---

# %% [markdown]
# # 5 The architectures
#
# *Networks are said to be full of 1×1 convolutions. How full are they?*
#
# They hold between 16 and 74 % of the parameters, and between 23 and 95 % of the multiply-accumulates.
# This page counts them in ten networks. The pages behind it show what the 1×1 layers are there for.

# %% [markdown]
# ## Ten networks, counted
#
# The ten are short functions in seven modules of `onebyone.architectures`, and their pages show them.
# The table below is computed from them. Nothing in it is copied from a paper.

# %%
import torch

from onebyone import architectures
from onebyone.summary import summary
from onebyone.tables import Table

rows, shares = [], []
for name in architectures.__all__:
    size = 32 if name == "nin_cifar10" else 224
    with torch.device("meta"):  # shapes are enough: no weight is drawn
        network = getattr(architectures, name)()
    layers = summary(network, (3, size, size))
    ones = layers.pointwise  # the 1×1 convolutions among them
    parameters = ones.parameters / layers.parameters
    macs = ones.macs / layers.macs
    shares.append((parameters, macs))
    rows.append(
        (
            name,
            f"{layers.parameters / 1e6:.2f}",
            f"{layers.macs / 1e6:,.0f}",
            str(len(ones.layers)),
            f"{parameters:.1%}",
            f"{macs:.1%}",
        )
    )
in_parameters, in_macs = zip(*shares, strict=True)
assert f"{min(in_parameters):.0%} {max(in_parameters):.0%}" == "16% 74%"
assert f"{min(in_macs):.0%} {max(in_macs):.0%}" == "23% 95%"
head = "Network", "Parameters, M", "MACs, M", "1×1 layers"
Table([*head, "share of parameters", "share of MACs"], rows)

# %% [markdown]
# M is a million. The MACs are those of one image of 224×224 pixels; Network in Network was made for images of 32×32,
# and is counted on one.
# A fully connected layer at the end is not counted as a 1×1 convolution, although on a single pixel
# [it is one](network-in-network.py). A batch normalisation counts its parameters and no MACs: once training is over,
# it can be folded into the convolution before it.
#
# SqueezeNet and Network in Network classify by a 1×1 convolution, so theirs is counted. SqueezeNet's alone holds two fifths
# of all its parameters.

# %% tags=["remove-input"] alt="Two horizontal bars for each of ten networks: the share of the parameters and the share of the MACs that lie in 1×1 convolutions. They are sorted by the second. MobileNetV1 leads with 74 and 95 per cent, and MobileNetV2 follows with 61 and 89. The ResNets have about half of both. The SqueezeNets have 54 and 55 per cent of the parameters in them and 26 and 40 of the work; the GoogLeNets about a third and a quarter. Network in Network has the fewest parameters in them, 16 per cent."
import torch

from onebyone import architectures
from onebyone.book.figures.architectures import plot_pointwise_shares
from onebyone.summary import summary

shares = []
for name in architectures.__all__:
    size = 32 if name == "nin_cifar10" else 224
    with torch.device("meta"):
        network = getattr(architectures, name)()
    layers = summary(network, (3, size, size))
    ones = layers.pointwise
    parameters = ones.parameters / layers.parameters
    shares.append((ones.macs / layers.macs, parameters, name))
macs, parameters, names = zip(*sorted(shares, reverse=True), strict=True)
plot_pointwise_shares(names, parameters, macs)

# %% [markdown]
# ## What they are there for
#
# The 1×1 layers of these networks mix, classify, decrease, increase and project.
# [Chapter 4](../projections.py) has the last three in their plainest form.
#
# | Page | The job of its 1×1 layers |
# |:--|:--|
# | [Network in Network](network-in-network.py) | *mix*: a small network at every pixel; and *classify*, without a fully connected layer |
# | [Inception](inception.py) | *decrease*, before a costly kernel and after a pooling |
# | [ResNet](resnet.py) | *decrease* and *increase* around a 3×3; *project* a shortcut to another size |
# | [SqueezeNet](squeezenet.py) | *decrease*, and stand in for half of the 3×3 filters |
# | [MobileNet](mobilenet.py) | *mix* what a filter for each channel cannot |
#
# ## Weights that others have trained
#
# No weights come with this book. `googlenet`, the three ResNets, the two SqueezeNets and `mobilenet_v2` have the keys and
# the shapes of [torchvision's](../reference/bibliography.md#torchvision) models of the same names. So
# `model.load_state_dict(state, strict=True)` takes what `torch.load` reads from a file of torchvision's weights.
# GoogLeNet's file also holds two auxiliary heads, which help only in training. Their keys start with `aux`; leave them out:
# `state = {k: v for k, v in state.items() if not k.startswith("aux")}`.
# And GoogLeNet wants its input [changed by a 1×1 convolution](inception.py#exercises).
#
# A test compares the outputs of both on random weights, where torchvision is installed.
#
# On these pages the weights are random. So the shapes are real, the costs are real, and the classes would be nonsense.

# %%
from onebyone.architectures import resnet50

state = resnet50().state_dict()
for key in list(state)[:3] + list(state)[-2:]:
    print(f"{key:22} {tuple(state[key].shape)}")
print(f"{len(state)} tensors")

# %% [markdown]
# !!! takeaway "Takeaway"
#     1×1 convolutions do a quarter of the work in GoogLeNet, half of it in ResNet and nine tenths in MobileNet:
#     the larger kernels see the neighbours, and the 1×1 layers decide on how many channels they work.

# %% [markdown]
# ## Exercises
#
# The exercises are on the pages of the networks.
# For a first one, take a network that you use, count its 1×1 layers with `onebyone.summary.summary`, and find it a place
# in the figure.
#
# ??? success "Solution"
#     `summary(network, (3, 224, 224)).pointwise` lists them, those in groups excepted. It takes any network that runs:
#     [Your own network](../your-network.py) shows three, and what to make of their numbers.
#
#     {{ source onebyone.summary.summary }}
