"""Metrics and dimensions by the words of a question, best first. Plain word overlap: models hold tens of names, not thousands."""

import re
from collections.abc import Iterable
from typing import Any

from analytics_agent.semantic.model import Field, Metric, SemanticModel

_WORD = re.compile(r"[a-z0-9]+")


def search(model: SemanticModel, words: str, limit: int = 10) -> list[dict[str, Any]]:
    """JSON-able hits {"kind", "name", "label", "description", "score"}; nothing that shares no word is listed."""
    wanted = set(_stems(words))
    hits: list[tuple[float, str, Metric | Field]] = [
        (_score(wanted, m.name, m.label, m.synonyms, m.description), "metric", m) for m in model.metrics
    ]
    hits += [(_score(wanted, f.name, f.label, (*f.synonyms, *_values(f)), f.description), "dimension", f) for f in model.fields()]
    ranked = sorted(((s, kind, item) for s, kind, item in hits if s > 0), key=lambda hit: (-hit[0], hit[1], _path(hit[2])))
    return [
        {"kind": kind, "name": _path(item), "label": item.label, "description": item.description, "score": round(score, 3)}
        for score, kind, item in ranked[:limit]
    ]


def _path(item: Metric | Field) -> str:
    return item.path if isinstance(item, Field) else item.name


def _values(field: Field) -> Iterable[str]:
    for value, words in field.values.items():
        yield from (value, *words)


def _score(wanted: set[str], name: str, label: str, synonyms: Iterable[str], description: str) -> float:
    """A whole name or synonym inside the words counts most, shared words of names next, of the description least."""
    names = [stems for text in (name, label, *synonyms) if (stems := set(_stems(text)))]
    whole = max((len(stems) for stems in names if stems <= wanted), default=0)
    shared = max((len(stems & wanted) / len(stems) for stems in names), default=0.0)
    return whole * 2 + shared + 0.1 * len(set(_stems(description)) & wanted)


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text.lower())]


def stem(word: str) -> str:
    """Light: plural and the commonest endings only, so that "delays", "delayed" and "delay" meet."""
    for ending, stump in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + stump
    return word
