# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about class activation maps, Grad-CAM and receptive fields, each with its source, an answer and a run.
# ---

# %% [markdown]
# # What a network looks at
#
# *What do class activation maps, Grad-CAM and receptive fields say, and what do they not?*
#
# A class activation map is a 1×1 convolution with the classifier's weights, and Grad-CAM is nearly one. Seen like that, most of what puzzles
# people about these pictures can be computed. Each question was asked in public, where its links lead. The answers are ours, with code that
# proves them.

# %% [markdown]
# ## Class activation maps and Grad-CAM
#
# ### Is Grad-CAM more than CAM?
#
# Not on a network that ends in an average and one linear layer, as most do today. The gradient of a class's score is then the same at every
# pixel of a map: the class's weight for that map, divided by the number of pixels. So Grad-CAM is
# [the class activation map](../architectures/segmentation.py#class-activation-maps) over that number, cut off at zero. No backward pass is
# needed, and no other architecture, as CAM's author protests in the second thread.
#
# For the same reason XGradCAM, which weights the gradients by the activations, gives the same picture there; the third thread takes that for
# a bug. Grad-CAM says more than CAM where other layers follow: in the middle of the network, or before fully connected layers.
#
# Asked: [ramprs/grad-cam 8](https://github.com/ramprs/grad-cam/issues/8);
# [zhoubolei/CAM 21](https://github.com/zhoubolei/CAM/issues/21);
# [frgfm/torch-cam 218](https://github.com/frgfm/torch-cam/issues/218).

# %%
import torch

from onebyone import trained
from onebyone.book.photographs import centre
from onebyone.pytorch import conv1x1

model = trained.load()
row = model.classifier[1].weight[967:968]  # of the espresso, (1, 1280)
maps = model.features(centre("coffee"))  # (1, 1280, 7, 7)
score = model.classifier(model.pool(maps))[0, 967]
(grad,) = torch.autograd.grad(score, maps)
everywhere = row[:, :, None, None].expand_as(grad)
assert torch.allclose(49 * grad, everywhere, atol=1e-6)

cam, grad_cam = conv1x1(maps, row), conv1x1(maps, grad.mean(dim=(2, 3)))
assert torch.allclose(49 * grad_cam, cam, atol=1e-4)
weighted = (grad * maps).sum(dim=(2, 3)) / maps.sum(dim=(2, 3)).clamp(1e-9)
assert torch.allclose(conv1x1(maps, weighted), grad_cam, atol=1e-5)
print(f"largest pixel: CAM {cam.max().item():.2f},", end=" ")
print(f"Grad-CAM {grad_cam.max().item():.3f}")

# %% [markdown]
# ### What is Grad-CAM of a segmentation network?
#
# Choose one number first, since there is a score for each class at each pixel: usually the sum of one class's logits over the pixels that you
# ask about. In the third thread the sum also ran over all classes, by mistake.
#
# Then do not ask at the last layer. Before the 1×1 head the averaged gradient of that sum is the head's row for the class, times the share of
# pixels that you chose. So the picture is the class's own score map, less its bias, and which pixels you chose makes no difference but in
# brightness. That is why people find the heatmap to be the prediction over again. What more there is to learn lies further back, before other
# layers. And start from logits: a mask of 0 and 1, made by argmax or a threshold, has no gradient at all.
#
# Asked: [jacobgil/pytorch-grad-cam 177](https://github.com/jacobgil/pytorch-grad-cam/issues/177);
# [kiraving/SegGradCAM 5](https://github.com/kiraving/SegGradCAM/issues/5);
# [jacobgil/pytorch-grad-cam 263](https://github.com/jacobgil/pytorch-grad-cam/issues/263).

# %%
import torch
from torch import nn

from onebyone.architectures import unet
from onebyone.pytorch import conv1x1

torch.manual_seed(0)
model = unet(num_classes=3)
head, model.head = model.head, nn.Identity()
features = model(torch.rand(1, 3, 48, 48)).detach().requires_grad_()
logits = head(features)[0]  # (3, 48, 48)
one_pixel, left_half = torch.zeros(2, 48, 48)
one_pixel[20, 30], left_half[:, :24] = 1, 1
for mask in one_pixel, left_half:
    score = (logits[1] * mask).sum()
    (grad,) = torch.autograd.grad(score, features, retain_graph=True)
    alpha = grad.mean(dim=(2, 3))
    cam = conv1x1(features, alpha)[0, 0] / mask.mean()
    off = (cam - (logits[1] - head.bias[1])).abs().max().item()
    print(f"{mask.mean().item():.2%} of the pixels: the map is off", end=" ")
    print(f"by {off:.0e} from the logit less its bias")
    assert off < 1e-5
