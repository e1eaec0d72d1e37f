# ---
# description: A depthwise separable convolution and its cost, MobileNet's Table 2 computed again, and the inverted residual.
# ---

# %% [markdown]
# # MobileNet
#
# *A convolution does two things at once: it looks at neighbours, and it mixes channels. What if each task had a layer of its own?*
#
# *You need* [chapter 2](../feature-maps.py)'s law of growth. *You will* count a depthwise separable convolution, know what it cannot do,
# and see why MobileNetV2 widens where ResNet narrows. About fifteen minutes.
#
# Split into a layer that filters each channel and a 1×1 that mixes them, a 3×3 convolution costs about a ninth, and nearly all
# the work that is left is done by 1×1 convolutions. In [MobileNetV1](../reference/bibliography.md#mobilenet) they do 94.86 % of
# the work.

# %% [markdown]
# ## Filter, then mix: depthwise and pointwise

# %% tags=["remove-input"] alt="Three boxes as wide as each other, with arrows between them: 32 feature maps of 112 by 112 pixels, 32 after a depthwise 3×3 convolution, and 64 after a 1×1 convolution, twice as high."
from onebyone.architectures.mobilenet_v1 import depthwise_separable
from onebyone.book.widgets.blocks import draw_block

block = depthwise_separable(32, 64, stride=1)
draw_block("separable", "MobileNet's first block", block, (32, 112, 112))

# %% [markdown]
# A *depthwise* convolution has one 3×3 filter for each channel, and never mixes two channels; (in PyTorch, `groups=C_in`). The
# 1×1 convolution after it, also called *pointwise*, mixes channels and never sees a neighbour. Together they are a
# *depthwise separable* convolution.
#
# {{ source onebyone.architectures.mobilenet_v1.depthwise_separable }}
#
# {{ source onebyone.architectures.conv_norm.conv_norm_activation }}
#
# ## What it costs
#
# Take the block in the picture, from 32 channels to 64. For each pixel, a full 3×3 convolution takes $9 \cdot 32 \cdot 64 = 18{,}432$
# multiply-accumulates. The depthwise one takes $9 \cdot 32 = 288$, and the 1×1 takes $32 \cdot 64 = 2{,}048$: together 2,336, about an
# eighth. In general, the two cost this share of the full one:
#
# $$
# \frac{k^2\, C_\text{in} + C_\text{in}\, C_\text{out}}{k^2\, C_\text{in}\, C_\text{out}}
# = \frac{1}{C_\text{out}} + \frac{1}{k^2}
# $$
#
# With $k = 3$ and many channels out, the first term vanishes and a ninth is left. Check it for three layers:

# %%
from fractions import Fraction

from onebyone.cost import macs

for c_in, c_out, k, size in (32, 64, 3, 112), (512, 512, 3, 14), (64, 32, 5, 7):
    full = macs(c_in, c_out, k, size, size)
    depthwise = macs(c_in, c_in, k, size, size, groups=c_in)
    pointwise = macs(c_in, c_out, 1, size, size)
    ratio = Fraction(depthwise + pointwise, full)
    assert ratio == Fraction(1, c_out) + Fraction(1, k * k)
    print(f"{c_in} → {c_out} by {k}×{k}: {ratio} = {float(ratio):.3f}")

# %% [markdown]
# Where is the catch? The pair is cheaper because it can do less. Without the relu between them, the two layers are one convolution, whose filter
# for output channel $o$ and input channel $i$ is `depthwise[i]` scaled by `pointwise[o, i]`. So all outputs have to share one pattern
# for each input channel. The cell builds that convolution and compares:

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.images import photograph

x = photograph().astype(float)  # (3, 256, 256)
rng = np.random.default_rng(0)
depthwise = rng.standard_normal((3, 1, 3, 3))  # one 3×3 for each channel
pointwise = rng.standard_normal((8, 3))

y = conv1x1(conv2d(x, depthwise, padding=1, groups=3), pointwise)
as_one = pointwise[:, :, None, None] * depthwise[:, 0]  # (8, 3, 3, 3)
assert np.allclose(y, conv2d(x, as_one, padding=1))
print(f"{depthwise.size + pointwise.size} weights instead of {as_one.size}")

# %% [markdown]
# ## MobileNetV1 and its Table 2
#
# The network is thirteen such blocks. Each is described by a pair of numbers, its channels out and its stride. (The paper prints a last stride of 2,
# between maps of the same size, so it must be 1.)
#
# {{ source onebyone.architectures.mobilenet_v1.BLOCKS }}
#
# {{ source onebyone.architectures.mobilenet_v1.mobilenet_v1 }}

# %%
import torch

from onebyone.architectures import mobilenet_v1
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = mobilenet_v1().eval()  # random weights
for name, shape in output_shapes(model, x):
    print(f"{name:10} {shape}")

