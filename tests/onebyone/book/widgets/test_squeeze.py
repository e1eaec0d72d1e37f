"""What the squeeze shows and says is what least squares gives, and what it hands to its script makes up the maps."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from lxml import html
from PIL import Image

from onebyone import trained
from onebyone.book.filters import filter_bank
from onebyone.book.photographs import FIT, centre, crops
from onebyone.book.squeezing import (
    BEST,
    RANDOM,
    SOME,
    WAYS,
    maps_of_a_trained_block,
    maps_of_equal_weight,
    project,
    spread,
)
from onebyone.book.widgets.squeeze import (
    CONTRAST,
    HEAD,
    LAYER_WIDTHS,
    WIDTHS,
    describe,
    squeeze,
    squeeze_layer,
)

SHOWN = 4
DOCS = Path(__file__).parents[4] / "docs"


@pytest.fixture(scope="module")
def maps():
    return maps_of_equal_weight()


@pytest.fixture(scope="module")
def box():
    return html.fragment_fromstring(squeeze()._repr_html_())


def pixels(address):
    png = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(png)), float)


def by_least_squares(maps, weight):
    """Return the maps that NumPy's own solver restores, and how much of the variance that is."""
    x = maps.reshape(64, -1).T
    fewer = np.column_stack([x @ weight.T, np.ones(len(x))])
    solution, *_ = np.linalg.lstsq(fewer, x, rcond=1e-9)
    made = fewer @ solution
    return made.T.reshape(maps.shape), 1 - (x - made).var(axis=0).mean()


def in_step(figure, path, step):
    (part,) = figure.xpath(f".//{path}[@data-step='{step}']")
    return part


@pytest.mark.parametrize("way", WAYS)
def test_shares_and_pictures_are_those_of_least_squares_over_all_pixels(box, maps, way):
    figure = box.xpath(".//figure")[WAYS.index(way)]
    for step, width in list(enumerate(WIDTHS))[2:6:3]:
        made, share = by_least_squares(maps, project(maps, width, way))
        text = in_step(figure, "span", step).text_content()
        assert text.endswith(f": {share:.1%} of all")
        assert float(in_step(figure, "rect", step).get("width")) == pytest.approx(
            100 * share, abs=0.051
        )
        name, said = json.loads(box.get("data-said"))[step]
        assert name == f"{width} maps"
        assert f"{share:.1%}" == re.findall(r"[\d.]+%", said)[WAYS.index(way)]
        shown = pixels(in_step(figure, "img", step).get("src"))
        expected = 127.5 + CONTRAST * (made[SHOWN] - maps[SHOWN].mean())[HEAD]
        assert abs(shown - np.clip(expected, 0, 255)).max() < 0.51


def test_one_step_is_shown_and_all_of_its_parts_with_it(box):
    step = int(box.xpath(".//input/@value")[0])
    assert box.xpath("string(.//*[@role='status'])") == json.loads(box.get("data-said"))[step][1]
    for part in box.xpath(".//*[@data-step]"):
        assert (part.get("hidden") is None) == (part.get("data-step") == str(step))
    assert all(part.get("hidden") is not None for part in box.xpath(".//*[@data-own]"))
    pressed = [
        n
        for n, button in enumerate(box.xpath(".//figure//button"))
        if button.get("aria-pressed") == "true"
    ]
    assert pressed == spread(64, WIDTHS[step])
    assert [b.get("disabled") for b in box.xpath(".//*[@data-by]")] == [None, None]


@pytest.mark.parametrize("way", WAYS)
def test_a_frame_lies_about_each_map_that_is_kept_and_a_cover_over_each_other(box, way):
    figure = box.xpath(".//figure")[WAYS.index(way)]
    for step, width in enumerate(WIDTHS):
        covers, lit = (
            [8 * int(y) + int(x) for x, y in re.findall(r"M(\d) (\d)h1v1h-1z", path.get("d"))]
            for path in in_step(figure, "g", step)
        )
        assert lit == (spread(64, width) if way == SOME else list(range(width)))
        assert sorted(covers + lit) == list(range(64))


