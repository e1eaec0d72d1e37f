"""PyTorch's tools make of functions, layer and networks what they make of PyTorch's own.

A record made at one batch and size is run at others, since that is where a choice by size goes wrong in silence.
"""

import copy
import io
import os
import pickle

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from onebyone import architectures, cost, pytorch
from onebyone.architectures.squeezenet import Fire, SqueezeNet
from onebyone.pytorch import Conv1x1

DEPRECATED = pytest.mark.filterwarnings(
    "ignore:.*deprecated:DeprecationWarning", "ignore:.*deprecated:FutureWarning"
)
D = torch.export.Dim.DYNAMIC


class Functions(nn.Module):
    """Every function of onebyone.pytorch, one after the other."""

    def __init__(self):
        super().__init__()
        shapes = {"pointwise": (6, 3), "shift": (6,), "filters": (8, 3, 3, 3)}
        for name, shape in shapes.items():
            self.register_parameter(name, nn.Parameter(torch.randn(shape)))

    def forward(self, x):
        y = pytorch.conv1x1(x, self.pointwise, self.shift)
        y = pytorch.conv2d(pytorch.relu(y), self.filters, padding=1, groups=2)
        y = pytorch.avg_pool2d(pytorch.max_pool2d(y, 3, 2, 1), 2)
        return pytorch.global_avg_pool2d(y)


class PyTorchsFunctions(Functions):
    """The same functions of PyTorch's own."""

    def forward(self, x):
        y = F.conv2d(x, self.pointwise[:, :, None, None], self.shift)
        y = F.conv2d(F.relu(y), self.filters, padding=1, groups=2)
        y = F.avg_pool2d(F.max_pool2d(y, 3, 2, 1), 2)
        return F.adaptive_avg_pool2d(y, 1)


def short_squeezenet():
    """Return SqueezeNet with two of its eight fire modules."""
    features = nn.Sequential(
        *(nn.Conv2d(3, 64, 3, stride=2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True)),
        *(Fire(64, squeeze=16, expand=64), nn.MaxPool2d(3, 2, ceil_mode=True)),
        Fire(128, squeeze=64, expand=256),
    )
    return SqueezeNet(features, 1000)


def short_mobilenet():
    """Return MobileNetV2 with one of its ten blocks that add their input."""
    model = architectures.mobilenet_v2()
    for number in reversed(range(4, len(model.features))):
        if getattr(model.features[number], "adds_input", False):
            del model.features[number]
    return model


# In a weekly run the networks are whole: the tools take four times as long, and see the same kinds of block.
WHOLE = "WHOLE" in os.environ
SUBJECTS = {
    "functions": Functions,
    "layer": lambda: Conv1x1(3, 6),
    "layer, batch norm, ReLU": lambda: nn.Sequential(Conv1x1(3, 6), nn.BatchNorm2d(6), nn.ReLU()),
    "squeezenet1_1": architectures.squeezenet1_1 if WHOLE else short_squeezenet,
    "mobilenet_v2": architectures.mobilenet_v2 if WHOLE else short_mobilenet,
}
PEERS = {
    "functions": PyTorchsFunctions,
    "layer": lambda: nn.Conv2d(3, 6, 1),
    "layer, batch norm, ReLU": lambda: nn.Sequential(
        nn.Conv2d(3, 6, 1), nn.BatchNorm2d(6), nn.ReLU()
    ),
}


def subjects(*names):
    return pytest.mark.parametrize("name", names or SUBJECTS)


def made(name, of=SUBJECTS):
    """Return a subject in evaluation, with the same weights each time."""
    torch.manual_seed(0)
    return of[name]().eval()


def peer(name):
    """Return the same made of PyTorch's own parts; a network is made of them as it is."""
    return made(name, PEERS if name in PEERS else SUBJECTS)


def images(batch, height=64, width=64):
    generator = torch.Generator().manual_seed(batch)
    return torch.randn(batch, 3, height, width, generator=generator)


OTHERS = [images(1), images(4, 70, 77), images(2, 96, 65)]


def assert_same(ours, theirs, inputs=OTHERS):
    with torch.no_grad():
        for x in inputs:
            torch.testing.assert_close(ours(x), theirs(x), rtol=1e-4, atol=1e-4)


@subjects()
@DEPRECATED
def test_a_trace_of_one_image_is_right_for_four_larger_ones(name):
    assert_same(torch.jit.trace(made(name), images(1)), peer(name))


