"""Calls that fit, for each function that computes."""

from hypothesis import strategies as st

from .definitions import both
from .spoiling import FLOATS, TENSORS, batches, numbers, tensors


@st.composite
def feature_maps(draw, values, channels=None, largest=5, batch=None):
    """Draw feature maps."""
    batch = draw(batches()) if batch is None else batch
    channels = draw(st.integers(1, 3)) if channels is None else channels
    size = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    return draw(values((*batch, channels, *size)))


@st.composite
def pointwise(draw, values):
    """Draw a call of conv1x1."""
    x = draw(feature_maps(values))
    out = draw(st.integers(1, 3))
    weight = draw(values((out, x.shape[-3], *draw(st.sampled_from([(), (1, 1)])))))
    arguments = {"x": x, "weight": weight}
    if draw(st.booleans()):
        # Of the same kind: the bias must fit the result's dtype.
        arguments["bias"] = weight.reshape(out, -1)[:, 0] * 2
    return arguments


def pairs(low, high):
    """Draw an integer or a pair."""
    one = st.integers(low, high)
    return one | st.tuples(one, one)


@st.composite
def convolutions(draw, values):
    """Draw a call of conv2d."""
    groups, depth, filters = (draw(st.integers(1, 2)) for _ in range(3))
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    padding = draw(pairs(0, 2) | st.sampled_from(["same", "valid"]))
    dilation = draw(pairs(1, 2))
    least = [gap * (taps - 1) + 1 for gap, taps in zip(both(dilation), kernel, strict=True)]
    size = [each + draw(st.integers(0, 2)) for each in least]
    weight = draw(values((groups * filters, depth, *kernel)))
    return {
        "x": draw(values((*draw(batches()), groups * depth, *size))),
        "weight": weight,
        "bias": weight[:, 0, 0, 0] * 2 if draw(st.booleans()) else None,
        "stride": 1 if padding == "same" else draw(pairs(1, 3)),
        "padding": padding,
        "dilation": dilation,
        "groups": groups,
    }


@st.composite
def plain_convolutions(draw, values):
    """Draw a call of slide_filters."""
    call = draw(convolutions(values).filter(lambda call: call["groups"] == 1))
    return {name: call[name] for name in ("x", "weight", "bias")}


@st.composite
def poolings(draw, values):
    """Draw a call of max_pool2d or avg_pool2d."""
    kernel = draw(pairs(1, 3))
    padding = draw(st.tuples(*(st.integers(0, taps // 2) for taps in both(kernel))))
    size = [taps + draw(st.integers(0, 3)) for taps in both(kernel)]
    return {
        "x": draw(values((*draw(batches()), draw(st.integers(1, 2)), *size))),
        "kernel_size": kernel,
        "stride": draw(st.none() | pairs(1, 3)),
        "padding": draw(st.sampled_from([padding, min(padding)])),
    }


@st.composite
def backwards(draw):
    """Draw a call of conv1x1_backward."""
    x = draw(feature_maps(floats))
    out = draw(st.integers(1, 3))
    return {
        "grad_output": draw(floats((*x.shape[:-3], out, *x.shape[-2:]))),
        "x": x,
        "weight": draw(floats((out, x.shape[-3], *draw(st.sampled_from([(), (1, 1)]))))),
    }


@st.composite
def descents(draw):
    """Draw a call of fit_conv1x1."""
    x = draw(feature_maps(floats, batch=draw(st.sampled_from([(), (1,), (2,)]))))
    target = draw(floats((*x.shape[:-3], draw(st.integers(1, 3)), *x.shape[-2:])))
    rate = draw(st.sampled_from([1e-9, 0.01, 0.05]))
    return {"x": x, "target": target, "steps": draw(st.integers(1, 4)), "rate": rate}


def whole(low, high, *names):
    """Draw integers by name."""
    return {name: st.integers(low, high) for name in names}


def layered(**names):
    """Draw the channels of a layer, with groups that divide them."""

    def scaled(drawn):
        groups = drawn.get("groups", 1)
        return drawn | {name: drawn[name] * groups for name in ("in_channels", "out_channels")}

    drawn = whole(1, 40, "in_channels", "out_channels") | {"kernel_size": pairs(1, 5)} | names
    return st.fixed_dictionaries(drawn).map(scaled)


def floats(shape):
    """Draw an array of floating-point numbers."""
    return numbers(shape, FLOATS)


def real(shape):
    """Draw an array of floating-point numbers or integers."""
    return numbers(shape, (*FLOATS, "int32", "int64"))


def floating(shape):
    """Draw a tensor of floating-point numbers."""
    return tensors(shape, TENSORS[:-1])


def of_maps(values):
    """Draw a call of a function of feature maps alone."""
    return feature_maps(values).map(lambda x: {"x": x})
