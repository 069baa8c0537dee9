"""A semantic model as a picture: its datasets with their keys, times and metrics, and how they belong together. SVG without a script.

Names are others' words: they are escaped, shortened, and stand whole in the title of what they name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Literal

from analytics_agent.domain.invisible import visible
from analytics_agent.semantic.model import Dataset, Metric, Relationship, SemanticModel
from analytics_agent.semantic.picture.layout import Box, Layout, Link, Point, layout

Theme = Literal["light", "dark"]
WIDTH, MARGIN = 244.0, 28.0
_MOST_METRICS = ((16, 6), (32, 3))
"""Metrics that a box names in a model of so many datasets; the rest is counted, and boxes of a larger model only count."""
_HEAD, _SOURCE, _ROW, _FOOT, _INSET = 34.0, 15.0, 20.0, 8.0, 12.0
_COLORS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        **{"text": "#1F2A33", "second": "#52606C", "third": "#5F6C78", "line": "#D5DCE2", "back": "#FFFFFF", "card": "#FFFFFF"},
        **{"head": "#F6F8F9", "edge": "#8996A1", "accent": "#136F8B", "good": "#24794F", "need": "#8A5A00"},
    },
    "dark": {
        **{"text": "#E6EBEF", "second": "#B3BDC6", "third": "#98A4AF", "line": "#343A40", "back": "#141719", "card": "#1B1F22"},
        **{"head": "#23292D", "edge": "#77838E", "accent": "#6CC5DF", "good": "#67C597", "need": "#E6BE5C"},
    },
}
_FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class Row:
    """A line of a box. `kind` chooses its mark."""

    kind: Literal["key", "time", "metric", "certified", "unreviewed", "more"]
    text: str
    title: str = ""


@dataclass(frozen=True)
class Card:
    """A dataset as it is drawn. `source` is said where it is called otherwise."""

    name: str
    source: str
    title: str
    rows: tuple[Row, ...]
    is_bridge: bool = False

    @property
    def head(self) -> float:
        return _HEAD + (_SOURCE if self.source else 0)

    @property
    def height(self) -> float:
        return self.head + (_FOOT + len(self.rows) * _ROW if self.rows else 0)


@dataclass(frozen=True)
class Line:
    """A relationship; `left` and `right` are where it is better drawn, `many` which of them has many rows."""

    left: str
    right: str
    many: Literal["left", "right"]
    title: str
    is_dashed: bool = False


def picture(model: SemanticModel, theme: Theme = "light") -> str:
    """An SVG document with the colors of the theme. The same model gives the same picture."""
    cards, lines = [_card(model, dataset) for dataset in model.datasets], list(_lines(model))
    boxes = [Box(card.name, WIDTH, card.height, dataset.source) for card, dataset in zip(cards, model.datasets, strict=True)]
    placed = layout(boxes, [Link(line.left, line.right) for line in lines])
    width, height = max(placed.width, WIDTH) + 2 * MARGIN, max(placed.height, _HEAD) + 2 * MARGIN
    return "".join(_document(model, theme, width, height, [*_drawn_lines(lines, placed), *_drawn_cards(cards, placed)]))


# what is drawn


def _card(model: SemanticModel, dataset: Dataset) -> Card:
    table = dataset.source.rpartition(".")[2].strip('"`')
    is_table = " " not in dataset.source
    source = "" if table == dataset.name else table if is_table else "a query"
    said = [dataset.name, dataset.source, dataset.description]
    said += [f"One row is {dataset.grain}."] if dataset.grain else []
    said += [f"Kept by {', '.join(dataset.owners)}."] if dataset.owners else []
    return Card(dataset.name, source, "\n".join(filter(None, said)), (*_rows(model, dataset),), dataset.bridge is not None)


def _rows(model: SemanticModel, dataset: Dataset) -> Iterator[Row]:
    most = next((few for size, few in _MOST_METRICS if len(model.datasets) <= size), 0)
    if most:
        yield from _keys(model, dataset)
    yield from _metrics(model, dataset, most)


def _keys(model: SemanticModel, dataset: Dataset) -> Iterator[Row]:
    if dataset.primary_key:
        yield Row("key", ", ".join(dataset.primary_key), f"Key: {', '.join(dataset.primary_key)}")
    own = [field for field in dataset.fields if field.is_time]
    chosen = next((field for field in own if field.path in (dataset.time_field, model.time_field)), own[0] if own else None)
    if dataset.valid:
        yield Row("time", f"{dataset.valid[0]} – {dataset.valid[1]}", "From when to when a row holds")
    elif chosen:
        yield Row("time", chosen.name, f"Time: {', '.join(field.name for field in own)}")


def _metrics(model: SemanticModel, dataset: Dataset, most: int) -> Iterator[Row]:
    """The certified ones first. A dataset without any says how many fields it has."""
    metrics = sorted((m for m in model.metrics if m.dataset == dataset.name), key=lambda m: model.certification_of(m).status != "certified")
    few = metrics if len(metrics) <= most + 1 and most else metrics[:most]
    for metric in few:
        yield _metric_row(model, metric)
    if rest := metrics[len(few) :]:
        yield Row("more", _counted(model, rest, bool(few)), "\n".join(metric.label for metric in rest))
    elif not metrics and dataset.fields:
        count = len(dataset.fields)
        yield Row("more", f"{count} field{'' if count == 1 else 's'}", "\n".join(field.label for field in dataset.fields))


def _counted(model: SemanticModel, metrics: Sequence[Metric], are_more: bool) -> str:
    count = f"{len(metrics)} {'more ' if are_more else ''}metric{'' if len(metrics) == 1 else 's'}"
    certified = sum(model.certification_of(metric).status == "certified" for metric in metrics)
    return f"{'and ' if are_more else ''}{count}{f', {certified} certified' if certified else ''}"


def _metric_row(model: SemanticModel, metric: Metric) -> Row:
    vouched = model.certification_of(metric)
    by = f" by {vouched.by}" if vouched.by else ""
    status = {"certified": f"Certified{by}. ", "unreviewed": "A draft that nobody has reviewed. "}.get(vouched.status, "")
    kind: Literal["metric", "certified", "unreviewed"] = "metric" if vouched.status == "reviewed" else vouched.status
    return Row(kind, metric.label, f"{metric.label} ({metric.name}). {status}{metric.description}".strip())


def _lines(model: SemanticModel) -> Iterator[Line]:
    """Many at the left, one at the right; a bridge stands between its fact and what it leads to."""
    for relation in model.relationships:
        bridge = next((d.bridge for d in model.datasets if d.name == relation.many and d.bridge), None)
        title = _title(relation)
        if bridge and relation.one == bridge.fact:
            yield Line(relation.one, relation.many, "right", title, is_dashed=True)
        else:
            yield Line(relation.many, relation.one, "left", title, is_dashed=bridge is not None)


def _title(relation: Relationship) -> str:
    pairs = zip(relation.many_columns, relation.one_columns, strict=False)
    on = ", ".join(f"{relation.many}.{many} = {relation.one}.{one}" for many, one in pairs)
    return f"{relation.name}\nEach row of {relation.many} has at most one of {relation.one}: {on}"


# how it is drawn


def _document(model: SemanticModel, theme: Theme, width: float, height: float, parts: Sequence[str]) -> Iterator[str]:
    counts = f"{len(model.datasets)} datasets, {len(model.relationships)} relationships, {len(model.metrics)} metrics"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'role="img" aria-labelledby="name about"><title id="name">{_text(f"The semantic model {model.name}")}</title>'
        f'<desc id="about">{counts}</desc><style>{_style(_COLORS[theme])}</style><rect class="back" width="100%" height="100%"/>'
        f'<g transform="translate({MARGIN:.0f} {MARGIN:.0f})">'
    )
    yield from parts
    yield "</g></svg>\n"


def _style(colors: Mapping[str, str]) -> str:
    c = colors
    return (
        f"text{{font-family:{_FONT};font-size:12px;fill:{c['text']}}}.back{{fill:{c['back']}}}"
        f".card{{fill:{c['card']};stroke:{c['line']}}}.head{{fill:{c['head']}}}.rule{{stroke:{c['line']}}}"
        ".bridge .card{stroke-dasharray:5 4}"
        f".name{{font-size:13px;font-weight:600}}.source,.more{{font-size:11px;fill:{c['third']}}}.key,.time{{fill:{c['second']}}}"
        f".mark{{fill:none;stroke:{c['third']};stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}}"
        f".mark.certified{{stroke:{c['good']};stroke-width:2}}.mark.unreviewed{{stroke:{c['need']}}}.mark.metric{{stroke:{c['accent']}}}"
        f".line path{{fill:none;stroke:{c['edge']};stroke-width:1.3}}.line .dashed{{stroke-dasharray:5 4}}"
        f".line:hover path{{stroke:{c['accent']};stroke-width:2.2}}"
    )


def _drawn_cards(cards: Sequence[Card], placed: Layout) -> Iterator[str]:
    for card in cards:
        x, y = placed.corners[card.name]
        yield f'<g class="{"dataset bridge" if card.is_bridge else "dataset"}" transform="translate({x:.1f} {y:.1f})">'
        yield f"<title>{_text(card.title)}</title>"
        yield f'<rect class="card" width="{WIDTH:.0f}" height="{card.height:.0f}" rx="8"/>{_head(card)}'
        for place, row in enumerate(card.rows):
            yield _drawn_row(row, card.head + _FOOT / 2 + place * _ROW)
        yield "</g>"


def _head(card: Card) -> str:
    r, w, h = 8, WIDTH - 1, card.head - 0.5
    bottom = f"V{h}H0.5" if card.rows else f"V{h - r}q0 {r} -{r} {r}H{r + 0.5}q-{r} 0 -{r} -{r}"
    shape = f"M.5 {r + 0.5}q0 -{r} {r} -{r}H{w - r + 0.5}q{r} 0 {r} {r}{bottom}z"
    rule = f'<path class="rule" d="M.5 {card.head}H{WIDTH - 0.5}"/>' if card.rows else ""
    source = f'<text class="source" x="{_INSET}" y="38">{_text(fitted(card.source, WIDTH - 2 * _INSET, 11))}</text>' if card.source else ""
    name = _text(fitted(card.name, WIDTH - 2 * _INSET, 13.8))
    return f'<path class="head" d="{shape}"/>{rule}<text class="name" x="{_INSET}" y="22">{name}</text>{source}'


_MARKS = {
    "key": "M4 8a3 3 0 1 1 0 .1M7 8h7M11.5 8v2.500M14 8v2",
    "time": "M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 0 0 0-11M8 5v3l2 1.500",
    "metric": "M3.500 13V9M8 13V4M12.500 13V7",
    "certified": "M3 8.500l3.200 3.200L13 5",
    "unreviewed": "M8 3L14 13.500H2zM8 7v3M8 11.800v.1",
}


def _drawn_row(row: Row, top: float) -> str:
    mark = _MARKS.get(row.kind)
    drawn = f'<path class="mark {row.kind}" transform="translate({_INSET - 1} {top + 2:.0f})" d="{mark}"/>' if mark else ""
    x = _INSET + 22 if mark else _INSET
    said = _text(fitted(row.text, WIDTH - x - _INSET, 12))
    return f'<g><title>{_text(row.title or row.text)}</title>{drawn}<text class="{row.kind}" x="{x}" y="{top + 14:.0f}">{said}</text></g>'


def _drawn_lines(lines: Sequence[Line], placed: Layout) -> Iterator[str]:
    for line, points in zip(lines, placed.routes, strict=True):
        if len(points) < 2:
            continue
        many, one = (points[0], points[-1]) if line.many == "left" else (points[-1], points[0])
        ahead = 1 if points[0][0] < points[-1][0] else -1
        out = ahead if line.many == "left" else -ahead
        kind = ' class="dashed"' if line.is_dashed else ""
        yield f'<g class="line"><title>{_text(line.title)}</title><path{kind} d="{_curve(points)}"/>{_feet(many, one, out)}</g>'


def _curve(points: Sequence[Point]) -> str:
    """Level where it leaves and arrives, and straight past a layer."""
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        half = (to_x - x) / 2
        path.append(
            f"H{to_x:.1f}" if abs(y - to_y) < 0.05 else f"C{x + half:.1f} {y:.1f} {to_x - half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        )
    return "".join(path)


def _feet(many: Point, one: Point, out: int) -> str:
    """A crow's foot where there are many, a bar where there is one."""
    (x, y), (bar, at) = many, (one[0] - 8 * out, one[1])
    foot = f"M{x:.1f} {y - 5:.1f}L{x + 10 * out:.1f} {y:.1f}L{x:.1f} {y + 5:.1f}"
    return f'<path d="{foot}"/><path d="M{bar:.1f} {at - 5:.1f}V{at + 5:.1f}"/>'


# text


def fitted(text: str, room: float, size: float) -> str:
    """In one line of about this many pixels, with "…" where it was cut."""
    flat = " ".join(visible(text).split())
    if _width(flat, size) <= room:
        return flat
    kept, left = [], room - size * 0.9
    for letter in flat:
        left -= _width(letter, size)
        if left < 0:
            break
        kept.append(letter)
    return f"{''.join(kept).rstrip()}…"


def _width(text: str, size: float) -> float:
    return size * sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    """Of Inter, in ems; what it does not have is taken to be wide."""
    if letter in "iIjl.,:;'|! ()[]ft":
        return 0.33
    if letter in "mwMW@%":
        return 0.88
    return (0.68 if letter.isupper() else 0.585) if letter < "\u0250" else 1.0


def _text(text: str) -> str:
    return escape(visible(text))