assert not logits.argmax(dim=0).requires_grad

# %% [markdown]
# ### My Grad-CAM is all zero, or all negative. What does that mean?
#
# Most often that nothing in the picture speaks for this class, and at the last layer this is rare: on the cup of coffee below, 6
# of 1,000 class maps are negative at every pixel. To the class that wins it should not happen there at all. In this network,
# trained with a softmax, the mean of all
# classes' rows is near zero (the gradients of a softmax cancel over the classes), so the 1,000 maps add up to nearly nothing at each pixel,
# and the winner's lies above that somewhere, unless it won by its bias. So check the class, the weights and the layer first. (On inner
# layers, [the averaged gradient](#average-the-gradients-first-or-multiply-pixel-by-pixel) is only a guess.)
#
# But it need not mean that. A head need not be centred like this one, since softmax looks only at differences. Subtract the same
# row from all classes: the network is as
# sure as before, and now the winner's map is negative everywhere. To be safe, subtract the mean row, or take the gradient of the class's
# logit less the mean logit. The map then shows what speaks for this class *more than for others*, and is the same for both heads. With two
# classes, take one row less the other. The reply in the third thread suggests to subtract the map's own mean, and doubts what that would say;
# this difference has a meaning.
#
# Asked: [kazuto1011/grad-cam-pytorch 15](https://github.com/kazuto1011/grad-cam-pytorch/issues/15);
# [meta-pytorch/captum 740](https://github.com/meta-pytorch/captum/issues/740);
# [yizt/Grad-CAM.pytorch 43](https://github.com/yizt/Grad-CAM.pytorch/issues/43).

# %%
import torch

from onebyone import trained
from onebyone.book.photographs import centre
from onebyone.pytorch import conv1x1

model = trained.load().double().requires_grad_(False)
rows, bias = model.classifier[1].parameters()  # (1000, 1280), (1000,)
maps = model.features(centre("coffee").double())
highest = conv1x1(maps, rows)[0].amax(dim=(1, 2))
print((highest < 0).sum().item(), "of 1,000 are negative everywhere")
print(f"mean row {rows.mean(dim=0).norm():.2f} long,", end=" ")
print(f"a row {rows.norm(dim=1).mean():.2f}")
compared = []
for shifted in rows, rows - 1:  # the same from every row
    logits = maps.mean(dim=(2, 3)) @ shifted.T + bias
    cam = conv1x1(maps, shifted)[0, 967]
    print(f"{logits.softmax(dim=1)[0, 967]:.1%} sure,", end=" ")
    print(f"from {cam.min():.1f} to {cam.max():.1f}")
    compared.append(conv1x1(maps, shifted - shifted.mean(dim=0))[0, 967])
assert cam.max() < 0
assert torch.allclose(*compared)

# %% [markdown]
# ### The prediction is 1, 0, 0, 0 and all gradients are zero. Why?
#
# Because the softmax is saturated. The slope of a probability p by its own logit is p (1 − p), and in float32 p is exactly 1 at a
# lead of 20, so this slope is 0. The slopes by the other logits are then some billionths, and at a lead of 110 they are 0 as
# well. No gradient comes through that. Take the logit instead, before the softmax; its slope by itself is
# always 1.
#
# It is also the better question. A probability rises when other classes fall, so before it saturates, its gradient mixes all logits. In the
# third thread the code takes the probabilities, and a reply sees no difference in the pictures. With a confident network, there is one.
#
# Asked: [keras-team/keras 5881](https://github.com/keras-team/keras/issues/5881);
# [jacobgil/keras-grad-cam 25](https://github.com/jacobgil/keras-grad-cam/issues/25);
# [keras-team/keras-io 370](https://github.com/keras-team/keras-io/issues/370).

# %%
import torch

slopes = []
for lead in 1, 5, 10, 20, 110:
    logits = torch.tensor([lead, 0.0, 0.0, 0.0], requires_grad=True)
    p = logits.softmax(dim=0)[0]
    (grad,) = torch.autograd.grad(p, logits)
    slopes.append(grad[0].item())
    print(
        f"a lead of {lead}: p = {p.item():.7f}, slope by its own logit", end=" "
    )
    print(f"{slopes[-1]:.1e}, by another {grad[1].item():.1e}")
    (of_logit,) = torch.autograd.grad(logits[0], logits)
    assert of_logit.tolist() == [1, 0, 0, 0]
