# ---
# description: Why DenseNet's concatenation needs two 1×1 convolutions, a bottleneck and a transition, each counted with and without.
# ---

# %% [markdown]
# # DenseNet
#
# *If every layer reads everything that was made before it, what keeps the number of channels in check?*
#
# *You need* [chapter 4](../projections.py)'s break-even width. *You will* know what a 1×1 does with a concatenation, when a bottleneck
# before a 3×3 costs more than it saves, and why a layer that only halves channels pays for itself. About ten minutes.
#
# Two kinds of 1×1 convolution keep them in check: one before every 3×3, which reduces its many input channels, and one between
# the blocks, which halves the channels. This page counts the network without the first, without the second and without both, and
# finds that both save about
# the same.

# %% [markdown]
# ## A layer that appends, and the growth rate

# %% tags=["remove-input"] alt="The last layer of DenseNet-121's first block. 224 feature maps go through a 1×1 convolution to 128 and a 3×3 convolution to 32. Beside it all 224 are kept as they are, and the two are concatenated to 256 feature maps."
from onebyone.architectures.densenet import DenseLayer
from onebyone.book.widgets.blocks import draw_block

draw_block("dense", "A dense layer", DenseLayer(224), (224, 56, 56))

# %% [markdown]
# ResNet *adds* the output of a block to its input, so the number of channels stays the same.
# [DenseNet](../reference/bibliography.md#densenet) *appends* it instead. Nothing is overwritten: a layer deep in a block still finds the
# first layer's feature maps untouched. The price is an input that grows by $k$ feature maps with each layer. The paper calls this
# $k$, which has nothing to do with the size of a kernel, the *growth rate*, and DenseNet-121 has $k = 32$.
#
# {{ source onebyone.architectures.densenet.DenseLayer }}
#
# Watch the input grow in the third block, which has 24 layers and begins with 256 channels:

# %%
from onebyone.architectures.densenet import dense_block

block = dense_block(256, layers=24)
for number in 1, 2, 3, 12, 24:
    layer = getattr(block, f"denselayer{number}")
    print(
        f"layer {number:2} reads {layer.conv1.in_channels:4} channels,",
        f"squeezes them to {layer.conv1.out_channels},",
        f"adds {layer.conv2.out_channels}",
    )

# %% [markdown]
# The last layer reads 992 channels to make 32. Without a 1×1 to reduce them first, the 3×3 would have to read all 992.
#
# ## A 1×1 on a concatenation is a sum of 1×1s
#
# What does a convolution do with a concatenation? It treats each source by itself, and adds. For a 1×1 you can cut the weight's columns
# where the feature maps were joined, so that each source has a matrix of its own:

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
early = rng.standard_normal((64, 14, 14))
late = rng.standard_normal((32, 14, 14))
weight = rng.standard_normal((128, 96))  # reads both

joined = conv1x1(np.concatenate([early, late]), weight)
apart = conv1x1(early, weight[:, :64]) + conv1x1(late, weight[:, 64:])
assert np.allclose(joined, apart)
print("concatenate, then one 1×1 = one 1×1 each, then add")

# %% [markdown]
# If both matrices are equal, the layer sees only the sum of the two sources. So adding, as ResNet does, is a special case of concatenating.
# It also follows that the long input never has to exist in memory: the normalisation and the relu before the 1×1 work on each
# channel by itself, so they can work on the two sources separately, too.
#
# ## Does the bottleneck pay?
#
# Without the 1×1, the 3×3 would read all $C$ channels and have $9 \cdot C \cdot k$ weights. With it, the 1×1 has $C \cdot 4k$ weights and
# the 3×3 after it has $9 \cdot 4k \cdot k$. The paper has the bottleneck in every layer, so you would expect it to save weights
# in every layer. Look at the first rows:

# %%
from onebyone.cost import parameters
from onebyone.tables import Table

