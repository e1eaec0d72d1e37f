"""Tensors of a run that something outside the copy has kept: a cache of a function, a table of a module."""

import functools
import gc
import weakref
from typing import Any

from torch import Tensor

from onebyone.summary.copies import find_tensors

CACHE = type(functools.lru_cache(len))


def remove(made: list[weakref.ref[Tensor]], own: Any) -> bool:
    """Take tensors of a run out of the caches that keep them, and return whether none is left.

    They have no values, so the model would stumble over them later. A cache is filled again when it is asked.

    Args:
        made: All tensors of the run.
        own: What may keep them: the copy that ran, and its inputs.
    """
    if not _living(made, own):
        return True
    gc.collect()  # what is only in a cycle is kept by nobody
    _take_out(_living(made, own))
    _clear_caches(set(map(id, _living(made, own))))
    return not _living(made, own)


def _living(made: list[weakref.ref[Tensor]], own: Any) -> list[Tensor]:
    living = [t for reference in made if (t := reference()) is not None]
    if not living:
        return []
    kept = set(map(id, find_tensors(own)))
    return [tensor for tensor in living if id(tensor) not in kept]


def _take_out(kept: list[Any]) -> None:
    """Remove objects, or tuples that hold them, from dictionaries that are no object's attributes."""
    for one in kept:
        for holder in gc.get_referrers(one):
            if type(holder) is tuple:
                _take_out([holder])
            elif type(holder) is dict and not _is_namespace(holder):
                for name in [n for n, v in holder.items() if v is one]:
                    del holder[name]


def _clear_caches(kept: set[int]) -> None:
    """Clear the caches of functions that hold what has one of these ids."""
    if not kept:
        return
    # isinstance would ask each object for its class, and some answer with a warning.
    for cache in [one for one in gc.get_objects() if type(one) is CACHE]:
        if any(_holds(inner, kept) for inner in gc.get_referents(cache)):
            cache.cache_clear()


def _is_namespace(held: dict[Any, Any]) -> bool:
    return "__name__" in held or any(
        getattr(one, "__dict__", None) is held for one in gc.get_referrers(held)
    )


def _holds(one: Any, wanted: set[int]) -> bool:
    if id(one) in wanted:
        return True
    inside = type(one) in (dict, tuple) or "lru" in type(one).__name__
    return inside and any(
        _holds(inner, wanted) for inner in gc.get_referents(one)
    )
