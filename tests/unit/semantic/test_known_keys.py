"""Keys that nobody reads: those of our extension are refused, Ossie's own where they are nearly one, anything else is told."""

import json
from textwrap import indent
from typing import Any

import pytest
from unit.semantic import chain, shop

from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.resources import resource
from analytics_agent.semantic import load
from analytics_agent.semantic.ossie import document, known_keys
from analytics_agent.semantic.ossie import load as ossie

ONE = """\
version: 0.2.0.dev0
semantic_model:
  - name: one
    custom_extensions:
      - vendor_name: ANALYTICS_AGENT
        data: >-
          {"timezone": "Europe/Oslo",
           "fiscal_calendar": {"year_starts_in": 7}}
    datasets:
      - name: orders
        source: orders
        primary_key: [id]
        fields:
          - {name: id, expression: id}
          - name: placed
            expression: {dialects: [{dialect: ANSI_SQL, expression: placed}]}
            dimension: {is_time: true}
            ai_context: {synonyms: [ordered]}
    metrics:
      - name: revenue
        expression: SUM(orders.amount)
        custom_extensions:
          - vendor_name: ANALYTICS_AGENT
            data: |
              {"unit": "EUR",
               "additivity": "additive",
               "filters": [{"field": "orders.id", "op": "not_null"},
                           {"field": "orders.placed", "op": "not_null"}]}
          - {vendor_name: OTHERS, data: '{"additivty": 1}'}
"""


def said(*edits: tuple[str, str]) -> tuple[str, ...]:
    text = ONE
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    with pytest.raises(InvalidSemanticModel) as invalid:
        load(text)
    return invalid.value.problems


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(ONE.splitlines(), 1) if words in line)


def test_a_model_of_known_keys_has_nothing_to_note_and_others_extensions_are_theirs() -> None:
    assert ossie.read(ONE).notes == ()
    for text in (
        shop.TEXT,
        chain.TEXT,
        *((resource("sql_fixtures") / name / "semantic_model.yaml").read_text() for name in ("flights", "shop")),
    ):
        assert ossie.read(text).notes == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"additivity"', '"additvity"', "metric `revenue`: there is no key `additvity` in the extension; did you mean `additivity`?"),
        ('"orders.placed", "op"', '"orders.placed", "opp"', "there is no key `opp` in `filters`; did you mean `op`?"),
        ('"year_starts_in"', '"year_start_in"', "no key `year_start_in` in `fiscal_calendar`; did you mean `year_starts_in`?"),
        ('"unit": "EUR"', '"description": "x"', "`description` is a key of Apache Ossie: it stands beside `name`, not in the extension."),
        ('"unit": "EUR"', '"colour": "red"', "there is no key `colour` in the extension; there are label, dataset, unit"),
        ("primary_key:", "primaryKey:", "dataset `orders`: there is no key `primaryKey`; did you mean `primary_key`?"),
        ("synonyms:", "synonym:", "ai_context of field `placed`: there is no key `synonym`; did you mean `synonyms`?"),
        ("is_time:", "isTime:", "dimension of field `placed`: there is no key `isTime`; did you mean `is_time`?"),
        ("dialect: ANSI_SQL", "dialekt: ANSI_SQL", "there is no key `dialekt`; did you mean `dialect`?"),
        ("    metrics:", "    metrcs:", "model `one`: there is no key `metrcs`; did you mean `metrics`?"),
        ("version:", "verison:", "document: there is no key `verison`; did you mean `version`?"),
    ],
)  # fmt: skip
def test_a_key_that_is_nearly_one_is_named_with_its_line(old: str, new: str, expected: str) -> None:
    found = [problem for problem in said((old, new)) if expected in problem]
    assert found and found[0].startswith(f"line {line_of(old)}: ")


