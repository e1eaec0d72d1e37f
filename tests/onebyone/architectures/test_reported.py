"""What users of other libraries reported about these networks does not happen with ours.

Most of it is silent: all shapes and all numbers of parameters are right, and the outputs are not.
"""

import io

import pytest
import torch
from torch import nn

from onebyone import architectures
from onebyone.architectures.convnext import ConvNeXtBlock, LayerNorm2d, with_convolutions
from onebyone.architectures.densenet import transition
from onebyone.architectures.efficientnet import EfficientNet
from onebyone.architectures.mobilenet_v3 import InvertedResidual, SqueezeExcitation

from ..refusals import refused
from .definitions import maps
from .networks import drawn, images, without_numbers


def test_a_hook_on_densenets_features_sees_a_gradient_and_maps_that_a_relu_has_made():
    """keras-team/keras-applications#31: no relu before the pooling; pytorch/vision#4164: one in place."""
    densenet = drawn(without_numbers("densenet121", num_classes=7), images((32, 32)))
    made, gradients = [], []
    handles = [
        densenet.features.register_forward_hook(
            lambda *call: made.append(call[-1].detach().clone())
        ),
        densenet.features.register_full_backward_hook(lambda *call: gradients.append(call[-1][0])),
    ]
    x = images((32, 32)).requires_grad_()
    y = densenet(x)
    y[:, 3].sum().backward()
    for handle in handles:
        handle.remove()
    (features,) = made
    assert features.min() == 0
    assert (features == 0).float().mean() > 0.1
    weight = densenet.classifier.weight.detach()
    torch.testing.assert_close(gradients[0].sum((2, 3)), weight[3].expand(2, -1))
    scores = features.mean((2, 3)) @ weight.T + densenet.classifier.bias.detach()
    torch.testing.assert_close(y.detach(), scores, rtol=1e-4, atol=1e-4)
    assert x.grad.any()


@pytest.mark.parametrize("name", architectures.__all__)
def test_no_layer_works_in_place(name):
    """pytorch/vision#4164, frgfm/torch-cam#72: a hook would find other numbers than its layer has computed."""
    modules = without_numbers(name).modules()
    assert not [module for module in modules if getattr(module, "inplace", False)]


def test_a_transition_has_a_relu_before_its_convolution_and_none_after():
    """weiaicunzai/pytorch-cifar100#52; YixuanLi/densenet-tensorflow#13."""
    between = drawn(transition(8), maps(8))
    with torch.no_grad():
        assert (between(maps(8)) < 0).any()
        between.norm.bias.fill_(-1000)
        assert not between(maps(8)).any()


@pytest.mark.parametrize("gate", [nn.Sigmoid, nn.Hardsigmoid])
def test_excitation_by_zeros_is_a_half_and_is_the_same_at_every_pixel(gate):
    """hujie-frank/SENet#78; xiaolai-sqlai/mobilenetv3#8."""
    block = drawn(SqueezeExcitation(8, 2, gate=gate), maps(8))
    x = maps(8)
    with torch.no_grad():
        scale = block(x) / x
        torch.testing.assert_close(scale, scale[..., :1, :1].expand_as(x))
        assert scale[..., 0, 0].unique().numel() > 2
        for value in block.fc2.parameters():
            value.zero_()
        assert torch.equal(block(x), x / 2)


class Shut(nn.Module):
    def forward(self, x):
        return 0 * x


def test_excitation_is_on_the_branch_and_not_on_the_sum():
    """kobiso/SENet-tensorflow-slim#2: a gate that is shut leaves the input."""
    block = drawn(InvertedResidual(8, 24, 8, 3, 1, excite=lambda _: Shut()), maps(8))
    nn.init.zeros_(block.block[-1][1].running_mean)
    nn.init.zeros_(block.block[-1][1].bias)
    with torch.no_grad():
        assert torch.equal(block(maps(8)), maps(8))


def test_convnext_starts_with_branches_scaled_by_a_millionth_and_an_epsilon_of_a_millionth():
    """huggingface/pytorch-image-models#2605 and #1696; nn.LayerNorm's own epsilon is 1e-5."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        block = ConvNeXtBlock(8)
    assert torch.equal(block.layer_scale, torch.full((8, 1, 1), 1e-6))
    model = without_numbers("convnext_tiny")
    norms = [module for module in model.modules() if isinstance(module, nn.LayerNorm)]
    assert [norm.eps for norm in norms] == 23 * [1e-6]
    assert sum(isinstance(module, ConvNeXtBlock) for module in model.modules()) == 18


def test_layer_norm_2d_normalises_each_pixel_alone():
    """apple/ml-cvnets#34, facebookresearch/ConvNeXt#112: a group norm of one group does not."""
    norm, x = LayerNorm2d(6, eps=1e-6), maps(6)
    with torch.no_grad():
        y = norm(x)
        var, mean = torch.var_mean(y, 1, correction=0)
        torch.testing.assert_close(mean, torch.zeros_like(mean), rtol=0, atol=1e-5)
        torch.testing.assert_close(var, torch.ones_like(var), rtol=0, atol=1e-4)
        assert not torch.allclose(y, nn.functional.group_norm(x, 1), atol=0.1)
        pixel = norm(x[..., 4:5, 7:8])
    torch.testing.assert_close(pixel, y[..., 4:5, 7:8])


