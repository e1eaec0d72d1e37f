# ---
# description: GoogLeNet's Inception module with and without its 1×1 reductions, the paper's Table 1 computed again, and where it does not add up.
# ---

# %% [markdown]
# # Inception
#
# *Which kernel is right, 1×1, 3×3 or 5×5? And if the answer is all of them, who pays?*
#
# An Inception module applies them side by side and stacks the results.
# 1×1 convolutions in front of the large kernels and behind the pooling make it affordable: without both,
# [GoogLeNet](../reference/bibliography.md#googlenet) would cost nearly eight times as much.

# %% [markdown]
# ## The module

# %% tags=["remove-input"] alt="Module 3a. 192 feature maps go into four branches: a 1×1 convolution to 64; a 1×1 to 96 and a 3×3 to 128; a 1×1 to 16 and a 5×5 to 32; a 3×3 max pooling and a 1×1 to 32. The four are concatenated to 256 feature maps."
from onebyone.architectures.inception_v1 import WIDTHS, Inception
from onebyone.book.widgets.blocks import draw_block

module = Inception(192, WIDTHS["3a"])
draw_block("module", "Inception's module 3a", module, (192, 28, 28))

# %% [markdown]
# Orange boxes are 1×1 convolutions. This is module 3a, the first of nine. Every branch keeps height and width, so the results can be stacked along the channels:
# 64 + 128 + 32 + 32 = 256. To stack is to *concatenate*. Nothing is added up.
#
# {{ source onebyone.architectures.inception_v1.Inception }}
#
# Here is the module on a photograph. The 64 maps of a bank of filters, three times over, stand in for the 192 maps
# that the network would have made of it by then:

# %%
import torch

from onebyone.architectures.inception_v1 import WIDTHS, Inception
from onebyone.book.filters import filter_bank
from onebyone.images import photograph
from onebyone.pytorch import avg_pool2d, conv2d
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
maps = conv2d(x, torch.from_numpy(filter_bank()), padding=5)
maps = avg_pool2d(maps, 8).repeat(1, 3, 1, 1)  # (1, 192, 28, 28)
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
# The paper first shows a *naive* module: the same kernels on all 192 maps, and a pooling that hands on all it gets.
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
    maps = str(module.out_channels)
    rows.append((kind.__name__, maps, f"{cost.parameters:,}", f"{cost.macs:,}"))
Table(["Module 3a", "Maps out", "Parameters", "MACs"], rows)

# %% [markdown]
# For 3a alone, the reductions save more than half. The naive module also puts out more maps, 416 instead of 256,
# and all of them go into the next module.
#
# ## Why the channels would only grow
#
# Max pooling [cannot change the number of maps](../feature-maps.py). So a naive module puts out all that came in,
# and those of its convolutions on top. After nine modules:

# %%
from onebyone.architectures.inception_v1 import (
    WIDTHS,
    Inception,
    NaiveInception,
)

naive = projected = 192
print("       naive  projected")
for name, widths in WIDTHS.items():
    naive = NaiveInception(naive, widths).out_channels
    projected = Inception(projected, widths).out_channels
    print(f"{name}  {naive:>8,} {projected:>10,}")

# %% [markdown]
# A 1×1 convolution behind the pooling, its *projection*, ends this: it sets how many maps go on.
# What would the whole network cost?

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
        ("naive", f"{naive.parameters:,}", f"{naive.macs:,}"),
        ("published", f"{published.parameters:,}", f"{published.macs:,}"),
    ],
)

# %% [markdown]
# The naive network would take 7.9 times the multiply-accumulates, and fourteen times the parameters.
#
# ## The network, and its Table 1 again
#
# Each row of the widths: filters of the 1×1; of the reduction and the 3×3; of the reduction and the 5×5; of the projection.
#
# {{ source onebyone.architectures.inception_v1.WIDTHS }}
#
# {{ source onebyone.architectures.inception_v1.inception_v1 }}
#
# {{ source onebyone.architectures.inception_v1.network }}

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
# The paper's Table 1 prints parameters and operations for each row. Here they stand beside ours.
# Ours count weights without biases. The paper's operations are MACs in millions, and its K is mostly 1,024.

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
            f"{weights:,}",
            f"{weights / 1024:,.1f}",
            f"{paper_weights:,}",
            f"{macs / 1e6:,.1f}",
            f"{paper_macs:,}",
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
#   fit a 7×7 that makes eight maps of each channel on its own, and a 1×1 convolution from those 24 maps to 64. The paper describes
#   no such layer. Its [successor](../reference/bibliography.md#batch-normalisation) does have one.
# - **3b, 4a to 4e, and 5b.** The printed parameters lie up to 7 % below those of the printed widths, or just above, while the printed operations
#   fit these widths. So it is the printed parameters that are off.
# - **5a.** Both printed numbers fit each other, 1,072 · 1,024 · 49 = 53.8 million, and neither fits the widths of the row.
#
# The sums that say so:

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

# %% [markdown]
# ## torchvision's variant
#
# [torchvision's](../reference/bibliography.md#torchvision) `googlenet` differs from the paper. It has batch normalisation behind
# every convolution, and no biases in the convolutions. It has 3×3 kernels where the paper has 5×5; its source calls that a known bug.
# It has no local response normalisation, which scaled the maps in 2014, and its last max pooling is 2×2.
# Ours has the same keys and shapes as torchvision's.
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
    rows.append((build.__name__, f"{cost.parameters:,}", f"{cost.macs:,}"))
assert cost.parameters == 6_624_904  # torchvision's
Table(["Network", "Parameters", "MACs"], rows)

# %% [markdown]
# The smaller kernels save more weights than the normalisations add.
#
# !!! takeaway "Takeaway"
#     A 1×1 convolution before each large kernel sets what the kernel costs,
#     and one behind the pooling stops the channels from growing; together they made the network nearly eight times cheaper.

# %% [markdown]
# ## Exercises
#
# **1. Only the projections.** Keep the pooling's projection and leave out the two reductions. How many channels has the network
# behind 3b then? And without the projection, with the reductions?
#
# {{ exercise onebyone.book.solutions.inception.channels_without_projections }}
#
# ??? hint "Hint"
#     The four branches are concatenated. What does a pooling without a projection hand on?
#
# ??? success "Solution"
#     480, as published: a reduction changes nothing of what its branch puts out. Without the projection there are 832.
#
#     {{ source onebyone.book.solutions.inception.channels_without_projections }}
#
# **2. What do the reductions cost?** They save much. Which share of module 3a's multiply-accumulates do the two take themselves?
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
# Write the change as a 1×1 convolution. Can it be folded into `conv1` behind it, so that it costs nothing?
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
