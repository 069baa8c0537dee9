"""What an answer says of the governed metrics it stands on: their words, their formula, and who vouches for them."""

from collections.abc import Iterable, Sequence

from analytics_agent.domain.evidence import Definition
from analytics_agent.semantic.model import Cumulative, Metric, SemanticModel


def definitions(model: SemanticModel, names: Iterable[str]) -> tuple[Definition, ...]:
    """Of each metric by name, in the order given; names that the model does not know are passed over."""
    found = (model.metric(name) for name in dict.fromkeys(names))
    return tuple(_definition(model, metric) for metric in found if metric is not None)


def unreviewed(found: Sequence[Definition]) -> tuple[str, ...]:
    """The caveat of figures that stand on a draft."""
    labels = [definition.label for definition in found if definition.status == "unreviewed"]
    if not labels:
        return ()
    said = " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
    return (
        f"Nobody has reviewed the definition of {said[:1].lower()}{said[1:]}: it was drafted or imported. Check it before you rely on it.",
    )


def _definition(model: SemanticModel, metric: Metric) -> Definition:
    vouched, dataset = model.certification_of(metric), model.dataset(metric.dataset)
    return Definition(
        metric=metric.name,
        label=metric.label,
        text=metric.description,
        formula=_formula(metric),
        status=vouched.status,
        by=vouched.by,
        details=vouched.details,
        owners=metric.owners or (dataset.owners if dataset else ()) or model.owners,
    )


def _formula(metric: Metric) -> str:
    """As the model writes it; of what is made of other metrics, by their names."""
    if metric.ratio:
        return " / ".join(metric.ratio)
    if metric.cumulative:
        return f"{metric.cumulative.of}, {_window(metric.cumulative)}"
    return next(iter(metric.expression.texts.values()), "")


def _window(cumulative: Cumulative) -> str:
    if cumulative.unit is None:
        return "added up since the beginning"
    return (
        f"added up over {cumulative.count} {cumulative.unit}s"
        if cumulative.count
        else f"added up since the beginning of the {cumulative.unit}"
    )
