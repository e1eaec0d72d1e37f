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
    "squeeze and excitation": "architectures/efficientnet/",
    "channel shuffle": "architectures/resnext-shufflenet/",
    "U-Net": "architectures/segmentation/",
    "class activation map": "architectures/segmentation/",
    "feature pyramid": "architectures/segmentation/",
    "logits": "architectures/segmentation/",
    "layer scale": "architectures/convnext/",
    "growth rate": "architectures/densenet/",
    "ResNeXt": "architectures/resnext-shufflenet/",
    "compound scaling": "architectures/efficientnet/",
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


def test_the_search_has_the_right_page_first(contexts, origin):
    wrong = {}
    with visiting(contexts(), origin, built.base()) as visit:
        visit.page.locator(".md-search__input").click()
        results = visit.page.locator(".md-search-result__link")
        none = visit.page.get_by_text("No matching documents")
        for typed in FIRST:
            # All at once, so that no letter has results of its own; the search waits for a key.
            visit.page.keyboard.insert_text(typed)
            visit.page.keyboard.press("End")
            expect(results.first.or_(none)).to_be_attached()
            paths = results.evaluate_all("links => links.map(link => link.pathname)")
            if paths[:1] != [built.base() + FIRST[typed]]:
                wrong[typed] = paths[:1]
            visit.page.keyboard.press("Control+A")
            visit.page.keyboard.press("Delete")
            expect(results).to_have_count(0)
    assert not visit.failures
    assert not wrong


def test_the_search_marks_the_word_on_the_page_that_it_finds(contexts, origin):
    with visiting(contexts(), origin, built.base()) as visit:
        visit.page.locator(".md-search__input").click()
        visit.page.keyboard.type("sepia")
        found = visit.page.locator(".md-search-result__link[href*='h=sepia']").first
        expect(found).to_be_visible()
        found.click()
        expect(visit.page.locator("article mark").first).to_be_visible()
    assert not visit.failures
