# ---
# description: Network in Network, NiN, puts a small network at every pixel and drops the fully connected layers. Both are 1×1 convolutions.
# ---

# %% [markdown]
# # Network in Network
#
# *A filter computes a linear function of the pixels under it. How do you slide a nonlinear one over the image?*
#
# *You need* [chapter 3](../downsampling.py) up to the nonlinearity. *You will* know what a network at every pixel is, convert any fully
# connected layer into a convolution and back, and see why such a network takes images of any size. About ten minutes.
#
# Follow the filter with a relu and two 1×1 convolutions, each with a relu of its own. That is a small network at every pixel, and it gave
# the [paper of 2013](../reference/bibliography.md#network-in-network) its name, NiN for short. The paper's second idea lasted even
# longer: end with the average of each feature map, called *global average pooling*, and no layer needs to be fully connected.

# %% [markdown]
# ## mlpconv: a small network at every pixel

# %% tags=["remove-input"] alt="Four boxes with arrows between them, as high as they have channels: a picture's 3, then 192 after a 5×5 convolution, 160 after a 1×1 and 96 after another 1×1."
from onebyone.architectures.network_in_network import mlpconv
from onebyone.book.widgets.blocks import draw_block

block = mlpconv(3, (192, 160, 96), kernel_size=5)
draw_block("mlpconv", "The first mlpconv", block, (3, 32, 32))

# %% [markdown]
# Orange boxes are made by 1×1 convolutions. The paper calls the block *mlpconv*, because it is a multilayer perceptron (a small fully
# connected network) that slides over the image like a convolution. Its first layer is an ordinary 5×5 convolution, and the other two are 1×1.
#
# {{ source onebyone.architectures.network_in_network.mlpconv }}
#
# Is it really a network at every pixel? Take the 192 numbers that the 5×5 convolution makes at one pixel, and send them through two
# fully connected layers by hand. If the claim is true, these are the block's output at this pixel, 96 numbers:

# %%
import torch

from onebyone.architectures.network_in_network import mlpconv
from onebyone.images import photograph

torch.manual_seed(0)
x = torch.from_numpy(photograph())[None]  # (1, 3, 256, 256)
block = mlpconv(3, (192, 160, 96), kernel_size=5)
first, relu, second, _, third, _ = block

with torch.no_grad():
    y = block(x)  # (1, 96, 256, 256)
    pixel = relu(first(x))[0, :, 100, 60]  # (192,)
    for layer in second, third:
        matrix = layer.weight.flatten(1)  # (C_out, C_in)
        pixel = relu(matrix @ pixel + layer.bias)

assert torch.allclose(y[0, :, 100, 60], pixel, atol=1e-6)
print("192 → 160 → 96 at one pixel:", tuple(pixel.shape))

# %% [markdown]
# ## The whole network
#
# The network is three such blocks, with max pooling and dropout between them. (Dropout sets random values to zero in training, and does
# nothing afterwards.) Each number in the last ten feature maps is one pixel's score for one class, and the average over the
# pixels is the answer.
#
# {{ source onebyone.architectures.network_in_network.nin_cifar10 }}
#
# The paper prints no table of widths. These are from the [definition file](../reference/bibliography.md#nin-definition) that the authors
# published. The network was made for CIFAR-10, a set of small pictures in ten classes, so the photograph, reduced to the 32×32
# pixels of such a picture, passes through it here. Follow the shape, down to ten maps and then to ten numbers:

# %%
import torch

from onebyone import avg_pool2d
from onebyone.architectures import nin_cifar10
from onebyone.images import photograph
from onebyone.summary import output_shapes

torch.manual_seed(0)
x = torch.from_numpy(avg_pool2d(photograph(), 8))[None]  # (1, 3, 32, 32)
model = nin_cifar10().eval()
for name, shape in output_shapes(model, x):
    print(f"{name:9} {shape}")

# %% [markdown]
# What does each of these layers cost? You might expect the 1×1 layers to dominate, since there are six of them:

# %%
from onebyone.architectures import nin_cifar10
from onebyone.summary import summary

layers = summary(nin_cifar10(), (3, 32, 32))
assert layers.parameters == 966_986
layers

# %% [markdown]
# The 1×1 layers do not dominate. Four fifths of the parameters are in two other layers, the second 5×5 and the 3×3:

# %%
from onebyone.architectures import nin_cifar10
from onebyone.summary import summary

layers = summary(nin_cifar10(), (3, 32, 32))
ones = layers.pointwise
two = [la for la in layers.layers if la.path in ("mlpconv2.0", "mlpconv3.0")]
large = sum(la.parameters for la in two)
print(
    f"the two large layers: {large / layers.parameters:.1%} of the parameters"
)
assert 0.8 < large / layers.parameters < 0.85
print(f"the {len(ones.layers)} 1×1 layers:")
print(f"  {ones.parameters / layers.parameters:.1%} of the parameters")
print(f"  {ones.macs / layers.macs:.1%} of the MACs")

# %% [markdown]
# So in 2013 the 1×1 layers, each with a relu, make the network less linear, and the larger kernels still hold the weights. The
# paper reports an error of 10.41 % on the small pictures of CIFAR-10, and of 8.81 % when shifted and mirrored copies of them are
# added in training. This page does not train, so it confirms neither.

# %% [markdown]
# ## No fully connected layer
#
# Earlier networks ended in fully connected layers over all pixels of all maps. These have many weights, and they fix the size of the
# image. How many weights would a fully connected layer have here, after the last 192 maps of 8×8 pixels?

# %%
from onebyone.cost import parameters

print(f"fully connected, 192·8·8 → 10: {parameters(192, 10, 8):>7,}")
print(f"1×1, 192 → 10, then the mean:  {parameters(192, 10, 1):>7,}")

