# ---
# search: { boost: 0.16 }  # a chapter explains before a question repeats
# description: Questions that people ask in public about 1×1 convolutions, each with its source, a short answer and code that proves it.
# ---

# %% [markdown]
# # 14 Questions that people ask
#
# *Is it a fully connected layer, what does stride 2 drop, why pad a 1×1, where does the bias go, and who is right?*
#
# Each question on these pages was asked in public, where its links lead. The answers are ours, each with code that proves it; where a
# thread says otherwise, the answer says so. Look for yours in the list, or search for its words.

# %% [markdown]
# Many of the answers begin with the same fact, so here it is once: at each pixel, the layer multiplies the channels by a matrix.

# %%
import numpy as np

from onebyone import conv1x1

rng = np.random.default_rng(seed=0)
x, weight = rng.random((48, 28, 28)), rng.random((16, 48))
y = conv1x1(x, weight)
assert np.allclose(y[:, 20, 9], weight @ x[:, 20, 9])  # one pixel
print(x.shape, "→", y.shape)

# %% [markdown]
# ## All questions
#
# ### [What it computes](what-it-computes.py)
#
# - [Why are the channels summed, and not averaged or kept apart?](what-it-computes.py#why-are-the-channels-summed-and-not-averaged-or-kept-apart){ #why-are-the-channels-summed-and-not-averaged-or-kept-apart }
# - [Is a 1×1 convolution the same as scaling by a scalar?](what-it-computes.py#is-a-11-convolution-the-same-as-scaling-by-a-scalar){ #is-a-11-convolution-the-same-as-scaling-by-a-scalar }
# - [Does a 1×1 multiply each channel by a scalar of its own?](what-it-computes.py#does-a-11-multiply-each-channel-by-a-scalar-of-its-own){ #does-a-11-multiply-each-channel-by-a-scalar-of-its-own }
# - [How can 1×1 filters turn 48 maps into 16, or 256 into 64?](what-it-computes.py#how-can-11-filters-turn-48-maps-into-16-or-256-into-64){ #how-can-11-filters-turn-48-maps-into-16-or-256-into-64 }
# - [Why not a 3×3 with fewer filters?](what-it-computes.py#why-not-a-33-with-fewer-filters){ #why-not-a-33-with-fewer-filters }
# - [What can it learn if it sees one pixel?](what-it-computes.py#what-can-it-learn-if-it-sees-one-pixel){ #what-can-it-learn-if-it-sees-one-pixel }
# - [Why is it called a convolution, if it sees no neighbour?](what-it-computes.py#why-is-it-called-a-convolution-if-it-sees-no-neighbour){ #why-is-it-called-a-convolution-if-it-sees-no-neighbour }
# - [Is it dimensionality reduction, and does it lose information?](what-it-computes.py#is-it-dimensionality-reduction-and-does-it-lose-information){ #is-it-dimensionality-reduction-and-does-it-lose-information }
# - [One channel in and 16 filters out: what is gained?](what-it-computes.py#one-channel-in-and-16-filters-out-what-is-gained){ #one-channel-in-and-16-filters-out-what-is-gained }
# - [Can pooling over the channels do the same?](what-it-computes.py#can-pooling-over-the-channels-do-the-same){ #can-pooling-over-the-channels-do-the-same }
# - [What can a network of only 1×1 layers and an average at the end tell?](what-it-computes.py#what-can-a-network-of-only-11-layers-and-an-average-at-the-end-tell){ #what-can-a-network-of-only-11-layers-and-an-average-at-the-end-tell }
# - [Is there a 1×1 convolution in one dimension, and in three?](what-it-computes.py#is-there-a-11-convolution-in-one-dimension-and-in-three){ #is-there-a-11-convolution-in-one-dimension-and-in-three }
# - [Does a filter slide along the channels, as in a 3-D convolution?](what-it-computes.py#does-a-filter-slide-along-the-channels-as-in-a-3-d-convolution){ #does-a-filter-slide-along-the-channels-as-in-a-3-d-convolution }
# - [Is Conv1d with kernel size 1 the same as Linear?](what-it-computes.py#is-conv1d-with-kernel-size-1-the-same-as-linear){ #is-conv1d-with-kernel-size-1-the-same-as-linear }
# - [Is it the same as a fully connected layer?](what-it-computes.py#is-it-the-same-as-a-fully-connected-layer){ #is-it-the-same-as-a-fully-connected-layer }
# - [How do I turn Flatten and Linear into a convolution?](what-it-computes.py#how-do-i-turn-flatten-and-linear-into-a-convolution){ #how-do-i-turn-flatten-and-linear-into-a-convolution }
# - [Is global average pooling Flatten with fewer parameters, or another function?](what-it-computes.py#is-global-average-pooling-flatten-with-fewer-parameters-or-another-function){ #is-global-average-pooling-flatten-with-fewer-parameters-or-another-function }
# - [Why do Linear and Conv2d differ in the last digits?](what-it-computes.py#why-do-linear-and-conv2d-differ-in-the-last-digits){ #why-do-linear-and-conv2d-differ-in-the-last-digits }
# - [Is Linear faster than a 1×1 convolution?](what-it-computes.py#is-linear-faster-than-a-11-convolution){ #is-linear-faster-than-a-11-convolution }
# - [Does Linear have a bias or initial weights that Conv lacks?](what-it-computes.py#does-linear-have-a-bias-or-initial-weights-that-conv-lacks){ #does-linear-have-a-bias-or-initial-weights-that-conv-lacks }
# - [Why (3, 2, 0, 1) when I load Keras weights into PyTorch?](what-it-computes.py#why-3-2-0-1-when-i-load-keras-weights-into-pytorch){ #why-3-2-0-1-when-i-load-keras-weights-into-pytorch }
# - [1×1 before the upsampling or after it: does it matter?](what-it-computes.py#11-before-the-upsampling-or-after-it-does-it-matter){ #11-before-the-upsampling-or-after-it-does-it-matter }
# - [Is a transposed 1×1 convolution different from a plain one?](what-it-computes.py#is-a-transposed-11-convolution-different-from-a-plain-one){ #is-a-transposed-11-convolution-different-from-a-plain-one }
# - [Conv2DTranspose from 256 to 128 channels: what is multiplied?](what-it-computes.py#conv2dtranspose-from-256-to-128-channels-what-is-multiplied){ #conv2dtranspose-from-256-to-128-channels-what-is-multiplied }
#
# ### [What it costs](what-it-costs.py)
#
# - [Why does an extra 1×1 before a 5×5 save work?](what-it-costs.py#why-does-an-extra-11-before-a-55-save-work){ #why-does-an-extra-11-before-a-55-save-work }
# - [Does a bottleneck always save parameters?](what-it-costs.py#does-a-bottleneck-always-save-parameters){ #does-a-bottleneck-always-save-parameters }
# - [Is a MAC one FLOP or two?](what-it-costs.py#is-a-mac-one-flop-or-two){ #is-a-mac-one-flop-or-two }
# - [Why is the number of parameters the same for larger images?](what-it-costs.py#why-is-the-number-of-parameters-the-same-for-larger-images){ #why-is-the-number-of-parameters-the-same-for-larger-images }
# - [SqueezeNet has 50 times fewer parameters than AlexNet: why is it no faster?](what-it-costs.py#squeezenet-has-50-times-fewer-parameters-than-alexnet-why-is-it-no-faster){ #squeezenet-has-50-times-fewer-parameters-than-alexnet-why-is-it-no-faster }
# - [Is the FLOP count of a dense layer 2 · in · out?](what-it-costs.py#is-the-flop-count-of-a-dense-layer-2-in-out){ #is-the-flop-count-of-a-dense-layer-2-in-out }
# - [I made the network smaller, and it has more parameters: how?](what-it-costs.py#i-made-the-network-smaller-and-it-has-more-parameters-how){ #i-made-the-network-smaller-and-it-has-more-parameters-how }
# - [Is a 1×1 with as many channels out as in useless?](what-it-costs.py#is-a-11-with-as-many-channels-out-as-in-useless){ #is-a-11-with-as-many-channels-out-as-in-useless }
# - [Why do mobile networks round their channels to multiples of 8?](what-it-costs.py#why-do-mobile-networks-round-their-channels-to-multiples-of-8){ #why-do-mobile-networks-round-their-channels-to-multiples-of-8 }
# - [How can CSPNet add 1×1 layers and have fewer parameters?](what-it-costs.py#how-can-cspnet-add-11-layers-and-have-fewer-parameters){ #how-can-cspnet-add-11-layers-and-have-fewer-parameters }
# - [Is a 3×3 convolution a depthwise one and a 1×1 of ones?](what-it-costs.py#is-a-33-convolution-a-depthwise-one-and-a-11-of-ones){ #is-a-33-convolution-a-depthwise-one-and-a-11-of-ones }
# - [Can I split a weight into two of low rank, as LoRA does?](what-it-costs.py#can-i-split-a-weight-into-two-of-low-rank-as-lora-does){ #can-i-split-a-weight-into-two-of-low-rank-as-lora-does }
# - [Fewer parameters, and yet more GPU memory: why?](what-it-costs.py#fewer-parameters-and-yet-more-gpu-memory-why){ #fewer-parameters-and-yet-more-gpu-memory-why }
# - [Why does Swish take more memory than ReLU?](what-it-costs.py#why-does-swish-take-more-memory-than-relu){ #why-does-swish-take-more-memory-than-relu }
# - [Convolution, batch norm, ReLU: which of their outputs must be kept?](what-it-costs.py#convolution-batch-norm-relu-which-of-their-outputs-must-be-kept){ #convolution-batch-norm-relu-which-of-their-outputs-must-be-kept }
# - [Why is my checkpoint 20 MB, if the network has 5 million parameters?](what-it-costs.py#why-is-my-checkpoint-20-mb-if-the-network-has-5-million-parameters){ #why-is-my-checkpoint-20-mb-if-the-network-has-5-million-parameters }
# - [Why is a depthwise separable convolution not faster?](what-it-costs.py#why-is-a-depthwise-separable-convolution-not-faster){ #why-is-a-depthwise-separable-convolution-not-faster }
# - [EfficientNet has a tenth of the FLOPs: why is it slower?](what-it-costs.py#efficientnet-has-a-tenth-of-the-flops-why-is-it-slower){ #efficientnet-has-a-tenth-of-the-flops-why-is-it-slower }
# - [What does a "5× speed-up" count?](what-it-costs.py#what-does-a-5-speed-up-count){ #what-does-a-5-speed-up-count }
#
# ### [What to cut](what-to-cut.py)
#
# - [How do I prune a residual block whose shortcut has no 1×1?](what-to-cut.py#how-do-i-prune-a-residual-block-whose-shortcut-has-no-11){ #how-do-i-prune-a-residual-block-whose-shortcut-has-no-11 }
# - [How do I prune a MobileNet, with its depthwise layers?](what-to-cut.py#how-do-i-prune-a-mobilenet-with-its-depthwise-layers){ #how-do-i-prune-a-mobilenet-with-its-depthwise-layers }
# - [How do I prune the layer before Flatten and Linear?](what-to-cut.py#how-do-i-prune-the-layer-before-flatten-and-linear){ #how-do-i-prune-the-layer-before-flatten-and-linear }
# - [Gamma is near zero but beta is large: may I remove the channel?](what-to-cut.py#gamma-is-near-zero-but-beta-is-large-may-i-remove-the-channel){ #gamma-is-near-zero-but-beta-is-large-may-i-remove-the-channel }
# - [Is a filter's norm its importance, if a batch norm follows?](what-to-cut.py#is-a-filters-norm-its-importance-if-a-batch-norm-follows){ #is-a-filters-norm-its-importance-if-a-batch-norm-follows }
# - [Why does an L1 penalty not make any gamma zero?](what-to-cut.py#why-does-an-l1-penalty-not-make-any-gamma-zero){ #why-does-an-l1-penalty-not-make-any-gamma-zero }
# - [Does torch.nn.utils.prune make a network smaller or faster?](what-to-cut.py#does-torchnnutilsprune-make-a-network-smaller-or-faster){ #does-torchnnutilsprune-make-a-network-smaller-or-faster }
# - [Why does channel pruning not make my network faster?](what-to-cut.py#why-does-channel-pruning-not-make-my-network-faster){ #why-does-channel-pruning-not-make-my-network-faster }
# - [I cut a share p of the channels: is the work (1 − p) or (1 − p)²?](what-to-cut.py#i-cut-a-share-p-of-the-channels-is-the-work-1-p-or-1-p2){ #i-cut-a-share-p-of-the-channels-is-the-work-1-p-or-1-p2 }
# - [Two prunings remove 40 % of the channels: why do their FLOPs differ?](what-to-cut.py#two-prunings-remove-40-of-the-channels-why-do-their-flops-differ){ #two-prunings-remove-40-of-the-channels-why-do-their-flops-differ }
# - [Truncated SVD made my layer larger: what did I do wrong?](what-to-cut.py#truncated-svd-made-my-layer-larger-what-did-i-do-wrong){ #truncated-svd-made-my-layer-larger-what-did-i-do-wrong }
# - [Why is the decomposed network slower, with a fraction of the FLOPs?](what-to-cut.py#why-is-the-decomposed-network-slower-with-a-fraction-of-the-flops){ #why-is-the-decomposed-network-slower-with-a-fraction-of-the-flops }
# - [Should the two 1×1 layers in a row of BSConv-S be merged for inference?](what-to-cut.py#should-the-two-11-layers-in-a-row-of-bsconv-s-be-merged-for-inference){ #should-the-two-11-layers-in-a-row-of-bsconv-s-be-merged-for-inference }
#
# ### [How it trains](how-it-trains.py)
#
# - [Does a 1×1 before a batch norm need a bias?](how-it-trains.py#does-a-11-before-a-batch-norm-need-a-bias){ #does-a-11-before-a-batch-norm-need-a-bias }
# - [The bias before a batch norm never changes. Who stops it?](how-it-trains.py#the-bias-before-a-batch-norm-never-changes-who-stops-it){ #the-bias-before-a-batch-norm-never-changes-who-stops-it }
# - [Why is eval() worse than train(), or different at all?](how-it-trains.py#why-is-eval-worse-than-train-or-different-at-all){ #why-is-eval-worse-than-train-or-different-at-all }
# - [What is the formula for folding a batch norm?](how-it-trains.py#what-is-the-formula-for-folding-a-batch-norm){ #what-is-the-formula-for-folding-a-batch-norm }
# - [Why no weight decay on depthwise filters and norms?](how-it-trains.py#why-no-weight-decay-on-depthwise-filters-and-norms){ #why-no-weight-decay-on-depthwise-filters-and-norms }
# - [Kaiming initialisation: fan_in or fan_out?](how-it-trains.py#kaiming-initialisation-fan_in-or-fan_out){ #kaiming-initialisation-fan_in-or-fan_out }
# - [Is PyTorch's default initialisation too small? A missing √3?](how-it-trains.py#is-pytorchs-default-initialisation-too-small-a-missing-3){ #is-pytorchs-default-initialisation-too-small-a-missing-3 }
# - [Why does PyTorch initialise with a = √5?](how-it-trains.py#why-does-pytorch-initialise-with-a-5){ #why-does-pytorch-initialise-with-a-5 }
# - [Why does the loss stay at 6.9, or at 2.303?](how-it-trains.py#why-does-the-loss-stay-at-69-or-at-2303){ #why-does-the-loss-stay-at-69-or-at-2303 }
# - [Why start the last gamma of each residual block at zero?](how-it-trains.py#why-start-the-last-gamma-of-each-residual-block-at-zero){ #why-start-the-last-gamma-of-each-residual-block-at-zero }
# - [Can a 1×1 that starts at zero learn?](how-it-trains.py#can-a-11-that-starts-at-zero-learn){ #can-a-11-that-starts-at-zero-learn }
# - [How do I find dead ReLUs, and what kills them?](how-it-trains.py#how-do-i-find-dead-relus-and-what-kills-them){ #how-do-i-find-dead-relus-and-what-kills-them }
# - [Why does a layer learn nothing if zeros meet a ReLU?](how-it-trains.py#why-does-a-layer-learn-nothing-if-zeros-meet-a-relu){ #why-does-a-layer-learn-nothing-if-zeros-meet-a-relu }
# - [How does an error of 5 channels come back to an input of 3?](how-it-trains.py#how-does-an-error-of-5-channels-come-back-to-an-input-of-3){ #how-does-an-error-of-5-channels-come-back-to-an-input-of-3 }
# - ["in_channels must be divisible by groups": which numbers must divide which?](how-it-trains.py#in_channels-must-be-divisible-by-groups-which-numbers-must-divide-which){ #in_channels-must-be-divisible-by-groups-which-numbers-must-divide-which }
# - [Each picture its own weights: why are there as many groups as pictures?](how-it-trains.py#each-picture-its-own-weights-why-are-there-as-many-groups-as-pictures){ #each-picture-its-own-weights-why-are-there-as-many-groups-as-pictures }
# - [Are two 1×1 convolutions in a row useless?](how-it-trains.py#are-two-11-convolutions-in-a-row-useless){ #are-two-11-convolutions-in-a-row-useless }
# - [Global average pooling before the 1×1, or after it?](how-it-trains.py#global-average-pooling-before-the-11-or-after-it){ #global-average-pooling-before-the-11-or-after-it }
# - [Why no ReLU after the last 1×1 of MobileNetV2?](how-it-trains.py#why-no-relu-after-the-last-11-of-mobilenetv2){ #why-no-relu-after-the-last-11-of-mobilenetv2 }
# - [How does RepVGG put a 1×1 branch into a 3×3?](how-it-trains.py#how-does-repvgg-put-a-11-branch-into-a-33){ #how-does-repvgg-put-a-11-branch-into-a-33 }
#
# ### [Inside other networks](in-networks.py)
#
# - [Depthwise then 1×1, or 1×1 then depthwise: does the order matter?](in-networks.py#depthwise-then-11-or-11-then-depthwise-does-the-order-matter){ #depthwise-then-11-or-11-then-depthwise-does-the-order-matter }
# - [Why has MobileNetV2's first block no expansion?](in-networks.py#why-has-mobilenetv2s-first-block-no-expansion){ #why-has-mobilenetv2s-first-block-no-expansion }
# - [Does ShuffleNet shuffle before the depthwise layer or after it?](in-networks.py#does-shufflenet-shuffle-before-the-depthwise-layer-or-after-it){ #does-shufflenet-shuffle-before-the-depthwise-layer-or-after-it }
# - [Why is ShuffleNet's first 1×1 not grouped?](in-networks.py#why-is-shufflenets-first-11-not-grouped){ #why-is-shufflenets-first-11-not-grouped }
# - [Is ShuffleNet's channel shuffle random?](in-networks.py#is-shufflenets-channel-shuffle-random){ #is-shufflenets-channel-shuffle-random }
# - [Why does ResNeXt's "reduce" layer make more channels?](in-networks.py#why-does-resnexts-reduce-layer-make-more-channels){ #why-does-resnexts-reduce-layer-make-more-channels }
# - [Does Keras's separable convolution have one bias or two?](in-networks.py#does-kerass-separable-convolution-have-one-bias-or-two){ #does-kerass-separable-convolution-have-one-bias-or-two }
# - [U-Net: who doubles the channels, and how do 1,536 become 512?](in-networks.py#u-net-who-doubles-the-channels-and-how-do-1536-become-512){ #u-net-who-doubles-the-channels-and-how-do-1536-become-512 }
# - [Is a 5×5 the same as two 3×3?](in-networks.py#is-a-55-the-same-as-two-33){ #is-a-55-the-same-as-two-33 }
# - [Does a fire module keep the number of channels?](in-networks.py#does-a-fire-module-keep-the-number-of-channels){ #does-a-fire-module-keep-the-number-of-channels }
# - [What does the last 1×1 of a segmentation network learn?](in-networks.py#what-does-the-last-11-of-a-segmentation-network-learn){ #what-does-the-last-11-of-a-segmentation-network-learn }
# - [Squeeze-and-excitation: Linear or 1×1 convolution?](in-networks.py#squeeze-and-excitation-linear-or-11-convolution){ #squeeze-and-excitation-linear-or-11-convolution }
# - [How do I feed greyscale images to an RGB network?](in-networks.py#how-do-i-feed-greyscale-images-to-an-rgb-network){ #how-do-i-feed-greyscale-images-to-an-rgb-network }
# - [Glow: is the log-determinant times the pixels, and logdet or slogdet?](in-networks.py#glow-is-the-log-determinant-times-the-pixels-and-logdet-or-slogdet){ #glow-is-the-log-determinant-times-the-pixels-and-logdet-or-slogdet }
# - [Does stride 2 on a 1×1 throw pixels away?](in-networks.py#does-stride-2-on-a-11-throw-pixels-away){ #does-stride-2-on-a-11-throw-pixels-away }
# - [Would pooling before the 1×1 lose less?](in-networks.py#would-pooling-before-the-11-lose-less){ #would-pooling-before-the-11-lose-less }
# - [Is torchvision's ResNet-50 v1 or v1.5?](in-networks.py#is-torchvisions-resnet-50-v1-or-v15){ #is-torchvisions-resnet-50-v1-or-v15 }
# - [Why does SqueezeNet pad a 1×1 convolution?](in-networks.py#why-does-squeezenet-pad-a-11-convolution){ #why-does-squeezenet-pad-a-11-convolution }
# - [SqueezeNet 1.0 pads its last 1×1: what does the border do?](in-networks.py#squeezenet-10-pads-its-last-11-what-does-the-border-do){ #squeezenet-10-pads-its-last-11-what-does-the-border-do }
# - [Does dilation change a 1×1, or a map of one pixel?](in-networks.py#does-dilation-change-a-11-or-a-map-of-one-pixel){ #does-dilation-change-a-11-or-a-map-of-one-pixel }
# - [Why a projection shortcut where the size stays?](in-networks.py#why-a-projection-shortcut-where-the-size-stays){ #why-a-projection-shortcut-where-the-size-stays }
# - [With a bottleneck ratio of 1, can the last 1×1 go?](in-networks.py#with-a-bottleneck-ratio-of-1-can-the-last-11-go){ #with-a-bottleneck-ratio-of-1-can-the-last-11-go }
# - [Is a bottleneck always smaller than a basic block?](in-networks.py#is-a-bottleneck-always-smaller-than-a-basic-block){ #is-a-bottleneck-always-smaller-than-a-basic-block }
# - [Why expand in the third layer, only to reduce again in the next block?](in-networks.py#why-expand-in-the-third-layer-only-to-reduce-again-in-the-next-block){ #why-expand-in-the-third-layer-only-to-reduce-again-in-the-next-block }
# - [Would one layer in a residual block do?](in-networks.py#would-one-layer-in-a-residual-block-do){ #would-one-layer-in-a-residual-block-do }
#
# ### [Detection and segmentation](detection.py)
#
# - [Does `size=1, pad=1` in a Darknet cfg make the map grow by two?](detection.py#does-size1-pad1-in-a-darknet-cfg-make-the-map-grow-by-two){ #does-size1-pad1-in-a-darknet-cfg-make-the-map-grow-by-two }
# - [Where do the 255 filters before a YOLO layer come from?](detection.py#where-do-the-255-filters-before-a-yolo-layer-come-from){ #where-do-the-255-filters-before-a-yolo-layer-come-from }
# - [Why are the RPN's 18 channels reshaped to 2 × (9·H) × W?](detection.py#why-are-the-rpns-18-channels-reshaped-to-2-9h-w){ #why-are-the-rpns-18-channels-reshaped-to-2-9h-w }
# - [Why does a detector's last bias start at −2.19 or −4.6?](detection.py#why-does-a-detectors-last-bias-start-at-219-or-46){ #why-does-a-detectors-last-bias-start-at-219-or-46 }
# - [Can a 1×1 predict boxes in SSD, where the code has a 3×3?](detection.py#can-a-11-predict-boxes-in-ssd-where-the-code-has-a-33){ #can-a-11-predict-boxes-in-ssd-where-the-code-has-a-33 }
# - [Is YOLOv5's Focus layer a convolution?](detection.py#is-yolov5s-focus-layer-a-convolution){ #is-yolov5s-focus-layer-a-convolution }
# - ["Expected more than 1 value per channel": why does the pooled branch of ASPP crash?](detection.py#expected-more-than-1-value-per-channel-why-does-the-pooled-branch-of-aspp-crash){ #expected-more-than-1-value-per-channel-why-does-the-pooled-branch-of-aspp-crash }
# - [How do I keep a trained head if the number of classes changes?](detection.py#how-do-i-keep-a-trained-head-if-the-number-of-classes-changes){ #how-do-i-keep-a-trained-head-if-the-number-of-classes-changes }
# - [Why does DeepLabv3+ reduce the low-level maps to 48 channels?](detection.py#why-does-deeplabv3-reduce-the-low-level-maps-to-48-channels){ #why-does-deeplabv3-reduce-the-low-level-maps-to-48-channels }
# - [Why no ReLU after FPN's lateral 1×1?](detection.py#why-no-relu-after-fpns-lateral-11){ #why-no-relu-after-fpns-lateral-11 }
# - [Several 1×1 heads on the same maps are added up. Is one not enough?](detection.py#several-11-heads-on-the-same-maps-are-added-up-is-one-not-enough){ #several-11-heads-on-the-same-maps-are-added-up-is-one-not-enough }
# - [Why two layers before the classes in SegFormer's decoder, and not one?](detection.py#why-two-layers-before-the-classes-in-segformers-decoder-and-not-one){ #why-two-layers-before-the-classes-in-segformers-decoder-and-not-one }
#
# ### [Attention and patches](attention.py)
#
# - [Splitting into heads: is view enough, or must I transpose?](attention.py#splitting-into-heads-is-view-enough-or-must-i-transpose){ #splitting-into-heads-is-view-enough-or-must-i-transpose }
# - [Cut into heads before the projection, or after it?](attention.py#cut-into-heads-before-the-projection-or-after-it){ #cut-into-heads-before-the-projection-or-after-it }
# - [Does chunk(3) leave q, k and v a third of the information each?](attention.py#does-chunk3-leave-q-k-and-v-a-third-of-the-information-each){ #does-chunk3-leave-q-k-and-v-a-third-of-the-information-each }
# - [Why have the keys no bias, in BEiT, EVA and Swin v2?](attention.py#why-have-the-keys-no-bias-in-beit-eva-and-swin-v2){ #why-have-the-keys-no-bias-in-beit-eva-and-swin-v2 }
# - [Why not merge the query and the key matrix into one?](attention.py#why-not-merge-the-query-and-the-key-matrix-into-one){ #why-not-merge-the-query-and-the-key-matrix-into-one }
# - [What is the projection after the attention for (c_proj, to_out)?](attention.py#what-is-the-projection-after-the-attention-for-c_proj-to_out){ #what-is-the-projection-after-the-attention-for-c_proj-to_out }
# - [Should each head be as wide as the embedding, or a part of it?](attention.py#should-each-head-be-as-wide-as-the-embedding-or-a-part-of-it){ #should-each-head-be-as-wide-as-the-embedding-or-a-part-of-it }
# - [Are two projections in a row needed to make queries and keys?](attention.py#are-two-projections-in-a-row-needed-to-make-queries-and-keys){ #are-two-projections-in-a-row-needed-to-make-queries-and-keys }
# - [Why is the hidden layer four times as wide (mlp_dim = 4 · dim)?](attention.py#why-is-the-hidden-layer-four-times-as-wide-mlp_dim-4-dim){ #why-is-the-hidden-layer-four-times-as-wide-mlp_dim-4-dim }
# - [Why 8/3 with SwiGLU, where others have 4?](attention.py#why-83-with-swiglu-where-others-have-4){ #why-83-with-swiglu-where-others-have-4 }
# - [MLP-Mixer: must the token mixing be as wide as there are patches?](attention.py#mlp-mixer-must-the-token-mixing-be-as-wide-as-there-are-patches){ #mlp-mixer-must-the-token-mixing-be-as-wide-as-there-are-patches }
# - [Patch embedding: Linear or Conv2d, and do the weights fit?](attention.py#patch-embedding-linear-or-conv2d-and-do-the-weights-fit){ #patch-embedding-linear-or-conv2d-and-do-the-weights-fit }
# - [Is Swin's patch merging a 2×2 convolution with stride 2?](attention.py#is-swins-patch-merging-a-22-convolution-with-stride-2){ #is-swins-patch-merging-a-22-convolution-with-stride-2 }
# - [Self-attention GAN: why C/8, and where is the last 1×1?](attention.py#self-attention-gan-why-c8-and-where-is-the-last-11){ #self-attention-gan-why-c8-and-where-is-the-last-11 }
# - [Non-local block: start the 1×1 at zero, or the batch norm after it (W[1])?](attention.py#non-local-block-start-the-11-at-zero-or-the-batch-norm-after-it-w1){ #non-local-block-start-the-11-at-zero-or-the-batch-norm-after-it-w1 }
# - [How can a non-local block pool its keys and still add its input?](attention.py#how-can-a-non-local-block-pool-its-keys-and-still-add-its-input){ #how-can-a-non-local-block-pool-its-keys-and-still-add-its-input }
#
# ### [Sound, graphs and point clouds](sound-graphs-points.py)
#
# - [What is shared in a "shared MLP"?](sound-graphs-points.py#what-is-shared-in-a-shared-mlp){ #what-is-shared-in-a-shared-mlp }
# - [How can PointNet ignore the order of the points if it convolves?](sound-graphs-points.py#how-can-pointnet-ignore-the-order-of-the-points-if-it-convolves){ #how-can-pointnet-ignore-the-order-of-the-points-if-it-convolves }
# - [Why a kernel of (1, 1) over the k neighbours, and not (1, k)?](sound-graphs-points.py#why-a-kernel-of-1-1-over-the-k-neighbours-and-not-1-k){ #why-a-kernel-of-1-1-over-the-k-neighbours-and-not-1-k }
# - [EdgeConv: the maximum over the neighbours first, or the 1×1 first?](sound-graphs-points.py#edgeconv-the-maximum-over-the-neighbours-first-or-the-11-first){ #edgeconv-the-maximum-over-the-neighbours-first-or-the-11-first }
# - [PointNet: Conv2d with a kernel of (1, 3), or Conv1d of size 1?](sound-graphs-points.py#pointnet-conv2d-with-a-kernel-of-1-3-or-conv1d-of-size-1){ #pointnet-conv2d-with-a-kernel-of-1-3-or-conv1d-of-size-1 }
# - [PointNet's T-Net: is its matrix a 1×1, and how does it learn?](sound-graphs-points.py#pointnets-t-net-is-its-matrix-a-11-and-how-does-it-learn){ #pointnets-t-net-is-its-matrix-a-11-and-how-does-it-learn }
# - [ST-GCN: what do the 1×1 convolution, the view and the einsum compute?](sound-graphs-points.py#st-gcn-what-do-the-11-convolution-the-view-and-the-einsum-compute){ #st-gcn-what-do-the-11-convolution-the-view-and-the-einsum-compute }
# - [Why does a graph network have a Conv1d over its nodes?](sound-graphs-points.py#why-does-a-graph-network-have-a-conv1d-over-its-nodes){ #why-does-a-graph-network-have-a-conv1d-over-its-nodes }
# - [Glow, WaveGlow: how can an invertible 1×1 become singular in training?](sound-graphs-points.py#glow-waveglow-how-can-an-invertible-11-become-singular-in-training){ #glow-waveglow-how-can-an-invertible-11-become-singular-in-training }
# - [WaveNet: one 1×1 for skip and residual, or two?](sound-graphs-points.py#wavenet-one-11-for-skip-and-residual-or-two){ #wavenet-one-11-for-skip-and-residual-or-two }
# - [WaveNet: why do the weights of one layer never change?](sound-graphs-points.py#wavenet-why-do-the-weights-of-one-layer-never-change){ #wavenet-why-do-the-weights-of-one-layer-never-change }
# - [WaveNet: what is a 1×1 without an activation good for?](sound-graphs-points.py#wavenet-what-is-a-11-without-an-activation-good-for){ #wavenet-what-is-a-11-without-an-activation-good-for }
# - [WaveNet: how do 256 and 512 channels fit in one layer?](sound-graphs-points.py#wavenet-how-do-256-and-512-channels-fit-in-one-layer){ #wavenet-how-do-256-and-512-channels-fit-in-one-layer }
# - [Conv-TasNet: is Linear and overlap-add the paper's transposed convolution?](sound-graphs-points.py#conv-tasnet-is-linear-and-overlap-add-the-papers-transposed-convolution){ #conv-tasnet-is-linear-and-overlap-add-the-papers-transposed-convolution }
# - [Conformer: can I call Linear instead of Conv1d and keep the checkpoint?](sound-graphs-points.py#conformer-can-i-call-linear-instead-of-conv1d-and-keep-the-checkpoint){ #conformer-can-i-call-linear-instead-of-conv1d-and-keep-the-checkpoint }
# - [A feed-forward layer with kernel size 3: what does it cost?](sound-graphs-points.py#a-feed-forward-layer-with-kernel-size-3-what-does-it-cost){ #a-feed-forward-layer-with-kernel-size-3-what-does-it-cost }
#
# ### [Export, phones, number formats](export.py)
#
# - [Why does a converter put a Transpose around every Conv2D, and must it?](export.py#why-does-a-converter-put-a-transpose-around-every-conv2d-and-must-it){ #why-does-a-converter-put-a-transpose-around-every-conv2d-and-must-it }
# - [From channels_first to channels_last in Keras: which weights change?](export.py#from-channels_first-to-channels_last-in-keras-which-weights-change){ #from-channels_first-to-channels_last-in-keras-which-weights-change }
# - [With one channel, is a tensor channels-first or channels-last?](export.py#with-one-channel-is-a-tensor-channels-first-or-channels-last){ #with-one-channel-is-a-tensor-channels-first-or-channels-last }
# - [Where has my batch norm gone in the ONNX file?](export.py#where-has-my-batch-norm-gone-in-the-onnx-file){ #where-has-my-batch-norm-gone-in-the-onnx-file }
# - [After folding, the outputs differ by 0.185 in sum: is that too much?](export.py#after-folding-the-outputs-differ-by-0185-in-sum-is-that-too-much){ #after-folding-the-outputs-differ-by-0185-in-sum-is-that-too-much }
# - [Same weights, another library, other outputs: is it the ε of the batch norm?](export.py#same-weights-another-library-other-outputs-is-it-the-of-the-batch-norm){ #same-weights-another-library-other-outputs-is-it-the-of-the-batch-norm }
# - [A phone's library refuses my Linear layer: does a 1×1 convolution help?](export.py#a-phones-library-refuses-my-linear-layer-does-a-11-convolution-help){ #a-phones-library-refuses-my-linear-layer-does-a-11-convolution-help }
# - [Why does converting one fully connected layer take hours?](export.py#why-does-converting-one-fully-connected-layer-take-hours){ #why-does-converting-one-fully-connected-layer-take-hours }
# - [Why does my exported network take only one size of picture?](export.py#why-does-my-exported-network-take-only-one-size-of-picture){ #why-does-my-exported-network-take-only-one-size-of-picture }
# - [fp16: where do inf and NaN come from, if all weights are small?](export.py#fp16-where-do-inf-and-nan-come-from-if-all-weights-are-small){ #fp16-where-do-inf-and-nan-come-from-if-all-weights-are-small }
# - [float16 or bfloat16: which is more exact?](export.py#float16-or-bfloat16-which-is-more-exact){ #float16-or-bfloat16-which-is-more-exact }
# - [int8: why did the file only halve, and why is it slower?](export.py#int8-why-did-the-file-only-halve-and-why-is-it-slower){ #int8-why-did-the-file-only-halve-and-why-is-it-slower }
# - [What if the chip has only one scale a tensor, and the accuracy collapses?](export.py#what-if-the-chip-has-only-one-scale-a-tensor-and-the-accuracy-collapses){ #what-if-the-chip-has-only-one-scale-a-tensor-and-the-accuracy-collapses }
# - [Why must ReLU6 become a ReLU before the scales are equalised?](export.py#why-must-relu6-become-a-relu-before-the-scales-are-equalised){ #why-must-relu6-become-a-relu-before-the-scales-are-equalised }
# - [Why is the bias int32, if weights and inputs are int8?](export.py#why-is-the-bias-int32-if-weights-and-inputs-are-int8){ #why-is-the-bias-int32-if-weights-and-inputs-are-int8 }
# - [Can the sum of int8 products overflow?](export.py#can-the-sum-of-int8-products-overflow){ #can-the-sum-of-int8-products-overflow }
# - [Can the zero point be subtracted from the weights in advance?](export.py#can-the-zero-point-be-subtracted-from-the-weights-in-advance){ #can-the-zero-point-be-subtracted-from-the-weights-in-advance }
#
# ### [What a network looks at](saliency.py)
#
# - [Is Grad-CAM more than CAM?](saliency.py#is-grad-cam-more-than-cam){ #is-grad-cam-more-than-cam }
# - [What is Grad-CAM of a segmentation network?](saliency.py#what-is-grad-cam-of-a-segmentation-network){ #what-is-grad-cam-of-a-segmentation-network }
# - [My Grad-CAM is all zero, or all negative. What does that mean?](saliency.py#my-grad-cam-is-all-zero-or-all-negative-what-does-that-mean){ #my-grad-cam-is-all-zero-or-all-negative-what-does-that-mean }
# - [The prediction is 1, 0, 0, 0 and all gradients are zero. Why?](saliency.py#the-prediction-is-1-0-0-0-and-all-gradients-are-zero-why){ #the-prediction-is-1-0-0-0-and-all-gradients-are-zero-why }
# - [Average the gradients first, or multiply pixel by pixel?](saliency.py#average-the-gradients-first-or-multiply-pixel-by-pixel){ #average-the-gradients-first-or-multiply-pixel-by-pixel }
# - [How do I get a CAM from SqueezeNet, whose classifier is a convolution?](saliency.py#how-do-i-get-a-cam-from-squeezenet-whose-classifier-is-a-convolution){ #how-do-i-get-a-cam-from-squeezenet-whose-classifier-is-a-convolution }
# - [Why cut a CAM at zero, and should negative weights go, too?](saliency.py#why-cut-a-cam-at-zero-and-should-negative-weights-go-too){ #why-cut-a-cam-at-zero-and-should-negative-weights-go-too }
# - [`cam = np.ones(...)`: does it matter that the sum starts at one?](saliency.py#cam-npones-does-it-matter-that-the-sum-starts-at-one){ #cam-npones-does-it-matter-that-the-sum-starts-at-one }
# - [How large is my network's receptive field, and do 1×1 layers count?](saliency.py#how-large-is-my-networks-receptive-field-and-do-11-layers-count){ #how-large-is-my-networks-receptive-field-and-do-11-layers-count }
# - [Does a 1×3 with a 3×1 see what a 3×3 sees?](saliency.py#does-a-13-with-a-31-see-what-a-33-sees){ #does-a-13-with-a-31-see-what-a-33-sees }
# - [How do I look at the filters of the second layer?](saliency.py#how-do-i-look-at-the-filters-of-the-second-layer){ #how-do-i-look-at-the-filters-of-the-second-layer }
# - [Maximise the mean or the largest pixel of a filter? And what does minimising show?](saliency.py#maximise-the-mean-or-the-largest-pixel-of-a-filter-and-what-does-minimising-show){ #maximise-the-mean-or-the-largest-pixel-of-a-filter-and-what-does-minimising-show }
# - [Why does maximising a first-layer filter's mean change only the border?](saliency.py#why-does-maximising-a-first-layer-filters-mean-change-only-the-border){ #why-does-maximising-a-first-layer-filters-mean-change-only-the-border }

