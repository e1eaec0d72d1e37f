# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about 1×1 layers of well-known networks, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Inside other networks
#
# *Why is that 1×1 there, and would the network be the same without it?*
#
# Each of these questions meets a 1×1 layer in a network that somebody reads, ports or changes, and asks whether it could be
# otherwise. They were asked in public,
# where the links lead. The answers are the book's, each with code that proves it.

# %% [markdown]
# ## Depthwise layers, groups, shuffles
#
# ### Depthwise then 1×1, or 1×1 then depthwise: does the order matter?
#
# For a single pair, yes. Depthwise first gives each *input* channel one pattern, which [all outputs
# share](../architectures/mobilenet.py#what-it-costs). 1×1 first gives each *output* channel one, and
# its depthwise half runs on the channels that come out: from 4 to 16 channels, 100 weights against 208. In a long stack of pairs
# the two layers alternate either way, so the order makes a difference at
# both ends only. That is Xception's argument, whose figure has the 1×1 first and whose code has it last. The reply that the order
# does not matter is right for the stack, and wrong for the pair: as
# full convolutions, each has rank 1 where the other is free.
#
# Asked: [weiaicunzai/pytorch-cifar100 6](https://github.com/weiaicunzai/pytorch-cifar100/issues/6);
# [tstandley/Xception-PyTorch 6](https://github.com/tstandley/Xception-PyTorch/issues/6);
# [ShiqiYu/libfacedetection 309](https://github.com/ShiqiYu/libfacedetection/issues/309).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x, point = rng.random((4, 9, 9)), rng.random((16, 4))
of_input, of_output = rng.random((4, 1, 3, 3)), rng.random((16, 1, 3, 3))
y = conv1x1(conv2d(x, of_input, padding=1, groups=4), point)
first = point[:, :, None, None] * of_input[:, 0]  # (16, 4, 3, 3)
assert np.allclose(y, conv2d(x, first, padding=1))
y = conv2d(conv1x1(x, point), of_output, padding=1, groups=16)
last = point[:, :, None, None] * of_output  # (16, 4, 3, 3)
assert np.allclose(y, conv2d(x, last, padding=1))

sizes = of_input.size + point.size, point.size + of_output.size
for name, full, size in ("depthwise", first, sizes[0]), ("1×1", last, sizes[1]):
    flat = full.reshape(16, 4, 9)
    ranks = np.linalg.matrix_rank(flat[:, 0]), np.linalg.matrix_rank(flat[0])
    print(f"{name} first, {size} weights: rank of an input's patterns", end=" ")
    print(f"{ranks[0]}, of an output's {ranks[1]}")
    assert ranks == ((1, 4) if name == "depthwise" else (9, 1))

# %% [markdown]
# ### Why has MobileNetV2's first block no expansion?
#
# Because there is nothing to expand: the paper's table has t = 1 there, and a 1×1 from 32 to 32 channels on the largest maps
# would cost 12.8 million multiply-accumulates.
# The [authors' code leaves it out](../architectures/mobilenet.py#mobilenetv2-the-inverted-residual). Counting tells the two
# apart: without the layer the network takes 300.8 million, which fits the paper's 300, and with it 313.6.
# So the first thread, which demands the layer, is wrong by that count. The port in the last thread has the layer, and also a
# stride that comes one stage late, so that the stage of 64 channels runs on four times the pixels.
# Together they make 429 million, as its asker says.
#
# Asked: [tonylins/pytorch-mobilenet-v2 28](https://github.com/tonylins/pytorch-mobilenet-v2/issues/28);
# [dmlc/gluon-cv 773](https://github.com/dmlc/gluon-cv/pull/773);
# [shicai/MobileNet-Caffe 69](https://github.com/shicai/MobileNet-Caffe/issues/69).

# %%
from onebyone.architectures import mobilenet_v2
from onebyone.cost import macs
from onebyone.summary import summary

model = mobilenet_v2()
right = summary(model, (3, 224, 224)).macs
extra = macs(32, 32, 1, 112, 112)
print(f"{right:,} MACs; with the 1×1 {right + extra:,}, {extra:,} more")
assert round((right + extra) / 1e6, 1) == 313.6

early, late = model.features[7], model.features[11]  # first of 64, of 96
assert (early.conv[1][0].stride, late.conv[1][0].stride) == ((2, 2), (1, 1))
early.conv[1][0].stride, late.conv[1][0].stride = (1, 1), (2, 2)
port = summary(model, (3, 224, 224)).macs + extra
print(f"with the 1×1, and the stride one stage late: {port:,}")
assert round(port / 1e6) == 429

# %% [markdown]
# ### Does ShuffleNet shuffle before the depthwise layer or after it?
#
# The paper's figure shuffles before, the authors' code after, and a reply says that it does not matter. For what can be learnt it
# does not, since a depthwise layer treats each
# channel alone. For a checkpoint it does: the filters stay where they are while the channels change places, so each channel meets
# another's filter. To exchange the two, permute the filters of the depthwise layer
# too, and the four vectors of its batch norm, in the same order. No shape tells that you have not, as with
# [a shuffle the other way round](../architectures/resnext-shufflenet.py#the-shuffle).
#
# Asked: [megvii-model/ShuffleNet-Series 16](https://github.com/megvii-model/ShuffleNet-Series/issues/16),
# [40](https://github.com/megvii-model/ShuffleNet-Series/issues/40), [49](https://github.com/megvii-model/ShuffleNet-Series/issues/49).

