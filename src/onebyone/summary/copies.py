"""A copy of a model and its inputs whose tensors hold no values, so that running it costs and changes nothing."""

import copy
import functools
import types
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

Convert = Callable[[Tensor], Tensor]
# What holds no tensors, or is not copied.
PLAIN = (
    int,
    float,
    str,
    bytes,
    type(None),
    type,
    types.FunctionType,
    types.ModuleType,
)


def unwrap(model: nn.Module) -> nn.Module:
    """Return the model in what torch.compile, DataParallel or DistributedDataParallel made of it."""
    wrappers = nn.DataParallel, nn.parallel.DistributedDataParallel
    while True:
        if isinstance(model, wrappers):
            model = model.module
        elif isinstance(getattr(model, "_orig_mod", None), nn.Module):
            model = model._orig_mod  # type: ignore[assignment]
        else:
            return model


def refuse_opaque(model: nn.Module) -> None:
    """Raise where a part of the model hides its parameters or its operations from Python."""
    for path, module in model.named_modules():
        where = f"{type(module).__name__} at {path!r}" if path else "one"
        if isinstance(module, torch.jit.ScriptModule):
            raise TypeError(
                f"model: expected layers in Python, got {where} that torch.jit made; take the module it was made from"
            )
        if ".quantized." in f"{type(module).__module__}.":
            raise TypeError(
                f"model: expected parameters in floating point, got {where} that is quantised"
            )


def copy_with(
    model: nn.Module, inputs: Any, held: list[Tensor], convert: Convert
) -> Any:
    """Return a deep copy of a model and its inputs, with each tensor held in them as `convert` makes it.

    Raises:
        TypeError: The model holds something that cannot be copied.
    """
    try:
        # deepcopy takes what its memo has for what it would copy: so no weight is ever copied.
        memo: dict[int, Any] = {}
        for tensor in sorted(held, key=_is_part):
            memo[id(tensor)] = _like(tensor, convert, memo)
        for module in model.modules():  # a third of the time goes into these
            for hooks in vars(module).values():
                if type(hooks) is OrderedDict and not hooks:
                    memo[id(hooks)] = OrderedDict()
        made, given = copy.deepcopy((model, inputs), memo)
    except Exception as error:
        raise TypeError(
            f"model, inputs: expected what can be copied, so that yours stay as they are, got {error!r}"
        ) from error
    own = set(model.modules())
    for module in made.modules():
        if module in own:
            raise TypeError(
                f"model: expected parts that can be copied, got {type(module).__name__}, whose copy is itself"
            )
        for name, value in vars(module).items():
            if isinstance(value, types.FunctionType) and value.__closure__:
                vars(module)[name] = _rebind(value, memo)
    return made, given


def _is_part(tensor: Tensor) -> bool:
    return not is_lazy(tensor) and tensor._base is not None


def _rebind(function: Any, memo: dict[int, Any]) -> Any:
    """Return a function that reaches the copies of what it reached: deepcopy leaves functions as they are."""

    def copied(held: Any) -> Any:
        if isinstance(held, types.MethodType):
            inner = memo.get(id(held.__self__), held.__self__)
            return types.MethodType(held.__func__, inner)
        return memo.get(id(held), held)

    cells = [
        types.CellType(copied(cell.cell_contents))
        for cell in function.__closure__
    ]
    made = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        tuple(cells),
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def find_tensors(held: Any) -> list[Tensor]:
    """Return the tensors in modules, containers and the attributes of objects."""
    found: list[Tensor] = []
    seen: set[int] = set()
    rest = deque([held])
    while rest:
        one = rest.popleft()
        if isinstance(one, PLAIN) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Tensor):
            found.append(one)
        elif isinstance(one, dict):
            rest += one.values()
        elif isinstance(one, list | tuple | set | frozenset | deque):
            rest += one
        elif hasattr(one, "__dict__"):
            rest += vars(one).values()
    return found


def drop_outer_hooks(model: nn.Module) -> list[str]:
    """Remove the hooks that would reach out of a copy, and return the paths of their modules.

    A method or an object was copied with the model. A plain function was not: it might keep what it sees. PyTorch's
    own, of pruning and weight normalisation, are a part of the model.
    """
    paths = []
    for path, module in model.named_modules():
        for hooks in module._forward_pre_hooks, module._forward_hooks:
            for key, hook in list(hooks.items()):
                while isinstance(hook, functools.partial):
                    hook = hook.func
                outer = isinstance(
                    hook, types.FunctionType | types.BuiltinFunctionType
                ) or isinstance(getattr(hook, "__self__", None), type)
                if outer and not f"{hook.__module__}.".startswith("torch."):
                    del hooks[key]
                    paths.append(path)
    return paths


def _like(tensor: Tensor, convert: Convert, memo: dict[int, Any]) -> Tensor:
    if is_lazy(tensor):
        place = convert(torch.empty(0, device=tensor.device)).device
        made: Tensor = type(tensor)(  # type: ignore[call-arg]
            device=place, dtype=tensor.dtype
        )
        return made
    base = memo.get(id(tensor._base))
    if base is None:
        new = convert(tensor.detach())
    else:  # a part of a parameter stays a part of it
        new = base.detach().as_strided(
            tensor.shape, tensor.stride(), tensor.storage_offset()
        )
    if isinstance(tensor, nn.Parameter) and not isinstance(new, nn.Parameter):
        new = nn.Parameter(new, requires_grad=tensor.requires_grad)
    elif tensor.requires_grad and tensor.is_leaf:
        new.requires_grad_()
    vars(new).update(vars(tensor))
    return new
