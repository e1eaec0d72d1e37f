# ---
# description: ResNet's bottleneck and its projection shortcut. What a 1×1 convolution of stride 2 leaves out, and where the stride sits.
# ---

# %% [markdown]
# # ResNet
#
# *Depth is expensive. How can a network afford 50, 101 or 152 layers, and what happens where its maps change their shape?*
#
# *You need* [chapter 4](../projections.py): decrease and increase. *You will* count a bottleneck, choose the shortcut for a block that
# changes its shape, and tell apart two versions, v1 and v1.5, that load the same weights. About fifteen minutes.
#
# ResNet can afford its depth because there are 1×1 convolutions on both sides of every 3×3: one decreases the channels, and the
# other increases them again. A *shortcut* leads around each block and adds the block's input to its output; where these differ in
# shape, a 1×1 convolution with stride 2 on the shortcut adapts the input, and it reads only one pixel in four. (According to the
# paper, so deep a network can learn because of its shortcuts. This page is about what the 1×1 layers do.)

# %% [markdown]
# ## The bottleneck

# %% tags=["remove-input"] alt="ResNet's bottleneck. 256 feature maps go through a 1×1 convolution to 64, a 3×3 from 64 to 64 and a 1×1 back to 256. Beside it an identity shortcut leads around all three, and the two are added. The boxes are narrow in the middle."
from onebyone.architectures.resnet import Bottleneck
from onebyone.book.widgets.blocks import draw_block

draw_block(
    "bottleneck", "ResNet's bottleneck", Bottleneck(256, 64), (256, 56, 56)
)

# %% [markdown]
# The [paper](../reference/bibliography.md#resnet) builds its deep networks from this block. The blocks pass 256 channels on to
# each other, but the 3×3 convolution works on only 64, between two 1×1 convolutions in orange. (The 768 other parameters are
# those of three [batch normalisations](../algebra.py#a-batch-norm-folds-away), one after each convolution.)
#
# {{ source onebyone.architectures.resnet.Bottleneck }}
#
# {{ source onebyone.architectures.conv_norm.conv_norm }}
#
# The smaller ResNets of the paper use two 3×3 convolutions in a block, and no 1×1. A bottleneck has one layer more, so you might expect
# it to be larger. At 256 channels:

# %%
from onebyone.cost import parameters

reduce = parameters(256, 64, kernel_size=1, bias=False)
convolve = parameters(64, 64, kernel_size=3, bias=False)
increase = parameters(64, 256, kernel_size=1, bias=False)
bottleneck = reduce + convolve + increase
two_3x3 = 2 * parameters(256, 256, kernel_size=3, bias=False)

print(f"bottleneck, 256-64-64-256: {bottleneck:>9,} weights")
print(f"two 3×3 at 256:            {two_3x3:>9,} weights")
print(f"{two_3x3 / bottleneck:.1f} times as many")

# %% [markdown]
# The bottleneck is seventeen times smaller. How many of its weights are in the 1×1 layers? The next block prints the block's
# shapes, from 256 channels to
# 64 and back, and then counts:

# %%
import torch

from onebyone.architectures.resnet import Bottleneck
from onebyone.summary import output_shapes, summary

block = Bottleneck(256, 64).eval()
for name, shape in output_shapes(block, torch.zeros(1, 256, 56, 56)):
    print(f"{name:10} {shape}")

layers = summary(block, (256, 56, 56))
ones = sum(la.parameters for la in layers.pointwise.layers)
weights = sum(la.parameters for la in layers.layers if la.macs)
print(f"1×1: {ones:,} of {weights:,} weights, {ones / weights:.0%}")

# %% [markdown]
# The two 1×1 layers hold nearly half of the weights. (`downsample` is torchvision's name for the shortcut, even where nothing is
# downsampled.)
#
# ## Identity or projection shortcut
#
# Where a block keeps its shape, the shortcut is the *identity*: it adds the input as it is, and costs nothing. Where a block halves height
# and width, or changes the channels, input and output cannot be added. There the shortcut is a *projection*, a 1×1 convolution
# of the same stride. In the picture, the projection is the lower branch:

# %% tags=["remove-input"] alt="The first block of ResNet-50's second stage. 256 feature maps of 56×56 pixels go through a 1×1 convolution to 128, a 3×3 of stride 2 and a 1×1 to 512. The shortcut beside it is a 1×1 convolution of stride 2 from 256 to 512. The two are added, and 512 feature maps of 28×28 come out."
from onebyone.architectures.resnet import Bottleneck
from onebyone.book.widgets.blocks import draw_block

block = Bottleneck(256, 128, stride=2)
draw_block("projection", "A block that shrinks", block, (256, 56, 56))

# %% [markdown]
# This is the paper's option B, and torchvision's choice. The paper tried two others. Option A does without weights: it takes every
# second pixel and appends channels of zeros. Option C has a projection on every shortcut. ResNet-50 has four projections, one at the start of
# each stage; what would it cost to have one in every block?

