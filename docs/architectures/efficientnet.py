# ---
# description: Squeeze-and-excitation is two 1×1 convolutions on one pixel, cheap to run and full of weights. MobileNetV3 and EfficientNet use it.
# ---

# %% [markdown]
# # MobileNetV3 and EfficientNet
#
# *What is a 1×1 convolution good for on a map of a single pixel?*
#
# *You need* [MobileNetV2's inverted residual](mobilenet.py#mobilenetv2-the-inverted-residual). *You will* count a
# squeeze-and-excitation, tell apart three conventions for its width, and predict what a wider, deeper or larger network costs.
# About
# fifteen minutes.
#
# It decides how much each feature map should count in this picture. *Squeeze-and-excitation* is two such convolutions. MobileNetV3 has it
# in about half of its blocks, and EfficientNet in all. It takes less than one per cent of their work, and yet it holds 28 % of
# MobileNetV3's weights and 12 % of EfficientNet-B0's.

# %% [markdown]
# ## Squeeze-and-excitation

# %% tags=["remove-input"] alt="Squeeze-and-excitation. The mean of each of 72 feature maps gives 72 numbers. A 1×1 convolution reduces them to 24, with a relu, and a second one makes 72 again, each between 0 and 1. Each of the 72 feature maps, kept as it was, is multiplied by its number."
from onebyone.book.figures.efficientnet import draw_squeeze_excitation

draw_squeeze_excitation()

# %% [markdown]
# Average each feature map to one number, so that the picture becomes a single pixel with $C$ channels. Apply a 1×1 convolution to fewer
# channels, a relu, a second 1×1 back to $C$, and a sigmoid. What comes out is a number between 0 and 1 for each feature map, its
# *gate*, and the map is [multiplied by its gate](../reference/bibliography.md#squeeze-and-excitation).
#
# {{ source onebyone.architectures.mobilenet_v3.SqueezeExcitation }}
#
# ### The same as two dense layers
#
# On one pixel there is nothing to slide over. So the two 1×1 convolutions are two fully connected layers, as in the original code; only
# the weights' shapes differ, (24, 72, 1, 1) and (24, 72). The cell gives both the same weights, and compares their outputs:

# %%
import torch
from torch import nn

from onebyone.architectures.mobilenet_v3 import SqueezeExcitation

torch.manual_seed(0)
excite = SqueezeExcitation(72, squeeze=24)
dense = nn.Sequential(nn.Linear(72, 24), nn.ReLU(), nn.Linear(24, 72))
weights = excite.state_dict().values()
state = {
    name: weight.reshape(value.shape)
    for (name, value), weight in zip(
        dense.state_dict().items(), weights, strict=True
    )
}
dense.load_state_dict(state)

x = torch.randn(2, 72, 28, 28)
with torch.no_grad():
    gates = dense(x.mean(dim=(2, 3))).sigmoid()  # (2, 72)
    y = x * gates[:, :, None, None]
    assert torch.allclose(y, excite(x), atol=1e-6)
print("gates of the first picture:", gates[0, :4].numpy().round(2), "…")
print("gates of the second:       ", gates[1, :4].numpy().round(2), "…")

# %% [markdown]
# ### One scalar for each channel
#
# This book began with the question whether a 1×1 convolution is a scaling by a scalar. Here is one that comes close: it scales
# every channel by a scalar of its own, so its matrix is diagonal. What is new is where the numbers come from. They are computed
# from the picture, so each
# picture has a matrix of its own:

# %%
import torch

from onebyone.architectures.mobilenet_v3 import SqueezeExcitation
from onebyone.pytorch import conv1x1

torch.manual_seed(0)
excite = SqueezeExcitation(72, squeeze=24)
for picture in torch.randn(2, 72, 28, 28):
    with torch.no_grad():
        mean = picture.mean(dim=(1, 2), keepdim=True)  # (72, 1, 1)
        hidden = excite.activation(excite.fc1(mean))
        gates = excite.gate(excite.fc2(hidden)).flatten()  # (72,)
        y = conv1x1(picture, gates.diag())
        assert torch.allclose(y, excite(picture[None])[0], atol=1e-6)
    print(f"a diagonal from {gates.min():.3f} to {gates.max():.3f}")