# %%
import numpy as np

from onebyone import conv2d

rng = np.random.default_rng(seed=0)
x, filters = rng.random((12, 8, 8)), rng.standard_normal((12, 1, 3, 3))
order = np.arange(12).reshape(3, 4).T.ravel()  # 3 groups of 4
after = conv2d(x, filters, padding=1, groups=12)[order]
for name, used in {"as they are": filters, "permuted": filters[order]}.items():
    before = conv2d(x[order], used, padding=1, groups=12)
    same = np.allclose(before, after)
    print(f"shuffled before, filters {name}: the same maps: {same}")
    assert same == (name == "permuted")

# %% [markdown]
# ### Why is ShuffleNet's first 1×1 not grouped?
#
# It reads 24 channels: in 3 groups each filter would see 8 of them, in 8 groups 3. And there is hardly anything to save, as a
# count shows: 3.0 of the network's 137.5 million
# multiply-accumulates. So the paper makes an exception, and with it goes the first shuffle, [which has nothing to
# mix](../architectures/resnext-shufflenet.py#groups-in-the-11).
# The third thread fell into a trap nearby. The first unit of a stage concatenates its input, so its last 1×1 makes that many
# channels fewer. Subtract them there, and not from the width inside:
# with 8 groups, 384 − 24 = 360 outputs can be grouped, but a quarter of 360, which is 90, cannot.
#
# Asked: [farmingyard/ShuffleNet 26](https://github.com/farmingyard/ShuffleNet/issues/26),
# [24](https://github.com/farmingyard/ShuffleNet/issues/24); [jaxony/ShuffleNet 5](https://github.com/jaxony/ShuffleNet/issues/5).

# %%
from onebyone.cost import macs

total, before = macs(3, 24, 3, 112, 112) + macs(960, 1000, 1, 1, 1), 24
for out, units, size in (240, 4, 28), (480, 8, 14), (960, 4, 7):
    inside = out // 4
    for unit in range(units):
        shrinks = unit == 0  # and then its input is concatenated
        side = 2 * size if shrinks else size
        groups = 1 if before == 24 else 3
        made = out - before if shrinks else out
        total += macs(before, inside, 1, side, side, groups=groups)
        total += macs(inside, inside, 3, size, size, groups=inside)
        total += macs(inside, made, 1, size, size, groups=3)
        before = out
full, grouped = (macs(24, 60, 1, 56, 56, groups=g) for g in (1, 3))
saved = full - grouped
print(f"groups would save {saved:,} of {total:,} MACs, {saved / total:.1%}")
assert saved / total < 0.025
made = 384 - 24  # with 8 groups, by the first unit
print(f"in 8 groups: {made} / 8 = {made / 8}, {made // 4} / 8 = {made / 4 / 8}")
assert made % 8 == 0
assert made // 4 % 8 != 0

# %% [markdown]
# ### Is ShuffleNet's channel shuffle random?
#
# No, it is one fixed order: write the channels in rows, one group a row, and read the columns. Without it, two grouped 1×1 layers never mix their
# groups; [with it, they do](../architectures/resnext-shufflenet.py#groups-in-the-11).
#
# Asked: [TropComplique/ShuffleNet-tensorflow 1](https://github.com/TropComplique/ShuffleNet-tensorflow/issues/1).

# %%
import numpy as np

order = np.arange(12).reshape(3, 4).T.ravel()  # 3 groups of 4 channels
print("order:", *order)
grouped = np.kron(np.eye(3), np.ones((4, 4)))  # 1 where channels meet
plain, shuffled = np.eye(12), np.eye(12)[order]
shares = [np.mean(grouped @ p @ grouped > 0) for p in (plain, shuffled)]
print(f"pairs that meet: {shares[0]:.0%}, with the shuffle {shares[1]:.0%}")
assert shares[1] == 1

# %% [markdown]
# ### Why does ResNeXt's "reduce" layer make more channels?
#
# Because it sets the width of the grouped 3×3, and only its name comes from ResNet. ResNeXt-29, 8×64d, has 8 groups of 64
# channels, so its first 1×1 goes from 64 to 512. A block can afford that,
# since [groups divide the price of the 3×3](../architectures/resnext-shufflenet.py#resnext-groups-in-the-33): 294,912 weights instead of 2.4 million.
# A port has 89.7 million parameters where the paper prints 34.4. Counting finds the reason: the groups are there, but each block
# outputs twice as many channels as it has inside. In the first stage of 8×64d that is 1,024 instead of 256, and in that of 16×64d
# it is 2,048. With that, the counts are the askers' 89,700,288 and 320,956,352 to the digit (with the norms' running statistics).
#
# Asked: [prlz77/ResNeXt.pytorch 4](https://github.com/prlz77/ResNeXt.pytorch/issues/4);
# [titu1994/Keras-ResNeXt 6](https://github.com/titu1994/Keras-ResNeXt/issues/6), [15](https://github.com/titu1994/Keras-ResNeXt/issues/15).

# %%
from onebyone.cost import parameters

