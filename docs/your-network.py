# ---
# description: Where a network's parameters, multiply-accumulates and memory go, which of its layers are 1×1 convolutions, and what they are for.
# ---

# %% [markdown]
# # 11 Your own network
#
# *Where does your network spend, and which of it can a 1×1 save?*
#
# Most of it goes into 1×1 layers already. They do half of the work in a ResNet and nineteen twentieths in a vision transformer,
# often under another name. So the first step is to see them. One function lists every layer of any network that runs in PyTorch, with its
# cost, its kind, and for each 1×1 what it is there for.

# %% [markdown]
# ## Count first
#
# Take a ResNet-50. `zoo` builds networks of [torchvision](reference/bibliography.md#torchvision) and
# [timm](reference/bibliography.md#timm) without their weights; put your own in its place.

# %%
from onebyone.book import zoo
from onebyone.summary import summary

model = zoo.torchvision("resnet50")  # or model = YourNetwork()
found = summary(model, (3, 224, 224))
print(f"{found.parameters:,} parameters, {found.macs:,} MACs")
for kind in found.kinds:
    share = kind.macs / found.macs
    print(f"{kind.kind:14} {kind.layers:3} layers {share:6.1%} of the MACs")

# %% [markdown]
# Nothing was computed to get these numbers. A copy of the network ran on tensors that have a shape and no values, and PyTorch's own counter
# looked at every operation on the way. So it does not matter how the network is written: a convolution that is called as a function counts
# like one in a layer. Print `found` itself, and it shows the shares of each kind, the ten costliest layers, and then all of them.
# `found.to_dict()` and `found.to_csv()` give the same to a script.
#
# Each layer is of one kind:
#
# | Kind | What it multiplies |
# |:--|:--|
# | pointwise | a 1×1 convolution: all channels of one pixel by a matrix |
# | grouped pointwise | the same, within groups of channels |
# | dense | a fully connected layer: the same matrix on one pixel, or on every token |
# | attention product | two tensors that both depend on the input |
# | depthwise | each channel by a filter of its own |
# | spatial | any other convolution that sees neighbours |
# | normalisation, other | nothing that counts as a multiply-accumulate |
#
# ## A ResNet: half and half

# %% tags=["remove-input"] alt="Three rows of bars for ResNet-50, a bar for each of 16 blocks, with the first convolution before them and the classifier after. Multiply-accumulates: every block costs about 220 million, a little less than half of it in 1×1 layers; the first of each stage costs more, up to 370 million, most of it 1×1. Parameters: almost none in the first stage, five to six million a block in the last. Memory written: sixteen megabytes in the first block, one in the last."
from onebyone.book import zoo
from onebyone.book.figures.your_network import plot_costs
from onebyone.summary import summary

plot_costs(summary(zoo.torchvision("resnet50"), (3, 224, 224)))

# %% [markdown]
# The three rows tell three stories. Work is spread evenly, because each stage has half the width and height and twice the channels.
# Parameters pile up at the end, where channels are many. Memory is written at the start, where pixels are many.
# So a change that saves parameters may save no time, and one that saves memory may save no parameters.
#
# What are its 1×1 layers there for?

# %%
from collections import Counter

from onebyone.book import zoo
from onebyone.summary import summary

found = summary(zoo.torchvision("resnet50"), (3, 224, 224))
layers = Counter(la.role for la in found.layers if la.role)
for role, count in layers.items():
    macs = sum(la.macs for la in found.layers if la.role == role)
    print(f"{role:8} {count:2} layers {macs / found.macs:6.1%} of the MACs")

# %% [markdown]
# The roles follow from what is connected to what. A layer that makes fewer channels *reduces*, one that makes more *expands*, and one that
# keeps their number *projects*. A *shortcut* runs beside a longer way and is added to its end. The last layer, with one number for each class,
# *classifies*. Here the only one that projects is the first reduction: it reads 64 channels and makes 64.
#
# Could a 1×1 save more? One in front of a 3×3 pays as long as it makes fewer channels than the [break-even width](projections.py).
# These are the widest 3×3 layers of the network:

# %%
from operator import attrgetter

from onebyone.book import zoo
from onebyone.cost import break_even_width
from onebyone.summary import summary

model = zoo.torchvision("resnet50")
found = summary(model, (3, 224, 224))
spatial = found.only("spatial").layers
widest = sorted(spatial, key=attrgetter("parameters"), reverse=True)
for layer in widest[:4]:
    conv = model.get_submodule(layer.path)
    kernel = conv.kernel_size[0]
    width = break_even_width(conv.in_channels, conv.out_channels, kernel)
    print(
        f"{layer.path:15} {kernel}×{kernel}, {conv.in_channels} to "
        f"{conv.out_channels}: a 1×1 in front pays up to {width} channels"
    )

