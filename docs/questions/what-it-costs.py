# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about parameters, MACs, memory and time, each with its source, an answer and a run.
# ---

# %% [markdown]
# # What it costs
#
# *Where do the parameters, the work, the memory and the time of a network go?*
#
# Parameters, multiply-accumulates, memory and time are four different things, and most of the questions below take one of them for another. They
# were asked in public, where their links lead; the answers are the book's, each with code that proves it.

# %% [markdown]
# ## Parameters and MACs
#
# ### Why does an extra 1×1 before a 5×5 save work?
#
# The 5×5 is what costs, and it then meets 16 channels instead of 192. The extra layer is cheap.
# [Chapter 2](../feature-maps.py#a-layer-that-costs-too-much-and-the-remedy) takes this layer apart. At Cross Validated the 1×1 from 512 to 128 is
# found 25 times cheaper than a 5×5. That is right for the layer alone; with the 5×5 after it, the pair saves less.
#
# Asked: [DeepLearning.AI forum 117924](https://community.deeplearning.ai/t/regarding-inception-model-architecture/117924);
# [Cross Validated
# 352763](https://stats.stackexchange.com/questions/352763/how-does-the-addition-of-1%c3%971-layers-reduce-from-the-complexity-and-solve-sparse?r=SearchResults).

# %%
from onebyone.cost import macs

savings = []
for c_in, width, c_out in (192, 16, 32), (512, 128, 128):
    direct = macs(c_in, c_out, 5, 28, 28)
    pair = macs(c_in, width, 1, 28, 28) + macs(width, c_out, 5, 28, 28)
    savings.append(direct / pair)
    print(f"{c_in} → {c_out}: {direct:,} or {pair:,}, {savings[-1]:.1f} times")
assert savings[0] > 9
assert savings[1] < 4

# %% [markdown]
# ### Does a bottleneck always save parameters?
#
# No. It saves below a break-even width, which [chapter 4](../projections.py#when-does-a-bottleneck-pay) derives. For a 3×3 from 256 to
# 256 channels that is 230, so even a bottleneck that is nearly as wide as its input saves a little.
#
# Asked: [fast.ai forum 4506](https://forums.fast.ai/t/pointwise-convolutions-and-dimensionality-reduction/4506).

# %%
from onebyone.cost import break_even_width, parameters

direct = parameters(256, 256, 3, bias=False)
for width in 64, 230, 231:
    pair = parameters(256, width, 1, bias=False)
    pair += parameters(width, 256, 3, bias=False)
    print(f"through {width:3}: {pair:7,} weights instead of {direct:,}")
    assert (pair < direct) == (width <= break_even_width(256, 256, 3))

# %% [markdown]
# ### Is a MAC one FLOP or two?
#
# Two: a multiplication and an addition. A maintainer of thop writes it the other way round, and ptflops has the name `flops` on numbers that
# are MACs. PyTorch's own counter counts both operations. [Notation](../reference/notation.md) says what this book counts.
#
# Asked: [Lyken17/pytorch-OpCounter 15](https://github.com/Lyken17/pytorch-OpCounter/issues/15);
# [sovrasov/flops-counter.pytorch 40](https://github.com/sovrasov/flops-counter.pytorch/issues/40).

# %%
import torch
from torch.utils.flop_counter import FlopCounterMode

from onebyone.cost import macs

conv = torch.nn.Conv2d(64, 256, kernel_size=1, bias=False)
with FlopCounterMode(display=False) as counter:
    conv(torch.zeros(1, 64, 56, 56))
flops, ours = counter.get_total_flops(), macs(64, 256, 1, 56, 56)
print(f"{flops:,} FLOPs, {ours:,} MACs")
assert flops == 2 * ours