totals = []
for groups, outside in (8, 256), (8, 1024), (16, 2048):
    count, before, norms = 3 * 3 * 3 * 64, 64, 64
    for stage in range(3):
        inside, after = groups * 64 * 2**stage, outside * 2**stage
        for reads in before, after, after:  # three blocks
            count += parameters(reads, inside, 1, bias=False)
            count += parameters(inside, inside, 3, groups=groups, bias=False)
            count += parameters(inside, after, 1, bias=False)
            norms += inside + inside + after
        count += parameters(before, after, 1, bias=False)  # shortcut
        before, norms = after, norms + after
    count += 10 * before + 2 * norms
    totals.append(count + 2 * norms)  # with the running statistics
    print(f"{groups}×64d, {outside} outside: {count:,} or {totals[-1]:,}")
assert totals[1:] == [89_700_288, 320_956_352]
for groups in 8, 1:
    weights = parameters(512, 512, 3, groups=groups, bias=False)
    print(f"the first 3×3, groups={groups}: {weights:,} weights")

# %% [markdown]
# ### Does Keras's separable convolution have one bias or two?
#
# One, and it is enough. Nothing stands between the two halves, so the bias of the depthwise half would go through the matrix of
# the 1×1 and come out as one number for each output channel,
# which [the second bias can hold](../algebra.py#two-in-a-row-are-one). That is why Keras counts 1,350 parameters in the first
# thread where the two layers have 1,360. To move the weights to a library whose depthwise layer wants a
# bias, give it zeros. To move them back, add W b to the second bias. A reply in the second thread takes two layers in order to
# gain the extra bias: there is nothing to gain, as long as no
# ReLU stands between.
#
# Asked: [Stack Overflow 56764162](https://stackoverflow.com/questions/56764162), read in [a
# copy](https://codewithsundeep.com/discussion/solution/56764162);
# [ARM-software/CMSIS_5 515](https://github.com/ARM-software/CMSIS_5/issues/515).

# %%
import numpy as np

from onebyone import conv1x1, conv2d, relu
from onebyone.cost import parameters

counts = [
    parameters(10, 10, 5, groups=10, bias=bias) + parameters(10, 100, 1)
    for bias in (False, True)
]
print("with one bias {:,} parameters, with two {:,}".format(*counts))
assert counts == [1350, 1360]

rng = np.random.default_rng(seed=0)
x, depthwise = rng.random((10, 9, 9)), rng.standard_normal((10, 1, 5, 5))
weight, first = rng.standard_normal((100, 10)), rng.standard_normal(10)
second = rng.standard_normal(100)
one = conv2d(x, depthwise, padding=2, groups=10)
two = conv2d(x, depthwise, first, padding=2, groups=10)
moved = second + weight @ first
y, same = conv1x1(two, weight, second), conv1x1(one, weight, moved)
assert np.allclose(y, same)
assert not np.allclose(conv1x1(relu(two), weight, second), same)

# %% [markdown]
# ## U-Net, Inception, fire modules, heads
#
# ### U-Net: who doubles the channels, and how do 1,536 become 512?
#
# Not the pooling, which keeps them. The 3×3 after it has twice as many filters, and [each reads all
# maps](../channels.py#one-filter-one-feature-map), so their number is free on the way down as on the way up.
# A transposed 2×2 convolution halves 1,024 to 512 before they meet the 512 of the shortcut. Bilinear interpolation has no filters
# and cannot, so 1,536 meet. That is not wrong: either the next 3×3 reads
# them all, or a 1×1 halves the 1,024 first, which is cheaper than both. The third asker's `conv + add` in place of `concat` is the same family:
# [a convolution of a concatenation](../architectures/densenet.py#a-11-on-a-concatenation-is-a-sum-of-11s) is one convolution for each part, added.
#
# Asked: [Data Science SE 90970](https://datascience.stackexchange.com/questions/90970/what-is-feature-channels-mentioned-in-u-net);
# [meetps/pytorch-semseg 180](https://github.com/meetps/pytorch-semseg/issues/180);
# [junyanz/interactive-deep-colorization 55](https://github.com/junyanz/interactive-deep-colorization/issues/55).

# %%
import numpy as np

from onebyone import conv2d, max_pool2d
from onebyone.cost import parameters

after = parameters(1024, 512, 3)  # the 3×3 that reads 512 + 512
ways = {
    "transposed 2×2 first": parameters(1024, 512, 2) + after,
    "bilinear, 3×3 reads 1,536": parameters(1536, 512, 3),
    "bilinear, 1×1 first": parameters(1024, 512, 1) + after,
}
for name, count in ways.items():
    print(f"{name}: {count:,} parameters")
assert min(ways, key=ways.get) == "bilinear, 1×1 first"

rng = np.random.default_rng(seed=0)
a, b = rng.random((2, 4, 8, 8))
assert len(max_pool2d(a, 2)) == len(a)
weight = rng.standard_normal((6, 8, 3, 3))
added = conv2d(a, weight[:, :4]) + conv2d(b, weight[:, 4:])
assert np.allclose(conv2d(np.concatenate([a, b]), weight), added)

