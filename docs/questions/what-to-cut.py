# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about pruning and low rank and what they break, each with its source, an answer and a run.
# ---

# %% [markdown]
# # What to cut
#
# *A network is pruned or factored. Why is it no faster, no smaller, or no longer right?*
#
# A cut is easy to write down, since a channel is a row of one matrix and a column of the next. What goes wrong is that somebody else reads
# the channel, or that the thing which was cut was not the thing that costs. The questions below were asked in public, where their links
# lead; the answers are the book's, each with code that proves it.

# %% [markdown]
# ## Which channels may go
#
# ### How do I prune a residual block whose shortcut has no 1×1?
#
# Inside the block, cut what you like: the sum never sees those channels. Only the block's last layer is bound to the shortcut, because its
# outputs are added to the input channel by channel. There you have two ways. A channel may go from everything that is added on that path, and from
# all layers that read the sum. Or the sum stays as wide as it is: the last 1×1 loses rows, and a 1×1 of zeros and ones, or an
# addition by index, puts the
# remaining outputs where they belong. That is how 180 outputs can meet a shortcut of 256 in the third thread. The first calls such a block
# impossible to prune, which it is not. A layer that is [split in two of low rank](../shrinking.py#split-one-layer) keeps its
# width, so no sum notices.
#
# Asked: [slothkong/DNN-Pruning 5](https://github.com/slothkong/DNN-Pruning/issues/5);
# [liuzhuang13/slimming 2](https://github.com/liuzhuang13/slimming/issues/2);
# [he-y/filter-pruning-geometric-median 61](https://github.com/he-y/filter-pruning-geometric-median/issues/61).

# %%
import numpy as np

from onebyone import conv1x1, relu

rng = np.random.default_rng(seed=0)
x, last = rng.standard_normal((16, 6, 6)), rng.standard_normal((16, 8))
inner = relu(conv1x1(x, rng.standard_normal((8, 16))))  # (8, 6, 6)
keep = [0, 3, 4, 7, 11, 12]  # the rows of the last 1×1 that stay
masked = np.zeros_like(last)
masked[keep] = last[keep]
wanted = x + conv1x1(inner, masked)

scatter = np.eye(16)[:, keep]  # (16, 6), zeros and ones
by_conv = x + conv1x1(conv1x1(inner, last[keep]), scatter)
by_index = x.copy()
by_index[keep] += conv1x1(inner, last[keep])
assert np.allclose(by_conv, wanted)
assert np.allclose(by_index, wanted)
print(f"{last[keep].size} of {last.size} weights make the same sum")

# %% [markdown]
# ### How do I prune a MobileNet, with its depthwise layers?
#
# Take a channel out of three layers at once: its row of the 1×1 before, its depthwise filter, and its column of the 1×1 after it.
# The batch norms after the first two lose the channel, too.
# Then set `groups` to the number
# of channels that are left. A depthwise filter reads its own channel and no other, so whoever removes the filter alone leaves a channel that
# nobody reads, and PyTorch complains that the numbers and the groups do not divide. Skipping these layers, as the first asker does,
# leaves the two wide 1×1 layers around them whole, and these do [most of the work](../your-network.py#image-networks-since-2012).
# Each of the two 1×1 layers has the cut channels on one side only, and the depthwise layer has one filter for each, so the block
# shrinks in proportion.
#
# Asked: [jacobgil/pytorch-pruning 34](https://github.com/jacobgil/pytorch-pruning/issues/34);
# [BenWhetton/keras-surgeon 35](https://github.com/BenWhetton/keras-surgeon/issues/35);
# [VainF/Torch-Pruning 328](https://github.com/VainF/Torch-Pruning/issues/328).

# %%
import numpy as np

