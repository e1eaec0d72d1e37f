# ---
# description: ConvNeXt's Linear layers are 1×1 convolutions, weight by weight. Its permutes, its layer scale and its patches, and both ways timed.
# ---

# %% [markdown]
# # ConvNeXt
#
# *If you search ConvNeXt's code for 1×1 kernels, you find none. Where have they gone?*
#
# *You need* [MobileNet](mobilenet.py)'s depthwise convolution and inverted residual. *You will* recognise a 1×1 convolution under the
# name `Linear`, swap one for the other in a trained network, and know why the axes around it are permuted. About ten minutes.
#
# The 1×1 convolutions are called `Linear` now. Every block has two, and they do more than nine tenths of the network's work. On
# this page they become 1×1
# convolutions again, weight by weight, and the outputs stay the same.

# %% [markdown]
# ## The block

# %% tags=["remove-input"] alt="ConvNeXt's block. 96 feature maps go through a 7×7 convolution in each channel, a 1×1 convolution to 384 with a GELU, a 1×1 back to 96, and are multiplied by one millionth at the start of training. An identity shortcut leads around all of them, and the two are added."
from onebyone.architectures.convnext import ConvNeXtBlock
from onebyone.book.widgets.blocks import draw_block

draw_block("block", "ConvNeXt's block", ConvNeXtBlock(96), (96, 56, 56))

# %% [markdown]
# [ConvNeXt](../reference/bibliography.md#convnext) is a ResNet that was changed, step by step, until it looked like a vision
# transformer, a kind of network that [chapter 6](../names.py#inside-a-transformer) explains. Its block filters each channel with
# a 7×7 kernel and then mixes the channels of each pixel: to four times as many, through a
# nonlinearity, and back. This second half is a transformer's feed-forward layer. But the whole block is also MobileNetV2's
# [inverted residual](mobilenet.py#mobilenetv2-the-inverted-residual), with the depthwise convolution moved to the front, where there are
# few channels.
#
# {{ source onebyone.architectures.convnext.ConvNeXtBlock }}
#
# ## Why the axes are permuted
#
# `nn.Linear` works on the *last* axis. So the block moves the channels there, (N, H, W, C), and back again at its end. Neither
# permute copies anything by itself: each returns a view of the same memory. Between the two, `Linear` multiplies the channels of
# every pixel by one
# matrix, which is what a 1×1 convolution is. Here is the block, without the scaling at its end, rewritten with `Conv1x1`:
#
# {{ source onebyone.architectures.convnext.as_convolution }}
#
# {{ source onebyone.architectures.convnext.with_convolutions }}
#
# With the block's own weights, the two should agree on any input:

# %%
import torch

from onebyone.architectures.convnext import ConvNeXtBlock, with_convolutions

torch.manual_seed(0)
block = ConvNeXtBlock(96)
rewritten = with_convolutions(block)
linear, conv1x1 = block.block[3], rewritten[4]
print("Linear: ", tuple(linear.weight.shape), tuple(linear.bias.shape))
print("Conv1x1:", tuple(conv1x1.weight.shape), tuple(conv1x1.bias.shape))
assert torch.equal(conv1x1.weight.flatten(1), linear.weight)

x = torch.randn(1, 96, 56, 56)
with torch.no_grad():
    difference = (rewritten(x) - block.block(x)).abs().max()
print(f"outputs differ by at most {difference:.0e}")
assert difference < 1e-5

# %% [markdown]
# They do, up to rounding. Only the normalisation still needs the permutes, because `LayerNorm` normalises the channels of *each
# pixel*. For the channels-first layout PyTorch has no such layer. The nearest is `GroupNorm` with one group, and it is tempting,
# but it takes its mean over
# all pixels as well. On an input whose values grow from left to right, you can see the difference:

# %%
import torch
from torch import nn

from onebyone.architectures.convnext import LayerNorm2d

torch.manual_seed(0)
x = torch.randn(1, 96, 14, 14) * torch.linspace(1, 9, 14)  # larger to the right
pixels = LayerNorm2d(96, eps=1e-6)(x)
picture = nn.GroupNorm(1, 96, eps=1e-6)(x)
for name, y in {"LayerNorm": pixels, "GroupNorm": picture}.items():
    left, right = y[..., 0].std().item(), y[..., -1].std().item()
    print(f"{name}: spread {left:.2f} at the left, {right:.2f} at the right")
assert not torch.allclose(pixels, picture, atol=0.1)

# %% [markdown]
# `LayerNorm` brings all pixels to the same size, and `GroupNorm` keeps the differences between them. Either can be trained, but
# their weights are not interchangeable: Apple's MobileViTv2 [was trained](../reference/bibliography.md#cvnets-norm) with
# `GroupNorm` under the name `LayerNorm2D`.
#
# ## Which is faster?
#
# The authors kept `Linear`, which they [found slightly faster](../reference/bibliography.md#convnext-code) in PyTorch. Here are
# both, timed by `make bench` with PyTorch on one thread of the machine that is named below, with the input in either memory
# layout. The ratio is the time of the block
# with `Conv1x1` relative to the one with `Linear`, so above 1 the `Linear` is faster:

# %% tags=["remove-input"]
from onebyone.book import records
from onebyone.book.timings import compare_convnext

record = records.load("blocks")
machine = record["machine"]
print(f"{machine['processor']}, {machine['date']}")
print(f"PyTorch {machine['versions']['torch']}, one thread, one image")
ratios = [
    row["seconds"][f"Conv1x1, {layout}"] / row["seconds"][f"Linear, {layout}"]
    for row in record["convnext"]
    for layout in ("channels first", "channels last")
]
assert 0.8 < min(ratios) <= max(ratios) < 1.25  # what the text below says
compare_convnext()

