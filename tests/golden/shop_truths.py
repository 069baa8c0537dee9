"""What is true in the shop beside season, growth and chance: one entry for each planted effect. Read by tests only.

`figure` is what the default seed has; `planned` takes it from the plan of any seed, and `sql` measures it in the rows, given the plan.
Neither the product nor a model sees this file: it stands under tests, and no package holds it. The sizes themselves are in
sql_fixtures/shop/effects.py, because the generator needs them on every machine; what they mean for a question is only here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class Truth:
    """`within` is how far the measured figure may be off at scale 1: three or four standard deviations of chance. It grows with
    the root of what is left out."""

    name: str
    finding: str
    figure: float
    planned: Callable[[Any], float]
    sql: Callable[[Any], str]
    within: float


LINES = "order_lines l JOIN orders o USING (order_id) JOIN products p USING (product_id)"
FIRST_YEAR_ENDS = "2024-07-01"


def steady(plan: Any) -> tuple[int, ...]:
    """Categories without a season that the plan leaves alone: what others are measured against."""
    return tuple(key for key in (2, 4, 7, 8, 10, 12) if key not in (plan.price_rise.category_id, plan.pull_forward.category_id))


def _volume(plan: Any) -> str:
    """The category's lines against the steady categories' lines, before the rise and in the same months a year later."""
    at, key = plan.price_rise.starts, plan.price_rise.category_id
    own, others = f"p.category_id = {key}", f"p.category_id IN {steady(plan)}"
    after, before = f"o.order_date >= '{FIRST_YEAR_ENDS}'", f"o.order_date < '{at}'"
    ratios = [f"count(*) FILTER (WHERE {own} AND {when})::float / count(*) FILTER (WHERE {others} AND {when})" for when in (after, before)]
    return f"SELECT ({ratios[0]}) / ({ratios[1]}) FROM {LINES} WHERE o.order_date < '{at + timedelta(365)}'"


def _rise(plan: Any) -> str:
    """The mean over the products of new price over old price, where the new one came that day."""
    at, key = plan.price_rise.starts, plan.price_rise.category_id
    return (
        "SELECT exp(avg(ln(n.list_price / e.list_price))) - 1 FROM product_prices n JOIN product_prices e USING (product_id)"
        f" JOIN products p USING (product_id) WHERE p.category_id = {key} AND n.valid_from = '{at}' AND e.valid_to = '{at - timedelta(1)}'"
    )


def _outage(plan: Any) -> str:
    """Orders of the region against those of the other regions, in the days of the outage and in the four weeks before."""
    out = plan.outage
    days = f"order_date >= '{out.starts}' AND order_date < '{out.starts + timedelta(out.days)}'"
    here = f"region_id = {out.region_id}"
    during = f"count(*) FILTER (WHERE {here} AND {days})::float / count(*) FILTER (WHERE NOT {here} AND {days})"
    before = f"count(*) FILTER (WHERE {here} AND NOT ({days}))::float / count(*) FILTER (WHERE NOT {here} AND NOT ({days}))"
    window = f"order_date >= '{out.starts - timedelta(28)}' AND order_date < '{out.starts + timedelta(out.days)}'"
    return f"SELECT 1 - ({during}) / ({before}) FROM orders WHERE {window}"


def _bad_supplier(plan: Any) -> str:
    """Lines since the start whose 30 days for sending back are over."""
    bad = plan.bad_supplier
    return (
        f"SELECT count(r.return_id)::float / count(*) FROM {LINES} LEFT JOIN returns r USING (order_id, line_number)"
        f" WHERE p.supplier_id = {bad.supplier_id} AND o.status = 'completed'"
        f" AND o.order_date >= '{bad.starts}' AND o.order_date < '2026-06-01'"
    )


def _year_on_year(plan: Any, what: str) -> str:
    """The year after the shift is through against the year before it began."""
    at, through = plan.mix_shift.starts, plan.mix_shift.starts + timedelta(plan.mix_shift.ramp_days)
    after, before = f"order_date >= '{through}'", f"order_date >= '{at - timedelta(365)}' AND order_date < '{at}'"
    return f"SELECT {what.format(when=after)} / {what.format(when=before)} - 1 FROM orders"


LINES_PER_ORDER = (
    "((SELECT count(*)::float FROM order_lines JOIN orders o USING (order_id) WHERE {{when}} AND o.channel_id = {channel})"
    " / count(*) FILTER (WHERE {{when}} AND channel_id = {channel}))"
)


def _growth(channel: int) -> Callable[[Any], str]:
    return lambda plan: _year_on_year(plan, LINES_PER_ORDER.format(channel=channel))


def _planned_fall(plan: Any) -> float:
    """Lines of a mean order after the shift against before: the growth of each channel and what the mix takes."""
    first, sizes, moved = (0.34, 0.34, 0.16, 0.16), (1.25, 1.10, 0.55, 0.75), plan.mix_shift.moved
    last = (first[0] - moved / 2, first[1] - moved / 2, first[2] + moved, first[3])
    mean = [sum(share * size for share, size in zip(shares, sizes, strict=True)) for shares in (first, last)]
    return float((1 + plan.mix_shift.growth) * mean[1] / mean[0] - 1)


def _app_share(plan: Any) -> str:
    at = plan.mix_shift.starts + timedelta(plan.mix_shift.ramp_days)
    after, before = f"order_date >= '{at}'", f"order_date < '{plan.mix_shift.starts}'"
    shares = [f"count(*) FILTER (WHERE channel_id = 3 AND {when})::float / count(*) FILTER (WHERE {when})" for when in (after, before)]
    return f"SELECT ({shares[0]}) - ({shares[1]}) FROM orders"


def _pulled(plan: Any, first: int, days: int) -> str:
    """Lines of the category against the steady ones in a window, over the same in the eight weeks before the promotion."""
    own = plan.pull_forward
    window = f"o.order_date >= '{own.starts + timedelta(first)}' AND o.order_date < '{own.starts + timedelta(first + days)}'"
    before = f"o.order_date >= '{own.starts - timedelta(56)}' AND o.order_date < '{own.starts}'"
    here, others = f"p.category_id = {own.category_id}", f"p.category_id IN {steady(plan)}"
    ratios = [
        f"count(*) FILTER (WHERE {here} AND {when})::float / count(*) FILTER (WHERE {others} AND {when})" for when in (window, before)
    ]
    return f"SELECT ({ratios[0]}) / ({ratios[1]}) - 1 FROM {LINES}"


TRUTHS = (
    Truth("price_rise", "Kitchen's list prices rose by 16.3 % on June 1, 2024.", 0.163, lambda p: p.price_rise.rise, _rise, 0.01),
    Truth(
        "price_rise_volume",
        "Since then a quarter less of Kitchen is bought: 0.733 of what was, beside other categories.",
        0.733,
        lambda p: p.price_rise.volume,
        _volume,
        0.025,
    ),
    Truth("outage", "Hamburg lost 97 % of its orders from October 31 to November 4, 2025.", 0.968, lambda p: p.outage.lost, _outage, 0.03),
    Truth(
        "bad_supplier",
        "Since September 1, 2025, 23 % of what supplier 10 delivers comes back, most of it as defective.",
        0.232,
        lambda p: p.bad_supplier.rate,
        _bad_supplier,
        0.02,
    ),
    *(
        Truth(
            f"growth_{name}",
            f"Orders in channel {name} hold 9.6 % more lines in the year since July 2025 than in the year before.",
            0.096,
            lambda p: p.mix_shift.growth,
            _growth(channel),
            within,
        )
        for channel, name, within in ((1, "Store", 0.012), (2, "Web", 0.012), (3, "App", 0.012), (4, "Marketplace", 0.016))
    ),
    Truth(
        "mix_shift",
        "27 % of all orders moved from stores and the web to the app, whose orders are small.",
        0.273,
        lambda p: p.mix_shift.moved,
        _app_share,
        0.006,
    ),
    Truth(
        "mean_falls",
        "So the mean order became smaller though the orders of every channel became larger (Simpson's paradox).",
        -0.0897,
        _planned_fall,
        lambda plan: _year_on_year(
            plan, "((SELECT count(*)::float FROM order_lines JOIN orders o USING (order_id) WHERE {when}) / count(*) FILTER (WHERE {when}))"
        ),
        0.01,
    ),
    Truth(
        "pull_forward_lift",
        "The promotion Frühjahrsputz 2025 lifted Beauty by 81 % from February 17 to March 2, 2025.",
        0.811,
        lambda p: p.pull_forward.lift,
        lambda plan: _pulled(plan, 0, plan.pull_forward.days),
        0.12,
    ),
    Truth(
        "pull_forward_dip",
        "In the four weeks after it Beauty sold 41 % less than before.",
        -0.4055,
        lambda p: -p.pull_forward.dip,
        lambda plan: _pulled(plan, plan.pull_forward.days, plan.pull_forward.after_days),
        0.05,
    ),
    Truth(
        "pull_forward_net",
        "Over promotion and four weeks after it the effect is nothing: the demand was only moved.",
        0.0,
        lambda p: 0.0,
        lambda plan: _pulled(plan, 0, plan.pull_forward.days + plan.pull_forward.after_days),
        0.08,
    ),
    Truth(
        "missing_day",
        "No order of January 20, 2026 is there, in any region or channel: the day was not loaded.",
        0,
        lambda p: 0,
        lambda plan: f"SELECT count(*)::float FROM orders WHERE order_date = '{plan.missing_day}'",
        0,
    ),
    Truth(
        "late_feed",
        "38 % of the marketplace's orders are loaded two to six days later than the rest.",
        0.381,
        lambda p: p.late_feed.share,
        lambda plan: (
            "SELECT avg((loaded_at::date - order_date > 2)::int)::float FROM orders"
            f" WHERE channel_id = {plan.late_feed.channel_id} AND order_date < '2026-06-20'"
        ),
        0.007,
    ),
    Truth(
        "rename",
        "Category 7 was sold as Stationery until May 2025 and is called Paper & Desk since June 1, 2025.",
        1.0,
        lambda p: 1.0,
        lambda plan: (
            f"SELECT avg((category_name = CASE WHEN o.order_date < '{plan.rename.starts}' THEN '{plan.rename.old}'"
            f" ELSE '{plan.rename.new}' END)::int)::float FROM {LINES} WHERE p.category_id = {plan.rename.category_id}"
        ),
        0,
    ),
    Truth(
        "duplicates",
        "2.0 % of the customer records are second records of a person, under the same mail address in other capitals.",
        0.02,
        lambda p: p.duplicate_share,
        lambda plan: "SELECT 1 - count(DISTINCT lower(email))::float / count(email) FROM customers",
        0.0035,
    ),
)