# %% [markdown]
# !!! takeaway "Takeaway"
#     Most of these questions have one answer: a 1×1 convolution is a matrix at each pixel.
#     The rest is about what stands beside it: a stride, a padding, a bias, an activation.

# %% [markdown]
# ## Exercises
#
# **1. Not shared.** One fully connected layer from all numbers of the maps to all numbers of the output could do
# what a 1×1 convolution does. What does its weight look like, and how large is it?
#
# {{ exercise onebyone.book.solutions.questions.unshare_weight }}
#
# ??? hint "Hint"
#     Take one channel in and out, and two pixels: which of the four numbers are zero? Then add a channel. A feature map
#     flattened is its first channel, then its second.
#
# ??? success "Solution"
#     Each weight stands once for every pixel, and all else is zero: a pixel meets itself alone. It has $(H W)^2$ times as many numbers.
#
#     {{ source onebyone.book.solutions.questions.unshare_weight }}
#
# **2. Blue first.** A network was trained on pictures whose channels stand as blue, green, red. Yours stand as red, green, blue.
# What do you change in the weights of its first layer, so that no picture has to be changed?
#
# {{ exercise onebyone.book.solutions.questions.swap_red_and_blue }}
#
# ??? hint "Hint"
#     A filter has a slice for each channel that it reads. Which axis of the weight counts the slices?
#
# ??? success "Solution"
#     The order of each filter's slices. An exchange of channels is a 1×1 convolution, and it folds into the layer after it.
#
#     {{ source onebyone.book.solutions.questions.swap_red_and_blue }}
#
# **3. Which order?** A network for segmentation ends in a 1×1 convolution and an enlargement that repeats each pixel $s$ times each way.
# Which goes first?
#
# {{ exercise onebyone.book.solutions.questions.enlarged_scores }}
#
# ??? hint "Hint"
#     What does a 1×1 convolution make of two pixels that are equal? In which of the two orders does it meet more pixels?
#
# ??? success "Solution"
#     The scores are the same either way, since a 1×1 convolution sees each pixel alone. Enlarge last: the convolution then
#     works on $s^2$ times fewer pixels.
#
#     {{ source onebyone.book.solutions.questions.enlarged_scores }}