# %% [markdown]
# ### Why is the number of parameters the same for larger images?
#
# A convolution's weights belong to its kernel, which slides over as many pixels as there are. What grows with the picture is
# [the work and the memory](../feature-maps.py#the-law-of-growth-parameters-and-macs): twice the side, four times the pixels, and
# the MACs of every convolution times four. Only the
# classifier after the average stays as it is. A GFLOPs line that does not change with the picture, as in these threads, was
# counted at a fixed size, 640, whatever you train at.
# A network that flattens its maps before a dense layer would not run at all on the larger picture.
#
# Asked: [WongKinYiu/yolov7 256](https://github.com/WongKinYiu/yolov7/issues/256);
# [WongKinYiu/yolov7 158](https://github.com/WongKinYiu/yolov7/issues/158);
# [ultralytics/ultralytics 21707](https://github.com/ultralytics/ultralytics/issues/21707).

# %%
from onebyone.book import zoo
from onebyone.summary import summary

model = zoo.torchvision("resnet50")
small, large = (summary(model, (3, side, side)) for side in (224, 448))
for found in small, large:
    print(f"{found.parameters:,} parameters, {found.macs:,} MACs")
assert large.parameters == small.parameters
head = small.only("dense").macs
assert large.only("dense").macs == head
assert large.macs - head == 4 * (small.macs - head)

# %% [markdown]
# ### SqueezeNet has 50 times fewer parameters than AlexNet: why is it no faster?
#
# Because parameters are not work. AlexNet keeps 96 % of its parameters in three dense layers that do 8 % of its work, and it is these that
# SqueezeNet does without. Version 1.0 has a fiftieth of the parameters and *more* multiply-accumulates. [Version
# 1.1](../architectures/squeezenet.py#10-and-11) has half of AlexNet's, but spread
# over 26 convolutions instead of five, and it writes seven times as many bytes on the way. That is also why a SqueezeNet ran out
# of memory at a batch that AlexNet could
# take, in the second thread.
#
# Asked: [forresti/SqueezeNet 29](https://github.com/forresti/SqueezeNet/issues/29);
# [forresti/SqueezeNet 19](https://github.com/forresti/SqueezeNet/issues/19).

# %%
from onebyone.book import zoo
from onebyone.summary import summary

costs = {}
for name in "alexnet", "squeezenet1_0", "squeezenet1_1":
    found = costs[name] = summary(zoo.torchvision(name), (3, 224, 224))
    print(f"{name}: {found.parameters:,} parameters, {found.macs:,} MACs,")
    convolutions = len(found.only("spatial", "pointwise").layers)
    print(
        f"    {convolutions} convolutions, {found.activations:,} bytes written"
    )
alexnet, first, second = costs.values()
dense = alexnet.only("dense")
print(f"AlexNet's dense layers: {dense.parameters / alexnet.parameters:.0%}")
print(f"of the parameters, {dense.macs / alexnet.macs:.0%} of the MACs")
assert alexnet.parameters > 48 * first.parameters
assert second.macs < alexnet.macs < first.macs
assert second.activations > 7 * alexnet.activations

# %% [markdown]
# ### Is the FLOP count of a dense layer 2 · in · out?
#
# For one token. A sentence of 128 tokens has 128 times as many, and that is the 4.2 million in the table the asker doubts: 128 ·
# 2 · 128 · 128. On a sequence a
# dense layer is [a 1×1 convolution](../names.py#a-fully-connected-layer-that-all-pixels-share) whose pixels are the tokens, so
# multiply by their number. The bias adds
# 128 more for each token, which PyTorch's counter leaves out.
#
# Asked: [autoliuweijie/FastBERT 2](https://github.com/autoliuweijie/FastBERT/issues/2).

# %%
import torch
from torch.utils.flop_counter import FlopCounterMode

from onebyone.cost import macs

dense = torch.nn.Linear(128, 128)
for tokens in 1, 128:
    with FlopCounterMode(display=False) as counter:
        dense(torch.zeros(1, tokens, 128))
    flops = counter.get_total_flops()
    print(f"{tokens} tokens: {flops:,} FLOPs")
    assert flops == 2 * macs(128, 128, 1, height=1, width=tokens)

# %% [markdown]
# ### I made the network smaller, and it has more parameters: how?
#
# Probably you removed a pooling. The first dense layer after the convolutions has a weight for each number of the flattened maps,
# and each 2×2 pooling
# less leaves four times as many numbers. The pooling itself has no weights, so it looks free to remove. In the asker's network
# one such dense layer holds
# nearly all of the parameters, as [such layers tend to](../your-network.py#separable-and-the-network-hardly-shrinks). [Average each
# map](../architectures/network-in-network.py#no-fully-connected-layer) before
# the dense layer, and its size depends on the channels alone.
#
# Asked: [Lasagne/Lasagne 761](https://github.com/Lasagne/Lasagne/issues/761).