# %% [markdown]
# The paper's Table 2 says where the work and the parameters are. Do our counts agree? Ours are of the weights alone, without biases and
# batch normalisations, because those are what the paper's shares fit:

# %%
from onebyone.architectures import mobilenet_v1
from onebyone.summary import summary
from onebyone.tables import Table

printed = {  # shares of the MACs and of the parameters, in per cent
    "1×1": ("94.86", "74.59"),
    "3×3 depthwise": ("3.06", "1.06"),
    "3×3": ("1.19", "0.02"),
    "fully connected": ("0.18", "24.33"),
}
kinds = {
    "Conv2d 1×1": "1×1",
    "Conv2d 3×3": "3×3",
    "Linear": "fully connected",
}
work, weights = dict.fromkeys(printed, 0), dict.fromkeys(printed, 0)
for layer in summary(mobilenet_v1(), (3, 224, 224)).layers:
    if layer.macs:
        kind = kinds.get(layer.module, "3×3 depthwise")
        biases = 1000 if kind == "fully connected" else 0
        work[kind] += layer.macs
        weights[kind] += layer.parameters - biases

all_work, all_weights = sum(work.values()), sum(weights.values())
rows = []
for kind, (paper_macs, paper_weights) in printed.items():
    macs = f"{100 * work[kind] / all_work:.2f}"
    share = f"{100 * weights[kind] / all_weights:.2f}"
    assert share == paper_weights
    assert macs == paper_macs or kind == "3×3"
    rows.append((kind, macs, paper_macs, share, paper_weights))
assert round(all_work / 1e6) == 569
total = "all", f"{all_work / 1e6:.0f} M", "", f"{all_weights / 1e6:.2f} M", ""
Table(["Layers", "MACs, %", "paper", "Weights, %", "paper"], rows, total)

# %% [markdown]
# All but one of our counts agree. For the first 3×3 convolution the paper reports 1.19 % of the work where we count 1.91 %. Since
# its column adds up to only
# 99.29 %, two digits were probably transposed. The total of 569 million MACs is the paper's. (These are shares of the work, not
# of the time: [chapter 9](../speed.py#fewer-operations-but-not-so-much-faster) shows that a depthwise layer takes much more time than its
# MACs suggest.)
#
# With batch normalisations and the biases of the last layer, the parameters are 4,231,976, which is the number of trainable parameters
# that [Keras](../reference/bibliography.md#keras) reports for its MobileNet:

# %%
from onebyone.architectures import mobilenet_v1

count = sum(p.numel() for p in mobilenet_v1().parameters())
assert count == 4_231_976
print(f"{count:,} parameters")

# %% [markdown]
# ## MobileNetV2: the inverted residual
#
# In ResNet's bottleneck many channels travel from block to block, and the 3×3 works on few of them, because it is expensive. A depthwise
# 3×3 is cheap. So [MobileNetV2](../reference/bibliography.md#mobilenet-v2) turns the block inside out: few channels travel, a 1×1
# convolution increases them sixfold, the depthwise convolution works on the many, and a second 1×1 decreases them again. (Only
# the first block has no increasing layer.)

# %% tags=["remove-input"] alt="MobileNetV2's block. 24 feature maps go through a 1×1 convolution to 144, a 3×3 convolution in each channel, and a 1×1 convolution back to 24. An identity shortcut leads around all three, and the two are added. The boxes are wide in the middle."
from onebyone.architectures.mobilenet_v2 import InvertedResidual
from onebyone.book.widgets.blocks import draw_block

block = InvertedResidual(24, 24, stride=1, expansion=6)
draw_block("inverted", "MobileNetV2's block", block, (24, 56, 56))

# %% [markdown]
# The second 1×1 convolution is *linear*: no nonlinearity follows it. You might think that this is a waste, since nonlinearities are what
# makes a network powerful. But a relu turns negative numbers to zero for good, and with only a few channels, what is lost is not
# kept in any of the others.
#
# How much of the photograph survives a relu, at few and at many channels? Take a random 1×1 convolution to 3, 6, 12 or 24 channels, then
# a relu, and then the best 1×1 convolution back to three:

# %%
import numpy as np

from onebyone import avg_pool2d, conv1x1, relu
from onebyone.algebra import best_expansion
from onebyone.images import photograph

x = avg_pool2d(photograph(), 4).astype(float)  # (3, 64, 64)
x -= x.mean(axis=(1, 2), keepdims=True)
kept = []
for channels in (3, 6, 12, 24):
    shares = []
    for seed in range(20):
        weight = np.random.default_rng(seed).standard_normal((channels, 3))
        y = relu(conv1x1(x, weight))
        back, bias = best_expansion(y, x)
        error = x - conv1x1(y, back, bias)
        shares.append(1 - error.var() / x.var())
    kept.append(np.mean(shares))
    print(f"{channels:2} channels: {kept[-1]:.2%} restored", end=", ")
    print(f"{min(shares):.1%} to {max(shares):.1%}")

