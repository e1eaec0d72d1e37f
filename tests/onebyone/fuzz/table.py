"""Which functions are fuzzed, and which are not."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

import onebyone
from onebyone import (
    algebra,
    cost,
    digits,
    gradients,
    images,
    pytorch,
    quantization,
    reference,
    summary,
)
from onebyone.book import records

from . import algebra as drawn
from . import calls, checks, definitions
from . import quantization as rounded
from .calls import floating, floats, real, whole
from .checks import equals, sums
from .spoiling import numbers, tensors

SLIDING = "kernel_size", "stride", "padding", "dilation"
BOTH = "x", "weight"


class Fuzzed(NamedTuple):
    """A function, the arguments of calls that fit, and what asserts that a result is right."""

    function: Callable[..., Any]
    good: st.SearchStrategy[dict[str, Any]]
    check: Callable[[Any, dict[str, Any]], None]
    # Arguments of which more takes more memory or time.
    costly: tuple[str, ...] = ()


SIZES = whole(1, 20, "size") | whole(1, 5, "kernel_size", "stride")
PICTURE = st.sampled_from([(1, 2, 3), (3, 2, 2)])
NAMES = {"name": st.sampled_from(["speed", "training"])}


def of_maps(form, ordered, averaged):
    """Return the rows of what takes feature maps alone, in NumPy or on tensors."""
    x = "x"
    return [
        Fuzzed(form.relu, calls.of_maps(ordered), sums(definitions.relu, x)),
        Fuzzed(form.max_pool2d, calls.poolings(ordered), sums(definitions.max_pool2d, x)),
        Fuzzed(form.avg_pool2d, calls.poolings(averaged), sums(definitions.avg_pool2d, x)),
        Fuzzed(
            form.global_avg_pool2d, calls.of_maps(averaged), sums(definitions.global_avg_pool2d, x)
        ),
    ]


ROWS = [
    Fuzzed(reference.conv1x1, calls.pointwise(numbers), sums(definitions.conv1x1, BOTH)),
    Fuzzed(reference.conv1x1_loops, calls.pointwise(numbers), sums(definitions.conv1x1, BOTH)),
    Fuzzed(
        reference.slide_filters,
        calls.plain_convolutions(numbers),
        sums(definitions.conv2d, BOTH),
    ),
    Fuzzed(reference.conv2d, calls.convolutions(numbers), sums(definitions.conv2d, BOTH)),
    Fuzzed(reference.conv2d_loops, calls.convolutions(numbers), sums(definitions.conv2d, BOTH)),
    Fuzzed(
        reference.output_size,
        st.fixed_dictionaries(SIZES | whole(4, 9, "padding") | whole(1, 2, "dilation")),
        equals(definitions.output_size),
    ),
    Fuzzed(
        gradients.conv1x1_backward,
        calls.backwards(),
        sums(definitions.conv1x1_backward, ("grad_output", *BOTH)),
    ),
    Fuzzed(gradients.fit_conv1x1, calls.descents(), checks.check_fit, ("steps",)),
    Fuzzed(algebra.linear_to_conv, drawn.linear(), drawn.check_linear),
    Fuzzed(algebra.conv_to_linear, drawn.kernels(), drawn.check_kernels),
    Fuzzed(algebra.full_weight, drawn.kinds(), drawn.check_full),
    Fuzzed(algebra.compose, drawn.two_layers(), drawn.check_compose),
    Fuzzed(algebra.batch_norm_as_conv, drawn.normalisations(), drawn.check_norm),
    Fuzzed(algebra.fold_batch_norm, drawn.folds(), drawn.check_fold),
    Fuzzed(algebra.factorize, drawn.factorizations(), drawn.check_factors),
    Fuzzed(algebra.pca_projection, drawn.projections(), drawn.check_projection),
    Fuzzed(algebra.best_expansion, drawn.expansions(), drawn.check_expansion),
    Fuzzed(quantization.quantize, rounded.weights(), rounded.check_quantized),
    Fuzzed(quantization.signal_to_noise, rounded.noises(), rounded.check_ratio),
    Fuzzed(
        cost.taps,
        st.fixed_dictionaries({"kernel_size": calls.pairs(1, 9)}),
        equals(lambda kernel_size: math.prod(definitions.both(kernel_size))),
    ),
    Fuzzed(
        cost.parameters,
        calls.layered(**whole(1, 4, "groups"), bias=st.booleans()),
        equals(definitions.parameters),
    ),
    Fuzzed(
        cost.macs,
        calls.layered(**whole(1, 4, "groups"), **whole(1, 40, "height", "width")),
        equals(definitions.macs),
    ),
    Fuzzed(
        cost.bytes_moved,
        calls.layered(**whole(1, 4, "groups"), **whole(1, 40, "height", "width", "itemsize")),
        equals(definitions.bytes_moved),
    ),
    Fuzzed(cost.break_even_width, calls.layered(), checks.check_break_even),
    Fuzzed(pytorch.conv1x1, calls.pointwise(tensors), sums(definitions.conv1x1, BOTH)),
    Fuzzed(pytorch.conv2d, calls.convolutions(tensors), sums(definitions.conv2d, BOTH)),
    *of_maps(onebyone, real, floats),
    *of_maps(pytorch, floating, floating),
    Fuzzed(
        pytorch.Conv1x1,
        st.fixed_dictionaries(whole(1, 9, "in_channels", "out_channels") | {"bias": st.booleans()}),
        checks.check_layer,
        ("in_channels", "out_channels"),
    ),
    Fuzzed(
        images.pictures,
        st.fixed_dictionaries(
            {"titled": st.dictionaries(st.sampled_from("ab"), PICTURE.flatmap(floats), max_size=2)}
        ),
        checks.check_pictures,
    ),
    Fuzzed(
        summary.summary,
        st.fixed_dictionaries(
            {
                "model": st.just(checks.NETWORK),
                "inputs": st.tuples(st.just(3), st.integers(1, 9), st.integers(1, 9)),
                "depth": st.none() | st.integers(1, 3),
            }
        ),
        checks.check_summary,
        ("inputs",),
    ),
    Fuzzed(digits.load, st.fixed_dictionaries(whole(1, 3, "per_class")), checks.check_digits),
    Fuzzed(records.load, st.fixed_dictionaries(NAMES), checks.check_record),
]
FUZZED = {f"{row.function.__module__}.{row.function.__name__}": row for row in ROWS}
# Of whole modules, or of single functions.
NOT_FUZZED = {
    "onebyone.arguments": "asks of the arguments what the functions above promise, and is reached through them",
    "onebyone.im2col": "takes arguments that are checked",
    "onebyone.sums": "takes arguments that are checked",
    "onebyone.images.encode_png": "takes what onebyone.images.pictures has checked",
    "onebyone.summary.copies": "takes a network that is the caller's, through onebyone.summary.summary",
    "onebyone.summary.leftovers": "takes what ran in onebyone.summary.summary",
    "onebyone.summary.rows": "takes what ran in onebyone.summary.summary",
    "onebyone.summary.run": "runs a network that is the caller's, through onebyone.summary.summary",
    "onebyone.summary.shapes": "runs a network that is the caller's, with the errors of that network",
    "onebyone.book.records.describe_machine": "asks the system",
    "onebyone.book.records.save": "writes into the package",
    "onebyone.book.zoo": "builds networks of others",
    "onebyone.book.timings": "reads a record that comes with the package",
    "onebyone.training": "trains for minutes",
    "onebyone.book.trials": "trains for minutes",
    "onebyone.architectures": "builds networks",
    "onebyone.shrink": "takes a layer or a network that is the caller's; its own tests draw them",
    "onebyone.trained": "takes the network that it loads, and pictures; its own tests compare both",
    "onebyone.book.photographs": "reads pictures that packages ship",
    "onebyone.book.networks": "counts the networks of the package",
    "onebyone.book.variants": "counts a network of the package; its own test draws all variants",
    "onebyone.book.directions": "takes what a spectrum holds; its own tests draw it",
    "onebyone.book.spectra": "watches a network that is the caller's",
    "onebyone.book.shrinking": "shrinks a network for minutes",
    "onebyone.book.digits_shrunk": "trains for minutes",
    "onebyone.book.solutions": "answers an exercise",
    "onebyone.book.figures": "draws",
    "onebyone.book.blocks": "follows a block that is the caller's; its own tests run public ones",
    "onebyone.book.squeezing": "computes what a widget draws; its own tests compare it with least squares",
    "onebyone.book.widgets": "draws",
    "onebyone.exercises": "tries a function that is the reader's; its own tests say what they do",
}
