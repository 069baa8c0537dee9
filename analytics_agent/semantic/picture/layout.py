"""Where boxes and the lines between them stand: layers from left to right, few crossings, lines as straight as the boxes allow.

The method is Sugiyama's (layers, order by the median of neighbors, then heights), with boxes of a group beside one another. It knows
nothing of what is drawn.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from statistics import fmean

GAP_X, GAP_Y, LANE, APART = 76.0, 22.0, 14.0, 48.0
"""Between layers, between boxes of a layer, for a line that passes a layer, and between parts that hang together by nothing."""
_LEAST_HEIGHT = 760.0
_ASPECT = 1.5
_SWEEPS = 12
_SHARED = 6
"""Boxes that begin, from which on they may stand on both sides."""


@dataclass(frozen=True)
class Box:
    name: str
    width: float
    height: float
    group: str = ""


@dataclass(frozen=True)
class Link:
    """From a box to one that is better at its right."""

    left: str
    right: str


Point = tuple[float, float]


@dataclass(frozen=True)
class Layout:
    """`corners` are upper left corners. `routes` has, for each link in its order, points from its `left` box to its `right` one: each two
    of them are a way between layers or, level, past one."""

    width: float
    height: float
    corners: Mapping[str, Point]
    routes: tuple[tuple[Point, ...], ...]


def layout(boxes: Sequence[Box], links: Sequence[Link]) -> Layout:
    """Links of a box with itself or with none are given no points."""
    known = {box.name: box for box in boxes}
    usable = [i for i, link in enumerate(links) if link.left != link.right and link.left in known and link.right in known]
    parts = _parts(boxes, [links[i] for i in usable])
    placed = [_Layers([known[name] for name in names], {i: links[i] for i in usable if links[i].left in names}).placed() for names in parts]
    return _packed(placed, len(links))


def _parts(boxes: Sequence[Box], links: Sequence[Link]) -> list[set[str]]:
    """Boxes that hang together; those without any link are one part of their own."""
    near: dict[str, set[str]] = defaultdict(set)
    for link in links:
        near[link.left].add(link.right)
        near[link.right].add(link.left)
    parts, seen = [], set[str]()
    for box in boxes:
        if box.name in seen or box.name not in near:
            continue
        part, waiting = set[str](), [box.name]
        while waiting:
            name = waiting.pop()
            if name not in part:
                part.add(name)
                waiting += near[name] - part
        seen |= part
        parts.append(part)
    alone = {box.name for box in boxes} - seen
    return [*parts, *([alone] if alone else [])]


@dataclass(frozen=True)
class _Part:
    """What hangs together, from its own upper left corner."""

    width: float
    height: float
    corners: Mapping[str, Point]
    routes: Mapping[int, tuple[Point, ...]]


@dataclass
class _Node:
    """A box, or the place where a line passes a layer (then it has no width)."""

    width: float
    height: float
    group: str
    layer: int = 0
    y: float = 0.0
    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def room(self) -> float:
        return self.height + (GAP_Y if self.width else 0)


class _Layers:
    def __init__(self, boxes: Sequence[Box], links: Mapping[int, Link]) -> None:
        self._boxes = boxes
        self._links = links
        self._nodes = {box.name: _Node(box.width, box.height, box.group or box.name) for box in boxes}
        self._ways: dict[int, list[str]] = {}
        self._turned: set[int] = set()
        self._order: list[list[str]] = []

    def placed(self) -> _Part:
        if not self._links:
            return _grid(self._boxes)
        self._turn_cycles()
        self._layer()
        self._pass_layers()
        self._sort()
        self._settle()
        return self._drawn()

    # layers

    def _turn_cycles(self) -> None:
        """Links against the stream are read the other way round, so that every box has a layer."""
        state: dict[str, int] = {}
        out: dict[str, list[tuple[int, str]]] = defaultdict(list)
        entered = {link.right for link in self._links.values()}
        for i, link in self._links.items():
            out[link.left].append((i, link.right))
        for start in sorted(self._nodes, key=lambda name: name in entered):
            stack = [(start, iter(out[start]))] if start not in state else []
            state.setdefault(start, 1)
            while stack:
                name, rest = stack[-1]
                step = next(rest, None)
                if step is None:
                    state[name] = 2
                    stack.pop()
                elif state.get(step[1]) == 1:
                    self._turned.add(step[0])
                elif step[1] not in state:
                    state[step[1]] = 1
                    stack.append((step[1], iter(out[step[1]])))

    def _ends(self, i: int) -> tuple[str, str]:
        link = self._links[i]
        return (link.right, link.left) if i in self._turned else (link.left, link.right)

    def _layer(self) -> None:
        self._share_out()
        ends = [self._ends(i) for i in self._links]
        self._push(ends)
        self._beside(ends)
        for name, node in self._nodes.items():  # what nothing leads to stands right before what it leads to
            after = [self._nodes[b].layer for a, b in ends if a == name]
            if after and not any(b == name for _, b in ends):
                node.layer = max(node.layer, min(after) - 1)
        self._thin_out({a for a, _ in ends})
        place = {layer: at for at, layer in enumerate(sorted({node.layer for node in self._nodes.values()}))}
        for node in self._nodes.values():  # none is left empty by what moved
            node.layer = place[node.layer]

    def _most(self) -> float:
        """How high a layer may become, so that the whole is about as wide as a screen is."""
        area = sum((node.width + GAP_X) * node.room for node in self._nodes.values())
        return max(_LEAST_HEIGHT, sqrt(area / _ASPECT) * 1.15)

    def _share_out(self) -> None:
        """Where too many boxes would begin at the left, every second one stands at the right of what it leads to."""
        ends = [self._ends(i) for i in self._links]
        begin = [name for name in self._nodes if not any(b == name for _, b in ends)]
        if len(begin) < _SHARED or sum(self._nodes[name].room for name in begin) <= self._most():
            return
        first = {name: min(b for a, b in ends if a == name) for name in begin}
        right = {*sorted(begin, key=lambda name: first[name])[1::2]}
        self._turned ^= {i for i in self._links if self._ends(i)[0] in right}

    def _push(self, ends: Sequence[tuple[str, str]]) -> None:
        for _ in self._nodes:
            late = [(a, b) for a, b in ends if self._nodes[b].layer <= self._nodes[a].layer]
            for a, b in late:
                self._nodes[b].layer = max(self._nodes[b].layer, self._nodes[a].layer + 1)
            if not late:
                return

    def _beside(self, ends: Sequence[tuple[str, str]]) -> None:
        """Boxes of a group in the layer of the last of them, unless one of them leads to another."""
        groups: dict[str, list[str]] = defaultdict(list)
        for name, node in self._nodes.items():
            groups[node.group].append(name)
        for names in groups.values():
            linked = any(a in names and b in names for a, b in ends)
            if len(names) > 1 and not linked:
                last = max(self._nodes[name].layer for name in names)
                before = {name: node.layer for name, node in self._nodes.items()}
                for name in names:
                    self._nodes[name].layer = last
                self._push(ends)
                if len({self._nodes[name].layer for name in names}) > 1:  # they are reached by one another, over others
                    for name, layer in before.items():
                        self._nodes[name].layer = layer

    def _thin_out(self, leading: set[str]) -> None:
        """Of a layer that is too high, boxes that lead nowhere go into a further one."""
        most, layer = self._most(), 0
        while layer <= max(node.layer for node in self._nodes.values()):
            here = [name for name, node in self._nodes.items() if node.layer == layer]
            height = sum(self._nodes[name].room for name in here)
            able = [name for name in here if name not in leading]
            while height > most and len(able) > 1:
                moved = self._nodes[able.pop()]
                moved.layer += 1
                height -= moved.room - LANE
            layer += 1

    def _pass_layers(self) -> None:
        for i in self._links:
            first, last = self._ends(i)
            way = [first]
            for layer in range(self._nodes[first].layer + 1, self._nodes[last].layer):
                name = f"\0{i}\0{layer}"
                self._nodes[name] = _Node(0.0, LANE, name, layer)
                way.append(name)
            self._ways[i] = [*way, last]
            for one, other in pairwise(self._ways[i]):
                self._nodes[one].right.append(other)
                self._nodes[other].left.append(one)

    # order

    def _sort(self) -> None:
        depth = max(node.layer for node in self._nodes.values()) + 1
        first = {node.group: place for place, node in reversed([*enumerate(self._nodes.values())])}
        given = sorted(self._nodes, key=lambda name: first[self._nodes[name].group])
        self._order = [[name for name in given if self._nodes[name].layer == layer] for layer in range(depth)]
        best, fewest = [list(names) for names in self._order], self._crossings()
        for sweep in range(_SWEEPS):
            layers = range(1, depth) if sweep % 2 == 0 else range(depth - 2, -1, -1)
            for layer in layers:
                self._sort_layer(layer, "left" if sweep % 2 == 0 else "right")
            if (crossings := self._crossings()) < fewest:
                best, fewest = [list(names) for names in self._order], crossings
        self._order = best

    def _sort_layer(self, layer: int, side: str) -> None:
        beside = self._order[layer + (-1 if side == "left" else 1)]
        at = {name: place for place, name in enumerate(beside)}
        here = self._order[layer]
        own = {
            name: fmean(near) if (near := [at[n] for n in getattr(self._nodes[name], side)]) else place * len(beside) / max(1, len(here))
            for place, name in enumerate(here)
        }
        groups: dict[str, list[float]] = defaultdict(list)
        for name in here:
            groups[self._nodes[name].group].append(own[name])
        self._order[layer] = sorted(here, key=lambda n: (fmean(groups[self._nodes[n].group]), self._nodes[n].group, own[n]))

    def _crossings(self) -> int:
        found = 0
        for one, other in pairwise(self._order):
            at = {name: place for place, name in enumerate(other)}
            ends = [at[there] for name in one for there in sorted(self._nodes[name].right, key=at.__getitem__)]
            found += sum(a > b for i, a in enumerate(ends) for b in ends[i + 1 :])
        return found

    # heights

    def _settle(self) -> None:
        """Each box as near to the middle of its neighbors as its layer allows."""
        for names in self._order:
            y = 0.0
            for name in names:
                self._nodes[name].y = y
                y += self._nodes[name].room
        for sweep in range(_SWEEPS):
            for names in self._order if sweep % 2 == 0 else self._order[::-1]:
                self._settle_layer(names)
        top = min(node.y for node in self._nodes.values())
        for node in self._nodes.values():
            node.y -= top

    def _settle_layer(self, names: Sequence[str]) -> None:
        """Least squares under the order that is given: neighbors that would overlap move as one (pool adjacent violators)."""
        blocks: list[list[float]] = []  # wished top of the first, how many, height before each of them
        offset = 0.0
        for name in names:
            node = self._nodes[name]
            near = [self._nodes[other].middle for other in (*node.left, *node.right)]
            blocks.append([(fmean(near) - node.height / 2 if near else node.y) - offset, 1.0])
            offset += node.room
            while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
                (first, n), (second, m) = blocks[-2:]
                blocks[-2:] = [[(first * n + second * m) / (n + m), n + m]]
        places = [wish for wish, count in blocks for _ in range(int(count))]
        offset = 0.0
        for name, place in zip(names, places, strict=True):
            self._nodes[name].y = place + offset
            offset += self._nodes[name].room

    # points

    def _drawn(self) -> _Part:
        left, x = [], 0.0
        widths = [max(self._nodes[name].width for name in names) for names in self._order]
        for layer, names in enumerate(self._order):
            left.append(x)
            lines = sum(len(self._nodes[name].right) for name in names)
            x += widths[layer] + GAP_X + min(72.0, 3.0 * lines)
        sizes = {box.name: box for box in self._boxes}
        corners = {name: (left[node.layer], node.y) for name, node in self._nodes.items() if name in sizes}
        height = max(node.y + node.height for node in self._nodes.values())
        routes = {i: self._route(i, left, widths) for i in self._links}
        return _Part(left[-1] + widths[-1], height, corners, routes)

    def _route(self, i: int, left: Sequence[float], widths: Sequence[float]) -> tuple[Point, ...]:
        way = self._ways[i]
        points: list[Point] = [(left[self._nodes[way[0]].layer] + self._nodes[way[0]].width, self._port(way[0], i, "right"))]
        for name in way[1:-1]:
            node = self._nodes[name]
            points += [(left[node.layer], node.middle), (left[node.layer] + widths[node.layer], node.middle)]
        points.append((left[self._nodes[way[-1]].layer], self._port(way[-1], i, "left")))
        return tuple(reversed(points)) if i in self._turned else tuple(points)

    def _port(self, name: str, i: int, side: str) -> float:
        """Where a line leaves the side of a box: those of one side stand in the order of their other ends, none at a corner."""
        node = self._nodes[name]
        ends = [
            (self._nodes[way[1] if side == "right" else way[-2]].middle, j) for j, way in self._ways.items() if self._is_at(way, name, side)
        ]
        place = sorted(ends).index(next(end for end in ends if end[1] == i))
        return node.y + node.height * (place + 1) / (len(ends) + 1)

    @staticmethod
    def _is_at(way: Sequence[str], name: str, side: str) -> bool:
        return way[0 if side == "right" else -1] == name


def _grid(boxes: Sequence[Box]) -> _Part:
    """Boxes that no line leads to, in rows."""
    across = max(1, round(sqrt(len(boxes) * _ASPECT)))
    corners: dict[str, Point] = {}
    y = widest = 0.0
    for start in range(0, len(boxes), across):
        row = boxes[start : start + across]
        x = 0.0
        for box in row:
            corners[box.name] = (x, y)
            x += box.width + GAP_Y
        widest, y = max(widest, x - GAP_Y), y + max(box.height for box in row) + GAP_Y
    return _Part(widest, y - GAP_Y, corners, {})


def _packed(parts: Sequence[_Part], links: int) -> Layout:
    """Parts on shelves, the highest first, about as wide as a screen is."""
    if not parts:
        return Layout(0.0, 0.0, {}, ((),) * links)
    area = sum((part.width + APART) * (part.height + APART) for part in parts)
    shelf = max(*(part.width for part in parts), sqrt(area * _ASPECT)) if len(parts) > 1 else parts[0].width
    corners: dict[str, Point] = {}
    routes: dict[int, tuple[Point, ...]] = {}
    x = y = high = widest = 0.0
    for part in sorted(parts, key=lambda one: -one.height):
        if x and x + part.width > shelf:
            x, y, high = 0.0, y + high + APART, 0.0
        corners |= {name: (x + a, y + b) for name, (a, b) in part.corners.items()}
        routes |= {i: tuple((x + a, y + b) for a, b in points) for i, points in part.routes.items()}
        x, high, widest = x + part.width + APART, max(high, part.height), max(widest, x + part.width)
    return Layout(widest, y + high, corners, tuple(routes.get(i, ()) for i in range(links)))
