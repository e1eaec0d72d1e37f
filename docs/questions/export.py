# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about export, quantisation and number formats, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Export, phones, number formats
#
# *What becomes of a 1×1 layer between the training machine and a phone?*
#
# A trained network is rewritten before it runs elsewhere: its axes are moved, its norms folded, its numbers shortened. Each step is harmless in
# exact arithmetic, and each can go wrong. The questions were asked in public, where their links lead; the answers are ours, each
# with code that proves it. ONNX itself is not run here.

# %% [markdown]
# ## Layouts
#
# ### Why does a converter put a Transpose around every Conv2D, and must it?
#
# Because it translates one layer at a time. ONNX has the channels first, TensorFlow's convolutions on a CPU want them last, so each
# layer gets a transposition before it and one after it. But two that meet cancel, so one at the
# beginning and one at the end are enough for everything that treats all pixels alike: convolutions (their weights are moved instead), norms, ReLUs,
# sums. What stops this are the layers that name an axis, such as a concatenation, a softmax or a flatten: there
# the axis has to be renamed, or the next weights sorted anew.
#
# A transposition multiplies nothing, and yet it is not free. On 64 channels, the two around a 1×1 move 1.98 times as many bytes as
# [the layer itself](../speed.py#operations-and-bytes).
#
# Asked: [onnx/onnx-tensorflow 782](https://github.com/onnx/onnx-tensorflow/issues/782), [253](https://github.com/onnx/onnx-tensorflow/issues/253);
# [PINTO0309/onnx2tf 585](https://github.com/PINTO0309/onnx2tf/issues/585).

# %%
import numpy as np

from onebyone import conv1x1, relu
from onebyone.cost import bytes_moved

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((64, 56, 56))
first, second = rng.standard_normal((2, 64, 64))
y = conv1x1(relu(conv1x1(x, first)), second)

last = np.moveaxis(x, 0, -1)  # once, at the beginning
last = np.maximum(last @ first.T, 0) @ second.T
assert np.allclose(np.moveaxis(last, -1, 0), y)  # and once, at the end
assert not np.allclose(last.ravel(), y.ravel())  # a flatten sees the order

layer = bytes_moved(64, 64, 1, 56, 56)
around = 2 * 2 * 4 * x.size  # two, each reads and writes 4 bytes a number
print(f"layer {layer:,} bytes, around it {around / layer:.2f} times that")
assert 1.9 < around / layer < 2

# %% [markdown]
# ### From channels_first to channels_last in Keras: which weights change?
#
# None of the convolutions'. Keras keeps a kernel as (height, width, in, out) whatever the data format, which the second asker
# takes for a fault; PyTorch, too,
# has one shape for both. A reply in the first thread would transpose them. That was right in the days of Theano, whose format
# [kept kernels in another
# order](https://stackoverflow.com/questions/39547279/loading-weights-in-th-format-when-keras-is-set-to-tf-format). Only the first
# `Dense` after a `Flatten` changes. Its rows are listed in the order in which the maps were flattened, (channel, height,
# width) before and (height, width, channel) after, and [have to be sorted
# anew](../names.py#the-layout-of-weights-in-pytorch-and-in-keras). If an average over all
# pixels stands in place of the `Flatten`, nothing changes at all.
#
# Asked: [TensorFlow forum 12658](https://discuss.tensorflow.org/t/transform-weights-from-nchw-to-nhwc-model/12658);
# [keras-team/keras 13000](https://github.com/keras-team/keras/issues/13000).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x = rng.random((4, 3, 3))  # channels first
kernel = rng.random((1, 1, 4, 4))  # (height, width, in, out), for both
y = conv1x1(x, kernel[0, 0].T)
last = x.transpose(1, 2, 0) @ kernel[0, 0]  # channels last
assert np.allclose(last, y.transpose(1, 2, 0))

