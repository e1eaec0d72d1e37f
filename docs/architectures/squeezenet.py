# ---
# description: SqueezeNet's fire modules, counted one by one beside the paper's table, and what version 1.1 changed.
# ---

# %% [markdown]
# # SqueezeNet
#
# *Does a network for a thousand classes need tens of millions of parameters?*
#
# *You need* [chapter 4](../projections.py): decrease before a large kernel. *You will* count the parameters of a fire module,
# find out which layer holds most of the network's parameters, and see what a padded 1×1 does to a network's answers. About ten minutes.
#
# No. [SqueezeNet](../reference/bibliography.md#squeezenet) has 1.25 million parameters, and two fifths of these are in the last
# layer. It squeezes the
# channels with a 1×1 convolution before each 3×3, and half of the filters that follow are 1×1, too. The paper reports the same
# accuracy as that of AlexNet, a network of 2012 with fifty times as many parameters. (Nothing is trained here.)

# %% [markdown]
# ## The fire module

# %% tags=["remove-input"] alt="Fire module 2. 96 feature maps are squeezed to 16 by a 1×1 convolution. Then a 1×1 and a 3×3 convolution side by side expand the 16 to 64 each, and the two are concatenated to 128 feature maps."
from onebyone.architectures.squeezenet import Fire
from onebyone.book.widgets.blocks import draw_block

draw_block("fire", "Fire module 2", Fire(96, 16, 64), (96, 54, 54))

# %% [markdown]
# *Squeeze* is a 1×1 convolution to few channels. *Expand* means two convolutions side by side, a 1×1 and a 3×3, whose maps are
# stacked. The 3×3 filters are
# the expensive ones, and two things make them cheaper: they read 16 channels instead of 96, and there are only half as many.
#
# {{ source onebyone.architectures.squeezenet.Fire }}
#
# How much does a fire module save, compared with a 3×3 from 96 channels to 128?

# %%
from onebyone.cost import parameters

direct = parameters(96, 128, kernel_size=3)
squeeze = parameters(96, 16, kernel_size=1)
expand_1x1 = parameters(16, 64, kernel_size=1)
expand_3x3 = parameters(16, 64, kernel_size=3)
fire = squeeze + expand_1x1 + expand_3x3

print(f"one 3×3, 96 → 128:         {direct:>7,}")
print(f"squeeze, 96 → 16:          {squeeze:>7,}")
print(f"expand with 1×1, 16 → 64:  {expand_1x1:>7,}")
print(f"expand with 3×3, 16 → 64:  {expand_3x3:>7,}")
print(f"the fire module:           {fire:>7,}")
print(f"{direct / fire:.1f} times fewer")

# %% [markdown]
# ## Every module compared with the paper's table
#
# The network is one large convolution, eight fire modules, and a 1×1 convolution that classifies every pixel. Like
# [Network in Network](network-in-network.py), it ends in an average and has no fully connected layer.
#
# {{ source onebyone.architectures.squeezenet.squeezenet1_0 }}
#
# {{ source onebyone.architectures.squeezenet.SqueezeNet }}
#
# The paper's Table 1 prints the parameters of every layer. Do they agree with the network's? (The paper's famous half megabyte is
# the size of a compressed file: it stores fewer bits for each weight, and leaves out those that pruning has set to zero. The
# parameters counted here are those before that.)

# %%
from onebyone.architectures import squeezenet1_0
from onebyone.summary import summary
from onebyone.tables import Table

printed = {
    "conv1": 14_208,
    "fire2": 11_920,
    "fire3": 12_432,
    "fire4": 45_344,
    "fire5": 49_440,
    "fire6": 104_880,
    "fire7": 111_024,
    "fire8": 188_992,
    "fire9": 197_184,
    "conv10": 513_000,
}
found = summary(squeezenet1_0(), (3, 224, 224), depth=2)
layers = [layer for layer in found.layers if layer.parameters]
rows = []
for (name, paper), layer in zip(printed.items(), layers, strict=True):
    assert layer.parameters == paper
    shape = "×".join(map(str, layer.output))
    rows.append((name, shape, layer.parameters, paper, layer.macs))
assert sum(printed.values()) == found.parameters == 1_248_424
Table(
    ["Layer", "Output", "Parameters", "paper", "MACs"],
    rows,
    total=("Total", "", found.parameters, "", found.macs),
)

# %% [markdown]
# All ten agree. And after all that squeezing, two fifths of the parameters are in conv10, the classifier: it has one weight for
# each pair of 512 maps and
# 1,000 classes, and a bias for each class. (The output sizes are torchvision's, for an image of 224×224 pixels and a first
# convolution without padding.)
#
# ## What share is 1×1?
#
# Most of the layers are 1×1. What share of the parameters and of the work do they have, in this version and in a second one, 1.1?

# %%
from onebyone.architectures import squeezenet1_0, squeezenet1_1
from onebyone.summary import summary

for build in squeezenet1_0, squeezenet1_1:
    layers = summary(build(), (3, 224, 224))
    ones = layers.pointwise
    print(f"{build.__name__}: {len(ones.layers)} of 26 convolutions are 1×1")
    print(f"  {ones.parameters / layers.parameters:.1%} of the parameters")
    print(f"  {ones.macs / layers.macs:.1%} of the MACs")
    assert sum("Conv2d" in la.module for la in layers.layers) == 26

# %% [markdown]
# ## 1.0 and 1.1
#
# The authors published a second version. Its fire modules are the same, except that the first one reads fewer maps. Its first
# convolution has 64 filters of
# 3×3 instead of 96 of 7×7, and it pools after conv1, fire3 and fire5 instead of conv1, fire4 and fire8.
#
# {{ source onebyone.architectures.squeezenet.squeezenet1_1 }}
#
# What does that change?

