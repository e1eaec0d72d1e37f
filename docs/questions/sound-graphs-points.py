# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about 1×1 layers for sound, graphs and point clouds, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Sound, graphs and point clouds
#
# *What is a 1×1 convolution where there are no pixels?*
#
# A point of a cloud, a joint of a skeleton and a moment of a sound have channels too, and a 1×1 convolution mixes them where they are. What
# brings the points, joints or moments together is always something else, and most of these questions ask which. They were asked in public,
# where the links lead; the answers are the book's, each with code that proves it.

# %% [markdown]
# ## Point clouds
#
# ### What is shared in a "shared MLP"?
#
# The weights: every point goes through the same layer. That is what a convolution of size 1 does, and `Linear` does it as well where the
# channels come last, so [it is the shared layer](../names.py#a-fully-connected-layer-that-all-pixels-share), and "fully connected" is said of
# the channels of one point. A reply in the first thread speaks of a dense connection between all points. Move one point, and you see that
# there is none: one output moves.
#
# The layer from 3 to 64 channels has 256 parameters for any number of points. If each of 1,024 points had a layer of its own, there would be
# 262,144. If all points were really connected, there would be 201,392,128.
#
# Asked: [charlesq34/pointnet 115](https://github.com/charlesq34/pointnet/issues/115);
# [torch-points3d/torch-points3d 262](https://github.com/torch-points3d/torch-points3d/issues/262);
# [yanx27/Pointnet_Pointnet2_pytorch 219](https://github.com/yanx27/Pointnet_Pointnet2_pytorch/issues/219).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.cost import parameters

rng = np.random.default_rng(seed=0)
cloud = rng.standard_normal((3, 1024, 1))  # (C, points, 1)
weight = rng.standard_normal((64, 3))
y = conv1x1(cloud, weight)
assert np.allclose(y[:, :, 0].T, cloud[:, :, 0].T @ weight.T)  # Linear
moved = cloud.copy()
moved[:, 7] += 1  # one point
changed = ~np.isclose(conv1x1(moved, weight), y).all(axis=0)
print("outputs that move with one point:", changed.sum())
assert changed.sum() == 1

shared = parameters(3, 64, 1)
flattened = parameters(3 * 1024, 64 * 1024, 1)
print(f"shared {shared}, a layer for each point {1024 * shared:,},")
print(f"all points connected {flattened:,}")

# %% [markdown]
# ### How can PointNet ignore the order of the points if it convolves?
#
# Because its kernels have size 1, and never see two points at once. Put the points in another order, and the outputs come in that order, each
# with its old numbers, since [a 1×1 commutes with every permutation](../algebra.py#it-commutes-with-every-shuffle-of-the-pixels).
# The maximum over all points then
# forgets the order. The first asker expects that kernels which move along the list must notice it. A kernel of 3 would.
#
# In the second thread T-Net is thought to bring the invariance, and a reply says that the shared layers have it by themselves. They carry the
# order along; it is the maximum that drops it.
#
# Asked: [charlesq34/pointnet 55](https://github.com/charlesq34/pointnet/issues/55);
# [ma-xu/pointMLP-pytorch 85](https://github.com/ma-xu/pointMLP-pytorch/issues/85).

# %%
import numpy as np

from onebyone import conv2d

rng = np.random.default_rng(seed=0)
cloud = rng.standard_normal((3, 1, 50))  # (C, 1, points)
order = rng.permutation(50)
for size in 1, 3:
    kernel = rng.standard_normal((64, 3, 1, size))
    y = conv2d(cloud, kernel, padding="same")
    other = conv2d(cloud[:, :, order], kernel, padding="same")
    carried = np.allclose(other, y[:, :, order])
    forgotten = np.allclose(other.max(axis=2), y.max(axis=2))
    print(f"size {size}: order carried along: {carried},", end=" ")
    print(f"the maximum stays: {forgotten}")
    assert carried == forgotten == (size == 1)
    assert not np.allclose(other, y)  # without a maximum, it is not forgotten