@subjects()
@DEPRECATED
def test_a_trace_of_many_images_is_right_for_one(name):
    assert_same(torch.jit.trace(made(name), images(3, 80, 64)), peer(name))


@subjects("layer", "layer, batch norm, ReLU", "squeezenet1_1", "mobilenet_v2")
@DEPRECATED
def test_layers_and_networks_can_be_scripted(name):
    assert_same(torch.jit.script(made(name)), peer(name))


@subjects()
def test_an_export_has_batch_height_and_width_open(name):
    program = torch.export.export(made(name), (images(2),), dynamic_shapes=({0: D, 2: D, 3: D},))
    assert_same(program.module(), peer(name))


@subjects("functions", "layer", "squeezenet1_1")
@DEPRECATED
def test_onnx_runtime_computes_the_same(name):
    pytest.importorskip("onnxscript")
    onnxruntime = pytest.importorskip("onnxruntime")
    exported = torch.onnx.export(
        made(name), (images(2),), dynamo=True, dynamic_shapes=({0: D, 2: D, 3: D},), verbose=False
    )
    session = onnxruntime.InferenceSession(exported.model_proto.SerializeToString())
    (argument,) = session.get_inputs()

    def run(x):
        (y,) = session.run(None, {argument.name: x.numpy()})
        return torch.from_numpy(y)

    assert_same(run, peer(name))


@subjects()
def test_one_compilation_of_the_whole_serves_every_size(name):
    torch.compiler.reset()
    # What AOTAutograd sees of a network is PyTorch's own layers.
    backend = "aot_eager" if WHOLE or name in PEERS else "eager"
    compiled = torch.compile(made(name), fullgraph=True, dynamic=True, backend=backend)
    with torch.compiler.set_stance("default"):
        assert_same(compiled, peer(name), OTHERS[1:])
    with torch.compiler.set_stance("fail_on_recompile"), torch.no_grad():
        compiled(images(5, 81, 66))


@subjects()
def test_symbolic_tracing_sees_pytorchs_own_operations(name):
    traced = torch.fx.symbolic_trace(made(name))
    assert_same(traced, peer(name))
    assert "onebyone" not in traced.code


@subjects()
@DEPRECATED
def test_functional_transforms_are_loops(name):
    ours, theirs = made(name), peer(name)
    x = OTHERS[0].repeat(3, 1, 1, 1) + torch.arange(3)[:, None, None, None]
    with torch.no_grad():
        mapped = torch.vmap(lambda one: ours(one[None])[0])(x)
        torch.testing.assert_close(mapped, theirs(x), rtol=1e-4, atol=1e-4)
    direction = torch.ones_like(x)
    _, ahead = torch.func.jvp(ours, (x,), (direction,))
    back = torch.func.grad(lambda x: (ours(x) ** 2).sum())(x)
    _, expected = torch.func.jvp(theirs, (x,), (direction,))
    torch.testing.assert_close(ahead, expected, rtol=1e-3, atol=1e-3)
    x.requires_grad_()
    (theirs(x) ** 2).sum().backward()
    torch.testing.assert_close(back, x.grad, rtol=1e-3, atol=1e-3)


@subjects("layer, batch norm, ReLU")
@DEPRECATED
def test_a_layer_fuses_with_its_batch_norm_and_relu(name):
    quantization = pytest.importorskip("torch.ao.quantization")
    fused = quantization.fuse_modules(made(name), [["0", "1", "2"]])
    assert [type(part).__name__ for part in fused] == ["ConvReLU2d", "Identity", "Identity"]
    assert_same(fused, peer(name))


@subjects("layer, batch norm, ReLU", "mobilenet_v2")
@DEPRECATED
def test_all_batch_norms_of_a_symbolic_trace_fold_away(name):
    optimization = pytest.importorskip("torch.fx.experimental.optimization")
    folded = optimization.fuse(made(name))
    assert not any(isinstance(m, nn.BatchNorm2d) for m in folded.modules())
    assert_same(folded, peer(name))


def assert_quantised(quantised, model, convolutions):
    """Assert that every convolution was replaced, and that eight bits give what they can."""
    kinds = [type(m) for m in quantised.modules()]
    assert sum("quantized" in str(k) and "Conv" in str(k) for k in kinds) == convolutions
    with torch.no_grad():
        y, expected = quantised(images(2)), model(images(2))
    assert (y - expected).abs().max() < 0.06 * expected.abs().max()


