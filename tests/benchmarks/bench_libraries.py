"""One benchmark a library and layer, in float32; compare.py runs each library in its own process."""

import numpy as np
import pytest
from layers import DEPTHWISE, POINTWISE, SPATIAL

CONVOLUTIONS = POINTWISE + SPATIAL


def of_each(layers):
    return pytest.mark.parametrize("layer", layers, ids=lambda la: la.name)


def operands(layer):
    """Return feature maps and filters in float32."""
    random = np.random.default_rng(0)
    x = random.normal(size=(1, layer.in_channels, layer.size, layer.size))
    depth = layer.in_channels // layer.groups
    weight = random.normal(size=(layer.out_channels, depth, *layer.kernel))
    return x.astype(np.float32), weight.astype(np.float32)


@pytest.fixture(autouse=True)
def _name(benchmark, layer):
    benchmark.extra_info["layer"] = layer.name


@of_each(POINTWISE)
def test_matmul(benchmark, layer):
    """The matrix product of a 1×1 convolution, on matrices that lie ready."""
    x, weight = operands(layer)
    pixels = x.reshape(layer.in_channels, -1)
    benchmark(np.matmul, weight.reshape(layer.out_channels, -1), pixels)


@of_each(CONVOLUTIONS)
def test_onebyone(benchmark, layer):
    """The NumPy reference."""
    from onebyone import conv1x1, conv2d

    if layer.kernel_size == 1:
        benchmark(conv1x1, *operands(layer))
    else:
        options = {"stride": layer.stride, "padding": layer.padding}
        benchmark(conv2d, *operands(layer), **options)


@of_each(CONVOLUTIONS + DEPTHWISE)
def test_torch(benchmark, layer):
    """PyTorch in its default memory layout."""
    in_torch(benchmark, layer, "contiguous_format")


@of_each(CONVOLUTIONS + DEPTHWISE)
def test_torch_channels_last(benchmark, layer):
    """PyTorch with the channels of a pixel side by side."""
    in_torch(benchmark, layer, "channels_last")


def in_torch(benchmark, layer, layout):
    import torch

    layout = getattr(torch, layout)
    x, weight = (
        torch.from_numpy(each).contiguous(memory_format=layout) for each in operands(layer)
    )
    options = {"stride": layer.stride, "padding": layer.padding}
    with torch.inference_mode():
        benchmark(
            torch.nn.functional.conv2d,
            x,
            weight,
            groups=layer.groups,
            **options,
        )


@of_each(CONVOLUTIONS)
def test_onnxruntime(benchmark, layer):
    """ONNX Runtime, with the weight in the model and the operands bound."""
    import onnxruntime

    x, weight = operands(layer)
    session = onnxruntime.InferenceSession(onnx_model(layer, x, weight))
    binding = session.io_binding()
    binding.bind_cpu_input("x", x)
    binding.bind_output("y", "cpu")
    benchmark(session.run_with_iobinding, binding)


@of_each(CONVOLUTIONS)
def test_openvino(benchmark, layer):
    """OpenVINO, with the weight in the model; without the hint some processors would compute in bfloat16."""
    import openvino

    x, weight = operands(layer)
    model = openvino.Core().read_model(onnx_model(layer, x, weight))
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(model, "CPU", settings)
    request = compiled.create_infer_request()
    benchmark(request.infer, {0: x}, share_inputs=True, share_outputs=True)


@of_each(CONVOLUTIONS)
def test_jax(benchmark, layer):
    """JAX, compiled."""
    import jax

    x, weight = map(jax.numpy.asarray, operands(layer))
    padding = [(layer.padding, layer.padding)] * 2

    @jax.jit
    def convolve(x, weight):
        return jax.lax.conv(x, weight, (layer.stride,) * 2, padding)

    benchmark(lambda: convolve(x, weight).block_until_ready())


def onnx_model(layer, x, weight):
    """Return a model of one convolution, serialised."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    node = helper.make_node(
        "Conv",
        ["x", "weight"],
        ["y"],
        strides=[layer.stride] * 2,
        pads=[layer.padding] * 4,
    )
    graph = helper.make_graph(
        [node],
        layer.name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, list("nchw"))],
        [numpy_helper.from_array(weight, "weight")],
    )
    # Versions that every reader of the last years takes.
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()
