"""The offline model's sentences on parts of a whole: shares of a total, one part's share, and the first few beside all others."""

from analytics_agent.adapters.offline.evidence import Column, Shown
from analytics_agent.adapters.offline.rows import Rows, has_both_ends
from analytics_agent.adapters.offline.words import Claim, Prose, big, cell, claim, counts, fitting, listed, preposition, small, was


def share_of(result: Shown) -> Column | None:
    """The column of shares, right behind the measure that they are of."""
    if result.request.get("share_of") is None or not result.metrics:
        return None
    first = result.columns.index(result.metrics[0])
    after = result.columns[first + 1 : first + 2]
    return after[0] if after and after[0].metric is None and after[0].format == "percent" else None


def shares_told(result: Shown, share: Column) -> Prose:
    measure = result.metrics[0]
    names = result.names or ((result.time,) if result.time else ())
    rows = Rows(result, names, share)
    if not names or not rows.order or (result.time and result.things):
        return _spread(result, share)
    if result.rows == 1:
        return _one_part(rows, measure)
    return _by_size(rows, measure)


def _of(measure: Column) -> str:
    return f"all {small(measure.label)}" if counts(measure) else small(measure.label)


def _one_part(rows: Rows, measure: Column) -> Prose:
    """ "Online made up 23 % of orders: 1,200." """
    name, figure = rows.called(0), cell(rows.result, 0, measure)
    text = f"{big(name)} made up {rows.figure(0)} of {_of(measure)}: {figure}."
    return Prose(f"Share of {small(measure.label)}", (claim(text),))


def _by_size(rows: Rows, measure: Column) -> Prose:
    first, *others = rows.order
    end = "smallest" if rows.low else "largest"
    when = preposition(rows.name) if rows.name == rows.result.time else ""
    called = f"{when} {rows.called(first)}".strip()
    following = [f"{rows.called(row)} with {rows.figure(row)}" for row in others[:2]]
    behind = f", {'followed by' if rows.low else 'ahead of'} {listed(following)}" if following and rows.whole else ""
    figure = f"{rows.figure(first)} ({cell(rows.result, first, measure)})"
    text = f"The {end} share of {_of(measure)} {was_of(when)} {called}, {figure}{behind}."
    headline = (
        fitting(f"The {end} share of {small(measure.label)} is {'' if when else 'that of '}{called}") if rows.in_heading(first) else ""
    )
    claims = [claim(text)]
    if rows.both_ends and len(rows.order) > 3:
        last = rows.order[-1]
        name = f"{when} {rows.called(last)}".strip()
        claims.append(claim(f"The {'largest' if rows.low else 'smallest'} {was_of(when)} {name}, {rows.figure(last)}."))
    return Prose(headline or f"Shares of {small(measure.label)}", tuple(claims))


def was_of(when: str) -> str:
    return "was" if when else "was that of"


def _spread(result: Shown, share: Column) -> Prose:
    """Parts of more than one thing, or over time: where the largest and the smallest are."""
    rows = Rows(result, result.names, share)
    if result.time and result.names and has_both_ends(rows):
        return _ends_over_time(rows, result.time)
    low, high = (f"{{{{{end}({result.id}.{share.name})}}}}" for end in ("min", "max"))
    label = small(result.metrics[0].label)
    parts = listed([small(c.label) for c in result.names])
    return Prose(
        f"Shares of {label}", (claim(f"The shares of {label} range from {low} to {high} over {{{{count({result.id})}}}} rows of {parts}."),)
    )


def _ends_over_time(rows: Rows, time: Column) -> Prose:
    """Whose share is the largest and when, and whose is the smallest."""
    measure, when = rows.result.metrics[0], preposition(time)
    first, last = (f"that of {rows.called(row)} {when} {cell(rows.result, row, time)}" for row in (rows.order[0], rows.order[-1]))
    text = (
        f"The largest share of {small(measure.label)} was {first}, {rows.figure(rows.order[0])}, "
        f"and the smallest {last}, {rows.figure(rows.order[-1])}."
    )
    return Prose(f"Shares of {small(measure.label)}", (claim(text),))


def others_told(result: Shown) -> Prose | None:
    """The first few, and everything else as one; None where the rows are of more than one thing, or none is left over."""
    rows = Rows(result, result.names, result.metrics[0]) if result.names and result.metrics else None
    if rows is None or result.time or len(result.names) != 1 or not rows.order:
        return None
    rest, named = rows.others, rows.order
    if not rest or not named:
        return None
    measure = rows.measure
    if len(rest) > 1:  # a member has that very name
        return Prose(result.title, (claim(f"{measure.label} of {{{{count({result.id})}}}} rows, of which one holds all others."),))
    return Prose(f"{measure.label} by {small(rows.name.label)}, with all others as one", tuple(_first_and_others(rows, named[:3], rest[0])))


def _first_and_others(rows: Rows, named: list[int], rest: int) -> list[Claim]:
    others = claim(f"All others together: {rows.figure(rest)}.")
    if counts(rows.measure):
        return [claim(f"{listed([f'{rows.called(row)} had {rows.figure(row)}' for row in named])}."), others]
    figures = listed([f"{rows.figure(row)} for {rows.called(row)}" for row in named])
    return [claim(f"{rows.measure.label} {was(rows.measure)} {figures}."), others]