dense = rng.random((4 * 3 * 3, 5))
rows = dense.reshape(4, 3, 3, 5).transpose(1, 2, 0, 3).reshape(-1, 5)
for name, weight in {"as it was": dense, "sorted": rows}.items():
    same = np.allclose(last.ravel() @ weight, y.ravel() @ dense)
    print(f"Dense {name}: same outputs: {same}")
    assert same == (name == "sorted")
assert np.allclose(last.mean(axis=(0, 1)), y.mean(axis=(1, 2)))

# %% [markdown]
# ### With one channel, is a tensor channels-first or channels-last?
#
# Both. With a single channel, or a single pixel, the two layouts are the same bytes in the same order, and PyTorch says yes to
# either question. Which one was
# *meant* can only be guessed from the strides of axes of length 1, and these are not fixed by anything: a slice and an
# `unsqueeze` change them, although no number moves.
# One version of PyTorch guessed wrongly and returned wrong numbers, as the first thread reports. The cell runs that case, and
# today the numbers are right. So ask
# `is_contiguous` for the layout that you need, and do not compare strides.
#
# Asked: [pytorch/pytorch 82060](https://github.com/pytorch/pytorch/issues/82060),
# [68430](https://github.com/pytorch/pytorch/issues/68430), [78611](https://github.com/pytorch/pytorch/issues/78611).

# %%
import torch

last = torch.channels_last
shapes = {"one channel": (2, 1, 5, 5), "one pixel": (2, 3, 1, 1)}
shapes["3 channels"] = (2, 3, 5, 5)
for name, shape in shapes.items():
    x = torch.randn(shape)
    flags = x.is_contiguous(), x.is_contiguous(memory_format=last)
    print(f"{name}: channels first {flags[0]}, channels last {flags[1]}")
    assert flags == (True, name != "3 channels")

x = torch.randn(1, 3, 32, 32).to(memory_format=last)
again = x[0].unsqueeze(0)  # the same numbers at the same place
print("strides", x.stride(), "and", again.stride())
assert again.data_ptr() == x.data_ptr()
assert again.stride() != x.stride()
assert again.is_contiguous(memory_format=last)

conv, x = torch.nn.Conv2d(1, 64, 3), torch.randn(1, 1, 9, 9)
torch.testing.assert_close(conv(x), conv.to(memory_format=last)(x))

# %% [markdown]
# ## Folding, and the graph
#
# ### Where has my batch norm gone in the ONNX file?
#
# Into the convolution before it. In `eval` mode a batch norm is a factor and a shift for each channel, and an exporter may
# [fold it](../algebra.py#a-batch-norm-folds-away) without being asked. That is why a convolution suddenly has a bias. It is no
# bug, and for running the network nothing is lost.
# What is gone is what further training would need. To keep the
# norms, export in training mode, or use an exporter that leaves them alone: `torch.export` does, and there people ask
# for the opposite.
#
# Asked: [pytorch/pytorch 93343](https://github.com/pytorch/pytorch/issues/93343), [49226](https://github.com/pytorch/pytorch/issues/49226),
# and the opposite, [141116](https://github.com/pytorch/pytorch/issues/141116).

# %%
import torch
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval

torch.manual_seed(0)
conv, norm = nn.Conv2d(8, 16, 1, bias=False), nn.BatchNorm2d(16)
nn.init.uniform_(norm.bias)  # as if it had learnt
norm.running_var.uniform_(0.5, 2)
model = nn.Sequential(conv, norm, nn.ReLU()).eval()
x = torch.randn(1, 8, 5, 5)

folded = nn.Sequential(fuse_conv_bn_eval(conv, norm), nn.ReLU())
for name, network in {"as trained": model, "folded": folded}.items():
    graph = torch.export.export(network, (x,)).graph
    calls = [n.name for n in graph.nodes if n.op == "call_function"]
    print(f"{name}: {', '.join(calls)}; bias {network[0].bias is not None}")
    assert ("batch_norm" in " ".join(calls)) == (name == "as trained")
