"""The offline model's sentences on rows: who leads, who follows, who trails, and whether enough stands behind the leader."""

from calendar import month_name
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analytics_agent.adapters.offline.evidence import Column, Evidence, Shown
from analytics_agent.adapters.offline.rows import Rows, are_level, has_both_ends, is_small, larger_rows, resting_on, weight_of
from analytics_agent.adapters.offline.ties import end_of, leaders, level_rows, periods_level, verb_of
from analytics_agent.adapters.offline.words import (
    Claim,
    Prose,
    at,
    big,
    cell,
    claim,
    counts,
    fitting,
    grain_of,
    is_plural,
    listed,
    preposition,
    small,
    stated,
    was,
)

SMALL_CAVEAT = "Where larger groups are named, those with far fewer records than the average group are passed over."
MOST_MEASURES, MOST_LISTED = 3, 10


def rows_told(evidence: Evidence, result: Shown) -> Prose:
    """The leader of the first measure with those that follow, then the last one, then leaders of further measures."""
    names = result.names or ((result.time,) if result.time else ())
    if result.time and result.things and (told := _over_time(evidence, result)) is not None:
        return told
    if not result.metrics or not names or (result.time and result.things):
        return _range(result)
    rows = Rows(result, names, result.metrics[0])
    if not rows.order:
        return _range(result)
    found = next((f for f in evidence.findings if f["operation"] == "ranking"), None)
    if result.time in names:
        return _periods(rows) if rows.whole or result.request.get("order_by") else _range(result)
    if _is_list(rows):
        return _listed(rows)
    weight = weight_of(result)
    if weight and (few := _on_few(evidence, rows, weight)) is not None:
        return few
    larger = larger_rows(rows, weight) if weight else []
    if not larger and (level := level_rows(rows, rows.order[0])) != [rows.order[0]]:
        last = () if len(level) == len(rows.order) else _last(rows, [], weight)
        return Prose(_headline(rows, [], weight), (leaders(rows, level), *_nameless(rows), *end_of(rows), *last, *_further(rows, weight)))
    leader = _small_leader(rows, found, weight) if weight and larger else _leader(evidence, rows, found, weight)
    after = (*_behind(rows, larger, weight), *_last(rows, larger, weight), *_further(rows, weight))
    claims = [leader, *end_of(rows), *_nameless(rows), *after]
    return Prose(_headline(rows, larger, weight), tuple(claims), (SMALL_CAVEAT,) if larger else ())


def _on_few(evidence: Evidence, rows: Rows, weight: Column) -> Prose | None:
    """The one row that was asked for, where it rests on few records, with those that lead among the larger ones."""
    asked = {key: value for key, value in rows.result.request.items() if key != "limit"}
    beside = [r for r in evidence.results.values() if r.id != rows.result.id and dict(r.request) == asked]
    if rows.result.request.get("limit") != 1 or not beside:
        return None
    ranked = Rows(beside[0], rows.names, rows.measure)
    larger = larger_rows(ranked, weight) if ranked.order else []
    if not larger:
        return None
    head, _ = _head(rows, rows.order[0])
    headline = fitting(f"{head}, on few {small(weight.label)}", head) if rows.in_heading(rows.order[0]) else rows.result.title
    claims = (_small_leader(rows, None, weight), *_behind(ranked, larger, weight))
    return Prose(headline, claims, (SMALL_CAVEAT,))


def _is_list(rows: Rows) -> bool:
    """Whether each row is one thing, and nothing is measured of it: the things themselves were asked for."""
    alone = len(rows.result.metrics) == 1 and counts(rows.measure) and not rows.is_alone
    return alone and rows.whole and len(rows.order) == rows.result.rows and all(rows.value(row) == 1 for row in rows.order)


def _listed(rows: Rows) -> Prose:
    """How many they are, and the first of them by name."""
    first = [rows.called(row) for row in rows.order[:MOST_LISTED]]
    more = rows.result.rows > len(first)
    named = f"among them {listed(first)}" if more else listed(first)
    figure = f"{{{{count({rows.result.id})}}}}"
    return Prose(rows.result.title or rows.measure.label, (claim(f"{rows.measure.label}: {figure} in all, {named}."),))