# %% [markdown]
# Each already works behind a reduction. Three of them, of 512 channels, would cost less behind another one, to 460 channels or fewer. Whether the network still works is another
# question, and [training](training.py) has to answer it.
#
# ## A ConvNeXt: 1×1 layers called Linear
#
# [ConvNeXt](reference/bibliography.md#convnext) looks like a network of 7×7 convolutions. Count it:

# %%
from collections import Counter

from onebyone.book import zoo
from onebyone.summary import summary

found = summary(zoo.timm("convnext_tiny"), (3, 224, 224))
for kind in found.kinds:
    if kind.macs:
        share = kind.macs / found.macs
        print(f"{kind.kind:10} {kind.layers:3} layers {share:6.1%} of the MACs")
print(Counter(la.role for la in found.layers if la.role))
print(found.pointwise.layers)

# %% [markdown]
# It has not one layer of the class `Conv2d` with a 1×1 kernel, and yet 93 % of its work is that of 1×1 convolutions. The 7×7 kernels are depthwise
# and cost 2 %. What follows each of them is written as `nn.Linear` on tensors with the channels last, and
# [that is a 1×1 convolution](names.py): one matrix for the channels of every pixel. Eighteen of them expand four times, and eighteen reduce.

# %% tags=["remove-input"] alt="Three rows of bars for ConvNeXt-T, a bar for each of 18 blocks, and one for the stem, for three layers between the stages, and for the head. Multiply-accumulates: about 230 million in every block, nearly all 1×1, with a thin strip of depthwise on top; 58 million in each layer between stages. Parameters: below half a million a block in the first two stages, 4.8 million in the last. Memory written: fifteen megabytes a block in the first stage, two in the last, of which less than half is by 1×1 layers."
from onebyone.book import zoo
from onebyone.book.figures.your_network import plot_costs
from onebyone.summary import summary

plot_costs(summary(zoo.timm("convnext_tiny"), (3, 224, 224)))

# %% [markdown]
# The lowest row is the one to worry about. More than half of what the first stage writes comes from layers without a multiplication that counts:
# normalisations, activations, and the sum at the end of each block. A count of MACs is blind to them.
#
# ## A vision transformer: nearly all of it
#
# [ViT](reference/bibliography.md#vit) cuts the picture into 196 patches. From then on it has no pixels but tokens, and its dense layers do
# to each token what a 1×1 convolution does to each pixel.

# %% tags=["remove-input"] alt="Three rows of bars for ViT-B/16, a bar for each of 12 equal blocks, one for the patches before them and one for the head. Multiply-accumulates: 1.4 billion a block, of which four per cent are attention products and the rest 1×1. Parameters: seven million a block, all in 1×1 layers. Memory written: 16.5 megabytes a block, a third by 1×1 layers, a sixth by attention products, half by the rest."
from onebyone.book import zoo
from onebyone.book.figures.your_network import plot_costs
from onebyone.summary import summary

plot_costs(summary(zoo.timm("vit_base_patch16_224"), (3, 224, 224)))

# %%
from onebyone.book import zoo
from onebyone.summary import summary

found = summary(zoo.timm("vit_base_patch16_224"), (3, 224, 224))
dense, attention = found.only("dense"), found.only("attention product")
print(f"dense:             {dense.macs / found.macs:.1%} of the MACs")
print(f"attention product: {attention.macs / found.macs:.1%} of the MACs")
print(
    f"dense:             {dense.parameters / found.parameters:.1%} of the parameters"
)
assert 0.94 < dense.macs / found.macs < 0.96

# %% [markdown]
# Attention is what a transformer is known for, and at this size it is a twenty-fifth of the work.
# It grows with the square of the number of tokens, and the dense layers only with the number; exercise 2 asks where they meet.
#
# ## Separable, and still as large
#
# A depthwise separable layer needs about a ninth of the weights of a 3×3. Replace one in a small network:

# %%
from torch import nn

from onebyone.summary import summary

head = nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10)
first = nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)
plain = nn.Conv2d(32, 64, 3, padding=1)
depthwise = nn.Conv2d(32, 32, 3, padding=1, groups=32)
separable = nn.Sequential(depthwise, nn.Conv2d(32, 64, 1))