# %% [markdown]
# Here, too, `Linear` is ahead in most rows, but by a tenth at most, because in both a matrix product does the work. (The rewritten block
# still has to move the channels to the end for its normalisation.) It may be different on your machine, or on a GPU. So measure,
# or write whichever reads better.
#
# ## The layer scale
#
# At the end of each block every channel is multiplied by a factor of its own, which starts at one millionth. So a new ConvNeXt block does
# hardly anything: the shortcut carries the input through, and training decides how much each block contributes.

# %%
import torch

from onebyone.architectures.convnext import ConvNeXtBlock

torch.manual_seed(0)
block = ConvNeXtBlock(96)
x = torch.randn(1, 96, 56, 56)
with torch.no_grad():
    change = ((block(x) - x).norm() / x.norm()).item()
print(f"a new block changes its input by {change:.0e} of its norm")
assert change < 1e-6

# %% [markdown]
# A factor for each channel is a diagonal matrix, and so it is a 1×1 convolution, too. It follows one without a nonlinearity between
# them, so in a trained network it can be multiplied into that layer's weights and disappear (exercise 2).
#
# ## Patches are 1×1 too
#
# The network begins with a 4×4 convolution of stride 4, which looks like the opposite of a 1×1. But its windows do not overlap, so each is
# a pixel of its own, with $4 \cdot 4 \cdot 3 = 48$ channels. Sort the pixels of each window into channels first, which PyTorch
# calls `pixel_unshuffle` and others *space to depth*, and what remains is a 1×1 convolution:

# %%
import torch
import torch.nn.functional as F

from onebyone.architectures import convnext_tiny
from onebyone.pytorch import conv1x1

torch.manual_seed(0)
layer = convnext_tiny().features[0][0]  # 4×4, stride 4
x = torch.rand(1, 3, 224, 224)
patches = F.pixel_unshuffle(x, 4)
print(tuple(x.shape), "→", tuple(patches.shape))
with torch.no_grad():
    y = conv1x1(patches, layer.weight.flatten(1), layer.bias)
    assert torch.allclose(y, layer(x), atol=1e-5)

# %% [markdown]
# The three layers between its stages are 2×2 with stride 2, and the same holds for them. A vision transformer's first layer is of this
# kind as well, with patches of 16×16. So every convolution and every `Linear` in ConvNeXt that is not depthwise could be written as a
# 1×1 convolution.
#
# ## The whole network
#
# {{ source onebyone.architectures.convnext.STAGES }}
#
# {{ source onebyone.architectures.convnext.ConvNeXt }}

# %%
import torch

from onebyone.architectures import convnext_tiny
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = convnext_tiny().eval()  # random weights
for number, shape in output_shapes(model.features, x):
    inside = len(model.features[int(number)])
    print(f"part {number}, {inside} layers or blocks: {shape}")

# %% [markdown]
# Where does the work go? *Dense* layers are `Linear`, the 36 of the blocks and the classifier; only the four patch layers count as spatial:

# %%
from onebyone.architectures import convnext_tiny
from onebyone.summary import summary

found = summary(convnext_tiny(), (3, 224, 224))
print(f"{found.parameters:,} parameters, {found.macs:,} MACs")
for kind in found.kinds:
    if kind.macs:
        share = kind.macs / found.macs
        print(f"{kind.kind:10} {kind.layers:3} layers {share:6.1%} of the MACs")

assert found.parameters == 28_589_128

# %% [markdown]
# !!! takeaway "Takeaway"
#     A `Linear` layer on the channels of every pixel is a 1×1 convolution under a different name: the weights are the same numbers, the
#     results are equal, and the time is about the same.

# %% [markdown]
# ## Exercises
#
# **1. The other order.** MobileNetV2 has its depthwise convolution *between* the two 1×1s, on the many channels. What would
# ConvNeXt's 7×7 cost there,
# on 96 channels of 56×56 pixels?
#
# {{ exercise onebyone.book.solutions.convnext.depthwise_macs }}
#
# ??? hint "Hint"
#     A depthwise convolution has one 7×7 for each channel. How many channels are there between the two 1×1s?
#
# ??? success "Solution"
#     59,006,976 multiply-accumulates instead of 14,751,744: four times as many. The two 1×1 layers cost the same in both orders.
#
#     {{ source onebyone.book.solutions.convnext.depthwise_macs }}
#
# **2. Fold the scale.** Put the layer scale of a block into the weights of its last layer.
#
# {{ exercise onebyone.book.solutions.convnext.fold_layer_scale }}
#
# ??? hint "Hint"
#     Write the layer as $y = Wx + b$, and the scale as a matrix of its own. What is the product of the two?
#
# ??? success "Solution"
#     The scale multiplies the rows, and the bias: a diagonal matrix from the left.
#
#     {{ source onebyone.book.solutions.convnext.fold_layer_scale }}
#
# **3. Any patches.** Write a function that applies a convolution whose stride is its kernel size as a 1×1 convolution.
#
# {{ exercise onebyone.book.solutions.in_pytorch.convnext.patches_by_1x1 }}
#
# ??? hint "Hint"
#     A patch is one pixel with more channels. Look for a function of PyTorch that makes it one; its channels must come in the order in which
#     the weights of a filter lie.
#
# ??? success "Solution"
#     `pixel_unshuffle` sorts the pixels of each patch into channels in just the order in which the kernel's weights lie.
#
#     {{ source onebyone.book.solutions.in_pytorch.convnext.patches_by_1x1 }}
#
# All these networks give one answer for the whole image. If every pixel should have an answer of its own, a 1×1 gives it:
# [segmentation](segmentation.py).
