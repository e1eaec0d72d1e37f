# ---
# description: Groups divide a convolution's cost and its sight. ResNeXt groups the 3×3, ShuffleNet the 1×1, and a shuffle lets it see again.
# ---

# %% [markdown]
# # ResNeXt and ShuffleNet
#
# *A convolution in eight groups is eight times cheaper. What do the groups take away?*
#
# *You need* [ResNet's bottleneck](resnet.py#the-bottleneck). In a convolution with *groups*, the channels are divided into parts,
# and each filter reads only one part. *You will* know
# where groups are safe and where they cut a network apart, how a shuffle joins it again, and why fewer operations can take longer.
# About fifteen minutes.
#
# They take away inputs: each output of a grouped convolution depends on one group of its input channels, and on nothing else. If
# a 3×3 has groups and stands
# between two 1×1s that have none, every output still depends on every input channel. But if the 1×1s have groups as well, the
# network splits into separate ones. ResNeXt is the first case. ShuffleNet is the second, and it joins the parts again with a
# permutation that costs
# no multiplication.

# %% [markdown]
# ## ResNeXt: groups in the 3×3

# %% tags=["remove-input"] alt="ResNeXt-50's first bottleneck. 256 feature maps go through a 1×1 convolution to 128, a 3×3 convolution in 32 groups from 128 to 128, and a 1×1 back to 256. An identity shortcut leads around all three, and the two are added."
from onebyone.architectures.resnet import Bottleneck
from onebyone.book.widgets.blocks import draw_block

block = Bottleneck(256, 128, expansion=2, groups=32)
draw_block("grouped", "ResNeXt's bottleneck", block, (256, 56, 56))

# %% [markdown]
# [ResNeXt](../reference/bibliography.md#resnext) takes [ResNet's bottleneck](resnet.py#the-bottleneck), makes it twice as wide inside, and
# divides its 3×3 convolution into 32 groups of 4 channels, hence the name 32x4d. What happens to the weights of the two kinds of
# layer?

# %%
from onebyone.cost import parameters
from onebyone.tables import Table

rows = []
for name, width, groups in ("ResNet", 64, 1), ("ResNeXt", 128, 32):
    ones = 2 * parameters(256, width, 1, bias=False)
    spatial = parameters(width, width, 3, groups=groups, bias=False)
    total = ones + spatial
    share = f"{ones / total:.0%}"
    rows.append((name, ones, spatial, total, share))
assert [row[-1] for row in rows] == ["47%", "93%"]
Table(["Block", "two 1×1", "3×3", "all", "share of 1×1"], rows)

# %% [markdown]
# The sum is nearly the same. What the 3×3 saves with its groups, the 1×1 layers spend on twice the width, and now they hold 93 % of the
# block. The code is ResNet's with two numbers changed:
#
# {{ source onebyone.architectures.resnext.resnext50_32x4d }}
#
# The number of groups is easily lost. A version that forgets `groups=32` still builds, runs and learns, as
# [GluonCV's once did](../reference/bibliography.md#gluoncv-groups). Nothing fails until someone loads weights, or counts:

# %%
import torch

from onebyone.architectures import resnet50, resnext50_32x4d
from onebyone.architectures.resnet import ResNet

with torch.device("meta"):  # shapes are enough: no weight is drawn
    networks = {
        "ResNet-50": resnet50(),
        "ResNeXt-50, 32x4d": resnext50_32x4d(),
        "without its groups": ResNet((3, 4, 6, 3), 1000, expansion=2),
    }
for name, network in networks.items():
    count = sum(p.numel() for p in network.parameters())
    print(f"{name:18} {count:>10,} parameters")

# %% [markdown]
# The third line is in fact a known network, [Wide ResNet-50-2](../reference/bibliography.md#wide-resnet), with 2.7 times the parameters.
#
# ## One block, or 32 small ones?
#
# The paper draws the block as 32 narrow branches whose outputs are added, and calls their number *cardinality*. The code has one grouped
# convolution. Both are the same, because each branch owns a few rows of the first 1×1, the groups of the 3×3 keep the branches apart,
# and the last 1×1 has a few columns for each branch and adds them up. (Normalisation and relu, which are left out here, work on each
# channel alone and change nothing about it.) With eight branches:

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
groups, each = 8, 4  # 8 branches of 4 channels
width = groups * each
x = rng.standard_normal((64, 14, 14))
reduce = rng.standard_normal((width, 64))
middle = rng.standard_normal((width, each, 3, 3))
increase = rng.standard_normal((64, width))

