"""Every node of a tree, found in one walk: rules, lints and the typer ask for kinds of nodes instead of walking the tree again."""

from typing import Any, TypeVar

from sqlglot import exp

E = TypeVar("E", bound=exp.Expr)


_MATCHES: dict[tuple[Any, Any], bool] = {}
"""Whether a class is one of some, as far as it was asked: the same questions are asked of every statement."""


def _is_one_of(kind: type[exp.Expr], types: tuple[type[exp.Expr], ...]) -> bool:
    known = _MATCHES.get((kind, types))
    if known is None:
        known = _MATCHES[kind, types] = issubclass(kind, types)
    return known


class Nodes:
    """Of one tree as it was when this was made. Replaced or added nodes are not seen: make it anew after a change."""

    def __init__(self, tree: exp.Expr) -> None:
        self.tree = tree
        self.all: list[exp.Expr] = list(tree.walk(bfs=False))
        self.kinds: dict[type[exp.Expr], list[exp.Expr]] = {}
        for node in self.all:
            if (same := self.kinds.get(node.__class__)) is None:
                self.kinds[node.__class__] = [node]
            else:
                same.append(node)
        self._found: dict[tuple[type[exp.Expr], ...], list[Any]] = {}

    def of(self, *types: type[E]) -> list[E]:
        """Nodes of these types or of their subclasses, in the order of the tree."""
        found: list[Any] | None = self._found.get(types)
        if found is None:
            kinds = [kind for kind in self.kinds if _is_one_of(kind, types)]
            if len(kinds) <= 1:
                found = list(self.kinds[kinds[0]]) if kinds else []
            else:
                wanted = set(kinds)
                found = [node for node in self.all if node.__class__ in wanted]
            self._found[types] = found
        return found
