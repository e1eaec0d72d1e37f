# ---
# description: A trained convolution split in two, a network cut to half of its work, and eight-bit weights. What each keeps, judged on data that it was not fitted to.
# ---

# %% [markdown]
# # 13 Smaller with new 1×1 layers
#
# *You have a trained network that is too slow. Can you put 1×1 convolutions into it and make it cheaper, without training it again?*
#
# *You need* to know how [chapter 7](algebra.py#one-becomes-two-factor-a-weight) splits a layer in two. *You will* split a trained layer, cut a
# whole network to a budget of MACs, and compare it with a network that was small from the start. About twenty minutes.
#
# You can, and how well it works depends on the network. A network for digits loses half of its MACs and only a quarter of a percentage
# point of accuracy, but a network that was small from the start does as well with even fewer. EfficientNet-Lite0, with only ten
# pictures to fit to, changes a third of its answers after a cut of 5 %. This page has the tools to try it on your own network.

# %% [markdown]
# ## Split one layer
#
# Take a 1×1 layer of [EfficientNet-Lite0](trained.py) that reduces 480 channels to 112. `split` replaces it by two 1×1 layers with fewer
# channels between them, here 60. It chooses the two whose product is as close as possible to the old weight matrix:

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
# But close weights do not always give close outputs. An error in a direction in which the maps never vary does no harm, and an error in
# a direction in which they vary much does a lot. So you can give `split` feature maps, too. Then it chooses the two layers whose
# *outputs* for these maps are as close as possible to the old ones ([Zhang et al.](reference/bibliography.md#zhang)), and the second
# layer gets a bias that keeps the means right.
#
# The table compares three ways: by the weights, by the weights with a bias that keeps the means, and by the outputs. All
# are fitted to ten pictures and judged on ten others. The errors are shares of the output's variance, so 100 % is what you would get by
# replacing each output by its mean:

# %%
import torch

from onebyone import trained
from onebyone.book.photographs import FIT, JUDGE, crops
from onebyone.shrink import split
from onebyone.tables import Table

layers = trained.load().features
before, conv = layers[10].conv[:4], layers[10].conv[4][0]
with torch.no_grad():
    here = before(layers[:10](crops(FIT, each=1)))
    there = before(layers[:10](crops(JUDGE, each=1)))
    wanted = conv(there)
    variance = wanted.var(dim=(0, 2, 3), correction=0).mean()
    rows = []
    for rank in 20, 60, 90, 112:
        by_weights, by_outputs = split(conv, rank), split(conv, rank, here)
        shift = (conv(here) - by_weights(here)).mean(dim=(0, 2, 3))
        shifted = by_weights(there) + shift[:, None, None]
        errors = [
            ((made - wanted).square().mean() / variance).item()
            for made in (by_weights(there), shifted, by_outputs(there))
        ]
        rows.append((rank, *(f"{error:.1%}" for error in errors)))
Table(["Rank", "by the weights", "means kept", "by the outputs"], rows)

# %% [markdown]
# With 60 channels between the two layers, the way by the weights has an error that is almost as large as the variance itself. Most of it
# is a shift of the means: with the right means, two thirds of the error are gone. If the channels are also chosen by the outputs, half of the
# rest is gone. With 112 channels, as many as there are outputs, nothing is lost in any of the three ways.
#
# The two layers have fewer weights than the old one only if the rank $r$ is below the break-even width of [chapter 4](projections.py), here 91:
# $r\,(C_\text{in} + C_\text{out}) < C_\text{in}\,C_\text{out}$.
#
# ## Turn a 3×3 into a bottleneck
#
# There is more to save in a k×k convolution, which has k² weights for each pair of channels. `split` turns it into a k×k with fewer
# filters and a 1×1 after it ([Jaderberg et al.](reference/bibliography.md#jaderberg)). `bottleneck` turns it into three layers, as in a
# [ResNet](architectures/resnet.py): a 1×1 reduces the channels, the k×k works on few of them, and a 1×1 expands them. (It finds
# the best directions among the input channels and among the output channels separately, which is called a [Tucker
# decomposition](reference/bibliography.md#tucker), as in [Kim et al.](reference/bibliography.md#kim))
#
# The cell does both to a random 3×3 layer. The error is again a share of the output's variance. In the last row, the bottleneck
# keeps all 64 channels:

# %%
import torch
from torch import nn

from onebyone.shrink import bottleneck, split
from onebyone.summary import summary
from onebyone.tables import Table

torch.manual_seed(0)
conv = nn.Conv2d(64, 64, 3, padding=1)
x = torch.rand(8, 64, 14, 14)
wanted = conv(x)
variance = wanted.var(dim=(0, 2, 3), correction=0).mean()
rows = []
for name, layer in {
    "as it was": conv,
    "split, 16 channels": split(conv, rank=16, x=x),
    "bottleneck, 16 channels": bottleneck(conv, reduce=16, expand=16, x=x),
    "bottleneck, 64 channels": bottleneck(conv, reduce=64, expand=64, x=x),
}.items():
    error = ((layer(x) - wanted).square().mean() / variance).item()
    rows.append((name, summary(layer, (64, 14, 14)).macs, f"{error:.0%}"))