# %% [markdown]
# Global average pooling itself has no parameters. And since neither a 1×1 convolution nor an average depends on the number of
# pixels, the same network takes images of any size (from 4×4 pixels up, since it pools twice):

# %%
import torch

from onebyone.architectures import nin_cifar10

model = nin_cifar10().eval()
for height, width in (4, 4), (32, 32), (48, 64), (224, 224):
    x = torch.zeros(1, 3, height, width)
    with torch.no_grad():
        print(f"{height}×{width} pixels →", tuple(model(x).shape))

# %% [markdown]
# ## From fully connected to 1×1, and back
#
# A network that does end in fully connected layers can be converted, without training and without loss. Its first fully connected
# layer reads the flattened maps, so it is a convolution whose kernel is as large as the maps. The output of this convolution is a
# single pixel, so the next fully connected layer is a 1×1 convolution. In both cases the weights keep their values and only take
# a different shape:
#
# {{ source onebyone.algebra.linear_to_conv }}
#
# Below, two fully connected layers become an 8×8 and a 1×1 convolution. On maps of 8×8 pixels, for which the layers were made,
# both forms agree. On larger maps the convolutions give a map of answers, as if the layers had been slid over them. The next
# block compares one of these answers with that of the layers on the same 8×8 pixels:

# %%
import torch
from torch import nn

from onebyone.algebra import conv_to_linear, linear_to_conv
from onebyone.pytorch import conv1x1, conv2d, relu

torch.manual_seed(0)
hidden, classify = nn.Linear(192 * 8 * 8, 64), nn.Linear(64, 10)
kernel = torch.from_numpy(linear_to_conv(hidden.weight.detach().numpy(), 8))
matrix = torch.from_numpy(linear_to_conv(classify.weight.detach().numpy()))
print("kernel", tuple(kernel.shape), "and matrix", tuple(matrix.shape))

with torch.no_grad():
    maps = torch.rand(1, 192, 8, 8)
    connected = classify(relu(hidden(maps.flatten(1))))  # (1, 10)
    convolved = conv1x1(
        relu(conv2d(maps, kernel, hidden.bias)), matrix, classify.bias
    )  # (1, 10, 1, 1)
    assert torch.allclose(convolved.flatten(1), connected, atol=1e-5)

    larger = torch.rand(1, 192, 12, 16)
    y = conv1x1(
        relu(conv2d(larger, kernel, hidden.bias)), matrix, classify.bias
    )
    print("12×16 maps →", tuple(y.shape))
    window = larger[..., 2:10, 3:11]
    there = classify(relu(hidden(window.flatten(1))))  # (1, 10)
    assert torch.allclose(y[..., 2, 3], there, atol=1e-5)

back = torch.from_numpy(conv_to_linear(matrix.numpy()))
assert torch.equal(back, classify.weight)

# %% [markdown]
# The larger input is classified at 5×9 places at once: the network has become *fully convolutional*. A fully connected layer
# cannot even read that input:

# %% tags=["raises-exception"]
import torch
from torch import nn

hidden = nn.Linear(192 * 8 * 8, 64)
hidden(torch.rand(1, 192, 12, 16).flatten(1))

# %% [markdown]
# Going back is as easy, because a 1×1 convolution is a fully connected layer that all pixels share.
#
# !!! takeaway "Takeaway"
#     Two 1×1 convolutions after a filter are a small network at every pixel;
#     a 1×1 convolution before an average replaces the fully connected layers, and frees the network from the image's size.

# %% [markdown]
# ## Exercises
#
# **1. Which first?** Suppose that no relu followed the last 1×1 convolution. You average the 192 maps first,
# and classify the one pixel that is left. What changes?
#
# {{ exercise onebyone.book.solutions.in_pytorch.network_in_network.pool_then_classify }}
#
# ??? hint "Hint"
#     The average of a map is a map of one pixel, and the layer can be applied to that. Which axes are left over then?
#
# ??? success "Solution"
#     Not the answer: both steps are linear, and an average of weighted sums is the weighted sum of the averages.
#     With its relu, `nin_cifar10` would answer differently.
#     On maps of 8×8 the 1×1 layer then costs a 64th. What is lost is the map that shows where a class was seen.
#
#     {{ source onebyone.book.solutions.in_pytorch.network_in_network.pool_then_classify }}
#
# **2. A larger image.** The images have 64×64 pixels instead of 32×32. How many parameters does the classifier have then, if it is fully
# connected, and if it is a 1×1 convolution?
#
# {{ exercise onebyone.book.solutions.network_in_network.head_parameters }}
#
# ??? hint "Hint"
#     A fully connected layer has a weight for each number that it reads, and for each class. A 1×1 convolution reads one pixel.
#
# ??? success "Solution"
#     The maps after the last block have 16×16 pixels. Fully connected, that is four times the weights, 491,530 parameters.
#     The 1×1 convolution has 1,930, as before.
#
#     {{ source onebyone.book.solutions.network_in_network.head_parameters }}
#
# **3. And back.** Turn a `Conv1x1` into an `nn.Linear` that does the same to one pixel.
# What must you do to the feature maps to apply it to all?
#
# {{ exercise onebyone.book.solutions.in_pytorch.network_in_network.to_linear }}
#
# ??? hint "Hint"
#     Both hold the same numbers. Compare the shapes of the two weights, and see to the bias.
#
# ??? success "Solution"
#     Put the channels last, `x.movedim(1, -1)`, since a fully connected layer reads along the last axis; and back afterwards.
#
#     {{ source onebyone.book.solutions.in_pytorch.network_in_network.to_linear }}
#
# Here a 1×1 layer always follows a large kernel. A year later [Inception](inception.py) put it *before* the large kernel, in order to save work.