y = conv2d(conv1x1(x, reduce), middle, padding=1, groups=groups)
block = conv1x1(y, increase)

branches = []
for own in np.split(np.arange(width), groups):  # 4 channels of each branch
    y = conv2d(conv1x1(x, reduce[own]), middle[own], padding=1)
    branches.append(conv1x1(y, increase[:, own]))
assert np.allclose(block, sum(branches))
print(f"{groups} branches, added = one block with {groups} groups")

# %% [markdown]
# The 1×1 layers have no groups, so every branch reads all 64 channels and writes to all 64. Every output still depends on every input.
#
# ## Groups in the 1×1
#
# By now the 1×1 layers are the expensive part. Why not give *them* groups? Then each output depends only on its own group of
# inputs. You might hope that a second layer adds more inputs, but with the same groups it does not. Press *Next*, and watch which
# inputs the dark output depends on:

# %% tags=["remove-input"] alt="Eight channels on the left, eight on the right, lines between those that a layer joins, and its weights as a matrix. All are joined by a full 3×3; 2 and 4 groups leave blocks on the diagonal; a depthwise 3×3 leaves the diagonal. A 1×1 after it joins all again. Two 1×1 in 4 groups join 2 channels each, and with a shuffle between them 4."
from onebyone.book.widgets.groups import see_groups

see_groups()

# %% [markdown]
# The same with layers of PyTorch: switch on one input channel at a time, and note which outputs react.

# %% alt="Three matrices of 12 output channels by 12 input channels. One layer in 3 groups: three blocks of 4 by 4 on the diagonal. Two layers in a row: the same three blocks. Two layers with a shuffle between them: all 144 entries are filled."
import torch
from torch import nn

from onebyone.architectures.shufflenet_v2 import channel_shuffle
from onebyone.book.figures.resnext_shufflenet import plot_reach

torch.manual_seed(0)
first = nn.Conv2d(12, 12, kernel_size=1, groups=3, bias=False)
second = nn.Conv2d(12, 12, kernel_size=1, groups=3, bias=False)

x = torch.eye(12)[:, :, None, None]  # 12 images of one pixel, one channel on
with torch.no_grad():
    reach = {
        "one layer": first(x),
        "two layers": second(first(x)),
        "a shuffle between": second(channel_shuffle(first(x), groups=3)),
    }
matrices = {name: y.flatten(1).T.numpy() for name, y in reach.items()}
for name, matrix in matrices.items():
    seen = (matrix != 0).sum(axis=1)  # inputs that each output sees
    print(f"{name}: every output sees {min(seen)} of 12 inputs")
    assert min(seen) == max(seen) == (12 if "shuffle" in name else 4)
plot_reach(matrices)

# %% [markdown]
# Without a shuffle, three separate networks run side by side: each output sees 4 of 12 inputs, however many layers follow. With a shuffle
# between two layers it sees all 12, because each group has 4 channels, at least one to hand on to each of the 3 groups.
# [ShuffleNet](../reference/bibliography.md#shufflenet) shuffles after its first grouped 1×1.
#
# ## The shuffle
#
# A shuffle deals the channels of each group out to all groups, like cards. Nothing about it is random. Write the channels into a
# table with a row for each group, and read it column by column:
#
# {{ source onebyone.architectures.shufflenet_v2.channel_shuffle }}
#
# Some programs write it with the two numbers exchanged: not 3 groups of 4, but 4 groups of 3. That is a different permutation, namely the
# inverse, as you see when one follows the other:

# %%
import torch

from onebyone.architectures.shufflenet_v2 import channel_shuffle

channels = torch.arange(12).reshape(1, 12, 1, 1)
by_3 = channel_shuffle(channels, groups=3)
by_4 = channel_shuffle(channels, groups=4)
assert torch.equal(channel_shuffle(by_3, groups=4), channels)
print("3 groups of 4:", *by_3.flatten().tolist())
print("4 groups of 3:", *by_4.flatten().tolist())

four = channels[:, :4]  # with 2 groups of 2, the table is a square
back = channel_shuffle(channel_shuffle(four, groups=2), groups=2)
assert torch.equal(back, four)

