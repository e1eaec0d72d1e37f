"""What readers type into the search box, and the page that comes first."""

import pytest
from playwright.sync_api import expect

from . import built
from .visits import visiting

pytestmark = pytest.mark.browser

FIRST = {
    "bottleneck": "architectures/resnet/",  # the block that has the name; chapter 4 asks when one pays
    "pointwise": "architectures/mobilenet/",  # where the word is needed, beside depthwise
    "projection shortcut": "architectures/resnet/",
    "squeeze": "architectures/squeezenet/",
    "parameters": "feature-maps/",  # the formula, and the function that counts them
    "GPU": "reference/api-pytorch/",
    "grayscale": "names/",
    "fully connected": "names/",
    "stride 2": "architectures/resnet/",
    "Keras weights": "names/",
    "batch norm": "algebra/",
    "conv1x1": "reference/api/",
    "best_device": "reference/api-pytorch/",
}


@pytest.mark.parametrize("typed", FIRST)
def test_the_search_has_the_right_page_first(contexts, origin, typed):
    with visiting(contexts(), origin, built.base()) as visit:
        visit.page.locator(".md-search__input").click()
        # All at once, so that no letter has results of its own; the search waits for a key.
        visit.page.keyboard.insert_text(typed)
        visit.page.keyboard.press("End")
        first = visit.page.locator(".md-search-result__link").first
        expect(first).to_be_attached()
        assert first.evaluate("link => link.pathname") == (built.base() + FIRST[typed])
    assert not visit.failures