torch.testing.assert_close(folded(x), model(x))

# %% [markdown]
# ### After folding, the outputs differ by 0.185 in sum: is that too much?
#
# No. It is a sum over 2 · 32 · 224 · 224 outputs, so each is off by 6 · 10⁻⁸, which is the rounding of float32. Do not judge a
# sum: look at the difference of each output, in proportion to the outputs, and repeat the comparison in float64. A gap that is
# rounding all but vanishes there, and a mistake stays.
#
# The usual mistake is a batch norm in training mode, which takes the mean of the batch and not the stored one. Then the two differ
# by as much as the outputs are large. In both threads the fold turned out to be right, and the fault was elsewhere in the asker's code.
#
# Asked: [open-mmlab/mmcv 747](https://github.com/open-mmlab/mmcv/issues/747);
# [open-mmlab/mmpose 606](https://github.com/open-mmlab/mmpose/issues/606).

# %%
import torch
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval

print(f"{0.185 / (2 * 32 * 224 * 224):.0e} for each output")
torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 32, 3), nn.BatchNorm2d(32))
x = torch.rand(2, 3, 64, 64) + 1
gaps = {}
for dtype in torch.float32, torch.float64:
    conv, norm = model.eval().to(dtype)
    folded = fuse_conv_bn_eval(conv, norm)(x.to(dtype))
    y = model(x.to(dtype))
    gaps[dtype] = ((y - folded).abs().max() / y.abs().max()).item()
    print(f"{dtype}: below 1e-6: {gaps[dtype] < 1e-6}", end=", ")
    print(f"below 1e-14: {gaps[dtype] < 1e-14}")
assert gaps[torch.float64] < 1e-14 < gaps[torch.float32] < 1e-6
y = model.train()(x.double())
wrong = ((y - folded).abs().max() / y.abs().max()).item()
print("in training mode: above 0.1:", wrong > 0.1)
assert wrong > 0.1

# %% [markdown]
# ### Same weights, another library, other outputs: is it the ε of the batch norm?
#
# It may well be, and it is easily overlooked, because ε is an argument of the layer and not in the file of weights. Keras's
# default is 10⁻³, as the first and the third thread say, PyTorch's is 10⁻⁵. In a channel whose variance is
# about 1 the factor becomes 0.9995 of what it was, which nobody sees; with a variance of 10⁻² it is 0.9539, and with 10⁻⁴ only 0.3162. So
# the channels that vary little are wrong, and most look right. Pass the ε of the library that trained, or fold with it before you
# convert, since a folded layer has no ε left.
#
# Asked: [qqwweee/keras-yolo3 451](https://github.com/qqwweee/keras-yolo3/issues/451);
# [ceccocats/tkDNN 167](https://github.com/ceccocats/tkDNN/issues/167);
# put right in [gzuidhof/nn-transfer 3](https://github.com/gzuidhof/nn-transfer/pull/3).

# %%
from torch import nn

from onebyone.algebra import fold_batch_norm

print("PyTorch's default:", nn.BatchNorm2d(1).eps)
layer = [[1.0]], None  # a 1×1 of one channel
ratios = []
for variance in 1.0, 1e-2, 1e-4:
    norm = [1.0], [0.0], [0.0], [variance]  # γ, β, mean, variance
    with_pytorch, _ = fold_batch_norm(layer, *norm, eps=1e-5)
    with_keras, _ = fold_batch_norm(layer, *norm, eps=1e-3)
    ratios.append((with_keras / with_pytorch).item())
    print(f"variance {variance}: {ratios[-1]:.4f} of what it was")
assert ratios[0] > 0.999
assert ratios[2] < 0.34