assert slopes[2] > 0
assert slopes[3] == 0
assert (grad == 0).all()  # at a lead of 110

# %% [markdown]
# ### Average the gradients first, or multiply pixel by pixel?
#
# After an average it makes no difference, since the gradients are equal at all pixels. Before a `Flatten` and a linear layer it does. There
# each pixel has weights of its own, the products add up to the score exactly, and the average throws away where the weights belong. In the
# code one map speaks for the class on its left, and against it on its right. The score is 18. Grad-CAM's averaged weight is 0, and its
# picture is empty.
#
# So the first asker's change is another method, which is now called HiResCAM, and it has a point. The second finds both equal on the last
# block of a ResNet, and suspects the batch norm. It is the average after it.
#
# Asked: [jacobgil/keras-grad-cam 5](https://github.com/jacobgil/keras-grad-cam/issues/5);
# [jacobgil/pytorch-grad-cam 379](https://github.com/jacobgil/pytorch-grad-cam/issues/379).

# %%
import torch

half = torch.tensor([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]).expand(6, 6)  # left
maps = (1 + half)[None, None].requires_grad_()
weight = 2 * half - 1
pictures = {}
for name, score in {
    "average": maps.mean(),
    "Flatten": maps.flatten() @ weight.flatten(),
}.items():
    (grad,) = torch.autograd.grad(score, maps)
    pixelwise, averaged = grad * maps, grad.mean() * maps
    pictures[name] = pixelwise, averaged
    sums = pixelwise.sum().item(), averaged.sum().item()
    print(f"{name}: score {score.item():.1f}, by pixel {sums[0]:.1f},", end=" ")
    print(f"averaged {sums[1]:.1f}")
    assert abs(sums[0] - score.item()) < 1e-5
assert torch.allclose(*pictures["average"])
assert (pictures["Flatten"][1] == 0).all()

# %% [markdown]
# ### How do I get a CAM from SqueezeNet, whose classifier is a convolution?
#
# You have it already: it is the output of the 1×1 classifier, before the average. In SqueezeNet 1.1 that layer makes 1,000 maps of 13×13
# pixels, one for each class, and each score is the mean of its map after a ReLU. The 512 maps in the first thread are the layer's input, to
# which weights have still to be applied.
#
# No fully connected layer is needed, then, which is what the second asker lacks. What is needed is that the score is
# [an average or a sum of a map](../architectures/segmentation.py#a-classifier-at-every-pixel-of-the-map). The ReLU belongs to this network: a
# pixel here cannot speak against a class.
#
# Asked: [frgfm/torch-cam 71](https://github.com/frgfm/torch-cam/issues/71);
# [frgfm/torch-cam 171](https://github.com/frgfm/torch-cam/issues/171).

# %%
import torch

from onebyone.architectures import squeezenet1_1

torch.manual_seed(0)
model = squeezenet1_1().eval()  # random weights
x = torch.rand(1, 3, 224, 224)
with torch.no_grad():
    features = model.features(x)
    maps = model.classifier[:-1](features)  # dropout, 1×1, relu
    scores = model(x)
assert torch.allclose(maps.mean(dim=(2, 3)), scores, atol=1e-6)
assert maps.min() >= 0
print(tuple(features.shape), "→", tuple(maps.shape))

# %% [markdown]
# ### Why cut a CAM at zero, and should negative weights go, too?
#
# To show only what speaks for the class, which is Grad-CAM's choice, and a flag in the library of the second thread. You need do
# neither: what is below zero speaks against the class, and is part of the score. The mean of the full map, with the bias, is the
# score exactly. Cut the map at zero, and you look at one part of the sum, 8.48 instead of 8.38 for the palace below. Cut the
# *weights*, as code that the third thread quotes, and it is another sum
# altogether: 12.30, and not one negative pixel. Then even places that speak against the class light up. So keep the numbers, and draw them in
# two colours.
#
# Asked: [utkuozbulak/pytorch-cnn-visualizations 115](https://github.com/utkuozbulak/pytorch-cnn-visualizations/issues/115);
# [meta-pytorch/captum 179](https://github.com/meta-pytorch/captum/issues/179);
# [zhoubolei/CAM 22](https://github.com/zhoubolei/CAM/issues/22).

