"""Freshness, bridges, verified queries, names to show and the time zone: what they name must be there and bear it."""

import pytest

from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic import load

CLUBS = """\
semantic_model:
  - name: clubs
    custom_extensions:
      - vendor_name: ANALYTICS_AGENT
        data: |
          {"timezone": "Europe/Oslo",
           "verified_queries": [
             {"question": "How many members?",
              "sql": "SELECT COUNT(*) FROM members", "by": "ada", "on": "2026-06-30"},
             {"question": "Who is oldest?",
              "sql": "SELECT MIN(born) FROM members"}]}
    datasets:
      - name: members
        source: members
        primary_key: [id]
        fields:
          - {name: born, expression: born, datatype: Date}
          - {name: code, expression: code, custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: {display: members.title}}]}
          - {name: title, expression: title}
        custom_extensions:
          - vendor_name: ANALYTICS_AGENT
            data: {freshness: {field: members.born, within: {count: 2, unit: day}}}
      - name: clubs
        source: clubs
        primary_key: [id]
        fields: [{name: city, expression: city}]
      - name: memberships
        source: memberships
        fields:
          - {name: share, expression: share, datatype: Decimal}
          - {name: role, expression: role, datatype: String}
        custom_extensions:
          - vendor_name: ANALYTICS_AGENT
            data: {bridge: {fact: members, to: clubs, weight: memberships.share}}
    relationships:
      - {name: of_member, from: memberships, to: members, from_columns: [member], to_columns: [id]}
      - {name: of_club, from: memberships, to: clubs, from_columns: [club], to_columns: [id]}
    metrics:
      - {name: member_count, expression: COUNT(members.code)}
"""


def test_a_model_with_all_of_them_is_read() -> None:
    model = load(CLUBS)
    bridge = model.datasets[2].bridge
    assert bridge and (bridge.fact, bridge.to, bridge.weight) == ("members", "clubs", "memberships.share")
    assert [(query.question, query.line) for query in model.verified_queries] == [("How many members?", 9), ("Who is oldest?", 11)]
    fresh = model.datasets[0].freshness
    assert fresh and (fresh.field, fresh.count, fresh.unit) == ("members.born", 2, "day")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("field: members.born", "field: members.birth", "dataset `members`: `freshness` is by `members.birth`, which is no field"),
        ("field: members.born", "field: members.title", "dataset `members`: `freshness` is by `members.title`, which is no time."),
        ("field: members.born", "field: clubs.city", "which is a field of another dataset"),
        ("to: clubs, weight", "to: club, weight", "dataset `memberships`: its bridge names `club` as `to`, which is no dataset"),
        ("to: clubs, weight", "to: members, weight", "its bridge leads from `members` to itself"),
        ("from: memberships, to: clubs", "from: members, to: clubs", "its bridge needs a relationship from `memberships` to `clubs`"),
        ("from: memberships, to: clubs", "from: members, to: clubs", "each row of `members` has one `clubs` already"),
        ("weight: memberships.share", "weight: members.code", "which is no field of `memberships`"),
        ("weight: memberships.share", "weight: memberships.role", "which is a String and no number"),
        (
            '"SELECT COUNT(*) FROM members"',
            '"SELECT COUNT(* FROM members"',
            "line 9: verified query 'How many members?': its SQL is not one",
        ),
        (
            '"SELECT MIN(born) FROM members"',
            '"SELECT 1; DROP TABLE members"',
            "line 11: verified query 'Who is oldest?': its SQL is not one",
        ),
        ("Who is oldest?", "how many  members", "the question has a verified query already"),
        ('"on": "2026-06-30"', '"on": "last June"', "line 9: model `clubs`: `on` of a verified query must be a date"),
        ("display: members.title", "display: members.code", "field `members.code`: it is shown by `members.code`, which is shown by it."),
        ("display: members.title", "display: clubs.city", "a row of `members` does not have exactly one `clubs.city`"),
        ("Europe/Oslo", "Europe/Olso", "`timezone` is 'Europe/Olso', which is no time zone"),
        ("within: {count: 2", "within: {cuont: 2", "there is no key `cuont` in `within`; did you mean `count`?"),
    ],
)
def test_what_they_name_must_be_there_and_bear_it(old: str, new: str, expected: str) -> None:
    assert old in CLUBS
    with pytest.raises(InvalidSemanticModel) as invalid:
        load(CLUBS.replace(old, new))
    assert any(expected in problem for problem in invalid.value.problems), invalid.value.problems