# %% [markdown]
# ### A phone's library refuses my Linear layer: does a 1×1 convolution help?
#
# It may, since it computes the same, and a convolution is what such libraries were built for. In the first thread a `Linear` ran
# on the chip only if it had a single row, in the second one without a
# bias was exported as another operation than one with a bias, and the converter failed on it. A 1×1 convolution has many rows by
# nature, and its bias is an
# option. Copy the weight, add two axes of length 1, and put the tokens where the pixels are. The transpositions that this takes belong
# at the two ends of the network, not around each layer.
#
# Asked: [tensorflow/tensorflow 51626](https://github.com/tensorflow/tensorflow/issues/51626);
# [onnx/onnx-coreml 333](https://github.com/onnx/onnx-coreml/issues/333).

# %%
import torch
from torch import nn

torch.manual_seed(0)
linear = nn.Linear(256, 128, bias=False)
conv = nn.Conv2d(256, 128, 1, bias=False)
conv.weight.data = linear.weight.data[:, :, None, None]
tokens = torch.randn(1, 49, 256)
maps = tokens.mT.unflatten(2, (7, 7))  # (1, 256, 7, 7)
torch.testing.assert_close(conv(maps).flatten(2).mT, linear(tokens))

for layer, x in {linear: tokens, conv: maps}.items():
    graph = torch.export.export(layer, (x,)).graph
    calls = [n.name for n in graph.nodes if n.op == "call_function"]
    print(f"{type(layer).__name__} is exported as", *calls)
    assert ("linear" in calls) == (layer is linear)

# %% [markdown]
# ### Why does converting one fully connected layer take hours?
#
# Count it. In the thread the maps are averaged to 128 × 72 pixels, flattened and read by 1,024 units. With 128 channels, that
# layer alone has 1.2 billion
# weights, 47 times as many as a whole ResNet-50, and takes 4,608 MiB in float32. (The thread leaves the number of channels open;
# the asker later made it smaller, and the conversion ended.)
# Average each map to *one* pixel, and 131,072 weights are left, half a MiB: [that is what the average is
# for](../architectures/network-in-network.py#no-fully-connected-layer).
#
# Asked: [apple/coremltools 2381](https://github.com/apple/coremltools/issues/2381).

# %%
import torch
from torch import nn

from onebyone.architectures import resnet50

counts = []
for size in (128, 72), (1, 1):
    with torch.device("meta"):  # shapes without numbers
        head = nn.Sequential(
            nn.AdaptiveAvgPool2d(size),
            nn.Flatten(),
            nn.Linear(128 * size[0] * size[1], 1024, bias=False),
        )
    counts.append(sum(p.numel() for p in head.parameters()))
    print(f"{size}: {counts[-1]:,} weights, {counts[-1] * 4 / 2**20:,.1f} MiB")
whole = sum(p.numel() for p in resnet50().parameters())
print(f"{counts[0] / whole:.0f} times a ResNet-50")
assert counts[0] > 40 * whole

# %% [markdown]
# ### Why does my exported network take only one size of picture?
#
# Because the exporter writes down what it sees. It runs the network once, on your example, and unless you say which axes may
# change, their lengths become part of the file.
# Saying so is enough for a network of convolutions and averages, since none of its weights knows a size. It is not enough where a
# `Flatten` feeds a `Linear`, or where each position has a
# weight of its own, because there the size is in the *shape of a weight*, and no option takes it out. Make that layer
# [a convolution](../architectures/network-in-network.py#from-fully-connected-to-11-and-back), or average first.
#
# Asked: [ultralytics/yolov5 7268](https://github.com/ultralytics/yolov5/issues/7268);
# [SwinTransformer/Swin-Transformer-Object-Detection 223](https://github.com/SwinTransformer/Swin-Transformer-Object-Detection/issues/223);
# [roboflow/rf-detr 212](https://github.com/roboflow/rf-detr/issues/212).

# %%
import torch
from torch import nn

