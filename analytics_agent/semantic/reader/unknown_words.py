"""Words that nothing explains: names to look up in the data, words with several possible metrics, and words to refuse."""

import re
from difflib import get_close_matches

from analytics_agent.semantic.reader import loose_times, signs
from analytics_agent.semantic.reader.hints import compared_things
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.measures import ask_metric
from analytics_agent.semantic.reader.reading import LookUp, Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence

MOST_COLUMNS = 6
MOST_NAMES = 3


def check(sentence: Sentence, metrics: tuple[Metric, ...], looked_up: frozenset[str]) -> None:
    """Stops when a word is left that no part of the question explains."""
    if not sentence.unknown:
        return
    if (things := compared_things(sentence, metrics)) is not None:
        raise Stop(things)
    names = _names(sentence)
    new = tuple(name for name in names if name.lower() not in looked_up)
    columns = _columns(sentence, metrics)
    if new and columns and len(new) <= MOST_NAMES and _all_named(sentence, names):
        raise Stop(LookUp(new, columns))
    _ambiguous(sentence, metrics)
    raise Stop(_not_known(sentence))


def _not_known(sentence: Sentence) -> Refuse:
    """Words that stand together are told together ("New York"); a name that the whole data is about need not be said."""
    runs = list(dict.fromkeys(" ".join(sentence.tokens[i].surface for i in run) for run in _runs(sorted(sentence.unknown))))
    about = str(sentence.lexicon.overview.get("description", ""))
    if all(run[:1].isupper() and re.search(rf"\b{re.escape(run)}\b", about) for run in runs):
        reason = f"“{'”, “'.join(runs)}” is nothing to choose rows by: the data as a whole is about it. Ask without it."
        return Refuse(reason, missing=", ".join(runs))
    unknown = sorted(sentence.unknown)
    if said := signs.advice(sentence.tokens, unknown) or loose_times.advice(sentence.tokens, unknown):
        return Refuse(said, missing=", ".join(runs))
    close = _close(sentence, [sentence.tokens[i].surface for i in sorted(sentence.unknown)])
    verb, them = ("is", "it") if len(runs) == 1 else ("are", "them")
    hint = f"Did you mean {close}?" if close else f"Say {them} in words of the data, or leave {them} out."
    return Refuse(f"“{'”, “'.join(runs)}” {verb} not known here. {hint}", missing=", ".join(runs))


def _runs(places: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for i in places:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _names(sentence: Sentence) -> list[str]:
    """Runs of unknown words that are typed like names; a capital at the beginning of a sentence proves nothing."""
    named = [i for i in sorted(sentence.unknown) if sentence.tokens[i].named and not _only_opens(sentence, i)]
    return [" ".join(sentence.tokens[i].surface for i in run) for run in _runs(named)]


def _only_opens(sentence: Sentence, at: int) -> bool:
    token = sentence.tokens[at]
    return at == 0 and token.breaks and token.surface[1:].islower()


def _all_named(sentence: Sentence, names: list[str]) -> bool:
    return sum(len(name.split()) for name in names) == len(sentence.unknown)


def _columns(sentence: Sentence, metrics: tuple[Metric, ...]) -> tuple[str, ...]:
    """Columns whose values may be such names: texts of named things first, then other dimensions of the facts in question."""
    facts = {m.fact for m in metrics} or set(sentence.lexicon.facts)
    displays = {d.display for d in sentence.lexicon.dimensions.values() if d.display}
    fit = [
        d
        for d in sentence.lexicon.dimensions.values()
        if d.column and d.role == "dimension" and d.type in ("", "string", "text", "varchar")
        if any(sentence.lexicon.reaches(fact, d.path) for fact in facts)
    ]
    ranked = sorted(fit, key=lambda d: (d.path not in displays, bool(d.values)))
    by_column = {d.column: d.path for d in reversed(ranked)}  # a table in several roles is looked through once
    return tuple(d.path for d in ranked if by_column[d.column] == d.path)[:MOST_COLUMNS]


def _ambiguous(sentence: Sentence, metrics: tuple[Metric, ...]) -> None:
    """A word that several metrics share: ask which is meant."""
    loose = {sentence.tokens[i].stem for i in sentence.unknown}
    fits = [m for m in sentence.lexicon.metrics.values() if loose <= m.bag]
    if metrics and not all(m.fact == metrics[0].fact for m in fits):
        return
    if len(fits) > 1 and (limit := _limit(sentence)):
        defined = tuple(m.label for m in fits if m.is_count or m.is_share)
        reason = f"“{limit}” sets a limit of its own, and only the metrics' own limits can be asked for."
        raise Stop(Refuse(reason, missing=limit, instead=defined[:3]))
    if len(fits) > 1:
        words = " ".join(sentence.tokens[i].surface for i in sorted(sentence.unknown))
        raise Stop(ask_metric(sentence.lexicon, f"What does “{words}” mean here?", [m.name for m in fits]))


def _limit(sentence: Sentence) -> str:
    """ "more than two hours" in the asker's words."""
    for segment in sentence.operators("over", "under", "at_least", "at_most"):
        number = sentence.after(segment)
        if number is not None and number.number is not None:
            return " ".join(t.surface for t in sentence.tokens[segment.first : number.last + 2])
    return ""


def _close(sentence: Sentence, words: list[str]) -> str:
    """The nearest word of the model for a misspelled one."""
    known = {w for m in sentence.lexicon.metrics.values() for w in m.label.lower().split()}
    known |= {w for d in sentence.lexicon.dimensions.values() for w in d.label.lower().split()}
    known |= {v for d in sentence.lexicon.dimensions.values() for words_ in d.values.values() for v in words_}
    hits = [hit for word in words for hit in get_close_matches(word.lower(), sorted(known - {word.lower()}), n=1, cutoff=0.8)]
    return f"“{hits[0]}”" if hits else ""