# %% [markdown]
# These two pictures are noise, and the weights are untrained, so the gates are much alike and lie near 0.5, the sigmoid of zero.
#
# ## What it costs, and what it holds
#
# A 1×1 convolution on 56×56 pixels uses each weight 3,136 times. On one pixel it uses each weight once. So such a layer may hold many
# weights and do little work:

# %%
import torch

from onebyone.architectures import efficientnet_b0, mobilenet_v3_large
from onebyone.summary import summary

for build in mobilenet_v3_large, efficientnet_b0:
    with torch.device("meta"):
        network = build()
    found = summary(network, (3, 224, 224))
    (excite,) = (r for r in found.roles if r.kind == "squeeze-and-excite")
    print(f"{build.__name__}: {excite.layers} 1×1 layers on one pixel")
    print(f"  {excite.parameters / found.parameters:5.1%} of the parameters")
    print(f"  {excite.macs / found.macs:5.1%} of the MACs")

# %% [markdown]
# MobileNetV3 holds more than a quarter of its parameters there. The MACs are not the whole price, though: every gate has to wait
# for the means of all feature maps, and the maps are read once more to be scaled. For devices that are slow at this there is
# EfficientNet-Lite, which [chapter 12](../trained.py) looks into. Lite0 is B0 without the gates, to the last parameter (and its
# activation is relu6, where B0 has $x \cdot \text{sigmoid}(x)$, called SiLU):

# %%
from onebyone.architectures import efficientnet_b0, efficientnet_lite0
from onebyone.summary import summary

b0 = summary(efficientnet_b0(), (3, 224, 224))
lite0 = summary(efficientnet_lite0(), (3, 224, 224))
(excite,) = (r for r in b0.roles if r.kind == "squeeze-and-excite")
print(f"B0     {b0.parameters:,}")
print(f"Lite0  {lite0.parameters:,}")
print(f"gates    {excite.parameters:,}")
assert lite0.parameters + excite.parameters == b0.parameters

# %% [markdown]
# ## How narrow is the squeeze?
#
# There is more than one rule for the width of the squeeze, and they are easily mixed up. Take a block that increases 40 channels
# to 240:
#
# | Network | The squeeze has | Here |
# |:--|:--|--:|
# | SENet, the first with such gates | a sixteenth of the channels that are scaled | 15 |
# | MobileNetV3 | a quarter of them, rounded to a multiple of 8 | 64 |
# | EfficientNet | a quarter of what comes *into the block* | 10 |
#
# All three scale 240 feature maps. EfficientNet takes its quarter from the 40, [on purpose](../reference/bibliography.md#efficientnet-code),
# and so it spends a sixth of what MobileNetV3 does:

# %%
from onebyone.architectures.efficientnet import mbconv
from onebyone.architectures.mobilenet_v3 import excite_quarter

block = mbconv(40, 40, kernel_size=5, stride=1, expansion=6)
for name, excite in {
    "MobileNetV3": excite_quarter(240),
    "EfficientNet": block.block[2],
}.items():
    count = sum(p.numel() for p in excite.parameters())
    print(
        f"{name:12} squeezes to {excite.fc1.out_channels}: {count:,} parameters"
    )

# %% [markdown]
# ## MobileNetV3

# %% tags=["remove-input"] alt="MobileNetV3's block. 40 feature maps go through a 1×1 convolution to 120, a 5×5 convolution in each channel, two 1×1 convolutions on one pixel that scale the 120 maps, and a 1×1 convolution back to 40. An identity shortcut leads around them, and the two are added."
from onebyone.book.figures.efficientnet import draw_excited_residual

draw_excited_residual()

