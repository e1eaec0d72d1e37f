import math

MISTAKES = {
    "largest_paying_rank": [
        lambda c_in, c_out, k: c_in * k * k * c_out // (c_in * k * k + c_out),  # equal is not fewer
        lambda c_in, c_out, k: (c_in * c_out * k * k - 1) // (c_in + c_out * k * k),
        lambda c_in, c_out, k: (c_in * c_out - 1) // (c_in + c_out),
        lambda c_in, c_out, k: max(1, (c_in * k * k * c_out - 1) // (c_in * k * k + c_out)),
    ],
    "bits_worth": [
        lambda decibels: decibels / (10 * math.log10(2)),  # of the noise, not of its square
        lambda decibels: decibels / 6,
        lambda decibels: decibels * 20 * math.log10(2),
        lambda decibels: math.ceil(decibels / 6.02),
    ],
}