@pytest.mark.parametrize("size", [(37, 50), (50, 37), (16, 16), (31, 540)])
def test_unet_takes_images_whose_sides_are_odd_and_not_the_same(size):
    """milesial/Pytorch-UNet#32, Project-MONAI/MONAI#4695: rows and columns exchanged where the images are padded."""
    y = without_numbers("unet", num_classes=3)(torch.empty(2, 3, *size, device="meta"))
    assert y.shape == (2, 3, *size)


def test_unet_ends_in_a_convolution():
    """vanvalenlab/deepcell-tf#624, zhixuhao/unet#148: a relu after the scores."""
    model = without_numbers("unet")
    calls = []
    for module in model.modules():
        if not list(module.children()):
            module.register_forward_hook(lambda module, *_: calls.append(module))
    model(torch.empty(1, 3, 16, 16, device="meta"))
    assert calls[-1] is model.head
    assert isinstance(model.head, nn.Conv2d)
    assert model.head.kernel_size == (1, 1)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((3, 15, 15), "Output size is too small"),
        ((3, 64, 15), "Output size is too small"),
        ((3, 15, 64), "Output size is too small"),
        ((1, 48, 48), "channels"),
        ((4, 48, 48), "channels"),
    ],
)
def test_images_that_unet_cannot_take_raise_an_error_of_pytorch(shape, message):
    x = torch.zeros(1, *shape)
    model = without_numbers("unet").to_empty(device="cpu")
    with pytest.raises(RuntimeError, match=message):
        model(x)


SCRIPTED = ("shufflenet_v2_x1_0", "convnext_tiny", "unet", "mobilenet_v3_large")


@pytest.mark.parametrize("name", SCRIPTED)
@pytest.mark.filterwarnings(
    "ignore:.*deprecated:DeprecationWarning", "ignore:.*deprecated:FutureWarning"
)
def test_a_script_and_a_trace_are_right_at_other_sizes_odd_ones_too(name):
    """pytorch/vision#7686: a shuffle that hides its channels; milesial/Pytorch-UNet#32: odd sizes."""
    model = drawn(without_numbers(name, num_classes=3), images((48, 48)))
    others = torch.jit.script(model), torch.jit.trace(model, images((48, 64), count=1))
    with torch.no_grad():
        for x in images((37, 50)), images((64, 48), count=1):
            for other in others:
                torch.testing.assert_close(other(x), model(x), rtol=1e-3, atol=1e-3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_convnexts_normalisation_becomes_onnx_by_either_exporter():
    """An axis of -1 in a permutation is a file that ONNX Runtime does not load."""
    pytest.importorskip("onnxscript")
    onnxruntime = pytest.importorskip("onnxruntime")
    norm, x = LayerNorm2d(3).eval(), images((5, 7))
    file = io.BytesIO()
    torch.onnx.export(norm, (x,), file, dynamo=False, input_names=["x"])
    session = onnxruntime.InferenceSession(file.getvalue())
    (found,) = session.run(None, {"x": x.numpy()})
    torch.testing.assert_close(torch.from_numpy(found), norm(x).detach())


@pytest.mark.parametrize(
    ("scale", "error"),
    [
        ({"width": 0}, ValueError("width: expected a number above 0, got 0")),
        ({"depth": -1}, ValueError("depth: expected a number above 0, got -1")),
        ({"width": "1"}, TypeError("width: expected a number, got '1'")),
    ],
)
def test_an_efficientnet_of_no_width_or_depth_is_refused(scale, error):
    with refused(error):
        EfficientNet(5, **scale)


def test_a_rewritten_convnext_block_is_what_the_block_was():
    """It keeps what was changed in the block: its mode, its epsilon, and whether it learns."""
    block = drawn(ConvNeXtBlock(12).to("meta"), maps(12)).double()
    block.block[2].eps = 0.5
    block.requires_grad_(False)
    rewritten = with_convolutions(block)
    assert not rewritten.training
    assert not any(value.requires_grad for value in rewritten.parameters())
    x = maps(12).double()
    torch.testing.assert_close(rewritten(x), block.block(x))
