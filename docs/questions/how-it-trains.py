# ---
# search: { boost: 0.3 }  # a chapter explains before a question repeats
# description: Questions asked in public about training that goes wrong, each with its source, an answer and a run.
# ---

# %% [markdown]
# # How it trains
#
# *What do a bias, a norm, a first weight and a ReLU do to what can be learnt?*

# %% [markdown]
# ## Order, and what lies between
#
# ### Are two 1×1 convolutions in a row useless?
#
# With nothing between them they are [one, with the product of the matrices](../algebra.py#two-in-a-row-are-one). A 1×1 is said to add
# nonlinearity; it is the activation behind it that does. WASP applies one layer twice without any, and its author's reply leaves out the algebra.
# In YOLOv5 a batch norm and an activation stand between, so its two are not one.
#
# Asked: [bmartacho/WASP 2](https://github.com/bmartacho/WASP/issues/2);
# [ultralytics/yolov5 724](https://github.com/ultralytics/yolov5/issues/724);
# [DeepLearning.AI forum 29678](https://community.deeplearning.ai/t/googlenet-for-image-classification/29678).

# %%
import numpy as np

from onebyone import conv1x1, relu

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((8, 6, 6))
weight, bias = rng.standard_normal((8, 8)), rng.standard_normal(8)
once = conv1x1(x, weight, bias)
one = conv1x1(x, weight @ weight, weight @ bias + bias)
for name, between in {"nothing": once, "a ReLU": relu(once)}.items():
    same = np.allclose(conv1x1(between, weight, bias), one)
    print(f"{name} between: one layer does the same: {same}")
    assert same == (name == "nothing")

# %% [markdown]
# ### Global average pooling before the 1×1, or after it?
#
# [Either gives the same scores](../algebra.py#do-it-where-the-map-is-smallest), as long as nothing nonlinear stands between. Before is cheaper;
# after, you also get a map of where each class was seen. SqueezeNet has a ReLU between: asked for the reason,
# its authors name none, and with it the order matters.
#
# Asked: [clovaai/symmetrical-synthesis 4](https://github.com/clovaai/symmetrical-synthesis/issues/4);
# [forresti/SqueezeNet 10](https://github.com/forresti/SqueezeNet/issues/10).

# %%
import numpy as np

from onebyone import conv1x1, global_avg_pool2d, relu

rng = np.random.default_rng(seed=0)
maps = rng.random((512, 13, 13))
weight, bias = rng.standard_normal((10, 512)), rng.standard_normal(10)
before = conv1x1(global_avg_pool2d(maps), weight, bias)
scores = conv1x1(maps, weight, bias)
assert np.allclose(global_avg_pool2d(scores), before)
assert not np.allclose(global_avg_pool2d(relu(scores)), relu(before))
print(f"after: {scores[0].size} pixels to multiply, before: {before[0].size}")

# %% [markdown]
# ### Why no ReLU after the last 1×1 of MobileNetV2?
#
# Because few channels come out, and a ReLU on few channels loses what [one on many keeps](../architectures/mobilenet.py#mobilenetv2-the-inverted-residual).
# How much depends on the data: on three channels nearly two fifths of white noise, whose channels tell nothing of each other, and a tenth of a
# photograph, whose colours are much alike.
#
# One issue wants it gone after the *expansion* too. That misreads the paper, which has a ReLU6 there, where the channels are many.
#
# Asked: [PiLab-CAU/ComputerVision-2401 31](https://github.com/PiLab-CAU/ComputerVision-2401/issues/31);
# [tensorflow/tensorflow 50835](https://github.com/tensorflow/tensorflow/issues/50835).

# %%
import numpy as np

from onebyone import avg_pool2d, conv1x1, relu
from onebyone.algebra import best_expansion
from onebyone.images import photograph

rng = np.random.default_rng(seed=0)
photo = avg_pool2d(photograph(), 4).astype(float)  # (3, 64, 64)
photo -= photo.mean(axis=(1, 2), keepdims=True)
noise = rng.standard_normal(photo.shape)
for name, x in {"noise": noise, "photograph": photo}.items():
    lost = {}
    for channels in 3, 30:
        shares = []
        for _ in range(20):
            y = relu(conv1x1(x, rng.standard_normal((channels, 3))))
            error = x - conv1x1(y, *best_expansion(y, x))
            shares.append(error.var() / x.var())
        lost[channels] = np.mean(shares)
    print(f"{name}: {lost[3]:.1%} lost at 3 channels, {lost[30]:.2%} at 30")
    assert lost[3] > 10 * lost[30]

# %% [markdown]
# ### How does RepVGG put a 1×1 branch into a 3×3?
#
# As the centre of a 3×3 of zeros. The identity is the 1×1 whose matrix is $I$, so it goes the same way, and
# [kernels add up](../algebra.py#a-large-kernel-is-a-sum-of-11-convolutions). Fold each branch's batch norm first.
# To keep the 3×3 alone, about which the second thread asks, drops the other two.
#
# Asked: [DingXiaoH/RepVGG 78](https://github.com/DingXiaoH/RepVGG/issues/78);
# [YeongHyeon/RepVGG-TF2 1](https://github.com/YeongHyeon/RepVGG-TF2/issues/1).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x, one = rng.standard_normal((8, 6, 6)), rng.standard_normal((8, 8))
three = rng.standard_normal((8, 8, 3, 3))
merged = three.copy()
merged[:, :, 1, 1] += one + np.eye(8)
branches = conv2d(x, three, padding=1) + conv1x1(x, one) + x
assert np.allclose(conv2d(x, merged, padding=1), branches)
assert not np.allclose(conv2d(x, three, padding=1), branches)
print("three branches are one 3×3:", merged.shape)