def _over_time(evidence: Evidence, result: Shown) -> Prose | None:
    """Who has the most of a total in all, where that was ranked, and from where to where its periods go."""
    found = next((f for f in evidence.findings if f["operation"] == "ranking" and result.id in f.get("inputs", [result.id])), None)
    ranked = evidence.results.get(str(found["result"])) if found else None
    if found is None or ranked is None or not ranked.metrics:
        return None
    by = [column for column in ranked.columns if column.dimension]
    # Of the first few the last one is not the last of all.
    beyond = ranked.rows + 1 if ranked.rows >= (found["parameters"].get("top") or ranked.rows + 1) else ranked.rows
    rows = Rows(replace(ranked, rows=beyond), tuple(by[:1]), ranked.metrics[0])
    if not by or len(rows.order) < 2 or are_level(rows, rows.order, rows.order[0]):
        return None
    between = _range(result)
    return Prose(_headline(rows, [], None), (_leader(evidence, rows, found, None), *between.claims))


def _range(result: Shown) -> Prose:
    """Rows that no single name calls: from the lowest to the highest."""
    if not result.metrics or result.rows < 2:
        column = result.metrics[0] if result.metrics else result.columns[-1]
        return Prose(result.title or "Answer", (claim(f"{column.label}: {cell(result, 0, column)}."),))
    measure, whole = result.metrics[0], f"{result.id}.{result.metrics[0].name}"
    by = listed([*(small(column.label) for column in result.names), *([grain_of(result.time)] if result.time else [])])
    rows = Rows(result, result.names, measure)
    if result.time and has_both_ends(rows):
        return Prose(_differs(measure, by), (claim(_both_ends(rows, result.time)),))
    text = f"{measure.label} {'range' if is_plural(measure) else 'ranges'} from {{{{min({whole})}}}} to {{{{max({whole})}}}}"
    over = f"combinations of {by}" if result.names else f"{by}s"
    return Prose(_differs(measure, by), (claim(f"{text} over {{{{count({result.id})}}}} {over}."),))


def _both_ends(rows: Rows, time: Column) -> str:
    """Of things over time: who was highest and when, who lowest."""
    ends = [
        f"{name} for {rows.called(row)} {preposition(time)} {cell(rows.result, row, time)}, {_by(rows)} {rows.figure(row)}"
        for name, row in (("highest", rows.order[0]), ("lowest", rows.order[-1]))
    ]
    return f"{rows.measure.label} {was(rows.measure)} {', and '.join(ends)}."


# the leader


def _leader(evidence: Evidence, rows: Rows, found: Mapping[str, Any] | None, weight: Column | None) -> Claim:
    first, measure = rows.order[0], rows.measure
    figure = rows.figure(first) + _share(evidence, rows, found) + resting_on(rows, first, weight)
    following = _following(rows)
    if rows.is_asked_for:
        return claim(f"{big(stated(measure, figure))}.")
    if rows.is_alone:
        told = f"There were {figure}" if counts(measure) else f"{measure.label} {was(measure)} {figure}"
        return claim(f"{told} for {rows.called(first)}; there is no other {small(rows.name.label)} here.")
    if not rows.proper(first):
        text = f"{measure.label} {was(measure)} {_lowest(rows)} for {rows.called(first)}, at {figure}{following}."
    elif counts(measure):
        noun = "" if small(measure.label) == measure.unit else f" {small(measure.label)}"
        text = f"{rows.called(first)} had the {'fewest' if rows.low else 'most'}{noun}: {figure}{following}."
    else:
        text = f"{rows.called(first)} had the {_superlative(rows)}, {figure}{following}."
    return claim(text, heading=_heading(rows, weight), finding=found["id"] if found else None)


def _lowest(rows: Rows) -> str:
    return "lowest" if rows.low else "highest"


def _by(rows: Rows) -> str:
    return "with" if counts(rows.measure) else "at"


