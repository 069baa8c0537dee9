"""Every key that a semantic model may have, level by level, and what is said of one that nobody reads.

A key that is misspelled or in the wrong place would be passed over in silence, and the definition would mean something else than it says.
So a key of our extension that we do not know is a problem, and so is one of Ossie's that is nearly, or elsewhere, a key. Any other
key beside Ossie's is told and let stand: the format grows, and what other tools put there is theirs.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from analytics_agent.catalog.names import is_slip
from analytics_agent.semantic.model import VENDOR
from analytics_agent.semantic.ossie.document import Extension, Lines, Problems

_TOLD = ("name", "description", "ai_context", "custom_extensions")
STANDARD: Mapping[str, tuple[str, ...]] = {
    "document": ("version", "semantic_model", "dialects", "vendors"),
    "model": (*_TOLD, "datasets", "relationships", "metrics"),
    "dataset": (*_TOLD, "source", "primary_key", "unique_keys", "fields"),
    "field": (*_TOLD, "expression", "dimension", "label", "datatype"),
    "relationship": (*_TOLD, "from", "to", "from_columns", "to_columns"),
    "metric": (*_TOLD, "expression", "label", "datatype"),
    "ai_context": ("instructions", "synonyms", "examples"),
    "custom extension": ("vendor_name", "data"),
    "expression": ("dialects",),
    "dialect": ("dialect", "expression"),
    "dimension": ("is_time",),
}
"""What core-spec/ossie-schema.json of 0.2.0.dev0 has, and `label` of a metric, which people write there too."""

_INSIDE = {
    "semantic_model": "model",
    "datasets": "dataset",
    "fields": "field",
    "relationships": "relationship",
    "metrics": "metric",
    "custom_extensions": "custom extension",
    "ai_context": "ai_context",
    "expression": "expression",
    "dialects": "dialect",
    "dimension": "dimension",
}
"""The level on which the values of a key are."""

Keys = Mapping[str, "Keys | None"]
"""The keys of an object; None is a value, or an object whose keys are people's own."""


def _keys(names: str, **inside: Keys) -> Keys:
    return {name: inside.get(name) for name in names.split()}


_CERTIFICATION = _keys("status by details")
EXTENSION: Mapping[str, Keys] = {
    "model": _keys(
        "as_of time_field timezone seasons examples notes not_covered fiscal_calendar owners certification verified_queries",
        as_of=_keys("date column"),
        fiscal_calendar=_keys("year_starts_in pattern"),
        certification=_CERTIFICATION,
        verified_queries=_keys("question sql by on"),
    ),
    "dataset": _keys(
        "time_field valid bridge grain freshness owners certification",
        valid=_keys("from until"),
        bridge=_keys("fact to weight"),
        freshness=_keys("field within", within=_keys("count unit")),
        certification=_CERTIFICATION,
    ),
    "field": _keys("label role unit format decimals grains values display label_of order higher_is"),
    "relationship": {},
    "metric": _keys(
        "label dataset unit format decimals additivity higher_is weight mean_of filters caveats time_field ratio balance cumulative owners "
        "certification",
        filters=_keys("field op values"),
        ratio=_keys("numerator denominator"),
        balance=_keys("time per pick"),
        cumulative=_keys("metric to_date trailing", trailing=_keys("count unit")),
        certification=_CERTIFICATION,
    ),
}
"""What `ossie` and `extension_parts` read."""


def judge_document(data: Lines, problems: Problems) -> None:
    """Every key beside Ossie's own, at every level."""
    level = "document" if "semantic_model" in data else "model"
    _judge(data, level, "", {*STANDARD["document"]} if level == "model" else set(), problems)


def _judge(data: Lines, level: str, owner: str, more: set[str], problems: Problems) -> None:
    title = _title(data, level, owner)
    known = (*STANDARD[level], *more)
    for key in data:
        if key not in known:
            _tell(data.at[key], title, key, known, level, problems)
    for key in (key for key in data if key in known and key in _INSIDE):
        found = data[key] if isinstance(data[key], list) else [data[key]]
        for item in (item for item in found if isinstance(item, Lines)):
            _judge(item, _INSIDE[key], title, set(), problems)


def _title(data: Lines, level: str, owner: str) -> str:
    """As `Entry` calls it; what has no name of its own is called by whose it is."""
    if data.get("name"):
        return f"{level} `{data['name']}`"
    return f"{level} of {owner}" if owner and owner != "document" else level


def _tell(line: int, title: str, key: str, known: Iterable[str], level: str, problems: Problems) -> None:
    near = nearest_key(key, known)
    if near:
        problems.add(line, f"{title}: there is no key `{key}`; did you mean `{near}`?")
    elif key in EXTENSION.get(level, {}):
        problems.add(line, f"{title}: `{key}` stands in the extension: in `custom_extensions`, under the vendor {VENDOR}.")
    elif ours := nearest_key(key, EXTENSION.get(level, {})):
        problems.add(line, f"{title}: there is no key `{key}`; `{ours}` stands in the extension of the vendor {VENDOR}.")
    else:
        problems.note(line, f"{title}: `{key}` is no key of Apache Ossie; it is passed over.")


def judge_extension(extension: Extension, level: str) -> None:
    """Every key of our extension that is not read."""
    _inside(extension, extension.data, EXTENSION[level], (), level)


def _inside(extension: Extension, data: Mapping[str, Any], known: Keys, path: tuple[str | int, ...], level: str) -> None:
    for key, value in data.items():
        if key not in known:
            extension.complain(_unknown(key, known, path, level), *path, key)
            continue
        below = known[key]
        if below is None:
            continue
        for number, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, dict):
                _inside(extension, item, below, (*path, key, *((number,) if isinstance(value, list) else ())), level)


def _unknown(key: str, known: Keys, path: tuple[str | int, ...], level: str) -> str:
    where = next((f"`{part}`" for part in reversed(path) if isinstance(part, str)), "the extension")
    if near := nearest_key(key, known):
        return f"there is no key `{key}` in {where}; did you mean `{near}`?"
    if not path and key in STANDARD[level]:
        return f"`{key}` is a key of Apache Ossie: it stands beside `name`, not in the extension."
    have = f"there are {', '.join(known)}" if known else "it has none"
    return f"there is no key `{key}` in {where}; {have}."


def nearest_key(key: str, known: Iterable[str]) -> str | None:
    """The one key that somebody surely meant."""
    choices = tuple(known)
    slips = [name for name in choices if is_slip(key, name)]
    return next(iter(slips or get_close_matches(key.lower(), choices, n=1, cutoff=0.8)), None)