Table(["Layer", "MACs", "error"], rows)

# %% [markdown]
# The errors are large because random weights have no redundancy; trained weights do better. The last row shows that the
# three layers are equal to the old one if nothing is cut. They cost more then, so whatever you save, you save by cutting channels.
#
# ## Cut a whole network
#
# How many channels should each layer of a network keep? [Chapter 12](trained.py#one-layer-at-a-time) showed that some layers are two hundred
# times as sensitive to a cut as others. So `shrink` measures all of them:
#
# 1. It folds the batch normalisations. Then it cuts each convolution alone, to several ranks, and measures by how much the output
#    of the whole network changes on your images.
# 2. It makes one cut after another, always the one with the smallest change of the output for the MACs that it saves, until the network
#    is within your budget.
# 3. It fits the new layers from the first to the last. Each is fitted to the outputs of the old network, so it also corrects errors of
#    the layers before it.
#
# Here it cuts a plain network for digits, trained for a few seconds, to two fifths of its MACs:

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
# The table has a row for each convolution, and in the last row the whole network. *Ranks* are the channels that were kept: one number for a
# split, two for a bottleneck, and "stays" if the layer was not cut. (`shrink` tried bottlenecks as well, and a split was better in each
# layer here.) The error of a row is what this cut alone does to the output of the network. All errors in the table are measured on the images to
# which the cuts were fitted, so they are too good. The accuracies above the table are measured on other images.
#
# To use it on your own network:
#
# - Give it some hundred images of the kind that the network will see, and keep others to judge the result by. Your model is not
#   changed; the cut network is a copy.
# - Only plain convolutions are cut. Fully connected layers stay as they are, and so do layers to which you have attached code of
#   your own (hooks or parametrisations).
# - `shrink` assumes that the errors of single cuts add up. They do so only roughly, so look at the last row, which is measured.
#
# ## Does it pay?
#
# Is it worth the trouble? You could also have trained a small network from the start. So we trained both. The plain network of
# [chapter 10](training.py) was trained for six epochs from five random seeds, and each of the five was shrunk, with 500 of the training digits, and
# then trained for one more epoch. The small networks were trained for seven epochs: networks with bottlenecks, and plain
# networks with fewer channels, each in four widths. All were tested on the same 1,000 digits, to which nothing was fitted. In the
# figure, higher is better, and further left is cheaper:

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
from onebyone.tables import Table

found = records.load("shrinking")["digits"]
whole = found["plain"]
rows = [("plain, not cut", "100%", f"{mean(whole['whole']):.1%}", "")]
for row in whole["rows"]:
    left = f"{row['macs'] / whole['macs']:.0%}"
    shrunk, later = mean(row["shrunk"]), mean(row["trained on"])
    rows.append(("plain, shrunk", left, f"{shrunk:.1%}", f"{later:.1%}"))
for name in "narrow plain", "bottleneck":
    for row in found[name]:
        left = f"{row['macs'] / whole['macs']:.0%}"
        accuracy = f"{mean(row['accuracies']):.1%}"
        rows.append((f"{name}, trained small", left, accuracy, ""))
Table(["Network", "MACs", "test accuracy", "one epoch later"], rows)

# %% [markdown]
# The small networks win. Down to 70 % of the MACs, cutting costs no accuracy, and at half of them it costs a quarter of a percentage point.
# But networks that were small from the start are as accurate with a third or two fifths of the MACs. At a fifth of the MACs, the
# bottleneck reaches 97.0 %, and the cut network only 94.6 %, or 95.2 % after the additional epoch. This epoch helps where much
# was cut, and does a little harm where little was cut.
#
# ??? note "How far to trust these numbers"
#     Before the cut the plain networks read 97.7 % of the digits, and those of [chapter 10](training.py) 97.9 %. They are the same networks
#     with the same seeds, trained on different processors, which round differently. So a difference of 0.2 points means nothing. The
#     learning rate of the additional epoch was chosen among four on training digits that were held out, for one of the seeds. The
#     lowest of the four was the best, and lower ones were not tried.
#
# ## The same on a real network
#
# The digits are easy. What happens to a network that was trained on ImageNet? For EfficientNet-Lite0 we have no training set, only twenty
# pictures. The cuts are fitted to eighty crops of ten of them, and judged on eighty crops of the ten others. There is no training
# afterwards. An answer is *kept* if the cut network names the same class as before, and *sure* means that the network was at
# least 50 % sure of it before the cut. (That is so for only fifteen of the eighty crops, so the line of the sure ones goes up and
# down.) Compare the pictures of the fit with the others:

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
from onebyone.tables import Table