free = torch.export.Dim.AUTO  # free, unless the network forbids it
start = nn.Conv2d(3, 8, 1), nn.ReLU()
heads = {
    "average": (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)),
    "flatten": (nn.Flatten(), nn.Linear(8 * 12 * 12, 5)),
}
x, larger = torch.rand(1, 3, 12, 12), torch.rand(1, 3, 20, 16)
axes = ({2: free, 3: free},)  # of the only input: height and width
for name, head in heads.items():
    model = nn.Sequential(*start, *head).eval()
    network = torch.export.export(model, (x,), dynamic_shapes=axes).module()
    torch.testing.assert_close(network(x), model(x))
    try:
        answer = tuple(network(larger).shape)
    except (AssertionError, RuntimeError):
        answer = "refused"
    print(f"{name}: weight {tuple(head[-1].weight.shape)}, larger: {answer}")
    assert (answer == (1, 5)) == (name == "average")

# %% [markdown]
# ## Sixteen bits
#
# ### fp16: where do inf and NaN come from, if all weights are small?
#
# From squares and sums. float16 ends at 65,504, so the square of anything from 256 on is infinite, and infinity minus infinity is NaN. A `LayerNorm`
# that is written as mean((x − u)²) squares first, and so it fails on activations of ±300, although their deviation, 300, would
# fit easily. Convert to float32 for the
# norm and back, or divide by the largest value before you square. A long sum in float16 fails in another way. After 2,048 the next number is
# 2,050, so a sum of ones stands still there. That is why a 1×1 should add up its C_in products in float32 and round once.
#
# Asked: [facebookresearch/ConvNeXt 80](https://github.com/facebookresearch/ConvNeXt/issues/80),
# [71](https://github.com/facebookresearch/ConvNeXt/issues/71);
# [pytorch/pytorch 66707](https://github.com/pytorch/pytorch/issues/66707).

# %%
import numpy as np

half = np.float16
print("largest:", float(np.finfo(half).max))
print("after 2,048 comes", float(np.nextafter(half(2048), half(np.inf))))
x = np.tile(half([300, -300]), 384)  # 768 channels
with np.errstate(over="ignore"):
    naive = np.square(x).mean(dtype=np.float32)
    assert np.isinf(np.square(half(256)))
largest = np.abs(x).max()
scaled = np.square(x / largest).mean(dtype=np.float32)
deviation = largest * np.sqrt(scaled)
print("squared first:", naive, "divided first:", deviation)
assert np.isinf(naive)
assert deviation == 300

ones = np.ones(70_000, half)
one_by_one = ones.cumsum()[-1]  # rounded after each addition
print(
    "70,000 ones:", float(one_by_one), "in float32:", ones.sum(dtype=np.float32)
)
assert one_by_one == 2048

# %% [markdown]
# ### float16 or bfloat16: which is more exact?
#
# float16, as long as the numbers fit. It has 10 bits after the point and bfloat16 has 7, so its roundings are eight times finer,
# which is 18 dB on the weights of a 1×1.
# bfloat16 spends the three bits on range instead: it reaches as far as float32. A network trained in bfloat16 may therefore hold values that
# float16 turns into infinity or zero, and then fine roundings do not help. Two threads are told that the two are as good as equal. For a classifier
# that may be so; in the third, a network that outputs a *picture* is reported to suffer in bfloat16, where a rounding is visible.
#
# Asked: [OpenNMT/CTranslate2 1275](https://github.com/OpenNMT/CTranslate2/issues/1275);
# [baichuan-inc/Baichuan2 50](https://github.com/baichuan-inc/Baichuan2/issues/50);
# [nagadomi/nunif 437](https://github.com/nagadomi/nunif/issues/437).

# %%
import torch

from onebyone.quantization import signal_to_noise