for name, layer in {"3×3": plain, "separable": separable}.items():
    model = nn.Sequential(*first, layer, nn.ReLU(), nn.MaxPool2d(2), *head)
    found = summary(model, (3, 32, 32))
    in_head = found.only("dense").parameters
    print(f"{name:10} {found.macs / 1e6:.1f} M MACs, ", end="")
    print(f"{found.parameters:,} parameters, {in_head:,} in the head")

# %% [markdown]
# The MACs fall to a third, and the parameters by 3 %. Nearly all of them are in the head: its first layer has a weight for each of 4,096 numbers
# and each of 128 outputs. No change to the convolutions can reach these. What does is
# [averaging each map first](architectures/network-in-network.py), and exercise 3 counts it.
#
# ## Three tools, three numbers
#
# Ask how much work ResNet-50 is, and you will read 4.09, 4.11, 4.13, 8.18 and 3.86 billion. All five are right. They count different things:

# %%
from onebyone.book import records, zoo
from onebyone.summary import summary

model = zoo.torchvision("resnet50")
found = summary(model, (3, 224, 224))
normalised = found.only("normalisation").activations // 4  # numbers of 4 bytes
print(f"MACs                             {found.macs / 1e9:.2f} billion")
print(
    f"and 2 for each number normalised {(found.macs + 2 * normalised) / 1e9:.2f}"
)
print(f"FLOPs: 2 for each MAC            {2 * found.macs / 1e9:.2f}")

for block in model.modules():  # as the paper has it: the first 1×1 strides
    if hasattr(block, "conv3"):
        strides = block.conv1.stride, block.conv2.stride
        block.conv2.stride, block.conv1.stride = strides
as_published = summary(model, (3, 224, 224))
print(f"MACs of the paper's network      {as_published.macs / 1e9:.2f}")

print("\nmeasured:")
for tool, (_, macs) in records.load("counters")["resnet50"].items():
    print(f"  {tool:10} {macs / 1e9:.3f}")

# %% [markdown]
# [fvcore](reference/bibliography.md#counters) adds two operations for each number that is normalised, [ptflops](reference/bibliography.md#counters)
# also counts activations and poolings, and PyTorch's `FlopCounterMode` prints FLOPs, two for each multiply-accumulate. The paper's own network,
# v1, strides in the first 1×1 of a block and so [costs less](architectures/resnet.py). Before you compare two numbers, ask of each: MACs or FLOPs,
# which layers, and which version.
#
# Some numbers are wrong, too. Here is what each tool counts in the first network of each of timm's families,
# beside half of what `FlopCounterMode` finds:

# %%
from onebyone.book import records
from onebyone.tables import Table

of_counters = records.load("counters")
judgements = list(of_counters["judged"]["onebyone"])
rows = [
    (tool, *(str(judged[each]) for each in judgements))
    for tool, judged in of_counters["judged"].items()
]
print(of_counters["families"], "networks")
Table(["Tool", *judgements], rows)

# %% [markdown]
# *More* may be a matter of taste: fvcore and ptflops count normalisations and activations, which weigh most where convolutions are few. *Less* is work that a tool did
# not see. torchinfo asks the layers, and of a dense layer it takes the first and the last axis alone, so a transformer of 197 tokens costs it a hundredth.
# fvcore and ptflops watch functions too, but a product that stands outside those they know counts as nothing, above all in attention.
#
# What does it take? Milliseconds for each of three networks, beside one forward pass on tensors without values:

# %%
from onebyone.book import records
from onebyone.tables import Table

times = records.load("counters")["seconds"]
tools = list(next(iter(times.values())))
rows = [
    (tool, *(f"{1000 * seconds[tool]:,.0f}" for seconds in times.values()))
    for tool in tools
]
Table(["Tool", *times], rows)

# %% [markdown]
# The times are of the book's machine, and `make bench` writes both tables again. `make networks` compares our counts of 193 networks with PyTorch's, and
# [the page on quality](reference/quality.md) has the result.
#
# ## Memory: the activations, not the weights
#
# A 1×1 convolution at high resolution holds few weights and writes much. The reduction of [chapter 4](projections.py),
# from 512 maps to 64 on 256×256 pixels:

# %%
from torch import nn

from onebyone.summary import summary

(layer,) = summary(nn.Conv2d(512, 64, 1), (512, 256, 256)).layers
print(f"weights: {4 * layer.parameters:>10,} bytes")
print(f"written: {layer.activations:>10,} bytes")
print(f"read:    {4 * 512 * 256 * 256:>10,} bytes")

# %% [markdown]
# It reads a thousand times as many bytes as it has weights. And fewer multiplications may need more memory. Split a 3×3 layer of 128 channels
# on 56×56 pixels into a depthwise and a pointwise one:

# %%
from onebyone.cost import bytes_moved, macs

