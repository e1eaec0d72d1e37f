# ---
# description: Why a 1×1 convolution runs at the speed of a matrix product, what a roofline says of real layers, and five libraries compared.
# ---

# %% [markdown]
# # 9 Speed: what the clock says
#
# *Two layers have the same number of operations. Do they take the same time?*
#
# *You need* to know what a multiply-accumulate is ([chapter 2](feature-maps.py)). *You will* tell from a layer's shape whether arithmetic
# or memory is its limit, predict the least time that it can take, and know why fewer operations may save so little. About fifteen minutes.
#
# They do not always take the same time. A layer has to do its arithmetic, and it has to move its numbers between memory and
# processor. The slower of the two decides. A 1×1 convolution with many channels does much arithmetic with each number that it
# moves, so it runs nearly as fast as the processor can compute.
#
# ## Fewer operations save less time
#
# The first block of [MobileNet](architectures/mobilenet.py) is a depthwise 3×3, which filters each map by itself, and then a 1×1. Both
# work on the same pixels. The depthwise layer has far fewer operations, so you would expect it to be faster in the same
# proportion. (All times on this page were measured on [one machine](#where-these-times-come-from), on one image.)

# %%
from onebyone.book.timings import layers, macs

named = {la["name"]: la for la in layers([1]) + layers([3], groups=True)}
pointwise = named["MobileNetV1 first"]
depthwise = named["MobileNetV1 first depthwise"]
fewer = macs(pointwise) / macs(depthwise)
faster = pointwise["seconds"]["torch"] / depthwise["seconds"]["torch"]
print(f"the depthwise layer has {fewer:.1f} times fewer MACs")
print(f"in PyTorch it is {faster:.1f} times faster")

# %% [markdown]
# Compare the two factors: the time fell much less than the operations. So a count of operations is not a time. It is one of two
# limits. What is the other?
#
# ## Operations and bytes
#
# Count what a layer has to do, two operations for each multiply-accumulate. Then count what it has to move at the very least: it must
# read the input and the weight once, and write the output once.
#
# ??? note "The bytes, in code"
#     {{ source onebyone.cost.bytes_moved }}
#
# Divide the operations by the bytes, and you have the *arithmetic intensity*: how much a layer does with each byte that it moves.
# Compare the 1×1 layers with the depthwise ones at the end of the list:

# %%
from onebyone.book.timings import intensity, layers, macs

for layer in layers([1]) + layers([3], groups=True):
    print(
        f"{layer['name']:28} {macs(layer) / 1e6:5.1f} million MACs, "
        f"{intensity(layer):4.1f} FLOP/byte"
    )

# %% [markdown]
# A depthwise 3×3 reads a number, multiplies it nine times and is done with it. A 1×1 convolution uses each number of the input once for
# every output channel, and there are many of those.
#
# ## The roofline
#
# A processor does a certain number of operations a second, and the memory moves a certain number of bytes. At low intensity a layer
# waits for the memory: it is *memory-bound*, and more arithmetic would not slow it down. At high intensity the arithmetic is the limit,
# and the layer is *compute-bound*. The intensity at which the one turns into the other is called the *ridge*
# ([Williams, Waterman and Patterson](reference/bibliography.md#roofline)).
#
# For the machine on which this page's times were measured, we take as its limit on compute the fastest rate that any library reached,
# in these layers or in a product of large matrices. As its limit on bandwidth we take the speed of a copy that is too large for the
# caches:

# %%
from onebyone.book.timings import peak_and_bandwidth

peak, bandwidth = peak_and_bandwidth()
print(f"compute:   {peak / 1e9:.0f} GFLOP/s")
print(f"bandwidth: {bandwidth / 1e9:.0f} GB/s")
print(f"ridge:     {peak / bandwidth:.1f} FLOP/byte")

# %% [markdown]
# Now draw both limits, with the intensity along the horizontal axis. They make a roof: a slope where bytes decide, a level part where
# operations decide. No layer can stand above it, unless its numbers come from the caches, which are faster than the memory.

# %% tags=["remove-input"] alt="GFLOP/s against arithmetic intensity in FLOP/byte, both logarithmic, for PyTorch. A roof rises with the intensity and turns level at about fifteen. All 1×1 layers but two lie to the right of that corner, most of them between half and three quarters of the level roof. The two depthwise layers lie to the left, under the slope, and far lower."
from onebyone.book.figures.speed import plot_roofline
from onebyone.book.timings import layers, peak_and_bandwidth

plot_roofline(
    *peak_and_bandwidth(),
    {
        "1×1": layers([1]),
        "3×3 depthwise": layers([3], groups=True),
    },
)