# %%
from onebyone.cost import parameters

counts = []
for poolings in 3, 2, 1:
    side = 288 // 2**poolings  # of the picture's 288 pixels
    counts.append(parameters(128 * side * side, 500, 1))
    print(f"{poolings} poolings, {side}×{side}: {counts[-1]:>13,} parameters")
averaged = parameters(128, 500, kernel_size=1)
print(f"averaged: {averaged:,}")
assert 3.99 < counts[1] / counts[0] < 4.01
assert counts[0] > 1000 * averaged

# %% [markdown]
# ### Is a 1×1 with as many channels out as in useless?
#
# It changes no number of channels, but it [mixes them](../projections.py#project-decrease-increase): each of its 512 outputs reads all
# 512 inputs. After a dense block, which only
# concatenates maps, that is where they meet, as the authors in the first thread reply. Whether it can be left out depends on what
# follows. If that is another convolution
# and nothing stands between, the two are one, and you may multiply them out after training. With a ReLU between they are not. Its
# price is $C^2$ weights, and the same number of
# MACs for each pixel.
#
# Asked: [vqdang/hover_net 6](https://github.com/vqdang/hover_net/issues/6);
# [szq0214/DSOD 18](https://github.com/szq0214/DSOD/issues/18).

# %%
import numpy as np

from onebyone import conv1x1, conv2d, relu
from onebyone.algebra import compose
from onebyone.cost import parameters

rng = np.random.default_rng(seed=0)
x, mix = rng.standard_normal((8, 9, 9)), rng.standard_normal((8, 8))
next_layer = rng.standard_normal((16, 8, 3, 3))
one, _ = compose(second=(next_layer, None), first=(mix, None))
mixed = conv1x1(x, mix)
for name, h in {"nothing": mixed, "a ReLU": relu(mixed)}.items():
    same = np.allclose(conv2d(h, next_layer), conv2d(x, one))
    print(f"{name} between: one 3×3 does the same: {same}")
    assert same == (name == "nothing")
print(f"at 512 channels: {parameters(512, 512, 1, bias=False):,} weights")

# %% [markdown]
# ### Why do mobile networks round their channels to multiples of 8?
#
# Because processors multiply several numbers at once, and fill up with zeros what is left over; so 45 channels cost like 48, and
# one might as well learn something
# with the last three, as a maintainer in the third thread puts it. `_make_divisible` takes the nearest multiple of 8, with one
# exception: where that would lose more than a
# tenth of the channels, it takes the next. Hence the 90 %, and hence 8.9 becomes 16. The price is that a name no longer says the
# width: MobileNetV2 of width 1.4 starts
# with 48 channels, which is 1.5 times 32, and of width 1.3 with 40, which is 1.25 times.
#
# Asked: [pytorch/vision 8905](https://github.com/pytorch/vision/issues/8905);
# [tensorflow/models 5279](https://github.com/tensorflow/models/issues/5279);
# [openvinotoolkit/nncf 269](https://github.com/openvinotoolkit/nncf/issues/269).

# %%
from onebyone.book import zoo

rounding = zoo.load("torchvision.models._utils")._make_divisible
for wanted in 1.4 * 32, 1.3 * 32, 20, 8.9:
    got = rounding(wanted, 8)
    nearest = max(8, int(wanted / 8 + 0.5) * 8)
    print(f"{wanted:.1f} → {got}, the nearest is {nearest}")
    assert got == (nearest if nearest >= 0.9 * wanted else nearest + 8)
for width, channels in {1.4: 48, 1.3: 40}.items():
    model = zoo.torchvision("mobilenet_v2", width_mult=width)
    assert model.features[0][0].out_channels == channels
    print(f"width {width}: {channels} channels, {channels / 32} times 32")

