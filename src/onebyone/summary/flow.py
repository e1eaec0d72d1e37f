"""What flows where: which layers a tensor comes from, and the roles of 1×1 layers that follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef

MIXES = ("pointwise", "grouped pointwise", "dense")


@dataclass
class Mixing:
    """A layer with weights, as one of the steps between input and output.

    Sets of layers are the bits of an integer, as networks have hundreds of them.
    """

    kind: str
    in_channels: int
    out_channels: int
    positions: int  # pixels or tokens of one example
    sources: int  # the layers before it, with none between
    ancestors: int  # all layers before it
    depth: int  # of the longest way to it
    role: str = ""


@dataclass
class Flow:
    """Which tensors depend on the input, and through which layers they came last."""

    mixings: list[Mixing] = field(default_factory=list)
    came_from: dict[int, int] = field(default_factory=dict)
    kept: dict[int, Any] = field(default_factory=dict)

    def key(self, tensor: Tensor) -> int:
        """Return what tensors that share memory have in common, and no other tensor gets later."""
        try:
            storage = tensor.untyped_storage()
        except NotImplementedError:  # sparse tensors have no storage
            self.kept[id(tensor)] = tensor
            return id(tensor)
        memory: int = storage._cdata
        if memory not in self.kept:
            # The memory itself is free to go, its address is not.
            self.kept[memory] = StorageWeakRef(storage)
        return memory

    def depends(self, tensor: Tensor) -> bool:
        """Return whether a tensor depends on the input; weights do not, however they were computed."""
        return self.key(tensor) in self.came_from

    def sources(self, memories: list[int]) -> int:
        """Return the layers from which what is in some memory comes, with none between."""
        found = 0
        for memory in memories:
            found |= self.came_from.get(memory, 0)
        return found

    def pass_on(self, memory: int, sources: int) -> bool:
        """Note that what is in a memory comes from some layers, and return whether it is there for the first time."""
        before = self.came_from.get(memory)
        if before is None:
            self.came_from[memory] = sources
        elif sources & ~before:
            self.came_from[memory] = self.newest(sources | before)
        return before is None

    def add(
        self,
        kind: str,
        channels: tuple[int, int],
        positions: int,
        sources: int,
    ) -> Mixing:
        """Note a layer, and return it."""
        ancestors, depth = sources, 0
        for one in self._each(sources):
            ancestors |= one.ancestors
            depth = max(depth, one.depth + 1)
        made = Mixing(kind, *channels, positions, sources, ancestors, depth)
        self.mixings.append(made)
        return made

    def meet(self, name: str, tensors: list[Tensor]) -> None:
        """Note the roles that show where two tensors are added or multiplied."""
        both = [tensor for tensor in tensors if self.depends(tensor)]
        if len(both) != 2:
            return
        one, other = (self.came_from[self.key(tensor)] for tensor in both)
        if name == "add":
            self._find_shortcuts(one, other)
            self._find_shortcuts(other, one)
        elif name == "mul" and _weighs_maps(*both):
            self._find_gates(one)
        elif name == "mul" and _weighs_maps(*reversed(both)):
            self._find_gates(other)

    def leave(self, output: Tensor, batch: int) -> None:
        """Note the role of the last layer, where one tensor of the output is its classes, one row an example."""
        last = list(self._each(self.sources([self.key(output)])))
        if len(last) == 1 and output.numel() == batch * last[0].out_channels:
            last[0].role = "classify"

    def role(self, mixing: Mixing) -> str:
        """Return what a layer is there for."""
        if mixing.kind not in MIXES:
            return ""
        if mixing.role:
            return mixing.role
        if mixing.out_channels == mixing.in_channels:
            return "project"
        fewer = mixing.out_channels < mixing.in_channels
        return "reduce" if fewer else "expand"

    def newest(self, layers: int) -> int:
        """Return the layers of a set from which no other of the set comes."""
        older = 0
        for one in self._each(layers):
            older |= one.ancestors
        return layers & ~older

    def _each(self, layers: int) -> Iterator[Mixing]:
        while layers:
            last = layers.bit_length() - 1
            yield self.mixings[last]
            layers ^= 1 << last

    def _find_shortcuts(self, one: int, other: int) -> None:
        # A shortcut starts where a longer way starts too, and is no part of that way.
        others = list(self._each(other))
        on_the_way = 0
        for far in others:
            on_the_way |= far.ancestors
        for near in self._each(one & ~on_the_way):
            longer = all(far.depth > near.depth for far in others)
            if others and longer and not near.sources & ~on_the_way:
                near.role = "shortcut"

    def _find_gates(self, gate: int) -> None:
        for one in self._each(gate):
            if one.positions == 1 and one.role != "squeeze-and-excite":
                one.role = "squeeze-and-excite"
                self._find_gates(one.sources)


def _weighs_maps(gate: Tensor, maps: Tensor) -> bool:
    """Return whether a product has one factor for each map: (N, C, 1, 1) times (N, C, H, W)."""
    return (
        gate.ndim == maps.ndim > 2
        and gate.shape[:2] == maps.shape[:2]
        and gate.numel() == gate.shape[:2].numel() < maps.numel()
    )
