"""Which rows are meant: values that are named, the fields they belong to, negation, and which way "from" and "to" point."""

from dataclasses import dataclass, replace
from itertools import pairwise

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Lexicon, way_of
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import GROUPING, Sentence
from analytics_agent.semantic.reader.spans import UnclearField
from analytics_agent.semantic.reader.ways import in_ways, which_way
from analytics_agent.semantic.reader.words import closed
from analytics_agent.semantic.request import Filter

_TO = closed("to into toward towards reach reaches reached serve serves served serving")
_FROM = closed("from leave leaves left leaving depart departs departed departing off")
MOST_READINGS = 4
_LIST = frozenset({"and", "or"})


@dataclass(frozen=True)
class Named:
    """Values of one field that one phrase stands for ("Chicago" is ORD and MDW)."""

    segment: Segment
    path: str
    values: tuple[str, ...]
    negated: bool = False


def named_values(sentence: Sentence, fact: str) -> tuple[Named, ...]:
    """Every value that the question names, as the fact sees it."""
    found: list[Named] = []
    for segment in sentence.free():
        if segment.of("value") and not _is_grouping(sentence, segment):
            named = _in_list(sentence, _named(sentence, segment, fact), found)
            _check_direction(sentence, named, found)
            sentence.use(segment)
            _absorb_neighbors(sentence, named)
            found.append(named)
    _no_choice_of_fields(sentence, found)
    return tuple(found)


def _no_choice_of_fields(sentence: Sentence, found: list[Named]) -> None:
    """ "from Germany or by phone" wants the rows that are either; all conditions of a request hold at once."""
    for left, right in pairwise(found):
        if left.path != right.path and "or" in sentence.between(left.segment, right.segment):
            said = f"“{sentence.text(left.segment)}” or “{sentence.text(right.segment)}”"
            raise Stop(Refuse(f"{said}: these are about two different things, and rows that are either cannot be chosen. Ask for each."))


def _in_list(sentence: Sentence, named: Named, found: list[Named]) -> Named:
    """ "except United and Delta" leaves out both."""
    _left_out_alone(sentence, named, found)
    before = next((n for n in reversed(found) if n.path == named.path), None)
    if before is None or before.negated == named.negated:
        return named
    between = sentence.between(before.segment, named.segment)
    if before.negated and (between <= _LIST | {"the", "ones", "those", "from", "in", "to"} or sentence.tokens[named.segment.first].comma):
        return replace(named, negated=True)
    said = f"“{sentence.text(before.segment)}” and “{sentence.text(named.segment)}”"
    raise Stop(Refuse(f"{said}: it is not clear which of them is wanted and which is left out. Name only those that are wanted."))


def _left_out_alone(sentence: Sentence, named: Named, found: list[Named]) -> None:
    """ "except JFK and Delta": whether the second, of another field, is left out too or is what is wanted, nothing says."""
    last = found[-1] if found else named
    joined = last.negated and not named.negated and last.path != named.path
    if joined and sentence.between(last.segment, named.segment) <= _LIST | {"the"}:
        first, second = sentence.text(last.segment), sentence.text(named.segment)
        reason = f"“{first}” is left out, and whether “{second}” is left out too is not clear."
        raise Stop(Refuse(f"{reason} Say “except” right before each of them, or say first what is wanted: “{second}, except {first}”."))


def _is_grouping(sentence: Sentence, segment: Segment) -> bool:
    """ "by rain", "top 3 stores": a word that names a dimension and one of its values means the dimension there."""
    left = sentence.before(segment)
    if segment.first in sentence.listed:
        return True
    ranked = left is not None and (left.number is not None or left.is_operator("top", "bottom", "best", "worst"))
    ranked = ranked or (left is not None and left.is_operator("most", "least") and sentence.plural(segment))
    return bool(segment.of("dimension")) and (ranked or sentence.cue(segment) in ("by", "per", "each", "every", "which"))


