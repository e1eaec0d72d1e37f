"""The rows of a summary, made of the operations that ran."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from torch import nn
from torch.nn.utils import parametrize

from onebyone.summary.table import Layer
from onebyone.summary.trace import PARAMETRIZED, Call, Operation, Trace

CONVOLUTIONS = ("pointwise", "grouped pointwise", "depthwise", "spatial")
NAMES = 3  # of operations in one row
NORM = re.compile("Norm(?!al)")


@dataclass(eq=False)
class Row:
    """Operations that belong together, and the parameters that they use first."""

    call: Call
    path: str
    operations: list[Operation] = field(default_factory=list)
    parameters: int = 0


def make_rows(
    model: nn.Module, trace: Trace, depth: int | None, axis: int
) -> tuple[Layer, ...]:
    """Return a row for each layer, or for each part at a depth, in the order in which they ran.

    Args:
        model: The copy that ran.
        trace: What ran in it.
        depth: As `summary` has it.
        axis: The first axis of a shape to show.
    """
    used = {
        name: trace.find_use(parameter)
        for name, parameter in model.named_parameters()
    }
    modules = dict(model.named_modules())
    rows = _group(model, trace, used)
    layers: list[Layer] = []
    for part, group in groupby(rows, lambda row: _part(row, depth)):
        inside = list(group)
        # What is no part of anything has a row of its own.
        each = [inside] if part else [[row] for row in inside]
        layers += (_layer(modules, trace, some, part, axis) for some in each)
    return (*layers, *_idle(model, used))


def _group(
    model: nn.Module, trace: Trace, used: dict[str, Operation | None]
) -> Iterator[Row]:
    """Yield the operations that belong together, in the order of the first of each."""
    counts = {name: p.numel() for name, p in model.named_parameters()}
    owners = {
        trace.flow.key(p): _owner(name) for name, p in model.named_parameters()
    }
    holds: dict[Operation, list[str]] = {}
    for name, first in used.items():
        if first is not None:
            holds.setdefault(first, []).append(name)
    products: dict[Call, str] = {}  # the kind of the first in each layer
    for operation in trace.operations:
        if operation.is_product:
            products.setdefault(operation.call, operation.kind)

    rows: dict[tuple[Call, str, str], Row] = {}
    for operation in trace.operations:
        call, path, mark = operation.call, operation.call.path, ""
        held = holds.get(operation, [])
        if operation.is_product:
            mark = operation.kind
            if not call.is_leaf and operation.weight is not None:
                path = owners.get(operation.weight, path)
        elif call.is_leaf:  # what a layer does beside its product is its own
            mark = products.get(call, "")
        elif held:
            path, mark = _owner(held[0]), "parameter"
        row = rows.setdefault((call, path, mark), Row(call, path))
        row.operations.append(operation)
        row.parameters += sum(counts[name] for name in held)
    for row in rows.values():
        writes = any(op.macs or op.activations for op in row.operations)
        if row.call.is_leaf or row.parameters or writes:
            yield row


def _owner(name: str) -> str:
    """Return where a parameter belongs: to a module, where it is its weight, or else to its own name."""
    if PARAMETRIZED in f".{name}":
        outer, _, inner = f".{name}".rpartition(PARAMETRIZED)
        name = f"{outer}.{inner.split('.')[0]}".removeprefix(".")
    return "" if name == "weight" else name.removesuffix(".weight")


def _part(row: Row, depth: int | None) -> Call | None:
    """Return the run of a module into whose row this one falls at a depth, or None where it has its own."""
    chain = [] if depth is None else row.call.chain()
    if depth is None or len(chain) <= depth:
        return None
    inner = chain[depth]
    return None if inner is row.call and inner.is_leaf else inner


def _layer(
    modules: dict[str, nn.Module],
    trace: Trace,
    rows: list[Row],
    part: Call | None,
    axis: int,
) -> Layer:
    operations = [op for row in rows for op in row.operations]
    one = rows[0] if len(rows) == 1 else None
    kinds = {_kind(row) for row in rows}
    kind = kinds.pop() if len(kinds) == 1 else "several"
    roles = {trace.flow.role(op.mixing) for op in operations if op.mixing}
    if one:
        name, path = _name(modules, one, kind), one.path
        output = one.call.output if one.call.is_leaf else operations[-1].output
    if part:
        path, output = part.path, part.output
        if not one or not one.call.is_leaf:
            name = _class(part.module)
    return Layer(
        path,
        name,
        kind,
        roles.pop() if one and len(roles) == 1 else "",
        # Inside a function, the first axis need not be that of the batch.
        output[axis:] if output[:axis] in ((), (1,)) else output,
        sum(row.parameters for row in rows),
        sum(op.macs for op in operations),
        sum(op.activations for op in operations),
    )


def _kind(row: Row) -> str:
    for operation in row.operations:
        if operation.is_product:
            return operation.kind
    named = row.call.is_leaf and NORM.search(_class(row.call.module))
    normalises = any(op.kind == "normalisation" for op in row.operations)
    return "normalisation" if named or normalises else "other"


def _name(modules: dict[str, nn.Module], row: Row, kind: str) -> str:
    """Return the class of a layer with its kernel, or the names of the operations that are in none."""
    if row.call.is_leaf or (row.path != row.call.path and row.path in modules):
        name = _class(modules[row.path])
    else:
        works = (op for op in row.operations if op.activations or op.macs)
        names = list(dict.fromkeys(op.name.strip("_") for op in works))
        name = ", ".join(names[:NAMES]) + ", …" * (len(names) > NAMES)
    first = next((op for op in row.operations if op.kernel), None)
    if first and kind in CONVOLUTIONS:
        groups = f", {first.groups} groups" if first.groups > 1 else ""
        name += f" {'×'.join(map(str, first.kernel))}{groups}"
    return name or row.operations[0].name


def _class(module: nn.Module) -> str:
    if parametrize.is_parametrized(module):
        return parametrize.type_before_parametrizations(module).__name__
    return type(module).__name__


def _idle(
    model: nn.Module, used: dict[str, Operation | None]
) -> Iterator[Layer]:
    """Yield a row for each part, as large as can be, none of whose parameters was used."""
    counts = {
        name: parameter.numel()
        for name, parameter in model.named_parameters()
        if used[name] is None
    }
    if not counts:
        return
    for path, module in model.named_modules():
        prefix = f"{path}." if path else ""
        held = [name for name in used if name.startswith(prefix)]
        if held and all(name in counts for name in held):
            total = sum(counts.pop(name) for name in held)
            yield _unused(path, _class(module), total)
    for name, count in counts.items():
        yield _unused(name, "parameter", count)


def _unused(path: str, name: str, count: int) -> Layer:
    return Layer(path, name, "did not run", "", (), count, 0, 0)