def test_a_key_of_the_extension_that_stands_beside_the_name_is_told_where_it_belongs() -> None:
    (problem,) = said(("      - name: revenue\n", "      - name: revenue\n        additivity: additive\n"))
    assert problem.endswith(
        "metric `revenue`: `additivity` stands in the extension: in `custom_extensions`, under the vendor ANALYTICS_AGENT."
    )


def test_a_key_of_others_is_noted_and_let_stand() -> None:
    text = ONE.replace("        source: orders\n", "        source: orders\n        materialized: nightly\n")
    found = ossie.read(text)
    assert found.notes == ("line 12: dataset `orders`: `materialized` is no key of Apache Ossie; it is passed over.",)
    assert found.model == load(text)


def test_a_relationship_has_no_keys_of_ours() -> None:
    text = ONE.replace(
        "    metrics:",
        "    relationships:\n      - name: again\n        from: orders\n        to: orders\n        from_columns: [id]\n"
        "        to_columns: [id]\n        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{\"kind\": 1}'}]\n    metrics:",
    )
    with pytest.raises(InvalidSemanticModel, match=r"relationship `again`: there is no key `kind` in the extension; it has none."):
        load(text)


def test_a_key_of_the_extension_that_stands_twice_is_refused_and_so_is_a_second_extension() -> None:
    assert any("the key `unit` stands twice in the extension" in one for one in said(('"additivity": "additive"', '"unit": "USD"')))
    assert any("`custom_extensions` holds two of ANALYTICS_AGENT" in one for one in said(("OTHERS", "ANALYTICS_AGENT")))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"op": "not_null"}]', '"op": "nonnull"}]', "`nonnull` is no operator of a filter"),
        ('{"timezone": "Europe/Oslo"', '{"as_of": {"date": "yesterday"}', "`as_of` must be"),
        ("is_time: true", "is_time: sometimes", "`is_time` must be true or false"),
    ],
)
def test_values_that_mean_nothing_are_refused(old: str, new: str, expected: str) -> None:
    assert any(expected in problem for problem in said((old, new)))


def test_a_date_is_a_time_unless_it_says_that_it_is_none() -> None:
    def is_time(more: str) -> bool:
        field = load(ONE.replace("- {name: id, expression: id}", f"- {{name: id, expression: id, {more}}}")).field("orders.id")
        return field is not None and field.is_time

    assert is_time("datatype: Date") and is_time("datatype: DateTimeTz")
    assert not is_time("datatype: Integer") and not is_time("datatype: Time")
    assert not is_time("datatype: Date, dimension: {is_time: false}")
    assert not is_time("datatype: Date, custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: {role: attribute}}]")


class Noting(dict[str, Any]):
    """An object of our extension that remembers which of its keys somebody asked for."""

    def __init__(self, asked: set[str], level: str) -> None:
        super().__init__()
        self.asked, self.level = asked, level

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(f"{self.level}.{key}")
        return default


def test_what_is_known_is_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()

    def own(entry: document.Entry, level: str) -> document.Extension:
        return document.Extension(Noting(asked, level), entry, entry.data)

    monkeypatch.setattr(ossie, "_own", own)
    ossie.read.__wrapped__(ONE)
    known = {f"{level}.{key}" for level, keys in known_keys.EXTENSION.items() for key in keys}
    assert asked == known


def test_a_line_is_found_in_any_style_of_yaml() -> None:
    data = {"cumulative": {"metric": "m", "trailing": {"count": 0, "unit": "day"}}}
    for text in (
        f"data: '{json.dumps(data)}'",
        f"data: {json.dumps(json.dumps(data))}",
        "data: |\n" + indent(json.dumps(data, indent=1), "  "),
    ):
        mapping = document.parse(f"# first\n{text}\n", document.Problems())
        first, deep = (mapping.written["data"].line_of(*path) for path in (("cumulative",), ("cumulative", "trailing", "count")))
        lines = [*enumerate(f"# first\n{text}".splitlines(), 1)]
        assert first == next(number for number, line in lines if "cumulative" in line)
        assert deep == next(number for number, line in lines if "count" in line)
