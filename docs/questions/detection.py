# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about 1×1 layers in detectors, pyramids and heads, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Detection and segmentation
#
# *What do the 1×1 layers of a detector's heads and of a pyramid do?*
#
# Detectors and segmentation networks end in 1×1 convolutions, and most of these questions are about how to read, count or start that last
# layer. Each was asked in public, where its links lead. The answers are ours, with code that proves them.

# %% [markdown]
# ## Detectors and their heads
#
# ### Does `size=1, pad=1` in a Darknet cfg make the map grow by two?
#
# No. In Darknet `pad=1` is a switch: it pads by half the kernel's size, rounded down, which is 1 for a 3×3 and 0 for a 1×1. At stride 1 an
# odd kernel then [keeps the size](../channels.py#the-size-of-the-output), 52×52 in the first thread. If you want pixels, write `padding=`.
#
# The third thread corrects a converter that took the 1 for a pixel. Every 1×1 then adds a frame that holds nothing but its bias, its map
# becomes 54×54, and no shortcut fits any more. The answer in the second thread, one pixel on the left, is a slip as well: nothing at all is
# padded. An even kernel does grow its map, 416 to 417 with `size=2`. (In SqueezeNet the same argument
# [really is a pixel](in-networks.py#why-does-squeezenet-pad-a-11-convolution).)
#
# Asked: [AlexeyAB/darknet 4155](https://github.com/AlexeyAB/darknet/issues/4155);
# [wizyoung/YOLOv3_TensorFlow 104](https://github.com/wizyoung/YOLOv3_TensorFlow/issues/104);
# [xingwangsfu/caffe-yolo 17](https://github.com/xingwangsfu/caffe-yolo/pull/17).

# %%
import numpy as np

from onebyone import conv2d
from onebyone.reference import output_size