def _named(sentence: Sentence, segment: Segment, fact: str) -> Named:
    by_path: dict[str, list[str]] = {}
    for meaning in segment.of("value"):
        if sentence.lexicon.reaches(fact, meaning.name):
            by_path.setdefault(meaning.name, []).append(meaning.value)
    text = sentence.text(segment)
    if not by_path:
        raise Stop(Refuse(f"“{text}” is known, but not for what is asked here.", missing=f"a link to {text}"))
    own = [path for path in by_path if path.partition(".")[0] == fact]
    paths = own if len(own) == 1 else list(by_path)
    if len(paths) > 1:
        paths = _introduced_as(sentence, segment, paths) or _directed(sentence, segment, paths)
    if len(paths) > 1 and sentence.fields.get(text.lower()) in paths:
        paths = [sentence.fields[text.lower()]]
    if len(paths) > MOST_READINGS:
        names = "”, “".join(_called_apart(sentence, text, paths))
        raise Stop(Refuse(f"“{text}” may be many things here: “{names}”. Say which is meant.", missing=text))
    if len(paths) > 1:
        raise UnclearField(segment.first, segment.last, text, paths, _called_apart(sentence, text, paths))
    return Named(segment, paths[0], tuple(by_path[paths[0]]), _negated(sentence, segment))


def _called_apart(sentence: Sentence, text: str, paths: list[str]) -> tuple[str, ...]:
    """The value with the name of each field; of fields that are called alike, with their full names."""
    labels = [sentence.lexicon.dimensions[path].label for path in paths]
    return tuple(f"{label if labels.count(label) == 1 else path} {text}" for label, path in zip(labels, paths, strict=True))


def _introduced_as(sentence: Sentence, segment: Segment, paths: list[str]) -> list[str]:
    """ "the department of Computer Science": the noun beside a value says which field's it is."""
    beside = [s for s in (sentence.before(segment), sentence.after(segment)) if s is not None]
    kept = [path for path in paths if any(m.name == path for s in beside for m in s.of("dimension"))]
    return kept if len(kept) == 1 else []


def _directed(sentence: Sentence, segment: Segment, paths: list[str]) -> list[str]:
    """Of several fields the one that "from" or "to" points to."""
    want = "to" if sentence.cue(segment) in _TO else "from" if sentence.cue(segment) in _FROM else ""
    chosen = [path for path in paths if want and way_of(sentence.lexicon.dimensions[path]) == want]
    return chosen or paths


def _negated(sentence: Sentence, segment: Segment) -> bool:
    """ "except JetBlue", "not from JFK", "JFK excluded"."""
    place = sentence.segments.index(segment)
    if sentence.cue(segment) == "but":
        return _all_but(sentence, segment)
    right = sentence.after(segment)
    if right is not None and right.is_operator("left_out") and not sentence.used(right):
        sentence.use(right)
        return True
    left = sentence.segments[place - 1] if place else None
    if (
        left is None
        or not left.is_operator("not")
        or not sentence.between(left, segment)
        <= {"from", "to", "on", "at", "in", "for", "the", "by", "of", "with", "through", "via", "a", "an"}
    ):
        return False
    sentence.use(left)
    return True


def _all_but(sentence: Sentence, segment: Segment) -> bool:
    """ "all wards but Surgery"; "orders but Surgery" says nothing that can be relied on."""
    if any(token.lower in ("all", "every", "any", "each", "everything", "everyone") for token in sentence.tokens[: segment.first]):
        return True
    raise Stop(Refuse(f"“but {sentence.text(segment)}”: say “except {sentence.text(segment)}” where it is to be left out."))


def _check_direction(sentence: Sentence, named: Named, found: list[Named]) -> None:
    """A place to go to needs "to" before it, and a place to come from must not have it: else another question was asked."""
    dimension = sentence.lexicon.dimensions[named.path]
    way, cue = way_of(dimension), sentence.cue(named.segment)
    text = sentence.text(named.segment)
    if (cue in _LIST and found and found[-1].path == named.path) or sentence.fields.get(text.lower()) == named.path:
        return
    if way == "from" and cue in _TO:
        raise Stop(Refuse(f"{text} is known as {_small(dimension.label)} only: nothing here says what goes to it."))
    if way != "to" or cue in _TO or _introduced(sentence, named):
        return
    if cue in _FROM:
        raise Stop(Refuse(f"{text} is known as {_small(dimension.label)} only: nothing here says what comes from it."))
    raise Stop(Refuse(f"It is not clear what {text} is here. If you mean the {_small(dimension.label)}, say “to {text}”."))


def _introduced(sentence: Sentence, named: Named) -> bool:
    left = sentence.before(named.segment)
    return left is not None and any(m.name == named.path for m in left.of("dimension"))


