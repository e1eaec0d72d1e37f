# ---
# description: Where a network's parameters, multiply-accumulates and memory go, which of its layers are 1×1 convolutions, and what they are for.
# ---

# %% [markdown]
# # 11 Your own network
#
# *Where does your network spend its work, and how much of that work could 1×1 layers save?*
#
# *You need* a network in PyTorch, and the costs of [chapter 2](feature-maps.py). *You will* find out where its parameters, its
# multiply-accumulates (MACs) and its memory are, which of its layers are 1×1 convolutions in disguise, and what a change would save.
# About twenty minutes.
#
# In most recent networks 1×1 layers already do most of the work: half of it in a ResNet-50, and 95 % in a vision transformer, where they
# have a different name. So before you add a 1×1 layer, count those that you have. On this page one function, `summary`, does so for any
# network that runs in PyTorch. It counts operations and not time; time is the subject of [chapter 9](speed.py).

# %% [markdown]
# ## Count first
#
# The example is a ResNet-50, which `zoo` builds as [torchvision](reference/bibliography.md#torchvision) does, with random weights.
# Put your own network in its place. The first table of the summary has a row for each kind of layer, and the second one lists the
# ten layers with the most MACs:

# %%
from onebyone.book import zoo
from onebyone.summary import summary

model = zoo.torchvision("resnet50")  # or model = YourNetwork()
summary(model, (3, 224, 224))

# %% [markdown]
# Half of the MACs are in 36 pointwise layers, and nearly all the others are in 17 *spatial* ones, whose kernels are larger. The ten
# layers with the most MACs are all spatial, but together they do little more than a quarter of the work, so no single layer is the one
# to change.
#
# The last columns are the *activations*, the bytes of all the tensors that the layers write. Half of them are written by
# normalisations, which do not count as multiply-accumulates at all.
#
# ??? note "How it counts"
#     The function copies the network to PyTorch's `meta` device, where a tensor has a shape and no values, and runs the copy
#     in `eval()`. On the way, PyTorch's own formulas are applied to each operation. So nothing is computed, your network is not changed, and
#     it does not matter whether a convolution is a layer or a call of `F.conv2d`. An operation that writes in place writes no new
#     tensor. Therefore this ResNet has fewer activations than the one on
#     [ResNet's own page](architectures/resnet.py#the-whole-network), whose ReLUs do not work in place.
#
# The second argument is the shape of one image, without the batch. If your network takes something else, give a tensor, or a
# tuple or a dict of tensors. (With a batch of four, the costs are those of all four images.) `depth=1` gives one row for each
# part of the network, and `to_dict()` and `to_csv()` give the same numbers to your
# scripts.
#
# Each layer is of one kind:
#
# | Kind | What it is |
# |:--|:--|
# | pointwise | a 1×1 convolution: the channels of each pixel, times a matrix |
# | grouped pointwise | a 1×1 convolution within groups of channels |
# | dense | a fully connected layer: the same matrix for one vector, or for each token |
# | attention product | a product of two tensors that both depend on the input |
# | depthwise | a convolution that filters each channel by itself |
# | spatial | any other convolution with a larger kernel |
# | normalisation, other | no multiply-accumulates |
#
# ## A ResNet: half and half
#
# Where in the network is all this? The figure has a bar for each block, from the input on the left to the classifier on the right.
# Compare the three rows: do the tall bars stand in the same places?

# %% tags=["remove-input"] alt="Three rows of bars for ResNet-50, a bar for each of 16 blocks, with the first convolution before them and the classifier after. Multiply-accumulates: most blocks cost about 220 million, a little less than half of it in 1×1 layers; the first of stages 2 to 4 cost 370 million, most of it 1×1. Parameters: almost none in the first stage, four to six million a block in the last. New tensors: sixteen megabytes in the first block, one in the last."
from onebyone.book import zoo
from onebyone.book.figures.your_network import plot_costs
from onebyone.summary import summary

plot_costs(summary(zoo.torchvision("resnet50"), (3, 224, 224)))