# %% [markdown]
# ### How can CSPNet add 1×1 layers and have fewer parameters?
#
# Because they halve the channels for everything between them. A stage of CSPDarknet sends one half of its channels past the
# blocks, by one 1×1, and the
# other half through them, by a second; a third ends the blocks, and a fourth mixes both halves. Together these four cost
# $2.25\,C^2$ weights. Each block of Darknet, a 1×1 and a 3×3,
# costs $5\,C^2$, and on half of the channels $2.5\,C^2$: inside CSP it does not narrow them any further. So the first block
# already pays for the 1×1 layers, and with
# eight of them the stage is almost halved. It is [the bottleneck's bargain](../projections.py#when-does-a-bottleneck-pay), struck
# once for a whole stage.
#
# Asked: [WongKinYiu/CrossStagePartialNetworks 28](https://github.com/WongKinYiu/CrossStagePartialNetworks/issues/28).

# %%
from onebyone.cost import parameters

channels, half = 256, 128
added = 2 * parameters(channels, half, 1, bias=False)  # past, and through
added += parameters(half, half, 1, bias=False)  # after the blocks
added += parameters(channels, channels, 1, bias=False)  # over both halves
block = parameters(channels, half, 1, bias=False)
block += parameters(half, channels, 3, bias=False)
narrow = parameters(half, half, 1, bias=False)
narrow += parameters(half, half, 3, bias=False)
for blocks in 1, 8:
    plain, csp = blocks * block, added + blocks * narrow
    print(f"{blocks} blocks: {plain:,}, with CSP {csp:,}, {csp / plain:.0%}")
    assert csp < plain
assert (added, block, narrow) == (2.25 * 256**2, 5 * 256**2, 2.5 * 256**2)

# %% [markdown]
# ### Is a 3×3 convolution a depthwise one and a 1×1 of ones?
#
# For one output channel, yes. For more, no: every output would be the same sum. With other weights in the 1×1 the outputs differ, but they still
# [share one pattern for each input channel](../architectures/mobilenet.py#what-it-costs), where a full convolution has up to nine.
# The replies speak of MobileNet in general and decide nothing.
#
# Asked: [DeepLearning.AI forum 397944](https://community.deeplearning.ai/t/confusion-about-mobilenet/397944).

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
depthwise = rng.standard_normal((4, 9))  # nine taps for each channel
ones, mixing = np.ones((16, 4)), rng.standard_normal((16, 4))
weights = {
    "depthwise and ones": ones[:, :, None] * depthwise,  # (16, 4, 9)
    "depthwise and 1×1": mixing[:, :, None] * depthwise,
    "full 3×3": rng.standard_normal((16, 4, 9)),
}
ranks = []
for name, weight in weights.items():
    outputs = np.linalg.matrix_rank(weight.reshape(16, -1))
    ranks.append((int(outputs), int(np.linalg.matrix_rank(weight[:, 0]))))
    outputs, patterns = ranks[-1]
    print(f"{name}: {outputs} of 16 outputs independent,", end=" ")
    print(f"{patterns} patterns for a channel")
assert ranks == [(1, 1), (4, 1), (16, 9)]

# %% [markdown]
# ### Can I split a weight into two of low rank, as LoRA does?
#
# Yes: a convolution to few channels, then a 1×1. Their product has at most that rank. For a kernel of 1×1 that is LoRA on a `Linear`.
# The shape proposed in the thread for `Conv1d` and `Conv3d` is this one, and it is right.
# [Chapter 7](../algebra.py#one-becomes-two-factor-a-weight) finds the best such pair for a given weight.
#
# Asked: [microsoft/LoRA 115](https://github.com/microsoft/LoRA/issues/115).

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.algebra import compose

rng = np.random.default_rng(seed=0)
a, b = rng.standard_normal((4, 64, 3, 3)), rng.standard_normal((128, 4))
weight, _ = compose(second=(b, None), first=(a, None))  # (128, 64, 3, 3)
x = rng.standard_normal((64, 8, 8))
assert np.allclose(conv2d(x, weight), conv1x1(conv2d(x, a), b))
rank = np.linalg.matrix_rank(weight.reshape(128, -1))
print(f"rank {rank}: {a.size + b.size:,} numbers for {weight.size:,}")
assert rank == 4

