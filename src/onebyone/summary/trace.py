"""The operations that run when a model does, each with the module that asked for it and what it costs."""

import threading
import weakref
from dataclasses import dataclass, field
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch._ops import HigherOrderOperator
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from onebyone.summary.flow import Flow, Mixing

PARAMETRIZED = ".parametrizations."
NORMALISE = ("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm")  # fmt: skip
# Products that PyTorch's counter does not know. Custom operations are unknown too.
UNCOUNTED = (
    "mv",
    "addmv",
    "dot",
    "vdot",
    "addr",
    "addbmm",
    "_trilinear",
    "_cdist_forward",
    "mkldnn_rnn_layer",
    "_cudnn_rnn",
    "miopen_rnn",
)


class OpaqueModelError(TypeError):
    """The model runs in a way that cannot be followed."""


@dataclass(eq=False)
class Call:
    """One run of a module."""

    path: str
    module: nn.Module
    parent: "Call | None"
    is_leaf: bool
    output: tuple[int, ...] = ()

    def chain(self) -> "list[Call]":
        """Return the runs around this one and itself, the model's first."""
        return [*self.parent.chain(), self] if self.parent else []


@dataclass(eq=False)
class Operation:
    """What one operation did."""

    call: Call
    name: str
    kind: str
    macs: int = 0
    activations: int = 0  # bytes
    weight: int | None = None  # the memory of the weight that it multiplies by
    kernel: tuple[int, ...] = ()
    groups: int = 1
    mixing: Mixing | None = None
    output: tuple[int, ...] = ()

    @property
    def is_product(self) -> bool:
        """Whether it multiplies and accumulates."""
        return self.macs > 0 or self.mixing is not None