# %% [markdown]
# ### Is a 5×5 the same as two 3×3?
#
# They see the same 25 pixels, and that is all. Two 3×3 with nothing between are one 5×5, but few 5×5 are two 3×3: with one channel, the pairs
# fill 17 of the 25 dimensions of all 5×5 kernels. With a ReLU between, a pair is not linear any more, and so no 5×5 at all. With
# 32 channels throughout the pair has 18,432 weights, and the 5×5 has 25,600. But in GoogLeNet's [module
# 3a](../architectures/inception.py#the-module), where 16 channels become 32, a pair of 16 → 32 → 32 has more weights than the
# 5×5. The author in the first thread uses such pairs on purpose, though the paper does not.
#
# Asked: [kuangliu/pytorch-cifar 5](https://github.com/kuangliu/pytorch-cifar/issues/5), [72](https://github.com/kuangliu/pytorch-cifar/issues/72);
# [chengtaipu/lowrankcnn 12](https://github.com/chengtaipu/lowrankcnn/issues/12).

# %%
import numpy as np

from onebyone import conv2d, relu
from onebyone.cost import parameters

rng = np.random.default_rng(seed=0)
x, (a, b) = rng.random((1, 12, 12)), rng.standard_normal((2, 1, 1, 3, 3))
# Two kernels in a row are one: lay the second over the first, turned.
five = conv2d(a, b[..., ::-1, ::-1], padding=2)  # (1, 1, 5, 5)
assert np.allclose(conv2d(conv2d(x, a), b), conv2d(x, five))
assert not np.allclose(conv2d(relu(conv2d(x, a)), b), conv2d(x, five))

taps = np.eye(9).reshape(9, 1, 3, 3)  # move each tap of a, then of b
moves = [conv2d(taps, k[..., ::-1, ::-1], padding=2) for k in (b, a)]
rank = np.linalg.matrix_rank(np.reshape(moves, (18, 25)))
print(f"pairs of 3×3 fill {rank} of {five.size} dimensions")
assert rank == 17
for c_in in 32, 16:
    one = parameters(c_in, 32, 5, bias=False)
    two = sum(parameters(c, 32, 3, bias=False) for c in (c_in, 32))
    print(f"{c_in} → 32: one 5×5 {one:,} weights, two 3×3 {two:,}")
    assert (two < one) == (c_in == 32)

# %% [markdown]
# ### Does a fire module keep the number of channels?
#
# Only if it squeezes to an eighth of them. In [the code](../architectures/squeezenet.py#the-fire-module), SqueezeNet's and
# SqueezeSeg's, each of the two expanding layers has four times the squeezed channels, so 8 · squeeze come out. That is the number
# that
# came in for every second module of SqueezeNet. SqueezeSeg's paper describes another module: it squeezes C to C/4 and expands to
# C/2 + C/2, which keeps C always. The askers saw rightly that paper and code differ. At 128 channels
# the paper's has twice the weights.
#
# Asked: [PRBonn/lidar-bonnetal 11](https://github.com/PRBonn/lidar-bonnetal/issues/11);
# [BichenWuUCB/SqueezeSeg 13](https://github.com/BichenWuUCB/SqueezeSeg/issues/13).

# %%
from onebyone.architectures import squeezenet1_0
from onebyone.architectures.squeezenet import Fire

fires = [m for m in squeezenet1_0().features if isinstance(m, Fire)]
kept = []
for number, fire in enumerate(fires, start=2):
    reads, squeezed = fire.squeeze.in_channels, fire.squeeze.out_channels
    makes = 2 * fire.expand1x1.out_channels
    assert makes == 8 * squeezed
    if makes == reads:
        kept.append(number)
print("SqueezeNet's fire modules that keep their channels:", kept)
assert kept == [3, 5, 7, 9]