# %% [markdown]
# ## Memory
#
# ### Fewer parameters, and yet more GPU memory: why?
#
# Because training keeps the layers' maps for the backward pass, and maps do not follow the weights. An inverted residual of
# EfficientNet widens to six times the channels
# before its depthwise layer, and the convolution, the norm and the activation each have such a wide map to keep. So B0 has less
# than half of ResNet-18's parameters, and keeps four times as
# many bytes for one picture, about the same number as ResNet-50. It is no leak and no bug. The bytes grow with the batch, which
# is why a smaller batch helps. Without gradients nothing is kept, so
# the third asker, who measured both, found the same network to need less memory than the ResNet in inference and more in training.
# [Chapter 11](../your-network.py#memory-few-weights-large-maps) has the numbers of one layer.
#
# Asked: [qubvel/segmentation_models 128](https://github.com/qubvel/segmentation_models/issues/128);
# [lukemelas/EfficientNet-PyTorch 147](https://github.com/lukemelas/EfficientNet-PyTorch/issues/147);
# [cypw/PyTorch-MFNet 13](https://github.com/cypw/PyTorch-MFNet/issues/13).

# %%
import torch
from torch.autograd.graph import saved_tensors_hooks

from onebyone.book import zoo

models, sizes = zoo.load("torchvision.models"), []
for name in "resnet18", "resnet50", "efficientnet_b0":
    model = models.get_model(name, weights=None)
    saved = []  # all that autograd keeps
    with saved_tensors_hooks(saved.append, saved.pop):
        model(torch.zeros(1, 3, 224, 224))
    kept = {tensor.data_ptr(): tensor.nbytes for tensor in saved}
    for parameter in model.parameters():
        kept.pop(parameter.data_ptr(), None)
    count = sum(parameter.numel() for parameter in model.parameters())
    sizes.append(sum(kept.values()))
    print(f"{name}: {count / 1e6:.1f} M parameters, {sizes[-1] / 1e6:.0f} MB")
assert sizes[2] > 3 * sizes[0]
saved.clear()
with torch.no_grad(), saved_tensors_hooks(saved.append, saved.pop):
    model(torch.zeros(1, 3, 224, 224))
assert not saved  # without gradients, nothing

# %% [markdown]
# ### Why does Swish take more memory than ReLU?
#
# Because of what the backward pass must know. For ReLU it is enough which numbers are above zero, and the output shows that; the
# next convolution keeps
# this output anyway, so ReLU adds no map of its own. Swish (SiLU in PyTorch) needs its input, which nobody else keeps. Written as
# `x * torch.sigmoid(x)` it keeps the sigmoid as well, since the
# product needs both factors. That is what a "memory-efficient" Swish saves: it computes the sigmoid again. PyTorch's `SiLU` does it
# too, so the special class of the third thread is no longer needed.
#
# Asked: [lukemelas/EfficientNet-PyTorch 18](https://github.com/lukemelas/EfficientNet-PyTorch/issues/18);
# [zylo117/Yet-Another-EfficientDet-Pytorch 335](https://github.com/zylo117/Yet-Another-EfficientDet-Pytorch/issues/335);
# [lukemelas/EfficientNet-PyTorch 88](https://github.com/lukemelas/EfficientNet-PyTorch/pull/88).

# %%
import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks

x = torch.randn(1, 8, 16, 16, requires_grad=True)
norm, conv = nn.BatchNorm2d(8), nn.Conv2d(8, 8, 1)
maps = {}
for name in "ReLU", "SiLU", "x · sigmoid(x)":
    saved = []
    with saved_tensors_hooks(saved.append, saved.pop):
        h = norm(x)
        if name == "x · sigmoid(x)":
            conv(h * torch.sigmoid(h))
        else:
            conv(getattr(nn, name)()(h))
    maps[name] = len({t.data_ptr() for t in saved if t.shape == x.shape})
    print(f"norm, {name}, 1×1: {maps[name]} maps kept")
assert list(maps.values()) == [2, 3, 4]