# %% [markdown]
# ### Why a kernel of (1, 1) over the k neighbours, and not (1, k)?
#
# Because a kernel of (1, k) has a weight for the first neighbour, another for the second, and so on. Which neighbour comes first means
# little: let two of them change places, and the output is different. It would also fix k, and have k times the weights, here 20 times. The
# 1×1 treats all alike, and the maximum after it is the same in every order.
#
# The askers are right that the neighbours meet in the maximum alone. But each has met the *centre* before: the channels of an edge are the
# neighbour minus the centre, and the centre. So a 1×1 on them does compare two points.
#
# Asked: [WangYueFt/dgcnn 40](https://github.com/WangYueFt/dgcnn/issues/40);
# [antao97/dgcnn.pytorch 44](https://github.com/antao97/dgcnn.pytorch/issues/44).

# %%
import numpy as np

from onebyone import conv2d

rng = np.random.default_rng(seed=0)
edges = rng.standard_normal((6, 100, 20))  # (C, points, neighbours)
swapped = edges.copy()
swapped[:, :, [0, 1]] = edges[:, :, [1, 0]]  # the same neighbours
sizes = []
for width in 1, 20:
    kernel = rng.standard_normal((8, 6, 1, width))
    y, other = (conv2d(v, kernel).max(axis=2) for v in (edges, swapped))
    sizes.append(kernel.size)
    same = np.allclose(y, other)
    print(f"(1, {width}): {kernel.size} weights, the order matters: {not same}")
    assert same == (width == 1)
assert sizes[1] == 20 * sizes[0]

# %% [markdown]
# ### EdgeConv: the maximum over the neighbours first, or the 1×1 first?
#
# It is not the same, though both threads expect so and would save k − 1 of k products. A matrix and a maximum
# [may not change places](../algebra.py#put-the-11-where-the-maps-are-smallest). The maximum first would pick each coordinate from another neighbour
# before any two were mixed. It was tried all the same, and the first thread reports a similar accuracy.
#
# The saving can be had without any loss. The layer is linear: $W$ on "neighbour minus centre, and centre" is $U$ on the neighbour plus
# $V - U$ on the centre. So multiply each *point* by both, once, and look the neighbours up afterwards. For 20 neighbours that is a twentieth
# of the multiply-accumulates.
#
# Asked: [WangYueFt/dgcnn 23](https://github.com/WangYueFt/dgcnn/issues/23);
# [ToughStoneX/DGCNN 2](https://github.com/ToughStoneX/DGCNN/issues/2).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.cost import macs

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((6, 100))  # (C, points)
near = rng.integers(100, size=(100, 20))  # 20 neighbours of each point
centre = np.repeat(x[:, :, None], 20, axis=2)
edges = np.concatenate([x[:, near] - centre, centre])  # (12, 100, 20)
u, v = rng.standard_normal((2, 8, 6))
weight = np.hstack([u, v])
y = conv1x1(edges, weight).max(axis=2)
early = conv1x1(edges.max(axis=2, keepdims=True), weight)[:, :, 0]
assert not np.allclose(early, y)

looked_up = (u @ x)[:, near]  # (8, 100, 20)
assert np.allclose(looked_up.max(axis=2) + (v - u) @ x, y)
on_edges, on_points = macs(12, 8, 1, 100, 20), 2 * macs(6, 8, 1, 100, 1)
print(f"at the edges {on_edges:,} MACs, at the points {on_points:,}")
assert on_edges == 20 * on_points

# %% [markdown]
# ### PointNet: Conv2d with a kernel of (1, 3), or Conv1d of size 1?
#
# The same layer. The one code has the three coordinates along the width, so a kernel as wide as they are reads a whole point; the other has
# them as channels. Both have 192 weights, in the same order. For this reason the port transposes its points at the start, which the second
# asker does not find in the original. A `Conv1d` of size 3, which the third thread thinks is meant, is different: it mixes three points that
# are neighbours in the list.
#
# Asked: [charlesq34/pointnet 64](https://github.com/charlesq34/pointnet/issues/64);
# [fxia22/pointnet.pytorch 8](https://github.com/fxia22/pointnet.pytorch/issues/8), [10](https://github.com/fxia22/pointnet.pytorch/issues/10).

