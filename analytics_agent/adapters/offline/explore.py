"""The offline model in explore: read the model, read the question, look names up, query, finish; or ask, or refuse."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from analytics_agent.adapters.offline.confirmed import apart, unconfirmed
from analytics_agent.adapters.offline.doubts import Result, doubts, made, not_over, result_of
from analytics_agent.adapters.offline.talk import Call, Talk
from analytics_agent.adapters.offline.talk import Earlier as EarlierTold
from analytics_agent.adapters.offline.vouched import by_verified_query
from analytics_agent.adapters.offline.words import number, small
from analytics_agent.domain.small_groups import MANY, passed_over
from analytics_agent.semantic.reader import Ask, KnownValue, LookUp, Outcome, Reading, Refuse, chosen, nearest, read, tool_input
from analytics_agent.semantic.reader.follow_up import Earlier, follow
from analytics_agent.semantic.reader.read import MOST_ANSWERS
from analytics_agent.semantic.request import MetricRequest

_NOT_RUN = "The statement was not run. "

Calls = list[tuple[str, dict[str, Any]]]
MOST_LOOKUPS = 12
MOST_MATCHES = 3
NO_MODEL = (
    "This database has no semantic model, and the offline model answers from governed metrics only. "
    "`analytics-agent semantic draft {0} --serve` makes a first one from what the tables hold; or set ANTHROPIC_API_KEY and ask Claude."
)

NO_METRIC = "No metric is defined for the tables that may be read, and the offline model answers from governed metrics only."


def explore(talk: Talk) -> Calls:
    """The next calls."""
    described = talk.made("describe")
    if not described:
        return [("describe", {"names": ["model"]})]
    if (vouched := by_verified_query(talk, described[0])) is not None:
        return vouched
    overview = _overview(described[0])
    if overview is None:
        return [_without_metrics(described[0])]
    if refused := [call for call in talk.made("finish") + talk.made("ask_person") + talk.made("refuse") if call.is_error]:
        return _give_up(refused[-1])
    outcome = _read(talk, overview)
    if isinstance(outcome, Reading):
        asked = [str(call.input.get("question", "")) for call in talk.made("ask_person")]
        outcome = unconfirmed(outcome, asked, tuple(_answers(talk)), overview) or outcome
    if isinstance(outcome, LookUp):
        return _look_up(outcome, overview)
    if isinstance(outcome, Ask):
        return _ask(talk, outcome)
    if isinstance(outcome, Refuse):
        return [_refuse(talk, outcome, overview)]
    return _query(talk, outcome, overview)


def _without_metrics(call: Call) -> tuple[str, dict[str, Any]]:
    items = call.data if isinstance(call.data, list) else [call.data]
    if call.is_error or not all(isinstance(item, dict) and "as_of" in item for item in items):
        database = next((str(item["database"]) for item in items if isinstance(item, dict) and "database" in item), "NAME")
        # Nothing of the data is missing: no other database is to be looked through for it.
        return "refuse", {"reason": NO_MODEL.format(database)}
    return "refuse", {"reason": NO_METRIC}


def _overview(call: Call) -> dict[str, Any] | None:
    items = call.data if isinstance(call.data, list) else [call.data]
    return next((item for item in items if isinstance(item, dict) and item.get("metrics")), None) if not call.is_error else None


def _read(talk: Talk, overview: dict[str, Any]) -> Outcome:
    looked = talk.made("look_at_values")
    known = [value for call in looked for value in _values(call, overview)]
    names = frozenset(str(call.input.get("like", "")).lower() for call in looked)
    answers = apart(tuple(_answers(talk)))
    if talk.earlier is not None:
        return follow(talk.question, _before(talk.earlier), overview, talk.as_of, known, names, answers)
    return read(talk.question, overview, talk.as_of, known, names, answers)


def _before(earlier: EarlierTold) -> Earlier:
    """A request that we would not take from a model either is none."""
    if earlier.request is None:
        return Earlier(earlier.question, None, earlier.without)
    if "ratio_to" in earlier.request:
        return Earlier(earlier.question, None, "The earlier answer is a ratio of two figures.")
    try:
        return Earlier(earlier.question, MetricRequest.from_tool_input({"purpose": ""} | earlier.request))
    except (KeyError, ValueError):
        return Earlier(earlier.question, None, "The request that answered the earlier question cannot be read.")


def _values(call: Call, overview: dict[str, Any]) -> list[KnownValue]:
    """Stored values that hold the name as whole words; many different ones decide nothing."""
    name, paths = str(call.input.get("like", "")), _paths(call.input["column"], overview)
    rows = call.data.get("values", []) if isinstance(call.data, dict) and not call.is_error else []
    found = [str(row.get("value")) for row in rows if _holds(str(row.get("value")), name)]
    return [KnownValue(name, path, value) for path in paths for value in found] if len(found) <= MOST_MATCHES else []


def _holds(value: str, name: str) -> bool:
    words = "".join(c if c.isalnum() else " " for c in value.lower()).split()
    wanted = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1)) if wanted else False


def _paths(column: str, overview: dict[str, Any]) -> list[str]:
    """The dimensions behind a column: of a table in several roles one for each."""
    return [d["name"] for d in overview.get("dimensions", ()) if d.get("column") == column and d.get("role") != "key"]


def _answers(talk: Talk) -> Iterator[str]:
    """An answer that repeats a reading, gives its number, or holds the words of one alone stands for the reading's first words."""
    asked = [list(call.input.get("readings", ())) for call in talk.made("ask_person")]
    every = [reading for readings in asked for reading in readings]
    for place, text in enumerate(talk.clarifications):
        own = asked[place] if len(asked) == len(talk.clarifications) else every
        yield chosen(text, own)


