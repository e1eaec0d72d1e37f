"""What chapter 5 counts agrees with the networks, and with PyTorch's own counter."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from onebyone import architectures
from onebyone.architectures import densenet
from onebyone.book import networks, variants


def test_every_network_has_its_year():
    assert set(networks.PUBLISHED) == set(architectures.__all__)
    years = list(networks.PUBLISHED.values())
    assert years == sorted(years)


@pytest.mark.parametrize("name", ["mobilenet_v1", "convnext_tiny", "efficientnet_b0", "unet"])
def test_the_layers_that_work_on_single_pixels_are_counted(name):
    found = networks.count_network(name)
    with torch.device("meta"):
        network = getattr(architectures, name)().eval()
    ones = {
        path
        for path, m in network.named_modules()
        if (isinstance(m, nn.Conv2d) and m.kernel_size == (1, 1))
        or (isinstance(m, nn.Linear) and "classifier" not in path)
    }
    held = sum(p.numel() for path in ones for p in network.get_submodule(path).parameters())
    assert found.layers == len(ones)
    assert found.of_parameters == pytest.approx(held / found.parameters)
    with FlopCounterMode(display=False, depth=9) as counter:
        network(torch.empty(1, 3, 224, 224, device="meta"))
    counts = counter.get_flop_counts()
    root = type(network).__name__
    flops = sum(sum(counts[f"{root}.{path}"].values()) for path in ones)
    assert found.macs == counter.get_total_flops() / 2
    assert found.of_macs == pytest.approx(flops / counter.get_total_flops())


def test_densenet_as_it_is_is_densenet():
    found = networks.count_network("densenet121")
    assert variants.count_densenet() == (found.parameters, found.macs)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: networks.count_network("vgg16"), "name: expected one of nin_cifar10,"),
        (lambda: variants.count_densenet(theta=0), "theta: expected a number above 0, got 0"),
        (lambda: variants.count_densenet(theta=1.5), "theta: expected a share of at most 1"),
    ],
)
def test_what_cannot_be_counted_is_refused(call, error):
    with pytest.raises(ValueError, match=error):
        call()


def without_bottleneck(channels):
    return nn.Sequential(
        nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, 32, 3, padding=1, bias=False)
    )


class Appending(nn.Sequential):
    def forward(self, x):
        return torch.cat([x, super().forward(x)], 1)


@pytest.mark.parametrize("bottleneck", [True, False])
@pytest.mark.parametrize("theta", [0.5, 1, None])
def test_densenet_without_a_part_is_counted_as_its_modules(bottleneck, theta):
    layers, channels = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)], 64
    layers.append(nn.MaxPool2d(3, 2, 1))
    for number, count in enumerate(densenet.LAYERS):
        if number:
            part = densenet.transition(channels)
            if theta == 1:
                part.conv = nn.Conv2d(channels, channels, 1, bias=False)
            if theta is None:
                part = part.pool
            else:
                channels = part.conv.out_channels
            layers.append(part)
        for _ in range(count):
            layers.append(
                densenet.DenseLayer(channels)
                if bottleneck
                else Appending(*without_bottleneck(channels))
            )
            channels += 32
    layers += [nn.BatchNorm2d(channels), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    network = nn.Sequential(*layers, nn.Linear(channels, 1000)).to("meta")
    with FlopCounterMode(display=False) as counter:
        network(torch.empty(1, 3, 224, 224, device="meta"))
    found = variants.count_densenet(bottleneck=bottleneck, theta=theta)
    assert found.parameters == sum(p.numel() for p in network.parameters())
    assert found.macs == counter.get_total_flops() / 2