# %% [markdown]
# All 1×1 layers but two lie under the level part. (The two are SqueezeNet's, with its 16 filters, and MobileNet's first, which reads 32
# channels.) Most reach half of the level or more, and with channels last, which the figure does not show, most reach seven tenths.
# The depthwise layers lie under the slope, far below that level.
#
# Is their time the time of moving their bytes? Compare each with the least time that this would take:

# %%
from onebyone.cost import bytes_moved
from onebyone.book.timings import layers, peak_and_bandwidth

_, bandwidth = peak_and_bandwidth()
for layer in layers([3], groups=True):
    channels, size = layer["in_channels"], layer["size"]
    moved = bytes_moved(channels, channels, 3, size, size, groups=channels)
    first, last = (
        layer["seconds"][name] for name in ("torch", "torch_channels_last")
    )
    least = moved / bandwidth  # if all came from memory
    print(f"{layer['name']}:", end=" ")
    print(
        f"{first * 1e6:.0f} µs, channels last {last * 1e6:.0f},"
        f" slope {least * 1e6:.0f}"
    )

# %% [markdown]
# Not quite. With [channels last](#channels-first-or-last), PyTorch needs only a third to two thirds of the time for the same
# bytes, and one of the two layers even beats the slope, because its numbers come from the caches.
#
# ## Why a 1×1 is one matrix product
#
# The roofline says how fast a layer may be. Why do 1×1 layers come so near to it? The channels of an image lie one after the
# other in memory, each in rows. Laid out like this, an image already *is* a matrix, with a row for each channel and a column for
# each pixel,
# and processors are built for products of matrices. Nothing has to be copied:

# %%
import numpy as np

from onebyone import conv1x1

x = np.ones((256, 56, 56), np.float32)  # (C_in, H, W)
pixels = x.reshape(256, 56 * 56)  # (C_in, H·W)
weight = np.ones((64, 256), np.float32)  # (C_out, C_in)

assert np.shares_memory(x, pixels)
assert np.array_equal(conv1x1(x, weight).reshape(64, -1), weight @ pixels)
print(x.shape, "→", pixels.shape, "and no number moved")

# %% [markdown]
# For a 3×3 kernel each column would need the nine pixels under the kernel. `conv2d` copies them, so that each number is written up to
# nine times before the product starts:

# %%
from onebyone.cost import bytes_moved

maps = 64 * 56 * 56 * 4  # 64 maps of 56×56, in float32
columns = 9 * maps
moved = bytes_moved(64, 64, kernel_size=3, height=56, width=56)
print(f"the columns of a 3×3: {columns / 1e6:.1f} million bytes")
print(f"the least traffic:    {moved / 1e6:.1f} million bytes")

# %% [markdown]
# ## Same operations, different time
#
# Seven of the layers have exactly the same number of multiply-accumulates. They differ in how these are divided between channels and
# pixels. Read along each row: if only operations counted, its seven times would be equal. ("PyTorch, last" has the channels last.)

# %%
from onebyone.book.timings import NAMES, layers, macs

alike = [layer for layer in layers([1]) if macs(layer) == 51_380_224]
assert len(alike) == 7
for layer in alike:
    print(f"{layer['in_channels']}→{layer['out_channels']}", end="  ")
print(f"\n{2 * 51_380_224 / 1e6:.1f} million operations each")
for library, name in NAMES.items():
    if library in alike[0]["seconds"]:
        times = [layer["seconds"][library] * 1e6 for layer in alike]
        print(f"{name:22}", *(f"{time:6,.0f}" for time in times), "µs")

# %% [markdown]
# One library is faster for many pixels, another for many channels. With 7×7 pixels, and weights of four million bytes, two of the
# libraries take nearly twice to four times as long as for the rest.
#
# ## Time grows in proportion
#
# Double the pixels, the input channels or the output channels, and the work doubles. The time nearly follows: eight times the work
# takes six to eight times as long. Two of the measurements stand well above the line, and are shown as they came: other work had
# just ended on the machine when the run began.

# %% tags=["remove-input"] alt="Milliseconds of conv1x1 against million MACs, in three series in which the input channels, the output channels or the pixels grow. Most points lie near one straight line through zero; two of the input channels, in the middle, lie well above it."
from onebyone.book import records
from onebyone.book.figures.speed import plot_growth

plot_growth(records.load("speed")["growth"])

# %% [markdown]
# ## Channels first or last
#
# PyTorch's default keeps a whole channel together (NCHW). `channels_last` keeps the channels of a pixel together (NHWC). A 1×1 convolution
# is one matrix product in either layout: the weight stands on the left of the pixels, or on their right.