# %% [markdown]
# They do not. The MACs are spread almost evenly, because each stage halves the width and the height of its maps and doubles the number
# of channels. Only the three blocks that change the size stand out: their first 1×1 still works on the larger maps, and their shortcut
# is one more 1×1. The parameters are at the end, where there are many channels. The activations are at the start, where there are
# many pixels. So a change that halves the parameters may hardly change the MACs.
#
# What are the 1×1 layers there for? `found.roles` divides them by what they do:

# %%
from onebyone.book import zoo
from onebyone.summary import summary
from onebyone.tables import Table

found = summary(zoo.torchvision("resnet50"), (3, 224, 224))
rows = [
    (role.kind, role.layers, f"{role.macs / found.macs:.1%}")
    for role in found.roles
]
Table(["Role", "Layers", "Share of the MACs"], rows)

# %% [markdown]
# A layer that makes fewer channels than it reads *reduces*, one that makes more *expands*, and one that keeps their number *projects*.
# In ResNet-50 the only layer that projects is the first 1×1 of the first block, from 64 channels to 64. A *shortcut* runs beside other
# layers, and its output is added to theirs. The last layer, with one output for each class, *classifies*. (Other networks have
# *squeeze-and-excite* layers as well, which work on the mean of each map.)
#
# Could one more 1×1 save work? In front of a 3×3, a 1×1 saves weights if it makes few enough channels, fewer than the
# [break-even width](projections.py). Here is this width for the four 3×3 layers with the most parameters:

# %%
from operator import attrgetter

from onebyone.book import zoo
from onebyone.cost import break_even_width
from onebyone.summary import summary
from onebyone.tables import Table

model = zoo.torchvision("resnet50")
spatial = summary(model, (3, 224, 224)).only("spatial").layers
widest = sorted(spatial, key=attrgetter("parameters"), reverse=True)
rows = []
for layer in widest[:4]:
    conv = model.get_submodule(layer.path)
    c_in, c_out = conv.in_channels, conv.out_channels
    width = break_even_width(c_in, c_out, kernel_size=3)
    rows.append((layer.path, c_in, c_out, width))
Table(["3×3 layer", "Channels in", "Channels out", "Break-even width"], rows)

# %% [markdown]
# A 1×1 that reduces 512 channels to 460 or fewer, followed by the 3×3 on these, would have fewer weights than the 3×3 alone. But each
# of these layers already follows a 1×1 that reduces, so it is simpler to make that one narrower.
#
# ## What one change saves
#
# A network without bottlenecks has more to gain. ResNet-18 does 99 % of its work in 3×3 layers. In this cell, each of the four 3×3
# layers in its last stage is replaced by a bottleneck: a 1×1 to a quarter of the channels, a 3×3, and a 1×1 back.

# %%
from torch import nn

from onebyone.book import zoo
from onebyone.summary import summary
from onebyone.tables import Table

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
rows = []
for cost in "parameters", "macs", "activations":
    old, new = getattr(before, cost), getattr(after, cost)
    rows.append((cost, old, new, f"{new / old:.0%}"))
Table(["Cost", "Before", "After", "Remains"], rows)

# %% [markdown]
# Six tenths of the parameters are gone, but only a fifth of the MACs, because the last stage holds most of the parameters and does only a
# quarter of the work. There are even slightly more activations, because a bottleneck has three layers that write where there was one.
#
# So to save parameters, look at the late and wide layers and at the head. To save MACs, look at every stage. Where 1×1 layers already do
# the work, make them narrower. And whether the network is still as accurate afterwards, only [training](training.py) can tell.
#
# ## A ConvNeXt: 1×1 layers called Linear
#
# [ConvNeXt](reference/bibliography.md#convnext) is known for its 7×7 convolutions. How much of its work do they do?

# %%
from onebyone.book import zoo
from onebyone.summary import summary
from onebyone.tables import Table

found = summary(zoo.timm("convnext_tiny"), (3, 224, 224))
assert not found.pointwise.layers  # no convolution with a 1×1 kernel
rows = [
    (kind.kind, kind.layers, f"{kind.macs / found.macs:.1%}")
    for kind in found.kinds
    if kind.macs
]
Table(["Kind", "Layers", "Share of the MACs"], rows)