# %%
import torch
from torch.nn.functional import conv1d, conv2d

torch.manual_seed(0)
points = torch.randn(1, 1, 1024, 3, dtype=torch.float64)  # (N, 1, points, xyz)
wide = torch.randn(64, 1, 1, 3, dtype=torch.float64)
y = conv2d(points, wide)[:, :, :, 0]  # (N, 64, points)

channels = points[:, 0].mT  # (N, xyz, points)
narrow = wide.reshape(64, 3, 1)
torch.testing.assert_close(conv1d(channels, narrow), y)
three = conv1d(channels, torch.randn(64, 3, 3, dtype=torch.float64))
print(f"{wide.numel()} weights in both:", tuple(y.shape))
print("size 3 also needs neighbours:", tuple(three.shape))
assert wide.numel() == narrow.numel() == 192

# %% [markdown]
# ### PointNet's T-Net: is its matrix a 1×1, and how does it learn?
#
# It is one, at every point the same, but its nine weights are made anew for each cloud by a small network. It needs no loss of its own. The
# error comes back to the matrix as to [any weight](../gradients.py#three-sums), summed over the points, and from there through the
# small network that made it.
#
# On which side the matrix stands is a matter of layout. With the channels first it stands on the left, and nothing needs to be transposed, as
# the second asker notes; on the other side stands the transposed matrix. (That is the inverse only for a rotation, which a T-Net need not
# find.)
#
# Asked: [charlesq34/pointnet 44](https://github.com/charlesq34/pointnet/issues/44);
# [fxia22/pointnet.pytorch 10](https://github.com/fxia22/pointnet.pytorch/issues/10).

# %%
import torch

from onebyone.pytorch import conv1x1

torch.manual_seed(0)
small_net = torch.nn.Linear(3, 9).double()  # a T-Net in one line
cloud = torch.randn(3, 1, 100, dtype=torch.float64)  # (xyz, 1, points)
matrix = small_net(cloud.mean(dim=(1, 2))).reshape(3, 3)
matrix.retain_grad()
y = conv1x1(cloud[None], matrix)[0]
torch.testing.assert_close(y[:, 0].mT, cloud[:, 0].mT @ matrix.mT)

error = torch.randn(y.shape, dtype=torch.float64)
y.backward(error)
by_hand = torch.einsum("ohw,ihw->oi", error, cloud)  # a sum over the points
torch.testing.assert_close(matrix.grad, by_hand)
print("error at the matrix:", tuple(matrix.grad.shape))
print("the small network learns:", small_net.weight.grad.any().item())
assert not torch.allclose(matrix.mT, matrix.inverse())
assert small_net.weight.grad.any()

# %% [markdown]
# ## Graphs
#
# ### ST-GCN: what do the 1×1 convolution, the view and the einsum compute?
#
# $\sum_k W_k X A_k$: for each of the $k$ kinds of edges, mix the channels by $W_k$, move the result along the edges $A_k$, and add up. One
# 1×1 with $K \cdot C$ filters does all $W_k$ at once, `view` cuts them apart, and `einsum` does the rest.
#
# A 1×1 multiplies from the left, and the graph from the right, so either may come first. It pays to go along the edges while the channels are
# few. In a layer from 3 channels to 64, on the 18 nodes and 3 kinds of the second thread, that saves four fifths of the work: 13,284 instead
# of 72,576 multiply-accumulates in each frame.
#
# Asked: [open-mmlab/mmskeleton 232](https://github.com/open-mmlab/mmskeleton/issues/232), [138](https://github.com/open-mmlab/mmskeleton/issues/138);
# [abduallahmohamed/Social-STGCNN 13](https://github.com/abduallahmohamed/Social-STGCNN/issues/13).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.cost import macs