def count(model):
    return sum(isinstance(m, nn.Conv2d) for m in model.modules())


@subjects("layer", "squeezenet1_1")
@DEPRECATED
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_static_quantisation_by_modules_takes_every_layer(name):
    quantization = pytest.importorskip("torch.ao.quantization")
    wrapped = quantization.QuantWrapper(made(name)).eval()
    wrapped.qconfig = quantization.get_default_qconfig("x86")
    quantization.prepare(wrapped, inplace=True)
    wrapped(images(2))
    quantization.convert(wrapped, inplace=True)
    assert_quantised(wrapped, made(name), count(made(name)))


@subjects("functions", "layer, batch norm, ReLU", "squeezenet1_1", "mobilenet_v2")
@DEPRECATED
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_static_quantisation_by_graph_takes_every_layer(name):
    quantization = pytest.importorskip("torch.ao.quantization")
    by_graph = pytest.importorskip("torch.ao.quantization.quantize_fx")
    prepared = by_graph.prepare_fx(
        made(name), quantization.get_default_qconfig_mapping("x86"), (images(2),)
    )
    prepared(images(2))
    quantised = by_graph.convert_fx(prepared)
    assert_quantised(quantised, made(name), count(made(name)))
    if name == "functions":
        assert quantised.code.count("torch.ops.quantized.conv2d") == 2


@subjects()
def test_channels_last_goes_in_and_comes_out(name):
    model = made(name).to(memory_format=torch.channels_last)
    last = [x.to(memory_format=torch.channels_last) for x in OTHERS]
    assert_same(model, peer(name), last)
    with torch.no_grad():
        y = model(last[1])
    if y.dim() == 4:
        assert y.is_contiguous(memory_format=torch.channels_last)


@subjects()
def test_copies_and_files_hold_the_same_model(name):
    model = made(name)
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    file.seek(0)
    loaded = SUBJECTS[name]().eval()
    loaded.load_state_dict(torch.load(file, weights_only=True), strict=True)
    again = pickle.loads(pickle.dumps(model))  # noqa: S301
    for copied in copy.deepcopy(model), again, loaded:
        assert_same(copied, peer(name), OTHERS[:1])


@subjects()
def test_pytorchs_counter_counts_what_it_counts_of_its_own(name):
    counts = []
    for model in made(name), peer(name):
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            model(images(2))
        counts.append(counter.get_total_flops())
    assert counts[0] == counts[1] > 0
    if name == "layer":
        assert counts[0] == 2 * 2 * cost.macs(3, 6, 1, 64, 64)


@subjects()
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_autocast_casts_as_it_casts_its_own(name, dtype):
    with torch.autocast("cpu", dtype), torch.no_grad():
        y, expected = made(name)(images(2)), peer(name)(images(2))
    assert y.dtype == expected.dtype == dtype
    torch.testing.assert_close(y, expected, rtol=0.05, atol=0.05)


def test_the_layer_is_pytorchs_class_and_no_other():
    # fuse_modules, static quantisation, ptflops and thop look up type(layer).
    assert type(Conv1x1(3, 6)) is nn.Conv2d


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_options_that_depend_on_sizes_leave_the_sizes_open():
    class Options(nn.Module):
        def forward(self, x):
            y = pytorch.conv2d(x, torch.ones(2, 3, 2, 2), padding="same")
            return pytorch.avg_pool2d(y, 32, 5)  # a large window

    program = torch.export.export(Options(), (images(2),), dynamic_shapes=({0: D, 2: D, 3: D},))
    assert_same(program.module(), Options())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: pytorch.avg_pool2d(x.long(), 2), TypeError, "x: expected floating-point"),
        (lambda x: pytorch.global_avg_pool2d(x.long()), TypeError, "x: expected floating-point"),
        (lambda x: pytorch.conv1x1(x, torch.ones(5, 1, 3, 1)), ValueError, "weight: expected"),
    ],
)  # fmt: skip
def test_what_no_size_decides_is_refused_in_a_compilation_too(call, error, message):
    torch.compiler.reset()
    compiled = torch.compile(call, backend="aot_eager", dynamic=True)
    with pytest.raises(error, match=f"^{message}"):
        compiled(images(1))