@dataclass(eq=False)
class Trace(TorchDispatchMode):
    """Notes each operation that runs while it is active."""

    supports_higher_order_operators = True

    batch: int
    outside: frozenset[int]  # the tensors of the original, by id
    made: list[weakref.ref[Tensor]] = field(default_factory=list)
    flow: Flow = field(default_factory=Flow)
    operations: list[Operation] = field(default_factory=list)
    used: dict[int, Operation] = field(default_factory=dict)
    viewed: dict[int, Operation] = field(default_factory=dict)
    looked: bool = False  # at a value
    uncounted: dict[str, None] = field(default_factory=dict)
    stack: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def watch(self, model: nn.Module) -> None:
        """Follow which module of a model runs. The hooks stay, so the model must be a copy."""
        thread = threading.get_ident()
        # What a model does around its own run, it does here.
        self.stack.append(Call("", model, None, is_leaf=False))
        for path, module in model.named_modules():
            if PARAMETRIZED in f".{path}.":
                continue  # what computes a weight belongs to whose weight it is
            inner = (name for name, _ in module.named_children())
            is_leaf = not any(name != "parametrizations" for name in inner)

            def enter(
                module: nn.Module,
                _: Any,
                path: str = path,
                is_leaf: bool = is_leaf,
            ) -> None:
                if threading.get_ident() != thread:
                    raise OpaqueModelError(
                        f"model: expected one thread, got {type(module).__name__} at {path!r} in another"
                    )
                self.stack.append(Call(path, module, self.stack[-1], is_leaf))

            def leave(_: nn.Module, __: Any, output: Any) -> None:
                call, tensors = self.stack.pop(), _tensors(output)
                call.output = tuple(tensors[0].shape) if tensors else ()

            module.register_forward_pre_hook(enter, prepend=True)
            module.register_forward_hook(leave, always_call=True)

    def find_use(self, tensor: Tensor) -> Operation | None:
        """Return the first operation that uses a tensor, or else makes a view of it."""
        memory = self.flow.key(tensor)
        return self.used.get(memory, self.viewed.get(memory))

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # fmt: skip
        kwargs = kwargs or {}
        if isinstance(func, HigherOrderOperator):  # hides what it runs
            self.uncounted[func.name()] = None
            return func(*args, **kwargs)
        packet = func.overloadpacket
        # Asked for a device, PyTorch must not hear of an error.
        if packet not in flop_registry and packet is not torch.ops.prim.device:
            with self:
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
        self.looked |= packet is torch.ops.aten._local_scalar_dense
        given = _tensors((args, kwargs))
        if any(id(tensor) in self.outside for tensor in given):
            raise OpaqueModelError(
                "model: expected parts of its own, got a function in it that reaches the model it was copied from"
            )
        result = func(*args, **kwargs)
        self._note(packet, args, kwargs, given, result)
        return result

    def _note(
        self,
        packet: Any,
        args: Any,
        kwargs: Any,
        given: list[Tensor],
        result: Any,
    ) -> None:
        made = _tensors(result)
        self.made += map(weakref.ref, made)
        flow = self.flow
        name = getattr(packet, "__name__", str(packet)).rstrip("_")
        operation = Operation(self.stack[-1], name, _kind(name))
        operation.output = tuple(made[0].shape) if made else ()
        inside = [flow.key(tensor) for tensor in given]
        outside = [flow.key(tensor) for tensor in made]
        depends = any(memory in flow.came_from for memory in inside)
        sources = flow.sources(inside)
        if packet in flop_registry:
            flops = flop_registry[packet](*args, **kwargs, out_val=result)
            operation.macs = flops // 2
            if name == "convolution":
                self._convolve(operation, args, made[0], sources)
            elif name in PRODUCTS:
                left, right = args[PRODUCTS[name] :][:2]
                self._multiply(operation, left, right, sources)
            elif "attention" in name:
                operation.kind = "attention product"
            if operation.mixing:
                sources = 1 << (len(flow.mixings) - 1)
        elif name in UNCOUNTED or not str(packet).startswith(("aten.", "prim")):
            self.uncounted[str(packet)] = None
        elif depends:
            flow.meet(name, given)
            if name == "add":
                sources = flow.newest(sources)
        for memory in inside:
            first = self.viewed if memory in outside else self.used
            first.setdefault(memory, operation)
        if depends:
            # The statistics beside a normalisation and the places beside a maximum are for training.
            first_only = (
                operation.kind == "normalisation" or "_with_indices" in name
            )
            for tensor, memory in zip(made, outside, strict=True):
                if flow.pass_on(memory, sources):
                    operation.activations += tensor.numel() * tensor.itemsize
                if first_only:
                    break
        self.operations.append(operation)

    def _convolve(
        self, operation: Operation, args: Any, output: Tensor, sources: int
    ) -> None:
        x, weight = args[:2]
        groups = args[8]
        channels = x.shape[1], output.shape[1]
        operation.kernel = tuple(weight.shape[2:])
        operation.groups = groups
        if prod(operation.kernel) == 1:
            kind = "pointwise" if groups == 1 else "grouped pointwise"
        else:
            each = 1 < groups == channels[0]
            kind = "depthwise" if each else "spatial"
        positions = output.numel() // channels[1]
        self._mix(operation, kind, weight, channels, positions, sources)

    def _multiply(
        self, operation: Operation, left: Tensor, right: Tensor, sources: int
    ) -> None:
        # Weights do not depend on the input; where both do, attention multiplies them.
        turned = not self.flow.depends(left)
        x, weight = (right, left) if turned else (left, right)
        if turned and not self.flow.depends(right):
            x, weight = left, right  # a layer that works on constants
        elif self.flow.depends(weight):
            operation.kind = "attention product"
            return
        inner = left.shape[-1]
        outer = weight.shape[-2 if weight is left else -1]
        positions = x.numel() // inner if inner else 0
        self._mix(
            operation, "dense", weight, (inner, outer), positions, sources
        )

    def _mix(
        self,
        operation: Operation,
        kind: str,
        weight: Tensor,
        channels: tuple[int, int],
        positions: int,
        sources: int,
    ) -> None:
        operation.kind = kind
        operation.weight = self.flow.key(weight)
        per_example = max(1, positions // self.batch)
        operation.mixing = self.flow.add(kind, channels, per_example, sources)


# Where the two matrices are in the arguments of each operation that multiplies matrices.
PRODUCTS = {"mm": 0, "bmm": 0, "addmm": 1, "baddbmm": 1, "_scaled_mm": 0}


def _kind(name: str) -> str:
    return "normalisation" if any(n in name for n in NORMALISE) else "other"


def _tensors(held: Any) -> list[Tensor]:
    """Return the tensors in what an operation takes or gives."""
    if isinstance(held, Tensor):
        return [held]
    if isinstance(held, dict):
        held = held.values()
    elif not isinstance(held, list | tuple):
        return []
    return [tensor for one in held for tensor in _tensors(one)]
