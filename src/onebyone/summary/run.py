"""Runs a model where it costs nothing and changes nothing: on tensors without values, or else on a copy with zeros."""

import random
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch._subclasses import FakeTensorMode
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._device import DeviceContext

from onebyone.summary import copies, leftovers
from onebyone.summary.copies import Convert
from onebyone.summary.trace import OpaqueModelError, Trace

# How to convert tensors, under which modes to run, and whether what ran is to be doubted.
Attempt = tuple[Convert, list[Any], Callable[[Trace], bool]]
ASKS = frozenset(
    getattr(getattr(Tensor, name), "__get__", getattr(Tensor, name))
    for name in ("device", "is_cuda", "is_cpu", "is_meta", "get_device")
)
FOR_REAL = (
    "It looked at values, so it ran for real, on zeros where a shape was given: "
    "another input may cost more or less."
)
LEFT = (
    "It keeps tensors of this run outside itself, in a global or in an object that it shares: "
    "they may have no values."
)


class Ran(NamedTuple):
    """A copy of the model that has run, and what ran in it."""

    model: nn.Module
    trace: Trace
    notes: list[str]


def run(model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Ran:
    """Run a copy of a model, and return it with its operations.

    Args:
        model: A network, which is not changed.
        args: What it takes.
        kwargs: What it takes by name.

    Raises:
        ValueError: The model raised, with its own error as the cause.
        TypeError: The model cannot be copied.
    """
    errors: list[Exception] = []
    held = copies.find_tensors((model, args, kwargs))
    outside = frozenset(map(id, held))
    for attempt in _on_meta, _as_fake, _for_real:
        convert, modes, is_doubtful = attempt()
        inner, given = copies.copy_with(model, (args, kwargs), held, convert)
        inputs = copies.find_tensors(given)
        batch = next((len(t) for t in inputs if t.ndim > 1), 1) or 1
        trace = Trace(batch, outside)
        trace.flow.came_from.update({trace.flow.key(t): 0 for t in inputs})
        try:
            args_copy, kwargs_copy = given
            notes = _run(inner, args_copy, kwargs_copy, trace, modes)
        except OpaqueModelError as error:
            raise TypeError(str(error)) from None
        except Exception as error:
            _forget_frames(error)
            leftovers.remove(trace.made, (inner, given))
            # The same error without values and without a device is about the input.
            told = type(error), str(error)
            if errors and told == (type(errors[-1]), str(errors[-1])):
                break
            errors.append(error)
        else:
            if not leftovers.remove(trace.made, (inner, given)):
                notes.append(LEFT)
            if is_doubtful(trace):
                continue
            if attempt is _for_real:
                notes.append(FOR_REAL)
            return Ran(inner, trace, notes)
    cause = errors[-1]
    raise ValueError(
        f"inputs: expected what this model takes, got {_shapes(args, kwargs)}: {type(cause).__name__}: {cause}"
    ) from cause


def _forget_frames(error: BaseException | None) -> None:
    """Drop what the functions that raised still hold."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _on_meta() -> Attempt:
    """Without values, and on no device: the fastest."""
    meta = _Meta()
    # What asks where a tensor is, or catches that it has no value, may do something else there.
    return (
        _dense(lambda t: t.to("meta")),
        [meta],
        lambda trace: meta.asked or trace.looked,
    )


def _as_fake() -> Attempt:
    """Without values, and as on the device where the model is: it may mix with tensors of its own."""
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    return _dense(mode.from_tensor), [mode], lambda trace: trace.looked


def _for_real() -> Attempt:
    return _dense(torch.clone), [], lambda _: False


class _Meta(DeviceContext):
    """Makes new tensors on the meta device, and notes whether Python asks one where it is."""

    def __init__(self) -> None:
        super().__init__(torch.device("meta"))
        self.asked = False

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        # Autocast casts on a device, and asks for it below Python.
        casts = any(map(torch.is_autocast_enabled, ("cpu", "cuda")))
        self.asked |= casts or func in ASKS
        return super().__torch_function__(func, types, args, kwargs)


def _dense(convert: Convert) -> Convert:
    """Return a conversion that gives an input made from a shape, which repeats one zero, memory of its own."""

    def converted(tensor: Tensor) -> Tensor:
        new = convert(tensor)
        repeats = tensor.layout is torch.strided and 0 in tensor.stride()
        return new.contiguous() if repeats else new

    return converted


def _run(
    model: nn.Module,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    trace: Trace,
    modes: list[Any],
) -> list[str]:
    """Run a copy, and return what a reader should know of it."""
    notes = []
    dropped = copies.drop_outer_hooks(model)
    if dropped:
        notes.append(
            f"Hooks that are functions did not run, as they might keep what they see: {', '.join(dropped)}."
        )
    model.eval()  # batch normalisation cannot normalise a batch of one pixel
    trace.watch(model)
    with ExitStack() as stack:
        stack.enter_context(_undisturbed())
        for mode in modes:
            stack.enter_context(mode)
        stack.enter_context(trace)
        output = model(*args, **kwargs)
    for tensor in copies.find_tensors(output):
        trace.flow.leave(tensor, trace.batch)
    if trace.uncounted:
        notes.append(
            f"Counted as nothing, since PyTorch's counter does not know it: {', '.join(trace.uncounted)}."
        )
    return notes


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Leave random numbers, warnings and settings as they are, and let nothing run that hides its operations."""
    mha = torch.backends.mha
    libraries: list[Any] = [torch.backends.mkldnn, torch.backends.cudnn]
    with ExitStack() as stack:
        stack.callback(random.setstate, random.getstate())
        stack.callback(np.random.set_state, np.random.get_state())
        stack.enter_context(torch.random.fork_rng())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(torch.no_grad())
        stack.enter_context(_no_global_hooks())
        # Their kernels for a whole attention or recurrence hide its products.
        stack.enter_context(sdpa_kernel(SDPBackend.MATH))
        for library in libraries:
            stack.callback(setattr, library, "enabled", library.enabled)
            library.enabled = False
        stack.callback(mha.set_fastpath_enabled, mha.get_fastpath_enabled())
        mha.set_fastpath_enabled(False)
        stack.enter_context(torch.compiler.set_stance("force_eager"))
        yield


@contextmanager
def _no_global_hooks() -> Iterator[None]:
    """Put away the hooks of all modules: they belong to whoever watches the originals."""
    hooks = nn.modules.module
    kept = []
    for all_hooks in (
        hooks._global_forward_pre_hooks,
        hooks._global_forward_hooks,
    ):
        kept.append((all_hooks, dict(all_hooks)))
        all_hooks.clear()
    try:
        yield
    finally:
        for all_hooks, before in kept:
            all_hooks.update(before)


def _shapes(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    tensors = copies.find_tensors((args, kwargs))
    return ", ".join(str(tuple(t.shape)) for t in tensors) or "no tensor"
