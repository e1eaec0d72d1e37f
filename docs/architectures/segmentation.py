# ---
# description: The 1×1 head of U-Net and FCN, sigmoid or softmax, logits and losses, feature pyramids, and class activation maps on a trained network.
# ---

# %% [markdown]
# # Segmentation: a 1×1 at every pixel
#
# *A network that labels every pixel usually ends in a 1×1 convolution. What does that last layer compute, and what must not come after it?*
#
# *You need* [Network in Network](network-in-network.py)'s ending, a 1×1 and an average. *You will* build the head of a
# segmentation network, choose its
# loss, see which part of a picture decides a classifier's answer, and join maps of different sizes in a pyramid. About twenty minutes.
#
# The last layer computes the scores of each pixel from that pixel's channels, with one matrix for all pixels: it is a classifier
# that is applied everywhere.
# These scores, called *logits*, become probabilities by a sigmoid, for each class by itself, or by a softmax, for all classes
# together. If the loss already applies one, the network must
# not end in another. And on a network that classifies whole pictures, the same layer shows where in the
# picture the answer comes from.

# %% [markdown]
# ## U-Net

# %% tags=["remove-input"] alt="U-Net. On the way down 64 feature maps of 224×224 pixels become 128 of 112×112, 256 of 56×56, 512 of 28×28 and 1,024 of 14×14. On the way up the same sizes return, each concatenated with the feature maps of its size from the way down. At the end a 1×1 convolution makes 2 scores of 64 feature maps."
from onebyone.book.figures.segmentation import draw_unet

draw_unet()

# %% [markdown]
# [U-Net](../reference/bibliography.md#unet) pools four times, so that a filter covers a larger part of the picture, and enlarges
# four times, so that each pixel gets an answer of its own.
# On the way up it concatenates the maps of the same size from the way down, which still show where the edges are. The last layer is the orange one:
# 64 numbers for each pixel come in, and a 1×1 convolution turns them into one score for each class.
#
# {{ source onebyone.architectures.unet.UNet }}
#
# The paper's 3×3 convolutions are not padded, so its output is smaller than its input: 388×388 pixels from 572×572. Here they are
# padded, so that every
# pixel gets scores. Where a height or width is odd, the pooling leaves out a row or a column, and the way up has to bring it
# back. A U-Net that does not bring it back will [stop with "sizes of tensors must
# match"](../reference/bibliography.md#unet-sizes), so try a size that
# is odd and not square:

# %%
import torch

from onebyone.architectures import unet

model = unet(num_classes=2).eval()  # random weights
x = torch.rand(1, 3, 75, 101)
with torch.no_grad():
    print(tuple(x.shape), "→", tuple(model(x).shape))

# %% [markdown]
# How much of the network is its head?

# %%
import torch

from onebyone.architectures import unet
from onebyone.summary import summary

with torch.device("meta"):
    found = summary(unet(), (3, 224, 224))
head = found.pointwise
print(f"{found.parameters:,} parameters, {head.parameters} of them in the head")
print(f"{found.macs:,} MACs, {head.macs / found.macs:.2%} of them in the head")

# %% [markdown]
# Of 31 million parameters, 130 are the 1×1's. It is the smallest layer of the network, and it gives the answer.
#
# ## A classifier at every pixel of the map
#
# The idea is slightly older than U-Net. Take a network for classification whose last layers are an average and a fully connected
# layer. Leave out the average,
# and apply the same weights at every pixel as a 1×1 convolution: out comes a *map* of scores. That is a
# [fully convolutional network](../reference/bibliography.md#fcn). (To segment, it still has to enlarge its coarse map.) The map
# uses the weights that made the old scores:

# %%
import torch

from onebyone import trained
from onebyone.book.photographs import centre
from onebyone.pytorch import conv1x1

model = trained.load()
linear = model.classifier[1]  # Linear(1280, 1000)
x = centre("coffee")  # (1, 3, 224, 224)
with torch.no_grad():
    features = model.features(x)  # (1, 1280, 7, 7)
    maps = conv1x1(features, linear.weight, linear.bias)  # (1, 1000, 7, 7)
    scores = model(x)  # (1, 1000), averaged before the layer
    assert torch.allclose(maps.mean(dim=(2, 3)), scores, atol=1e-4)