# %%
import torch

from onebyone import trained
from onebyone.book.photographs import centre
from onebyone.pytorch import conv1x1

model = trained.load()
linear = model.classifier[1]
row, bias = linear.weight[698:699], linear.bias[698]
with torch.no_grad():
    maps = model.features(centre("china"))
    score = model(centre("china"))[0, 698]  # palace
    cam, positive = conv1x1(maps, row), conv1x1(maps, row.relu())
print(f"score {score:.2f}, and {(cam < 0).sum()} of 49 pixels against it")
cuts = {"full map": cam, "map cut": cam.relu(), "weights cut": positive}
for name, one in cuts.items():
    print(f"{name}: mean and bias {one.mean() + bias:.2f}")
assert torch.allclose(cam.mean() + bias, score, atol=1e-4)
assert cam.relu().mean() > cam.mean()
assert positive.min() >= 0

# %% [markdown]
# ### `cam = np.ones(...)`: does it matter that the sum starts at one?
#
# It does where the map is small. Widely copied code starts the weighted sum with ones, which adds 1 to every pixel before the cut at zero.
# Beside maps with values in the hundreds nobody sees it, so it is said to change nothing that matters. But Grad-CAM on a network that ends in
# an average is small, because the gradient is divided by the number of pixels: below, between −0.03 and 0.49. With 1 added, no pixel is cut
# any more, and if the map is then divided by its largest value, the darkest is as bright as 0.65. Start with zeros.
#
# Asked: [utkuozbulak/pytorch-cnn-visualizations 14](https://github.com/utkuozbulak/pytorch-cnn-visualizations/issues/14);
# [jacobgil/keras-grad-cam 22](https://github.com/jacobgil/keras-grad-cam/pull/22), whose author expects no visible change, and a reply needed it;
# [PAIR-code/saliency 13](https://github.com/PAIR-code/saliency/pull/13).

# %%
import torch

from onebyone import trained
from onebyone.book.photographs import centre

model = trained.load()
maps = model.features(centre("china"))
scores = model.classifier(model.pool(maps))
(grad,) = torch.autograd.grad(scores.max(), maps)
weighted = (grad.mean(dim=(2, 3), keepdim=True) * maps).sum(dim=1).detach()
print(f"from {weighted.min():.2f} to {weighted.max():.2f}")
for start in 0, 1:
    cut = (start + weighted).relu()
    print(
        f"from {start}: {cut.count_nonzero()} of {cut.numel()} pixels lit,",
        end=" ",
    )
    print(f"the darkest {(cut / cut.max()).min():.2f}")
assert cut.count_nonzero() > (weighted > 0).sum()

# %% [markdown]
# ## Receptive fields and filters
#
# ### How large is my network's receptive field, and do 1×1 layers count?
#
# Go from the input to the output: each layer adds (k − 1) · j pixels to the field, where k is its kernel's size and j the product of all
# strides before it. A 1×1 adds nothing, wherever it stands. A 1×1 [with stride 2](../architectures/resnet.py#where-the-stride-sits) adds
# nothing either, but makes all later layers count double.
#
# Darknet-53 sees 725 pixels, with its 1×1 layers or without them, and the coarsest head of YOLOv3 sees 917, as the second asker finds and
# nobody confirms. The 103 of the first is much too small. The reply there, to multiply by 2 and add 1, is right if you go from the output
# back to the input. Pooling counts like a convolution: VGG's conv3_3 sees 40, and 48 with a 3×3 after it, the two numbers of the third
# thread. The code takes one row of pixels, and checks each field by counting the pixels that have a gradient. (A field is what can be seen;
# how much of it is used, training decides.)
#
# Asked: [AlexeyAB/darknet 1206](https://github.com/AlexeyAB/darknet/issues/1206);
# [qqwweee/keras-yolo3 385](https://github.com/qqwweee/keras-yolo3/issues/385);
# [sfzhang15/SFD 69](https://github.com/sfzhang15/SFD/issues/69).

# %%
import torch
from torch.nn.functional import conv1d

three, down, mix, pool = (3, 1), (3, 2), (1, 1), (2, 2)  # size, stride
darknet = [three]
for blocks in 1, 2, 8, 8, 4:
    darknet += [down] + [mix, three] * blocks
