"""The numbers of the article stand on their pages, and calling the functions gives them too."""

import numpy as np
import pytest
from torch import nn

from onebyone import conv2d
from onebyone.cost import break_even_width, macs, parameters
from onebyone.images import photograph
from onebyone.summary import summary

from . import built

pytestmark = pytest.mark.site


def article_model(out_channels):
    return nn.Sequential(
        nn.Conv2d(3, 512, 3, padding="same"),
        nn.ReLU(),
        nn.Conv2d(512, out_channels, 1),
        nn.ReLU(),
    )


def bytes_of_the_first_layer():
    weight = np.zeros((512, 3, 3, 3), np.float32)
    return conv2d(photograph(), weight, padding="same").nbytes


def resnet_bottleneck():
    layers = [(256, 64, 1), (64, 64, 3), (64, 256, 1)]
    return sum(parameters(*layer, bias=False) for layer in layers)


def inception_5x5_with_reduction():
    return macs(192, 16, 1, 28, 28) + macs(16, 32, 5, 28, 28)


NUMBERS = [
    ("feature-maps", "14,336", lambda: parameters(3, 512, 3)),
    ("feature-maps", "134,217,728", bytes_of_the_first_layer),
    ("feature-maps", "120,422,400", lambda: macs(192, 32, 5, 28, 28)),
    ("feature-maps", "12,443,648", inception_5x5_with_reduction),
    ("projections", "262,656", lambda: parameters(512, 512, 1)),
    ("projections", "32,832", lambda: parameters(512, 64, 1)),
    ("projections", "525,312", lambda: parameters(512, 1024, 1)),
    ("projections", "276,992", lambda: summary(article_model(512), (3, 256, 256)).parameters),
    ("projections", "47,168", lambda: summary(article_model(64), (3, 256, 256)).parameters),
    ("projections", "539,648", lambda: summary(article_model(1024), (3, 256, 256)).parameters),
    ("projections", "break-even 154, published 16", lambda: break_even_width(192, 32, 5)),
    ("projections", "69,632", resnet_bottleneck),
    ("projections", "589,824", lambda: parameters(256, 256, 3, bias=False)),
    ("channels", "4,864", lambda: parameters(3, 64, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("page", "printed", "computed"), NUMBERS)
def test_the_number_is_on_its_page_and_comes_from_the_function(page, printed, computed):
    text = built.tree(f"{page}/index.html").text_content()
    assert printed in text
    number = computed()
    assert f"{number:,}" in printed


def test_the_millions_of_the_prose_are_those_of_the_functions():
    text = built.tree("feature-maps/index.html").text_content()
    direct, reduced = macs(192, 32, 5, 28, 28), inception_5x5_with_reduction()
    assert f"{direct / 1e6:.1f} million became {reduced / 1e6:.1f} million" in text