def test_the_small_maps_are_the_maps_that_a_way_keeps(box, maps):
    for way, figure in zip(WAYS, box.xpath(".//figure"), strict=True):
        sheet = pixels(figure.xpath(".//*[@class='kept']/img/@src")[0])
        kept = np.einsum("oc,chw->ohw", project(maps, 64, way), maps)
        for n in (0, 5, 25, 40):
            row, column = 32 * (n // 8), 32 * (n % 8)
            small = sheet[row : row + 32, column : column + 32]
            if way == BEST and n >= 26:  # there are no more
                assert np.ptp(small) == 0
                continue
            one = (kept[n] - kept[n].mean()) / kept[n].std()
            one = one[HEAD].reshape(32, 2, 32, 2).mean(axis=(1, 3))
            expected = np.clip(127.5 + CONTRAST * one, 0, 255)
            # An axis has no sign.
            assert min(abs(small - expected).max(), abs(small - (255 - expected)).max()) < 1.5


def test_what_the_script_gets_makes_up_every_map_and_the_shares_of_the_best(box, maps):
    (figure,) = box.xpath(".//figure[@data-given]")
    given = json.loads(figure.get("data-given"))
    assert (given["rank"], given["shown"], given["widths"]) == (26, SHOWN, list(WIDTHS))
    sums = (
        np.frombuffer(base64.b64decode(figure.get("data-maps")), "<f4")
        .reshape(64, 26)
        .astype(float)
    )
    x = maps.reshape(64, -1)
    assert abs(sums @ sums.T - np.corrcoef(x)).max() < 1e-5
    values = np.linalg.eigvalsh(np.corrcoef(x))[::-1]
    assert np.allclose(given["best"], np.cumsum([0, *values]) / 64, atol=1e-6)
    three = [np.moveaxis(pixels(address), -1, 0) for address in figure.get("data-pictures").split()]
    principal = np.concatenate(three) - 127.5
    assert len(principal) == len(given["scales"]) == 18
    for n in range(64):
        grey = 127.5 + np.tensordot(sums[n, :18] * given["scales"], principal, 1)
        expected = 127.5 + CONTRAST * (maps[n] - maps[n].mean())[HEAD]
        assert np.sqrt(np.square(grey - expected).mean()) < 4
        if n == SHOWN:
            assert abs(grey - expected).max() < 4


def test_each_button_says_what_its_filter_looks_for(box):
    labels = box.xpath(".//figure//button/@aria-label")
    y, x = np.mgrid[-5:6, -5:6]
    for n, (label, weight) in enumerate(zip(labels, filter_bank(), strict=True)):
        assert label == f"map {n}: {describe(n)}"
        turn = re.search(r"turned by ([\d.]+)°", label)
        gray = weight.sum(axis=0)
        if "edges" in label:
            pattern = weight[2] if "yellow" in label else weight[0] if "green" in label else gray
            across = np.degrees(np.arctan2((pattern * y).sum(), (pattern * x).sum()))
            assert across == pytest.approx(float(turn[1]), abs=0.1)
        elif "lines" in label:
            moments = [(gray * a * b).sum() for a, b in ((x, x), (x, y), (y, y))]
            axis = np.linalg.eigh([moments[:2], moments[1:]])[1][:, 0]
            away = np.arctan2(axis[1], axis[0]) - np.radians(float(turn[1]))
            assert abs(np.cos(away)) > 0.999  # the filters of 11×11 cut the broad ones off
        else:
            assert turn is None
            colours = weight.sum(axis=(1, 2))
            name = re.search("blur of (.+),", label)[1]
            assert ["brightness", "red", "green", "blue"].index(name) == (
                0 if np.ptp(colours) < 1e-6 else 1 + colours.argmax()
            )
    assert len(set(labels)) == 64
    assert [b.get("tabindex") for b in box.xpath(".//figure//button")] == ["0"] + ["-1"] * 63


def test_a_trained_layer_is_judged_by_other_maps_than_it_was_fitted_to():
    rng = np.random.default_rng(seed=0)
    mix = rng.standard_normal((96, 96)) / np.arange(1, 97)
    fit, judged = (
        np.einsum("oc,nchw->nohw", mix, rng.standard_normal((n, 96, 16, 16))) for n in (2, 1)
    )
    fit[:, 7] = 0  # a dead channel
    own = rng.standard_normal((24, 96))
    box = html.fragment_fromstring(squeeze_layer(fit, judged, own, number=3)._repr_html_())
    said = json.loads(box.get("data-said"))
    deviation = fit.std(axis=(0, 2, 3))[:, None]
    deviation[7] = 1
    x, y = (np.moveaxis(m, 1, 0).reshape(96, -1) / deviation for m in (fit, judged))

    def share(weight):
        fewer, more = (np.vstack([weight @ m, np.ones(m.shape[1])]) for m in (x, y))
        solution, *_ = np.linalg.lstsq(fewer.T, x.T, rcond=1e-9)
        return 1 - np.square(y - solution.T @ more).sum() / y.var(axis=1).sum() / y.shape[1]

    _, axes = np.linalg.eigh(np.cov(x))
    random = np.random.default_rng(0).standard_normal((96, 96))
    for (name, text), width in zip(said, LAYER_WIDTHS, strict=True):
        assert name == f"{width} maps"
        weights = {
            BEST: axes[:, ::-1].T[:width],
            RANDOM: random[:width],
            SOME: np.eye(96)[:: 96 // width],
        }
        expected = [f"{share(weights[way]):.1%}" for way in WAYS]
        if width == 24:
            expected.append(f"{share(own * deviation[:, 0]):.1%}")
        assert re.findall(r"-?[\d.]+%", text) == expected
    assert "The layer's own projection to 24" in box.xpath("string(.//*[@role='status'])")
    assert not box.xpath(".//figure//button")


def test_the_trained_maps_are_what_the_layers_before_it_make():
    model = trained.load()
    block = model.features[3].conv
    fit, judged, own = maps_of_a_trained_block()
    with torch.no_grad():
        for maps, images in (fit, crops(FIT, each=1)), (judged, centre("chelsea")):
            assert np.array_equal(maps, block[:4](model.features[:3](images)).double().numpy())
    assert np.array_equal(own, block[4][0].weight[:, :, 0, 0].detach().double().numpy())


def percentages(text):
    return re.findall(r"[\d.]+(?= ?%)", text)


def test_the_chapters_describe_what_is_shown_and_the_trained_layer_is_no_pca(box, maps):
    drawn = squeeze_layer(*maps_of_a_trained_block(), number=43)
    layer = html.fragment_fromstring(drawn._repr_html_())
    for widget, chapter in (box, "downsampling"), (layer, "trained"):
        cells = (DOCS / f"{chapter}.py").read_text("utf-8").split("# %%")
        (alt,) = (cell.splitlines()[0] for cell in cells if "widgets.squeeze import" in cell)
        said = widget.xpath("string(.//*[@role='status'])")
        assert percentages(alt) == percentages(said)[:3]
    best, random, some, of_its_own = map(float, percentages(said))
    assert max(random, some) < of_its_own < best
    # Every eighth map has vertical edges alone, and seven tenths of all come back, but next to nothing of the others.
    made, share = by_least_squares(maps, np.eye(64)[::8])
    assert round(share, 1) == 0.7
    left = (maps - made).var(axis=(1, 2))  # of 1
    assert left[0] < 1e-9
    assert left[SHOWN] > 0.9