# %% [markdown]
# Two per cent: the 7×7 convolutions are the depthwise ones. The network has no convolution with a 1×1 kernel, and yet 93 % of its work is that
# of 1×1 convolutions. They are written as `nn.Linear`, on tensors whose last axis is the channels, and
# [that is a 1×1 convolution](names.py): one matrix for the channels of every pixel. [ConvNeXt's own page](architectures/convnext.py) turns
# them back into convolutions. Here are its costs, block by block. Look at the lowest row, and at how much of it is orange:

# %% tags=["remove-input"] alt="Three rows of bars for ConvNeXt-T, a bar for each of 18 blocks, and one for the stem, for three layers between the stages, and for the head. Multiply-accumulates: 230 to 250 million in every block, nearly all 1×1, with a thin strip of depthwise on top; 58 million in each layer between stages. Parameters: below half a million a block in the first two stages, 4.8 million in the last. New tensors: about sixteen megabytes a block in the first stage, two in the last, of which less than half is by 1×1 layers."
from onebyone.book import zoo
from onebyone.book.figures.your_network import plot_costs
from onebyone.summary import summary

plot_costs(summary(zoo.timm("convnext_tiny"), (3, 224, 224)))

# %% [markdown]
# The 1×1 layers do nearly all of the work, but they write less than half of the tensors. The others are written by layers without
# any MACs: normalisations, activation functions, and the scaling and the sum at the end of each block. If you only count MACs,
# you do not see them.
#
# ## A vision transformer: nearly all the work
#
# [ViT](reference/bibliography.md#vit) cuts the picture into 196 patches and turns each into a vector, a *token*. (One more token,
# for the whole picture, makes 197.) From then on, its dense layers do to each token what a 1×1 convolution does to each pixel.
# The tokens meet only in *attention*: each is compared with all others, and then takes a weighted sum of them. These are the two
# attention products of a block, and [chapter 6](names.py#inside-a-transformer) writes them out.

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
print(f"dense layers:       {dense.macs / found.macs:.1%} of the MACs")
print(f"attention products: {attention.macs / found.macs:.1%} of the MACs")

# %% [markdown]
# A transformer is known for its attention, but at this size the two products are only 4 % of the work. They would be more on a larger
# picture: with twice as many tokens, the dense layers have twice the work, and the products four times. Exercise 2 asks at which size
# the two are equal.
#
# ## Separable, and the network hardly shrinks
#
# A depthwise separable layer replaces a 3×3 convolution and has far fewer weights, an eighth in this example. Will the whole network
# have far fewer, too?

# %%
from torch import nn

from onebyone.summary import summary
from onebyone.tables import Table

head = nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10)
first = nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)
plain = nn.Conv2d(32, 64, 3, padding=1)
depthwise = nn.Conv2d(32, 32, 3, padding=1, groups=32)
separable = nn.Sequential(depthwise, nn.Conv2d(32, 64, 1))

rows = []
for name, layer in {"3×3": plain, "separable": separable}.items():
    model = nn.Sequential(*first, layer, nn.ReLU(), nn.MaxPool2d(2), *head)
    found = summary(model, (3, 32, 32))
    in_head = found.only("dense").parameters
    rows.append((name, found.macs, found.parameters, in_head))
Table(["Second layer", "MACs", "Parameters", "In the head"], rows)

# %% [markdown]
# The MACs fall to a third, but the parameters fall by only 3 %, because nearly all of them are in the head. Its first layer has a weight for
# each of 4,096 inputs and each of 128 outputs, and no change to the convolutions changes that. To make the head smaller, [average each
# map first](architectures/network-in-network.py#no-fully-connected-layer), as in exercise 3.
#
# ## One network, five numbers
#
# Look up the work of ResNet-50, and you will read 4.09, 4.11, 4.13, 3.86 or 8.18 billion. All five are right, because they do
# not count the same thing. The cell arrives at four of them:

# %%
from onebyone.book import zoo
from onebyone.summary import summary
from onebyone.tables import Table

model = zoo.torchvision("resnet50")
found = summary(model, (3, 224, 224))
normalised = found.only("normalisation").activations // 4  # of 4 bytes each

for block in model.modules():  # in the paper the first 1×1 has the stride
    if hasattr(block, "conv3"):
        strides = block.conv1.stride, block.conv2.stride
        block.conv2.stride, block.conv1.stride = strides
of_paper = summary(model, (3, 224, 224))