# %% [markdown]
# ### Convolution, batch norm, ReLU: which of their outputs must be kept?
#
# The convolution's and the ReLU's, two maps for each such triple and not three. A convolution needs [its input and its
# weight](../gradients.py#three-sums) for the backward pass, and not its output, although a reply in
# the thread says so. A batch norm needs its input, which is the convolution's output. A ReLU needs only the signs of its output.
# So nobody asks for the output of the batch norm. `inplace=True` writes
# over just that map: it makes the peak lower by one map for a moment, and what is kept for the backward pass stays the same. (The
# third map below is the input, which the layer before keeps as its output. With `inplace=True` the map of the norm holds the
# ReLU's output.)
#
# Asked: [PyTorch forum 30879](https://discuss.pytorch.org/t/how-to-squeeze-conv-bn-relu-operation-for-saving-memory-when-training/30879).

# %%
import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks

conv, norm = nn.Conv2d(8, 8, 1), nn.BatchNorm2d(8)
for inplace in False, True:
    saved, maps = [], {}
    with saved_tensors_hooks(saved.append, saved.pop):
        maps["input"] = torch.randn(1, 8, 16, 16)
        maps["convolution"] = conv(maps["input"])
        maps["norm"] = norm(maps["convolution"])
        maps["ReLU"] = nn.ReLU(inplace)(maps["norm"])
    if inplace:
        assert maps["norm"] is maps.pop("ReLU")  # one map, with two names
    places = {tensor.data_ptr() for tensor in saved}
    kept = [name for name, t in maps.items() if t.data_ptr() in places]
    print(f"inplace={inplace}: kept {', '.join(kept)}")
    assert kept == ["input", "convolution", "norm" if inplace else "ReLU"]

# %% [markdown]
# ### Why is my checkpoint 20 MB, if the network has 5 million parameters?
#
# Because each parameter is a float32 of four bytes. The buffers come on top, above all the running means and variances of the
# batch norms, which are no parameters; here they are few. If a file is three times as
# large, it holds Adam's state too: two running averages for every parameter, as the second and the third asker found. Save that
# to go on training, and
# leave it out of what you give away.
#
# Asked: [d-li14/ghostnet.pytorch 4](https://github.com/d-li14/ghostnet.pytorch/issues/4);
# [pytorch/ignite 1954](https://github.com/pytorch/ignite/issues/1954);
# [google-research/bert 63](https://github.com/google-research/bert/issues/63).

# %%
import io

import torch

from onebyone.book import zoo

model = zoo.load("torchvision.models").efficientnet_b0(weights=None)
adam = torch.optim.Adam(model.parameters())
for parameter in model.parameters():
    parameter.grad = torch.zeros_like(parameter)
adam.step()  # its averages exist from the first step on
count = sum(parameter.numel() for parameter in model.parameters())
sizes = []
for parts in [model], [model, adam]:
    file = io.BytesIO()
    torch.save([part.state_dict() for part in parts], file)
    sizes.append(file.getbuffer().nbytes)
print(f"{count:,} parameters: {sizes[0] / 1e6:.1f} MB")
print(f"with Adam's averages: {sizes[1] / 1e6:.1f} MB")
assert 4 < sizes[0] / count < 4.1
assert 2.9 < sizes[1] / sizes[0] < 3.1

# %% [markdown]
# ## Time
#
# ### Why is a depthwise separable convolution not faster?
#
# It has [fewer multiply-accumulates](../architectures/mobilenet.py#what-it-costs), and yet threads report anything from a gain to a loss of
# time. Numbers must also be fetched and stored, and the depthwise half does little with each: [it may wait for the
# memory](../speed.py#the-roofline). And with three input channels, as in one thread, the layer is a small part of the network, so
# there is little to save.
#
# Asked: [pytorch/pytorch 18631](https://github.com/pytorch/pytorch/issues/18631);
# [apache/mxnet 8832](https://github.com/apache/mxnet/issues/8832);
# [tensorflow/tensorflow 42172](https://github.com/tensorflow/tensorflow/issues/42172).

# %%
from onebyone.cost import macs, parameters