from onebyone import conv1x1, conv2d, relu

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((4, 8, 8))
expand, project = rng.standard_normal((24, 4)), rng.standard_normal((4, 24))
depthwise = rng.standard_normal((24, 1, 3, 3))
dead = [2, 7, 11, 20]
project[:, dead] = 0  # so that nothing of these four comes out
live = [c for c in range(24) if c not in dead]
outputs = []
for kept in list(range(24)), live:
    rows, filters, columns = expand[kept], depthwise[kept], project[:, kept]
    h = relu(conv1x1(x, rows))
    h = relu(conv2d(h, filters, padding=1, groups=len(kept)))
    outputs.append(conv1x1(h, columns))
    weights = rows.size + filters.size + columns.size
    print(f"{len(kept)} channels inside, {weights} weights")
assert np.allclose(*outputs)

# %% [markdown]
# ### How do I prune the layer before Flatten and Linear?
#
# With each channel go as many inputs of the Linear layer as the channel has pixels: of flattened 512×7×7 maps, channel $c$ is the columns
# $49c$ to $49c + 48$. The second asker took one column for each of 8 channels that remained, and got a weight of 120×8 where one
# of 120×288 was needed.
# A reply in the first thread has the layer's inputs change and its weights not, but they change together. It is easiest to see the
# layer [as a convolution](../architectures/network-in-network.py#from-fully-connected-to-11-and-back) as large as the maps: then
# a channel is a channel again. Keras flattens pixel by pixel, so
# there the columns of a channel do not lie side by side.
#
# Asked: [Eric-mingjie/network-slimming 36](https://github.com/Eric-mingjie/network-slimming/issues/36);
# [Eric-mingjie/rethinking-network-pruning 39](https://github.com/Eric-mingjie/rethinking-network-pruning/issues/39);
# [VainF/Torch-Pruning 50](https://github.com/VainF/Torch-Pruning/issues/50).

# %%
import numpy as np

from onebyone.algebra import conv_to_linear, linear_to_conv

rng = np.random.default_rng(seed=0)
maps = rng.standard_normal((16, 6, 6))
linear = rng.standard_normal((120, 16 * 6 * 6))
live = [0, 1, 4, 6, 9, 10, 12, 15]
mute = np.zeros_like(maps)
mute[live] = maps[live]
orders = {"channels_first": (0, 1, 2), "channels_last": (1, 2, 0)}
for name, axes in orders.items():  # PyTorch's, Keras's
    wanted = linear @ mute.transpose(axes).ravel()
    kernel = linear_to_conv(linear, 6, name)[:, live]  # (120, 8, 6, 6)
    smaller = conv_to_linear(kernel, name)  # (120, 288)
    assert np.allclose(smaller @ maps[live].transpose(axes).ravel(), wanted)
    print(f"{name}: {linear.shape} becomes {smaller.shape}")

# %% [markdown]
# ### Gamma is near zero but beta is large: may I remove the channel?
#
# Yes, but not what it says. With γ at zero the channel is relu(β) at every pixel, and a constant times the next layer's column is a bias. So
# add it to that layer's bias, or subtract it from the mean of the batch norm after that layer. The reply in the first thread,
# that a channel which is the same for all
# inputs cannot matter much, forgets that the network was trained with this constant; the asker saw accuracy collapse without it.
# The author in the third moves the constant into
# the next layer, as the code below does, and promises equal outputs. For a 1×1 they are equal. A padded 3×3 sees zeros beyond the border, not β, so
# [at the border](../algebra.py#where-padding-and-a-bias-break-it) they differ.
#
# Asked: [liuzhuang13/slimming 5](https://github.com/liuzhuang13/slimming/issues/5);
# [Eric-mingjie/network-slimming 46](https://github.com/Eric-mingjie/network-slimming/issues/46);
# [Lam1360/YOLOv3-model-pruning 23](https://github.com/Lam1360/YOLOv3-model-pruning/issues/23).

# %%
import numpy as np

from onebyone import conv2d, relu