one_macs = macs(128, 128, 3, 56, 56)
two_macs = macs(128, 128, 3, 56, 56, groups=128) + macs(128, 128, 1, 56, 56)
one_bytes = bytes_moved(128, 128, 3, 56, 56)
depthwise = bytes_moved(128, 128, 3, 56, 56, groups=128)
two_bytes = depthwise + bytes_moved(128, 128, 1, 56, 56)
print(f"MACs:  {one_macs / two_macs:.1f} times fewer")
print(f"bytes: {two_bytes / one_bytes:.1f} times as many")

# %% [markdown]
# The tensor between the two has to be written and read again. That is why such a pair is rarely eight times as fast, and why
# [the clock](speed.py) has a chapter of its own.
#
# ## Every kind of network since 2012
#
# `make networks` counts all of torchvision's networks for images and the first of each of timm's 98 families. How much of the work is 1×1,
# that is pointwise, grouped or dense?

# %% tags=["remove-input"] alt="The share of 1×1 layers in the MACs of 177 networks against the month of their papers, 2012 to 2026, with one mark for networks without attention and one for networks with it. AlexNet, VGG and ResNet-18 lie below 10 per cent, GoogLeNet at 25, ResNet-50 at 52, MobileNetV2 at 89. From 2018 most networks lie above 70, ViT and ConvNeXt above 93, and those with attention between 60 and 98 but for one."
from onebyone.book.figures.your_network import plot_families
from onebyone.book.records import load

named = {
    "alexnet": "AlexNet",
    "vgg16": "VGG",
    "googlenet": "GoogLeNet",
    "resnet18": "ResNet-18",
    "resnet50": "ResNet-50",
    "mobilenet_v2": "MobileNetV2",
    "vit_b_16": "ViT",
    "convnext_tiny": "ConvNeXt",
}
plot_families(load("networks")["networks"], named)

# %% [markdown]
# In 2012 a 1×1 was a rarity, and since 2018 it has done most of the work in nearly every design. The month is that of the paper: for timm, of the first that the family's source names.
# The numbers behind the marks, for the first network of each family in torchvision, in shares of the MACs:

# %%
from operator import itemgetter

from onebyone.book import records
from onebyone.book.figures.your_network import share
from onebyone.tables import Table

kinds = "dense", "attention product", "depthwise", "spatial"
first = {}
for each in records.load("networks")["networks"]:
    if each["from"] == "torchvision, image":
        first.setdefault(each["family"], each)
rows = []
for each in sorted(first.values(), key=itemgetter("date")):
    pointwise = share(each, "pointwise", "grouped pointwise")
    rest = [share(each, kind) for kind in kinds]
    shares = [f"{part:.0%}" for part in (pointwise, *rest)]
    rows.append((each["name"], each["date"], *shares))
Table(["Network", "paper", "pointwise", *kinds], rows)

# %% [markdown]
# !!! takeaway "Takeaway"
#     Count before you cut: parameters, multiply-accumulates and memory sit in different places of one network,
#     and in most networks since 2018 it is the 1×1 layers, whatever they are called, that do the work.

# %% [markdown]
# ## Exercises
#
# **1. What do the gates cost?** EfficientNet weighs its channels by two small layers on one pixel, *squeeze-and-excite*.
# Which share of its parameters and of its MACs do they have?
#
# ??? tip "Hint"
#     `la.role` of each layer says what it is there for.
#
# ??? success "Solution"
#     Of `zoo.torchvision("efficientnet_b0")` they have 12 % of the parameters and 0.2 % of the MACs: they run on one pixel.
#
#     {{ source onebyone.book.solutions.your_network.share_of_role }}
#
# **2. Where does attention catch up?** In a block of ViT-B, with 768 channels, at how many tokens do the attention products cost as much as the dense layers?
# How large a picture is that, with patches of 16×16 pixels?
#
# ??? tip "Hint"
#     Count per token. The dense layers have $12 \cdot 768^2$ weights, and each token meets every one of them.
#
# ??? success "Solution"
#     At 4,608 tokens, a picture of about 1,086×1,086 pixels.
#
#     {{ source onebyone.book.solutions.your_network.tokens_of_equal_cost }}
#
# **3. A smaller head.** Replace the head of the small network above by one that averages each map first. How many parameters are left?
#
# ??? tip "Hint"
#     A 1×1 convolution on one pixel is a dense layer.
#
# ??? success "Solution"
#     650 in the head instead of 525,706, and 3,978 in the separable network as a whole.
#
#     {{ source onebyone.book.solutions.your_network.pool_before_the_head }}
