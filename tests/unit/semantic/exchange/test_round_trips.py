"""Whatever a model says comes back from dbt and from Superset, or is named by the sentence of the way on which it stayed."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from unit.semantic import shop
from unit.semantic.exchange.generated import CATALOG, COLUMNS, models
from unit.semantic.exchange.test_superset_out import made_of

from analytics_agent.domain.superset_dataset import DatasetEdit, SupersetDataset
from analytics_agent.semantic import SemanticModel, load
from analytics_agent.semantic.exchange import dbt, superset
from analytics_agent.semantic.exchange.dbt_out import exported
from analytics_agent.semantic.exchange.superset_out import planned
from analytics_agent.semantic.ossie.changes import Change, changes
from analytics_agent.semantic.ossie.writer import written

CALLED = {"higher_is": "good and bad news", "order": "order", "fiscal_start": "fiscal_calendar"}
SAME_NUMBERS = {("metric", "expression"), ("metric", "filters"), ("metric", "ratio")}
"""Said in another way there: a ratio is a division, a filter a CASE. That the numbers are the same is tested on rows."""
often = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def lost(before: SemanticModel, after: SemanticModel, left: tuple[str, ...], same: set[tuple[str, str]]) -> list[Change]:
    """What differs and no sentence names: the thing, and of a part of it the part. Superset counts the rows of each dataset by itself."""
    found = [one for one in changes(before, after) if one.kind != "added" and (one.what.split()[0], one.part) not in same]
    return [one for one in found if not any(_names(one, said) for said in left)]


def _names(change: Change, said: str) -> bool:
    thing = change.what.split()
    is_it = "the model" in said if thing[0] == "model" else f"{thing[0]} `{thing[1]}`" in said if len(thing) == 2 else False
    part = CALLED.get(change.part, change.part)
    return is_it and (change.kind == "removed" or part in said or part.replace("_", " ") in said)


@often
@given(models())
def test_from_dbt_all_comes_back_but_what_was_named(model: SemanticModel) -> None:
    model = load(written(model))
    out = exported(model)
    back = dbt.imported({"out.yml": out.text}, model.name)
    # A join has no name there; a dataset's time is said where it was clear; nobody has reviewed what comes in.
    same = {("relationship", "name"), ("dataset", "time_field"), ("metric", "time_field"), ("model", "certification"), *SAME_NUMBERS}
    assert back.left == ()
    assert lost(model, back.model, out.left, same) == []
    assert {one.what for one in changes(model, back.model) if one.part == "dated_by" or one.what.startswith("way")} == set()


def there_of(edit: DatasetEdit) -> SupersetDataset:
    """With the columns that the database says are times."""
    made = made_of(edit, CATALOG)
    times = {name for name, kind in COLUMNS[edit.name].items() if kind == "date"}
    return replace(made, columns=tuple(replace(one, is_time=one.name in times) for one in made.columns))


@often
@given(models())
def test_from_superset_all_comes_back_but_what_was_named(model: SemanticModel) -> None:
    model = load(written(model))
    plan = planned(model, [], CATALOG)
    there = [there_of(edit) for edit in plan.edits]
    assert planned(model, there, CATALOG).edits == ()
    back = superset.imported(there, CATALOG, model.name)
    # Joins and keys are the database's own; a percentage is written with its places; a count is one of things.
    same = {
        ("relationship", "name"), ("dataset", "time_field"), ("metric", "time_field"), ("metric", "decimals"), ("metric", "unit"),
        ("model", "certification"), ("dataset", "certification"), ("metric", "certification"),
        ("field", "role"),
        ("model", "description"), *SAME_NUMBERS,
    }  # fmt: skip
    assert lost(model, back.model, plan.left, same) == []


def test_a_loss_that_nobody_names_is_found() -> None:
    whole = shop.model()
    less = replace(whole, metrics=(replace(whole.metrics[0], description="Another."), *whole.metrics[2:]))
    found = lost(whole, less, ("metric `x`: its description is not carried.",), set())
    assert {(one.what, one.part) for one in found} >= {
        (f"metric {whole.metrics[1].name}", ""),
        (f"metric {whole.metrics[0].name}", "description"),
    }
