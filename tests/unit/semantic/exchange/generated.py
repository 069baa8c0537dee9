"""Models of a shop made at random: orders, behind which customers and stores stand, with all that a model may say of them."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from analytics_agent.domain.catalog import Catalog, ColumnType, ForeignKey, Table, TableColumn
from analytics_agent.semantic.model import (
    Balance,
    Certification,
    Cumulative,
    Dataset,
    Expression,
    Field,
    Freshness,
    Metric,
    MetricFilter,
    Relationship,
    SemanticModel,
)
from analytics_agent.semantic.ossie.load import humanize

COLUMNS: dict[str, dict[str, ColumnType]] = {
    "orders": {"id": "integer", "customer_id": "integer", "store_id": "integer", "placed_on": "date", "sent_on": "date", "status": "text",
               "is_gift": "boolean", "amount": "number", "pieces": "integer"},
    "customers": {"id": "integer", "country": "text", "joined_on": "date"},
    "stores": {"id": "integer", "city": "text"},
}  # fmt: skip
KEYS = (ForeignKey(("customer_id",), "public", "customers", ("id",)), ForeignKey(("store_id",), "public", "stores", ("id",)))
CATALOG = Catalog(
    "shop",
    "postgres",
    tuple(
        Table(
            "public",
            table,
            tuple(TableColumn(name, kind, kind) for name, kind in columns.items()),
            primary_key=("id",),
            foreign_keys=KEYS if table == "orders" else (),
        )
        for table, columns in COLUMNS.items()
    ),
    ("public",),
    "f1",
    datetime(2026, 1, 1, tzinfo=UTC),
)
WORDS = st.sampled_from(["", "Net of tax.", 'What was "paid": all of it', "ümläut & Größe", "50 % of {it}", "It's # one"])
SYNONYMS = st.lists(st.sampled_from(["sales", "turnover", "who buys", "day of order", "größe"]), max_size=2, unique=True).map(tuple)
OWNERS = st.sampled_from([(), ("finance",), ("ada", "ben")])
VOUCHED = st.sampled_from([None, Certification("certified", "Finance", "Audited."), Certification("unreviewed"), Certification("reviewed")])
EXPRESSIONS = (
    "COUNT(*)", "SUM(orders.amount)", "AVG(orders.amount)", "MIN(orders.pieces)", "MAX(orders.amount)", "MEDIAN(orders.amount)",
    "COUNT(orders.status)", "COUNT(DISTINCT orders.customer_id)", "SUM(orders.worth)", "SUM(orders.amount) / COUNT(*)",
    "SUM(orders.amount) - SUM(orders.worth)", "SUM(orders.amount) * 2", "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY orders.amount)",
)  # fmt: skip
ADDS_UP = ("COUNT(*)", "SUM(orders.amount)", "SUM(orders.worth)", "COUNT(orders.status)")
CONDITIONS = (
    MetricFilter("orders.status", "=", ("it's",)), MetricFilter("orders.status", "in", ("a", "b")),
    MetricFilter("orders.amount", ">=", (2,)), MetricFilter("orders.is_gift", "=", (True,)),
    MetricFilter("orders.status", "not_null"), MetricFilter("orders.worth", "between", (1, 5)),
    MetricFilter("customers.country", "not_in", ("NO", "SE")), MetricFilter("orders.status", "contains", ("x",)),
)  # fmt: skip


@st.composite
def _fields(draw: st.DrawFn, dataset: str) -> tuple[Field, ...]:
    made = []
    texts = {name: name for name in COLUMNS[dataset]} | ({"worth": "amount * pieces"} if dataset == "orders" else {})
    for name, text in texts.items():
        is_time = name.endswith("_on")
        more: dict[str, Any] = {}
        if name in ("status", "country", "city") and draw(st.booleans()):
            more = {"values": {"a": ("first",), "b": ()}, "order": ("b", "a"), "higher_is": "bad"}
        if name in ("amount", "worth") and draw(st.booleans()):
            more = {"unit": "EUR", "format": "currency", "decimals": 2, "role": "attribute"}
        if name == "id" or name.endswith("_id"):
            more = {"role": "key"}
        if is_time:
            more = {
                "is_time": True,
                "role": "time",
                "grains": draw(st.sampled_from([("day", "week", "month", "quarter", "year"), ("month", "year")])),
            }
        label = draw(st.sampled_from([humanize(name), f"The {name}"]))
        made.append(Field(dataset, name, Expression({"ANSI_SQL": text}), label, draw(WORDS), draw(SYNONYMS), **more))
    return tuple(made)


@st.composite
def _metric(draw: st.DrawFn, number: int) -> Metric:
    text = draw(st.sampled_from(EXPRESSIONS))
    name = f"metric_{number}"
    balance = Balance("orders.placed_on", draw(st.sampled_from([(), ("orders.customer_id",), ("orders.status",)])), "last")
    is_balance = text == "SUM(orders.amount)" and draw(st.booleans())
    more: dict[str, Any] = draw(
        st.sampled_from(
            [{}, {"unit": "EUR", "format": "currency", "decimals": 2}, {"format": "percent"}, {"unit": "orders", "decimals": 0}]
        )
    )
    return Metric(
        name,
        Expression({"ANSI_SQL": text}),
        draw(st.sampled_from([humanize(name), f"Label {number}"])),
        "orders",
        draw(WORDS),
        draw(SYNONYMS),
        additivity="semi_additive" if is_balance else "additive" if text in ADDS_UP else "non_additive",
        higher_is=draw(st.sampled_from([None, "good"])),
        filters=tuple(draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))),
        caveats=draw(st.sampled_from([(), ("Without returns.",)])),
        time_field=None if is_balance else draw(st.sampled_from([None, None, "orders.sent_on"])),
        balance=balance if is_balance else None,
        instructions=draw(st.sampled_from(["", "Say it in full."])),
        owners=draw(OWNERS),
        certification=draw(VOUCHED),
        **more,
    )


@st.composite
def models(draw: st.DrawFn) -> SemanticModel:
    metrics = [draw(_metric(number)) for number in range(draw(st.integers(1, 4)))]
    plain = [metric for metric in metrics if not metric.balance]
    if len(plain) > 1 and draw(st.booleans()):
        metrics.append(Metric("share", Expression({}), "Share", "orders", ratio=(plain[0].name, plain[1].name), format="percent"))
    adding = [metric for metric in plain if metric.additivity == "additive"]
    if adding and draw(st.booleans()):
        metrics.append(
            Metric(
                "so_far",
                Expression({}),
                "So far",
                "orders",
                cumulative=draw(st.sampled_from([Cumulative(adding[0].name, "month"), Cumulative(adding[0].name, "day", 28)])),
            )
        )
    datasets = tuple(
        Dataset(
            name,
            f"public.{name}",
            draw(_fields(name)),
            ("id",),
            description=draw(WORDS),
            synonyms=draw(SYNONYMS),
            time_field=draw(st.sampled_from(["orders.placed_on", "orders.sent_on"])) if name == "orders" else None,
            grain=draw(st.sampled_from(["", "one row each"])),
            freshness=draw(st.sampled_from([None, Freshness("orders.placed_on", 2)])) if name == "orders" else None,
            instructions=draw(st.sampled_from(["", "Without tests."])),
            owners=draw(OWNERS),
            certification=draw(VOUCHED),
        )
        for name in COLUMNS
    )
    joins = (
        Relationship("a", "orders", "customers", ("customer_id",), ("id",)),
        Relationship("b", "orders", "stores", ("store_id",), ("id",)),
    )
    return SemanticModel(
        "shop",
        datasets,
        joins,
        tuple(metrics),
        description=draw(WORDS),
        instructions=draw(st.sampled_from(["", "Amounts are net."])),
        time_field=draw(st.sampled_from([None, "orders.placed_on"])),
        timezone=draw(st.sampled_from([None, "Europe/Oslo"])),
        owners=draw(OWNERS),
        certification=draw(st.sampled_from([Certification(), Certification("certified", "Finance", "")])),
        notes=draw(st.sampled_from([(), ("The first week is missing.",)])),
    )