# %% [markdown]
# [MobileNetV3](../reference/bibliography.md#mobilenet-v3) is
# [MobileNetV2's inverted residual](mobilenet.py#mobilenetv2-the-inverted-residual) with gates on the wide part. An automatic
# search, over many architectures, chose where: eight of its fifteen blocks have them.
#
# {{ source onebyone.architectures.mobilenet_v3.InvertedResidual }}
#
# {{ source onebyone.architectures.mobilenet_v3.LARGE }}
#
# The columns are kernel size, channels inside, channels out, gates or not, activation, and stride.
#
# The gates end in a *hard* sigmoid, which is made of straight lines and needs no exponential. (*Hard-swish*, the activation of the later
# blocks, is $x$ times that.) But there are two hard sigmoids. The one of the paper and of PyTorch is $x/6 + 0.5$, cut off at 0 and 1;
# [older versions of Keras](../reference/bibliography.md#keras-hard-sigmoid) had $0.2\,x + 0.5$. How far apart are they?

# %%
import torch
import torch.nn.functional as F

x = torch.linspace(-4, 4, 801)
ours = F.hardsigmoid(x)
keras = (0.2 * x + 0.5).clamp(0, 1)
print(f"from the sigmoid: at most {(ours - x.sigmoid()).abs().max():.3f}")
print(f"from each other:  at most {(ours - keras).abs().max():.3f}")
assert torch.allclose(ours, (x / 6 + 0.5).clamp(0, 1))

# %% [markdown]
# By up to 0.083, so weights that were trained with one give different gates with the other. The whole network:
#
# {{ source onebyone.architectures.mobilenet_v3.MobileNetV3 }}
#
# ### The widest 1×1 moves after the average
#
# MobileNetV2 makes its 1,280 channels with a 1×1 convolution at 49 pixels, and then averages them. MobileNetV3 averages first, and makes
# the channels on the one pixel that is left, with a layer that its code calls `Linear`. Where this layer stands decides what it costs:

# %%
from onebyone.cost import macs

before = macs(960, 1280, 1, 7, 7)
after = macs(960, 1280, 1, 1, 1)
print(f"at 7×7 pixels: {before:>10,} MACs")
print(f"at one pixel:  {after:>10,} MACs")

# %% [markdown]
# Without an activation, both orders would compute the same. Since an activation follows the layer, they do not, but the paper
# reports almost no loss of accuracy. It compares with MobileNetV2's whole ending, which MobileNetV3 also shortens, and counts 30
# million multiply-accumulates
# fewer; the network has 217 million in all.

# %%
import torch

from onebyone.architectures import mobilenet_v3_large
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = mobilenet_v3_large().eval()  # random weights
for number, shape in output_shapes(model.features, x):
    print(f"{type(model.features[int(number)]).__name__:16} {shape}")
for name, shape in output_shapes(model, x):
    if name != "features":
        print(f"{name:16} {shape}")

# %% [markdown]
# ## EfficientNet: compound scaling, counted
#
# How do you make a network larger? You can make it wider, or deeper, or give it larger pictures.
# [EfficientNet](../reference/bibliography.md#efficientnet) does all three at once, which it calls *compound scaling*. Say you make a network
# twice as deep: the work doubles. Make it twice as wide, and the work grows four times, since a 1×1 layer has channels on both sides;
# pictures with twice the side also mean four times the work. So with depth $d$, width $w$ and side $r$, the work is proportional to $d\,w^2 r^2$.
# The paper fixes the rates, $d = 1.2^\varphi$, $w = 1.1^\varphi$ and $r = 1.15^\varphi$, so that each step of $\varphi$ about doubles the
# work: $1.2 \cdot 1.1^2 \cdot 1.15^2 = 1.92$.
#
# {{ source onebyone.architectures.efficientnet.EfficientNet }}
#
# {{ source onebyone.architectures.efficientnet.SCALES }}
#
# Each row of the scales is width, depth and the pictures' side, and they are not exactly powers of the rates above. Is the work
# of the eight networks proportional to $d \cdot w^2 \cdot r^2$? That is the column "the law":

# %%
import torch

from onebyone.architectures.efficientnet import SCALES, EfficientNet
from onebyone.summary import summary
from onebyone.tables import Table

rows, smallest = [], None
for number, (width, depth, size) in enumerate(SCALES):
    with torch.device("meta"):
        network = EfficientNet(1000, width, depth)
    found = summary(network, (3, size, size))
    smallest = smallest or found.macs
    law = depth * width**2 * (size / 224) ** 2
    ones = found.pointwise
    rows.append(
        (
            f"B{number}",
            f"{found.parameters / 1e6:.1f}",
            f"{found.macs / 1e9:.2f}",
            f"{found.macs / smallest:.1f}",
            f"{law:.1f}",
            f"{ones.macs / found.macs:.1%}",
        )
    )
    assert 1 <= found.macs / smallest / law < 1.42
