"""The exercises of the page on ResNet."""

from onebyone.book.solutions import resnet as solutions
from onebyone.exercises.cases import Cases, call, exercise
from onebyone.exercises.count import count_products, count_weights


@exercise(solutions.widest_bottleneck)
def widest_bottleneck() -> Cases:
    """Every width is tried, on arrays."""
    for channels in (256, 8, 64):
        direct = 2 * count_weights(channels, channels, 3)
        pays = [
            width
            for width in range(1, 2 * channels)
            if count_weights(channels, width)
            + count_weights(width, width, 3)
            + count_weights(width, channels)
            < direct
        ]
        yield call(channels).gives(max(pays))


@exercise(solutions.block_macs)
def block_macs() -> Cases:
    """Each product is made 1, and they are added, for one channel in and one out."""
    for channels, width, size in [(256, 128, 28), (8, 4, 5)]:
        whole, half = 2 * size, size
        rest = 4 * width * width * count_products(half)
        block = call(channels, width, size, stride_in_3x3=True)
        yield block.gives(
            channels * width * count_products(whole)
            + width * width * count_products(whole, 3, stride=2)
            + rest
        )
        block = call(channels, width, size, stride_in_3x3=False)
        yield block.gives(
            channels * width * count_products(whole, stride=2)
            + width * width * count_products(half, 3)
            + rest
        )