rng = np.random.default_rng(seed=0)
h = relu(rng.standard_normal((8, 5, 5)))
h[3] = 0.7  # relu(γ x + β), where γ is 0 and β is 0.7
live = [c for c in range(8) if c != 3]
for size in 1, 3:
    weight = rng.standard_normal((4, 8, size, size))
    bias = 0.7 * weight[:, 3].sum(axis=(1, 2))
    wanted = conv2d(h, weight, padding=size // 2)
    for name, constant in {"dropped": 0 * bias, "kept": bias}.items():
        y = conv2d(h[live], weight[:, live], constant, padding=size // 2)
        wrong = (~np.isclose(y, wanted)).any(axis=0).sum()
        print(f"{size}×{size}, β {name}: {wrong} of 25 pixels differ")
        assert wrong == (25 if name == "dropped" else 0 if size == 1 else 16)

# %% [markdown]
# ### Is a filter's norm its importance, if a batch norm follows?
#
# No. Multiply a filter by ten: the mean and the deviation of its outputs become ten times as large, and the batch norm divides by
# ten again. The network is the same, but
# now this filter is the last that a ranking by norms would prune. So [fold the batch norm](../algebra.py#a-batch-norm-folds-away)
# first, and compare the folded
# rows, for which Distiller has an option. A second trap waits in the norm itself: a library added up the weights with their signs, so
# that a strong filter with as much above zero as below it came out unimportant. It takes absolute values now.
#
# Asked: [jacobgil/pytorch-pruning 35](https://github.com/jacobgil/pytorch-pruning/issues/35);
# [IntelLabs/distiller 415](https://github.com/IntelLabs/distiller/pull/415);
# on the signs, [VainF/Torch-Pruning 10](https://github.com/VainF/Torch-Pruning/issues/10).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.algebra import fold_batch_norm

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((8, 32, 32)), rng.standard_normal((4, 8))
gamma, beta = rng.random(4), rng.standard_normal(4)
found = {}
for scale in (1, 1, 1, 1), (10, 1, 0.1, 1):
    rows = weight * np.array(scale)[:, None]
    y = conv1x1(x, rows)
    statistics = y.mean(axis=(1, 2)), y.var(axis=(1, 2))
    layer = fold_batch_norm((rows, None), gamma, beta, *statistics, 1e-12)
    norms = np.abs(rows).sum(axis=1), np.abs(layer[0]).sum(axis=1)
    orders = [tuple(map(int, each.argsort())) for each in norms]
    found[scale] = *orders, conv1x1(x, *layer)
    print(f"scaled by {scale}: least first {orders[0]}, folded {orders[1]}")
before, after = found.values()
assert np.allclose(before[2], after[2])  # the same network
assert before[0] != after[0]
assert before[1] == after[1]

# %% [markdown]
# ### Why does an L1 penalty not make any gamma zero?
#
# Because its step never gets shorter. The code adds $s \cdot \text{sign}(\gamma)$ to the gradient, so each step is $s$ times the
# learning rate, however
# small γ is. Near zero γ steps across, back and across again, always less than a step away. The step is that of L1, whose derivative is the sign, and
# not of "L0", as one reply has it. Nor is it because networks are not convex, as in the second thread: the code below has no data
# at all. What does reach zero is the *soft threshold*: shorten γ by the step, and stop at zero. For pruning you need no zero:
# whatever is no larger than a step has been pushed as far down as the penalty can. Then mind [its
# β](#gamma-is-near-zero-but-beta-is-large-may-i-remove-the-channel).
#
# Asked: [Lam1360/YOLOv3-model-pruning 80](https://github.com/Lam1360/YOLOv3-model-pruning/issues/80);
# [VainF/Torch-Pruning 231](https://github.com/VainF/Torch-Pruning/issues/231).

# %%
import torch

gamma = torch.nn.Parameter(torch.tensor([0.1, -0.25]))
optimizer = torch.optim.SGD([gamma], lr=0.01)
soft, step = gamma.detach().clone(), 0.01 * 0.3
last = []
for _step in range(1000):
    gamma.grad = 0.3 * gamma.detach().sign()  # the penalty alone
    optimizer.step()
    last.append(gamma.detach().clone())
    soft = soft.sign() * (soft.abs() - step).clamp(min=0)
print("by the sign:", *(each.numpy().round(4) for each in last[-3:]))
print("soft:       ", soft.abs().numpy())
assert (torch.stack(last) != 0).all()
assert gamma.abs().max() < step
assert (soft == 0).all()

# %% [markdown]
# ## What a cut saves
#
# ### Does torch.nn.utils.prune make a network smaller or faster?
#
# Neither. It multiplies the weight by a mask of zeros and ones: the layer keeps its shape and its work, and holds the mask beside the weight, so its
# file gets larger. `prune.remove` drops the mask and leaves the zeros in place, and a matrix product multiplies zeros
# [like any other number](../trained.py#dead-channels). Only a matrix with fewer rows and columns is cheaper. Where whole filters
# are zero you can build it: take
# their rows out, and in the next layer the columns that read them. Zeros strewn over a matrix need a format and a library of
# their own to save anything.
#
# Asked: [pytorch/pytorch 36214](https://github.com/pytorch/pytorch/issues/36214);
# [pytorch/tutorials 905](https://github.com/pytorch/tutorials/issues/905);
# [tensorflow/model-optimization 391](https://github.com/tensorflow/model-optimization/issues/391).

# %%
import torch
from torch import nn
from torch.nn.utils import prune

from onebyone.summary import summary

torch.manual_seed(0)
first, second = (nn.Conv2d(64, 64, 1, bias=False) for _ in range(2))
network, x = nn.Sequential(first, nn.ReLU(), second), torch.randn(1, 64, 9, 9)
prune.ln_structured(first, "weight", amount=0.75, n=1, dim=0)
stored = sum(tensor.numel() for tensor in network.state_dict().values())
prune.remove(first, "weight")
y, masked = network(x), summary(network, (64, 9, 9))
live = first.weight.flatten(1).any(dim=1)  # 16 of 64 filters
first.weight.data = first.weight.data[live]
second.weight.data = second.weight.data[:, live]
torch.testing.assert_close(network(x), y, rtol=1e-4, atol=1e-5)
cut = summary(network, (64, 9, 9))
print(f"masked: {masked.parameters:,} weights, {stored:,} numbers stored")
print(f"{masked.macs:,} MACs; without those rows and columns {cut.macs:,}")
assert stored == 3 * 64**2 > masked.parameters == 2 * 64**2
assert cut.macs == masked.macs / 4

# %% [markdown]
# ### Why does channel pruning not make my network faster?
#
# Because what has to be moved shrinks less than what has to be multiplied. A layer that loses a fifth of its inputs and of its outputs keeps
# $0.8^2 = 64$ % of the work (the asker's network went from 5.477 to 3.549 billion operations, which is 65 %), but on large maps
# 80 % of the bytes. So each byte
# gets less arithmetic, and more layers [wait for the memory](../speed.py#the-roofline). On which side of that limit a layer
# stands depends on the device: the asker's network
# gained a third on a Jetson TX2, and nothing on a Titan X. Besides, there are still as many layers to start, one after the other.
#
# Asked: [AlexeyAB/darknet 2053](https://github.com/AlexeyAB/darknet/issues/2053);
# [VainF/Torch-Pruning 382](https://github.com/VainF/Torch-Pruning/issues/382);
# [DingXiaoH/ResRep 10](https://github.com/DingXiaoH/ResRep/issues/10).

# %%
from onebyone.cost import bytes_moved, macs

for c_in, c_out, size in (20, 40, 208), (80, 160, 52), (160, 320, 26):
    whole = c_in, c_out, 3, size, size
    pruned = c_in * 4 // 5, c_out * 4 // 5, 3, size, size
    work = macs(*pruned) / macs(*whole)
    moved = bytes_moved(*pruned) / bytes_moved(*whole)
    print(f"3×3, {c_in} → {c_out}: work {work:.0%}, bytes {moved:.0%}")
    assert round(work, 9) == 0.64
    assert work < moved < 0.801

# %% [markdown]
# ### I cut a share p of the channels: is the work (1 − p) or (1 − p)²?
#
# Once for each side of the layer that shrinks. A layer between two that were cut loses inputs and outputs, hence the square. The first layer
# of a residual block keeps its inputs and the last its outputs, because of the sum, so each has $(1 - p)$. A basic block consists of
# these two, so nothing is squared. The script in the thread squares the second of the two, which is right only if the sum gets narrower too;
# but then the first must be squared as well. The asker says so, and is right. In a bottleneck the 3×3 in the middle has the
# square: halve all channels inside ResNet-50's blocks, and
# 45 % of its work is left.
#
# Asked: [he-y/filter-pruning-geometric-median 57](https://github.com/he-y/filter-pruning-geometric-median/issues/57).

# %%
from onebyone.book import zoo
from onebyone.cost import macs
from onebyone.summary import summary

basic = {
    "whole": [(64, 64, 3, 56, 56), (64, 64, 3, 56, 56)],
    "half inside": [(64, 32, 3, 56, 56), (32, 64, 3, 56, 56)],
    "half of all": [(32, 32, 3, 56, 56), (32, 32, 3, 56, 56)],
}
for name, layers in basic.items():
    work = [macs(*layer) for layer in layers]
    shares = [each / macs(64, 64, 3, 56, 56) for each in work]
    print(f"basic block, {name}: {shares} of the work")
assert shares == [0.25, 0.25]

whole, inside = (
    summary(zoo.torchvision("resnet50", width_per_group=width), (3, 224, 224))
    for width in (64, 32)  # half of the channels inside each bottleneck
)
print(f"ResNet-50, half inside: {inside.macs / whole.macs:.0%} of the work")
assert 0.4 < inside.macs / whole.macs < 0.5

# %% [markdown]
# ### Two prunings remove 40 % of the channels: why do their FLOPs differ?
#
# Because a channel costs most where the maps are large. Each weight is used once for every output pixel, so an early layer does much work with
# few weights, a late one holds many weights, and a fully connected layer uses each only once. So of two pruned DenseNets the one
# for 10 classes can be left with more
# work than the one for 100, if its channels went from later layers. And that is why a network whose file shrank may run no
# faster: in VGG-16 nine tenths of the parameters do one per cent of the work.
# So decide first what has to get less: cut early layers for work, [late ones](../your-network.py#a-resnet-half-and-half) and
# fully connected ones for parameters.
#
# Asked: [liuzhuang13/slimming 8](https://github.com/liuzhuang13/slimming/issues/8);
# [ethanhe42/channel-pruning 32](https://github.com/ethanhe42/channel-pruning/issues/32).

# %%
from onebyone.book import zoo
from onebyone.summary import summary

found = summary(zoo.torchvision("vgg16"), (3, 224, 224))
spatial, dense = found.only("spatial").layers, found.only("dense")
for layer in spatial[1], spatial[-1]:
    pixels = layer.output[1] * layer.output[2]
    weights = layer.parameters - layer.output[0]
    print(f"{layer.name}: {weights:,} weights, each {pixels:,} times")
    assert layer.macs == weights * pixels
of_weights = dense.parameters / found.parameters
of_work = dense.macs / found.macs
print(f"dense: {of_weights:.0%} of the parameters, {of_work:.0%} of the work")
assert of_weights > 0.85
assert of_work < 0.01

# %% [markdown]
# ## Low rank
#
# ### Truncated SVD made my layer larger: what did I do wrong?
#
# The rank was too high. Two factors of rank $r$ have $r\,(m + n)$ weights where the matrix has $m\,n$. For the asker's layer from
# 512 to 1,000 at rank 400 that
# is 604,800 against 512,000; up to rank 338 it would have saved. So the *break-even rank* is about two thirds of the 512
# possible, and not the full one, as one easily assumes.
# Whether a rank that saves is good enough, [the singular values](../algebra.py#one-becomes-two-factor-a-weight) say. In a random
# matrix, as here, they fall slowly, and at rank 100, with three tenths
# of the weights, 58 % of the squared weights are lost.
#
# Asked: [IntelLabs/distiller 359](https://github.com/IntelLabs/distiller/issues/359);
# [rbgirshick/py-faster-rcnn 911](https://github.com/rbgirshick/py-faster-rcnn/issues/911).

# %%
import numpy as np

from onebyone.algebra import factorize

weight = np.random.default_rng(seed=0).standard_normal((1000, 512))
second, first = factorize(weight, rank=512)  # the best, in falling order
for rank in 400, 339, 338, 100:
    tall, flat = second[:, :rank], first[:rank]
    count = tall.size + flat.size
    lost = np.sum((weight - tall @ flat) ** 2) / np.sum(weight**2)
    print(f"rank {rank}: {count:,} weights, {lost:.0%} lost")
    assert (count < weight.size) == (rank < 339)
print(f"the matrix: {weight.size:,} weights")

# %% [markdown]
# ### Why is the decomposed network slower, with a fraction of the FLOPs?
#
# Because one layer has become two or three, and each writes maps that the next one has to read. Those bytes do not shrink with the
# rank as the multiplications do: below, a 3×3 as a [bottleneck of rank 64](../shrinking.py#turn-a-33-into-a-bottleneck) multiplies
# 8.5 times less and moves only a third less. So its intensity
# falls from 117 to 20 multiply-accumulates a byte, and a layer that was limited by its arithmetic comes to be [limited by the
# memory](../speed.py#the-roofline), or by the time that three calls take to start.
# A reply in the second thread speaks of more operations, but there are fewer of them, in more layers. A split pays in time where
# one large layer was busy computing, and the
# rank is far below break-even. Measure it, since the count cannot tell.
#
# Asked: [JeanKossaifi/tensorly-notebooks 10](https://github.com/JeanKossaifi/tensorly-notebooks/issues/10);
# [khakhulin/compressed-transformer 6](https://github.com/khakhulin/compressed-transformer/issues/6);
# [Bihaqo/t3f 222](https://github.com/Bihaqo/t3f/issues/222).

# %%
from onebyone.cost import bytes_moved, macs

whole = [(256, 256, 3, 28, 28)]
split = [(256, 64, 1, 28, 28), (64, 64, 3, 28, 28), (64, 256, 1, 28, 28)]
costs = {}
for name, layers in {"one layer": whole, "three": split}.items():
    work = sum(macs(*layer) for layer in layers)
    moved = sum(bytes_moved(*layer) for layer in layers)
    costs[name] = work, moved
    print(f"{name}: {work:,} MACs, {moved:,} bytes, {work / moved:.0f} a byte")
(work, moved), (less_work, less_moved) = costs.values()
print(f"{work / less_work:.1f} and {moved / less_moved:.1f} times less")
assert work / less_work > 8
assert moved / less_moved < 1.5

# %% [markdown]
# ### Should the two 1×1 layers in a row of BSConv-S be merged for inference?
#
# They can be, exactly, and it makes them more expensive. With nothing but batch norms between them [the two are one
# matrix](../algebra.py#two-in-a-row-are-one), but through a middle of $m$
# channels the pair has $m\,(C_\text{in} + C_\text{out})$ weights and the product $C_\text{in}\,C_\text{out}$. The middle is
# narrow on purpose: 256 → 64 → 256 has half of the weights of 256 → 256.
# Merging is [the SVD](#truncated-svd-made-my-layer-larger-what-did-i-do-wrong) run backwards, so it saves only where the middle
# is wider than break-even: here 128.
#
# Asked: [zeiss-microscopy/BSConv 4](https://github.com/zeiss-microscopy/BSConv/issues/4).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.algebra import compose, fold_batch_norm

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((256, 7, 7))
for middle in 64, 160:
    first = rng.standard_normal((middle, 256)), None
    second = rng.standard_normal((256, middle)), None
    first = fold_batch_norm(first, *rng.random((4, middle)))
    second = fold_batch_norm(second, *rng.random((4, 256)))
    merged = compose(second=second, first=first)
    pair = conv1x1(conv1x1(x, *first), *second)
    assert np.allclose(conv1x1(x, *merged), pair)
    one, two = merged[0].size, first[0].size + second[0].size
    print(f"through {middle}: {two:,} weights, merged {one:,}")
    assert (one < two) == (middle > 128)

# %% [markdown]
# !!! takeaway "Takeaway"
#     A cut saves where rows and columns leave a matrix, not where zeros enter it. Before you cut, ask who else reads the channel,
#     and which of weights, work and bytes you want to be fewer.
