"""The tables of the shop in Arrow: what was generated, with keys, dates, moments and money as the columns have them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from . import assortment as a
from .assortment import CATEGORIES, CHANNELS, DAYS, REGIONS, START, Customers, Floats, Ints, Products, Promotion
from .days import MONTHS, dates, season
from .effects import STORE, Effects

_ZONE = "Europe/Berlin"
_RETURNED = np.array([0.0, 0.02, 0.05, 0.06, 0.08, 0.06, 0.04, 0.02, 0.09, 0.09, 0.03, 0.08, 0.03])
_REASONS = ("defective", "damaged in transit", "not as described", "changed mind", "arrived late", None)
_DEVICES = (("desktop", 0.38, 0.034), ("phone", 0.52, 0.019), ("tablet", 0.10, 0.026))
_MEDIA = (("Search", 420.0, 0.9), ("Social", 260.0, 0.6), ("Display", 150.0, 0.8), ("E-mail", 45.0, 0.1), ("TV", 900.0, None))
"""Name, euros per day in a region of mean size, euros per click."""


@dataclass(frozen=True)
class Orders:
    """Arrays with one place per order, in the order of their numbers."""

    day: Ints
    region: Ints
    channel: Ints
    second: Ints
    customer: Ints
    cancelled: NDArray[np.bool_]
    loaded: Ints
    store: Ints
    """0 where there is none."""


@dataclass(frozen=True)
class Lines:
    """Arrays with one place per line, ordered by order and number. Money is in cents."""

    order: Ints
    number: Ints
    product: Ints
    quantity: Ints
    price: Ints
    discount: Ints
    promotion: Ints
    """0 where there is none."""

    @property
    def net(self) -> Ints:
        return self.quantity * self.price - self.discount


def masters(
    random: np.random.Generator,
    plan: Effects,
    goods: Products,
    people: Customers,
    sales: list[Promotion],
    shops: list[tuple[str, int, int, int | None, int | None]],
) -> Iterator[tuple[str, pa.Table]]:
    yield "regions", _rows("region_id name country", [(k, name, country) for k, (name, country, _) in enumerate(REGIONS, 1)])
    yield "channels", _rows("channel_id name kind", [(k, name, kind) for k, (name, kind, *_) in enumerate(CHANNELS, 1)])
    named = [(k, n, r, _day(o), _day(c), area) for k, (n, r, o, c, area) in enumerate(shops, 1)]
    yield "stores", _rows("store_id name region_id opened_on closed_on Fläche|m²", named)
    departments = [department for _, department, *_ in CATEGORIES]
    named_now = [(k, *both) for k, both in enumerate(zip(a.category_names(plan), departments, strict=True), 1)]
    yield "categories", _rows("category_id name department", named_now)
    suppliers = [(k, *row) for k, row in enumerate(a.supplier_rows(random), 1)]
    yield "suppliers", _rows("supplier_id name country VAT|no. lead_time_days", suppliers)
    yield "products", _products_table(goods)
    yield "product_prices", _prices_table(goods)
    yield "customers", _customers_table(people)
    promoted = [(k, s.name, s.category_id, _day(s.first), _day(s.last), s.discount) for k, s in enumerate(sales, 1)]
    yield "promotions", _rows("promotion_id name category_id starts_on ends_on discount_rate", promoted)


def _rows(names: str, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    """`|` stands for a blank in a name."""
    return pa.table([list(column) for column in zip(*rows, strict=True)], names=[name.replace("|", " ") for name in names.split()])


def _day(day: int | None) -> date | None:
    return None if day is None else START + timedelta(day)


def _day_array(days: Ints, unknown: NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array((days + (START - date(1970, 1, 1)).days).astype(np.int32), mask=unknown).cast(pa.date32())


def _money(cents: Ints) -> pa.Array:
    """Cents as numeric(12, 2), without a float on the way: the integers are what the decimals are stored as."""
    wide = np.column_stack([cents.astype(np.int64), np.where(cents < 0, -1, 0)]).astype("<i8")
    return pa.Array.from_buffers(pa.decimal128(12, 2), len(cents), [None, pa.py_buffer(wide.tobytes())])


def _or_null(keys: Ints) -> pa.Array:
    return pa.array(keys, mask=keys == 0)


def _products_table(goods: Products) -> pa.Table:
    return pa.table(
        {
            "product_id": np.arange(a.PRODUCTS) + 1,
            "sku": goods.sku,
            "name": goods.name,
            "category_id": goods.category,
            "supplier_id": goods.supplier,
            "launched_on": _day_array(goods.launched),
            "discontinued_on": _day_array(goods.gone, goods.gone >= DAYS - 1),
        }
    )


def _prices_table(goods: Products) -> pa.Table:
    """One row per run of days with one price, from the launch to the last day of sale."""
    known = goods.sold
    begins = known & np.vstack([np.ones((1, a.PRODUCTS), dtype=bool), (goods.prices[1:] != goods.prices[:-1]) | ~known[:-1]])
    product, first = np.nonzero(begins.T)
    last = np.where(np.roll(product, -1) == product, np.roll(first, -1) - 1, np.minimum(goods.gone[product], DAYS - 1))
    columns = {
        "product_id": product + 1,
        "valid_from": _day_array(first),
        "valid_to": _day_array(last, last >= DAYS - 1),
        "list_price": _money(goods.prices[first, product]),
    }
    return pa.table(columns)


def _customers_table(people: Customers) -> pa.Table:
    columns = {
        "customer_id": people.key,
        "full_name": people.name,
        "email": people.email,
        "segment": np.where(people.business, "business", "consumer"),
        "region_id": people.region,
        "birth_year": people.birth_year,
        "signed_up_on": _day_array(people.signed_up),
    }
    return pa.table(columns).sort_by("customer_id")


def orders_table(orders: Orders, lines: Lines) -> pa.Table:
    goods = np.bincount(lines.order, weights=lines.net, minlength=orders.day.size).astype(np.int64)
    moment = dates().to_numpy()[orders.day] + orders.second.astype("timedelta64[s]")
    night = dates().to_numpy()[0] + orders.loaded.astype("timedelta64[D]") + np.timedelta64(195, "m")
    return pa.table(
        {
            "order_id": _order_ids(orders.day.size),
            "ordered_at": _moments(moment),
            "order_date": _day_array(orders.day),
            "customer_id": orders.customer,
            "channel_id": orders.channel,
            "region_id": orders.region,
            "store_id": _or_null(orders.store),
            "status": np.where(orders.cancelled, "cancelled", "completed"),
            "goods_amount": _money(goods),
            "shipping_fee": _money(np.where((orders.channel == STORE) | (goods >= 6000), 0, 495)),
            "loaded_at": _moments(night),
        }
    )


def _order_ids(count: int) -> Ints:
    return np.arange(count, dtype=np.int64) + 100_001


def _moments(local: NDArray[np.datetime64]) -> pa.Array:
    utc = pd.DatetimeIndex(local).tz_localize(_ZONE).tz_convert("UTC").tz_localize(None)
    return pa.array(utc.to_numpy().astype("datetime64[s]"), type=pa.timestamp("s")).cast(pa.timestamp("s", tz="UTC"))


def lines_table(lines: Lines, orders: Orders, goods: Products, plan: Effects) -> pa.Table:
    category = goods.category[lines.product]
    earlier = (category == plan.rename.category_id) & (orders.day[lines.order] < a.day_number(plan.rename.starts))
    names = pa.array([*a.category_names(plan), plan.rename.old])
    return pa.table(
        {
            "order_id": _order_ids(orders.day.size)[lines.order],
            "line_number": lines.number,
            "product_id": lines.product + 1,
            "category_name": names.take(pa.array(np.where(earlier, len(CATEGORIES), category - 1))),
            "quantity": lines.quantity,
            "unit_price": _money(lines.price),
            "discount": _money(lines.discount),
            "unit_cost": _money(goods.cost[lines.product]),
            "promotion_id": _or_null(lines.promotion),
        }
    )


def returns_table(random: np.random.Generator, lines: Lines, orders: Orders, goods: Products, plan: Effects) -> pa.Table:
    day = orders.day[lines.order]
    bad = plan.bad_supplier
    from_bad = (goods.supplier[lines.product] == bad.supplier_id) & (day >= a.day_number(bad.starts))
    chance = np.where(from_bad, bad.rate, _RETURNED[goods.category[lines.product]]) * ~orders.cancelled[lines.order]
    arrives = day + random.integers(2, 31, day.size)
    back = np.flatnonzero((random.random(day.size) < chance) & (arrives < DAYS))
    back = back[np.argsort(arrives[back], kind="stable")]
    usual = random.choice(len(_REASONS), back.size, p=(0.12, 0.10, 0.18, 0.40, 0.08, 0.12))
    reason = np.where(from_bad[back] & (random.random(back.size) < 0.7), 0, usual)
    bought = lines.quantity[back]
    quantity = np.where(random.random(back.size) < 0.85, bought, random.integers(1, bought + 1))
    return pa.table(
        {
            "return_id": np.arange(back.size) + 1,
            "order_id": _order_ids(orders.day.size)[lines.order[back]],
            "line_number": lines.number[back],
            "returned_on": _day_array(arrives[back]),
            "quantity": quantity,
            "refund": _money(lines.net[back] * quantity // bought),
            "reason": pa.array(_REASONS).take(pa.array(reason)),
        }
    )


def spend_table(random: np.random.Generator, scale: float) -> pa.Table:
    """TV has weeks without any."""
    shape = (DAYS, len(REGIONS), len(_MEDIA))
    usual = np.array([euros for _, euros, _ in _MEDIA]) * np.array([8 * weight for *_, weight in REGIONS])[:, None]
    cents = np.round(usual * season(MONTHS)[:, None, None] * random.lognormal(0, 0.25, shape) * scale * 100).astype(np.int64)
    cents[(random.random((DAYS // 7 + 1, len(REGIONS))) < 0.7)[np.arange(DAYS) // 7], len(_MEDIA) - 1] = 0
    day, region, medium = np.nonzero(cents)
    spent = cents[day, region, medium]
    per_click = np.array([cost or np.nan for *_, cost in _MEDIA])[medium]
    clicks = np.nan_to_num(spent / 100 / per_click * random.lognormal(0, 0.15, spent.size)).astype(np.int64)
    return pa.table(
        {
            "spend_date": _day_array(day),
            "region_id": region + 1,
            "medium": pa.array([name for name, *_ in _MEDIA]).take(pa.array(medium)),
            "amount": _money(spent),
            "clicks": pa.array(clicks, mask=np.isnan(per_click)),
        }
    )


def sessions_table(random: np.random.Generator, expected: Floats) -> pa.Table:
    """Visits rise and fall with the orders of web and app, and are as missing as these are."""
    online = expected[:, :, 1:3].sum(axis=2)[:, :, None]
    shares, rates = (np.array(column) for column in list(zip(*_DEVICES, strict=True))[1:])
    sessions = random.poisson(online / (shares * rates).sum() * shares)
    carts = random.binomial(sessions, rates * 3.1)
    checkouts = random.binomial(carts, 1 / 3.1)
    day, region, device = np.nonzero(sessions)
    return pa.table(
        {
            "session_date": _day_array(day),
            "region_id": region + 1,
            "device": pa.array([name for name, *_ in _DEVICES]).take(pa.array(device)),
            "sessions": sessions[day, region, device],
            "carts": carts[day, region, device],
            "checkouts": checkouts[day, region, device],
        }
    )