# %%
from onebyone.architectures import resnet50
from onebyone.cost import parameters
from onebyone.summary import summary

layers = summary(resnet50(), (3, 224, 224)).layers
projections = [la for la in layers if "downsample.0" in la.path]
there = sum(la.parameters for la in projections)

blocks = [(256, 3), (512, 4), (1024, 6), (2048, 3)]  # channels, how many
more = sum(
    (count - 1) * parameters(channels, channels, 1, bias=False)
    for channels, count in blocks
)
print(f"{len(projections)} projections:  {there:>10,} weights")
added = sum(count - 1 for _, count in blocks)
print(f"{added} more:        {more:>10,} weights")
print(f"the network:    {summary(resnet50(), (3, 224, 224)).parameters:>10,}")

# %% [markdown]
# Option C would increase the parameters by more than half, and the paper found that it hardly helps: on a network of 34 layers
# its Table 3 reports that 25.03, 24.52 and 24.19 % of the answers are wrong with A, B and C. So the authors kept the identity
# wherever it fits. A few months
# later they put a 1×1 on every shortcut of a network with 110 layers, for CIFAR-10, and the network trained worse:
# [their Table 1](../reference/bibliography.md#identity-mappings) reports an error of 12.22 %, and 6.61 % with identities.
#
# ## What stride 2 leaves out
#
# A 3×3 convolution with stride 2 moves by two pixels and covers three, so it sees every pixel. A 1×1 convolution with stride 2
# moves by two and covers one. The next block sets to zero all pixels that the 1×1 should skip. If it does skip them, its output
# cannot change:

# %% alt="Left, a crop of 32×32 pixels of the photograph. Right, the same crop with all pixels black but every second one of every second row: those are all that a 1×1 convolution of stride 2 reads."
import numpy as np

from onebyone import conv2d
from onebyone.images import photograph, pictures

x = photograph()[:, 40:72, 96:128]  # (3, 32, 32)
read = np.zeros_like(x)
read[:, ::2, ::2] = x[:, ::2, ::2]  # all else is zero

weight = np.random.default_rng(0).standard_normal((4, 3, 1, 1))
assert np.array_equal(
    conv2d(x, weight, stride=2), conv2d(read, weight, stride=2)
)
wide = np.random.default_rng(0).standard_normal((4, 3, 3, 3))
assert not np.allclose(
    conv2d(x, wide, stride=2, padding=1),
    conv2d(read, wide, stride=2, padding=1),
)
share = (read != x).any(axis=0).mean()
print(f"pixels never read: {share:.0%}")
pictures({"The input": x, "What the 1×1 of stride 2 reads": read})

# %% [markdown]
# Three pixels in four never matter to the shortcut. Whether those pixels reach the output at all depends on the other branch.
#
# ## Where the stride sits
#
# In the models that the authors published, v1, the stride of a block sits in its first 1×1 convolution. Then both branches begin by
# reading the same quarter of the pixels, and the other three quarters are lost. torchvision puts the stride into the 3×3
# convolution instead. This variant is called [ResNet v1.5](../reference/bibliography.md#torchvision), and it is what this book builds.
#
# The weights of the two versions have the same shapes. So a checkpoint of v1 loads into v1.5 without any warning, and the network then computes
# something different. You can see it in the pixels of the input that have any influence on the output. A pixel has none if the
# output does not change with it, which means that its gradient is zero:

# %%
import torch

from onebyone.architectures.resnet import Bottleneck

torch.manual_seed(0)
v1_5 = Bottleneck(256, 128, stride=2).eval()
v1 = Bottleneck(256, 128, stride=2).eval()
v1.conv1.stride, v1.conv2.stride = (2, 2), (1, 1)
v1.load_state_dict(v1_5.state_dict(), strict=True)  # no complaint

outputs = []
for name, block in {"v1": v1, "v1.5": v1_5}.items():
    x = torch.ones(1, 256, 56, 56, requires_grad=True)
    outputs.append(block(x + torch.arange(56) / 56))
    outputs[-1].sum().backward()
    seen = x.grad.any(dim=1).sum().item()
    print(f"{name:4} sees {seen:,} of {56 * 56:,} pixels")
    assert seen == (784 if name == "v1" else 56 * 56)
assert outputs[0].shape == outputs[1].shape
assert not torch.allclose(*outputs)

# %% [markdown]
# v1 sees a quarter of its input, and v1.5 sees all of it. The price is that in v1.5 the first 1×1 convolution runs on four times as many
# pixels. Which of the two versions did the paper count?

# %%
import torch

from onebyone.architectures import resnet50, resnet101, resnet152
from onebyone.cost import macs
from onebyone.summary import summary
from onebyone.tables import Table