assert kept == sorted(kept)
assert 0.05 < 1 - kept[0] < 0.15
assert kept[-1] > 0.999

# %% [markdown]
# These are shares of the variance, the mean over 20 random matrices and their range. At three channels a relu loses about a tenth; at 24,
# hardly anything. So the block puts its nonlinearities where there are many channels, and none where there are few. (A tenth is
# little only because the colours of a photograph are highly correlated, so that one channel nearly predicts the others. Of white
# noise, whose channels are uncorrelated, the relu loses
# [nearly two fifths](../questions/how-it-trains.py#why-no-relu-after-the-last-11-of-mobilenetv2).)
#
# {{ source onebyone.architectures.mobilenet_v2.InvertedResidual }}
#
# (The relu6 of the code also limits values to 6, which helps when they are stored in few bits.) The table of the blocks is the
# paper's, with expansion, channels out, how many blocks, and
# the stride of the first:
#
# {{ source onebyone.architectures.mobilenet_v2.STAGES }}
#
# {{ source onebyone.architectures.mobilenet_v2.MobileNetV2 }}

# %%
import torch

from onebyone.architectures import mobilenet_v2
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = mobilenet_v2().eval()  # random weights
for number, shape in output_shapes(model.features, x):
    print(f"{type(model.features[int(number)]).__name__:16} {shape}")
for name, shape in output_shapes(model, x):
    if name != "features":
        print(f"{name:16} {shape}")

# %% [markdown]
# How much of such a network is 1×1?

# %%
from onebyone.architectures import mobilenet_v2
from onebyone.summary import summary

layers = summary(mobilenet_v2(), (3, 224, 224))
ones = layers.pointwise
print(f"{layers.parameters:,} parameters, {layers.macs:,} MACs")
print(f"in 1×1: {ones.parameters / layers.parameters:.1%} of the parameters,")
print(f"        {ones.macs / layers.macs:.1%} of the MACs")

assert layers.parameters == 3_504_872

# %% [markdown]
# !!! takeaway "Takeaway"
#     Split a convolution into one that filters each channel and a 1×1 that mixes them, and it costs
#     $1 / C_\text{out} + 1 / k^2$ of what it did; what is left is nearly all 1×1.

# %% [markdown]
# ## Exercises
#
# **1. When does it not pay?** For which $k$ and $C_\text{out}$ does a depthwise separable convolution cost as much as a full one,
# or more?
#
# {{ exercise onebyone.book.solutions.mobilenet.separable_ratio }}
#
# ??? hint "Hint"
#     Count the multiply-accumulates of both at one pixel, for $C_\text{in}$ channels. Then divide: what cancels?
#
# ??? success "Solution"
#     Where $1 / C_\text{out} + 1 / k^2 \ge 1$: for $k = 1$, always, since there is nothing to filter; and for $C_\text{out} = 1$,
#     always, since there is nothing to mix into. At $k = 3$ and two channels out, the ratio is 0.61.
#
#     {{ source onebyone.book.solutions.mobilenet.separable_ratio }}
#
# **2. Half as wide.** Every channel count of MobileNetV1 is halved, except the image's three and the classes. By what factor do
# its multiply-accumulates fall?
#
# {{ exercise onebyone.book.solutions.mobilenet.scaled_mobilenet_macs }}
#
# ??? hint "Hint"
#     Go through the blocks, and keep the channels and the size that come out of the one before. A block has two layers, and the first
#     has the stride.
#
# ??? success "Solution"
#     To 149,497,088, by 3.8. The 1×1 layers fall by four, as both of their sides halve. The depthwise layers and the first and
#     the last layer fall by two.
#
#     {{ source onebyone.book.solutions.mobilenet.scaled_mobilenet_macs }}
#
# **3. How many shortcuts?** MobileNetV2 has 17 inverted residuals. How many of them add their input?
#
# {{ exercise onebyone.book.solutions.in_pytorch.mobilenet.count_identity_shortcuts }}
#
# ??? hint "Hint"
#     `modules()` gives all modules of a network, however deep. What does a block itself know of its shortcut?
#
# ??? success "Solution"
#     10: those that neither halve the pixels nor change the channels. MobileNetV2 has no projection shortcuts.
#
#     {{ source onebyone.book.solutions.in_pytorch.mobilenet.count_identity_shortcuts }}
#
# MobileNet leaves almost nothing but 1×1 layers. [DenseNet](densenet.py), a year earlier, needed them for a different reason: its
# inputs grow with every layer.