torch.manual_seed(0)
weight = 0.05 * torch.randn(256, 256)  # of a 1×1
decibels = []
for dtype in torch.float16, torch.bfloat16:
    rounded = weight.to(dtype).float()
    decibels.append(signal_to_noise(weight.numpy(), rounded.numpy()))
    large, small = torch.tensor([1e5, 1e-9]).to(dtype).tolist()
    print(f"{dtype}: {decibels[-1]:.0f} dB", end="; ")
    print(f"100,000 becomes {large:,.0f}, 1e-9 becomes {small:.1e}")
assert 17 < decibels[0] - decibels[1] < 19

# %% [markdown]
# ## Eight bits
#
# ### int8: why did the file only halve, and why is it slower?
#
# It halved because it had been in float16 before; against float32 it is a quarter. It is slower mostly because each switch
# between floats and integers reads and writes a whole map. There is one
# wherever a layer does not exist in integers, such as the swish of the first thread. *Dynamic* quantisation, as in the second,
# switches at every layer, since it has to find the range of each input first.
#
# A switch pays if many multiplications follow it. A wide 1×1 has 128 for each number that passes, the first 3×3 of a network some
# 23, and a depthwise 3×3 only 4.5, so in
# a network with many of those, as in the third thread, the
# switches may cost more than the layers. (Or the library has no fast integer code for such a layer, which no count shows.) For
# convolutional networks fix the ranges beforehand, which is called static
# quantisation, fold the norms, and prefer ReLUs.
#
# Asked: [Tencent/ncnn 4090](https://github.com/Tencent/ncnn/issues/4090);
# [microsoft/onnxruntime 12854](https://github.com/microsoft/onnxruntime/issues/12854);
# [pytorch/pytorch 42113](https://github.com/pytorch/pytorch/issues/42113).

# %%
import numpy as np

from onebyone.cost import macs
from onebyone.quantization import quantize

weight = np.random.default_rng(seed=0).standard_normal((256, 256))
integers, _ = quantize(weight.astype(np.float32), axis=0)
for dtype in np.float32, np.float16:
    share = integers.nbytes / weight.astype(dtype).nbytes
    print(f"int8 is {share:.0%} of {np.dtype(dtype)}")

each = {}
layers = {"1×1": (256, 256, 1, 1), "depthwise 3×3": (256, 256, 3, 256)}
layers["first 3×3"] = (3, 16, 3, 1)
for name, (c_in, c_out, kernel, groups) in layers.items():
    work = macs(c_in, c_out, kernel, 56, 56, groups=groups)
    each[name] = work / ((c_in + c_out) * 56 * 56)
    print(f"{name}: {each[name]:.1f} MACs for a number that switches")
assert each["depthwise 3×3"] < 5 < 100 < each["1×1"]

# %% [markdown]
# ### What if the chip has only one scale a tensor, and the accuracy collapses?
#
# Make the rows alike before you round. In a trained network [they differ](../shrinking.py#fewer-bits-instead), and with one scale
# the largest sets the step for all. But a ReLU
# passes positive factors. So multiply a row of one layer (and its bias) by d, and divide the column of the next layer that reads
# it by d: in floats nothing changes.
# Choose d for each channel so that its row and its column have equal ranges. This is known as [cross-layer
# equalisation](https://arxiv.org/abs/1906.04721), and it
# needs neither data nor training. In the run below, the worst row rises from 1 dB above its rounding noise to 22 dB.
#
# A depthwise layer between the two passes factors as well, since each of its outputs reads one channel. At a shortcut the factors
# have to be the same in all layers that are added, and a ReLU6
# does not pass them at all.
#
# Asked: [tensorflow/tensorflow 57745](https://github.com/tensorflow/tensorflow/issues/57745);
# [intel/neural-compressor 377](https://github.com/intel/neural-compressor/issues/377);
# [AxisCommunications/acap-native-sdk-examples 360](https://github.com/AxisCommunications/acap-native-sdk-examples/issues/360).

# %%
import numpy as np

from onebyone.quantization import quantize, signal_to_noise