head = "Network", "Parameters, M", "MACs, G", "times B0", "the law", "in 1×1"
Table(head, rows)

# %% [markdown]
# From B1 on, the law is always too low: B1 takes two fifths more work than it says, and B7 a tenth more, because the number of blocks is
# rounded up. (At a depth of 1.1, one block becomes two.) B7
# takes 98 times the work of B0. The 1×1 layers have grown most, since their work grows with the square of the width, and that of
# the depthwise layers only with the width itself. (All eight are built here to be counted. For training, the larger ones have
# more dropout.)
#
# {{ source onebyone.architectures.efficientnet.mbconv }}

# %%
import torch

from onebyone.architectures import efficientnet_b0
from onebyone.images import photograph
from onebyone.summary import output_shapes, summary

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = efficientnet_b0().eval()  # random weights
for number, shape in output_shapes(model.features, x):
    print(f"stage {number} {shape}")

found = summary(model, x)
ones = found.pointwise
print(f"{found.parameters:,} parameters, {found.macs:,} MACs")
print(f"in 1×1: {ones.parameters / found.parameters:.1%} of the parameters,")
print(f"        {ones.macs / found.macs:.1%} of the MACs")

# %% [markdown]
# !!! takeaway "Takeaway"
#     On one pixel a 1×1 convolution is a dense layer: many weights, next to no work. Squeeze-and-excitation uses two of them to
#     scale each feature map by a number that is computed from the picture. On many pixels, the work of a 1×1 convolution grows
#     with the square of the width.

# %% [markdown]
# ## Exercises
#
# **1. SE-ResNet.** The paper puts a squeeze-and-excitation after every block of ResNet-50, on the block's output channels, and
# squeezes to a sixteenth.
# How many weights does that add, without biases?
#
# {{ exercise onebyone.book.solutions.efficientnet.excitation_weights }}
#
# ??? hint "Hint"
#     Each block gets two matrices, one from the channels to a sixteenth of them and one back.
#
# ??? success "Solution"
#     2,514,944, a tenth of the network. The paper says about 2.5 million. More than half of them lie in the last stage, on 2,048 channels.
#
#     {{ source onebyone.book.solutions.efficientnet.excitation_weights }}
#
# **2. Gates that do not move.** Someone finds that in one block the gates hardly differ from picture to picture. Replace them by
# their mean, and get rid of
# the block's squeeze-and-excitation at no cost.
#
# {{ exercise onebyone.book.solutions.efficientnet.fold_gates }}
#
# ??? hint "Hint"
#     The gates scale the channels that go *into* the 1×1 convolution. Which entries of its matrix meet one such channel?
#
# ??? success "Solution"
#     A 1×1 convolution follows. Scale its columns by the gates: a diagonal matrix from the right.
#
#     {{ source onebyone.book.solutions.efficientnet.fold_gates }}
#
# **3. Does it see places?** A 1×1 convolution treats all pixels alike, so if you shuffle the pixels, its output is shuffled, and
# nothing else changes.
# Does that hold for squeeze-and-excitation, which looks at the whole picture?
#
# {{ exercise onebyone.book.solutions.in_pytorch.efficientnet.moves_with_the_picture }}
#
# ??? hint "Hint"
#     Do it in both orders, shuffle and apply, apply and shuffle, and compare up to rounding. Take a shuffle that leaves no neighbours together:
#     rolled or mirrored pictures keep theirs, and a layer that looks around need not notice.
#
# ??? success "Solution"
#     Yes. The mean does not depend on the order of the pixels. It looks at all pixels and does not know where any of them is.
#
#     {{ source onebyone.book.solutions.in_pytorch.efficientnet.moves_with_the_picture }}
#
# In all these networks you find the 1×1 layers by their kernel size. In [ConvNeXt](convnext.py), a few years on, you do not.