# %% [markdown]
# The code of [ShuffleNet's authors](../reference/bibliography.md#shufflenet-code) does not use the permutation of their paper. Training is
# as accurate with either, they say, but weights that were learned with one do not fit the other, and the shapes do not show it. A
# test with 4 channels and 2 groups does not show it either, since on 2 groups of 2 both are the same. On 12 channels:

# %%
import torch
from torch import nn

from onebyone.architectures.shufflenet_v2 import channel_shuffle

torch.manual_seed(0)
first = nn.Conv2d(12, 12, kernel_size=1, groups=3)
second = nn.Conv2d(12, 12, kernel_size=1, groups=3)
x = torch.randn(1, 12, 14, 14)
with torch.no_grad():
    learned = second(channel_shuffle(first(x), groups=3))
    loaded = second(channel_shuffle(first(x), groups=4))  # same weights
error = ((loaded - learned).norm() / learned.norm()).item()
print(f"with the other shuffle the output is off by {error:.0%} of its size")
assert error > 0.1

# %% [markdown]
# The error is larger than the output itself. To the second layer, channels in a different order are simply the wrong channels.
#
# ## ShuffleNetV2: split instead of group

# %% tags=["remove-input"] alt="ShuffleNetV2's unit. 116 feature maps are split in two. 58 are left alone. The other 58 go through a 1×1 convolution, a 3×3 in each channel and a 1×1, all from 58 to 58. The two halves are concatenated and shuffled."
from onebyone.book.figures.resnext_shufflenet import draw_shuffle_unit

draw_shuffle_unit()

# %% [markdown]
# [The second version](../reference/bibliography.md#shufflenet-v2) has no groups in its 1×1 layers any more. Each unit splits the channels in
# two, leaves one half alone, and convolves the other. The shuffle afterwards mixes the halves, so that the next unit does not leave the
# same half alone. Where stride 2 halves height and width, nothing is split: both branches read the whole input, and their outputs are concatenated.
#
# {{ source onebyone.architectures.shufflenet_v2.ShuffleUnit }}
#
# ## Four rules, measured on a CPU
#
# Why are there no groups any more? The authors stopped counting operations and measured time. They found four rules, each of which compares
# layers with about equal multiply-accumulates and unequal times:
#
# 1. **Equal widths**: a 1×1 with equally many channels in and out moves the fewest bytes.
# 2. **Few groups**: at equal cost, grouped layers are wider, and wider feature maps mean more bytes to read and write.
# 3. **Few fragments**: many small layers are slower than one large one.
# 4. **Few elementwise operations**: relus and sums have hardly any operations, and take time all the same.
#
# The first rule can be counted. These pairs of widths, which are the paper's, have about equal products $C_\text{in} \cdot C_\text{out}$.
# Compare the bytes:

# %%
from onebyone.cost import bytes_moved, macs

for thin, wide in (128, 128), (90, 180), (52, 312), (36, 432):
    work = macs(thin, wide, 1, 56, 56)
    moved = bytes_moved(thin, wide, 1, 56, 56)
    print(
        f"{thin:3} → {wide}: {work / 1e6:.1f} M MACs, {moved / 1e6:.2f} MB moved"
    )

# %% [markdown]
# For the same work, the most unequal pair moves nearly twice the bytes. Here are all four rules, as `make bench` timed them with
# PyTorch on one thread of the machine that is named below (it is not the one of chapter 9). Each row is ten copies in sequence of
# what its second column names, on 56×56 pixels; in the last rule that is
# a bottleneck of 128, 32, 32 and 128 channels. The ratio is to the first row of the rule:

# %% tags=["remove-input"]
from onebyone.book import records
from onebyone.book.timings import compare_rules

machine = records.load("blocks")["machine"]
print(f"{machine['processor']}, {machine['date']}")
print(f"PyTorch {machine['versions']['torch']}, one thread, one image")
slowest = {
    rule: max(row["seconds"] for row in rows) / rows[0]["seconds"]
    for rule, rows in records.load("blocks")["rules"].items()
}
assert slowest["equal widths"] > 1.2  # what the text below says
assert 1.6 < slowest["few groups"] < 2.3
assert slowest["few fragments"] > 1.1
assert slowest["little elementwise"] == 1  # the first has the most
compare_rules()