rng = np.random.default_rng(seed=0)
spread = np.exp(1.5 * rng.standard_normal((32, 1)))  # rows differ
first, second = spread * rng.standard_normal((32, 16)), rng.random((8, 32))
x = rng.standard_normal((16, 100))
rows, columns = np.abs(first).max(axis=1), np.abs(second).max(axis=0)
d = np.sqrt(columns / rows)
y = second @ np.maximum(first @ x, 0)
equal = first * d[:, None], second / d
assert np.allclose(equal[1] @ np.maximum(equal[0] @ x, 0), y)

for name, pair in {"as it is": (first, second), "equal": equal}.items():
    a, b = (np.multiply(*quantize(weight)) for weight in pair)
    worst = min(map(signal_to_noise, pair[0], a))
    output = signal_to_noise(y, b @ np.maximum(a @ x, 0))
    print(f"{name}: worst row {worst:.0f} dB, output {output:.0f} dB")
assert worst > 20

# %% [markdown]
# ### Why must ReLU6 become a ReLU before the scales are equalised?
#
# Because it passes factors only if its bound is scaled too. min(d·x, 6) is not d · min(x, 6); with a bound of 6·d, different in
# each channel, it would be, but few chips
# have such a layer. So tools put a ReLU in its place first, and the accuracy falls if the network leans on the bound, since the
# two differ wherever an activation
# is above 6. The reply in the second thread says so. Count these activations before you round anything. If there are many,
# fine-tune with the ReLU, as
# a maintainer advises in the first, or leave the equalisation out.
#
# Asked: [qualcomm/aimet 525](https://github.com/qualcomm/aimet/issues/525);
# [jakc4103/DFQ 34](https://github.com/jakc4103/DFQ/issues/34).

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
x = 4 * rng.standard_normal((3, 1000))
d = np.array([[0.5], [1.0], [2.0]])  # a factor for each channel
relu6 = np.clip(x, 0, 6)
for name, bound in {"6": 6, "6·d": 6 * d}.items():
    same = np.allclose(np.clip(d * x, 0, bound), d * relu6)
    print(f"bound {name}: the factor passes: {same}")
    assert same == (name == "6·d")
differ = relu6 != np.maximum(x, 0)
print(f"ReLU differs from ReLU6 at {differ.mean():.1%} of the numbers")
assert np.array_equal(differ, x > 6)

# %% [markdown]
# ### Why is the bias int32, if weights and inputs are int8?
#
# Because it is added to sums of integer products, and so it must be counted in their unit, the input's scale times the weight's.
# That unit is tiny. With inputs from 0 to 6 and weights up to 0.5 it is 1.9 · 10⁻⁴, so
# eight bits would end at a bias of ±0.024 and cut off every larger one, where 32 bits have room for any usual bias. They cost
# little, too, since a filter has one bias for all its
# weights. If each filter has its own scale, its bias has it as well. PyTorch stores the bias in floats, as the third asker sees:
# the unit depends on the input's scale, which a layer learns only
# when it runs.
#
# Asked: [soon-yau/QNN 6](https://github.com/soon-yau/QNN/issues/6);
# [tensorflow/tensorflow 35299](https://github.com/tensorflow/tensorflow/issues/35299);
# [PyTorch forum 126149](https://discuss.pytorch.org/t/bias-in-mobilenet-v2-int8-model/126149).

# %%
import numpy as np

from onebyone.quantization import quantize

rng = np.random.default_rng(seed=0)
x, bias = rng.uniform(0, 6, (256, 100)), rng.uniform(-1, 1, 8)
weight = rng.uniform(-0.5, 0.5, (8, 256))
(q_x, s_x), (q_w, s_w) = quantize(x), quantize(weight)
unit = (s_x * s_w).item()
sums = q_w.astype(np.int32) @ q_x.astype(np.int32)
y = weight @ x + bias[:, None]
print(f"unit {unit:.1e}, int8 ends at {127 * unit:.3f}")

