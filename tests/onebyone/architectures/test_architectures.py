"""Every network classifies images of any size on every device, and all of it learns."""

import copy

import pytest
import torch
from torch import nn

from onebyone import architectures
from onebyone.summary import output_shapes

from ..devices import every_device
from .networks import SIZES, drawn, images, without_numbers

every_network = pytest.mark.parametrize("name", architectures.__all__)
every_small_network = pytest.mark.parametrize(
    "name", ["nin_cifar10", "squeezenet1_1", "mobilenet_v2"]
)


@every_network
def test_a_batch_of_images_becomes_a_row_of_numbers_each(name):
    size = SIZES[name]
    y = without_numbers(name)(torch.empty(2, 3, size, size, device="meta"))
    assert y.shape == (2, 10 if name == "nin_cifar10" else 1000)


@every_network
@pytest.mark.parametrize(("size", "num_classes"), [((48, 48), 1), ((97, 130), 7)])
def test_images_of_another_size_are_put_into_as_many_classes_as_asked(name, size, num_classes):
    model = without_numbers(name, num_classes=num_classes)
    y = model(torch.empty(2, 3, *size, device="meta"))
    assert y.shape == (2, num_classes)


@every_network
@pytest.mark.parametrize(
    ("num_classes", "error", "message"),
    [
        (0, ValueError, "expected an integer of at least 1, got 0"),
        (1.0, TypeError, "expected an integer, got 1.0"),
        (True, TypeError, "expected an integer, got True"),
    ],
)
def test_a_bad_num_classes_is_named(name, num_classes, error, message):
    with pytest.raises(error) as caught:
        without_numbers(name, num_classes=num_classes)
    assert str(caught.value) == f"num_classes: {message}"


@pytest.mark.parametrize("name", ["inception_v1", "googlenet"])
def test_inception_modules_put_out_what_the_papers_table_says(name):
    """Szegedy et al., arXiv:1409.4842, table 1, output size."""
    x = torch.empty(1, 3, 224, 224, device="meta")
    found = output_shapes(without_numbers(name).eval(), x)
    prefix = "inception"
    assert {
        part.removeprefix(prefix): shape[1:] for part, shape in found if part.startswith(prefix)
    } == {
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


def test_inception_v1_begins_as_the_papers_figure_does():
    """Szegedy et al., arXiv:1409.4842, figure 3, from the bottom; section 5 puts a relu behind each convolution."""
    kinds = [
        type(layer).__name__ for layer in list(without_numbers("inception_v1").children())[:10]
    ]
    assert kinds == [
        *("Conv2d", "ReLU", "MaxPool2d", "LocalResponseNorm"),
        *("Conv2d", "ReLU", "Conv2d", "ReLU", "LocalResponseNorm"),
        "MaxPool2d",
    ]


@pytest.mark.parametrize(
    ("name", "nonlinearity", "linear"),
    [("mobilenet_v1", nn.ReLU, 0), ("mobilenet_v2", nn.ReLU6, 17)],
)
def test_in_mobilenets_all_convolutions_but_those_that_decrease_are_nonlinear(
    name, nonlinearity, linear
):
    """Howard et al., arXiv:1704.04861, figure 3; Sandler et al., arXiv:1801.04381, tables 1 and 2."""
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
    with torch.no_grad():
        together = model(batch)
        assert torch.equal(together, model(batch))
        alone = torch.cat([model(x[None]) for x in batch])
    torch.testing.assert_close(together, alone, rtol=1e-3, atol=1e-3)


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
