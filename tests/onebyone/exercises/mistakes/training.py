import math


def width(first, second, classes, target, *, norms=2, last=True, bias=0):
    def size(w):
        body = 9 * (first + first * second + second * w + w * w)
        body += (norms + bias) * (first + second + 2 * w)
        return body + (w + 1) * classes * last

    return min(range(1, 500), key=lambda w: abs(size(w) - target))


def not_above(first, second, classes, target):
    def size(w):
        body = 9 * (first + first * second + second * w + w * w)
        return body + 2 * (first + second + 2 * w) + (w + 1) * classes

    return max((w for w in range(1, 500) if size(w) <= target), default=1)


MISTAKES = {
    "digits_needed": [
        lambda p, gap: math.ceil(p * (1 - p) / gap**2),  # one deviation
        lambda p, gap: math.ceil(2 * p * (1 - p) / gap**2),
        lambda p, gap: math.ceil(4 * p / gap**2),
        lambda p, gap: math.ceil(2 * math.sqrt(p * (1 - p)) / gap),
        lambda p, gap: 4 * p * (1 - p) / gap**2,
        lambda p, gap: int(4 * p * (1 - p) / gap**2),
    ],
    "width_of_control": [
        not_above,
        lambda *sizes: width(*sizes, norms=0),
        lambda *sizes: width(*sizes, norms=1),
        lambda *sizes: width(*sizes, bias=1),
        lambda *sizes: width(*sizes, last=False),
        lambda *sizes: 24,
        lambda *sizes: min(width(*sizes), 99),
    ],
    "probability_of_sweep": [
        lambda seeds: 0.5**seeds,  # for one of the two
        lambda seeds: 1 - 0.5**seeds,
        lambda seeds: 1 / seeds,
        lambda seeds: 2 * 0.5**5,
    ],
}