def _superlative(rows: Rows) -> str:
    """The highest delay; a longest distance is one already, and so is a lowest price among the lowest."""
    label = small(rows.measure.label)
    is_one = label.split()[0].endswith("est") and (not rows.low or label.split()[0] == "lowest")
    return label if is_one else f"{_lowest(rows)} {label}"


def _share(evidence: Evidence, rows: Rows, found: Mapping[str, Any] | None) -> str:
    """Its part of the total, where the ranking of whole rows has it."""
    ranked = evidence.results.get(str(found["result"])) if found else None
    if ranked is None or not rows.whole or rows.low or not ranked.has("share_of_total") or not ranked.preview:
        return ""
    leader = rows.result.preview[rows.order[0]].get(rows.name.name)
    same = [row for row, ranks in enumerate(ranked.preview) if ranks.get(rows.name.name) == leader]
    return f" ({at(ranked, 'share_of_total', same[0])} of all)" if same else ""


def _following(rows: Rows) -> str:
    behind = [f"{rows.called(row)} {'with' if rows.proper(row) else 'at'} {rows.figure(row)}" for row in rows.order[1:3]]
    return f", {'followed by' if rows.low else 'ahead of'} {listed(behind)}" if behind else ""


def _heading(rows: Rows, weight: Column | None) -> str:
    first, last = rows.order[0], rows.order[-1]
    if not rows.in_heading(first, last) or are_level(rows, rows.order, first):
        return ""
    if not rows.proper(first):
        return f"{big(_lowest(rows))} for {rows.called(first)}"
    leads = f"{rows.called(first)} {'is lowest' if rows.low else 'leads'}"
    return fitting(f"{leads}, {rows.called(last)} trails" if _has_end(rows, rows.order, weight) else leads, leads)


def _has_end(rows: Rows, order: list[int], weight: Column | None) -> bool:
    """Whether a heading names the last row too: not when it is the last because few records stand behind it."""
    alone = not are_level(rows, order, order[-1])
    return alone and rows.both_ends and len(order) > 2 and not rows.low and not is_small(rows, order[-1], weight)


def _headline(rows: Rows, larger: list[int], weight: Column | None) -> str:
    order = larger or rows.order
    first, last = order[0], order[-1]
    if not rows.in_heading(first, last) or are_level(rows, order, first):
        return _differs(rows.measure, listed([small(name.label) for name in rows.names]))
    if rows.is_alone:
        return fitting(f"{rows.measure.label}: {rows.called(first)} alone", rows.measure.label)
    head, end = _head(rows, first)
    if larger and rows.proper(first):
        return fitting(f"Among the larger ones, {head}", head)
    return fitting(f"{head}, {end.format(rows.called(last))}" if _has_end(rows, order, weight) else head, head)


def _head(rows: Rows, first: int) -> tuple[str, str]:
    """What a headline says of the leader, and with {} for the name what it may add of the last one."""
    measure = rows.measure
    if not rows.proper(first):
        return f"{measure.label} {'are' if is_plural(measure) else 'is'} {_lowest(rows)} for {rows.called(first)}", "lowest for {}"
    if counts(measure):
        return f"{rows.called(first)} has the {'fewest' if rows.low else 'most'} {small(measure.label)}", "{} the fewest"
    return f"{rows.called(first)} has the {_superlative(rows)}", "{} the lowest"


def _differs(measure: Column, by: str) -> str:
    return f"{measure.label} {'differ' if is_plural(measure) else 'differs'} by {by}"


# the others


def _nameless(rows: Rows) -> list[Claim]:
    """What belongs to none of the rows that have a name."""
    if len(rows.nameless) != 1:
        return []
    named, figure = listed([small(name.label) for name in rows.names]), rows.figure(rows.nameless[0])
    if counts(rows.measure):
        return [claim(f"No {named} is known for {figure}.")]
    return [claim(f"Where no {named} is known, {small(rows.measure.label)} {was(rows.measure)} {figure}.")]