rng = np.random.default_rng(seed=0)
kinds, c_in, c_out, frames, nodes = 3, 3, 64, 10, 18
x = rng.standard_normal((c_in, frames, nodes))
edges = rng.random((kinds, nodes, nodes))
weight = rng.standard_normal((kinds * c_out, c_in))
mixed = conv1x1(x, weight).reshape(kinds, c_out, frames, nodes)  # the view
y = np.einsum("kctv,kvw->ctw", mixed, edges)

other = np.zeros_like(y)
for w, a in zip(np.split(weight, kinds), edges, strict=True):
    other += conv1x1(x @ a, w)  # along the edges first
assert np.allclose(other, y)
mixing = macs(c_in, kinds * c_out, 1, 1, nodes)
late, early = (mixing + kinds * c * nodes**2 for c in (c_out, c_in))
print(f"a frame: 1×1 first {late:,} MACs, edges first {early:,}")
assert early < late / 5

# %% [markdown]
# ### Why does a graph network have a Conv1d over its nodes?
#
# Because to a convolution of size 1 a channel is whatever stands on the second axis. Put the nodes there, and its weight is a matrix from
# nodes to nodes: a learned adjacency, where the edges are no longer given. Put the features back, and the next 1×1 mixes these. One
# multiplies from the right and the other from the left, and they commute.
#
# Between the two the code subtracts its input, which makes $W X (A - I)$. The second asker misses the $I - A$ of the paper: it is the same
# with the other sign, and the sign can be in $W$.
#
# Asked: [tegusi/EAGRNet 1](https://github.com/tegusi/EAGRNet/issues/1), [13](https://github.com/tegusi/EAGRNet/issues/13).

# %%
import torch
from torch import nn

torch.manual_seed(0)
features, nodes = 5, 4
over_nodes = nn.Conv1d(nodes, nodes, 1, bias=False).double()
over_features = nn.Conv1d(features, features, 1, bias=False).double()
x = torch.randn(1, features, nodes, dtype=torch.float64)
y = over_features(over_nodes(x.mT).mT - x)

adjacency = over_nodes.weight[:, :, 0].mT
w = over_features.weight[:, :, 0]
identity = torch.eye(nodes, dtype=torch.float64)
torch.testing.assert_close(y, w @ x @ (adjacency - identity))
torch.testing.assert_close(y, -w @ x @ (identity - adjacency))
swapped = over_nodes(over_features(x).mT).mT - over_features(x)
torch.testing.assert_close(swapped, y)
print("a learned adjacency:", tuple(adjacency.shape))

# %% [markdown]
# ## Sound
#
# ### Glow, WaveGlow: how can an invertible 1×1 become singular in training?
#
# By one step that is too large. The loss contains $-\log|\det W|$, which is infinite at a singular matrix, so its slope pushes away from
# there. Replies are therefore surprised, or conclude that nothing needs to be guaranteed. But a slope is felt only where you stand. A step
# may land on the far side or, as here, on zero exactly. On the far side the determinant is negative: `logdet` says NaN, and
# `slogdet`, which takes the absolute value, goes on.
#
# What helps: a smaller step; `slogdet`; or a form whose diagonal is $e^s$ with a learned $s$, which no finite step brings to zero. And watch
# the condition number, not the determinant: two matrices with the same one can be the best and nearly the worst there is.
#
# Asked: [NVIDIA/waveglow 63](https://github.com/NVIDIA/waveglow/issues/63);
# [openai/glow 40](https://github.com/openai/glow/issues/40);
# [yolu1055/conditional-glow 2](https://github.com/yolu1055/conditional-glow/issues/2).

# %%
import torch

for rate in 0.3, 1.0, 2.0:
    weight = torch.eye(3, requires_grad=True)
    loss = (weight**2).sum() - weight.slogdet()[1]  # x of variance 2
    loss.backward()
    after = weight.detach() - rate * weight.grad
    sizes = after.logdet().item(), after.slogdet()[1].item()
    print(f"step {rate}: logdet {sizes[0]:.2f}, slogdet {sizes[1]:.2f}")
    assert (after.det() == 0) == (rate == 1)
    assert after.logdet().isnan() == (rate == 2)

    s = torch.zeros(3, requires_grad=True)
    (torch.exp(2 * s) - s).sum().backward()  # the same loss of diag(exp(s))
    assert torch.exp(s - rate * s.grad).min() > 0.1

