# ---
# search: { boost: 0.1 }  # a chapter explains before a question repeats
# description: Questions asked in public about attention, patches and 1×1 layers, each with its source, an answer and a run.
# ---

# %% [markdown]
# # Attention and patches
#
# *Which parts of a transformer are 1×1 convolutions, and which are not?*
#
# [Nearly all weights of a vision transformer](../your-network.py#a-vision-transformer-nearly-all-the-work) are in layers that treat
# each token alone, as a 1×1 convolution treats each pixel. So most of these
# questions are about one matrix: what it may be merged with, how it is cut, and in which order its numbers lie. They were asked
# in public, where their links lead, and the
# answers are ours, each with code that proves it.

# %% [markdown]
# ## Heads and projections
#
# ### Splitting into heads: is view enough, or must I transpose?
#
# A view alone is wrong, although the shapes fit and the network trains. It keeps the order of the numbers. So with two heads the first gets one
# half of the *tokens*, each cut into pieces, where it should get half of the *channels* of every token. Give the channels two axes first,
# (tokens, heads, channels of a head), and then exchange axes; on the way back, exchange first. With one head the two agree, so
# a test with one head passes. Where the channels come first, as in feature maps, the view is right as it is.
#
# Asked: [hyunwoongko/transformer 15](https://github.com/hyunwoongko/transformer/issues/15);
# [reczoo/FuxiCTR 30](https://github.com/reczoo/FuxiCTR/issues/30);
# [harvardnlp/annotated-transformer 17](https://github.com/harvardnlp/annotated-transformer/issues/17), which proposes the wrong one.

# %%
import numpy as np