k = 32
rows = []
for channels in 64, 128, 224, 256, 512, 992:
    direct = parameters(channels, k, 3, bias=False)
    bottleneck = parameters(channels, 4 * k, 1, bias=False)
    bottleneck += parameters(4 * k, k, 3, bias=False)
    ratio = f"{bottleneck / direct:.2f}"
    rows.append((channels, direct, bottleneck, ratio))
    assert (bottleneck < direct) == (channels > 230)
Table(["Channels read", "3×3 alone", "1×1 and 3×3", "ratio"], rows)

# %% [markdown]
# Up to 230 channels the bottleneck costs *more*. The very first one even widens, from 64 channels to 128. The bottleneck was made for the
# long inputs at the end of a block, where it saves two fifths of the weights, at 992 channels.
#
# ## Does halving the channels pay?

# %% tags=["remove-input"] alt="The transition after the first block. 256 feature maps of 56×56 pixels go through a 1×1 convolution to 128, and are averaged over 2×2 pixels to 128 feature maps of 28×28."
from onebyone.architectures.densenet import transition
from onebyone.book.widgets.blocks import draw_block

draw_block("transition", "A transition", transition(256), (256, 56, 56))

# %% [markdown]
# Between two blocks, a 1×1 convolution reduces the channels to a share $\theta$, and the paper sets $\theta = 0.5$.
# Then an average halves the height and width.
#
# {{ source onebyone.architectures.densenet.transition }}
#
# Now count the whole network with both of its 1×1 convolutions, with one, and with neither. A transition without its 1×1 only averages, and
# all channels go on into the next block:

# %%
from onebyone.book.variants import count_densenet
from onebyone.tables import Table

whole = count_densenet()
rows = []
for name, bottleneck, theta in (
    ("DenseNet-121", True, 0.5),
    ("no 1×1 before a 3×3", False, 0.5),
    ("no 1×1 in a transition", True, None),
    ("neither", False, None),
    ("a 1×1 that keeps all", True, 1),
):
    cost = count_densenet(bottleneck=bottleneck, theta=theta)
    rows.append(
        (
            name,
            cost.parameters,
            f"{cost.parameters / whole.parameters:.2f}",
            round(cost.macs / 1e6),
            f"{cost.macs / whole.macs:.2f}",
        )
    )
Table(["Network", "Parameters", "ratio", "MACs, M", "ratio"], rows)

# %% [markdown]
# With neither, the network has more than twice the parameters and takes a third more work. Each of the two saves about the same: the
# transition a little more of the parameters, the bottleneck a little more of the work. The bottleneck saves only 7 % of the work,
# because it saves work in the layers with many input channels and costs work in those with few, as the first table shows, and the
# two nearly cancel. (The paper keeps it because it found it "especially
# effective",
# which no count can show.)
#
# The last row is a warning: a 1×1 between the blocks that keeps all channels, $\theta = 1$, costs far more than no 1×1 at all. It
# has $C^2$ weights, and pays off only if it *removes* channels. The paper calls the network with both savings DenseNet-BC.
#
# ## Average first, then the 1×1
#
# In the transition a 1×1 convolution runs first, and then four of its pixels are averaged to one. Nothing stands between the two, no relu
# and no normalisation, and both are linear, so [they commute](../algebra.py). If you average first, the convolution has only a
# quarter of the pixels to work on. The cell checks that the result is the same, and counts:

# %%
import torch

from onebyone.architectures.densenet import transition
from onebyone.cost import macs

torch.manual_seed(0)
x = torch.randn(1, 256, 56, 56, dtype=torch.float64)
layers = transition(256).double()
y = layers.conv(layers.pool(layers.relu(layers.norm(x))))
assert torch.allclose(y, layers(x))