alike, squeezed = 0.01 * torch.eye(3), torch.tensor([1, 1, 1e-6]).diag()
torch.testing.assert_close(alike.logdet(), squeezed.logdet())
print(f"condition {torch.linalg.cond(alike):.0f}", end=" ")
print(f"or {torch.linalg.cond(squeezed):,.0f}, the same determinant")

# %% [markdown]
# ### WaveNet: one 1×1 for skip and residual, or two?
#
# Two, which are one. Two layers that read the same input are the rows of one matrix, so you may compute them together and cut the result.
# What the figure in the paper seems to show, one layer whose output goes both ways, is less: both paths get the same numbers, and have to be
# equally wide. Whether the difference matters is another question. One author added the second layer and found no gain.
#
# Asked: [ibab/tensorflow-wavenet 48](https://github.com/ibab/tensorflow-wavenet/issues/48),
# [269](https://github.com/ibab/tensorflow-wavenet/issues/269);
# [sdatkinson/neural-amp-modeler 62](https://github.com/sdatkinson/neural-amp-modeler/issues/62).

# %%
import numpy as np

from onebyone import conv1x1
from onebyone.cost import parameters

rng = np.random.default_rng(seed=0)
z = rng.standard_normal((32, 1, 100))  # what leaves the gate: (C, 1, time)
skip, residual = rng.standard_normal((2, 16, 32))
both = conv1x1(z, np.vstack([skip, residual]))
assert np.allclose(both[:16], conv1x1(z, skip))
assert np.allclose(both[16:], conv1x1(z, residual))
for name, other in {"two layers": residual, "one, used twice": skip}.items():
    rank = np.linalg.matrix_rank(np.vstack([skip, other]))
    print(f"{name}: {rank} independent channels leave the block")
    assert rank == (32 if name == "two layers" else 16)
two = parameters(32, 256, 1) + parameters(32, 32, 1)
print(f"{two:,} parameters in two, {parameters(32, 288, 1):,} in one")
assert two == parameters(32, 288, 1)

# %% [markdown]
# ### WaveNet: why do the weights of one layer never change?
#
# Because nobody reads that layer. Each block has a 1×1 for the skip sum and one for the next block, and after the last block there is no
# next. Its residual 1×1 has no part in the loss, so it gets no gradient. That is no mistake of the asker's, only waste: leave the layer out.
# For this reason the library of the second thread asks for one residual weight fewer than there are blocks.
#
# Asked: [ibab/tensorflow-wavenet 351](https://github.com/ibab/tensorflow-wavenet/issues/351);
# [NVIDIA/nv-wavenet 20](https://github.com/NVIDIA/nv-wavenet/issues/20).

# %%
import torch
from torch import nn

torch.manual_seed(0)
blocks = [(nn.Conv1d(8, 4, 1), nn.Conv1d(8, 8, 1)) for _ in range(3)]
x, score = torch.randn(1, 8, 50), torch.zeros(1, 4, 50)
for skip, residual in blocks:
    z = torch.tanh(x) * torch.sigmoid(x)  # the gate; dilations left out
    score = score + skip(z)
    x = x + residual(z)
(score**2).mean().backward()
learns = []
for skip, residual in blocks:
    learns.append(residual.weight.grad is not None)
    assert skip.weight.grad is not None
    print("skip learns: True, residual learns:", learns[-1])
assert learns == [True, True, False]

