"""The solution of chapter 11 that needs no PyTorch."""


def tokens_of_equal_cost(width: int, expansion: int = 4) -> int:
    """Return at how many tokens attention products cost what the dense layers of a transformer block do (exercise 2).

    Args:
        width: Numbers that a token has.
        expansion: How many times wider the hidden layer of the block's MLP is.

    Examples:
        >>> tokens_of_equal_cost(768)
        4608
    """
    # A token meets weights of 3 + 1 squares of the width around attention, and 2 · expansion in the MLP.
    dense = (4 + 2 * expansion) * width**2
    # Its query meets every key, and its scores every value: 2 · width for each token.
    return dense // (2 * width)