def _absorb_neighbors(sentence: Sentence, named: Named) -> None:
    """ "the carrier JetBlue", "Airbus planes": the noun beside a value says what it is and asks for nothing."""
    dataset = named.path.partition(".")[0]
    for neighbor in (sentence.before(named.segment), sentence.after(named.segment)):
        if neighbor is None or sentence.used(neighbor):
            continue
        if neighbor.of("grain") and sentence.plural(neighbor) and _is_of_time(sentence, named) and sentence.cue(neighbor) not in GROUPING:
            sentence.use(neighbor)  # "the summer months", "wet hours"
            continue
        own = any(_same_thing(sentence.lexicon, m.name, named.path) for m in neighbor.of("dimension"))
        kind = any(m.name == dataset for m in neighbor.of("dataset"))
        counted = neighbor.of("metric") and not kind
        if (own or kind) and not counted and sentence.cue(neighbor) not in ("by", "per", "each", "every", "which", "what"):
            sentence.use(neighbor)


def _is_of_time(sentence: Sentence, named: Named) -> bool:
    """Values of the calendar, or of something that either is so or not at a time ("wet")."""
    dimension = sentence.lexicon.dimensions[named.path]
    return dimension.is_calendar or dimension.type == "boolean"


def say_nothing(sentence: Sentence, *, grouped: bool) -> None:
    """Words of operators that ask for nothing where they stand: "exactly how many", "over the summer", "broken down by region"."""
    sentence.take("exactly", "within", *(["layout"] if grouped else []))
    for segment in sentence.operators("over"):
        after = sentence.after(segment)
        if after is None or [t.lower for t in sentence.words(segment)] != ["over"]:
            continue
        if after.period is not None or any(sentence.lexicon.dimensions[m.name].is_calendar for m in after.of("value")):
            sentence.use(segment)


def _same_thing(lexicon: Lexicon, left: str, right: str) -> bool:
    return lexicon.code_of(left) == lexicon.code_of(right)


def filters(named: tuple[Named, ...]) -> list[Filter]:
    """One filter for each field; values of one field together are "one of"."""
    found: list[Filter] = []
    for path, negated in dict.fromkeys((n.path, n.negated) for n in named):
        values = tuple(dict.fromkeys(v for n in named if (n.path, n.negated) == (path, negated) for v in n.values))
        single = len(values) == 1
        op = ("!=" if single else "not_in") if negated else ("=" if single else "in")
        found.append(Filter(path, op, values))  # type: ignore[arg-type]
    return found


def missing(sentence: Sentence, fact: str) -> list[Filter]:
    """ "no tail number": rows in which a field is empty."""
    found = []
    for segment in sentence.free():
        left = sentence.before(segment)
        if not segment.of("dimension") or left is None or not left.is_operator("not") or sentence.used(left):
            continue
        paths = [m.name for m in segment.of("dimension") if sentence.lexicon.reaches(fact, m.name)]
        own = [path for path in paths if path.partition(".")[0] == fact] or paths
        if own:
            if in_ways(own):
                raise which_way(sentence, segment, fact, own)
            _none_or_unknown(sentence, own[0])
            sentence.use(left, segment)
            found.append(Filter(own[0], "is_null"))
    return found


_NONE = closed("none no nothing unknown missing null nil n/a na without uninsured unassigned")


def _none_or_unknown(sentence: Sentence, path: str) -> None:
    """ "no insurance" where one of the values is "none": those that have none are not those of whom nothing is known."""
    dimension = sentence.lexicon.dimensions[path]
    said = next((value for value in dimension.values if set(value.lower().split()) & _NONE), None)
    if said is not None:
        label = f"{dimension.label[:1].lower()}{dimension.label[1:]}"
        reason = f"“{said}” is a value of {label}, and {label} may also not be recorded at all: it is not clear which is meant."
        raise Stop(Refuse(f"{reason} Ask for “{label} {said}”, or for a split by {label}, in which both are shown.", missing=label))


def several(named: tuple[Named, ...]) -> tuple[Named, ...]:
    """The phrases that name values of one and the same field, where more than one does: two sides of something."""
    for path in dict.fromkeys(n.path for n in named if not n.negated):
        sides = tuple(n for n in named if n.path == path and not n.negated)
        if len(sides) > 1:
            return sides
    return ()


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