for size in 1, 3, 7:
    assert output_size(52, size, padding=size // 2) == 52  # pad=1
print("416 with size=2 becomes", output_size(416, 2, padding=2 // 2))

rng = np.random.default_rng(seed=0)
x, bias = rng.standard_normal((64, 52, 52)), rng.standard_normal(32)
weight = rng.standard_normal((32, 64, 1, 1))
right = conv2d(x, weight, bias, padding=1 // 2)
wrong = conv2d(x, weight, bias, padding=1)  # the 1 taken for a pixel
print(x.shape, "→", right.shape, "or, by mistake,", wrong.shape)
assert np.allclose(wrong[:, 1:-1, 1:-1], right)
assert np.array_equal(wrong[:, 0], np.tile(bias[:, None], 54))

# %% [markdown]
# ### Where do the 255 filters before a YOLO layer come from?
#
# At each cell of the map YOLOv3 predicts three boxes, and for each box 4 coordinates, 1 score for "an object is here" and 80 class scores:
# 3 · (4 + 1 + 80) = 255. With one class of your own it is 3 · 6 = 18. The layer is an ordinary 1×1 convolution, which is what the second
# asker would have put there. Only the reading makes boxes of its channels: the first 85 belong to the first box.
#
# So the 3 has nothing to do with red, green and blue, as the third asker supposes. Nine boxes would need 765 filters, as the first asker
# computes; but the nine anchors are shared out among three maps, three for each. All three heads together have 457,725 parameters and predict
# 10,647 boxes on a picture of 416×416.
#
# Asked: [pjreddie/darknet 580](https://github.com/pjreddie/darknet/issues/580);
# [eriklindernoren/PyTorch-YOLOv3 104](https://github.com/eriklindernoren/PyTorch-YOLOv3/issues/104);
# [ultralytics/yolov5 6551](https://github.com/ultralytics/yolov5/issues/6551).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.cost import parameters

boxes, numbers = 3, 4 + 1 + 80
filters = boxes * numbers
print(filters, "filters, for nine boxes", 9 * numbers)
heads = sum(parameters(c, filters, 1) for c in (1024, 512, 256))
cells = sum(side**2 for side in (13, 26, 52))
print(f"{heads:,} parameters predict {boxes * cells:,} boxes")

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((1024, 13, 13))
weight = rng.standard_normal((filters, 1024))
y = conv1x1(x, weight).reshape(boxes, numbers, 13, 13)
assert np.allclose(y[1], conv1x1(x, weight[85:170]))  # the second box

# %% [markdown]
# ### Why are the RPN's 18 channels reshaped to 2 × (9·H) × W?
#
# So that one softmax over an axis of 2 serves all nine anchors. The 1×1 convolution gives 18 numbers at each pixel, and which two of them
# belong together is a convention. In Faster R-CNN channel c is the background of anchor c, and channel c + 9 its object. The reshape puts
# exactly these two one above the other.
#
# It is tempting to put the channels last and view them in pairs instead. That raises no error, but it pairs channel 0 with channel 1: other
# probabilities, at every anchor. One port did the one in its proposals and the other in its loss, as the third thread found. The boxes, in
# the second thread, may be viewed in fours, because their four numbers do stand next to each other, but only
# [after the channels have been moved](../names.py#the-layout-of-weights-in-pytorch-and-in-keras) to the end. (With
# [one sigmoid](../architectures/segmentation.py#one-output-or-two) per anchor there would be nothing to pair.)
#
# Asked: [rbgirshick/py-faster-rcnn 292](https://github.com/rbgirshick/py-faster-rcnn/issues/292);
# [endernewton/tf-faster-rcnn 34](https://github.com/endernewton/tf-faster-rcnn/issues/34);
# [jwyang/fpn.pytorch 6](https://github.com/jwyang/fpn.pytorch/issues/6).

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
scores, boxes = rng.standard_normal((18, 14, 14)), rng.random((36, 14, 14))
odds = np.exp(scores.reshape(2, 9 * 14, 14))  # c above c + 9
objects = (odds / odds.sum(axis=0))[1].reshape(9, 14, 14)
by_sigmoid = 1 / (1 + np.exp(scores[:9] - scores[9:]))
assert np.allclose(objects, by_sigmoid)

neighbours = np.exp(np.moveaxis(scores, 0, -1).reshape(-1, 2))  # 0 with 1
viewed = neighbours[:, 1] / neighbours.sum(axis=1)
same = np.isclose(np.moveaxis(objects, 0, -1).ravel(), viewed)
print(f"viewed in pairs, {same.mean():.0%} of {same.size:,} stay the same")
assert not same.any()

moved = np.moveaxis(boxes, 0, -1).reshape(-1, 4)
row = (3 * 14 + 5) * 9 + 2  # anchor 2 of pixel (3, 5)
assert np.array_equal(moved[row], boxes[8:12, 3, 5])
assert not np.array_equal(boxes.reshape(-1, 4)[row], moved[row])

# %% [markdown]
# ### Why does a detector's last bias start at −2.19 or −4.6?
#
# So that every pixel starts with a small probability of being an object. At first the weights are small, so the logit of every pixel is about
# the bias b, and its probability about sigmoid(b). For a probability of a tenth you need b = −2.20, and for a hundredth b = −4.60.
# CenterNet's author says, in the second thread, that it need not be just this number, and that −4.6 does slightly better. (The first asker
# reads 0.18 out of −2.19. It is 0.1.)
#
# With b = 0, 100,000 pixels of background would have a loss of 69,315 together, and would pull at the bias 10,000 times as hard as ten
# objects. At a hundredth, they have 1,005, and pull 101 times as hard. That is plain cross-entropy, so the bias helps without the focal loss,
# too. It has nothing to do with the threshold above which you report a detection: training moves it.
# [Logits](../architectures/segmentation.py#logits-and-which-loss-expects-them) says what the loss does with it.
#
# Asked: [xingyizhou/CenterNet 590](https://github.com/xingyizhou/CenterNet/issues/590);
# [xingyizhou/CenterNet 826](https://github.com/xingyizhou/CenterNet/issues/826);
# [princeton-vl/CornerNet 13](https://github.com/princeton-vl/CornerNet/issues/13).

# %%
import torch
import torch.nn.functional as F

target = torch.zeros(100_010)
target[:10] = 1  # ten objects
pulls = []
for start in 0.5, 0.1, 0.01:
    bias = torch.tensor(start, dtype=torch.float64).logit()
    logits = bias.expand(100_010).clone().requires_grad_()
    losses = F.binary_cross_entropy_with_logits(
        logits, target.double(), reduction="none"
    )
    (grad,) = torch.autograd.grad(losses.sum(), logits)
    pulls.append((grad[10:].sum() / -grad[:10].sum()).item())
    background = losses[10:].sum().item()
    print(f"bias {bias.item():5.2f}: loss of the background", end=" ")
    print(f"{background:6,.0f}, pull {pulls[-1]:6,.0f} times the objects'")
assert pulls[0] > 90 * pulls[2]

# %% [markdown]
# ### Can a 1×1 predict boxes in SSD, where the code has a 3×3?
#
# It can: the predictor is only a filter for each number that is wanted. With k boxes at each pixel and 21 classes, background included, that
# is k · (21 + 4) filters on each of six maps, 8,732 boxes in all. A 3×3 also asks the neighbours, for nine times the weights: 3,341,550
# parameters instead of 371,950. Pelee, in the first thread, puts a residual block in front, which has seen the neighbours already, and its
# author reports almost the same accuracy for both sizes.
#
# On the last map, which is a single pixel, the 3×3 *is* [its centre tap](../algebra.py#a-large-kernel-is-a-sum-of-11-convolutions): the other
# eight only ever meet padding.
#
# Asked: [Robert-JunWang/Pelee 15](https://github.com/Robert-JunWang/Pelee/issues/15);
# [GOATmessi8/RFBNet 83](https://github.com/GOATmessi8/RFBNet/issues/83);
# [pierluigiferrari/ssd_keras 76](https://github.com/pierluigiferrari/ssd_keras/issues/76).

# %%
import numpy as np

from onebyone import conv1x1, conv2d
from onebyone.cost import parameters

maps = ((38, 512, 4), (19, 1024, 6), (10, 512, 6))  # side, C, boxes
maps += ((5, 256, 6), (3, 256, 4), (1, 256, 4))
boxes = sum(side**2 * k for side, _, k in maps)
print(f"{boxes:,} boxes")
assert boxes == 8732
for size in 1, 3:
    heads = sum(parameters(c, k * (21 + 4), size) for _, c, k in maps)
    print(f"predicted by {size}×{size}: {heads:,} parameters")

rng = np.random.default_rng(seed=0)
pixel, weight = rng.random((256, 1, 1)), rng.random((100, 256, 3, 3))
y = conv2d(pixel, weight, padding=1)
assert np.allclose(y, conv1x1(pixel, weight[:, :, 1, 1]))

# %% [markdown]
# ### Is YOLOv5's Focus layer a convolution?
#
# Yes: together with the 3×3 that follows, it is exactly a 6×6 convolution with stride 2 and padding 2. Focus puts the four pixels of each 2×2
# cell on top of each other, so 3 channels become 12, and nothing is lost. Each tap of the 3×3 reads one such cell, which is four taps of the
# 6×6. Both have 108 weights for each filter, in another order, so a trained one can be rewritten.
#
# In the second thread the author says that the two count the same and compute something else. The asker was right, and since version 6.0
# YOLOv5 has the 6×6. [ConvNeXt's page](../architectures/convnext.py#patches-are-11-too) has the case without overlap, where the small kernel
# is a 1×1.
#
# Asked: [ultralytics/yolov5 4825](https://github.com/ultralytics/yolov5/issues/4825);
# [ultralytics/yolov5 1274](https://github.com/ultralytics/yolov5/issues/1274);
# [ultralytics/yolov5 804](https://github.com/ultralytics/yolov5/issues/804).

# %%
import torch

from onebyone.pytorch import conv2d

torch.manual_seed(0)
x, weight = torch.randn(1, 3, 64, 64), torch.randn(32, 3, 6, 6)
slices = [x[..., i::2, j::2] for j in (0, 1) for i in (0, 1)]
focused = torch.cat(slices, dim=1)  # (1, 12, 32, 32), as in YOLOv5
taps = weight.reshape(32, 3, 3, 2, 3, 2)  # a cell's row is i, column j
small = taps.permute(0, 5, 3, 1, 2, 4).reshape(32, 12, 3, 3)
y = conv2d(x, weight, stride=2, padding=2)
assert torch.allclose(conv2d(focused, small, padding=1), y, atol=1e-3)
print(tuple(weight.shape), "is", tuple(small.shape), end=", ")
print(weight[0].numel(), "weights a filter")

# %% [markdown]
# ## Pyramids, pooling and decoders
#
# ### "Expected more than 1 value per channel": why does the pooled branch of ASPP crash?
#
# Because a batch norm needs at least two numbers for each channel, and this branch has one: it averages a whole map to a single pixel before
# its 1×1 convolution. With a batch of one picture, or one on each GPU, or one left over at an epoch's end, there is nothing to take a spread
# of.
#
# Two pictures are allowed, and hardly better: of two numbers, less their mean and divided by their spread, only −1 and 1 are left, however
# far apart they were. So take larger batches and `drop_last=True`, or a group norm here, which takes its spread over several channels of a
# picture. Replacing the pooling by `AvgPool2d(1)`, as in the second thread, silences the error, but that layer pools nothing. The third
# thread takes the 1×1 map for a mistake; it is meant, as the reply there says.
#
# Asked: [jfzhang95/pytorch-deeplab-xception 41](https://github.com/jfzhang95/pytorch-deeplab-xception/issues/41);
# [nv-tlabs/GSCNN 28](https://github.com/nv-tlabs/GSCNN/issues/28);
# [pytorch/vision 1491](https://github.com/pytorch/vision/issues/1491).

# %%
import torch
from torch import nn

torch.manual_seed(0)
norm = nn.BatchNorm2d(256)  # one that trains
one, two = torch.randn(1, 256, 1, 1), 1e4 * torch.randn(2, 256, 1, 1)
try:
    norm(one)
except ValueError as error:
    print(error)
else:
    raise AssertionError("one number has no spread")
left = norm(two).detach().round(decimals=2).unique()
print("256 channels of two pictures:", left.tolist())
assert left.tolist() == [-1, 1]

assert nn.GroupNorm(32, 256)(one).unique().numel() > 200
x = torch.randn(1, 256, 33, 33)
assert torch.equal(nn.AvgPool2d(1)(x), x)

# %% [markdown]
# ### How do I keep a trained head if the number of classes changes?
#
# Copy the rows of the classes that you keep, since the head is [one row per class](../names.py#a-classifier-for-each-pixel). Their logits
# stay what they were. The probabilities rise, because the softmax has fewer rivals to share with. For classes that are new, leave the head's
# two tensors out of the checkpoint, and train a new one on the old features.
#
# The answer in the first thread, `strict=False`, is not enough. It forgives names that are missing or left over, so it loads the
# checkpoint once the head's two tensors are out. As long as they are in it, it raises, because their shapes differ.
#
# Asked: [HRNet/HRNet-Semantic-Segmentation 136](https://github.com/HRNet/HRNet-Semantic-Segmentation/issues/136);
# [fregu856/deeplabv3 5](https://github.com/fregu856/deeplabv3/issues/5);
# [CSAILVision/semantic-segmentation-pytorch 230](https://github.com/CSAILVision/semantic-segmentation-pytorch/issues/230).

# %%
import torch

from onebyone.pytorch import Conv1x1

torch.manual_seed(0)
old, new, keep = Conv1x1(256, 20), Conv1x1(256, 3), [3, 7, 11]
try:
    new.load_state_dict(old.state_dict(), strict=False)
except RuntimeError as error:
    print(str(error).splitlines()[1].strip())
else:
    raise AssertionError("20 rows do not fit into 3")

kept = {name: rows[keep] for name, rows in old.state_dict().items()}
new.load_state_dict(kept)
x = torch.randn(1, 256, 32, 32)
with torch.no_grad():
    before, after = old(x), new(x)
assert torch.allclose(before[:, keep], after, atol=1e-5)
assert (after.softmax(dim=1) > before.softmax(dim=1)[:, keep]).all()
print("logits kept:", tuple(before.shape), "→", tuple(after.shape))

# %% [markdown]
# ### Why does DeepLabv3+ reduce the low-level maps to 48 channels?
#
# Because the 3×3 that follows reads them together with 256 maps of the encoder, where pixels are many. With all 256 fine maps it would have
# 1,179,648 weights. With 48, it and the 1×1 have 712,704, two fifths fewer. The paper itself speaks of balance: the fine maps should not
# outweigh the encoder's. Its [Table 1](https://arxiv.org/abs/1802.02611), which the reply in the first thread points to, compares several
# widths.
#
# From the 24 fine maps of MobileNetV2, asked about in the second thread, 48 is an increase and saves nothing: 645,120 weights become 701,568.
# There the 1×1 only mixes. [Chapter 4](../projections.py#when-does-a-bottleneck-pay) says in general when such a reduction pays.
#
# Asked: [Wi-sc/BriNet 18](https://github.com/Wi-sc/BriNet/issues/18);
# [jfzhang95/pytorch-deeplab-xception 206](https://github.com/jfzhang95/pytorch-deeplab-xception/issues/206).

# %%
from onebyone.cost import parameters

saved = {}
for backbone, fine in ("ResNet", 256), ("MobileNetV2", 24):
    direct = parameters(256 + fine, 256, 3, bias=False)
    reduced = parameters(fine, 48, 1, bias=False)
    reduced += parameters(256 + 48, 256, 3, bias=False)
    saved[backbone] = 1 - reduced / direct
    print(f"{backbone}, {fine} fine maps: {direct:,} or {reduced:,}")
print(f"saved with the ResNet: {saved['ResNet']:.0%}")
assert saved["ResNet"] > 0.39
assert saved["MobileNetV2"] < 0

# %% [markdown]
# ### Why no ReLU after FPN's lateral 1×1?
#
# The [paper](../reference/bibliography.md#fpn) tried activations in these layers and found that they matter little. A ReLU would take
# something away: it lets a lateral only *add* to the coarser level, and never take anything back where the fine map disagrees. In the code
# about half of the numbers go down without a ReLU, and none with it.
#
# What does its absence cost? [The lateral](../architectures/segmentation.py#feature-pyramids-the-lateral-11) and the 3×3 after it are then
# [one linear layer](../algebra.py#two-in-a-row-are-one), a 3×3 that is factored through 256 channels. The nonlinear work is left to the
# backbone before, and the heads after.
#
# Asked: [roytseng-tw/Detectron.pytorch 114](https://github.com/roytseng-tw/Detectron.pytorch/issues/114).

# %%
import numpy as np

from onebyone import conv1x1, conv2d, relu
from onebyone.algebra import compose

rng = np.random.default_rng(seed=0)
fine, weight = rng.random((64, 32, 32)), rng.standard_normal((256, 64))
above = rng.standard_normal((256, 32, 32))  # the coarser level, enlarged
lateral = conv1x1(fine, weight)
shares = []
for name, added in {"linear": lateral, "relu": relu(lateral)}.items():
    shares.append((above + added < above).mean())
    print(f"{name}: {shares[-1]:.0%} of the numbers go down")
assert 0.4 < shares[0] < 0.6
assert shares[1] == 0

three = rng.standard_normal((256, 256, 3, 3))
one, _ = compose(second=(three, None), first=(weight, None))
y = conv2d(fine, one, padding=1)
assert np.allclose(conv2d(lateral, three, padding=1), y)

# %% [markdown]
# ### Several 1×1 heads on the same maps are added up. Is one not enough?
#
# One is enough: a sum of linear layers on the same input is one layer with the sum of their weights. The asker is right that the dilation
# rate of a 1×1 [means nothing](in-networks.py#does-dilation-change-a-11-or-a-map-of-one-pixel). The threads end without an answer. In the
# code that they quote, the loop is there for kernels larger than 1, where the rates differ; where ASPP has its batch norm, it sets the rates
# to `[1]` and runs once.
#
# What would change is the pace of training. Each of three summed heads gets the gradient that the single one would get, so one step of
# gradient descent moves their sum three times as far.
#
# Asked: [tensorflow/models 5274](https://github.com/tensorflow/models/issues/5274);
# [tensorflow/models 5281](https://github.com/tensorflow/models/issues/5281).

# %%
import torch

from onebyone.pytorch import conv1x1

torch.manual_seed(0)
x = torch.randn(1, 256, 33, 33, dtype=torch.float64)
heads = [torch.randn(21, 256).double().requires_grad_() for _ in range(3)]
one = sum(heads).detach().requires_grad_()
added, single = sum(conv1x1(x, head) for head in heads), conv1x1(x, one)
assert torch.allclose(added, single)

grads = torch.autograd.grad(added.square().mean(), heads)
(grad,) = torch.autograd.grad(single.square().mean(), one)
assert all(torch.allclose(each, grad) for each in grads)
step = sum(grads).norm() / grad.norm()
print(f"same scores, and {step.item():.0f} times the step")

# %% [markdown]
# ### Why two layers before the classes in SegFormer's decoder, and not one?
#
# As a function, one would do. A linear layer brings each of four levels to 256 channels (in the model B1), all are enlarged and concatenated,
# and another linear layer brings 1,024 channels to 256. Nothing nonlinear stands between the two, so each level's pair
# [is one layer](../algebra.py#two-in-a-row-are-one), and the concatenation becomes a sum. The author, asked, has not compared the two either.
#
# Merged, it is also cheaper, since [enlarging comes last](../algebra.py#put-the-11-where-the-maps-are-smallest): on a picture of 512×512, 0.52
# instead of 4.82 billion multiply-accumulates (MACs). What is left over is a norm and a ReLU, and the layer that scores the classes; those do
# not merge.
#
# Asked: [NVlabs/SegFormer 35](https://github.com/NVlabs/SegFormer/issues/35).

# %%
import torch
from torch import nn

from onebyone.cost import macs
from onebyone.pytorch import conv1x1

torch.manual_seed(0)
fuse = torch.randn(256, 1024) / 32
enlarge = nn.Upsample((16, 16), mode="bilinear")
enlarged, merged, cost = [], 0, 0
for level, channels in enumerate((64, 128, 320, 512)):
    x = torch.randn(1, channels, 16 >> level, 16 >> level)
    weight = torch.randn(256, channels) / channels**0.5
    enlarged.append(enlarge(conv1x1(x, weight)))
    own = fuse[:, 256 * level : 256 * (level + 1)]
    merged = merged + enlarge(conv1x1(x, own @ weight))
    cost += macs(channels, 256, 1, 128 >> level, 128 >> level)
theirs = conv1x1(torch.cat(enlarged, dim=1), fuse)
assert torch.allclose(theirs, merged, atol=1e-4)
more = cost + macs(1024, 256, 1, 128, 128)
print(f"{more / 1e9:.2f} or {cost / 1e9:.2f} billion MACs")

# %% [markdown]
# !!! takeaway "Takeaway"
#     A head is a 1×1 convolution, one row for each number that is wanted at a pixel. What the rows mean, which belong together and where they start
#     is a convention around it, and most errors are made there.
