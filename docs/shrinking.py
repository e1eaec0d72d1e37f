# ---
# description: A trained convolution split in two, a network cut to half of its work, and eight-bit weights. What each keeps, judged on data that it was not fitted to.
# ---

# %% [markdown]
# # 13 Smaller with new 1×1 layers
#
# *You have a trained network that is too slow. Can you put 1×1 convolutions into it and make it cheaper, without training it again?*
#
# *You need* [chapter 7](algebra.py)'s product of two layers, and a trained network. *You will* split a layer, cut a whole network to a
# budget, and compare the result with what it has to beat. About twenty minutes.
#
# It depends on the network. On the digits of chapter 10 you can drop half of the work for a quarter of a point of accuracy; but a
# network that was small from the start reaches the same with less. EfficientNet-Lite0, with only ten pictures to fit to, changes
# a third of its answers after a cut of 5 %. This
# page has the tools to find out for your own network.

# %% [markdown]
# ## Split one layer
#
# Take one reducing layer of [EfficientNet-Lite0](trained.py), with 480 channels in and 112 out. Written as a product of two matrices, it
# becomes two 1×1 layers with fewer channels between them. `split` finds the two whose product is nearest to the old weights. With
# 60 channels between them:

# %%
from onebyone import trained
from onebyone.shrink import split

conv = trained.load().features[10].conv[4][0]
two = split(conv, rank=60)
print(two)
before, after = (
    sum(weight.numel() for weight in part.parameters()) for part in (conv, two)
)
print(f"{before:,} weights before, {after:,} after")

# %% [markdown]
# But nearest in the weights need not be nearest in the outputs: an error in a direction in which the maps never vary does no
# harm. So give `split` feature maps as well, and the pair comes nearest in the *outputs* on these maps
# ([Zhang et al.](reference/bibliography.md#zhang)); a bias in the second layer keeps their means. How much better is that? We fit to crops of
# ten pictures, and judge on crops of ten others. The numbers are errors, as shares of the output's variance, so an output that is
# replaced by its mean has an error of 100 %:

# %%
import torch

from onebyone import trained
from onebyone.book.photographs import FIT, JUDGE, crops
from onebyone.shrink import split

layers = trained.load().features
before, conv = layers[10].conv[:4], layers[10].conv[4][0]
with torch.no_grad():
    here, there = (
        before(layers[:10](crops(names, each=1))) for names in (FIT, JUDGE)
    )
    wanted = conv(there)
    spread = (wanted - wanted.mean(dim=(0, 2, 3), keepdim=True)).square().sum()
    print("rank   by weights   means kept   by outputs")
    for rank in 20, 60, 90, 112:
        by_weights, by_outputs = split(conv, rank), split(conv, rank, here)
        shift = (conv(here) - by_weights(here)).mean(dim=(0, 2, 3))
        shifted = by_weights(there) + shift[:, None, None]
        made = by_weights(there), shifted, by_outputs(there)
        errors = [(each - wanted).square().sum() / spread for each in made]
        print(f"{rank:4}", *(f"{error.item():12.1%}" for error in errors))

# %% [markdown]
# By the weights, even a rank of 60 leaves an error nearly as large as the output itself. Most of that is a shift of the means: when the means
# of the fit are kept, two thirds of the error are gone, and choosing the directions by the outputs halves the rest. At 112, which is all
# that 112 outputs can need, all three equal the layer to rounding.
#
# Such a layer saves weights only if its rank is below the break-even width of [chapter 4](projections.py):
# $r\,(C_\text{in} + C_\text{out}) < C_\text{in}\,C_\text{out}$, here below 91.
#
# ## Turn a 3×3 into a bottleneck
#
# A k×k convolution can save more, because it has k² weights for each pair of channels. Split, it becomes a k×k with fewer filters, followed by
# a 1×1 ([Jaderberg et al.](reference/bibliography.md#jaderberg)). With a third layer before it, it is the bottleneck of a
# [ResNet](architectures/resnet.py): a 1×1 reduces, the k×k works on few channels, and a 1×1 expands. `bottleneck` finds these three in a layer
# that was trained without them. The decomposition is [Tucker's](reference/bibliography.md#tucker), and its use here is due to
# [Kim et al.](reference/bibliography.md#kim) Compare the costs, and then the last row's difference:

# %%
import torch
from torch import nn

from onebyone.shrink import bottleneck, split
from onebyone.summary import summary

conv = nn.Conv2d(64, 64, 3, padding=1)
x = torch.rand(8, 64, 14, 14)
for name, layer in {
    "as it is": conv,
    "split": split(conv, rank=16, x=x),
    "bottleneck": bottleneck(conv, reduce=16, expand=16, x=x),
    "at full rank": bottleneck(conv, reduce=64, expand=64, x=x),
}.items():
    error = (layer(x) - conv(x)).abs().max().item()
    cost = summary(layer, (64, 14, 14)).macs
    print(f"{name:12} {cost:9,} MACs, largest difference {error:.0e}")

# %% [markdown]
# At full rank the three layers equal the old one and cost more, so all the gain comes from the ranks. (Stride, padding, dilation and groups go
# to the k×k, so that the shapes stay the same.)
#
# ## Cut a whole network
#
# Which ranks, then? A network has dozens of layers, and [chapter 12](trained.py#one-layer-at-a-time) showed that they differ by a factor of two
# hundred in how much a cut harms them. So `shrink` tries them all:
#
# 1. It folds the batch normalisations, cuts each convolution alone at several ranks, and measures by how much the outputs of the whole
#    network change on your images.
# 2. It makes one cut after the other, each time the one that changes the outputs least for the work it saves, until the network fits the budget.
# 3. It fits each new layer to what the old network made there, so that later layers make up for earlier ones.
#
# Here is a plain network for digits, trained for a few seconds, and cut to two fifths of its multiply-accumulates:

# %%
import torch

from onebyone import digits
from onebyone.shrink import shrink
from onebyone.training import fit, measure_accuracy, network

data = digits.load(per_class=200)
torch.manual_seed(0)
model = network("plain")
before = fit(model, seed=0, data=data, epochs=3)[-1]

small = shrink(model, images=data.x[:200], macs=0.4)
after = measure_accuracy(small.model, data.test_x, data.test_y)
print(f"{before:.1%} of the test digits before, {after:.1%} after")
assert small.after <= 0.4 * small.before
small

# %% [markdown]
# Each row is a convolution that could be cut, with its cost before and after and the ranks that it got: one number for a split, two for a
# bottleneck. (Bottlenecks were tried too, and a split won in each layer.) The error is what that cut alone does to the outputs, as a
# share of their variance. The last row is the whole network, whose cost is counted by [`summary`](your-network.py), not estimated from
# ranks. All these errors are measured on the images that the cuts were fitted to, so they flatter. The line above the table does not.
#
# The model that you gave is not changed. For your own network:
#
# - Give some hundred images of the kind that it will see. The cuts are fitted to these images, so keep others to judge by.
# - Whatever is not a plain convolution stays: fully connected layers, layers with hooks or reparametrised weights, layers whose weights the code
#   reads for itself.
# - The ranks are tried at five sizes for each layer, and the errors of single cuts are taken to add up. They do not quite, and therefore the
#   last row is measured.
#
# ## Does it pay?
#
# A cut network has to beat an obvious rival: a network that was small from the start. So we train the plain network of
# [chapter 10](training.py) from five seeds, shrink each with 500 of the training digits, and train it for one more epoch. Its rivals are
# bottlenecks, and plain networks with fewer channels, each in four widths. The shrunk ones have seen the digits six times, and seven
# with the epoch after the cut; the small ones have seen them seven times. All are judged on the same 1,000 test digits, to which nothing
# was fitted.

# %% tags=["remove-input"] alt="Test accuracy over multiply-accumulates on a logarithmic axis, with the range of five seeds. Networks that were trained small lie highest everywhere below 1.3 million: the narrow plain ones from 96 % at half a million to 97.8 % at 2.3 million, the bottlenecks from 94 % at 0.28 million to 97.6 % at 1.5 million. The shrunk network equals them at 1.9 and 2.6 million, and falls to 90 % at half a million; one more epoch lifts it to 92 % there, and changes little above a million."
from onebyone.book import records
from onebyone.book.figures.shrinking import plot_accuracy_over_macs