# %% [markdown]
# ### WaveNet: what is a 1×1 without an activation good for?
#
# For one reader, nothing: if only the next layer read it, [the two would be one](../algebra.py#two-in-a-row-are-one), and the asker would be
# right. But its output is *added* to a path that all later layers read. Each block has a matrix of its own there, and can write where the
# others do not. Without it all gates are added up channel by channel, and no later layer can tell them apart.
#
# It also lets the path be wider than the gate, and a gate, which stays below 1 in size, write larger numbers. Whether a network needs that is
# for a trial to say: in the second thread the 1×1 is left out, and the author found that slightly better.
#
# Asked: [ibab/tensorflow-wavenet 404](https://github.com/ibab/tensorflow-wavenet/issues/404);
# [Zymrael/wattnet-fx-trading 5](https://github.com/Zymrael/wattnet-fx-trading/issues/5).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
first, second = rng.standard_normal((2, 8, 1, 100))  # two gates
reader, w = rng.standard_normal((5, 16)), rng.standard_normal((16, 8))
alone = conv1x1(conv1x1(first, w), reader)
assert np.allclose(alone, conv1x1(first, reader @ w))  # one reader: no gain

w1, w2 = rng.standard_normal((2, 16, 8))
paths = {
    "with a 1×1": conv1x1(first, w1) + conv1x1(second, w2),
    "without": first + second,
}
for name, path in paths.items():
    seen = path.reshape(len(path), -1).T
    found = seen @ np.linalg.lstsq(seen, first.reshape(8, -1).T)[0]
    lost = np.var(first.reshape(8, -1).T - found) / first.var()
    print(f"{name}: {lost:.0%} of the first gate cannot be read off the path")
    assert (lost < 1e-12) == (name == "with a 1×1")

# %% [markdown]
# ### WaveNet: how do 256 and 512 channels fit in one layer?
#
# The gate halves. The dilated convolution makes 512 channels, tanh of the first 256 is multiplied by the sigmoid of the other 256, and the
# 1×1s after it read what is left: one leads back to 512, for the residual sum, and one to 256, for the skip sum. The conditioning 1×1 goes
# from 80 to 512, because it is added before the cut. A printed list of layers shows modules only, and no operation between them.
#
# Asked: [r9y9/wavenet_vocoder 200](https://github.com/r9y9/wavenet_vocoder/issues/200);
# [Rayhane-mamah/Tacotron-2 486](https://github.com/Rayhane-mamah/Tacotron-2/issues/486).

# %%
import torch
from torch import nn

conv = nn.Conv1d(512, 512, 3, padding=2, dilation=2)
condition = nn.Conv1d(80, 512, 1)
out, skip = nn.Conv1d(256, 512, 1), nn.Conv1d(256, 256, 1)
x, mel = torch.randn(1, 512, 20), torch.randn(1, 80, 20)
wide = conv(x) + condition(mel)
a, b = wide.chunk(2, dim=1)
gated = torch.tanh(a) * torch.sigmoid(b)
print("before the gate", tuple(wide.shape), "after", tuple(gated.shape))
print("to the next block", tuple((x + out(gated)).shape), end=", ")
print("to the skip sum", tuple(skip(gated).shape))
assert gated.shape[1] * 2 == wide.shape[1] == out(gated).shape[1]

# %% [markdown]
# ### Conv-TasNet: is Linear and overlap-add the paper's transposed convolution?
#
# Yes. A 1×1 (or `Linear`, at each frame) turns the channels of one frame into its samples; frames that overlap are then added up. A
# transposed convolution does precisely that: its kernel is the frame, and its stride the distance from one frame to the next. Where frames do
# not overlap, nothing is left to add, and the layer is a 1×1 and a reshape.
#
# Asked: [kaituoxu/Conv-TasNet 35](https://github.com/kaituoxu/Conv-TasNet/issues/35);
# [r06944010/Speech-Separation-TF2 2](https://github.com/r06944010/Speech-Separation-TF2/issues/2).

# %%
import torch
from torch.nn.functional import conv_transpose1d

from onebyone.pytorch import conv1x1