def _look_up(outcome: LookUp, overview: dict[str, Any]) -> Calls:
    columns = {d["name"]: d.get("column") for d in overview.get("dimensions", ())}
    wanted = list(dict.fromkeys((columns.get(path), name) for name in outcome.names for path in outcome.columns))
    return [("look_at_values", {"column": column, "like": name, "limit": 20}) for column, name in wanted if column][:MOST_LOOKUPS]


def _ask(talk: Talk, outcome: Ask) -> Calls:
    """Not asked twice: an answer that does not decide is not asked for again. Nor is anybody asked for ever."""
    asked = talk.made("ask_person")
    if len(asked) >= MOST_ANSWERS or any(call.input.get("readings") == list(outcome.readings) for call in asked):
        reason = "The answer did not decide how the question is meant. Ask it again with the measure in it."
        return [("refuse", {"reason": reason, "instead": list(outcome.readings)})]
    return [("ask_person", {"question": outcome.question, "readings": list(outcome.readings)})]


def _refuse(talk: Talk, outcome: Refuse, overview: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    looked_in = [d.get("label", d["name"]) for d in overview.get("datasets", ())]
    instead = outcome.instead or nearest(talk.question, overview)
    data = {"reason": outcome.reason, "missing": outcome.missing, "looked_in": looked_in, "instead": list(instead)}
    return "refuse", {key: value for key, value in data.items() if value}


def _give_up(call: Call) -> Calls:
    if call.name == "refuse":
        return []
    return [("refuse", {"reason": "The offline model could not end this question in good order. Ask it in other words."})]


# queries


def _query(talk: Talk, reading: Reading, overview: dict[str, Any]) -> Calls:
    """The request itself first, then for "why" the same by each dimension that may explain the change."""
    asked, reading = reading.request, replace(reading, request=_asked(reading, overview))
    main = tool_input(reading.request)
    call = made(talk, main)
    if call is None:
        return [("query_metrics", main)]
    primary = result_of(call)
    if primary is None:
        return [_refuse(talk, Refuse(f"The query was not run. {call.text.removeprefix(_NOT_RUN)}"[:500]), overview)]
    if doubt := doubts(talk, reading, primary, overview):
        return [_refuse(talk, doubt, overview)] if isinstance(doubt, Refuse) else doubt
    beside: list[str] = []
    if whole := _whole(asked, reading.request, primary):
        seen = made(talk, tool_input(whole))
        if seen is None:
            return [("query_metrics", tool_input(whole))]
        beside = _beside_few(reading.request, result_of(seen))
    more = [tool_input(_by(reading.request, key, overview)) for key in reading.drivers]
    open_ = [data for data in more if made(talk, data) is None]
    if open_:
        return [("query_metrics", data) for data in open_]
    others = [*beside, *(result.id for data in more if (call := made(talk, data)) and (result := result_of(call)) and result.rows)]
    return [_finish(talk, reading, primary, others)]


def _asked(reading: Reading, overview: dict[str, Any]) -> MetricRequest:
    """A mean or a share comes with the number of records behind it, which is fetched beside what was asked for, not in its title."""
    request, metrics = reading.request, {m["name"]: m for m in overview["metrics"]}
    first = metrics[request.metrics[0]]
    if reading.kind == "why":
        weight = metrics.get(request.metrics[-1], {}).get("label", "") if len(request.metrics) > 1 else ""
        return replace(request, purpose=request.purpose.replace(f" and {small(weight)}", "", 1)) if weight else request
    weight = metrics.get(first.get("weight") or "", {})
    wanted = reading.kind in ("ranking", "breakdown") and len(request.metrics) == 1 and weight.get("fact") == first.get("fact")
    computed = request.compare or request.share_of or request.top or request.counted or request.ratio_to
    plain = not computed and not any(":" in key for key in request.dimensions)
    return replace(request, metrics=(*request.metrics, weight["name"])) if wanted and weight and plain else request


def _whole(asked: MetricRequest, request: MetricRequest, primary: Result) -> MetricRequest | None:
    """For one row that may rest on few records, the whole ranking: only beside the others can it be seen whether they are few, and who
    leads among those with enough."""
    if request.limit != 1 or len(request.metrics) != len(asked.metrics) + 1 or not primary.preview:
        return None
    records = number(primary.preview[0].get(request.metrics[1]))
    return replace(request, limit=None) if records is not None and records < MANY else None


def _beside_few(request: MetricRequest, ranking: Result | None) -> list[str]:
    """The whole ranking, to be told beside the one that leads it, where that rests on too few records."""
    if ranking is None or ranking.rows > len(ranking.preview):
        return []
    measure, weight = request.metrics
    records = [number(row.get(weight)) or 0.0 for row in ranking.preview if row.get(measure) is not None]
    return [ranking.id] if 0 in passed_over(records) else []


def _by(request: MetricRequest, key: str, overview: dict[str, Any]) -> MetricRequest:
    """The same request, split further; a code comes with its name."""
    dimensions = {d["name"]: d for d in overview["dimensions"]}
    display = dimensions.get(key, {}).get("display")
    label = dimensions.get(display or key, {}).get("label", key)
    added = tuple(k for k in (key, display) if k and k not in request.dimensions)
    purpose = f"{request.purpose} and {small(label)}"
    return replace(request, purpose=purpose, dimensions=(*request.dimensions, *added))


def _finish(talk: Talk, reading: Reading, primary: Result, others: list[str]) -> tuple[str, dict[str, Any]]:
    data = {
        "primary": primary.id,
        "results": [primary.id, *others],
        "readings": list(reading.notes),
        "caveats": [*not_over(reading.request, talk.as_of, primary.caveats), *reading.caveats],
    }
    return "finish", {key: value for key, value in data.items() if value}
