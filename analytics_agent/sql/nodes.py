"""Every node of a tree, found in one walk: rules, lints and the typer ask for kinds of nodes instead of walking the tree again."""

from typing import Any, TypeVar

from sqlglot import exp

E = TypeVar("E", bound=exp.Expr)

_CLASSES: dict[tuple[Any, ...], frozenset[Any]] = {}
"""Some classes with all of their subclasses: the same ones are asked for in every statement."""


class Nodes:
    """Of one tree as it was when this was made. Replaced or added nodes are not seen: make it anew after a change."""

    def __init__(self, tree: exp.Expr) -> None:
        self.tree = tree
        self.all: list[exp.Expr] = list(tree.walk(bfs=False))
        self.kinds: dict[type[exp.Expr], list[exp.Expr]] = {}
        self._places: dict[Any, list[int]] = {}
        for place, node in enumerate(self.all):
            kind = node.__class__
            if (same := self._places.get(kind)) is None:
                self._places[kind], self.kinds[kind] = [place], [node]
            else:
                same.append(place)
                self.kinds[kind].append(node)
        self._found: dict[tuple[type[exp.Expr], ...], list[Any]] = {}

    def of(self, *types: type[E]) -> list[E]:
        """Nodes of these types or of their subclasses, in the order of the tree."""
        found: list[Any] | None = self._found.get(types)
        if found is None:
            kinds = self._places.keys() & (_CLASSES.get(types) or _with_subclasses(types))
            if len(kinds) == 1:
                found = list(self.kinds[kinds.pop()])
            else:
                found = [self.all[place] for place in sorted(place for kind in kinds for place in self._places[kind])]
            self._found[types] = found
        return found


def _with_subclasses(types: tuple[Any, ...]) -> frozenset[Any]:
    known: set[Any] = set()
    pending = list(types)
    while pending:
        kind = pending.pop()
        if kind not in known:
            known.add(kind)
            pending.extend(kind.__subclasses__())
    _CLASSES[types] = frozenset(known)
    return _CLASSES[types]
