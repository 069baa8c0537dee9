"""What is wrong with a tool's input, in sentences that a model can mend it by."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from analytics_agent.catalog.names import nearest

LONGEST = 80
MOST_UNKNOWN = 8
"""Fields that are named in one sentence: it is sent again with every later turn."""

_KINDS = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "array": "a list"}
_OBJECT = "an object with fields"


def input_problems(given: Any, schema: dict[str, Any]) -> Iterator[str]:
    """One sentence for each problem, each with its place. An object takes the fields that its schema names, and no others."""
    for error in Draft202012Validator(_closed(schema)).iter_errors(given):
        yield _sentence(error)


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    return {"additionalProperties": False} | closed if schema.get("type") == "object" else closed


def _sentence(error: ValidationError) -> str:
    place, found = _place(error), _short(error.instance)
    # Values of the library that may also be "not set", which those of a finished error never are.
    wanted: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "type":
            return f"{place}: {found} is not {_kinds(wanted)}.{_not_as_text(error)}"
        case "required":
            missing = [name for name in wanted if name not in instance]
            return f"{place}: {', '.join(missing)} is missing."
        case "additionalProperties":
            return f"{place}: {_unknown(error)}"
        case "enum":
            near = nearest(str(instance), map(str, wanted))
            meant = f" Nearest: {near[0]}." if near else ""
            return f"{place}: {found} is none of {', '.join(map(str, wanted))}.{meant}"
        case "maxItems" | "minItems":
            bound = "at most" if error.validator == "maxItems" else "at least"
            return f"{place}: {bound} {wanted} items, not {len(instance)}."
        case "maximum" | "minimum":
            bound = "at most" if error.validator == "maximum" else "at least"
            return f"{place}: {bound} {wanted}, not {found}."
    return f"{place}: {error.message[:300]}."


def _place(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path) or "input"


def _kinds(wanted: str | list[str]) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted
    return " or ".join(_KINDS.get(name, _OBJECT) for name in names)


def _not_as_text(error: ValidationError) -> str:
    """The commonest slip: JSON within a text."""
    is_json = isinstance(error.instance, str) and error.instance.lstrip()[:1] in ("{", "[")
    return " Write it as JSON of its own, not as a text that holds JSON." if is_json else ""


def _unknown(error: ValidationError) -> str:
    schema: Any = error.schema
    instance: Any = error.instance
    known = list(schema.get("properties", {}))
    told = []
    for name in sorted(set(instance) - set(known))[:MOST_UNKNOWN]:
        near = nearest(name, known)
        told.append(f"there is no field {_short(name)}" + (f" (nearest: {near[0]})" if near else ""))
    return f"{', '.join(told)}."


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