now = sum(
    macs(channels, channels // 2, 1, size, size)
    for channels, size in ((256, 56), (512, 28), (1024, 14))
)
print(f"the three transitions:  {now:,} MACs")
print(f"with the average first:  {now // 4:,}")

# %% [markdown]
# It is the same result for a quarter of the transitions' work, which saves 8 % of the network's. The weights do not change, so
# you can swap the two layers in a trained DenseNet.
#
# ## The whole network
#
# {{ source onebyone.architectures.densenet.dense_block }}
#
# {{ source onebyone.architectures.densenet.DenseNet }}
#
# In every block and transition, normalisation and relu come *before* the convolution. So the network needs one more of each at its end,
# `norm5` and `relu5`. Without that last relu no shape and no count would change, but trained weights would lose accuracy:
# [Keras](../reference/bibliography.md#keras-densenet) left it out, and and when it was put back, the right class was among the
# network's first five answers for 0.3 % more of the pictures.
# The maps of the whole network, from block to block:

# %%
import torch

from onebyone.architectures import densenet121
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = densenet121().eval()  # random weights
for name, shape in output_shapes(model.features, x):
    print(f"{name:12} {shape}")

# %% [markdown]
# And the share of its 1×1 layers, bottlenecks and transitions together:

# %%
from onebyone.architectures import densenet121
from onebyone.summary import summary

layers = summary(densenet121(), (3, 224, 224))
ones = layers.pointwise
print(f"{layers.parameters:,} parameters, {layers.macs:,} MACs")
print(f"{len(ones.layers)} layers are 1×1, with")
print(f"  {ones.parameters / layers.parameters:.1%} of the parameters,")
print(f"  {ones.macs / layers.macs:.1%} of the MACs")

assert layers.parameters == 7_978_856

# %% [markdown]
# !!! takeaway "Takeaway"
#     Concatenation makes inputs with many channels. A 1×1 convolution before each 3×3 reduces them, and saves weights from 231
#     channels on. A second 1×1 halves the channels between the blocks.

# %% [markdown]
# ## Exercises
#
# **1. Slower growth.** The paper's smaller networks grow by $k = 12$. From how many channels on does a bottleneck to $4k$ save weights?
#
# {{ exercise onebyone.book.solutions.densenet.bottleneck_pays_from }}
#
# ??? hint "Hint"
#     The section on the bottleneck has both numbers of weights. Try one $C$ after the other, or solve the inequality. Where the two
#     are equal, nothing is saved.
#
# ??? success "Solution"
#     From 87, against 231 at $k = 32$. The bottleneck pays where $C \cdot 4k + 36 k^2 < 9 \cdot C \cdot k$, so where $C > 7.2 \cdot k$.
#
#     {{ source onebyone.book.solutions.densenet.bottleneck_pays_from }}
#
# **2. Without concatenating.** Apply a 1×1 convolution to a list of feature maps as if they were concatenated, without ever joining them.
#
# {{ exercise onebyone.book.solutions.densenet.conv1x1_of_parts }}
#
# ??? hint "Hint"
#     Which columns of the weight read which part? `np.cumsum` of the parts' numbers of channels says where each part ends.
#
# ??? success "Solution"
#     Cut the weight's columns where the feature maps end, and add the results.
#
#     {{ source onebyone.book.solutions.densenet.conv1x1_of_parts }}
#
# **3. What is read and what is made.** The third block begins with 256 feature maps and makes $24 \cdot 32 = 768$. How many does
# it read, over all of its
# layers?
#
# {{ exercise onebyone.book.solutions.densenet.channels_read }}
#
# ??? hint "Hint"
#     The first layer reads the 256 of the block's input. How many more does each layer read than the one before?
#
# ??? success "Solution"
#     14,976, nearly twenty times as many: each feature map is read again by every layer after it, so what is read grows with the square of the
#     depth. Programs that keep each concatenation for the backward pass
#     [run out of memory for that reason](../reference/bibliography.md#efficient-densenet).
#
#     {{ source onebyone.book.solutions.densenet.channels_read }}
#
# Here every 1×1 reads all channels. [ResNeXt and ShuffleNet](resnext-shufflenet.py) ask what happens if each reads only a group of them.