first_blocks = [(256, 128, 28), (512, 256, 14), (1024, 512, 7)]
saved = sum(
    3 * macs(channels, width, 1, size, size)
    for channels, width, size in first_blocks
)
printed = {resnet50: 3.8, resnet101: 7.6, resnet152: 11.3}
rows = []
for build, paper in printed.items():
    with torch.device("meta"):  # shapes are enough: no weight is drawn
        network = build()
    v1_5 = summary(network, (3, 224, 224)).macs
    v1 = v1_5 - saved
    assert abs(v1 / 1e9 - paper) < 0.1
    name = build.__name__
    rows.append((name, f"{v1_5 / 1e9:.2f}", f"{v1 / 1e9:.2f}", str(paper)))
head = "Billions of MACs in", "v1.5", "v1", "the paper"
Table(head, rows)

# %% [markdown]
# The paper's numbers are those of v1, to within a tenth of a billion. It calls them FLOPs, and counts a multiplication with its
# addition as one FLOP; others count two.
#
# ## The whole network
#
# The network has four stages of such blocks, after a 7×7 convolution and a pooling:
#
# {{ source onebyone.architectures.resnet.ResNet }}
#
# {{ source onebyone.architectures.resnet.stage }}

# %%
import torch

from onebyone.architectures import resnet50
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = resnet50().eval()  # random weights
for name, shape in output_shapes(model, x):
    print(f"{name:8} {shape}")
print("in the first block of layer2:")
inside = model.layer2[0]
for name, shape in output_shapes(inside, torch.zeros(1, 256, 56, 56)):
    print(f"  {name:10} {shape}")

# %%
from onebyone.architectures import resnet50
from onebyone.summary import summary

assert summary(resnet50(), (3, 224, 224)).parameters == 25_557_032
summary(resnet50(), (3, 224, 224), depth=1)

# %% [markdown]
# From the second on, each stage halves height and width and doubles the channels, and most of the parameters are in the last two.
# ResNet-50, 101 and 152 differ
# only in the number of bottlenecks in each stage:
#
# {{ source onebyone.architectures.resnet.resnet50 }}
#
# {{ source onebyone.architectures.resnet.resnet101 }}
#
# {{ source onebyone.architectures.resnet.resnet152 }}

# %%
import torch

from onebyone.architectures import resnet101, resnet152

for build in resnet101, resnet152:
    with torch.device("meta"):
        network = build()
    count = sum(p.numel() for p in network.parameters())
    print(f"{build.__name__}: {count:,} parameters")

# %% [markdown]
# !!! takeaway "Takeaway"
#     A bottleneck has many channels outside and few at the 3×3, and about a seventeenth of the weights of two 3×3;
#     a 1×1 convolution with stride 2 changes a shortcut's shape, and skips three of every four pixels.

# %% [markdown]
# ## Exercises
#
# **1. How wide may it be?** Two 3×3 convolutions at 256 channels have 1,179,648 weights. How wide may a bottleneck be
# before it has more?
#
# {{ exercise onebyone.book.solutions.resnet.widest_bottleneck }}
#
# ??? hint "Hint"
#     Count the weights of a bottleneck of width $w$: one term has $w^2$, two have $w$. Then try widths, or solve for $w$.
#
# ??? success "Solution"
#     334 channels: wider than the 256 around it. So a bottleneck need not be narrow to be cheaper than two 3×3 convolutions.
#     It has one 3×3 where they have two. ([Chapter 4](../projections.py) compares it with a single 3×3: then 229 is the most.)
#
#     {{ source onebyone.book.solutions.resnet.widest_bottleneck }}
#
# **2. The price of v1.5.** How many more multiply-accumulates does the first block of the second stage take,
# if the stride moves from the 1×1 into the 3×3 convolution?
#
# {{ exercise onebyone.book.solutions.resnet.block_macs }}
#
# ??? hint "Hint"
#     Only the convolutions before the stride see the larger picture. Which are these in each of the two blocks?
#
# ??? success "Solution"
#     77,070,336: three times what the 1×1 convolution costs at 28×28. The other two stages that begin with stride 2 pay the same,
#     since their channels double where their sides halve.
#
#     {{ source onebyone.book.solutions.resnet.block_macs }}
#
# **3. A shortcut that sees all.** Change the projection shortcut so that no pixel is left out,
# with no more weights than before.
#
# {{ exercise onebyone.book.solutions.in_pytorch.resnet.average_pool_shortcut }}
#
# ??? hint "Hint"
#     A 1×1 convolution of stride 2 leaves pixels out. Which layer without weights halves the sides and reads every pixel?
#
# ??? success "Solution"
#     Average 2×2 pixels, which halves an even height and width and reads them all. Then project, with stride 1.
#     This is one of the changes known as [ResNet-D](../reference/bibliography.md#bag-of-tricks).
#     The 1×1 convolution and the average commute; averaging first is cheaper.
#
#     {{ source onebyone.book.solutions.in_pytorch.resnet.average_pool_shortcut }}
#
# ResNet spends on depth what its bottlenecks save. [SqueezeNet](squeezenet.py) does not spend it: its aim is as few parameters as possible.
