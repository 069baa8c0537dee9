"""What to ask instead: the model's own examples nearest to a question, and what a comparison of things could be split by."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.measures import often
from analytics_agent.semantic.reader.reading import Refuse
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.words import SILENT, SKIPPED, tokens

MOST_HINTS = 3


def nearest(question: str, overview: Mapping[str, Any]) -> tuple[str, ...]:
    """The examples that share most with the question."""
    return by_nearness(question, overview)[:MOST_HINTS]


def by_nearness(question: str, overview: Mapping[str, Any]) -> tuple[str, ...]:
    """All examples; a word that few of them have counts for more. Ties stay in the model's order."""
    examples = {text: content(text) for text in overview.get("examples", ())}
    spread = Counter(word for words in examples.values() for word in words)
    asked = content(question)
    near = sorted(examples, key=lambda text: -sum(1 / spread[word] for word in sorted(examples[text] & asked)))
    return tuple(near)


def content(text: str) -> set[str]:
    """The words that say what a question is about."""
    return {token.stem for token in tokens(text) if token.lower not in SILENT and token.lower not in SKIPPED}


def compared_things(sentence: Sentence, metrics: Iterable[Metric]) -> Refuse | None:
    """ "older planes": which things are older is for the asker to say, by a field that the rows can be split by."""
    for at in sorted(sentence.unknown):
        noun = next((s for s in sentence.segments if s.first == at + 1), None)
        if noun is None or not sentence.tokens[at].lower.endswith("er") or not noun.of("dataset"):
            continue
        things, word = sentence.text(noun), sentence.tokens[at].surface
        reason = f"Which {things} count as {word} is not defined here, and a line is not guessed. Ask by a field of theirs instead."
        datasets = {m.name for m in noun.of("dataset")}
        named = [sentence.lexicon.metrics[m.name] for s in sentence.segments if s.first < at or s.first > at + 1 for m in s.of("metric")]
        other = [m for m in named if m.name not in {x.name for x in noun.of("metric")}]
        return Refuse(reason, missing=word, instead=_by_fields(sentence, other or metrics, datasets))
    return None


def _by_fields(sentence: Sentence, metrics: Iterable[Metric], datasets: set[str]) -> tuple[str, ...]:
    metric = next(iter(metrics), None)
    if metric is None:
        return ()
    fields = [d for d in sentence.lexicon.dimensions.values() if d.dataset in datasets and d.role == "dimension"]
    reached = [d.label for d in fields if sentence.lexicon.reaches(metric.fact, d.path)]
    label = often(sentence, metric).label
    return tuple(f"{label} by {field[:1].lower()}{field[1:]}" for field in reached[:MOST_HINTS])