# %% [markdown]
# All four point in the direction that the paper reports. (For fragments in series the difference is small: a second run could
# reverse it.) The second rule weighs most:
# eight groups of a wider layer take nearly twice as long for the same number of multiplications. On the paper's GPU the effects are
# larger: there the 36 → 432 pair ran at half the speed of the equal one, and eight groups at about a quarter. On its phone they are
# as large as here, or smaller. We had no GPU to measure on.
#
# The third rule has a twist. A layer of 128 → 128 and four of 128 → 32 side by side compute *exactly the same*, since each row of a matrix
# works independently of the others. Cutting the layer into four buys nothing and costs time. (The paper's text does not say how its
# fragments are joined; ours are concatenated.)
#
# ## The whole network
#
# {{ source onebyone.architectures.shufflenet_v2.STAGES }}
#
# {{ source onebyone.architectures.shufflenet_v2.ShuffleNetV2 }}

# %%
import torch

from onebyone.architectures import shufflenet_v2_x1_0
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = shufflenet_v2_x1_0().eval()  # random weights
for name, shape in output_shapes(model, x):
    print(f"{name:8} {shape}")

# %% [markdown]
# How much of the two networks of this page is 1×1?

# %%
from onebyone.architectures import resnext50_32x4d, shufflenet_v2_x1_0
from onebyone.summary import summary

for build in resnext50_32x4d, shufflenet_v2_x1_0:
    layers = summary(build(), (3, 224, 224))
    ones = layers.pointwise
    print(f"{build.__name__}: {layers.parameters:,} parameters,")
    print(f"  {ones.parameters / layers.parameters:.1%} of them in 1×1 layers;")
    print(
        f"  {layers.macs:,} MACs, {ones.macs / layers.macs:.1%} in 1×1 layers"
    )

# %% [markdown]
# !!! takeaway "Takeaway"
#     Groups divide a convolution's cost by their number, and each output depends on one group only. Between full 1×1 layers every channel
#     is still reached; where the 1×1 layers themselves have groups, a shuffle, which is a fixed permutation, has to carry what they
#     see to the other groups.

# %% [markdown]
# ## Exercises
#
# **1. Spend it on width.** A bottleneck around 256 channels may have 70,144 weights. How wide may it be if its 3×3 has 1, 2 or 32 groups?
#
# {{ exercise onebyone.book.solutions.resnext_shufflenet.widest_grouped_bottleneck }}
#
# ??? hint "Hint"
#     In groups, each filter of the 3×3 reads only the channels of its own group. Then try widths, in steps of the number of groups.
#
# ??? success "Solution"
#     64, 80 and 128 channels. With 32 groups it is twice as wide as without.
#
#     {{ source onebyone.book.solutions.resnext_shufflenet.widest_grouped_bottleneck }}
#
#     {{ source onebyone.book.solutions.resnet.bottleneck_weights }}
#
# **2. A shuffle for nothing.** After a shuffle comes a 1×1 convolution without groups. Get rid of the shuffle.
#
# {{ exercise onebyone.book.solutions.resnext_shufflenet.absorb_shuffle }}
#
# ??? hint "Hint"
#     Column $j$ of the weight reads channel $j$ of the shuffled maps. Which channel was that before?
#
# ??? success "Solution"
#     A permutation is a matrix, and the product of two matrices is one: give the weight's columns the order of the channels before the shuffle.
#
#     {{ source onebyone.book.solutions.resnext_shufflenet.absorb_shuffle }}
#
#     {{ source onebyone.book.solutions.resnext_shufflenet.shuffle_order }}
#
# **3. Shuffled back.** Shuffle 116 channels in two groups again and again. After how many times is each channel back where it was?
#
# {{ exercise onebyone.book.solutions.resnext_shufflenet.shuffles_until_back }}
#
# ??? hint "Hint"
#     Write the order after one shuffle as a list, and apply that list to itself until the channels are sorted.
#
# ??? success "Solution"
#     After 44. For 12 channels in 3 groups it takes 5, and for 4 channels in 2 groups, 2.
#
#     {{ source onebyone.book.solutions.resnext_shufflenet.shuffles_until_back }}
#
# In all these networks every feature map counts the same for every picture. [MobileNetV3 and EfficientNet](efficientnet.py) let
# the picture decide how much each of them counts.
