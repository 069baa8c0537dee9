"""What is doubtful about a usable model is told, and nothing is refused for it."""

import pytest
from unit.semantic import chain, shop
from unit.semantic.test_part_rules import CLUBS

from analytics_agent.resources import resource
from analytics_agent.semantic import load
from analytics_agent.semantic.model import Dataset, Relationship, SemanticModel
from analytics_agent.semantic.ossie import load as ossie
from analytics_agent.semantic.ossie.remarks import remarks


def of(*edits: tuple[str, str], text: str = CLUBS) -> tuple[str, ...]:
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return remarks(load(text))


def test_of_a_clear_model_nothing_is_doubtful() -> None:
    samples = ((resource("sql_fixtures") / name / "semantic_model.yaml").read_text() for name in ("flights", "shop"))
    for text in (CLUBS, shop.TEXT, chain.TEXT, *samples):
        assert remarks(load(text)) == ()


METRIC = "      - {name: member_count, expression: COUNT(members.code)}\n"
OWN = "custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: "


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (METRIC, METRIC + "      - {name: all_of_them, expression: COUNT(members.title), ai_context: {synonyms: [Member  count]}}\n",
         "metrics `member_count` and `all_of_them` are both called 'member count'"),
        ("{name: title, expression: title}",
         "{name: title, expression: title, label: Code}", "`members.code` and `members.title` are both"),
        ("    metrics:\n" + METRIC, "", "it has no metrics"),
        ("data: {bridge: {fact: members, to: clubs, weight: memberships.share}}",
         "data: {grain: pair}", "`clubs`: no metric reaches it"),
        ("    metrics:", "      - {name: up, from: members, to: members, from_columns: [boss], to_columns: [id]}\n    metrics:",
         "relationship `up` leads from `members` to itself and is not followed"),
        ("{name: of_club, from: memberships, to: clubs, from_columns: [club], to_columns: [id]}",
         "{name: of_club, from: memberships, to: clubs, from_columns: [club], to_columns: [id]}\n"
         "      - {name: head, from: clubs, to: memberships, from_columns: [head], to_columns: [id]}",
         "relationship `head` closes a circle: `memberships` leads back to `clubs`"),
        (METRIC, METRIC + "      - {name: mean, expression: AVG(memberships.share), " + OWN + "{additivity: additive}}]}\n",
         "metric `mean` is declared additive, and AVG is in its expression"),
        (METRIC, METRIC + "      - {name: kinds, expression: COUNT(DISTINCT members.title), " + OWN + "{additivity: additive}}]}\n",
         "metric `kinds` is declared additive, and it counts different values"),
        (METRIC, METRIC + "      - {name: ok, expression: COUNT(members.code), " + OWN + "{certification: certified}}]}\n",
         "metric `ok`: it is certified, and nobody is named"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_told(old: str, new: str, expected: str) -> None:
    unique = ("        source: memberships\n", "        source: memberships\n        primary_key: [id]\n")
    found = of(unique, (old, new))
    assert any(expected in text for text in found), found


def test_a_long_chain_with_a_circle_at_its_end_is_told_once_and_soon() -> None:
    """Each dataset is looked at once: by looking from each of them this would take minutes."""
    count = 5_000
    datasets = tuple(Dataset(f"d{n}", f"d{n}", primary_key=("id",)) for n in range(count))
    ways = tuple(Relationship(f"r{n}", f"d{n}", f"d{n + 1}", ("up",), ("id",), line=n + 1) for n in range(count - 1))
    back = Relationship("back", f"d{count - 1}", f"d{count - 3}", ("up",), ("id",), line=count)
    found = [text for text in remarks(SemanticModel("chain", datasets, (*ways, back))) if "circle" in text]
    assert found == [text for text in found if "relationship `back` closes a circle" in text] and len(found) == 1


def test_a_count_of_different_keys_adds_up() -> None:
    assert (
        of((METRIC, METRIC + "      - {name: them, expression: COUNT(DISTINCT members.id), " + OWN + "{additivity: additive}}]}\n")) == ()
    )


def test_one_table_in_two_roles_has_its_words_twice() -> None:
    for role in ("other_clubs", "home_clubs"):
        assert role not in CLUBS
    place = "        fields: [{name: city, expression: city, ai_context: {synonyms: [town]}}]\n"
    text = CLUBS.replace("        fields: [{name: city, expression: city}]\n", place)
    text = text.replace(
        "      - name: memberships\n",
        f"      - name: home_clubs\n        source: clubs\n        primary_key: [id]\n{place}      - name: memberships\n",
    ).replace("    metrics:", "      - {name: home, from: members, to: home_clubs, from_columns: [home], to_columns: [id]}\n    metrics:")
    assert of(text=text) == ()


def test_a_datatype_that_ossie_has_not_is_noted() -> None:
    (note,) = ossie.read(CLUBS.replace("datatype: String", "datatype: money")).notes
    assert "field `role`: 'money' is no datatype of Apache Ossie" in note
