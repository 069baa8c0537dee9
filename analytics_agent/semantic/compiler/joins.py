"""Which datasets a fact can reach without multiplying its rows, over which relationships, and which it reaches over a bridge."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from analytics_agent.semantic.model import Bridge, Dataset, Relationship, SemanticModel


@dataclass(frozen=True)
class Hop:
    """One join on the way: from a dataset already there to one whose key the columns are; of versions, `valid` at the fact's time."""

    here: str
    there: str
    here_columns: tuple[str, ...]
    there_columns: tuple[str, ...]
    valid: tuple[str, str] | None = None


@dataclass(frozen=True)
class Crossing:
    """A way to many rows: from a dataset that the fact has one of, to its pairs in `bridge`, and from each pair many-to-one on."""

    bridge: str
    fact: str
    fact_columns: tuple[str, ...]
    pair_columns: tuple[str, ...]
    way: tuple[Hop, ...]
    weight: str | None = None


@dataclass(frozen=True)
class Paths:
    """`to[dataset]` is the way there from the fact; `ambiguous` holds datasets that several equally short ways reach; `over` those of
    which a row of the fact may have many. `timeless` are versions behind a bridge, with its name: which is meant nothing there says."""

    fact: str
    to: dict[str, tuple[Hop, ...]]
    ambiguous: frozenset[str]
    over: dict[str, Crossing] = field(default_factory=dict)
    timeless: dict[str, str] = field(default_factory=dict)

    def splits(self) -> tuple[str, ...]:
        """The datasets by whose fields metrics of the fact can be split and filtered."""
        return tuple(name for name in (*self.to, *self.over) if name not in self.ambiguous)

    def needed(self, datasets: set[str]) -> tuple[Hop, ...]:
        """The hops for these datasets, each once, in an order in which they can be joined."""
        hops = (hop for name in sorted(datasets, key=lambda n: (len(self.to[n]), n)) for hop in self.to[name])
        return tuple(dict.fromkeys(hops))


def paths(model: SemanticModel, fact: str) -> Paths:
    """Shortest many-to-one ways from `fact`, and those over bridges to what no such way reaches. Found once for each model."""
    known: dict[str, Paths] = model.found_paths
    if fact not in known:
        known[fact] = _paths(model, fact)
    return known[fact]


def _paths(model: SemanticModel, fact: str) -> Paths:
    found, ambiguous = _ways(model, fact)
    over: dict[str, Crossing] = {}
    timeless: dict[str, str] = {}
    for name, crossing in _crossings(model, found, ambiguous):
        if name in over or name in timeless:
            ambiguous.add(name)
        # Which version of a thing is meant, the time of a fact says; a pair has none.
        if any(hop.valid for hop in crossing.way):
            timeless[name] = crossing.bridge
        else:
            over[name] = crossing
    ambiguous |= {name for name in (*found, *over) if (fact, name) in model.severed}
    clear = {name: crossing for name, crossing in over.items() if name not in ambiguous}
    return Paths(fact, found, frozenset(ambiguous), clear, timeless)


def _crossings(model: SemanticModel, found: dict[str, tuple[Hop, ...]], ambiguous: set[str]) -> Iterator[tuple[str, Crossing]]:
    for dataset in model.datasets:
        bridge = dataset.bridge
        if bridge is None or bridge.fact not in found or bridge.fact in ambiguous or dataset.name in found:
            continue
        ways, unclear = _ways(model, dataset.name)
        crossing = _crossing(dataset, bridge, ways)
        if crossing is None or {bridge.fact, bridge.to} & unclear:
            continue
        for name, way in ways.items():
            if name not in found and name not in unclear:
                yield name, replace(crossing, way=way)


def _crossing(dataset: Dataset, bridge: Bridge, ways: dict[str, tuple[Hop, ...]]) -> Crossing | None:
    back = ways.get(bridge.fact, ())
    if len(back) != 1 or bridge.to not in ways:
        return None
    return Crossing(dataset.name, bridge.fact, back[0].there_columns, back[0].here_columns, (), bridge.weight)


def _ways(model: SemanticModel, fact: str) -> tuple[dict[str, tuple[Hop, ...]], set[str]]:
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
    return found, ambiguous


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