counts = {
    "MACs": found.macs,
    "and 2 for each normalised number": found.macs + 2 * normalised,
    "MACs of the paper's network": of_paper.macs,
    "FLOPs, 2 for each MAC": 2 * found.macs,
}
rows = [(name, f"{count / 1e9:.2f}") for name, count in counts.items()]
Table(["What is counted", "billions"], rows)

# %% [markdown]
# The network of the paper is cheaper because in some blocks its first 1×1 has the stride, so this 1×1 works on [a quarter of the
# pixels](architectures/resnet.py); torchvision moved the stride to the 3×3. The 4.13 comes from
# [ptflops](reference/bibliography.md#counters), which also counts activations and poolings. So before you compare two numbers, ask
# three things of each: MACs or FLOPs, which layers, and which version of the network. [At the end of this
# page](#appendix-what-other-tools-count) three other tools count 98 networks, and some of their counts are wrong.
#
# ## Memory: few weights, large maps
#
# A layer needs memory for its weights and for its maps. Which of the two is larger? Take the reduction of [chapter 4](projections.py),
# from 512 maps to 64, on 256×256 pixels:

# %%
from torch import nn

from onebyone.summary import summary

(layer,) = summary(nn.Conv2d(512, 64, 1), (512, 256, 256)).layers
print(f"weights: {4 * layer.parameters:>11,} bytes")
print(f"input:   {4 * 512 * 256 * 256:>11,} bytes")
print(f"output:  {layer.activations:>11,} bytes")

# %% [markdown]
# The input is a thousand times as large as the weights. With large maps, fewer multiplications do not mean fewer bytes, either. This cell splits
# a 3×3 of 128 channels on 56×56 pixels into a depthwise and a pointwise layer:

# %%
from onebyone.cost import bytes_moved, macs

one_macs = macs(128, 128, 3, 56, 56)
two_macs = macs(128, 128, 3, 56, 56, groups=128) + macs(128, 128, 1, 56, 56)
one_bytes = bytes_moved(128, 128, 3, 56, 56)
depthwise = bytes_moved(128, 128, 3, 56, 56, groups=128)
two_bytes = depthwise + bytes_moved(128, 128, 1, 56, 56)
print(f"MACs:                   {one_macs / two_macs:.1f} times fewer")
print(f"bytes read and written: {two_bytes / one_bytes:.1f} times as many")

# %% [markdown]
# The two layers move more bytes, because the depthwise one writes a tensor that the pointwise one has to read. Where a layer has to wait
# for the memory, such a pair saves less time than MACs. [Chapter 9](speed.py) shows where that is.
#
# ### What training keeps
#
# In training, each layer has to keep the tensors that its backward pass will need. How many are there for a 1×1 convolution, a batch
# norm and a ReLU? You might guess three, the output of each layer. PyTorch can show every tensor that it puts aside:

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
    for tensor in kept:
        if tensor.nbytes < x.nbytes / 100:  # a weight, a mean, a variance
            continue
        which = "input" if tensor.data_ptr() == x.data_ptr() else "output"
        print(f"{type(layer).__name__:11} keeps its {which}")
        assert tensor.data_ptr() in (x.data_ptr(), y.data_ptr())
    x = y

# %% [markdown]
# Only two maps are kept beside the first input. The convolution keeps its input, because [the gradient of its weight](gradients.py#three-sums)
# is computed from it. The batch norm keeps its input, too, which is the convolution's output. The ReLU does not keep its input but its
# output, because from the output it can tell which numbers it let through. That output is also the input of the next convolution, so
# it is stored once for both. The output of the batch norm is not kept at all.
#
# How much does that come to in a whole network? The cell compares the weights of this book's ResNet-50, all the tensors that one
# forward pass writes, and those that are kept for the backward pass. (It writes more than torchvision's did
# [above](#count-first), because torchvision's ReLUs write their output over their input.)

# %%
import torch
from torch.autograd.graph import saved_tensors_hooks

from onebyone.architectures import resnet50
from onebyone.summary import summary

model, x = resnet50(), torch.rand(1, 3, 224, 224)  # one picture
weights = {p.data_ptr(): p.nbytes for p in model.parameters()}
written = summary(model, (3, 224, 224)).activations
kept = []
with saved_tensors_hooks(kept.append, print):
    model(x)
    maps = {t.data_ptr(): t.nbytes for t in kept}  # each map once
    kept.clear()
    with torch.no_grad():
        model(x)