found = records.load("shrinking")["digits"]
rows = found["plain"]["rows"]
series = {
    when: [(row["macs"], row[key]) for row in rows]
    for when, key in (
        ("shrunk", "shrunk"),
        ("shrunk, one more epoch", "trained on"),
    )
}
for name in "narrow plain", "bottleneck":
    series[f"{name}, trained small"] = [
        (row["macs"], row["accuracies"]) for row in found[name]
    ]
plot_accuracy_over_macs(series)

# %%
from statistics import mean

from onebyone.book import records

found = records.load("shrinking")["digits"]
whole = found["plain"]["macs"]
print(
    f"before: {mean(found['plain']['whole']):.2%}, from {found['seeds']} seeds"
)
for row in found["plain"]["rows"]:
    print(
        f"{row['macs'] / whole:4.0%} of the MACs: {mean(row['shrunk']):.1%}, "
        f"{mean(row['trained on']):.1%} after one more epoch"
    )
for name in "narrow plain", "bottleneck":
    for row in found[name]:
        accuracy = mean(row["accuracies"])
        print(f"{row['macs'] / whole:4.0%}, {name}: {accuracy:.1%}")

# %% [markdown]
# (Before the cut the plain networks read 97.7 % of the test digits, where [chapter 10](training.py)'s read 97.9 %: the same
# networks from the same seeds, on a different processor, which rounds differently.)
#
# Down to 70 % of the work accuracy does not change, and at half it costs a quarter of a point. But networks that were trained small reach the
# same with a third or two fifths of the work. At a fifth, where the bottleneck stands, the cut network loses: it reaches 94.6 % as it
# is and 95.2 % after one more epoch, and the bottleneck reaches 97.0 %. The narrow plain network reaches 97.3 % for hardly more work.
#
# The epoch after the cut helps where the cut went deep, and costs a little where it did not. (Its learning rate was chosen among four, for one
# seed at a quarter of the work, on training digits held out for that; the lowest of them won, and a lower one was not tried.)
#
# ## The same on a real network
#
# For EfficientNet-Lite0 we have no training set, only twenty pictures. The cuts are fitted to eighty crops of ten, and judged on eighty crops of
# the ten others, without any training after them. Compare the uppermost line with the two others:

# %% tags=["remove-input"] alt="Answers of EfficientNet-Lite0 kept against the MACs left. On the crops that it was fitted to, 90 % are kept at 95 % of the MACs and 71 % at half. On other pictures 66 % at 95 %, 49 % at 90 %, and 6 % at half. Of the crops that it was sure about, 93 % at 95 %, 53 to 67 % from 90 % down to 60 %, and 7 % at half."
from onebyone.book import records
from onebyone.book.figures.trained import plot_kept_answers

shrunk = records.load("shrinking")["network"]["shrunk"]
left = [row["share"] for row in shrunk]
plot_kept_answers(
    {
        "pictures of the fit": (left, [row["kept"]["all"] for row in shrunk]),
        "others": (left, [row["kept elsewhere"]["all"] for row in shrunk]),
        "others, where it was sure": (
            left,
            [row["kept elsewhere"]["sure"] for row in shrunk],
        ),
    },
    "MACs left, %",
)

# %%
from onebyone.book import records

network = records.load("shrinking")["network"]
print("MACs left   pictures of the fit   others   of these, picture by picture")
for row in network["shrunk"]:
    shares = row["kept elsewhere"]["by picture"].values()
    print(
        f"{row['macs'] / network['macs']:8.1%} "
        f"{row['kept']['all']:16.0%} {row['kept elsewhere']['all']:14.0%}     "
        f"{min(shares):.0%} to {max(shares):.0%}"
    )

# %% [markdown]
# This network was designed to be small, and it has little to give. On the pictures of the fit, half of the work seems to cost three answers in
# ten. On others it costs nearly all. With ImageNet at hand one would fit to thousands of images and train on for days; with ten pictures,
# even a twentieth of the work costs a third of the answers. If you read of a network cut in half for free, ask what it was judged on.
#
# ## Fewer bits instead
#
# There is a different way to make weights cheaper: store each in eight bits instead of 32. A scale turns it into an integer from
# −127 to 127. With one scale for the whole matrix, the largest weight of the layer decides how coarse the steps are for all. With
# one scale for each *filter*, each row of the
# matrix has its own. That costs nothing at run time, because the scale of a row factors out of its sum:
#
# $$y_o = \sum_i s_o\, q_{oi}\, x_i = s_o \sum_i q_{oi}\, x_i$$
#
# If $x$ is quantised too, the sum is over integers, and one multiplication follows it. Why not a scale for each *input* channel? It would stay
# inside the sum: $\sum_i s_i\, q_{oi}\, x_i$ has a different factor in each term. The cell does both. In the second case the factor that would
# be needed differs from row to row, so that no stored scale can supply it:

# %%
import numpy as np

from onebyone.quantization import quantize

rng = np.random.default_rng(0)
weight = rng.normal(size=(4, 6)) * [[1], [10], [0.1], [3]]  # rows differ
x = rng.integers(-9, 9, 6)

integers, scale = quantize(weight, axis=0)  # one scale for each filter
sums = integers.astype(int) @ x  # integers alone
np.testing.assert_allclose(scale[:, 0] * sums, (scale * integers) @ x)

integers, scale = quantize(weight, axis=1)  # one for each input channel
sums = integers.astype(int) @ x
ratios = (scale * integers) @ x / sums
print("scales:          ", scale[0].round(3))
print("factors to reach:", ratios.round(3))

# %% [markdown]
# Do rows differ that much in a trained network? To run fast, batch normalisations are [folded](algebra.py) into the convolutions, and that
# multiplies each row by a factor of its own. Here are the 1×1 weights of EfficientNet-Lite0, rounded to eight bits, and the answers kept on
# 160 crops of all twenty pictures. (Nothing is fitted here, so no picture has been seen before.)

# %%
from onebyone.book import records

for row in records.load("shrinking")["eight bits"]:
    kept = row["kept"]
    print(f"norms {row['norms']:6}  scale: {row['scales']:20}", end="")
    print(f"worst layer {row['lowest dB']:.0f} dB,", end=" ")
    print(f"{kept['all']:.0%} kept, {kept['sure']:.0%} of the sure ones")
assert kept["number of sure"] == 30

# %% [markdown]
# First the last column: the network was at least 50 % sure about thirty of the crops, and all thirty answers are kept in every
# row. The answers that change are guesses, for which a small disturbance is enough.
#
# Even so, they show which scale disturbs more. The rows of the matrices differ already, and folding makes it worse: with one
# scale, the worst layer's signal falls from 32 dB above its rounding noise to 29 (each 6 dB is one bit), and more than a quarter
# of all answers change. With a scale for each filter, folding changes nothing, because it multiplies a row and its scale by
# the same factor, so that the integers stay the same, and with them the answers. (81 and 83 % differ by three crops, which is no
# difference. [Krishnamoorthi](reference/bibliography.md#krishnamoorthi) reports the collapse of whole MobileNets.)
#
# Only the weights of the 1×1 layers are rounded here. A quantised network rounds activations and depthwise layers too, and this page does not
# measure that cost.
#
# !!! takeaway "Takeaway"
#     On the digits, new 1×1 layers saved a third of the work at no measured cost, but a network that was small from the start
#     reached the same with less. Fit cuts to many images, judge them on
#     others, and compare with a small network.

# %% [markdown]
# ## Exercises
#
# **1. Where a split pays.** Up to which rank does splitting a convolution save weights?
#
# {{ exercise onebyone.book.solutions.shrinking.largest_paying_rank }}
#
# ??? hint "Hint"
#     A k×k layer has $C_\text{out}\,C_\text{in}\,k^2$ weights. Count those of the two layers that take its place.
#
# ??? success "Solution"
#     The two have $r\,(C_\text{in}\,k^2 + C_\text{out})$. So $r$ must be below the quotient of the two numbers.
#
#     {{ source onebyone.book.solutions.shrinking.largest_paying_rank }}
#
# **2. From decibels to bits.** A scale for each filter brings eleven decibels. How many more bits would bring as many?
#
# {{ exercise onebyone.book.solutions.shrinking.bits_worth }}
#
# ??? hint "Hint"
#     One more bit halves the step, and the noise with it. What becomes of the noise's square?
#
# ??? success "Solution"
#     Nearly two: a bit brings about six decibels.
#
#     {{ source onebyone.book.solutions.shrinking.bits_worth }}
#
# What else do people ask about these layers? [The questions](questions/index.py) were all asked in public, and each has an answer that runs.