def _last(rows: Rows, larger: list[int], weight: Column | None) -> list[Claim]:
    """The other end of a whole list."""
    order = larger or rows.order
    if not rows.both_ends or len(order) < 4 or are_level(rows, order, order[-1]):
        return []
    last, among = order[-1], " among the larger ones" if larger else ""
    end = "highest" if rows.low else "lowest"
    on = f", but on only {cell(rows.result, last, weight)}" if weight and is_small(rows, last, weight) else ""
    if not rows.proper(last):
        return [claim(f"{big(end)}{among} is {rows.called(last)}, at {rows.figure(last)}{on}.")]
    if counts(rows.measure):
        return [claim(f"{rows.called(last)} had the {'most' if rows.low else 'fewest'}{among}: {rows.figure(last)}.")]
    return [claim(f"{rows.called(last)} was {end}{among}, at {rows.figure(last)}{on}.")]


def _further(rows: Rows, weight: Column | None) -> list[Claim]:
    """Who leads by the other measures that were asked for."""
    others = [m for m in rows.result.metrics[1:MOST_MEASURES] if m != weight] if rows.whole else []
    found = [Rows(rows.result, rows.names, measure) for measure in others]
    return [_plain_leader(each) for each in found if each.order]


def _plain_leader(rows: Rows) -> Claim:
    first = rows.order[0]
    return claim(f"{rows.measure.label} {was(rows.measure)} highest for {rows.called(first)}, {_by(rows)} {rows.figure(first)}.")


def _periods(rows: Rows) -> Prose:
    """Months or days by a measure: when it was highest."""
    first, measure = rows.order[0], rows.measure
    when = preposition(rows.name)
    if (level := level_rows(rows, first)) != [first]:
        several = f"{'on' if when == 'on' else 'in'} several {grain_of(rows.name)}s"
        return Prose(f"{measure.label} {verb_of(rows)} {several}", (periods_level(rows, level, when), *end_of(rows)))
    others = [f"{rows.called(row)} with {rows.figure(row)}" for row in rows.order[1:3]] if rows.result.request.get("order_by") else []
    following = f", {'followed by' if rows.low else 'ahead of'} {listed(others)}" if others else ""
    text = f"{measure.label} {was(measure)} {_lowest(rows)} {when} {rows.called(first)}, {_by(rows)} {rows.figure(first)}{following}."
    verb = verb_of(rows)
    end = f"{when} {rows.called(first)}" if rows.in_heading(first) else _in_a_month(rows, first)
    return Prose(f"{measure.label} {verb} {end}", (claim(text), *end_of(rows)))


def _in_a_month(rows: Rows, row: int) -> str:
    """A day or a week without its date, which a heading does not hold."""
    grain, month = grain_of(rows.name), str(rows.result.preview[row].get(rows.name.name))[5:7]
    named = f" in {month_name[int(month)]}" if month.isdigit() and 1 <= int(month) <= len(month_name) - 1 else ""
    return f"{'on' if grain == 'day' else 'in'} a {grain}{named}"


def _small_leader(rows: Rows, found: Mapping[str, Any] | None, weight: Column) -> Claim:
    first, noun = rows.order[0], small(weight.label)
    on = f"but on only {cell(rows.result, first, weight)}"
    text = (
        f"{rows.called(first)} had the {_superlative(rows)}, {rows.figure(first)}, {on}."
        if rows.proper(first)
        else f"{rows.measure.label} {was(rows.measure)} {_lowest(rows)} for {rows.called(first)}, at {rows.figure(first)}, {on}."
    )
    heading = f"{rows.called(first)} {'is lowest' if rows.low else 'leads'} on few {noun}"
    return claim(text, heading=heading if rows.proper(first) else "", finding=found["id"] if found else None)


def _behind(rows: Rows, larger: list[int], weight: Column | None) -> list[Claim]:
    """The leader of those with enough behind them, with the next ones."""
    if not larger or weight is None:
        return []
    first, second, third = larger[:3]
    following = listed([f"{rows.called(row)} at {rows.figure(row)}" for row in (second, third)])
    figure = rows.figure(first) + resting_on(rows, first, weight)
    follow = "followed by" if rows.low else "ahead of"
    return [claim(f"Among the larger ones, {rows.called(first)} is {_lowest(rows)}: {figure}, {follow} {following}.")]
