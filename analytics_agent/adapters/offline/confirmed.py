"""A question that is put as nobody put one before: how it was read is told, and the asker says whether that is meant."""

from collections.abc import Sequence
from typing import Any

from analytics_agent.adapters.offline.words import small
from analytics_agent.semantic.reader import Ask, Reading, Refuse
from analytics_agent.semantic.reader.notes import SCOPE
from analytics_agent.semantic.reader.tried import is_tried

YES, NO = "yes", "no"
QUESTION = "Is this what you mean? The question is worded in a way that is new here."
NOT_MEANT = "It was read in another way than it is meant. Ask it in other words, or in two steps."


def unconfirmed(reading: Reading, asked: Sequence[str], answers: Sequence[str], overview: dict[str, Any]) -> Ask | Refuse | None:
    """What stands between a reading and its answer; None where its wording was tried, where the asker said yes to it, or chose it among
    several. `asked` is what was asked back until now, `answers` what came of it."""
    chose = any(question != QUESTION for question in asked) and QUESTION not in asked
    if not reading.frame or is_tried(reading.frame) or YES in answers or chose:
        return None
    if NO in answers:
        return Refuse(NOT_MEANT)
    return Ask(QUESTION, (f"{YES}: {stated(reading, overview)}", f"{NO}: it is meant in another way"))


def apart(answers: Sequence[str]) -> tuple[str, ...]:
    """The answers that are part of the question."""
    return tuple(answer for answer in answers if answer not in (YES, NO))


def stated(reading: Reading, overview: dict[str, Any]) -> str:
    """The reading in one line: what is measured and in which shape, of which rows, and under which conditions."""
    scope = [f", {note.removeprefix(SCOPE)}" for note in reading.notes if note.startswith(SCOPE)]
    defined = tuple(f"{metric['label']}: " for metric in overview.get("metrics", ()) if "label" in metric)
    others = [note.rstrip(".") for note in reading.notes if not note.startswith((SCOPE, *defined))]
    limits = [] if reading.request.counted else [_limit(reading, overview)]
    return "; ".join(filter(None, [f"{reading.request.purpose}{_shape(reading)}{''.join(scope)}", *limits, *others]))


def _shape(reading: Reading) -> str:
    if reading.kind == "value":
        return ", as one figure"
    if reading.kind == "why":
        return ", with what explains the change"
    few = reading.request.top.count if reading.request.top else reading.request.limit
    return f", {'the first one' if few == 1 else f'the first {few}'} only" if few else ""


def _limit(reading: Reading, overview: dict[str, Any]) -> str:
    labels = {metric["name"]: metric.get("label", metric["name"]) for metric in overview.get("metrics", ())}
    said = [f"{small(labels.get(having.metric, having.metric))} {having.op} {having.value:,g}" for having in reading.request.having]
    return f"only where {' and '.join(said)}" if said else ""
