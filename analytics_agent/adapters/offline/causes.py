"""The offline model's sentences on the causes of a change: the parts that stand out, then in one sentence what does not."""

from collections.abc import Iterator, Sequence

from analytics_agent.adapters.offline.split import Part, Split, standing_out
from analytics_agent.adapters.offline.words import Claim, big, claim, column_ref, counts, listed, place, small

MOST_CAUSES = 3
WITHIN, BETWEEN = 0.1, 0.25
"""Shifts between the parts below the first share of the change are next to nothing; from the second on they are told."""


def causes(found: Sequence[Split], noun: str) -> list[Claim]:
    """What stands out, the most telling first, then in one sentence what does not. `noun` is "rise" or "drop"."""
    leading = standing_out(found)[:MOST_CAUSES]
    told = [_cause(part, noun, first=place == 0) for place, part in enumerate(leading)]
    if len(found) == 1:
        return [*_largest(found[0], noun), *told]
    return [*told, *_spread([split for split in found if split.cause is None], noun, alone=not told)]


def _cause(part: Part, noun: str, *, first: bool) -> Claim:
    split = part.split
    text = _of_mean(part, noun) if split.weighted else _of_total(part, noun)
    shift = _shift(split, noun) if first and split.weighted else ""
    heading = big(part.source) if part.is_shift else f"{part.name} {_most(part)}" if part.is_proper else f"Above its share: {part.called}"
    return claim(text + shift, heading=heading if part.in_heading else "", finding=split.finding["id"])


def _most(part: Part) -> str:
    return f"{_verb(part)} most" if part.changed_most else "weighs more than its share"


def _verb(part: Part) -> str:
    return "rose" if part.own_change > 0 else "fell"


def _of_mean(part: Part, noun: str) -> str:
    split, row = part.split, part.row
    if part.is_shift:
        shares = f"from {split.at(row, 'share_before')} to {split.at(row, 'share_now')}"
        bring, their = ("brings", "its") if part.is_proper else ("bring", "their")
        return f"By {small(split.by.label)}, {part.called} {bring} {_brought(part, noun)}, as {their} share of {split.noun} went {shares}."
    ends = f"from {split.at(row, 'before')} to {split.at(row, 'now')}"
    has_ends = part.own_change != 0
    brings = f"{split.at(row, 'share_now')} of {split.noun}"
    if part.is_proper and has_ends and part.changed_most:
        return f"{part.name} {_verb(part)} most, {ends}: with {brings} it brings {_brought(part, noun)}."
    if part.is_proper:
        tail = f"; there the {small(split.measure.label)} went {ends}" if has_ends else ""
        return f"With {brings}, {part.name} brings {_brought(part, noun)}{tail}."
    tail = f": their {small(split.measure.label)} went {ends}" if has_ends else ""
    return f"By {small(split.by.label)}, {part.called} made up {split.at(row, 'share_now')} of the total and {_brought(part, noun)}{tail}."


def _brought(part: Part, noun: str) -> str:
    """Its share of the change. Where parts work against one another it may exceed the whole."""
    return f"{part.split.at(part.row, 'share_of_change')} of the {noun}" if part.of_change <= 1 else f"more than the whole {noun}"


def _of_total(part: Part, noun: str) -> str:
    split, row = part.split, part.row
    shares = f"{_share_before(part)} of {split.noun} {split.when} {split.at(row, 'before_group')} and {_brought(part, noun)}"
    ends = f"{split.at(row, 'before')} became {split.at(row, 'now')}{f' {split.noun}' if counts(split.measure) else ''}"
    if part.is_proper:
        return f"{part.name} made up {shares}: {ends}."
    return f"By {small(split.by.label)}, {part.called} made up {shares}: {ends}."


def _shift(split: Split, noun: str) -> str:
    """Whether the parts changed, or only the share of each: said where one of them is next to nothing or both count."""
    mixes = [split.number(row, "mix_effect") for row in range(len(split.result.preview))]
    if not split.whole or not split.change or None in mixes or " or " in split.by.label:
        return ""
    mix = sum(value or 0.0 for value in mixes) / split.change
    rate, shift = (f"{{{{sum({split.result.id}.{column_ref(name)})}}}}" for name in ("rate_effect", "mix_effect"))
    label = small(split.by.label)
    if abs(mix) <= WITHIN:
        return f" Nearly all of the {noun} happened within each {label}; {split.noun} shifting between them account for {shift}."
    if mix > 1 + WITHIN:
        return f" Within each {label} it went the other way, by {rate}; {split.noun} shifting between them account for {shift}."
    if abs(mix) >= BETWEEN:
        return f" Of the {noun}, {rate} happened within each {label}, and {split.noun} shifting between them account for {shift}."
    return ""


def _spread(found: Sequence[Split], noun: str, *, alone: bool) -> list[Claim]:
    """The cuts by which no part brings much more than its share, each with its largest part as the proof."""
    largest = [max(split.parts, key=lambda part: part.of_change) for split in found if split.parts]
    shown = sorted((part for part in largest if 0 < part.of_change <= 1), key=lambda part: -part.excess)
    if not shown:
        return []
    first = shown[0].split
    by = listed([f"by {small(part.split.by.label)}" for part in shown])
    of = first.noun if first.weighted else f"{first.noun} {first.when} {first.at(0, 'before_group')}"
    proofs = [_proof(shown[0], " of it", f" of {of}"), *(_proof(part) for part in shown[1:])]
    text = f"{big(by)}, no part brings much more of the {noun} than its share; the largest: {listed(proofs)}."
    heading = f"No part stands out in the {noun}" if alone else f"Otherwise the {noun} is spread"
    return [claim(text, heading=heading, finding=first.finding["id"])]


def _proof(part: Part, of_it: str = "", of_rows: str = "") -> str:
    """What it brings, on what part of the rows; the words after the figures stand once."""
    return f"{part.name} with {part.split.at(part.row, 'share_of_change')}{of_it} on {_own_share(part)}{of_rows}"


def _own_share(part: Part) -> str:
    return part.split.at(part.row, "share_now") if part.split.weighted else _share_before(part)


def _share_before(part: Part) -> str:
    """Its part of a total, before."""
    before, total = (place(part.split.result, part.row, name) for name in ("before", "total_before"))
    return f"{{{{share({before}, {total})}}}}"


def _largest(split: Split, noun: str) -> Iterator[Claim]:
    """Asked for one cut by which nothing stands out: its largest parts all the same."""
    if not split.parts:
        return
    first, *others = split.parts[:3]
    figures = f"{split.at(first.row, 'contribution')} or {split.at(first.row, 'share_of_change')}"
    text = f"{first.name} brings the largest part of the {noun}, {figures}"
    following = [f"{part.name} with {split.at(part.row, 'share_of_change')}" for part in others]
    ahead = f", ahead of {listed(following)}" if following else ""
    heading = f"{first.name} brings the largest part" if first.in_heading and first.is_proper else ""
    yield claim(f"{text}{ahead}.", heading=heading, finding=split.finding["id"])