maps = 2 * 256 * 28 * 28  # numbers that go in and come out
layers = {"full 3×3": (3, 1), "depthwise 3×3": (3, 256), "1×1": (1, 1)}
each = {}
for name, (kernel, groups) in layers.items():
    work = macs(256, 256, kernel, 28, 28, groups=groups)
    moved = maps + parameters(256, 256, kernel, groups=groups, bias=False)
    each[name] = work / moved
    print(f"{name:13} {work:11,} MACs, {each[name]:5.1f} for a number moved")
assert each["depthwise 3×3"] < 5 < 100 < each["1×1"]

# %% [markdown]
# ### EfficientNet has a tenth of the FLOPs: why is it slower?
#
# Because it moves hardly fewer numbers. A count of FLOPs says how much is multiplied; [time also goes into reading and
# writing](../speed.py#operations-and-bytes). B0 has a tenth of ResNet-50's multiply-accumulates
# and writes seven tenths of the bytes, most of them by norms, activations, gates and depthwise layers, which multiply little or
# nothing. So for each byte there are 6.1 multiply-accumulates instead of 45.6, and a
# device that is fast at arithmetic waits. On the first asker's two GPUs B0 took longer than ResNet-50. A reply in the second
# blames PyTorch's depthwise layers; they are one part of it, and
# [one such layer](#why-is-a-depthwise-separable-convolution-not-faster) shows the same thing. The third thread names the other:
# gates, which must wait for the mean of a whole map.
#
# Asked: [lukemelas/EfficientNet-PyTorch 195](https://github.com/lukemelas/EfficientNet-PyTorch/issues/195);
# [lukemelas/EfficientNet-PyTorch 273](https://github.com/lukemelas/EfficientNet-PyTorch/issues/273);
# [AlexeyAB/darknet 3380](https://github.com/AlexeyAB/darknet/issues/3380).

# %%
from onebyone.book import zoo
from onebyone.summary import summary

costs = []
for name in "resnet50", "efficientnet_b0":
    found = summary(zoo.torchvision(name), (3, 224, 224))
    idle = found.only("normalisation", "other", "depthwise").activations
    costs.append((found.macs, found.activations))
    print(f"{name}: {found.macs / 1e9:.2f} billion MACs,", end=" ")
    print(f"{found.activations / 1e6:.0f} MB written,", end=" ")
    print(f"{found.macs / found.activations:.1f} MACs a byte;")
    print(f"    {idle / found.activations:.0%} by layers that multiply little")
(macs, written), (fewer, still) = costs
print(f"{fewer / macs:.0%} of the MACs, {still / written:.0%} of the bytes")
assert fewer / macs < 0.1 < 0.5 < still / written

# %% [markdown]
# ### What does a "5× speed-up" count?
#
# Mostly a ratio of multiply-accumulates, and often of the convolutions alone. No clock was read, so do not expect a fifth of the
# time. And ask which layers are in it:
# VGG-16's convolutions take 15.35 billion, its dense layers 0.12 billion more, so a five times smaller count of the convolutions
# is 4.8 times for the whole network. The asker counted the released
# networks and found 3.3 and 4.5 where the paper has 4 and 5; asked for the reason, the author points to a script. [Chapter
# 11](../your-network.py#one-network-five-numbers) shows how many counts one network can have.
#
# Asked: [ethanhe42/channel-pruning 50](https://github.com/ethanhe42/channel-pruning/issues/50).

# %%
from onebyone.book import zoo
from onebyone.summary import summary

found = summary(zoo.torchvision("vgg16"), (3, 224, 224))
convolutions, dense = found.only("spatial").macs, found.only("dense").macs
whole = (convolutions + dense) / (convolutions / 5 + dense)
print(f"{convolutions:,} MACs in convolutions, {dense:,} in dense layers")
print(f"5 times fewer in the first: {whole:.1f} times fewer in all")
for released in 4.6145e9, 3.3917e9:  # as the asker counted them
    print(f"{convolutions / released:.1f} times")
assert 4.8 < whole < 4.9

# %% [markdown]
# !!! takeaway "Takeaway"
#     Weights sit where channels are many, work and maps where pixels are many, and time where numbers are moved. So count the one
#     that you are short of, because none of them stands for the others.