# %%
from onebyone.architectures import squeezenet1_0, squeezenet1_1
from onebyone.summary import summary

first = summary(squeezenet1_0(), (3, 224, 224))
second = summary(squeezenet1_1(), (3, 224, 224))
for name, cost in {"1.0": first, "1.1": second}.items():
    print(f"{name}: {cost.parameters:,} parameters, {cost.macs:>11,} MACs")
print(f"1.1 takes {first.macs / second.macs:.2f} times fewer MACs")

assert (first.parameters, second.parameters) == (1_248_424, 1_235_496)

# %% [markdown]
# The parameters hardly change, because only conv1 and the layer that reads its output differ. But the multiply-accumulates fall
# to less than half: conv1 has fewer and
# smaller filters, and since 1.1 pools earlier, fire4, fire6, fire7 and fire8 work on about a quarter of the pixels. (The authors
# [say 2.4 times](../reference/bibliography.md#squeezenet-code).)
#
# ### A padded 1×1 adds a border
#
# One more thing changed, although the authors' list does not mention it: in [their
# files](../reference/bibliography.md#squeezenet-code), version 1.0 pads
# conv10, the last 1×1, by one pixel, and 1.1 does not. A 1×1 needs no padding. This one turns 13×13 pixels into 15×15, and on the
# border, where there is no
# picture, the score of each class is the relu of its bias. Then all 225 pixels are averaged. So the scores of the 169 pixels
# count for only 169/225, and the border adds a
# constant. torchvision leaves the padding out of both versions. Put it in, and compare:

# %%
import torch
from torch import nn

from onebyone.architectures import squeezenet1_0
from onebyone.images import photograph

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None, :, 16:240, 16:240]
model = squeezenet1_0().eval()  # random weights
conv10 = model.classifier[1]
nn.init.uniform_(conv10.bias, -0.5, 0.5)
with torch.no_grad():
    features = model.features(x)
    maps, plain = conv10(features), model.classifier(features)
    conv10.padding = (1, 1)  # as in the authors' file
    wider, padded = conv10(features), model.classifier(features)
    border = torch.relu(conv10.bias)
print(tuple(maps.shape[2:]), "pixels become", tuple(wider.shape[2:]))
print(f"the picture counts {169 / 225:.3f} times as much as without padding,")
print(f"and without padding {225 / 169:.2f} times as much as with it")
expected = 169 / 225 * plain + 56 / 225 * border
torch.testing.assert_close(padded, expected)

# %% [markdown]
# This does the authors' network no harm, because it learned its weights with the border in place. But if you load those weights
# into a network without the
# padding, you get different scores. A class whose bias is not positive gets nothing from the border, so without the border its
# score is larger by a third, 225/169. Where no bias is positive, all classes keep their order, and only the network's confidence
# is too high.
#
# In Darknet, the format in which the detector YOLO is written, `pad=1` means something different. There [it is a
# switch](../reference/bibliography.md#darknet) that asks for half the kernel's size in pixels, rounded down. That keeps the size
# of the map,
# and for a 1×1 it means no padding:

# %%
from onebyone.reference import output_size

for kernel in 1, 3, 7:
    padding = kernel // 2  # what Darknet makes of pad=1
    size = output_size(52, kernel, padding=padding)
    print(f"{kernel}×{kernel}: padding {padding}, 52 pixels stay {size}")
    assert size == 52
print("a 1×1 padded by a pixel:", output_size(52, 1, padding=1))

# %% [markdown]
# !!! takeaway "Takeaway"
#     Squeeze the channels with a 1×1 before a 3×3, and make half of the filters after the squeeze 1×1: such a module has about a
#     ninth of the parameters of one 3×3.

# %% [markdown]
# ## Exercises
#
# **1. Squeeze less.** fire2 squeezes 96 channels to 16. How many parameters does it have if it squeezes to 32?
#
# {{ exercise onebyone.book.solutions.squeezenet.fire_parameters }}
#
# ??? hint "Hint"
#     A fire module is three convolutions, each with a bias for each filter. Which of them does the squeezing change?
#
# ??? success "Solution"
#     23,712 instead of 11,920: nearly twice as many, since every weight of the module reads or writes the squeezed channels.
#     Only the biases of the expanding filters stay.
#
#     {{ source onebyone.book.solutions.squeezenet.fire_parameters }}
#
# **2. A shortcut.** Around which fire modules would an identity shortcut like ResNet's fit?
#
# {{ exercise onebyone.book.solutions.squeezenet.fires_that_fit_a_shortcut }}
#
# ??? hint "Hint"
#     A shortcut adds the input to the output, so both must have the same number of channels. How many come out, once the two expanding convolutions
#     are concatenated?
#
# ??? success "Solution"
#     Around those that output as many channels as they take in: fire3, 5, 7 and 9. The paper tries just these, as its simple bypass.
#     The others would need a 1×1 projection.
#
#     {{ source onebyone.book.solutions.squeezenet.fires_that_fit_a_shortcut }}
#
# **3. Ten classes.** You need ten classes instead of a thousand. How many parameters are left?
#
# {{ exercise onebyone.book.solutions.squeezenet.parameters_for_classes }}
#
# ??? hint "Hint"
#     Only the last layer, conv10, knows of the classes. The table has its parameters, and the total.
#
# ??? success "Solution"
#     `squeezenet1_0(num_classes=10)` has 740,554: the classifier falls from 513,000 to 5,130, and nothing else changes.
#
#     {{ source onebyone.book.solutions.squeezenet.parameters_for_classes }}
#
# A fire module squeezes before a 3×3 that still mixes channels. [MobileNet](mobilenet.py) takes the mixing away from the 3×3 altogether.
