"""The experiments of chapters 12 and 13, shortened: what they report is counted again by other means."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from onebyone import digits, quantization, trained, training
from onebyone.architectures.conv_norm import GlobalAveragePool
from onebyone.book import digits_shrunk, photographs, shrinking
from onebyone.shrink.network import Trial
from onebyone.summary import summary

FIT, JUDGE = ("astronaut", "coffee"), ("chelsea", "rocket")
FULL = {"sure", "all", "number of sure", "by picture"}


@pytest.fixture(autouse=True)
def two_pictures(monkeypatch):
    monkeypatch.setattr(photographs, "FIT", FIT)
    monkeypatch.setattr(photographs, "JUDGE", JUDGE)


@pytest.fixture(scope="module")
def model():
    """The first three blocks of the trained network, on smaller pictures, with a classifier of random weights."""
    blocks = trained.load().features[:5]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        classifier = nn.Linear(24, 30)
    nn.init.constant_(classifier.bias, 0)
    return nn.Sequential(nn.AvgPool2d(4), *blocks, GlobalAveragePool(), classifier).eval()


@pytest.fixture
def images():
    return photographs.crops(FIT, 1)


@pytest.fixture
def others():
    return photographs.crops(JUDGE, 1)


@pytest.fixture(scope="module")
def shrunk(model):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(photographs, "FIT", FIT)
        patch.setattr(photographs, "JUDGE", JUDGE)
        return shrinking.shrink_to(model, [1, 0.8], each=1)


def answers(model, images):
    with torch.no_grad():
        return model(images).softmax(dim=1).max(dim=1)


def pointwise(model):
    return {
        path: layer
        for path, layer in model.named_modules()
        if isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1)
    }


def assert_kept_fits(kept, names):
    """Assert that shares are shares, and that those of the pictures are together that of all."""
    assert kept.keys() == FULL
    assert list(kept["by picture"]) == list(names)
    shares = [kept["all"], *kept["by picture"].values()]
    assert all(0 <= share <= 1 for share in shares)
    assert kept["all"] == pytest.approx(np.mean(list(kept["by picture"].values())))
    assert (kept["sure"] is None) == (kept["number of sure"] == 0)
    assert kept["sure"] is None or 0 <= kept["sure"] <= 1


class Scripted(nn.Module):
    """A network that answers what it is told, surely or not, whatever it sees."""

    def __init__(self, classes, sure):
        super().__init__()
        self.scores = torch.zeros(len(classes), 5)
        self.scores[range(len(classes)), classes] = torch.where(torch.tensor(sure), 9.0, 0.1)

    def forward(self, x):
        return self.scores[: len(x)]


def test_a_judge_counts_the_answers_that_stay():
    before = Scripted([0, 1, 2, 3, 4, 0], [True, False, True, True, False, False])
    after = Scripted([0, 1, 2, 4, 0, 0], [False, True, True, True, True, True])
    judge = shrinking.Judge(before, torch.zeros(6, 3, 2, 2), ("a", "b"))
    assert judge.count_kept(after) == {
        "all": pytest.approx(4 / 6),
        "sure": pytest.approx(2 / 3),
        "number of sure": 3,
        "by picture": {"a": 1.0, "b": pytest.approx(1 / 3)},
    }


def test_a_judge_of_a_network_that_is_never_sure_has_no_share_of_sure_answers():
    judge = shrinking.Judge(Scripted([0, 1], [False, False]), torch.zeros(2, 3, 2, 2), ("a",))
    kept = judge.count_kept(Scripted([0, 2], [True, True]))
    assert (kept["sure"], kept["number of sure"], kept["all"]) == (None, 0, 0.5)


def test_layers_are_described_by_their_matrices(model, images):
    found = shrinking.describe_layers(model, images)
    layers = pointwise(model)
    assert [row["path"] for row in found] == list(layers)
    for row in found:
        layer = layers[row["path"]]
        matrix = layer.weight.detach()[:, :, 0, 0].double().numpy()
        assert (row["in_channels"], row["out_channels"]) == matrix.shape[::-1]
        assert row["rank"] <= min(matrix.shape)
        held = np.sort(np.linalg.eigvalsh(matrix @ matrix.T))[::-1].cumsum()
        assert row["weights"] == 1 + int((held < 0.9 * held[-1]).sum())
        assert 1 <= row["output"] <= row["out_channels"]
        assert 1 <= row["input"] <= row["in_channels"]
        assert 1 <= row["random"] <= min(matrix.shape)
        assert row["chance"] == min(matrix.shape) / row["in_channels"]
        assert 0 <= row["shared"] <= 1 + 1e-9
        if row["out_channels"] >= row["in_channels"]:
            assert row["shared"] == pytest.approx(1)  # it reads every direction


@pytest.mark.parametrize("reads", ["most", "least"])
def test_a_layer_that_reads_one_direction_shares_all_or_nothing_with_its_input(reads):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(20, 3, 8, 8, generator=generator) * torch.tensor([1.0, 5.0, 2.0])[:, None, None]
    channel = {"most": 1, "least": 0}[reads]
    conv = nn.Conv2d(3, 1, 1)
    with torch.no_grad():
        conv.weight.zero_()
        conv.weight[0, channel] = 7
    (row,) = shrinking.describe_layers(nn.Sequential(conv), x)
    assert row["shared"] == pytest.approx(float(reads == "most"), abs=1e-3)
    assert row["chance"] == 1 / 3


def test_dead_channels_are_those_that_are_zero_at_every_pixel(model, images, others):
    silent = {"here": [], "there": []}
    for name, x in ("here", images), ("there", others):
        with torch.no_grad():
            for layer in model.modules():
                if isinstance(layer, nn.ReLU6):
                    layer.register_forward_hook(
                        lambda _, _inputs, y, name=name: silent[name].append(y == 0)
                    )
            model(x)
        for layer in model.modules():
            layer._forward_hooks.clear()
    dead = {
        name: torch.cat([each.all(dim=0).flatten(1).all(dim=1) for each in maps])
        for name, maps in silent.items()
    }
    shares = [each.double().mean(dim=(0, 2, 3)) for each in silent["here"]]
    found = shrinking.count_dead(model, images, others)
    assert found["channels"] == len(dead["here"])
    assert found["zeros"] == pytest.approx(torch.cat(shares).mean().item())
    assert found["dead"] == dead["here"].sum()
    assert found["dead elsewhere"] == dead["there"].sum()
    assert found["dead on both"] == (dead["here"] & dead["there"]).sum()


def test_rounding_reports_the_answers_kept_and_the_noise_of_each_way(model):
    found = shrinking.round_weights(model, each=1)
    assert [(row["norms"], row["scales"]) for row in found] == [
        *itertools.product(("apart", "folded"), ("one", "one for each filter"))
    ]
    for row in found:
        assert_kept_fits(row["kept"], FIT + JUDGE)
        assert 0 < row["lowest dB"] <= row["median dB"] < 60
    for one, of_each in (found[:2], found[2:]):
        assert of_each["median dB"] > one["median dB"]
    ratios = []
    for layer in pointwise(model).values():
        weight = layer.weight.detach().double().numpy()
        step = np.abs(weight).max() / 127
        noise = np.round(weight / step) * step - weight
        ratios.append(10 * np.log10((weight**2).sum() / (noise**2).sum()))
    assert found[0]["lowest dB"] == pytest.approx(min(ratios), abs=1e-3)
    assert found[0]["median dB"] == pytest.approx(np.median(ratios), abs=1e-3)


@pytest.mark.parametrize("axis", [None, 0])
def test_rounding_changes_pointwise_weights_alone_in_a_copy(model, axis):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    rounded, ratios = shrinking.round_pointwise(model, axis)
    changed = {
        name for name, value in rounded.state_dict().items() if (value != before[name]).any()
    }
    assert changed == {f"{path}.weight" for path in pointwise(model)}
    assert len(ratios) == len(pointwise(model))
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    for path, layer in pointwise(rounded).items():
        integers, scale = quantization.quantize(before[f"{path}.weight"].numpy(), axis)
        assert torch.equal(layer.weight, torch.from_numpy(integers * scale))


@pytest.mark.parametrize("by", shrinking.WAYS)
def test_a_cut_keeps_a_share_of_the_weights_of_each_pointwise_layer_that_can_be_cut(
    model, images, by
):
    trial = Trial(model, images)
    small = shrinking.cut_all(trial, 0.6, by)
    cut = [place.path for place in trial.places if place.conv.kernel_size == (1, 1)]
    assert set(cut) <= set(pointwise(model))
    assert cut
    for path, layer in pointwise(model).items():
        new = small.get_submodule(path)
        held = sum(part.weight.numel() for part in new) if path in cut else new.weight.numel()
        assert held <= (0.6 if path in cut else 1) * layer.weight.numel()
    x = photographs.crops(JUDGE, 1)
    assert not torch.allclose(answers(small, x).values, answers(model, x).values)


def test_cuts_by_the_outputs_change_these_less_than_cuts_by_the_weights(model, images):
    trial = Trial(model, images)
    with torch.no_grad():
        expected = model(images)
        errors = {
            by: (shrinking.cut_all(trial, 0.6, by)(images) - expected).square().sum().item()
            for by in shrinking.WAYS
        }
    assert errors["outputs"] < errors["weights"]
    assert errors["outputs, fitted"] < errors["weights"]


def test_judges_are_compared_in_each_way_at_each_share(model):
    found = shrinking.compare_judges(model, [0.9, 0.6], each=1)
    setups = (
        "ten pictures, judged on the same",
        "ten pictures, judged on crops of ten others",
        "crops of ten, judged on the same",
        "crops of ten, judged on crops of ten others",
    )
    rows = [(row["setup"], row["by"], row["share"]) for row in found]
    assert len(rows) == len(set(rows))
    assert set(rows) == set(itertools.product(setups, shrinking.WAYS, (0.9, 0.6)))
    for row in found:
        assert_kept_fits(row["kept"], JUDGE if row["setup"].endswith("others") else FIT)


def test_more_pictures_are_those_before_and_more(model):
    found = shrinking.compare_numbers(model, [1, 2], share=0.9, each=1)
    assert [row["pictures"] for row in found] == [1, 2]
    for row in found:
        assert_kept_fits(row["kept"], JUDGE)


def test_a_network_is_shrunk_within_its_budget_and_at_share_1_it_stays(model, shrunk):
    found = shrunk
    macs = summary(model, (3, 224, 224)).macs
    assert found["macs"] == macs
    whole, small = found["shrunk"]
    assert (whole["share"], whole["macs"]) == (1, macs)
    assert set(whole["ranks"].values()) == {()}
    assert whole["error"] < 1e-9
    for kept in whole["kept"], whole["kept elsewhere"]:
        assert kept["all"] == 1
    assert small["macs"] <= 0.8 * macs
    assert any(small["ranks"].values())
    assert small["error"] > whole["error"]
    for row in found["shrunk"]:
        assert_kept_fits(row["kept"], FIT)
        assert_kept_fits(row["kept elsewhere"], JUDGE)


def test_what_one_cut_alone_costs_is_less_than_the_layer(model, shrunk):
    found = shrunk["one layer alone"]
    macs = {row.path: row.macs for row in summary(model, (3, 224, 224)).layers}
    assert found
    for layer in found:
        assert layer["macs"] == macs[layer["layer"]]
        assert layer["cuts"]
        for cut in layer["cuts"]:
            assert 0 < cut["macs"] < layer["macs"]
            assert cut["error"] >= 0
            assert cut["ranks"]


@pytest.fixture(scope="module")
def few():
    return digits.load(per_class=20)


NARROW = (8, 8, 8, 8)


def test_a_network_is_initialised_by_its_seed_alone():
    first, again, other = (digits_shrunk.initialise("plain", NARROW, seed) for seed in (0, 0, 1))
    for one, two in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, two)
    assert not torch.equal(first[0][0].weight, other[0][0].weight)
    torch.manual_seed(7)
    expected = torch.rand(2)
    torch.manual_seed(7)
    digits_shrunk.initialise("plain", NARROW, 0)
    assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize("kind", ["plain", "bottleneck"])
def test_the_macs_of_a_network_for_digits_are_those_counted_layer_by_layer(kind):
    channels = (16, 24, 48, 48)
    counted = []
    model = training.stack(kind, channels).eval()
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(
                lambda layer, _, y: counted.append(layer.weight.numel() * y[0, 0].numel())
            )
    model(torch.zeros(1, *digits.SHAPE))
    assert digits_shrunk.count_macs(kind, channels) == sum(counted)


def test_small_networks_are_trained_one_for_each_seed(few):
    widths = (NARROW, (8, 8, 16, 16))
    found = digits_shrunk.train_small("plain", widths, [0, 1], few, epochs=1)
    assert [row["channels"] for row in found] == list(widths)
    for row in found:
        assert row["macs"] == summary(training.stack("plain", row["channels"]), digits.SHAPE).macs
        assert len(row["accuracies"]) == 2
        assert all(0 <= accuracy <= 1 for accuracy in row["accuracies"])
    model = digits_shrunk.initialise("plain", NARROW, 1)
    assert training.fit(model, 1, few, 1)[-1] == found[0]["accuracies"][1]


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setattr(digits_shrunk, "WIDE", (8, 16, 16, 16))
    monkeypatch.setattr(digits_shrunk, "DIGITS", 40)


@pytest.mark.usefixtures("narrow")
def test_a_trained_network_is_shrunk_within_its_budget_and_trained_on(few):
    found = digits_shrunk.shrink_trained([1, 0.5], [0], few, epochs=1, rate=0.001)
    macs = summary(training.stack("plain", (8, 16, 16, 16)), digits.SHAPE).macs
    assert found["macs"] == macs
    whole, half = found["rows"]
    assert (whole["share"], whole["macs"], half["share"]) == (1, macs, 0.5)
    assert whole["shrunk"] == found["whole"]
    assert 0 < half["macs"] <= 0.5 * macs
    for row in whole, half:
        assert len(row["shrunk"]) == len(row["trained on"]) == 1
        assert all(0 <= accuracy <= 1 for accuracy in row["shrunk"] + row["trained on"])


@pytest.mark.usefixtures("narrow")
def test_the_rate_is_one_of_those_offered_and_is_chosen_without_the_test_digits(few, monkeypatch):
    monkeypatch.setattr(training, "EPOCHS", 1)
    chosen = digits_shrunk.choose_rate(few, seed=3, share=0.5)
    assert chosen in digits_shrunk.RATES
    unseen = few._replace(
        test_x=torch.full_like(few.test_x, torch.nan), test_y=torch.full_like(few.test_y, -1)
    )
    assert digits_shrunk.choose_rate(unseen, seed=3, share=0.5) == chosen


@pytest.mark.usefixtures("narrow")
def test_the_rate_with_the_most_digits_read_is_chosen(few, monkeypatch):
    seen = []

    def fit(_model, _seed, data, _epochs=1, *, learning_rate=None):
        seen.append(data)
        return [{0.0003: 0.2, 0.001: 0.5, 0.003: 0.9, 0.01: 0.4, None: 0.1}[learning_rate]]

    monkeypatch.setattr(training, "fit", fit)
    assert digits_shrunk.choose_rate(few, seed=3, share=0.5) == 0.003
    for data in seen:
        assert len(data.test_y) == len(few.y) // 10
        assert torch.equal(torch.cat([data.test_x, data.x]), few.x)
        assert torch.equal(torch.cat([data.test_y, data.y]), few.y)