# %%
import torch

from onebyone.pytorch import conv1x1

torch.manual_seed(0)
x = torch.randn(1, 64, 28, 28)
weight = torch.randn(128, 64)
last = x.to(memory_format=torch.channels_last)
rows = last.permute(0, 2, 3, 1)  # (N, H, W, C_in)
assert rows.is_contiguous()  # a view: nothing was moved again

y = conv1x1(last, weight)
assert y.is_contiguous(memory_format=torch.channels_last)
torch.testing.assert_close(y, conv1x1(x, weight), rtol=1e-4, atol=1e-4)
print("strides, channels first:", x.stride())
print("strides, channels last: ", last.stride())

# %% [markdown]
# Here are PyTorch's own ways for both layouts: its convolution, and the product alone. `onebyone.pytorch.conv1x1` is the convolution,
# after a few checks. First, what the checks cost, as a ratio to `F.conv2d`:

# %%
from statistics import geometric_mean

from onebyone.book import records
from onebyone.book.timings import relative_time

for name, rows in records.load("speed")["tensors"].items():
    ratios = [
        relative_time(row["seconds"], "onebyone", ["conv2d"]) for row in rows
    ]
    print(f"{name}: {geometric_mean(ratios):.3f}")

# %% [markdown]
# Next, layer by layer, as a ratio to the fastest of the others. Above 1.00, another way was faster. With channels first:

# %%
from onebyone.book import records
from onebyone.book.timings import compare

rows = records.load("speed")["tensors"]["cpu, NCHW, batch of 1"]
compare(rows, [name for name in rows[0]["seconds"] if name != "onebyone"])

# %% [markdown]
# And with channels last:

# %%
from onebyone.book import records
from onebyone.book.timings import compare

rows = records.load("speed")["tensors"]["cpu, channels last, batch of 1"]
compare(rows, [name for name in rows[0]["seconds"] if name != "onebyone"])

# %% [markdown]
# On this machine the matrix product alone beats PyTorch's convolution in every layer with channels first, and `F.linear` does in most
# with channels last. How much this matters depends on the processor. A function could choose by batch, size and layout, but
# `torch.jit.trace` would record the choice for one image, and run it on four. So `conv1x1` leaves the choice to PyTorch. If you
# need the last microsecond on one machine, call the product.
#
# ## Conv2d or Linear?
#
# They compute the same sums, so choose by the layout that you have. But do not rely on the same bits: a sum of floating-point numbers
# depends on the order in which it is added, and each function may have its own order. The cell adds the same thousand numbers forwards
# and backwards, and then compares the two layers in single and in double precision:

# %%
import numpy as np
import torch
from torch.nn import functional

rng = np.random.default_rng(seed=0)
terms = rng.standard_normal(1024).astype(np.float32)
print("one after the other:", np.cumsum(terms)[-1])
print("and backwards:      ", np.cumsum(terms[::-1])[-1])

torch.manual_seed(0)
for dtype in torch.float32, torch.float64:
    x = torch.randn(1, 1024, 14, 14, dtype=dtype)
    weight = torch.randn(256, 1024, dtype=dtype)
    conv = functional.conv2d(x, weight[:, :, None, None])
    linear = functional.linear(x.permute(0, 2, 3, 1), weight)
    gap = (conv - linear.permute(0, 3, 1, 2)).abs().max() / conv.abs().max()
    eps = torch.finfo(dtype).eps
    print(f"{dtype}: off by {gap / eps:.1f} roundings of the largest output")
    assert gap < 1024 * eps

# %% [markdown]
# Forwards and backwards differ in the last digits. How far apart the two layers are depends on the machine, and it may be nothing
# at all. A few roundings are no mistake. If two ways of writing a layer differ by much more than that, look for one.
#
# ## How fast this package is
#
# Its NumPy functions are made to be read, so how much speed does that cost? First compare `conv1x1` with the product that it
# calls, on matrices that are already there. The difference is its checks, which are lost in the noise of the measurement:

# %%
from onebyone.book.timings import compare, layers

compare(layers([1]), ["matmul"])

# %% [markdown]
# Then compare it, layer by layer, with the fastest of four other libraries, where PyTorch may use both layouts:

# %%
from onebyone.book.timings import RIVALS, compare, layers

compare(layers([1]), RIVALS)

# %% [markdown]
# It is slower than the fastest, and so is the product of NumPy's OpenBLAS alone, to which `conv1x1` adds little. ONNX Runtime and
# OpenVINO know the weight beforehand, and can bring it into the layout that suits them. On average:

# %%
from statistics import geometric_mean

from onebyone.book.timings import NAMES, RIVALS, layers, relative_time

for ours in "onebyone", "matmul":
    all_of = [relative_time(la["seconds"], ours, RIVALS) for la in layers([1])]
    mean = geometric_mean(all_of)
    print(f"{NAMES[ours]}: {mean:.2f} of the fastest each time")
for name in RIVALS:
    all_of = [
        relative_time(la["seconds"], "onebyone", [name]) for la in layers([1])
    ]
    print(f"onebyone: {geometric_mean(all_of):.2f} of {NAMES[name]}")

# %% [markdown]
# For a larger kernel `conv2d` copies the pixels into columns first, and PyTorch is faster, most of all where large maps have few
# channels, so that the copy takes longer than the product:

# %%
from onebyone.book.timings import compare, layers

compare(layers([3, 5, 7]), ["torch"])

# %% [markdown]
# ## Where these times come from
#
# All times on this page were measured in one run of `make bench`, on this machine. Other machines give other times:

# %%
from onebyone.book import records

of_speed = records.load("speed")
for what, value in of_speed["machine"].items():
    print(f"{what}: {value}")
print("made by:", of_speed["command"])

# %% [markdown]
# Each library ran in a process of its own, three times in turn; the ways of PyTorch that are compared with each other ran ten
# times, in one process. All had one image, in float32, and no bias. The shortest time counts, since other work on a machine only
# adds to it.
# Repeated runs keep their data in the caches, where a network's data may not be. The tables give microseconds.
#
# `make bench` in a clone of the book measures your machine, prints these tables and writes the record, and `make docs` then builds this
# page with it. The tables and figures are then yours; the sentences stay the book's, and their tests are skipped. It takes about ten
# minutes, and the machine should do nothing else. Where PyTorch finds a GPU, the tables of tensors are measured on it too, with 32
# images at once. The book's own run had no GPU:

# %%
from onebyone.book import records
from onebyone.book.timings import compare

settings = records.load("speed")["tensors"].items()
on_gpu = {name: rows for name, rows in settings if "cpu" not in name}
print("tables of a GPU:", *on_gpu or ["none, since none was at hand"])
for name, rows in on_gpu.items():
    others = [each for each in rows[0]["seconds"] if each != "onebyone"]
    print(name, compare(rows, others), sep="\n")

# %% [markdown]
# !!! takeaway "Takeaway"
#     A 1×1 convolution with many channels is a matrix product, mostly compute-bound, and in NumPy its time nearly follows its MACs;
#     a layer that does little with each byte takes more time than its MACs suggest.

# %% [markdown]
# ## Exercises
#
# **1. Predict.** Given the two limits, what is the least time of a layer whose numbers all come from memory?
#
# {{ exercise onebyone.book.solutions.speed.roofline_seconds }}
#
# ??? hint "Hint"
#     How long would the arithmetic take if moving were free, and how long the moving if the arithmetic were?
#     One of the two waits for the other.
#
# ??? success "Solution"
#     The longer of two: its operations at the peak, and its bytes at the bandwidth. From the caches it may be less.
#
#     {{ source onebyone.book.solutions.speed.roofline_seconds }}
#
# **2. How many channels?** On large maps, how many channels does a 1×1 convolution from $C$ to $C$ need so that
# the arithmetic is its limit?
#
# {{ exercise onebyone.book.solutions.speed.compute_bound_channels }}
#
# ??? hint "Hint"
#     Count for a single pixel: how many operations are there, and how many bytes go in and out?
#
# ??? success "Solution"
#     With many pixels the weight's bytes do not count. For each pixel there are $2C^2$ operations and $2C$ numbers of 4 bytes, so $C / 4$
#     operations for each byte. That must reach the ratio of the limits.
#
#     {{ source onebyone.book.solutions.speed.compute_bound_channels }}
#
# **3. More images.** ResNet-50's last expansion, 512→2048 on 7×7, has a low intensity for its channels. Why, and what is the
# intensity of a batch?
#
# {{ exercise onebyone.book.solutions.speed.batch_intensity }}
#
# ??? hint "Hint"
#     Of the input, the output and the weight, which grow with the number of images?
#
# ??? success "Solution"
#     Its weight is read once for only 49 pixels. A batch of $N$ images reads it once for $49 N$.
#
#     {{ source onebyone.book.solutions.speed.batch_intensity }}
#
# A fast network need not be a good one. [Chapter 10](training.py) trains a network with a bottleneck and one without, and counts what they
# get wrong.