errors = {}
for dtype in np.int8, np.int32:
    ends = np.iinfo(dtype)
    b = np.clip(np.rint(bias / unit), ends.min, ends.max).astype(dtype)
    errors[dtype] = np.abs(b * unit - bias).max()
    print(f"bias as {np.dtype(dtype)}: off by up to {errors[dtype]:.4f}")
assert np.allclose(unit * (sums + b[:, None]), y, atol=0.5)
assert errors[np.int32] < unit < 0.5 < errors[np.int8]

# %% [markdown]
# ### Can the sum of int8 products overflow?
#
# In 16 bits yes, from the third product on; in 32 bits hardly ever. 127 · 127 is 16,129. Twice that is below 32,767, as the first
# asker found out, and three times is not. In
# int32 there is room for 133,144 products, which is a 1×1 from as many channels, or a 3×3 from 14,793. It is the range from −127
# to 127 that makes two fit: with −128 they can reach 2 · 128² = 32,768, one too many.
# And if one of the factors is unsigned, up to 255, a single product fits. That is why libraries convert to 32 bits early, which
# the third thread would like to avoid.
#
# Asked: [alibaba/MNN 343](https://github.com/alibaba/MNN/issues/343);
# [Tencent/ncnn 717](https://github.com/Tencent/ncnn/issues/717);
# [pytorch/FBGEMM 417](https://github.com/pytorch/FBGEMM/issues/417).

# %%
import numpy as np

products = {"127 · 127": 127**2, "128 · 128": 128**2, "255 · 127": 255 * 127}
for name, product in products.items():
    fit = [int(np.iinfo(d).max) // product for d in (np.int16, np.int32)]
    print(f"{name} = {product:,}: int16 holds {fit[0]}, int32 {fit[1]:,}")
    assert fit[0] == (2 if name == "127 · 127" else 1)

channels = int(np.iinfo(np.int32).max) // 127**2
print(f"1×1 from {channels:,} channels, 3×3 from {channels // 9:,}")
ones = np.full(3, 127, np.int16)
print("three in int16:", np.dot(ones, ones), "in int32:", 3 * 127**2)
assert np.dot(ones, ones) != 3 * 127**2

# %% [markdown]
# ### Can the zero point be subtracted from the weights in advance?
#
# Yes, but not in a byte. A weight is s · (q − z), with q and z from 0 to 255, so q − z lies between −255 and 255 and needs a
# ninth bit. The asker's weights are unsigned bytes, in
# which every negative number wraps round, and the outputs differ. Take z out of the sum instead: Σ (q − z) x = Σ q x − z Σ x. The
# second sum is the same for all
# filters: one number for each pixel, the output of a single filter of ones. Or choose z = 0 for the weights, as
# [chapter 13](../shrinking.py#fewer-bits-instead) does, and there is nothing to subtract.
#
# Asked: [PyTorch forum
# 137228](https://discuss.pytorch.org/t/quantization-how-to-avoid-zero-subtraction-at-run-time-in-dequantization-process/137228).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
q, z = rng.integers(0, 256, (64, 32)), 131
x = rng.integers(-127, 128, (32, 5, 5))
exact = conv1x1(x, q - z)
ones = conv1x1(x, np.ones((1, 32), int))  # one filter for all
assert np.array_equal(conv1x1(x, q) - z * ones, exact)

wrapped = (q - z).astype(np.uint8).astype(int)
wrong = np.mean(wrapped != q - z)
print(f"{q.min() - z} to {q.max() - z}: {wrong:.0%} wrap in a byte")
assert not np.array_equal(conv1x1(x, wrapped), exact)

# %% [markdown]
# !!! takeaway "Takeaway"
#     An export is a chain of rewritings that are exact on paper. What it may break is what paper does not show: the order of
#     axes, the mode of a norm, an ε, the end of a number's range.
#     Compare outputs after each step, in float64 where you can, and relative to their size.