# %% [markdown]
# ## Batch norm, bias, first weights
#
# ### Does a 1×1 before a batch norm need a bias?
#
# Not directly before one, which takes the mean away and the bias with it. With a ReLU between, it does. So it does before a norm
# over several channels, though the second thread's title speaks of any normalisation: the channels' biases differ, and one common mean takes
# away only part. A batch norm that [folds away](../algebra.py#a-batch-norm-folds-away) leaves a bias behind.
#
# Asked: [Stack Overflow 59404153](https://stackoverflow.com/questions/59404153);
# Stack Overflow, [read in a copy](https://coderapp.vercel.app/answer/64866328).

# %%
import torch
from torch import nn

torch.manual_seed(0)
conv = nn.Conv2d(8, 16, kernel_size=1).double()
x = torch.randn(4, 8, 5, 5, dtype=torch.float64)
behind = {
    "batch norm": nn.BatchNorm2d(16),
    "ReLU, then batch norm": nn.Sequential(nn.ReLU(), nn.BatchNorm2d(16)),
    "norm of all channels": nn.GroupNorm(1, 16),
}
for name, layer in behind.items():
    y = layer.double()(nn.functional.conv2d(x, conv.weight))
    same = torch.allclose(layer(conv(x)), y)
    print(f"{name}: {'no bias needed' if same else 'the bias matters'}")
    assert same == (name == "batch norm")

# %% [markdown]
# ### What is the formula for folding a batch norm?
#
# Multiply each filter by $\gamma / \sqrt{\sigma^2 + \epsilon}$; the bias becomes $\beta + \gamma\,(b - \mu) / \sqrt{\sigma^2 + \epsilon}$.
# It holds for the statistics that training left, not while they change. Code without the $b$, as in the second thread, is right where the
# convolution has none. [Chapter 7](../algebra.py#a-batch-norm-folds-away) does it to a PyTorch layer.
#
# Asked: [uxlfoundation/oneDNN 757](https://github.com/uxlfoundation/oneDNN/issues/757);
# [shoutOutYangJie/MobileOne 14](https://github.com/shoutOutYangJie/MobileOne/issues/14).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.algebra import fold_batch_norm

rng = np.random.default_rng(seed=0)
x, weight = rng.standard_normal((8, 5, 5)), rng.standard_normal((16, 8))
bias, *statistics = rng.random((5, 16))
gamma, beta, mean, variance = (s[:, None, None] for s in statistics)
y = conv1x1(x, weight, bias)
expected = gamma * (y - mean) / np.sqrt(variance + 1e-5) + beta
folded = fold_batch_norm((weight, bias), *statistics)
assert np.allclose(conv1x1(x, *folded), expected)
print("one 1×1:", *(part.shape for part in folded))

# %% [markdown]
# ### Why does PyTorch initialise with a = √5?
#
# To keep what was there before: with it, the Kaiming formula gives the bound $1 / \sqrt{\text{fan-in}}$ that the documentation states, so both are
# true. It is not He's rule for ReLUs: its variance is six times smaller, its deviation $\sqrt{6}$ times. For a 1×1 the fan-in is $C_\text{in}$:
# [chapter 7](../algebra.py#how-large-to-begin) shows what its size does to a deep stack.
#
# Asked: [pytorch/pytorch 15314](https://github.com/pytorch/pytorch/issues/15314), [42083](https://github.com/pytorch/pytorch/issues/42083).

# %%
import torch
from torch import nn

torch.manual_seed(0)
bound = nn.init.calculate_gain("leaky_relu", 5**0.5) * (3 / 64) ** 0.5
weight = nn.Conv2d(64, 4096, kernel_size=1).weight
ratio = (2 / 64) ** 0.5 / weight.std().item()
print(f"bound {bound:.4f}, largest {weight.abs().max().item():.4f}")
print(f"He's deviation is {ratio:.2f} times as large")
assert abs(bound - 64**-0.5) < 1e-9
print(f"and He's variance {ratio**2:.1f} times")
assert abs(ratio - 6**0.5) < 0.01

# %% [markdown]
# ### Can a 1×1 that starts at zero learn?
#
# Yes. [The weight's gradient](../gradients.py#three-contractions) is made of the input and of the error behind, and neither is zero; only the input gets no
# gradient in the first step. Two zero layers in a row are another matter. The asker who fears for them is right: the last bias alone ever moves.
#
# Asked: [lllyasviel/ControlNet 51](https://github.com/lllyasviel/ControlNet/issues/51), [510](https://github.com/lllyasviel/ControlNet/issues/510).

# %%
import numpy as np

from onebyone import conv1x1, conv1x1_backward

rng = np.random.default_rng(seed=0)
x, g = rng.standard_normal((2, 8, 5, 5))  # the input, and the error behind
zero = np.zeros((8, 8))
of_x, of_weight, _ = conv1x1_backward(g, x, zero)
print("one layer: weight moves:", of_weight.any(), "input:", of_x.any())
assert of_weight.any()

of_hidden, *second = conv1x1_backward(g, conv1x1(x, zero), zero)
_, *first = conv1x1_backward(of_hidden, x, zero)
moves = [bool(gradient.any()) for gradient in (*first, *second)]
print("two layers, weight and bias each:", moves)
assert moves == [False, False, False, True]
