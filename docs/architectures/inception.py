# ---
# description: GoogLeNet's Inception module with and without its 1×1 reductions, the paper's Table 1 computed again, and where it does not add up.
# ---

# %% [markdown]
# # Inception
#
# *Which kernel is right, 1×1, 3×3 or 5×5? And if you use all of them, how do you keep the cost down?*
#
# *You need* [chapter 2](../feature-maps.py)'s layer that costs too much, and its remedy. *You will* know what each 1×1 layer of an
# Inception module is for, and what the whole network would cost without them. About ten minutes.
#
# An Inception module applies all three kernels side by side and stacks the results. Its 1×1 layers keep the cost down: without
# the ones before the large kernels and
# the one after the pooling, [GoogLeNet](../reference/bibliography.md#googlenet) would cost nearly eight times as much.

# %% [markdown]
# ## The module

# %% tags=["remove-input"] alt="Module 3a. 192 feature maps go into four branches: a 1×1 convolution to 64; a 1×1 to 96 and a 3×3 to 128; a 1×1 to 16 and a 5×5 to 32; a 3×3 max pooling and a 1×1 to 32. The four are concatenated to 256 feature maps."
from onebyone.architectures.inception_v1 import WIDTHS, Inception
from onebyone.book.widgets.blocks import draw_block

module = Inception(192, WIDTHS["3a"])
draw_block("module", "Inception's module 3a", module, (192, 28, 28))

# %% [markdown]
# This is module 3a, the first of nine, and its orange boxes are made by 1×1 convolutions. Every branch keeps height and width, so the
# results can be stacked along the channels: 64 + 128 + 32 + 32 = 256. That is called to *concatenate*; nothing is added up.
#
# {{ source onebyone.architectures.inception_v1.Inception }}
#
# Which channels of the result come from which branch? Run the module on 192 random maps, and compare the first 64 and the last 32
# with what the first and the last branch make alone:

# %%
import torch

from onebyone.architectures.inception_v1 import WIDTHS, Inception
from onebyone.summary import output_shapes

torch.manual_seed(0)
maps = torch.randn(1, 192, 28, 28)
module = Inception(192, WIDTHS["3a"])
for name, shape in output_shapes(module, maps):
    print(f"{name:8} {shape}")
y = module(maps)
print("stacked ", tuple(y.shape))

with torch.no_grad():
    assert torch.equal(y[:, :64], module.branch1(maps))
    assert torch.equal(y[:, 224:], module.pool(maps))

# %% [markdown]
# ## Without the reductions
#
# What if the 1×1 layers before the large kernels are left out? The paper first shows such a *naive* module: the same kernels on all 192
# maps, and a pooling branch that passes on all 192 maps.
#
# {{ source onebyone.architectures.inception_v1.NaiveInception }}

# %%
from onebyone.architectures.inception_v1 import (
    WIDTHS,
    Inception,
    NaiveInception,
)
from onebyone.summary import summary
from onebyone.tables import Table

rows = []
for kind in NaiveInception, Inception:
    module = kind(192, WIDTHS["3a"])
    cost = summary(module, (192, 28, 28))
    name, maps = kind.__name__, module.out_channels
    rows.append((name, maps, cost.parameters, cost.macs))
Table(["Module 3a", "Maps out", "Parameters", "MACs"], rows)

# %% [markdown]
# For 3a alone, the reductions save more than half. But there is a second difference, with worse consequences: the naive module
# produces 416 maps instead of 256, and all of them go into the next module.
#
# ## Why the channels would only grow
#
# Max pooling [cannot change the number of maps](../feature-maps.py#what-pooling-can-do-about-it). So a naive module outputs all the maps
# that came in, and on top of those the maps of its own convolutions. Nine modules in a row:

# %% alt="Channels after each of the nine modules, from 192. Without projections they grow in a line that gets steeper, to 4,944. With projections they grow slowly, and end at 1,024."
from onebyone.architectures.inception_v1 import (
    WIDTHS,
    Inception,
    NaiveInception,
)
from onebyone.book.figures.architectures import plot_channels

naive, projected = [192], [192]
for widths in WIDTHS.values():
    naive.append(NaiveInception(naive[-1], widths).out_channels)
    projected.append(Inception(projected[-1], widths).out_channels)
print(f"after nine modules: {naive[-1]:,} maps, or {projected[-1]:,}")
names = ["in", *WIDTHS]
plot_channels(names, {"naive": naive, "with projections": projected})

