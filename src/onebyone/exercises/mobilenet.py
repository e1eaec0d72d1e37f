"""The exercises of the page on MobileNet."""

from onebyone.book.solutions import mobilenet as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_products, count_weights

BLOCKS = (
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *[(512, 1)] * 5,
    *((1024, 2), (1024, 1)),
)


@exercise(solutions.separable_ratio)
def separable_ratio() -> Cases:
    """Weights as arrays: each has one product at each pixel."""
    c_in = 12  # any will do
    for c_out, k in [(512, 3), (2, 3), (1, 3), (512, 1), (64, 5)]:
        full = count_weights(c_in, c_out, k)
        split = count_weights(c_in, c_in, k, groups=c_in)
        split += count_weights(c_in, c_out)
        yield call(c_out, k).gives(split / full)


@exercise(solutions.scaled_mobilenet_macs)
def scaled_mobilenet_macs() -> Cases:
    """Each product of one filter on one channel is made 1, and they are added, layer by layer."""
    for blocks, numerator, denominator in [
        (BLOCKS, 1, 1),
        (BLOCKS, 1, 2),
        (BLOCKS, 3, 4),
        (((64, 2), (64, 1)), 1, 4),
    ]:
        c_in, size = 32 * numerator // denominator, 224 // 2
        counted = 3 * c_in * count_products(224, 3, stride=2)
        for full, stride in blocks:
            c_out = full * numerator // denominator
            counted += c_in * count_products(size, 3, stride)
            size //= stride
            counted += c_in * c_out * count_products(size)
            c_in = c_out
        counted += 1000 * c_in
        yield call(blocks, numerator, denominator).gives(counted)
