# ---
# description: Why a 1×1 convolution runs at the speed of a matrix product, what a roofline says of real layers, and five libraries compared.
# ---

# %% [markdown]
# # 9 Speed: what the clock says
#
# *Two layers have the same number of operations. Do they take the same time?*
#
# *You need* to know what a multiply-accumulate (MAC) is ([chapter 2](feature-maps.py)). *You will* tell from a layer's shape whether
# arithmetic or memory limits its speed, predict the shortest time that it can take, and know why a layer with fewer MACs may hardly be
# faster. About fifteen minutes.
#
# Two layers with the same number of operations often take different times. A layer has to do its arithmetic, and it has to move its
# numbers between the memory and the processor, and whichever takes longer decides. A 1×1 convolution with many channels does a
# lot of arithmetic for each number that it moves. So its speed is limited by the arithmetic, and not by the memory.
# ## Fewer operations, but not so much faster
#
# The first block of [MobileNet](architectures/mobilenet.py) is a depthwise 3×3, which filters each map by itself, followed by a 1×1.
# The depthwise layer has far fewer MACs than the 1×1. Is it faster by the same factor? (All times on this page were measured on two
# cores of [one processor](#where-these-times-come-from), on one image.)

# %%
from onebyone.book.timings import layers, macs

named = {la["name"]: la for la in layers([1]) + layers([3], groups=True)}
pointwise = named["MobileNetV1 first"]
depthwise = named["MobileNetV1 first depthwise"]
fewer = macs(pointwise) / macs(depthwise)
faster = pointwise["seconds"]["torch"] / depthwise["seconds"]["torch"]
print(f"the depthwise layer has {fewer:.1f} times fewer MACs,")
print(f"and in PyTorch it is {faster:.1f} times faster")

# %% [markdown]
# By far not. So the number of operations does not determine the time. It is one of two limits, and the next section computes the other.
#
# ## Operations and bytes
#
# First count the operations of a layer, two for each MAC. Then count the bytes that it has to move at the very least: it must read its
# input and its weight once, and write its output once.
#
# ??? note "The bytes, in code"
#     {{ source onebyone.cost.bytes_moved }}
#
# Divide the operations by the bytes, and you have the *arithmetic intensity*, in floating-point operations (FLOP) per byte. It says how
# much a layer computes with each byte that it moves. Here it is for twelve 1×1 layers of well-known networks, and in the last
# two rows for two depthwise layers:

# %%
from onebyone.book.timings import intensity, layers, macs, shape
from onebyone.tables import Table

rows = []
for la in layers([1]) + layers([3], groups=True):
    work, per_byte = f"{macs(la) / 1e6:.1f}", f"{intensity(la):.1f}"
    rows.append((la["name"], shape(la), work, per_byte))
Table(["Layer", "channels, pixels", "million MACs", "FLOP/byte"], rows)

# %% [markdown]
# A depthwise 3×3 multiplies each number of its input by nine weights. A 1×1 convolution multiplies it by one weight for each output
# channel, and there are many output channels. So most 1×1 layers have a high intensity, and the depthwise layers have the lowest.
#
# ## The roofline
#
# A processor can do a certain number of operations per second, and the memory can move a certain number of bytes per second. A layer of low
# intensity spends its time waiting for the memory: it is *memory-bound*. A layer of high intensity spends it on arithmetic:
# it is *compute-bound*. The intensity that separates the two is called the *ridge*
# ([Williams, Waterman and Patterson](reference/bibliography.md#roofline)).
#
# What are the two limits of our machine? For arithmetic, we take the highest rate that any library reached, in one of these layers or in a
# product of large matrices. For the memory, we take the rate at which it copies an array that is too large for the caches:

# %%
from onebyone.book.timings import peak_and_bandwidth

peak, bandwidth = peak_and_bandwidth()
print(f"compute:   {peak / 1e9:.0f} GFLOP/s")
print(f"bandwidth: {bandwidth / 1e9:.0f} GB/s")
print(f"ridge:     {peak / bandwidth:.1f} FLOP/byte")

# %% [markdown]
# The figure shows both limits. Together they look like a roof. On the left, the number of bytes limits the speed, and the roof rises with the
# intensity. On the right, the arithmetic limits it, and the roof is level. A layer cannot be above the roof, unless its numbers come
# from the caches, which are faster than the memory. Which layers are close to it?

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
# All 1×1 layers but two are under the level part of the roof, so they are compute-bound, and most reach at least half of the possible
# speed. (The two are one of SqueezeNet's, which has only 16 filters, and MobileNet's first, which reads only 32 channels.) The
# depthwise layers are under the slope: they are memory-bound.
#
# If that is right, then the time of a depthwise layer should be the time that it takes to move its bytes. The table compares the two, with the
# channels first and with the channels last in memory, which a [later section](#nchw-or-nhwc-channels-first-or-last) explains:

# %%
from onebyone.book.timings import layers, peak_and_bandwidth
from onebyone.cost import bytes_moved
from onebyone.tables import Table

_, bandwidth = peak_and_bandwidth()
rows = []
for layer in layers([3], groups=True):
    channels, size = layer["in_channels"], layer["size"]
    moved = bytes_moved(channels, channels, 3, size, size, groups=channels)
    seconds = layer["seconds"]
    times = moved / bandwidth, seconds["torch"], seconds["torch_channels_last"]
    rows.append((layer["name"], *(round(1e6 * each) for each in times)))
head = "µs", "its bytes, from memory", "channels first", "channels last"
Table(head, rows)

# %% [markdown]
# With channels first, both layers need much more time than that. So PyTorch does not reach the limit that the memory sets,
# either, and something else slows them down. With channels
# last, PyTorch needs only a third to two thirds of that time. One of the two layers is then even faster than the memory alone would
# allow, so part of its numbers must have come from the caches.
#
# ## Why a 1×1 is one matrix product
#
# Why are 1×1 layers so much closer to the roof? Because a 1×1 convolution is a product of two matrices, for which processors have been
# optimised for decades. One of the matrices is the weight. The other is the image itself: it lies in memory channel after
# channel, which is also how a matrix lies in memory that has a row for each channel and a column for each pixel. So nothing has to be
# copied before the product:

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
# A 3×3 convolution can also be computed as a product of matrices, but then each column must hold the nine pixels under the kernel. So
# `conv2d` first copies each number up to nine times. How many bytes is that, compared with those that the layer has to move in any case?

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
# Now to the question at the top of the page. Seven of the 1×1 layers have exactly the same number of MACs, 51,380,224. Some of them have
# many pixels and few channels, others few pixels and many channels. If only the operations counted, all the times in a column of this
# table would be the same. They are in microseconds, for NumPy's matrix product, alone and in this book's `conv1x1`, and for four other
# libraries that run neural networks on a processor:

# %%
from onebyone.book.timings import NAMES, layers, macs, shape
from onebyone.tables import Table

alike = [layer for layer in layers([1]) if macs(layer) == 51_380_224]
assert len(alike) == 7
libraries = [name for name in NAMES if name in alike[0]["seconds"]]
rows = []
for la in alike:
    times = [round(1e6 * la["seconds"][library]) for library in libraries]
    rows.append((shape(la), *times))
Table(["µs", *(NAMES[library] for library in libraries)], rows)

# %% [markdown]
# They are not the same. Some libraries are fastest where there are many pixels, others where there are many channels. On 7×7
# pixels, with four million bytes of weights, PyTorch with channels last and JAX take nearly twice to four times as long as in
# their best row.
#
# ## Time grows in proportion
#
# If you double the pixels, the input channels or the output channels of one layer, you double its MACs. Does the time double as well?
# In the figure, each of the three grows by a factor of eight:

# %% tags=["remove-input"] alt="Milliseconds of conv1x1 against million MACs, in three series in which the input channels, the output channels or the pixels grow. Most points lie near one straight line through zero; two of the input channels, in the middle, lie well above it."
from onebyone.book import records
from onebyone.book.figures.speed import plot_growth

plot_growth(records.load("speed")["growth"])

# %% [markdown]
# Nearly: eight times the work takes six to eight times as long. (Two measurements are far above the line. We show them as they came; other
# work on the machine had just ended when they were made.)
#
# ## NCHW or NHWC: channels first or last
#
# By default PyTorch stores an image channel after channel (NCHW). In the `channels_last` format it stores it pixel after pixel, with
# all the channels of a pixel side by side (NHWC). A 1×1 convolution is one matrix product in both formats, with the weight on the left of the
# pixels or on their right. The *strides* tell how far apart two neighbours on an axis are in memory. In the second line, the
# channels have a stride of 1:

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
# PyTorch has several functions for the same product. Which is the fastest? `onebyone.pytorch.conv1x1` calls `F.conv2d` after a few
# checks. The first table compares it, layer by layer, with the fastest of the functions: a ratio above 1 means that another
# one was faster. The channels are first:

# %%
from onebyone.book import records
from onebyone.book.timings import compare

