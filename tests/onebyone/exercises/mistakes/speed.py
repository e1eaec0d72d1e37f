import math


def one_image_at_a_time(c_in, c_out, size, images):
    pixels = images * size**2
    return 2 * c_in * c_out * pixels / (4 * ((c_in + c_out) * pixels + images * c_in * c_out))


def pixels_side_by_side(c_in, c_out, size, images):
    pixels = (images * size) ** 2
    return 2 * c_in * c_out * pixels / (4 * ((c_in + c_out) * pixels + c_in * c_out))


MISTAKES = {
    "roofline_seconds": [
        lambda flops, moved, peak, bandwidth: flops / peak + moved / bandwidth,
        lambda flops, moved, peak, bandwidth: min(flops / peak, moved / bandwidth),
        lambda flops, moved, peak, bandwidth: flops / peak,
        lambda flops, moved, peak, bandwidth: max(peak / flops, bandwidth / moved),
    ],
    "compute_bound_channels": [
        lambda peak, bandwidth: math.ceil(8 * peak / bandwidth),  # MACs for operations
        lambda peak, bandwidth: math.ceil(peak / bandwidth),  # numbers for bytes
        lambda peak, bandwidth: math.ceil(2 * peak / bandwidth),  # the input alone
        lambda peak, bandwidth: int(4 * peak / bandwidth),
        lambda peak, bandwidth: 4 * peak / bandwidth,
    ],
    "batch_intensity": [
        one_image_at_a_time,
        pixels_side_by_side,
        lambda c_in, c_out, size, images: c_in * c_out / (2 * (c_in + c_out)),  # no weight
        lambda c_in, c_out, size, images: one_image_at_a_time(c_in, c_out, size, 1),
    ],
}