size = sum(maps[at] for at in maps.keys() - weights.keys())
print(f"weights                  {sum(weights.values()):>11,} bytes")
print(f"written by one pass      {written:>11,} bytes")
print(f"kept for the backward    {size:>11,} bytes")
print(f"kept with torch.no_grad  {len(kept):>11,} bytes")
assert size < written

# %% [markdown]
# For a single picture, the kept tensors are almost as large as all the weights, and they grow with the batch while the weights do not.
# So a batch may fit into memory for inference and not for training. And put `torch.no_grad()` or `torch.inference_mode()` around
# every forward pass that no backward pass follows. (In training there are also the gradients of the weights and the optimizer's
# state, which do not grow with the batch.)
#
# ## Image networks since 2012
#
# How did 1×1 layers come to do most of the work? We counted all the networks for images in torchvision, and one of each of the 98
# families in [timm](reference/bibliography.md#timm), a large collection of trained networks. Each mark in the figure is a
# network: look at where the marks lie before 2016, and where they lie after 2018.

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

# %%
from onebyone.book.figures.your_network import share
from onebyone.book.records import load

networks = [each for each in load("networks")["networks"] if each["date"]]
recent = [share(each) for each in networks if each["date"] >= "2018"]
most = sum(part > 0.5 for part in recent)
print(f"since 2018: {most} of {len(recent)} networks do more than half in 1×1")

# %% [markdown]
# (AlexNet has no 1×1 convolution; its 8 % are its fully connected layers, which are counted as 1×1 here.) The share jumps in late 2016,
# with Xception and ResNeXt. The twelve exceptions since 2018 kept their 3×3 layers, such as ResNets of 18 layers, HRNet and VoVNet.
#
# The table has the first network of each of torchvision's families, in the order of their papers. Press the head of a column to sort by it:

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
#     Count before you cut: the parameters, the MACs and the activations of a network are in different places.
#     Where wide spatial layers do the work, a 1×1 saves some of it. Where 1×1 layers do it, under whatever name, make those narrower.

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

# %% [markdown]
# ## Appendix: what other tools count
#
# Three other tools and this book's counted the same networks, the first of each of timm's 98 families. Each count is compared
# with half of what PyTorch's own
# `FlopCounterMode` finds, since that counts FLOPs and not MACs. The table says for how many networks a tool's count of MACs
# agrees within 1 %, is less, or is more. For the others, the tool counts the parameters wrongly, or it stops with an error
# (*raises*):

# %%
from onebyone.book import records
from onebyone.tables import Table

judged = records.load("counters")["judged"]
columns = list(judged["onebyone"])
rows = [
    (tool, *(counts[column] for column in columns))
    for tool, counts in judged.items()
]
Table(["Tool", *columns], rows)

# %% [markdown]
# Our own tool agrees because it applies PyTorch's own formulas. *More* need not be wrong: fvcore and ptflops also count
# normalisations, and ptflops activations. *Less* means that a tool missed some work. torchinfo looks at each layer's input, but of the
# input of a dense layer it uses only the first and the last axis. So it counts one of ViT's 197 tokens, and reports about a hundredth of the
# work. fvcore and ptflops know a list of functions, and they count nothing for a product that is written differently, which happens
# most often in attention.
#
# How long does a count take? For comparison, the table also has one forward pass on the `meta` device, which computes nothing. The times are in
# milliseconds, on [the machine](speed.py#where-these-times-come-from) on which this book was measured:

# %%
from onebyone.book import records
from onebyone.tables import Table

times = records.load("counters")["seconds"]
tools = list(next(iter(times.values())))
rows = [
    (tool, *(round(1000 * seconds[tool]) for seconds in times.values()))
    for tool in tools
]
Table(["Tool", *times], rows)

# %% [markdown]
# The other tools compute the whole forward pass on the processor. Ours computes nothing, and half of its time is the `meta` pass itself. In a
# clone of the book, `make bench` measures both tables again, and `make networks` compares our counts of 193 networks with
# PyTorch's, with [this result](reference/quality.md).
