# ---
# description: Where a network's parameters, multiply-accumulates and memory go, which of its layers are 1×1 convolutions, and what they are for.
# ---

# %% [markdown]
# # 11 Your own network
#
# *Where does your network spend its work, and how much of it can 1×1 layers save?*
#
# *You need* a network in PyTorch, and the costs of [chapter 2](feature-maps.py). *You will* know where its parameters, its work and its memory
# are, which of its layers are 1×1 under whatever name, and what a change would save. About twenty minutes.
#
# In most recent networks the work already goes into 1×1 layers: half of it in a ResNet-50 and 95 % in a vision transformer,
# often under a different name. So before you add a 1×1 layer, look at those that you have. One function lists every layer of any network that runs in
# PyTorch, with its cost, its kind, and for each 1×1 what it is there for. It counts operations; for times, see [chapter 9](speed.py).

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
# Half of the work is in 36 pointwise layers, and half in 17 that see neighbours. Nothing was computed to get these numbers: a copy of the
# network ran on tensors that have a shape and no values, and the formulas of PyTorch's own counter were applied to every operation
# on the way. So it does not matter how the network is written, and a convolution that is called as a function counts like one in a layer.
# The summary itself shows what you want to know first, and all layers when you unfold them:

# %%
from onebyone.book import zoo
from onebyone.summary import summary

summary(zoo.torchvision("resnet50"), (3, 224, 224))

# %% [markdown]
# The ten costliest layers are all spatial, although together they do little more than a quarter of the work. And half of the new
# numbers, the *activations*, are written by normalisations, which do no multiplication that counts. (There are fewer of them here
# than on [ResNet's own page](architectures/resnet.py#the-whole-network), because torchvision's relus write in place.)
#
# For your own network, replace the first argument. The shape is that of one image, without a batch; if your network takes something
# different, give a tensor, or a tuple or a dict of them. The network is counted as it is in `eval()`, and it is not changed. `depth=1` gives
# one row for each part, and `found.to_dict()` and `found.to_csv()` are for scripts.
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

# %% tags=["remove-input"] alt="Three rows of bars for ResNet-50, a bar for each of 16 blocks, with the first convolution before them and the classifier after. Multiply-accumulates: most blocks cost about 220 million, a little less than half of it in 1×1 layers; the first of stages 2 to 4 cost 370 million, most of it 1×1. Parameters: almost none in the first stage, four to six million a block in the last. New tensors: sixteen megabytes in the first block, one in the last."
from onebyone.book import zoo
from onebyone.book.figures.your_network import plot_costs
from onebyone.summary import summary

plot_costs(summary(zoo.torchvision("resnet50"), (3, 224, 224)))

# %% [markdown]
# The three rows tell three stories. Work is spread almost evenly, because each stage has half the width and height of the one before and
# twice the channels. Three blocks cost more, those that change the size: their first 1×1 still works on the larger maps, and their shortcut
# is one more 1×1. Parameters pile up at the end, where channels are many. Most activations are made at the start, where there are many pixels.
# So a change that halves the parameters may leave the multiply-accumulates nearly as they are.
#
# What are the 1×1 layers of this ResNet there for?

# %%
from onebyone.book import zoo
from onebyone.summary import summary

found = summary(zoo.torchvision("resnet50"), (3, 224, 224))
for role in found.roles:
    share = role.macs / found.macs
    print(f"{role.kind:8} {role.layers:2} layers {share:6.1%} of the MACs")

# %% [markdown]
# The roles follow from what is connected to what. A layer that makes fewer channels *reduces*, one that makes more *expands*, and one that
# keeps their number *projects*. A *shortcut* runs beside other layers, and its output is added to theirs. Layers of a
# *squeeze-and-excite* block work on a single pixel, and their output weighs whole maps. The last layer, with one number for each
# class, *classifies*. Here the only one that projects is the first 1×1 of the first block, which reads 64 channels and makes 64.
#
# Could another 1×1 save more? Put before a 3×3, it saves weights as long as it makes no more channels than the [break-even width](projections.py).
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
        f"{conv.out_channels}: a 1×1 before it saves weights up to {width}"
    )

# %% [markdown]
# Each already comes after a reduction, so the simplest saving is to make that reduction narrower. A second reduction would save
# weights at 460 channels or fewer. In layer4.0 it would save work only up to 354, because that 3×3 has stride 2 and a 1×1 before
# it sees four times as many pixels.
#
# ## What one change saves
#
# A network without bottlenecks has more to gain. ResNet-18 does 99 % of its work in 3×3 layers. Give each of the four in its last stage a
# bottleneck a quarter as wide:

# %%
from torch import nn