tokens = np.arange(24).reshape(4, 6)  # 4 tokens of 6 channels
right = tokens.reshape(4, 2, 3).swapaxes(0, 1)  # (heads, tokens, 3)
wrong = tokens.reshape(2, 4, 3)
for name, heads in {"and transposed": right, "view alone": wrong}.items():
    seen = np.unique(heads[0] // 6)  # the token that a number is from
    print(f"{name}: head 0 reads tokens", *seen)
    assert len(seen) == (4 if name == "and transposed" else 2)
assert np.array_equal(right.swapaxes(0, 1).reshape(4, 6), tokens)

one_head = tokens.reshape(4, 1, 6).swapaxes(0, 1)
assert np.array_equal(one_head, tokens.reshape(1, 4, 6))
maps = tokens.T.reshape(2, 3, 4)  # channels first: (heads, 3, tokens)
assert np.array_equal(maps, right.swapaxes(1, 2))

# %% [markdown]
# ### Cut into heads before the projection, or after it?
#
# After it. Then each channel of a head reads all channels of the token. If you cut first, a head sees its own slice of the input and nothing else:
# that is a 1×1 convolution [in groups](../names.py#in-groups-and-shuffled), and if all heads go through one small `Linear`, its groups even share
# their weights. With 512 channels and 8 heads, seven eighths of the matrix are then zero, and 4,096 weights are left of 262,144.
# Such a network trains, but no head ever asks about the channels of another.
#
# Asked: [aladdinpersson/Machine-Learning-Collection 3](https://github.com/aladdinpersson/Machine-Learning-Collection/issues/3);
# put right in [MarcoMeter/episodic-transformer-memory-ppo 22](https://github.com/MarcoMeter/episodic-transformer-memory-ppo/pull/22).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((512, 4, 5))
small = rng.standard_normal((64, 64))  # one matrix for all 8 heads
cut_first = [conv1x1(part, small) for part in np.split(x, 8)]
full = np.kron(np.eye(8), small)  # blocks on the diagonal
assert np.allclose(np.concatenate(cut_first), conv1x1(x, full))
print(f"{small.size:,} weights instead of {full.size:,}")
print(f"{np.mean(full == 0):.1%} of the matrix is zero")
assert full.size == 64 * small.size

# %% [markdown]
# ### Does chunk(3) leave q, k and v a third of the information each?
#
# No: the *output* of the layer is cut, not its input. A `Linear` from d to 3d channels has 3d rows, and each row reads all of x. So the first d
# rows are the layer for the queries, the next d that for the keys, and so on: three layers stacked, computed in one
# product. [Chapter 6](../names.py#inside-a-transformer) cuts the weight of `nn.MultiheadAttention` in the same places. If the matrix of the queries
# has an inverse, x can even be restored from q alone.
#
# Asked: [lucidrains/vit-pytorch 237](https://github.com/lucidrains/vit-pytorch/issues/237);
# [hahnyuan/PTQ4ViT 13](https://github.com/hahnyuan/PTQ4ViT/issues/13).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((8, 4, 5))  # 8 channels
stacked = rng.standard_normal((24, 8))
q, k, v = np.split(conv1x1(x, stacked), 3)
assert np.allclose(k, conv1x1(x, stacked[8:16]))

restored = conv1x1(q, np.linalg.inv(stacked[:8]))
print("from q alone, x is restored:", np.allclose(restored, x))
assert np.allclose(restored, x)

# %% [markdown]
# ### Why have the keys no bias, in BEiT, EVA and Swin v2?
#
# Because under a softmax a bias of the keys changes nothing. It adds $q \cdot b$ to all scores of a query, the same number for every key, and the
# softmax only sees differences. So its gradient is zero as well, and a network that has this bias carries numbers that never
# learn. The bias of the queries
# does count, and that of the values passes straight through, since the weights of a softmax add up to one.
#
# Swin v2 is a different case. It divides each key by its length before the product, so there the bias would count, although a
# reply calls leaving it out equivalent. Its authors give no reason in the thread, and we know of none.
#
# Asked: [microsoft/unilm 510](https://github.com/microsoft/unilm/issues/510);
# [baaivision/EVA 53](https://github.com/baaivision/EVA/issues/53);
# [microsoft/Swin-Transformer 260](https://github.com/microsoft/Swin-Transformer/issues/260).

# %%
import torch
from torch import nn
from torch.nn.functional import normalize

torch.manual_seed(0)
attention = nn.MultiheadAttention(8, 2, batch_first=True).double()
x = torch.randn(1, 20, 8, dtype=torch.float64)
y, _ = attention(x, x, x)
(y**2).sum().backward()
q, k, v = attention.in_proj_bias.grad.chunk(3)
moves = [part.abs().max().item() > 1e-9 for part in (q, k, v)]
print("biases of queries, keys, values learn:", moves)
assert moves == [True, False, True]

q, k, b = torch.randn(3, 20, 8, dtype=torch.float64)
plain = [(q @ key.T).softmax(1) for key in (k, k + b[0])]
torch.testing.assert_close(*plain)
cosine = [(q @ normalize(key).T).softmax(1) for key in (k, k + b[0])]
gap = (cosine[0] - cosine[1]).abs().max().item()
print("with keys of length 1, a bias matters:", gap > 0.01)
assert gap > 0.01

# %% [markdown]
# ### Why not merge the query and the key matrix into one?
#
# You may, and with one head it saves half of the two: the scores are $x^\top W_q^\top W_k\, x$, so only the product counts. With
# several heads it costs instead. Each head has its own product, which is as large as the whole matrix but has only the rank of
# the head, 64 here, and the thin pair is [the cheap way to write it](../algebra.py#one-becomes-two-factor-a-weight). In ViT-B,
# with 12 heads of 64 channels, merging would make
# six times as many numbers. A reply in the thread gives readability as the reason for two matrices, which is a lesser one.
#
# Asked: [lucidrains/vit-pytorch 217](https://github.com/lucidrains/vit-pytorch/issues/217).

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
d, heads = 768, 12
query, key = rng.standard_normal((2, heads, d // heads, d))
x = rng.standard_normal((d, 5))  # five tokens
merged = query[0].T @ key[0]  # of one head: (768, 768)
assert np.allclose((query[0] @ x).T @ (key[0] @ x), x.T @ merged @ x)

rank = np.linalg.matrix_rank(merged)
print(f"one head: {merged.shape}, rank {rank}")
pair, all_merged = query.size + key.size, heads * merged.size
print(f"{pair:,} numbers in pairs, {all_merged:,} merged")
assert rank == 64
assert all_merged == 6 * pair

# %% [markdown]
# ### What is the projection after the attention for (c_proj, to_out)?
#
# It lets the heads write anywhere. Without it, head 2 of 4 can only change the second quarter of the channels, for that is where its output is put
# before the shortcut adds it. With it, the layer is a sum over the heads, each with its own matrix of the rank of a head.
# With *one* head it adds nothing: attention mixes tokens and a 1×1 mixes channels, so the two commute, and the projection can be
# multiplied into the matrix of the values.
#
# An asker at minGPT wonders whether the next layer could not mix the heads. It could, but in between the outputs have been added to the input,
# channel by channel, and the next layer cannot take them apart. A reply there sees the purpose in a change of width; it has one
# where the widths are equal, too. In vit-pytorch the layer is
# left out if there is one head, which is right.
#
# Asked: [VITA-Group/TransGAN 14](https://github.com/VITA-Group/TransGAN/issues/14);
# [karpathy/minGPT 135](https://github.com/karpathy/minGPT/issues/135);
# [lucidrains/vit-pytorch 335](https://github.com/lucidrains/vit-pytorch/issues/335).

# %%
import numpy as np

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((64, 20))  # 64 channels, 20 tokens
attend = rng.dirichlet(np.ones(20), size=(4, 20))  # 4 heads; rows sum to 1
values = rng.standard_normal((4, 16, 64))
out = rng.standard_normal((64, 64))

heads = [values[h] @ x @ attend[h].T for h in range(4)]
y = out @ np.concatenate(heads)
parts = np.split(out, 4, axis=1)  # the columns that read one head
merged = [parts[h] @ values[h] for h in range(4)]  # (64, 64) each
assert np.allclose(sum(merged[h] @ x @ attend[h].T for h in range(4)), y)
ranks = [int(np.linalg.matrix_rank(matrix)) for matrix in merged]
print("a sum of four matrices of rank", ranks)
assert ranks == [16] * 4

# %% [markdown]
# ### Should each head be as wide as the embedding, or a part of it?
#
# In the paper a part: 8 heads of 64 channels for an embedding of 512, so that all heads together cost what one wide one would. An
# implementation that gives every head all
# 512 has eight times the weights, and its author calls that a mistake of his. It is no error of principle, only a
# larger network.
#
# The other end is one head of keys and values for all queries (multi-query attention), about which two threads ask whether it is
# a bug. It saves nearly half of the weights of the
# four projections. It was made for another saving: while a text is generated, 128 numbers have to be kept for each token, instead of 1,024.
#
# Asked: [pbloem/former 8](https://github.com/pbloem/former/issues/8);
# [lucidrains/audiolm-pytorch 99](https://github.com/lucidrains/audiolm-pytorch/issues/99);
# [lucidrains/MEGABYTE-pytorch 13](https://github.com/lucidrains/MEGABYTE-pytorch/issues/13).

# %%
from onebyone.cost import parameters

widths = {  # channels of all queries, of all keys (and of all values)
    "heads as wide as the embedding": (8 * 512, 8 * 512),
    "heads of 64": (512, 512),
    "one head of keys and values": (512, 64),
}
counts = []
for name, (queries, keys) in widths.items():
    count = parameters(512, queries + 2 * keys, 1, bias=False)
    count += parameters(queries, 512, 1, bias=False)  # after the attention
    counts.append(count)
    print(f"{name:30} {count:9,} weights, {2 * keys:5,} numbers a token")
assert counts[0] == 8 * counts[1]
assert 0.5 < counts[2] / counts[1] < 0.6

# %% [markdown]
# ### Are two projections in a row needed to make queries and keys?
#
# Not if both are dense and nothing stands between: they are [one, with the product of the matrices](../algebra.py#two-in-a-row-are-one). So it was in
# a Linformer, whose author agrees. In CvT it looks the same and is not. There the first layer is a *depthwise* convolution, which
# brings neighbours together but mixes no channels,
# and the `Linear` after it is the 1×1 of a [depthwise separable layer](../architectures/mobilenet.py#filter-then-mix-depthwise-and-pointwise).
# Without it each query channel would read a single channel of the input.
#
# Asked: [tatp22/linformer-pytorch 6](https://github.com/tatp22/linformer-pytorch/issues/6);
# [microsoft/CvT 9](https://github.com/microsoft/CvT/issues/9).

# %%
import numpy as np

from onebyone import conv1x1, conv2d

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((8, 6, 6))
first, second = rng.standard_normal((2, 8, 8))
twice = conv1x1(conv1x1(x, first), second)
assert np.allclose(twice, conv1x1(x, second @ first))

depthwise = rng.standard_normal((8, 1, 3, 3))
moved = x.copy()
moved[5] += 1  # one channel
alone = [conv2d(v, depthwise, padding=1, groups=8) for v in (x, moved)]
mixed = [conv1x1(maps, second) for maps in alone]
for name, (before, after) in {"alone": alone, "and Linear": mixed}.items():
    changed = ~np.isclose(before, after).all(axis=(1, 2))
    print(f"depthwise {name}: {changed.sum()} of 8 channels notice")
    assert changed.sum() == (1 if name == "alone" else 8)

# %% [markdown]
# ## Feed-forward layers and mixers
#
# ### Why is the hidden layer four times as wide (mlp_dim = 4 · dim)?
#
# By habit, from the first transformer: [512 and 2,048](../reference/bibliography.md#transformer), not 1 to 1, as one asker
# remembers it. It puts two thirds
# of a block's weights into the two feed-forward layers. No law says four. The width bounds what the layer can do: in another thread a
# factor of 4 was read as *4 units*, and such a layer adds at most 4 directions to 512. That it trained all the same is no wonder, since
# the attention and the shortcuts were whole.
#
# Asked: [lucidrains/linformer 3](https://github.com/lucidrains/linformer/issues/3);
# [berniwal/swin-transformer-pytorch 17](https://github.com/berniwal/swin-transformer-pytorch/issues/17);
# [aladdinpersson/Machine-Learning-Collection 100](https://github.com/aladdinpersson/Machine-Learning-Collection/issues/100).

# %%
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(1000, 512)  # 1,000 tokens
for hidden in 2048, 4:
    block = nn.TransformerEncoderLayer(512, 8, hidden)
    layers = block.linear1, block.linear2
    held = sum(layer.weight.numel() for layer in layers)
    share = held / sum(p.numel() for p in block.parameters() if p.ndim == 2)
    with torch.no_grad():
        added = block.linear2(block.linear1(x).relu()) - block.linear2.bias
    rank = torch.linalg.matrix_rank(added).item()
    print(f"{hidden} units: {share:.1%} of the weights, rank {rank}")
    assert (rank <= 4) == (hidden == 4)

# %% [markdown]
# ### Why 8/3 with SwiGLU, where others have 4?
#
# So that the block keeps its size. A gated layer has three matrices in place of two: one for the gate, one for what is gated, and one back.
# Two of $4d \times d$ hold $8 d^2$ weights, and so do three of $\tfrac{8}{3} d \times d$. In DINOv2 the first two matrices are
# stacked, so for d = 768 you read
# 4,096 = 2 · 2,048 outputs and find no 8/3 at first. The text that the second thread asks about had the two factors the wrong way round.
#
# Asked: [facebookresearch/dinov2 133](https://github.com/facebookresearch/dinov2/issues/133);
# [stas00/ml-engineering 45](https://github.com/stas00/ml-engineering/issues/45).

# %%
from onebyone.cost import parameters

d = 768
gated = 8 * d // 3
two = parameters(d, 4 * d, 1, bias=False)
two += parameters(4 * d, d, 1, bias=False)
three = parameters(d, 2 * gated, 1, bias=False)  # gate and value, stacked
three += parameters(gated, d, 1, bias=False)
print(f"hidden {4 * d:,}: {two:,} weights")
print(f"hidden {gated:,}, gated: {three:,} weights")
assert two == three

# %% [markdown]
# ### MLP-Mixer: must the token mixing be as wide as there are patches?
#
# Its output must, since it is added to the input; its hidden layer need not. In the first thread the second layer had the hidden width too, so 4
# patches became 384 and did not fit the shortcut. Token mixing is a 1×1 convolution with the roles exchanged: the patches are its channels,
# and the channels are its pixels. For that reason its weights belong to one number of patches, and so to one size of picture, which a 1×1
# over channels never does. The second thread is right about the width: the authors give it relative to the *channels*, 384 for 768, half of them.
#
# Asked: [sayakpaul/MLP-Mixer-CIFAR10 4](https://github.com/sayakpaul/MLP-Mixer-CIFAR10/issues/4);
# [lucidrains/mlp-mixer-pytorch 16](https://github.com/lucidrains/mlp-mixer-pytorch/issues/16).

# %%
import numpy as np

from onebyone import conv1x1, relu

rng = np.random.default_rng(seed=0)
tokens = rng.standard_normal((4, 768))  # 4 patches of 768 channels
widen, narrow = rng.standard_normal((384, 4)), rng.standard_normal((4, 384))
mixed = narrow @ np.maximum(widen @ tokens, 0)

as_maps = tokens[:, :, None]  # 4 channels, 768 × 1 pixels
y = conv1x1(relu(conv1x1(as_maps, widen)), narrow)
assert np.allclose(y[:, :, 0], mixed)
print(tokens.shape, "→", (widen @ tokens).shape, "→", mixed.shape)
assert mixed.shape == tokens.shape

# %% [markdown]
# ## Patches
#
# ### Patch embedding: Linear or Conv2d, and do the weights fit?
#
# [The same function](../architectures/convnext.py#patches-are-11-too), and the weights fit after a permutation. `Rearrange` to
# (p1 p2 c) lists a patch pixel by pixel,
# a convolution's filter lies channel by channel. Both have equally many numbers, so a reshape alone loads without an error and scrambles every
# filter. Give each row the axes (p1, p2, c) first, and then move c to the front. The function is the same, so neither can learn
# more than the other; which of them is
# faster depends on the library.
#
# Asked: [lucidrains/vit-pytorch 184](https://github.com/lucidrains/vit-pytorch/issues/184),
# [236](https://github.com/lucidrains/vit-pytorch/issues/236);
# [Ma-Lab-Berkeley/CRATE 17](https://github.com/Ma-Lab-Berkeley/CRATE/issues/17).

# %%
import numpy as np

from onebyone import conv2d
from onebyone.algebra import linear_to_conv

rng = np.random.default_rng(seed=0)
x = rng.random((3, 8, 12))  # 2 × 3 patches of 4 × 4
linear = rng.standard_normal((5, 4 * 4 * 3))
cut = x.reshape(3, 2, 4, 3, 4).transpose(1, 3, 2, 4, 0)  # h w p1 p2 c
tokens = cut.reshape(6, -1) @ linear.T  # (6, 5)

kernels = {
    "moved": linear.reshape(5, 4, 4, 3).transpose(0, 3, 1, 2),
    "reshaped": linear.reshape(5, 3, 4, 4),
}
for name, kernel in kernels.items():
    same = np.allclose(conv2d(x, kernel, stride=4).reshape(5, 6).T, tokens)
    print(f"{name}: {kernel.shape}, the same tokens: {same}")
    assert same == (name == "moved")
by_book = linear_to_conv(linear, 4, data_format="channels_last")
assert np.array_equal(by_book, kernels["moved"])

# %% [markdown]
# ### Is Swin's patch merging a 2×2 convolution with stride 2?
#
# In Swin v2, yes, weight by weight, because its norm comes afterwards. In the first Swin a `LayerNorm` stands between the
# concatenation and the `Linear`, over the four pixels together. It divides each patch by
# a number of its own, which no convolution does. So the first asker's equivalence holds for the layers on both sides of the norm, not for the whole.
# If you load one into the other, mind the order: Swin concatenates the four pixels column by column, a kernel lists them row by row.
#
# Asked: [microsoft/Swin-Transformer 256](https://github.com/microsoft/Swin-Transformer/issues/256),
# [330](https://github.com/microsoft/Swin-Transformer/issues/330);
# [huggingface/pytorch-image-models 950](https://github.com/huggingface/pytorch-image-models/issues/950).

# %%
import torch
from torch import nn
from torch.nn.functional import conv2d

torch.manual_seed(0)
x = torch.randn(1, 6, 8, 8, dtype=torch.float64)
columns = x[..., ::2, :], x[..., 1::2, :]  # upper, lower
four = [rows[..., left::2] for left in (0, 1) for rows in columns]
merged = torch.cat(four, dim=1).movedim(1, -1)  # (1, 4, 4, 4 · 6)
reduce = nn.Linear(24, 12, bias=False).double()

kernel = reduce.weight.reshape(12, 2, 2, 6)  # column, row, channel
kernel = kernel.permute(0, 3, 2, 1)
y = conv2d(x, kernel, stride=2).movedim(1, -1)
first = nn.LayerNorm(24).double()(merged)
for name, inner in {"as in v2": merged, "a norm before": first}.items():
    same = torch.allclose(reduce(inner), y)
    print(f"{name}: the convolution does the same: {same}")
    assert same == (name == "as in v2")

# %% [markdown]
# ## Attention inside convolutional networks
#
# ### Self-attention GAN: why C/8, and where is the last 1×1?
#
# C/8 is a guess at how many directions matter for *where* to look. Queries and keys only meet in the scores
# $x^\top W_q^\top W_k\, x$. With 128 channels
# and C/8 = 16 the matrix between the two x has rank 16, and costs a quarter of the numbers of a full one. The reply in the first
# thread points to the paper, whose authors used C/8 in all experiments.
#
# The last 1×1 is needed if the values are narrow too, as in the paper: it brings them back to C channels, and the block's output then has rank
# C/8 at most. Code whose values have all C channels may leave it out, because attention mixes pixels and a 1×1
# channels, so [the two commute](../algebra.py#put-the-11-where-the-maps-are-smallest), and the 1×1 merges with that of the values.
#
# Asked: [christiancosgrove/pytorch-sagan 1](https://github.com/christiancosgrove/pytorch-sagan/issues/1);
# [heykeetae/Self-Attention-GAN 50](https://github.com/heykeetae/Self-Attention-GAN/issues/50),
# [54](https://github.com/heykeetae/Self-Attention-GAN/issues/54).

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x = rng.standard_normal((128, 12, 12))
query, key = rng.standard_normal((2, 16, 128))
form = query.T @ key
print("scores: rank", np.linalg.matrix_rank(form), "of", len(form))
print(f"{query.size + key.size:,} numbers instead of {form.size:,}")
attend = rng.dirichlet(np.ones(144), size=144)  # rows sum to 1

for width in 128, 16:  # of the values
    value, last = rng.standard_normal((2, width, 128))
    mixed = conv1x1(x, value).reshape(width, 144) @ attend.T
    merged = conv1x1(x, last.T @ value).reshape(128, 144) @ attend.T
    assert np.allclose(last.T @ mixed, merged)
    rank = np.linalg.matrix_rank(last.T @ value)
    print(f"values of {width}: merged into one matrix of rank {rank}")
    assert rank == width

# %% [markdown]
# ### Non-local block: start the 1×1 at zero, or the batch norm after it (W[1])?
#
# The norm, if there is one, so `W[1]` is no misprint. Either way the block adds zero at first and leaves the pretrained network as it was. But a
# batch norm divides by the spread of its input, and after a 1×1 of zeros the spread is zero. With γ = 1 it then divides by $\sqrt{\epsilon}$,
# and the gradient of the 1×1 becomes 316 times as large as if the norm only took the mean away. With γ = 0 the first step moves γ and β
# alone, and the 1×1 follows in the next.
#
# Do channels that start equal stay equal, as one asker fears? No, for each γ has the gradient of its own map.
# Another asker wants γ = 1 and β = 0 for an identity; that would add a normalised map. [Without a
# norm](how-it-trains.py#can-a-11-that-starts-at-zero-learn), the 1×1 starts at zero and learns.
#
# Asked: [AlexHex7/Non-local_pytorch 1](https://github.com/AlexHex7/Non-local_pytorch/issues/1),
# [12](https://github.com/AlexHex7/Non-local_pytorch/issues/12), [38](https://github.com/AlexHex7/Non-local_pytorch/issues/38).

# %%
import torch
from torch import nn

torch.manual_seed(0)
x, mixed, error = torch.randn(3, 4, 8, 6, 6, dtype=torch.float64)
conv, norm = nn.Conv2d(8, 8, 1, bias=False).double(), nn.BatchNorm2d(8)
nn.init.zeros_(norm.double().weight)
y = x + norm(conv(mixed))
assert torch.equal(y, x)
(y * error).sum().backward()
different = norm.weight.grad.unique().numel()
print(f"γ: {different} different gradients of 8")
print("1×1 moves in the first step:", conv.weight.grad.any().item())
assert different == 8

nn.init.zeros_(conv.weight)
nn.init.ones_(norm.weight)
sizes = []
for y in norm(conv(mixed)), conv(mixed) - conv(mixed).mean((0, 2, 3), True):
    (gradient,) = torch.autograd.grad((y * error).sum(), conv.weight)
    sizes.append(gradient.norm().item())
print(
    f"a 1×1 of zeros: its gradient is {sizes[0] / sizes[1]:.0f} times as large"
)

# %% [markdown]
# ### How can a non-local block pool its keys and still add its input?
#
# Because the output has one column for each *query*, and the queries keep all pixels. Only keys and values are pooled, and these
# are what a query looks at. So the
# table of scores gets narrower and the sum over it shorter, and the shape of what comes out stays. On 64×64 pixels a pooling by 2×2 leaves
# 16 MiB of scores in float32 in place of 64, for one picture and one head. Pool the queries as well, and
# the output would have to be enlarged again, as a reply says.
#
# Asked: [facebookresearch/video-nonlocal-net 79](https://github.com/facebookresearch/video-nonlocal-net/issues/79),
# [28](https://github.com/facebookresearch/video-nonlocal-net/issues/28);
# [AlexHex7/Non-local_pytorch 26](https://github.com/AlexHex7/Non-local_pytorch/issues/26).

# %%
import torch

from onebyone.pytorch import conv1x1, max_pool2d

torch.manual_seed(0)
x = torch.randn(1, 8, 64, 64)
to_q, to_k, to_v = torch.randn(3, 8, 8)
q = conv1x1(x, to_q).flatten(2)  # (1, 8, 4096)
for name, seen in {"all": x, "pooled": max_pool2d(x, 2)}.items():
    k, v = (conv1x1(seen, to).flatten(2) for to in (to_k, to_v))
    scores = (q.mT @ k).softmax(dim=-1)  # one row a query
    y = (v @ scores.mT).reshape(x.shape)
    size = scores.numel() * 4 / 2**20
    print(f"{name}: scores {tuple(scores.shape[1:])}, {size:.0f} MiB")
    assert (x + y).shape == x.shape
assert size == 16

# %% [markdown]
# !!! takeaway "Takeaway"
#     In a transformer only the attention mixes tokens; every other matrix mixes the channels of one token. Ask of a layer which
#     axis it mixes, and most questions answer themselves: linear layers
#     on different axes commute, two on the same axis merge, and weights fit if their numbers lie in the same order.
