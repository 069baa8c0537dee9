"""Which datasets a fact can reach without multiplying its rows, and over which relationships."""

from collections import deque
from dataclasses import dataclass

from analytics_agent.semantic.model import Dataset, Relationship, SemanticModel


@dataclass(frozen=True)
class Hop:
    """One join on the way: from a dataset already there to one whose key the columns are; of versions, `valid` at the fact's time."""

    here: str
    there: str
    here_columns: tuple[str, ...]
    there_columns: tuple[str, ...]
    valid: tuple[str, str] | None = None


@dataclass(frozen=True)
class Paths:
    """`to[dataset]` is the way there from the fact; `ambiguous` holds datasets that several equally short ways reach."""

    fact: str
    to: dict[str, tuple[Hop, ...]]
    ambiguous: frozenset[str]

    def needed(self, datasets: set[str]) -> tuple[Hop, ...]:
        """The hops for these datasets, each once, in an order in which they can be joined."""
        hops = (hop for name in sorted(datasets, key=lambda n: (len(self.to[n]), n)) for hop in self.to[name])
        return tuple(dict.fromkeys(hops))


def paths(model: SemanticModel, fact: str) -> Paths:
    """Shortest many-to-one ways from `fact`. A hop is taken only towards a key, so that no row of the fact is counted twice."""
    found: dict[str, tuple[Hop, ...]] = {fact: ()}
    ambiguous: set[str] = set()
    queue = deque([fact])
    while queue:
        here = queue.popleft()
        for hop in _hops(model, here):
            way = (*found[here], hop)
            if hop.there not in found:
                found[hop.there] = way
                queue.append(hop.there)
                if here in ambiguous:
                    ambiguous.add(hop.there)
            elif len(found[hop.there]) == len(way) and found[hop.there] != way:
                ambiguous.add(hop.there)
    return Paths(fact, found, frozenset(ambiguous | {name for name in found if (fact, name) in model.severed}))


def _hops(model: SemanticModel, here: str) -> list[Hop]:
    dataset = model.dataset(here)
    hops = [_forward(r, model.dataset(r.one)) for r in model.relationships if r.many == here]
    is_versioned = dataset is not None and dataset.valid is not None
    backward = [_backward(r) for r in model.relationships if r.one == here and not is_versioned and _one_to_one(model.dataset(r.many), r)]
    return [*hops, *backward]


def _forward(r: Relationship, one: Dataset | None) -> Hop:
    return Hop(r.many, r.one, r.many_columns, r.one_columns, one.valid if one else None)


def _backward(r: Relationship) -> Hop:
    return Hop(r.one, r.many, r.one_columns, r.many_columns)


def _one_to_one(many: Dataset | None, r: Relationship) -> bool:
    """True when the columns on the many side are themselves a key, so that neither side can multiply the other."""
    return many is not None and any(key <= frozenset(r.many_columns) for key in many.unique_sets())