# %% [markdown]
# Without a projection the number of maps can only grow. A 1×1 convolution after the pooling, its *projection*, ends this, because it sets
# how many of the pooled maps go on. What would the whole network cost without any of these 1×1 layers?

# %%
import torch

from onebyone.architectures.inception_v1 import (
    inception_v1,
    naive_inception_v1,
)
from onebyone.summary import summary
from onebyone.tables import Table

with torch.device("meta"):  # shapes are enough: no weight is drawn
    naive = summary(naive_inception_v1(), (3, 224, 224))
    published = summary(inception_v1(), (3, 224, 224))
assert f"{naive.macs / published.macs:.1f}" == "7.9"
assert round(naive.parameters / published.parameters) == 14
Table(
    ["GoogLeNet", "Parameters", "MACs"],
    [
        ("naive", naive.parameters, naive.macs),
        ("published", published.parameters, published.macs),
    ],
)

# %% [markdown]
# The naive network would take 7.9 times the multiply-accumulates, and fourteen times the parameters.
#
# ## The network
#
# A row of widths describes a module. Its columns are the 1×1; the 3×3's reduction and the 3×3; the 5×5's reduction and the 5×5; and the
# pooling's projection.
#
# {{ source onebyone.architectures.inception_v1.WIDTHS }}
#
# {{ source onebyone.architectures.inception_v1.inception_v1 }}
#
# {{ source onebyone.architectures.inception_v1.network }}
#
# Send the photograph through it, to a thousand classes. Height and width are halved at each pooling, and the channels grow in between:

# %%
import torch

from onebyone.architectures import inception_v1
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = inception_v1().eval()  # random weights
for name, shape in output_shapes(model, x):
    print(f"{name:11} {shape}")

# %% [markdown]
# ## torchvision's variant
#
# If you load `googlenet` from [torchvision](../reference/bibliography.md#torchvision), you do not get the paper's network. It has
# a [batch normalisation](../algebra.py#a-batch-norm-folds-away) after every convolution, and therefore no biases in the
# convolutions. It has 3×3 kernels where the paper has 5×5, which torchvision's source calls a known bug. It leaves out an older
# kind of normalisation that the paper has, and its last max pooling is 2×2. This
# book's `googlenet` has the same parameter names and shapes as torchvision's.
#
# {{ source onebyone.architectures.googlenet.basic_conv }}
#
# {{ source onebyone.architectures.googlenet.NormalizedInception }}
#
# {{ source onebyone.architectures.googlenet.googlenet }}

# %%
from onebyone.architectures import googlenet, inception_v1
from onebyone.summary import summary
from onebyone.tables import Table

rows = []
for build in inception_v1, googlenet:
    cost = summary(build(), (3, 224, 224))
    rows.append((build.__name__, cost.parameters, cost.macs))
assert cost.parameters == 6_624_904  # torchvision's
Table(["Network", "Parameters", "MACs"], rows)

# %% [markdown]
# The smaller kernels save more weights than the normalisations add.
#
# !!! takeaway "Takeaway"
#     A 1×1 convolution before each large kernel limits what the kernel costs, and one after the pooling stops the channels from
#     growing; together they made the network nearly eight times cheaper.

# %% [markdown]
# ## Exercises
#
# **1. Only the projections.** Keep the pooling's projection and leave out the two reductions. How many channels does the network
# then have after 3b? And without the projection, with the reductions?
#
# {{ exercise onebyone.book.solutions.inception.channels_without_projections }}
#
# ??? hint "Hint"
#     The four branches are concatenated. What does a pooling without a projection hand on?
#
# ??? success "Solution"
#     480, as published, because a reduction does not change how many maps its branch outputs. Without the projection there are 832.
#
#     {{ source onebyone.book.solutions.inception.channels_without_projections }}
#
# **2. What do the reductions cost?** They save much, but they are layers, too. What share of module 3a's multiply-accumulates do the two
# take themselves?
#
# {{ exercise onebyone.book.solutions.inception.share_of_reductions }}
#
# ??? hint "Hint"
#     All layers of a module run on the same pixels. So it is enough to count weights.
#
# ??? success "Solution"
#     13.2 %. Their share does not depend on the size of the maps, which multiplies every layer of the module alike.
#
#     {{ source onebyone.book.solutions.inception.share_of_reductions }}
#
# **3. A 1×1 convolution on the image.** torchvision subtracts from each channel a mean of about 0.45, and divides by a deviation of
# about 0.22, different in each. GoogLeNet's weights were trained on images from which 0.5 was subtracted and which were divided by 0.5.
# Write the change as a 1×1 convolution. Can it be folded into `conv1`, which comes next, so that it costs nothing?
#
# {{ exercise onebyone.book.solutions.in_pytorch.inception.renormalize }}
#
# ??? hint "Hint"
#     Solve $x = (p - m) / s$ for the pixel $p$, and put that into $(p - 0.5) / 0.5$. What multiplies $x$, and what is added?
#
# ??? success "Solution"
#     It is a diagonal matrix with a bias, one scale and one offset for each channel. The scales fold into the weights of `conv1`.
#     The offsets do not quite: `conv1` pads with zeros, after the change, and a padding that has gone through the change
#     would no longer be zero. So the pixels near the edge would differ.
#
#     {{ source onebyone.book.solutions.in_pytorch.inception.renormalize }}
#
# Inception's 1×1 layers only decrease. What if a second one increased the channels again? That is [ResNet](resnet.py)'s block.