print("scores of each pixel:", tuple(maps.shape))
print("their mean is the score of the picture:", tuple(scores.shape))

# %% [markdown]
# For a linear layer it makes no difference whether the average comes first or last: the mean of the map *is* the score, to
# rounding. (The bias is in both,
# the same number at every pixel.)
#
# ## Class activation maps
#
# Now read this the other way round. The score of a class is the mean of its map, so the map says what each place contributes. This is the
# [class activation map](../reference/bibliography.md#cam), and it takes no more than a 1×1 convolution with weights that are
# already there. The network is EfficientNet-Lite0, trained on ImageNet. It classifies the first picture as an espresso and the
# second as a moped (ImageNet has no motorcycles). Where does it see them?

# %% alt="Two photographs, each beside the same photograph lit where the class has its score. Of a cup of coffee on a table the cup stays bright, and of a garage with a red motorcycle the motorcycle."
import torch

from onebyone import trained
from onebyone.book.photographs import centre
from onebyone.book.figures.segmentation import heat
from onebyone.images import pictures
from onebyone.pytorch import conv1x1

model = trained.load()
linear = model.classifier[1]
shown = {}
for name, number, label in (
    ("coffee", 967, "espresso"),
    ("motorcycle", 665, "moped"),
):
    x = centre(name)
    with torch.no_grad():
        answer = model(x).argmax().item()
        maps = conv1x1(model.features(x), linear.weight, linear.bias)
    assert answer == number
    own = maps[0, number]  # (7, 7)
    print(
        f"{label}: from {own.min():.1f} to {own.max():.1f}, mean {own.mean():.1f}"
    )
    picture = ((x[0] * 128 + 127) / 255).clamp(0, 1)  # as it was
    lit = picture * (0.2 + 0.8 * heat(own, (224, 224)))
    shown[f"The picture: {label}"] = picture.numpy()
    shown[f"Where the score is: {label}"] = lit.numpy()
pictures(shown)

# %% [markdown]
# Nobody has told this network where the cup is: it was trained with one word for each picture. The map is coarse, 7×7, since each
# of its pixels stands for
# 32×32 of the photograph, and the photographs above are lit by its enlargement.
#
# Two things go wrong with such maps in practice. Sometimes the weights are taken from the wrong layer, whose shape happens to
# fit; the equation above, *mean of the map = score*, reveals that. And maps are often scaled by their largest value, so that a
# class with hardly any evidence glows as brightly as the right
# one. So keep the numbers, and scale only what you show. (The paper's map leaves out the bias of the class. If that bias is
# large, the class can have the highest score although its map is negative everywhere.)
#
# {{ source onebyone.book.figures.segmentation.heat }}
#
# ## One output or two?
#
# For "cell or background" some heads have two outputs and a softmax, and others have one output and a sigmoid. Both are the same
# model, because a softmax of
# two scores depends only on their *difference*. So subtract one row of the weights from the other, and compare:

# %%
import torch

from onebyone.book.solutions.segmentation import merge_two_outputs
from onebyone.pytorch import conv1x1

torch.manual_seed(0)
features = torch.randn(1, 64, 32, 32)
weight, bias = torch.randn(2, 64), torch.randn(2)
two = conv1x1(features, weight, bias)  # (1, 2, 32, 32)
merged = merge_two_outputs(weight.numpy(), bias.numpy())
one = conv1x1(features, *map(torch.from_numpy, merged))  # (1, 1, 32, 32)
by_softmax, by_sigmoid = two.softmax(dim=1)[:, 1], one.sigmoid()[:, 0]
wrong = one.softmax(dim=1)
assert torch.allclose(by_softmax, by_sigmoid, atol=1e-6)
assert (wrong == 1).all()
print("two and softmax = one and sigmoid")
print("one and softmax = 1 at every pixel, whatever the weights")

