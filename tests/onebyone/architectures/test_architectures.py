"""Every network classifies images of any size on every device, and every parameter learns."""

import copy
import itertools

import pytest
import torch
from torch import nn

from onebyone import architectures
from onebyone.architectures.efficientnet_lite0 import MBConv
from onebyone.summary import output_shapes

from ..devices import every_device
from ..refusals import refused, refuses
from .networks import SIZES, drawn, images, without_numbers

every_network = pytest.mark.parametrize("name", architectures.__all__)
every_small_network = pytest.mark.parametrize(
    "name",
    [
        "convnext_tiny",
        "efficientnet_lite0",
        "mobilenet_v2",
        "mobilenet_v3_large",
        "nin_cifar10",
        "shufflenet_v2_x1_0",
        "squeezenet1_1",
    ],
)


def shape_of_scores(name, num_classes, size):
    return (2, num_classes, *(size if name == "unet" else ()))


@every_network
def test_a_batch_of_images_becomes_a_row_of_numbers_each_or_of_each_pixel(name):
    size = SIZES[name], SIZES[name]
    y = without_numbers(name).eval()(torch.empty(2, 3, *size, device="meta"))
    num_classes = {"nin_cifar10": 10, "unet": 2}.get(name, 1000)
    assert y.shape == shape_of_scores(name, num_classes, size)


@every_network
@pytest.mark.parametrize(("size", "num_classes"), [((48, 48), 1), ((97, 130), 7)])
def test_images_of_another_size_go_into_any_number_of_classes(name, size, num_classes):
    model = without_numbers(name, num_classes=num_classes).eval()
    y = model(torch.empty(2, 3, *size, device="meta"))
    assert y.shape == shape_of_scores(name, num_classes, size)


@every_network
@refuses(
    (0, ValueError("num_classes: expected an integer of at least 1, got 0")),
    (1.0, TypeError("num_classes: expected an integer, got 1.0")),
    (True, TypeError("num_classes: expected an integer, got True")),
)
def test_a_bad_num_classes_is_named(name, call, error):
    with refused(error):
        without_numbers(name, num_classes=call)


@pytest.mark.parametrize("name", ["inception_v1", "googlenet"])
def test_inception_modules_have_the_output_sizes_of_the_papers_table(name):
    """Szegedy et al., arXiv:1409.4842, table 1, output size."""
    x = torch.empty(1, 3, 224, 224, device="meta")
    found = output_shapes(without_numbers(name).eval(), x)
    parts = {part: shape[1:] for part, shape in found if part.startswith("inception")}
    assert {part.removeprefix("inception"): shape for part, shape in parts.items()} == {
        "3a": (256, 28, 28),
        "3b": (480, 28, 28),
        "4a": (512, 14, 14),
        "4b": (512, 14, 14),
        "4c": (512, 14, 14),
        "4d": (528, 14, 14),
        "4e": (832, 14, 14),
        "5a": (832, 7, 7),
        "5b": (1024, 7, 7),
    }


def test_efficientnet_lite0_has_the_channels_and_resolutions_of_the_papers_table():
    """Tan and Le, arXiv:1905.11946, table 1: kernel, channels, resolution, here of the output, layers."""
    x = torch.empty(1, 3, 224, 224, device="meta")
    stages, shapes = [], []
    for layer in without_numbers("efficientnet_lite0").features:
        x = layer(x)
        shapes.append(tuple(x.shape[1:]))
        if isinstance(layer, MBConv):
            (depthwise,) = (m for m in layer.modules() if isinstance(m, nn.Conv2d) and m.groups > 1)
            stages.append((depthwise.kernel_size, shapes[-1]))
    assert [(*stage, len(list(blocks))) for stage, blocks in itertools.groupby(stages)] == [
        ((3, 3), (16, 112, 112), 1),
        ((3, 3), (24, 56, 56), 2),
        ((5, 5), (40, 28, 28), 2),
        ((3, 3), (80, 14, 14), 3),
        ((5, 5), (112, 14, 14), 3),
        ((5, 5), (192, 7, 7), 4),
        ((3, 3), (320, 7, 7), 1),
    ]
    assert (shapes[0], shapes[-1]) == ((32, 112, 112), (1280, 7, 7))


def test_inception_v1_begins_as_the_papers_figure_does():
    """Szegedy et al., arXiv:1409.4842, figure 3, from the bottom; section 5: a relu after each convolution."""
    kinds = [type(layer).__name__ for layer in without_numbers("inception_v1").children()][:10]
    convolved = "Conv2d", "ReLU"
    first = *convolved, "MaxPool2d", "LocalResponseNorm"
    assert kinds == [*first, *convolved, *convolved, "LocalResponseNorm", "MaxPool2d"]


@pytest.mark.parametrize(
    ("name", "nonlinearity", "linear"),
    [
        ("mobilenet_v1", nn.ReLU, 0),
        ("mobilenet_v2", nn.ReLU6, 17),
        ("efficientnet_lite0", nn.ReLU6, 16),
    ],
)
def test_in_mobilenets_a_nonlinearity_follows_every_convolution_but_a_linear_bottleneck(
    name, nonlinearity, linear
):
    """Howard et al., arXiv:1704.04861, figure 3; Sandler et al., arXiv:1801.04381, tables 1 and 2.

    Tan and Le, arXiv:1905.11946, table 1, has 16 blocks of the kind of the latter's.
    """
    modules = list(without_numbers(name).modules())
    convolutions = sum(isinstance(m, nn.Conv2d) for m in modules)
    found = [type(m) for m in modules if isinstance(m, nn.ReLU | nn.ReLU6)]
    assert found == (convolutions - linear) * [nonlinearity]


@every_small_network
def test_every_parameter_learns(name):
    model = drawn(without_numbers(name, num_classes=7), images((64, 64)))
    with torch.random.fork_rng():
        torch.manual_seed(0)  # of the dropout
        y = model.train()(images((64, 64)))
    nn.functional.cross_entropy(y, torch.tensor([0, 6])).backward()
    for key, value in model.named_parameters():
        assert value.grad is not None, key
        assert value.grad.isfinite().all(), key
        assert value.grad.any(), key


@every_small_network
def test_evaluation_treats_each_image_alone_and_the_same_every_time(name):
    batch = images((96, 96))
    model = drawn(without_numbers(name, num_classes=7), batch)
    state = copy.deepcopy(model.state_dict())
    with torch.no_grad():
        together = model(batch)
        assert torch.equal(together, model(batch))
        alone = torch.cat([model(x[None]) for x in batch])
    torch.testing.assert_close(together, alone, rtol=1e-3, atol=1e-3)
    assert torch.equal(batch, images((96, 96)))
    assert not any(module.training for module in model.modules())
    assert all(torch.equal(state[key], value) for key, value in model.state_dict().items())


@every_device
@every_small_network
def test_every_device_computes_the_same(device, name, monkeypatch):
    # cuDNN rounds float32 to TF32's ten bits otherwise.
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)
    batch = images((96, 96))
    model = drawn(without_numbers(name, num_classes=7), batch)
    with torch.no_grad():
        exact = copy.deepcopy(model).double()(batch.double())
        y = model.to(device)(batch.to(device))
    assert y.device.type == device
    assert (y.cpu() - exact).abs().max() < 1e-3 * exact.std()
