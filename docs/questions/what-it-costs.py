# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about parameters, MACs, memory and time, each with its source, an answer and a run.
# ---

# %% [markdown]
# # What it costs
#
# *Where do the parameters, the work, the memory and the time of a network go?*

# %% [markdown]
# ## What it costs
#
# ### Why does an extra 1×1 before a 5×5 save work?
#
# The 5×5 is what costs, and it then meets 16 channels instead of 192. The extra layer is cheap.
# [Chapter 2](../feature-maps.py#a-layer-that-costs-too-much-and-the-remedy) takes this layer apart. At Cross Validated the 1×1 from 512 to 128 is
# found 25 times cheaper than a 5×5. That is right for the layer alone; with the 5×5 behind it, the pair saves less.
#
# Asked: [DeepLearning.AI forum 117924](https://community.deeplearning.ai/t/regarding-inception-model-architecture/117924);
# [Cross Validated 352763](https://stats.stackexchange.com/questions/352763/how-does-the-addition-of-1%c3%971-layers-reduce-from-the-complexity-and-solve-sparse?r=SearchResults).

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
    print(f"{name:18}: outputs, patterns of a channel: {ranks[-1]}")
assert ranks == [(1, 1), (4, 1), (16, 9)]

# %% [markdown]
# ### Why is a depthwise separable convolution not faster?
#
# It has [fewer multiply-accumulates](../architectures/mobilenet.py#what-it-costs), and yet threads report anything from a gain to a loss of
# time. Numbers must also be fetched and stored, and the depthwise half does little with each: [it may wait for the memory](../speed.py#the-roofline). With three
# input channels, as in one thread, there is hardly anything to save.
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
