"""The solutions of the page on DenseNet hold against its modules."""

from torch import nn

from onebyone.architectures.densenet import DenseLayer, dense_block
from onebyone.book.solutions import densenet as solutions


def weights(module):
    return sum(m.weight.numel() for m in module.modules() if isinstance(m, nn.Conv2d))


def test_a_bottleneck_has_fewer_weights_than_a_3x3_from_there_on():
    first = solutions.bottleneck_pays_from(12)
    for channels in range(first - 3, first + 3):
        direct = weights(nn.Conv2d(channels, 12, 3))
        assert (weights(DenseLayer(channels, 12)) < direct) == (channels >= first)


def test_a_block_reads_what_its_layers_read():
    layers = dense_block(256, layers=24, growth=32)
    read = sum(layer.conv1.in_channels for layer in layers)
    assert solutions.channels_read(256, layers=24, growth=32) == read