vgg = [three] * 2 + [pool] + [three] * 2 + [pool] + [three] * 3
networks = {"Darknet-53": darknet, "conv3_3": vgg}
networks["YOLOv3"] = darknet + [mix, three] * 3 + [mix]
networks["conv3_3 and a 3×3"] = [*vgg, three]
networks["Darknet-53 without"] = [la for la in darknet if la != mix]
for name, layers in networks.items():
    field = jump = 1
    x = y = torch.zeros(1, 1, 2048, dtype=torch.float64, requires_grad=True)
    for size, stride in layers:
        field, jump = field + (size - 1) * jump, jump * stride
        ones = torch.ones(1, 1, size, dtype=torch.float64)
        y = conv1d(y, ones, stride=stride, padding=(size - 1) // 2)
    (grad,) = torch.autograd.grad(y[0, 0, y.shape[2] // 2], x)
    print(f"{name}: {field} pixels, with {layers.count(mix)} of 1×1")
    assert grad.count_nonzero() == field

# %% [markdown]
# ### Does a 1×3 with a 3×1 see what a 3×3 sees?
#
# One after the other, yes, the same nine pixels, with 6 weights instead of 9. The reply calls the pair exactly a 3×3, which it is not:
# between one map and one map, it can only make kernels of rank 1, a column times a row. A random 3×3 has rank 3, and the nearest kernel of
# rank 1 misses part of it. Side by side and added, the pair sees a cross of five pixels, and no corners. (Through more channels in the
# middle, several such kernels add up, [as with any weight that is split](../algebra.py#one-becomes-two-factor-a-weight).)
#
# Asked: [GOATmessi8/RFBNet 105](https://github.com/GOATmessi8/RFBNet/issues/105).

# %%
import numpy as np

from onebyone import conv2d

rng = np.random.default_rng(seed=0)
x, full = rng.standard_normal((1, 9, 9)), rng.standard_normal((3, 3))
row = rng.standard_normal((1, 1, 1, 3))
column = rng.standard_normal((1, 1, 3, 1))
y = conv2d(conv2d(x, row, padding=(0, 1)), column, padding=(1, 0))
pair = column * row  # (1, 1, 3, 3)
assert np.allclose(conv2d(x, pair, padding=1), y)
for name, kernel in {"the pair": pair[0, 0], "a random 3×3": full}.items():
    values = np.linalg.svd(kernel, compute_uv=False)
    missed = 1 - values[0] ** 2 / np.square(values).sum()
    rank = np.linalg.matrix_rank(kernel)
    print(f"{name}: rank {rank}, one column and row miss {missed:.0%}")
assert missed > 0.01

beside = np.pad(row[0, 0], ((1, 1), (0, 0)))
beside = beside + np.pad(column[0, 0], ((0, 0), (1, 1)))
assert np.count_nonzero(beside) == 5

# %% [markdown]
# ### How do I look at the filters of the second layer?
#
# Combine them with the first layer's, as the first asker suspects: the second layer's weights say how much of each first filter to take, and
# plotted by themselves they look like noise. If the second layer is a 1×1 and nothing stands between, its filters *are* pictures,
# [one composed kernel each](../algebra.py#two-in-a-row-are-one).
#
# With a ReLU between, there is no one picture. At each pixel some first filters are shut, and only the others are added up, so a filter has a
# picture for every set of open channels: below, on a small piece of a photograph, more than a thousand. The composed kernel is then a sketch. To see
# what such a filter looks for, [look at its map](../trained.py#what-a-layer-looks-like).
#
# Asked: [keras-team/keras 3935](https://github.com/keras-team/keras/issues/3935);
# [soumith/dcgan.torch 13](https://github.com/soumith/dcgan.torch/issues/13).

# %%
import numpy as np

from onebyone import conv1x1, conv2d, relu
from onebyone.algebra import compose
from onebyone.images import photograph

rng = np.random.default_rng(seed=0)
first = rng.standard_normal((16, 3, 7, 7))
first -= first.mean(axis=(1, 2, 3), keepdims=True)  # so brightness opens none
second = rng.standard_normal((8, 16))
x = photograph()[:, 100:146, 100:146].astype(float)  # (3, 46, 46)
inner = conv2d(x, first)  # (16, 40, 40)
sketch, _ = compose(second=(second, None), first=(first, None))
print(sketch.shape[0], "pictures of", sketch.shape[1:])
assert np.allclose(conv1x1(inner, second), conv2d(x, sketch))

y, open_channels = conv1x1(relu(inner), second), inner > 0
there = second * open_channels[:, 5, 9]  # those that are open at one pixel
own, _ = compose(second=(there, None), first=(first, None))
assert np.allclose((own * x[:, 5:12, 9:16]).sum(axis=(1, 2, 3)), y[:, 5, 9])
sets = np.unique(open_channels.reshape(16, -1), axis=1).shape[1]
print(f"{sets:,} sets of open channels at {40 * 40:,} pixels")
assert sets > 1000

# %% [markdown]
# ### Maximise the mean or the largest pixel of a filter? And what does minimising show?
#
# The largest pixel shows what one place looks for. The mean asks all places at once, and on a first layer they agree on no more than
# [a flat picture](#why-does-maximising-a-first-layer-filters-mean-change-only-the-border). For a linear filter no search is needed at all.
# The gradient of the largest pixel *is* the kernel, in the window under that pixel, and of all patches with the same length the kernel's own
# shape gives the largest output. A reply in the second thread calls the maximum hard to reach by gradients; it is no harder than the mean.
#
# The smallest output belongs to the negative of the kernel. After a ReLU that gives 0, with a gradient of 0, and minimising shows nothing.
# The third thread's code minimised for a while by mistake, and its pictures looked good all the same: they showed what the filters do *not*
# like.
#
# Asked: [keras-team/keras 12092](https://github.com/keras-team/keras/issues/12092);
# [philipperemy/keract 71](https://github.com/philipperemy/keract/issues/71);
# [utkuozbulak/pytorch-cnn-visualizations 5](https://github.com/utkuozbulak/pytorch-cnn-visualizations/issues/5).

# %%
import torch
import torch.nn.functional as F

from onebyone.pytorch import conv2d

torch.manual_seed(0)
kernel, x = torch.randn(1, 3, 5, 5), torch.randn(1, 3, 28, 28)
largest = conv2d(x.requires_grad_(), kernel).max()
(grad,) = torch.autograd.grad(largest, x)
_, _, rows, columns = grad.nonzero(as_tuple=True)
window = grad[:, :, rows.min() :, columns.min() :][:, :, :5, :5]
assert grad.count_nonzero() == kernel.numel()
assert torch.equal(window, kernel)

patches = F.normalize(torch.randn(10_000, 75))  # all of length 1
best = F.normalize(kernel.flatten(), dim=0).requires_grad_()
outputs = patches @ kernel.flatten()
print(f"the best of 10,000 patches {outputs.max().item():.1f},", end=" ")
print(f"the kernel's own shape {(best @ kernel.flatten()).item():.1f}")
assert outputs.max() < kernel.norm()
(shut,) = torch.autograd.grad((-best @ kernel.flatten()).relu(), best)
assert (shut == 0).all()

# %% [markdown]
# ### Why does maximising a first-layer filter's mean change only the border?
#
# Because the mean of a linear filter's map asks the same of every inner pixel. Each of them meets every tap of the kernel once, so its
# gradient is the sum of the kernel's weights, over the number of outputs. All of the picture gets evenly brighter or darker. Only near the
# padded border, where some taps never reach a pixel, the gradient differs, and there the lines appear that the asker sees.
#
# A 1×1, which has no neighbours to miss at a border, gives a picture that is flat throughout. To see a kernel of the first layer, plot it, or
# maximise one pixel of its map.
#
# Asked: [keras-team/keras 4117](https://github.com/keras-team/keras/issues/4117).

# %%
import torch

from onebyone.pytorch import conv2d

torch.manual_seed(0)
for size in 3, 1:
    kernel = torch.randn(1, 1, size, size, dtype=torch.float64)
    x = torch.zeros(1, 1, 28, 28, dtype=torch.float64, requires_grad=True)
    y = conv2d(x, kernel, padding=size // 2)
    (grad,) = torch.autograd.grad(y.sum(), x)
    inner = grad[0, 0, 1:-1, 1:-1]
    assert torch.allclose(inner, kernel.sum().expand_as(inner))
    different = (~torch.isclose(grad, kernel.sum())).sum().item()
    print(f"{size}×{size}: {different} of {grad.numel()} pixels differ")
    assert different == (4 * 27 if size == 3 else 0)

# %% [markdown]
# !!! takeaway "Takeaway"
#     Where a network averages and applies one linear layer, every such picture is a 1×1 convolution of its last maps, and can be
#     checked: the mean of the map is the score.
#     Take logits, keep the sign, compare with the other classes, and ask a segmentation network further back.