from onebyone.book import zoo
from onebyone.summary import summary

model = zoo.torchvision("resnet18")
before = summary(model, (3, 224, 224))
for block in model.layer4:
    for name in "conv1", "conv2":
        conv = getattr(block, name)
        c_in, c_out = conv.in_channels, conv.out_channels
        bottleneck = nn.Sequential(
            nn.Conv2d(c_in, c_out // 4, 1, bias=False),
            nn.Conv2d(c_out // 4, c_out // 4, 3, conv.stride, 1, bias=False),
            nn.Conv2d(c_out // 4, c_out, 1, bias=False),
        )
        setattr(block, name, bottleneck)
after = summary(model, (3, 224, 224))
for cost in "parameters", "macs", "activations":
    old, new = getattr(before, cost), getattr(after, cost)
    print(f"{cost:11} {old:>13,} → {new:>13,}  {new / old:.0%}")

# %% [markdown]
# Six tenths of the parameters are gone, and only a fifth of the work, because each stage does about a quarter of the network's
# work. The activations become slightly more, because each bottleneck has two layers more that write. This is how to look for a
# saving: find the wide spatial layers and the large heads, count before and after,
# and where 1×1 layers already do the work, make those narrower. Whether the network is still as accurate is another question, and
# [training](training.py) has to answer it.
#
# ## A ConvNeXt: 1×1 layers called Linear
#
# [ConvNeXt](reference/bibliography.md#convnext) looks like a network of 7×7 convolutions. Count it:

# %%
from onebyone.book import zoo
from onebyone.summary import summary

found = summary(zoo.timm("convnext_tiny"), (3, 224, 224))
for kind in found.kinds:
    if kind.macs:
        share = kind.macs / found.macs
        print(f"{kind.kind:10} {kind.layers:3} layers {share:6.1%} of the MACs")
print({role.kind: role.layers for role in found.roles})
print(len(found.pointwise.layers), "layers of a class with 1×1 kernels")

# %% [markdown]
# It has no convolution with a 1×1 kernel, and yet 93 % of its work is that of 1×1 convolutions. The 7×7 kernels are depthwise
# and cost 2 %. The two layers after each of them, past a normalisation, are written as `nn.Linear` on tensors with the channels last, and
# [that is a 1×1 convolution](names.py): one matrix for the channels of every pixel. Eighteen of these layers make four times as many channels,
# and eighteen bring them back. [ConvNeXt's page](architectures/convnext.py) rewrites them as 1×1 convolutions.

# %% tags=["remove-input"] alt="Three rows of bars for ConvNeXt-T, a bar for each of 18 blocks, and one for the stem, for three layers between the stages, and for the head. Multiply-accumulates: 230 to 250 million in every block, nearly all 1×1, with a thin strip of depthwise on top; 58 million in each layer between stages. Parameters: below half a million a block in the first two stages, 4.8 million in the last. New tensors: about sixteen megabytes a block in the first stage, two in the last, of which less than half is by 1×1 layers."
from onebyone.book import zoo
from onebyone.book.figures.your_network import plot_costs
from onebyone.summary import summary

plot_costs(summary(zoo.timm("convnext_tiny"), (3, 224, 224)))

# %% [markdown]
# Notice the lowest row: more than half of what the first stage makes comes from layers without a multiplication that counts,
# normalisations, activations, and the scaling and the sum at the end of each block. A count of MACs is blind to them.
#
# ## A vision transformer: nearly all of it
#
# [ViT](reference/bibliography.md#vit) cuts the picture into 196 patches. From then on it has no pixels but tokens, and its dense layers do
# to each token what a 1×1 convolution does to each pixel.

# %% tags=["remove-input"] alt="Three rows of bars for ViT-B/16, a bar for each of 12 equal blocks, one for the patches before them and one for the head. Multiply-accumulates: almost 1.5 billion a block, of which four per cent are attention products and the rest 1×1. Parameters: seven million a block, all in 1×1 layers. New tensors: 16.5 megabytes a block, a third by 1×1 layers, a sixth by attention products, half by the rest."
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
held = dense.parameters / found.parameters
print(f"dense:             {held:.1%} of the parameters")

# %% [markdown]
# A transformer is known for its attention, yet at this size the two products of attention are only 4 % of the work. The layers that make its
# queries, keys and values are dense. The cost of the products grows with the square of the number of tokens, and that of the
# dense layers only with the
# number; exercise 2 asks at how many tokens the two are equal.
#
# ## Separable, and still as large
#
# A depthwise separable layer replaces a 3×3 with far fewer weights, here an eighth. So you would expect the network to shrink accordingly. Put
# one into a small network:

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
# The MACs fall to a third, but the parameters fall only by 3 %, because nearly all of them are in the head: its first layer has a weight for each
# of 4,096 numbers and each of 128 outputs. No change to the convolutions changes that. The head shrinks if you [average each map
# first](architectures/network-in-network.py#no-fully-connected-layer), as in exercise 3.
#
# ## One network, five numbers
#
# Ask how much work ResNet-50 is, and you will read 4.09, 4.11, 4.13, 8.18 and 3.86 billion. None of these is a mistake. First our
# counts, and then what other tools measure:

# %%
from onebyone.book import records, zoo
from onebyone.summary import summary

model = zoo.torchvision("resnet50")
found = summary(model, (3, 224, 224))
normalised = found.only("normalisation").activations // 4  # numbers of 4 bytes
print(f"MACs                             {found.macs / 1e9:.2f} billion")
with_norms = found.macs + 2 * normalised
print(f"and 2 for each number normalised {with_norms / 1e9:.2f}")
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
# [fvcore](reference/bibliography.md#counters) adds two operations for each number that is normalised, and one for each that is averaged.
# [ptflops](reference/bibliography.md#counters) also counts activations and poolings, each twice, once as a layer and once as the
# function that the layer calls.
# PyTorch's `FlopCounterMode` prints FLOPs, two for each multiply-accumulate. And the paper's own network, v1, strides in the first 1×1 of a
# block and so [costs less](architectures/resnet.py). Before you compare two numbers, ask of each: MACs or FLOPs, which layers, and which version.
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
# Our own row is no surprise, since we count with PyTorch's formulas: it says that nothing is lost on the way. *More* can be a
# choice, for fvcore and ptflops
# also count normalisations, and ptflops activations. *Less* is work that a tool did not see. torchinfo asks the layers, and of a
# dense layer it takes the first
# and the last axis alone, so of 197 tokens it counts one, and reports about a hundredth of ViT's work. fvcore and ptflops watch functions
# too, but a product that stands outside those they know counts as nothing, above all in attention.
#
# How long does counting take? Here are the milliseconds for three networks, next to one forward pass on tensors without values:

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
# The others compute, on the CPU, and ours does not; half of its time is that of the forward pass. The times are of the book's machine. In a clone of
# the book, `make bench` writes both tables again, and `make networks` compares our counts of 193 networks with PyTorch's:
# [the page on quality](reference/quality.md) has the result.
#
# ## Memory: few weights, large maps
#
# What the summary calls activations are the bytes of all new tensors that depend on the input, added up over the pass. What is written in
# place takes none. It is a measure of traffic, and not of the peak, since without gradients
# most of these tensors are freed at once, and with gradients [some are not needed](#what-training-keeps). It grows with the
# batch, and the weights do not.
#
# A 1×1 convolution at high resolution holds few weights and makes much. The reduction of [chapter 4](projections.py),
# from 512 maps to 64 on 256×256 pixels:

# %%
from torch import nn

from onebyone.summary import summary

(layer,) = summary(nn.Conv2d(512, 64, 1), (512, 256, 256)).layers
print(f"weights: {4 * layer.parameters:>10,} bytes")
print(f"written: {layer.activations:>10,} bytes")
print(f"read:    {4 * 512 * 256 * 256:>10,} bytes")

# %% [markdown]
# The layer reads a thousand times as many bytes as its weights take. And fewer multiplications may move more bytes. Split a 3×3 layer of 128 channels
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
# The tensor between the two has to be written and read again. So where moving bytes is what takes the time, such a pair gains little, and
# [the clock](speed.py) shows where that is.
#
# ### What training keeps
#
# In training, a layer must keep what its backward pass will need. For a 1×1 convolution, a batch norm and a ReLU in a row, you
# might expect that to be the outputs of all three. PyTorch shows
# each tensor that it puts aside:

# %%
import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks

torch.manual_seed(0)
x = torch.randn(8, 64, 56, 56)  # eight pictures
norm = nn.BatchNorm2d(64)
for layer in nn.Conv2d(64, 64, 1, bias=False), norm, nn.ReLU():
    kept = []
    with saved_tensors_hooks(kept.append, print):  # print is never called
        y = layer(x)
    print(type(layer).__name__)
    for tensor in kept:
        names = {x.data_ptr(): "its input", y.data_ptr(): "its output"}
        name = names.get(tensor.data_ptr(), "a weight or a statistic")
        print(f"   {tensor.nbytes:9,} bytes: {name}")
    assert sum(tensor.nbytes for tensor in kept) < 1.01 * x.nbytes  # one map
    x = y

# %% [markdown]
# Two maps, not three. The convolution keeps its input, because [the gradient of its weight](gradients.py#three-sums) is made of
# that and of the error. The batch norm keeps its own input, which is the convolution's output. Its output is
# not kept at all, because a ReLU needs to know only where it let something through, which its own output tells. And that output
# will be the next convolution's input, so it is kept once for both. Weights and
# statistics hardly count.
#
# How much is that in a whole network? Less than all the new tensors that the summary adds up, and without gradients nothing:

# %%
import torch
from torch.autograd.graph import saved_tensors_hooks

from onebyone.architectures import resnet50
from onebyone.summary import summary

model, x = resnet50(), torch.rand(1, 3, 224, 224)  # one picture
weights = {p.data_ptr(): p.nbytes for p in model.parameters()}
new = summary(model, (3, 224, 224)).activations
kept = []
with saved_tensors_hooks(kept.append, print):
    model(x)
    maps = {t.data_ptr(): t.nbytes for t in kept}  # each map once
    kept.clear()
    with torch.no_grad():
        model(x)
size = sum(maps[at] for at in maps.keys() - weights.keys())
print(f"weights      {sum(weights.values()):>11,} bytes")
print(f"new tensors  {new:>11,} bytes, {size:,} of them kept")
print(f"with no_grad {len(kept):>11,} bytes kept")
assert size < new

# %% [markdown]
# One picture keeps almost as many bytes as all weights take, and a batch of eight nearly seven times as many. So a batch may fit
# into memory for inference and not for training, and `no_grad`, or
# `inference_mode`, belongs around every forward pass that is not followed by a backward pass. (The weights' gradients and the
# optimizer's own numbers come on top. They do not grow with the batch.)
#
# ## Image networks since 2012
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
# AlexNet has no 1×1 convolution; its 8 % are its fully connected layers. From late 2016 on, with Xception and ResNeXt, the share jumps:

# %%
from onebyone.book.figures.your_network import share
from onebyone.book.records import load

networks = [each for each in load("networks")["networks"] if each["date"]]
recent = [share(each) for each in networks if each["date"] >= "2018"]
most = sum(part > 0.5 for part in recent)
print(f"since 2018: {most} of {len(recent)} networks do more than half in 1×1")

# %% [markdown]
# The twelve exceptions stayed with 3×3 layers, such as ResNets of 18 layers, HRNet and VoVNet. (The month is that of the paper.
# For timm it is that of the first paper which the source code of a family names.) In numbers, for the first network of each
# family in torchvision:

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
#     Count before you cut: parameters, multiply-accumulates and memory sit in different places of one network.
#     A 1×1 saves where wide spatial layers do the work; where 1×1 layers do it, whatever they are called, make those narrower.

# %% [markdown]
# ## Exercises
#
# **1. What do the gates cost?** EfficientNet weighs its channels by two small layers on one pixel, *squeeze-and-excite*.
# What share of its parameters and of its MACs do they have?
#
# {{ exercise onebyone.book.solutions.in_pytorch.your_network.share_of_role }}
#
# ??? hint "Hint"
#     `la.role` of each layer says what it is there for.
#
# ??? success "Solution"
#     Of `zoo.torchvision("efficientnet_b0")` they have 12 % of the parameters and 0.2 % of the MACs: they run on one pixel.
#
#     {{ source onebyone.book.solutions.in_pytorch.your_network.share_of_role }}
#
# **2. Where does attention catch up?** In a block of ViT-B, with 768 channels, at how many tokens do the attention products cost
# as much as the dense layers?
# How large a picture is that, with patches of 16×16 pixels?
#
# {{ exercise onebyone.book.solutions.your_network.tokens_of_equal_cost }}
#
# ??? hint "Hint"
#     Count per token. The dense layers have 12 · 768² weights, and each token meets every one of them.
#
# ??? success "Solution"
#     At 4,608 tokens, a picture of about 1,088×1,088 pixels, 68 patches a side.
#
#     {{ source onebyone.book.solutions.your_network.tokens_of_equal_cost }}
#
# **3. A smaller head.** Replace the head of the small network above by one that averages each map first. How many parameters are left?
#
# {{ exercise onebyone.book.solutions.in_pytorch.your_network.pool_before_the_head }}
#
# ??? hint "Hint"
#     A 1×1 convolution on one pixel is a dense layer.
#
# ??? success "Solution"
#     650 in the head instead of 525,706, and 3,978 in the separable network as a whole.
#
#     {{ source onebyone.book.solutions.in_pytorch.your_network.pool_before_the_head }}
#
# You know now where the work is. What is *in* those layers, once they are trained, and is all of it needed? [Chapter 12](trained.py) looks.