# %% [markdown]
# Two outputs have twice the weights and carry no more information. But do not mix the two forms: a softmax over *one* channel is
# 1 everywhere, and its gradient is zero, so
# nothing is ever learned. For three classes that exclude each other, take three outputs and a softmax; for three classes that may overlap, take three
# outputs and a sigmoid for each.
#
# ## Logits, and which loss expects them
#
# The head's outputs are *logits*, scores from minus to plus infinity. For each kind of head PyTorch has a loss that expects the
# logits, and one that expects
# what a sigmoid or a softmax has made of them:
#
# | Head | Loss | Input | Target |
# |:--|:--|:--|:--|
# | one output | `binary_cross_entropy_with_logits` | logits | (N, 1, H, W), float, 0 or 1 |
# | one output | `binary_cross_entropy` | sigmoid of logits | the same |
# | K outputs | `cross_entropy` | logits | (N, H, W), integer, the class |
# | K outputs | `nll_loss` | log-softmax of logits | the same |
#
# If you apply a softmax yourself, `cross_entropy` applies a second one. There is no error, and the network even learns, but the
# loss can never become small.
# Take the best answer that there is, with a probability of 1 for the right class:

# %%
import torch
import torch.nn.functional as F

from onebyone.book.solutions.segmentation import smallest_loss

target = torch.tensor([0])
for classes in 2, 21, 1000:
    logits = torch.zeros(1, classes)
    logits[0, 0] = 30  # as sure as can be
    right = F.cross_entropy(logits, target).item()
    twice = F.cross_entropy(logits.softmax(dim=1), target).item()
    again = F.cross_entropy(logits.log_softmax(dim=1), target).item()
    print(
        f"{classes:4} classes: loss {right:.3f}, softmax before it {twice:.3f}"
    )
    assert abs(twice - smallest_loss(classes)) < 1e-5
    assert abs(again - right) < 1e-5  # twice a log-softmax is one

# %% [markdown]
# If your loss stays at 0.313 with two classes, or at 2.12 with the 21 classes of Pascal VOC, look for a second softmax. (A second
# *log*-softmax does no harm, as
# the last line asserts.) And to decide between the two classes of one output, compare the logit with 0, not with 0.5, because the sigmoid of 0 is one
# half.
#
# ### No activation on the head
#
# A relu after every layer, the last one included, does harm, too. It turns every negative logit into 0, so no pixel can have a
# probability below one half, and
# where the logit was negative no gradient comes back. Compare the two heads on random features, where the right answer is background at every pixel:

# %%
import torch
import torch.nn.functional as F

from onebyone.pytorch import Conv1x1

torch.manual_seed(0)
features = torch.randn(1, 64, 32, 32)
head = Conv1x1(64, 1)
background = torch.zeros(1, 1, 32, 32)  # the right answer: nothing here
for name, logits in {
    "logits": head(features),
    "relu of logits": head(features).relu(),
}.items():
    # Each pixel that passes a gradient adds 1 to that of the bias.
    (grad,) = torch.autograd.grad(logits.sum(), head.bias)
    least = logits.sigmoid().min().item()
    loss = F.binary_cross_entropy_with_logits(logits, background).item()
    alive = grad.item() / logits.numel()
    print(f"{name}: least probability {least:.2f},", end=" ")
    print(f"{alive:.0%} of the pixels pass a gradient, loss {loss:.2f}")

# %% [markdown]
# On background, a head with a relu cannot bring its loss below $\log 2 = 0.69$, however long it trains.
#
# ## Feature pyramids: the lateral 1×1
#
# A network that draws boxes around objects, a *detector*, has to find small objects, too. For that it needs the many pixels of
# the first layers as well as the meaningful channels of the last ones. A [feature
# pyramid](../reference/bibliography.md#fpn) takes a classifier's
# maps at four sizes, brings each of them to 256 channels with a 1×1 convolution, and adds to each level the coarser one,
# enlarged. Without the *lateral* 1×1
# their channels would not fit:

# %%
import torch
import torch.nn.functional as F

