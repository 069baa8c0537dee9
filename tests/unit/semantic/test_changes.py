"""Two versions of a model, compared thing by thing."""

from unit.semantic import shop

from analytics_agent import semantic
from analytics_agent.semantic.changes import Change, changes


def version(*edits: tuple[str, str]) -> semantic.SemanticModel:
    text = shop.TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return semantic.load(text)


def test_the_same_model_has_no_changes_wherever_its_lines_stand() -> None:
    assert changes(version(), semantic.load("# a comment\n\n" + shop.TEXT)) == ()


def test_another_definition_breaks_and_other_words_do_not() -> None:
    model = version()
    metric = model.metrics[0]
    was = next(iter(metric.expression.texts.values()))
    found = changes(model, version((was, f"{was} * 2")))
    assert [one for one in found if one.what == f"metric {metric.name}"] == [
        Change("changed", f"metric {metric.name}", "expression", was, f"{was} * 2", is_breaking=True)
    ]
    told = changes(model, version((metric.description, "Other words.")))
    assert told and not any(one.is_breaking for one in told)


def test_what_is_gone_breaks_and_what_is_new_does_not() -> None:
    model = version()
    smaller = semantic.SemanticModel(model.name, model.datasets, model.relationships, model.metrics[1:], model.description)
    gone = [one for one in changes(model, smaller) if one.kind == "removed"]
    assert gone == [Change("removed", f"metric {model.metrics[0].name}", is_breaking=True)]
    assert [(one.kind, one.is_breaking) for one in changes(smaller, model) if one.what.startswith("metric")] == [("added", False)]