network = records.load("shrinking")["network"]
rows = []
for row in network["shrunk"]:
    others = row["kept elsewhere"]
    left = row["macs"] / network["macs"]
    kept = row["kept"]["all"], others["all"], others["sure"]
    rows.append((f"{left:.0%}", *(f"{each:.0%}" for each in kept)))
head = "MACs left", "kept on pictures of the fit", "on others", "where sure"
Table(head, rows)

# %% [markdown]
# On the pictures of the fit, half of the MACs seems to cost only three answers in ten. On other pictures it costs nearly all, and even a cut of
# a twentieth costs a third of the answers. This network was designed to be small, and so there is little that it could do without. With
# ImageNet at hand, you would fit to thousands of images and train for days afterwards. If you read of a network that was cut in half
# without a loss, ask on which images it was tested.
#
# ## Fewer bits instead
#
# Instead of fewer weights, you can have smaller ones: eight bits for each instead of 32. Each weight is divided by a *scale* and
# rounded to an integer from −127 to 127. If there is one scale for the whole matrix, its largest weight decides how coarsely all the others
# are rounded. If there is one scale for each *filter*, a row of small weights is rounded more finely. The second costs nothing at run
# time, because the scale of a row can be moved out of its sum:
#
# $$y_o = \sum_i s_o\, q_{oi}\, x_i = s_o \sum_i q_{oi}\, x_i$$
#
# So the sum is over integers, if $x$ is rounded as well, and is multiplied by the scale once, at the end. Why is there no scale for each
# *input* channel? Because it would stay in the sum: in $\sum_i s_i\, q_{oi}\, x_i$ each term has a different factor. The cell tries both. For
# a scale per filter, the integer sums times the scales are the right outputs. For a scale per input channel, it prints the six
# scales, and the factor by which the integer sum of each of the four rows would have to be multiplied:

# %%
import numpy as np

from onebyone.quantization import quantize

rng = np.random.default_rng(0)
weight = rng.normal(size=(4, 6)) * [[1], [10], [0.1], [3]]  # rows differ
x = rng.integers(-9, 9, 6)

integers, scale = quantize(weight, axis=0)  # one scale for each filter
sums = integers.astype(int) @ x  # of integers alone
np.testing.assert_allclose(scale[:, 0] * sums, (scale * integers) @ x)

integers, scale = quantize(weight, axis=1)  # one for each input channel
sums = integers.astype(int) @ x
factors = (scale * integers) @ x / sums
print("the six scales:  ", scale[0].round(3))
print("factors to reach:", factors.round(3))

# %% [markdown]
# The factors are not the scales, and they would be different for every pixel. So no stored scale can do it.
#
# Does it matter in practice? It does if the rows of a matrix differ in size. In a trained network they do, all the more after batch
# normalisations have been [folded](algebra.py#a-batch-norm-folds-away) into it, which multiplies each row by a different factor. The table has the
# 1×1 weights of EfficientNet-Lite0, rounded to eight bits with one scale or with one for each filter, before and after folding. The
# answers are those for 160 crops of all twenty pictures. (Nothing was fitted, so all pictures are new.) The decibels compare the
# weights with their rounding errors, in the layer where this ratio is worst: 20 dB are a factor of ten.

# %%
from onebyone.book import records
from onebyone.tables import Table

rows = []
for row in records.load("shrinking")["eight bits"]:
    kept = f"{row['kept']['all']:.0%}", f"{row['kept']['sure']:.0%}"
    worst = f"{row['lowest dB']:.0f} dB"
    norms = "folded" if row["norms"] == "folded" else "not folded"
    rows.append((norms, row["scales"], worst, *kept))
    assert row["kept"]["number of sure"] == 30
head = (
    "Batch norms",
    "scales",
    "worst layer",
    "answers kept",
    "of the 30 sure ones",
)
Table(head, rows)

# %% [markdown]
# Start with the last column. The network was at least 50 % sure about thirty of the crops, and all of these answers are kept in every row.
# The answers that change are guesses, and a small error is enough to change a guess.
#
# Still, the guesses show which way is more exact. With one scale, folding makes things worse: the ratio falls from 32 to 29 dB,
# so the rounding errors grow by two fifths, and more than a quarter of all answers change. With a scale for each filter it
# changes nothing, because folding
# multiplies a row and its scale by the same factor, and the integers stay the same.
# ([Krishnamoorthi](reference/bibliography.md#krishnamoorthi) reports MobileNets that fail altogether with one scale.)
#
# These numbers are for the weights of the 1×1 layers only. A quantised network also rounds its activations and its depthwise layers, and
# that costs more.
#
# !!! takeaway "Takeaway"
#     New 1×1 layers can make a trained network cheaper: on the digits, by a third without a measurable loss. But a network that was small
#     from the start did better. Fit cuts to many images, judge them on others, and compare with a small network.

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
# That was the last chapter of the main text. Chapter 14 is [a collection of questions](questions/index.py) that people have asked in public
# about these layers. Each has a short answer, with code that shows it.