rows = records.load("speed")["tensors"]["cpu, NCHW, batch of 1"]
compare(rows, [name for name in rows[0]["seconds"] if name != "onebyone"])

# %% [markdown]
# And here the channels are last:

# %%
from onebyone.book import records
from onebyone.book.timings import compare

rows = records.load("speed")["tensors"]["cpu, channels last, batch of 1"]
compare(rows, [name for name in rows[0]["seconds"] if name != "onebyone"])

# %% [markdown]
# On this machine, the matrix product is faster than the convolution in every layer with channels first, and `F.linear` is in most
# layers with channels last. On another machine that may be different, so `conv1x1` leaves the choice to PyTorch. If you need the last
# microsecond, measure on your machine and call the product yourself. And the checks? As a multiple of the time of `F.conv2d` alone,
# `conv1x1` takes:

# %%
from statistics import geometric_mean

from onebyone.book import records
from onebyone.book.timings import relative_time

for name, rows in records.load("speed")["tensors"].items():
    ratios = [
        relative_time(row["seconds"], "onebyone", ["conv2d"]) for row in rows
    ]
    print(f"{name}: {geometric_mean(ratios):.3f} times as long")

# %% [markdown]
# ## Conv2d or Linear?
#
# They compute the same sums, so take the one that fits your layout. But do not expect results that are identical to the last bit. A sum of
# floating-point numbers depends on the order in which they are added, and each function may have its own order. The cell adds
# the same thousand numbers forwards and backwards. Then it compares `F.conv2d` and `F.linear`, in units of the
# rounding error:

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
# Forwards and backwards, the sums differ in the last digits. How far apart the two functions are depends on the machine and on
# the type of the numbers. It may be nothing at all. A difference of a few
# rounding errors is normal. If two versions of a layer differ by much more than that, one of them has a mistake.
#
# ## How fast this package is
#
# This book's NumPy functions are written to be read. How much speed does that cost? `conv1x1` checks its arguments and calls one
# matrix product. The first table compares it with this product alone, with times in microseconds. The ratios average
# 1.05, so the checks cost about five per cent, which is less than the single ratios scatter:

# %%
from onebyone.book.timings import compare, layers

compare(layers([1]), ["matmul"])

# %% [markdown]
# The second table compares it with the fastest of four libraries that are made for speed, where PyTorch may use both layouts:

# %%
from onebyone.book.timings import RIVALS, compare, layers

compare(layers([1]), RIVALS)

# %% [markdown]
# On average it is slower than the fastest library, and so is NumPy's product alone. (ONNX Runtime and OpenVINO know the weight in advance, and
# can store it in the order that suits them.) The next table sums up: below 1, this book's functions are faster than a library, on average.

# %%
from statistics import geometric_mean

from onebyone.book.timings import NAMES, RIVALS, layers, relative_time
from onebyone.tables import Table

rows = []
for rivals in (RIVALS, *([each] for each in RIVALS)):
    ours, product = (
        geometric_mean(
            relative_time(la["seconds"], name, rivals) for la in layers([1])
        )
        for name in ("onebyone", "matmul")
    )
    name = NAMES[rivals[0]] if len(rivals) == 1 else "the fastest of them"
    rows.append((name, f"{ours:.2f}", f"{product:.2f}"))
Table(["Time, as a multiple of", "conv1x1", "the product alone"], rows)

# %% [markdown]
# For larger kernels `conv2d` has to copy the pixels into columns first. That makes it slower than PyTorch, most of all on large maps with
# few channels, where the copy takes longer than the product:

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
# Each library ran in a process of its own, three times in turn. (PyTorch's functions, which are compared with each other, ran ten times in
# one process.) The input was one image in float32, without a bias, and the shortest time counts, because other work on the machine can only make
# a run longer. One thing flatters these numbers: a layer that runs again and again finds its data in the caches, and in a network it
# may not.
#
# To measure your own machine, run `make bench` in a clone of the book. It takes about ten minutes, and `make docs` then builds this page
# with your tables. If PyTorch finds a GPU, the functions of PyTorch are measured on it, too, with 32 images at once. No GPU
# was at hand for this book:

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
#     A 1×1 convolution with many channels is a compute-bound matrix product, and in NumPy its time is nearly proportional to its MACs.
#     A layer that computes little with each byte takes more time than its MACs suggest.

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
# A faster network is only useful if it still gives the right answers. [Chapter 10](training.py) trains a network with bottlenecks and one without,
# and counts their mistakes.
