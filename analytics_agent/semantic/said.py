"""What a semantic model says of tables, as texts to search in: synonyms, labels, descriptions and values."""

from collections import defaultdict
from dataclasses import replace

from sqlglot import exp

from analytics_agent.catalog.kept import Kept
from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.said import Said, SaidOfTable
from analytics_agent.domain.catalog import Catalog, Table, TableName
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.compiler.types import find_column, find_table, is_query
from analytics_agent.semantic.model import Dataset, Field, SemanticModel


def said(catalog: Catalog, model: SemanticModel, *, values: bool = True) -> Said:
    """Of what may be seen: the catalog and the model are to be those of the reader, and `values` false for a reader who may see none. Kept
    as long as they live."""
    return _SAID.of(catalog, model) if values else _WITHOUT_VALUES.of(catalog, model)


def _made(catalog: Catalog, model: SemanticModel) -> Said:
    """Two datasets may stand on one table."""
    parts: dict[TableName, list[SaidOfTable]] = defaultdict(list)
    for dataset in model.datasets:
        table = None if is_query(dataset.source) else find_table(catalog, dataset.source)
        if table is not None:
            parts[name_of(table)].append(_of_dataset(model, dataset, table, catalog))
    return Said({name: _together(each) for name, each in parts.items()})


def _of_dataset(model: SemanticModel, dataset: Dataset, table: Table, catalog: Catalog) -> SaidOfTable:
    columns: dict[str, tuple[str, ...]] = defaultdict(tuple)
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    about = [dataset.description]
    for field in dataset.fields:
        names = [field.name, field.label, *field.synonyms]
        column, is_plain = _column(field, table, catalog)
        if column is None:
            about += names
            continue
        columns[column] += tuple(names)
        if is_plain:
            values.setdefault(column, {}).update(field.values)
        about.append(field.description)
    for metric in model.metrics:
        about += [metric.label, *metric.synonyms, metric.description] if metric.dataset == dataset.name else []
    return SaidOfTable((dataset.name, *dataset.synonyms), columns, tuple(about), values)


def _column(field: Field, table: Table, catalog: Catalog) -> tuple[str | None, bool]:
    """The first column that a field is made of, and whether it is nothing else: only then are its values stored there."""
    try:
        tree = expressions.parse(field.expression, catalog.dialect)
    except Unusable:
        return None, False
    found = (find_column(table, column.name) for column in expressions.columns(tree))
    name = next((column.name for column in found if column is not None), None)
    return name, isinstance(tree, exp.Column)


def _together(parts: list[SaidOfTable]) -> SaidOfTable:
    columns: dict[str, tuple[str, ...]] = defaultdict(tuple)
    values: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for part in parts:
        for name, words in part.columns.items():
            columns[name] += words
        for name, held in part.values.items():
            values[name].update({value: words or values[name].get(value, ()) for value, words in held.items()})
    called, about = (tuple(dict.fromkeys(text for part in parts for text in texts(part) if text)) for texts in (_called, _about))
    return SaidOfTable(called, columns, about, values)


def _called(part: SaidOfTable) -> tuple[str, ...]:
    return part.called


def _about(part: SaidOfTable) -> tuple[str, ...]:
    return part.about


def _without_values(catalog: Catalog, model: SemanticModel) -> Said:
    return Said({name: replace(each, values={}) for name, each in _made(catalog, model).tables.items()})


_SAID = Kept(_made)
_WITHOUT_VALUES = Kept(_without_values)
