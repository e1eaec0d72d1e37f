# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about 1×1 layers of well-known networks, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Inside other networks
#
# *Why is that 1×1 there, and would the network be the same without it?*

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
print("strided does not notice, pooled does:", strided[0].shape)

# %% [markdown]
# ### Is torchvision's ResNet-50 v1 or v1.5?
#
# v1.5: the stride is in the 3×3, where the paper's models have it in the 1×1 before.
# [Both have weights of the same shapes](../architectures/resnet.py#where-the-stride-sits), so a checkpoint of one loads into the other without a
# word, and the network then computes something else. v1.5 takes more multiply-accumulates. A teaching notebook was changed to save parameters. A stride changes none.
#
# Asked: [pytorch/vision 1266](https://github.com/pytorch/vision/issues/1266), [191](https://github.com/pytorch/vision/issues/191);
# [Machine-Learning-Tokyo/DL-workshop-series 1](https://github.com/Machine-Learning-Tokyo/DL-workshop-series/issues/1).

# %%
from onebyone.architectures import resnet50  # built as torchvision's
from onebyone.cost import macs

block = resnet50().layer2[0]
print("strides of 1×1, 3×3, 1×1:", block.conv1.stride, block.conv2.stride)
assert block.conv1.stride == (1, 1)
assert block.conv2.stride == (2, 2)
v1, v1_5 = (macs(256, 128, 1, size, size) for size in (28, 56))
print(f"the first 1×1: {v1:,} MACs in v1, {v1_5:,} in v1.5")
assert v1_5 == 4 * v1

# %% [markdown]
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
# ### Why does SqueezeNet pad a 1×1 convolution?
#
# By accident: a program wrote the file, and its author calls the padding of conv10 harmless. It is not quite that.
# [The frame holds the bias alone](../downsampling.py#exercises), and the average behind it counts the frame, so the scores shift.
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
# ### Does dilation change a 1×1, or a map of one pixel?
#
# Neither. A 1×1 has no second tap to move away. On a map of one pixel every outer tap meets padding, so 3×3 kernels of any dilation are their
# centre, [one 1×1](../algebra.py#a-large-kernel-is-a-sum-of-11-convolutions). In the second thread the author says that each dilation uses other features,
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
print("dilation 1, 3 or 24:", y.ravel().round(2))

# %% [markdown]
# ## Inside other networks
#
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
# ### Glow: is the log-determinant times the pixels, and logdet or slogdet?
#
# [Times the pixels](../algebra.py#undo-it), since each is multiplied by the matrix. Take the second result of `slogdet`: the determinant
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
# ### What does the last 1×1 of a segmentation network learn?
#
# A [classifier of pixels](../names.py#a-classifier-for-each-pixel): with the softmax behind it, it is multinomial logistic regression on each pixel's features.
# In the second thread two maps come out because there are two classes. In the first, two 3×3 in front help, without
# activations: they bring a larger field of view, not depth.
#
# Asked: [Cross Validated 435597](https://stats.stackexchange.com/questions/435597/what-is-the-purpose-of-the-last-1x1-convolution-layer-in-segmentation-networks-p);
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
# ### How do I feed greyscale images to an RGB network?
#
# Repeat the channel three times: that is [a 1×1 convolution](../names.py#colours) of ones. Or add up the first layer's weights over its three
# channels. An answer there says that to replace the first layer makes the others useless. With random weights, yes.
# With these sums, nothing changes.
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