from onebyone.pytorch import Conv1x1

torch.manual_seed(0)
shapes = (256, 85), (512, 43), (1024, 22), (2048, 11)  # ResNet's, at 340×340
levels = [torch.randn(1, c, size, size) for c, size in shapes]
lateral = [Conv1x1(c, 256) for c, _ in shapes]

with torch.no_grad():
    pyramid = [lateral[3](levels[3])]
    for layer, level in zip(lateral[2::-1], levels[2::-1], strict=True):
        size = level.shape[-2:]  # 43, not 2 · 22
        above = F.interpolate(pyramid[0], size=size)  # nearest
        pyramid.insert(0, layer(level) + above)
for level, merged in zip(levels, pyramid, strict=True):
    print(tuple(level.shape[1:]), "→", tuple(merged.shape[1:]))

# %% [markdown]
# The code asks for the finer map's size, since twice 22 is 44 and the map has 43. (The paper ends with a 3×3 on each level, which
# is left out here.) The 1×1 comes
# *before* the enlargement for a reason that you know by now: it works on each pixel by itself, so the result is the same before
# or after, and before is
# cheaper:

# %%
import torch
import torch.nn.functional as F

from onebyone.cost import macs
from onebyone.pytorch import conv1x1

torch.manual_seed(0)
x, weight = torch.randn(1, 2048, 11, 11), torch.randn(256, 2048)
before = F.interpolate(conv1x1(x, weight), scale_factor=2)
after = conv1x1(F.interpolate(x, scale_factor=2), weight)
assert torch.allclose(before, after, rtol=1e-4, atol=1e-3)
print(f"before: {macs(2048, 256, 1, 11, 11):>11,} MACs")
print(f"after:  {macs(2048, 256, 1, 22, 22):>11,} MACs")

# %% [markdown]
# !!! takeaway "Takeaway"
#     A 1×1 head is one classifier for all pixels. Where a network averages, the mean of its map is the score of the picture, so
#     the map shows where the score comes from.
#     A head outputs logits: leave softmax and sigmoid to the loss, and put no relu after it.

# %% [markdown]
# ## Exercises
#
# **1. Half of the head.** You have a trained head with two outputs. Make one with a single output that gives the same probabilities.
#
# {{ exercise onebyone.book.solutions.segmentation.merge_two_outputs }}
#
# ??? hint "Hint"
#     Write the second number of the softmax as a fraction, and divide it above and below by what is above. Of which score is that the sigmoid?
#
# ??? success "Solution"
#     Subtract the first row from the second, and the first bias from the second. That is one more 1×1 convolution, with the row
#     $(-1, 1)$, multiplied into the head.
#
#     {{ source onebyone.book.solutions.segmentation.merge_two_outputs }}
#
# **2. The loss that will not fall.** Softmax is applied twice. How small can the loss become with $K$ classes?
#
# {{ exercise onebyone.book.solutions.segmentation.smallest_loss }}
#
# ??? hint "Hint"
#     The inner softmax gives at best a 1 for the right class. What does the outer one make of that, and what is its logarithm?
#
# ??? success "Solution"
#     $\log(1 + (K - 1) / e)$: the inner softmax gives at best a 1 and $K - 1$ zeros, and the outer one takes these for logits.
#
#     {{ source onebyone.book.solutions.segmentation.smallest_loss }}
#
# **3. The price of the pyramid.** How many parameters do the four lateral convolutions on ResNet-50 have?
#
# {{ exercise onebyone.book.solutions.segmentation.lateral_parameters }}
#
# ??? hint "Hint"
#     Each level has a 1×1 convolution of its own, from its channels to the 256 of the pyramid, with biases.
#
# ??? success "Solution"
#     984,064, four per cent of the ResNet. More than half of them are at the coarsest level, which has the most channels.
#
#     {{ source onebyone.book.solutions.segmentation.lateral_parameters }}
#
# All these networks lose something on the way from the picture to the answer. The last one of this chapter loses nothing, because
# each of its layers can be undone: [Glow](glow.py).