for name, squeeze in {"the code": 128 // 8, "the paper": 128 // 4}.items():
    module = Fire(128, squeeze, expand=64)
    weights = sum(p.numel() for p in module.parameters() if p.ndim == 4)
    print(f"{name} at 128 channels: {weights:,} weights")
assert weights == 24_576

# %% [markdown]
# ### What does the last 1×1 of a segmentation network learn?
#
# A [classifier of pixels](../names.py#a-classifier-for-each-pixel): with a softmax after it, it is multinomial logistic
# regression on each pixel's features.
# In the second thread two maps come out because there are two classes. In the first, two 3×3 in front help, without
# activations: they bring a larger field of view, not depth.
#
# Asked: [Cross Validated
# 435597](https://stats.stackexchange.com/questions/435597/what-is-the-purpose-of-the-last-1x1-convolution-layer-in-segmentation-networks-p);
# [Computer Science SE 85917](https://cs.stackexchange.com/questions/85917/applying-a-1x1-convolution-on-an-existing-layer/86366).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((256, 20, 72)), rng.standard_normal((2, 256))
scores = np.exp(conv1x1(x, weight / 16))
classes = scores / scores.sum(axis=0)  # (2, 20, 72), a softmax a pixel
margin = (weight[0] - weight[1]) / 16 @ x[:, 7, 30]
assert np.isclose(classes[0, 7, 30], 1 / (1 + np.exp(-margin)))
print(f"pixel (7, 30): class 0 with probability {classes[0, 7, 30]:.3f}")

# %% [markdown]
# ### Squeeze-and-excitation: Linear or 1×1 convolution?
#
# The same, in outputs and in parameters, since the averaged map is [a single pixel](../architectures/efficientnet.py#the-same-as-two-dense-layers).
# So the convolution is no lighter, as one asker hopes, and no different network, as others fear.
#
# Asked: [hujie-frank/SENet 73](https://github.com/hujie-frank/SENet/issues/73);
# [huggingface/pytorch-image-models 210](https://github.com/huggingface/pytorch-image-models/issues/210).

# %%
import numpy as np

from onebyone import conv1x1, relu
from onebyone.cost import parameters

rng = np.random.default_rng(seed=0)
pooled = rng.random(64)  # the mean of each channel
squeeze, excite = rng.random((4, 64)), rng.random((64, 4))
dense = excite @ np.maximum(squeeze @ pooled, 0)
y = conv1x1(relu(conv1x1(pooled[:, None, None], squeeze)), excite)
assert np.allclose(y.ravel(), dense)
in_conv = parameters(64, 4, 1) + parameters(4, 64, 1)
print("parameters:", in_conv, "and", squeeze.size + 4 + excite.size + 64)
assert in_conv == squeeze.size + 4 + excite.size + 64

# %% [markdown]
# ### How do I feed greyscale images to an RGB network?
#
# Repeat the channel three times: that is [a 1×1 convolution](../names.py#colours) of ones. Or add up the first layer's weights over its three
# channels. An answer there says that to replace the first layer makes the others useless. With random weights, yes. With these
# sums, nothing changes, as long as the three copies are equal. If the network expects each channel with its own mean and
# deviation, as most do, normalise first: each copy is then scaled and shifted differently, so the sum needs the three scales as
# weights, and the shifts make a bias, except [at a padded border](../algebra.py#where-padding-and-a-bias-break-it).
#
# Asked: [Stack Overflow 51995977](https://stackoverflow.com/questions/51995977).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
grey, first = rng.random((1, 32, 32)), rng.standard_normal((8, 3, 7, 7))
repeated = conv1x1(grey, np.ones((3, 1)))  # (3, 32, 32)
summed = first.sum(axis=1, keepdims=True)  # (8, 1, 7, 7)
y = conv2d(grey, summed, padding=3)
assert np.allclose(conv2d(repeated, first, padding=3), y)
print(first.shape, "on three channels is", summed.shape, "on one")

# %% [markdown]
# ### Glow: is the log-determinant times the pixels, and logdet or slogdet?
#
# [Times the pixels](../architectures/glow.py#the-price-of-a-flow-a-determinant), since each is multiplied by the matrix. Take the
# second result of `slogdet`: the determinant
# itself underflows in a large layer, and `logdet` has no value where the determinant is negative. One author calls `logdet`
# the stabler one; where it has a value, the two agree.
#
# Asked: [jaywalnut310/glow-tts 17](https://github.com/jaywalnut310/glow-tts/issues/17);
# [chaiyujin/glow-pytorch 7](https://github.com/chaiyujin/glow-pytorch/issues/7).

# %%
import numpy as np
import torch

weight = np.random.default_rng(seed=0).standard_normal((3, 3))
whole = np.linalg.slogdet(np.kron(weight, np.eye(20)))[1]  # 20 pixels
assert np.isclose(whole, 20 * np.linalg.slogdet(weight)[1])

half = 0.5 * torch.eye(512)
print("det", half.det().item(), "slogdet", half.slogdet()[1].item())
assert np.isclose(half.slogdet()[1].item(), 512 * np.log(0.5))
assert np.isclose(half.logdet().item(), 512 * np.log(0.5))
mirror = -torch.eye(3)
print("logdet", mirror.logdet().item(), "slogdet", mirror.slogdet()[1].item())
assert mirror.logdet().isnan()

# %% [markdown]
# ## Stride, padding, dilation
#
# ### Does stride 2 on a 1×1 throw pixels away?
#
# Yes, three quarters of them. A reply at DeepLearning.AI says that nothing is lost, and two other threads say half. But one pixel in two is
# read along each axis, which leaves [one in four](../architectures/resnet.py#what-stride-2-leaves-out). In torchvision's ResNet the
# other branch reads the rest, with a 3×3. In the authors' own, v1, it does not: there both branches begin with a 1×1 of stride 2, on
# [the same quarter of the pixels](../architectures/resnet.py#where-the-stride-sits).
#
# Asked: [PyTorch forum 33841](https://discuss.pytorch.org/t/resnet-kernel-size-1-and-stride-2/33841);
# [DeepLearning.AI forum 65718](https://community.deeplearning.ai/t/course-4-week-2-residual-networks-kernel-size-1-stride-2/65718),
# [194795](https://community.deeplearning.ai/t/week-2-resnet-programming-exercise-the-use-of-one-by-one-convolution/194795);
# [fyu/drn 47](https://github.com/fyu/drn/issues/47).

# %%
import numpy as np

from onebyone import conv2d

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((3, 8, 8)), rng.standard_normal((5, 3, 1, 1))
read = x[:, ::2, ::2]
assert np.allclose(conv2d(x, weight, stride=2), conv2d(read, weight))
print(f"{read[0].size} of {x[0].size} pixels read")
assert 4 * read.size == x.size

# %% [markdown]
# ### Would pooling before the 1×1 lose less?
#
# It reads every pixel, with the same weights and the same multiply-accumulates in the 1×1. An average is still a summary: four pixels become one.
# ResNet-D [has this shortcut](../architectures/resnet.py#exercises). Whether a network gains by it, only training tells.
#
# Asked: [KaimingHe/deep-residual-networks 50](https://github.com/KaimingHe/deep-residual-networks/issues/50);
# [DeepLearning.AI forum 108167](https://community.deeplearning.ai/t/why-use-1x1-conv2d-of-stride-2-in-resnet-block/108167/2);
# [D-X-Y/AutoDL-Projects 69](https://github.com/D-X-Y/AutoDL-Projects/issues/69).

# %%
import numpy as np

from onebyone import avg_pool2d, conv1x1

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((3, 8, 8)), rng.standard_normal((5, 3))
moved = x.copy()
moved[:, 1, 1] += 1  # between the pixels that stride 2 reads
strided = [conv1x1(v[:, ::2, ::2], weight) for v in (x, moved)]
pooled = [conv1x1(avg_pool2d(v, 2), weight) for v in (x, moved)]
assert np.allclose(*strided)
assert not np.allclose(*pooled)
print("one pixel changed: strided stays the same, pooled does not")

# %% [markdown]
# ### Is torchvision's ResNet-50 v1 or v1.5?
#
# v1.5: the stride is in the 3×3, where the paper's models have it in the 1×1 before.
# [Both have weights of the same shapes](../architectures/resnet.py#where-the-stride-sits), so a checkpoint of one loads into the other without a
# word, and the network then computes something else. v1.5 takes more multiply-accumulates. A teaching notebook was changed to
# save parameters. A stride changes none.
#
# Asked: [pytorch/vision 1266](https://github.com/pytorch/vision/issues/1266), [191](https://github.com/pytorch/vision/issues/191);
# [Machine-Learning-Tokyo/DL-workshop-series 1](https://github.com/Machine-Learning-Tokyo/DL-workshop-series/issues/1).

# %%
from onebyone.architectures import resnet50  # built as torchvision's
from onebyone.cost import macs

block = resnet50().layer2[0]
print("stride of the first 1×1", block.conv1.stride, end=", ")
print("of the 3×3", block.conv2.stride)
assert block.conv1.stride == (1, 1)
assert block.conv2.stride == (2, 2)
v1, v1_5 = (macs(256, 128, 1, size, size) for size in (28, 56))
print(f"the first 1×1: {v1:,} MACs in v1, {v1_5:,} in v1.5")
assert v1_5 == 4 * v1

# %% [markdown]
# ### Why does SqueezeNet pad a 1×1 convolution?
#
# By accident: a program wrote the file, and its author calls the padding of conv10 harmless. It is not quite that.
# [The frame holds the bias alone](../downsampling.py#exercises), and the average after it counts the frame, so the scores shift.
#
# Asked: [forresti/SqueezeNet 27](https://github.com/forresti/SqueezeNet/issues/27), [14](https://github.com/forresti/SqueezeNet/issues/14).

# %%
import numpy as np

from onebyone import conv2d, global_avg_pool2d, relu

rng = np.random.default_rng(seed=0)
x, weight = rng.random((8, 13, 13)), rng.standard_normal((3, 8, 1, 1))
bias = np.array([0.5, -0.5, 3.0])
y = conv2d(x, weight, bias, padding=1)
assert np.array_equal(y[:, 0], np.tile(bias[:, None], 15))  # the first row
print(f"{x.shape} → {y.shape}: {1 - 13 * 13 / 15**2:.0%} of it is frame")
scores = []
for name, maps in {"padded": y, "plain": conv2d(x, weight, bias)}.items():
    scores.append(global_avg_pool2d(relu(maps)).ravel())
    print(f"{name:6}", scores[-1].round(2))
assert not np.allclose(*scores)

# %% [markdown]
# ### SqueezeNet 1.0 pads its last 1×1: what does the border do?
#
# It takes a quarter of the average. The maps of 1.0 are 13×13 and become 15×15, so the interior's evidence enters with 169/225,
# about 0.751. The other 56 pixels met nothing but zeros: they hold the
# relu of the class's bias, one number all around. Where a bias is negative the border adds nothing, and the score is only scaled
# down, which softens the softmax; where it is positive, the border
# adds 56/225 of it to every picture. [Version 1.1](../architectures/squeezenet.py#10-and-11) has no padding there, in the
# [authors' own file](../reference/bibliography.md#squeezenet-code). torchvision has none in either, so the
# authors' weights of 1.0 give other scores in it. [SqueezeNet's page](../architectures/squeezenet.py#a-padded-11-adds-a-border) computes what
# such a border does to the scores.
#
# Asked: [forresti/SqueezeNet 32](https://github.com/forresti/SqueezeNet/issues/32).

# %%
import torch
from torch.nn.functional import conv2d

from onebyone.book.zoo import torchvision

for name in "squeezenet1_0", "squeezenet1_1":
    model = torchvision(name)  # without weights
    maps = model.features(torch.empty(1, 3, 227, 227, device="meta"))
    print(name, tuple(maps.shape), "padding", model.classifier[1].padding)
    assert model.classifier[1].padding == (0, 0)

torch.manual_seed(0)
x, weight = torch.rand(1, 512, 13, 13), torch.randn(1000, 512, 1, 1)
bias = torch.randn(1000)
plain = conv2d(x, weight, bias).relu()
padded = conv2d(x, weight, bias, padding=1).relu()  # the authors' 1.0
assert (padded[0, :, 0] == bias.relu()[:, None]).all()  # the first row
scores = 169 / 225 * plain.mean((2, 3)) + 56 / 225 * bias.relu()
torch.testing.assert_close(padded.mean((2, 3)), scores)
print(f"the interior counts {169 / 225:.3f}, the border {56 / 225:.3f}")

# %% [markdown]
# ### Does dilation change a 1×1, or a map of one pixel?
#
# Neither. A 1×1 has no second tap to move away. On a map of one pixel every outer tap meets padding, so 3×3 kernels of any dilation are their
# centre, [one 1×1](../algebra.py#a-large-kernel-is-a-sum-of-11-convolutions). In the second thread the author says that each
# dilation uses other features,
# and in the third that the 3×3 may help at the image's border. On one pixel, neither can be.
#
# Asked: [bmartacho/WASP 2](https://github.com/bmartacho/WASP/issues/2);
# [saeed-anwar/DRLN 3](https://github.com/saeed-anwar/DRLN/issues/3);
# [weiliu89/caffe 410](https://github.com/weiliu89/caffe/issues/410).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
pixel, kernel = rng.random((4, 1, 1)), rng.random((6, 4, 3, 3))
for d in 1, 3, 24:
    y = conv2d(pixel, kernel, padding=d, dilation=d)
    assert np.allclose(y, conv1x1(pixel, kernel[:, :, 1, 1]))
x, one = rng.random((4, 9, 9)), kernel[:, :, :1, :1]
assert np.array_equal(conv2d(x, one, dilation=24), conv2d(x, one))
print("dilations 1, 3 and 24 give the same:", y.ravel().round(2))

# %% [markdown]
# ## Residual blocks and bottlenecks
#
# ### Why a projection shortcut where the size stays?
#
# Because the channels do not: after the first pooling there are 64, and a bottleneck outputs 256. Shapes that differ cannot be added.
# A 1×1 is one remedy, and not the only one: the paper's option A appends channels of zeros, which costs no parameter. Option B projects where the
# channels grow, C everywhere. The authors found little between the three, and later that a 1×1 on *every* shortcut trains worse:
# [the page on ResNet](../architectures/resnet.py#identity-or-projection-shortcut) has the numbers.
#
# Asked: [DeepLearning.AI forum 428631](https://community.deeplearning.ai/t/question-about-resnet-50-model/428631);
# [apache/mxnet 9563](https://github.com/apache/mxnet/issues/9563).

# %%
import torch

from onebyone.architectures import resnet50

shortcuts = [
    (conv.in_channels, conv.out_channels, conv.stride[0])
    for name, conv in resnet50().named_modules()
    if name.endswith("downsample.0")
]
for c_in, c_out, stride in shortcuts:
    print(f"{c_in:4} → {c_out:4} channels, stride {stride}")
assert shortcuts[0] == (64, 256, 1)

x = torch.rand(1, 64, 56, 56)
padded = torch.nn.functional.pad(x, (0, 0, 0, 0, 0, 256 - 64))  # option A
print("option A:", tuple(x.shape), "→", tuple(padded.shape), "by zeros")
assert padded.shape[1] == 256

# %% [markdown]
# ### With a bottleneck ratio of 1, can the last 1×1 go?
#
# It would take the mixing away. In RegNet's block the 3×3 is grouped, so each of its outputs has seen one group, and only the 1×1 after it
# [joins the groups](../architectures/resnext-shufflenet.py#groups-in-the-11) before the sum. It is no part of the 3×3 either,
# since a norm and a ReLU stand between. But it is not cheap: at 256 channels in groups of 16
# the two 1×1s hold 78 % of the weights. Whether the network is better without one, its authors say they did not try.
# YOLOv5's `Bottleneck` with e = 1.0 is narrow all the same, as its author replies: the module around it has halved the channels before.
#
# Asked: [facebookresearch/pycls 51](https://github.com/facebookresearch/pycls/issues/51);
# [ultralytics/yolov5 6930](https://github.com/ultralytics/yolov5/issues/6930), [2244](https://github.com/ultralytics/yolov5/issues/2244).

# %%
import numpy as np

from onebyone import conv1x1, conv2d, relu

rng = np.random.default_rng(seed=0)
width, groups = 256, 16  # 16 channels in each group
spatial = rng.standard_normal((width, width // groups, 3, 3))
last = rng.standard_normal((width, width))
share = 2 * last.size / (2 * last.size + spatial.size)
print(f"the two 1×1s: {share:.0%} of the weights")
assert round(share, 2) == 0.78

x = rng.random((width, 3, 3))
moved = x.copy()
moved[0] += 1  # one channel, as the first 1×1 made it
maps = conv2d(np.stack([x, moved]), spatial, padding=1, groups=groups)
stages = {"the 3×3": maps, "the last 1×1": conv1x1(relu(maps), last)}
for name, (y, of_moved) in stages.items():
    changed = (~np.isclose(y, of_moved)).any(axis=(1, 2)).sum()
    print(f"after {name}: {changed} of {width} channels move")
    assert changed == (16 if name == "the 3×3" else 256)

# %% [markdown]
# ### Is a bottleneck always smaller than a basic block?
#
# No: it depends on which width you hold fixed. In most code `planes` is the width *inside*, and a bottleneck outputs four times
# as many channels. At 64 planes the two blocks have about
# equal weights. But then everything around the bottleneck meets 256 channels instead of 64, so a 3×3 that joins two branches has
# 16 times the weights. This is why the asker's HRNet
# grows when its basic blocks become bottlenecks, against what ResNet's paper leads one to expect. At equal width *outside* the bottleneck has
# [a seventeenth](../architectures/resnet.py#the-bottleneck).
#
# Asked: [leoxiaobin/deep-high-resolution-net.pytorch 107](https://github.com/leoxiaobin/deep-high-resolution-net.pytorch/issues/107).

# %%
from onebyone.cost import parameters

three = {c: parameters(c, c, 3, bias=False) for c in (64, 256)}
one = parameters(256, 64, 1, bias=False)
bottleneck = one + three[64] + one  # 256 → 64 → 64 → 256
for name, basic in {"64 planes": 2 * three[64], "256": 2 * three[256]}.items():
    print(f"basic block, {name}: {basic:,} weights, bottleneck {bottleneck:,}")
assert 2 * three[64] / bottleneck < 1.1
assert round(2 * three[256] / bottleneck) == 17
print(f"a 3×3 between branches: {three[64]:,} at 64, {three[256]:,} at 256")
assert three[256] == 16 * three[64]

# %% [markdown]
# ### Why expand in the third layer, only to reduce again in the next block?
#
# Because the wide maps are what all blocks share. Each block reads them, works on 64 channels and adds its result to them, so
# nothing is lost by the narrow middle.
# Take the shortcuts away, and the asker is right: through a layer of 64 channels at most 64 directions pass, and to widen them
# again would be in vain. With them, the identity
# carries all 256. The reply, that the reduction saves features for the 3×3, explains [the first
# 1×1](../architectures/resnet.py#the-bottleneck) and not the last.
#
# Asked: [Stack Overflow 59603383](https://stackoverflow.com/questions/59603383), read in [a Russian
# copy](https://coderoad.ru/59603383/%D0%9F%D0%BE%D1%87%D0%B5%D0%BC%D1%83-%D0%BC%D1%8B-%D1%83%D0%B2%D0%B5%D0%BB%D0%B8%D1%87%D0%B8%D0%B2%D0%B0%D0%B5%D0%BC-%D1%80%D0%B0%D0%B7%D0%BC%D0%B5%D1%80%D1%8B-%D0%B2-%D0%B0%D1%80%D1%85%D0%B8%D1%82%D0%B5%D0%BA%D1%82%D1%83%D1%80%D0%B5-resnet-50).

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
plain = residual = np.eye(256)
for block in range(3):  # linear blocks: 256 → 64 → 256
    weight = rng.standard_normal((256, 64)) @ rng.standard_normal((64, 256))
    weight /= 256
    plain = weight @ plain
    residual = residual + weight @ residual
    ranks = [np.linalg.matrix_rank(m) for m in (plain, residual)]
    print(f"after block {block + 1}: {ranks[0]} directions pass", end=", ")
    print(f"with shortcuts {ranks[1]}")
    assert ranks == [64, 256]

# %% [markdown]
# ### Would one layer in a residual block do?
#
# Not one layer on its own. Next to the shortcut it is x + W x = (I + W) x, a plain layer whose weights start near the identity.
# Neither a ReLU after the sum nor a batch norm in the branch changes that, since the norm
# [folds into W](../algebra.py#a-batch-norm-folds-away). It takes a nonlinearity *inside* the branch for the sum to be more. With
# two layers, as in ResNet, the ReLU stands between them.
# The reply's reason, that two layers allow for a bottleneck, does not hold for the basic block, which has none.
#
# Asked: [gcr/torch-residual-networks 17](https://github.com/gcr/torch-residual-networks/issues/17).

# %%
import numpy as np

from onebyone import conv1x1, relu

rng = np.random.default_rng(seed=0)
x, (w, v) = rng.random((8, 6, 6)) - 0.5, rng.standard_normal((2, 8, 8))
assert np.allclose(relu(x + conv1x1(x, w)), relu(conv1x1(x, np.eye(8) + w)))
branches = {
    "one layer": [conv1x1(s * x, w) for s in (1, -1)],
    "two with a ReLU": [conv1x1(relu(conv1x1(s * x, w)), v) for s in (1, -1)],
}
for name, (of_x, of_minus_x) in branches.items():
    # A linear f has f(x) + f(-x) = 0.
    linear = np.allclose((x + of_x) + (-x + of_minus_x), 0)
    print(f"x + {name} is linear: {linear}")
    assert linear == (name == "one layer")

# %% [markdown]
# !!! takeaway "Takeaway"
#     Count before you trust a figure: parameters and multiply-accumulates tell two variants of a network apart, often to the digit.
#     Then ask what stands between two linear layers, since with nothing between them they are one.