# %% [markdown]
# ## Appendix: the paper's Table 1, row by row
#
# The paper's Table 1 prints parameters and operations for each row. Do they follow from the widths that it prints beside them?
# Here they stand next to the counts of this book's network, of weights without biases. The paper's operations are MACs in
# millions, and its K is 1,024 in most rows.

# %%
from onebyone.architectures import inception_v1
from onebyone.summary import summary
from onebyone.tables import Table

printed = {  # thousands of parameters, millions of operations
    "conv1": (2.7, 34),
    "conv2": (112, 360),
    "3a": (159, 128),
    "3b": (380, 304),
    "4a": (364, 73),
    "4b": (437, 88),
    "4c": (463, 100),
    "4d": (580, 119),
    "4e": (840, 170),
    "5a": (1072, 54),
    "5b": (1388, 71),
    "classifier": (1000, 1),
}
model = inception_v1()
layers = summary(model, (3, 224, 224)).layers
rows = []
for name, (paper_weights, paper_macs) in printed.items():
    parts = [name, f"inception{name}"]
    if name == "conv2":
        parts.append("reduce2")  # Table 1 counts it there
    weights = sum(
        weight.numel()
        for key, weight in model.named_parameters()
        if key.split(".")[0] in parts and key.endswith(".weight")
    )
    macs = sum(la.macs for la in layers if la.path.split(".")[0] in parts)
    off = paper_weights / (weights / 1024) - 1
    if name in ("conv2", "3a", "classifier"):
        assert -0.004 < off <= 0
    elif name not in ("conv1", "5a"):
        assert -0.07 < off < 0.004
    if name not in ("conv1", "5a"):
        assert abs(macs / 1e6 - paper_macs) < 1
    rows.append(
        (
            name,
            weights,
            f"{weights / 1024:,.1f}",
            f"{paper_weights:,}",
            f"{macs / 1e6:,.1f}",
            paper_macs,
        )
    )
Table(
    ["Row", "Weights", "in K", "paper, K", "MACs, M", "paper, M"],
    rows,
)

# %% [markdown]
# Ten of the twelve rows of operations agree to within a million. Of the parameters, conv2, 3a and the classifier agree.
# The others:
#
# - **conv1.** A 7×7 convolution from 3 to 64 channels has 9,408 weights and takes 118 million MACs. The printed 2.7K and 34M
#   fit a depthwise 7×7, which filters each of the three channels by itself, with eight filters for each, and a 1×1 convolution
#   from these 24 maps to 64. The paper describes
#   no such layer. Its [successor](../reference/bibliography.md#batch-normalisation) does have one.
# - **3b, 4a to 4e, and 5b.** The printed parameters lie up to 7 % below those of the printed widths, or just above, while the printed operations
#   fit these widths. So it is probably the printed parameters that are wrong.
# - **5a.** The printed parameters and operations fit each other: on 7×7 pixels, 1,072 · 1,024 weights take 1,072 · 1,024 · 49 =
#   53.8 million operations. But neither fits the widths of the row.
#
# The calculation:

# %%
from onebyone.cost import macs, parameters

weights = parameters(3, 24, 7, groups=3, bias=False)
weights += parameters(24, 64, 1, bias=False)
work = macs(3, 24, 7, 112, 112, groups=3) + macs(24, 64, 1, 112, 112)
print(f"conv1, split: {weights:,} weights, {work:,} MACs")
assert f"{weights / 1000:.1f}" == "2.7"
assert round(work / 1e6) == 34

work = 1072 * 1024 * 7 * 7
print(f"5a: {work:,} MACs, from the printed parameters")
assert round(work / 1e6) == 54