torch.manual_seed(0)
x = torch.randn(1, 64, 1, 30, dtype=torch.float64)  # (N, C, 1, frames)
weight = torch.randn(16, 64, dtype=torch.float64)  # frames of 16 samples
samples = conv1x1(x, weight)[0, :, 0]  # (16, frames)
for hop in 8, 16:
    y = torch.zeros(16 + 29 * hop, dtype=torch.float64)
    for frame in range(30):
        y[frame * hop : frame * hop + 16] += samples[:, frame]
    kernel = weight.mT[:, None]  # (C_in, C_out, length)
    transposed = conv_transpose1d(x[:, :, 0], kernel, stride=hop)[0, 0]
    torch.testing.assert_close(y, transposed)
    plain = hop == 16 and torch.equal(y, samples.mT.flatten())
    print(f"hop {hop}: {len(y)} samples, a mere reshape: {plain}")
assert plain

# %% [markdown]
# ### Conformer: can I call Linear instead of Conv1d and keep the checkpoint?
#
# Yes: keep the module, and change the call. `F.linear` with the convolution's own weight, less its last axis, computes the same, and the
# names and shapes of the checkpoint stay. If you replace the module by `nn.Linear`, the weight loses an axis, and old checkpoints no longer
# load.
#
# Whether it is faster depends on the machine and the shapes: the first thread reports a tenth in training, on one GPU, and
# [chapter 9](../speed.py#conv2d-or-linear) compares the two on a processor.
#
# Asked: [NVIDIA-NeMo/Speech 16052](https://github.com/NVIDIA-NeMo/Speech/pull/16052), [6476](https://github.com/NVIDIA-NeMo/Speech/pull/6476);
# [m2lines/Samudra 637](https://github.com/m2lines/Samudra/pull/637).

# %%
import torch
from torch import nn

torch.manual_seed(0)
conv, linear = nn.Conv1d(256, 512, 1).double(), nn.Linear(256, 512).double()
x = torch.randn(2, 256, 40, dtype=torch.float64)  # (N, C, time)
y = nn.functional.linear(x.mT, conv.weight[:, :, 0], conv.bias).mT
torch.testing.assert_close(y, conv(x))
try:
    linear.load_state_dict(conv.state_dict())
    loads = True
except RuntimeError:
    loads = False
print("conv", tuple(conv.weight.shape), "linear", tuple(linear.weight.shape))
print("the checkpoint loads into nn.Linear:", loads)
assert not loads

# %% [markdown]
# ### A feed-forward layer with kernel size 3: what does it cost?
#
# Three times the feed-forward layer if both of its convolutions have size 3, and twice if only the first has it. The attention beside it
# stays, so a block of 256 channels grows from 788,736 parameters to 1,837,312 or 1,313,024. The first two askers guess that the model nearly
# doubles: it is the layer that does, and the block with its attention gains two thirds.
#
# What is bought is a look at the neighbours in time. To ask whether that look is what helps, compare at equal size: with kernels of 3 the
# hidden layer may have a third of the channels.
#
# Asked: [espnet/espnet 4048](https://github.com/espnet/espnet/issues/4048);
# [k2-fsa/icefall 206](https://github.com/k2-fsa/icefall/issues/206);
# [kolloldas/torchnlp 17](https://github.com/kolloldas/torchnlp/issues/17).

# %%
from onebyone.cost import parameters

d, hidden = 256, 1024
attention = 4 * parameters(d, d, 1)  # queries, keys, values, output
sizes = []
for first, second in (1, 1), (3, 1), (3, 3):
    layer = parameters(d, hidden, (1, first))
    layer += parameters(hidden, d, (1, second))
    sizes.append(layer)
    print(f"sizes {first} and {second}: {layer:,}, block {attention + layer:,}")
third = parameters(d, hidden // 3, (1, 3)) + parameters(hidden // 3, d, (1, 3))
print(f"3 and 3, with {hidden // 3} hidden channels: {third:,}")
assert round(sizes[1] / sizes[0], 1) == 2
assert round(sizes[2] / sizes[0], 1) == 3
assert third < sizes[0]

# %% [markdown]
# !!! takeaway "Takeaway"
#     A 1×1 convolution never asks what lies beside what. So it serves points, joints and moments as it serves pixels;
#     a maximum, a graph or a dilated layer has to bring them together.
