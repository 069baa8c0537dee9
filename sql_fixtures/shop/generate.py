"""Generates the tables of the shop as Arrow tables: the same for the same seed and scale, in about two seconds at scale 1.

Expected orders are reckoned for every day, region and channel, then drawn; so a planned effect has the planned size and not
merely the planned direction. `scale` 1 has about a million order lines. It imports nothing of the product.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from . import assortment as a
from . import tables
from .assortment import CATEGORIES, CHANNELS, DAYS, REGIONS, Customers, Floats, Ints, Products, Promotion
from .days import MONTHS, dates, season, since
from .effects import STORE, Effects, effects
from .tables import Lines, Orders

LINES = 1_000_000
"""Expected order lines at scale 1."""

_MEAN_LINES = 2.4
_WANTED = {
    "": (1.0,) * 12,
    "winter": (1.3, 1.2, 1.1, 0.95, 0.85, 0.75, 0.75, 0.8, 0.95, 1.1, 1.2, 1.3),
    "summer": (0.5, 0.6, 0.9, 1.3, 1.6, 1.7, 1.5, 1.2, 0.8, 0.6, 0.5, 0.5),
    "gifts": (0.8, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 1.0, 1.0, 1.3, 1.9),
}
_WEEK = {STORE: (0.95, 0.95, 1.0, 1.05, 1.25, 1.8, 0.0), 0: (1.08, 1.02, 0.98, 0.96, 0.92, 0.92, 1.12)}
"""Monday to Sunday; 0 stands for the channels that never close."""

_QUANTITIES, _OFTEN = (1, 2, 3, 4, 6, 12), (0.75, 0.17, 0.05, 0.02, 0.008, 0.002)
_CANCELLED = np.array([0.0, 0.01, 0.05, 0.06, 0.08])


def generate(seed: int, scale: float) -> Iterator[tuple[str, pa.Table]]:
    """Each table with its name, in the order of their foreign keys."""
    plan = effects(seed)
    random = np.random.default_rng(seed)
    goods, people = a.products(random, plan), a.customers(random, plan, scale)
    sales, shops = a.promotions(random, plan), a.store_rows(random)
    yield from tables.masters(random, plan, goods, people, sales, shops)
    demand = _demand(goods, sales, plan)
    expected = _expected_orders(demand, plan, scale)
    orders = _orders(random, expected, people, shops, plan)
    lines = _lines(random, orders, goods, demand, sales, plan)
    yield "orders", tables.orders_table(orders, lines)
    yield "order_lines", tables.lines_table(lines, orders, goods, plan)
    yield "returns", tables.returns_table(random, lines, orders, goods, plan)
    yield "marketing_spend", tables.spend_table(random, scale)
    yield "web_sessions", tables.sessions_table(random, expected)


# demand


def _demand(goods: Products, sales: list[Promotion], plan: Effects) -> Floats:
    """By day and product: share of an ordinary day's lines. A category's share does not change when a product comes or goes."""
    weights = goods.popularity * goods.sold
    demand = np.zeros((DAYS, a.PRODUCTS))
    by_category = _category_demand(sales, plan)
    for category in range(1, len(CATEGORIES) + 1):
        own = weights[:, goods.category == category]
        demand[:, goods.category == category] = own / own.sum(axis=1, keepdims=True) * by_category[:, category - 1, None]
    return demand


def _category_demand(sales: list[Promotion], plan: Effects) -> Floats:
    shares = np.column_stack([share * season(_WANTED[when]) for _, _, share, _, when in CATEGORIES])
    rise, own = plan.price_rise, plan.pull_forward
    shares[since(rise.starts), rise.category_id - 1] *= rise.volume
    for sale in sales:
        shares[sale.first : sale.last + 1, sale.category_id - 1] *= 1 + sale.lift
    after = a.day_number(own.ends) + 1
    shares[after : after + own.after_days, own.category_id - 1] *= 1 - own.dip
    return np.asarray(shares)


def _expected_orders(demand: Floats, plan: Effects, scale: float) -> Floats:
    """By day, region and channel. What the categories want more or less of changes the number of orders, not their size."""
    days = np.arange(DAYS)
    level = season(MONTHS) * 1.09 ** (days / 365.25) * demand.sum(axis=1)
    mix = _mix(plan)
    regions = np.array([weight for *_, weight in REGIONS])
    ordinary = level[:, None, None] * regions[None, :, None] * (mix * _week())[:, None, :]
    ordinary *= LINES * scale / (ordinary.sum(axis=1) * _lines_per_order(plan)).sum()
    return np.asarray(ordinary * _losses(plan))


def _mix(plan: Effects) -> Floats:
    """By day and channel: share of the orders."""
    shift = plan.mix_shift
    first = np.array([share for _, _, share, _ in CHANNELS])
    last = first + shift.moved * np.array([-0.5, -0.5, 1.0, 0.0])
    done = np.clip((np.arange(DAYS) - a.day_number(shift.starts)) / shift.ramp_days, 0, 1)[:, None]
    return np.asarray(first * (1 - done) + last * done)


def _week() -> Floats:
    weekday = dates().day_of_week.to_numpy()
    weeks = np.array([_WEEK.get(channel, _WEEK[0]) for channel in range(1, len(CHANNELS) + 1)])
    return np.asarray(weeks[:, weekday].T)


def _lines_per_order(plan: Effects) -> Floats:
    """By day and channel: expected lines of one order."""
    shift = plan.mix_shift
    grown = np.where(since(shift.starts), 1 + shift.growth, 1.0)
    return np.asarray(_MEAN_LINES * grown[:, None] * np.array([size for *_, size in CHANNELS]))


def _losses(plan: Effects) -> Floats:
    """By day, region and channel: the part of the orders that is there."""
    kept = np.ones((DAYS, len(REGIONS), len(CHANNELS)))
    out = plan.outage
    first = a.day_number(out.starts)
    kept[first : first + out.days, out.region_id - 1, :] = 1 - out.lost
    kept[a.day_number(plan.missing_day)] = 0
    return kept


# orders


def _orders(
    random: np.random.Generator,
    expected: Floats,
    people: Customers,
    shops: list[tuple[str, int, int, int | None, int | None]],
    plan: Effects,
) -> Orders:
    counts = random.poisson(expected)
    where = np.repeat(np.arange(counts.size), counts.ravel())
    day, region, channel = (axis.astype(np.int64) for axis in np.unravel_index(where, counts.shape))
    second = _seconds(random, channel + 1)
    customer = _who(random, people, day, region)
    cancelled = random.random(day.size) < _CANCELLED[channel + 1]
    store = np.where(channel + 1 == STORE, _which_store(random, shops, day, region), 0)
    loaded = day + 1 + _late(random, channel + 1, plan)
    # What is loaded after the night that follows the last day is not in the warehouse.
    there = np.flatnonzero(loaded <= DAYS)
    at = there[np.lexsort((second[there], day[there]))]
    return Orders(day[at], region[at] + 1, channel[at] + 1, second[at], customer[at], cancelled[at], loaded[at], store[at])


def _seconds(random: np.random.Generator, channel: Ints) -> Ints:
    """Second of the day: stores from 9 to 20, the rest from 6 to 24 with most in the evening. Clocks change while nobody orders."""
    hour = np.where(channel == STORE, random.triangular(9, 16, 20, channel.size), random.triangular(6, 20, 24, channel.size))
    return np.asarray((hour * 3600).astype(np.int64))


def _who(random: np.random.Generator, people: Customers, day: Ints, region: Ints) -> Ints:
    """A customer of the region who had registered by that day; some buy far more often than others."""
    sums = np.concatenate([[0.0], np.cumsum(people.eagerness)])
    key = people.region * 10_000 + people.signed_up
    first = np.searchsorted(people.region, region + 1)
    past = np.searchsorted(key, (region + 1) * 10_000 + day, side="right")
    drawn = sums[first] + random.random(day.size) * (sums[past] - sums[first])
    return np.asarray(people.key[np.clip(np.searchsorted(sums, drawn, side="right") - 1, first, past - 1)])


def _which_store(random: np.random.Generator, shops: list[tuple[str, int, int, int | None, int | None]], day: Ints, region: Ints) -> Ints:
    size = random.lognormal(0, 0.4, len(shops)).reshape(len(REGIONS), 1, -1)
    opened = np.array([shop[2] for shop in shops]).reshape(size.shape)
    closed = np.array([DAYS if shop[3] is None else shop[3] for shop in shops]).reshape(size.shape)
    days = np.arange(DAYS)[None, :, None]
    picks = _pick(random, (size * ((days >= opened) & (days <= closed))).reshape(-1, a.STORES_PER_REGION), region * DAYS + day)
    return np.asarray(region * a.STORES_PER_REGION + picks + 1)


def _pick(random: np.random.Generator, weights: Floats, rows: Ints) -> Ints:
    """For every place of `rows` a column of that row of `weights`, by weight."""
    sums = np.cumsum(weights, axis=1)
    stacked = (sums / sums[:, -1:] + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(stacked, rows + random.random(rows.size), side="right") - rows * weights.shape[1]
    return np.asarray(np.clip(found, 0, weights.shape[1] - 1))


def _late(random: np.random.Generator, channel: Ints, plan: Effects) -> Ints:
    feed = plan.late_feed
    late = (channel == feed.channel_id) & (random.random(channel.size) < feed.share)
    return np.asarray(np.where(late, random.integers(feed.fewest, feed.most + 1, channel.size), 0))


# lines


def _lines(random: np.random.Generator, orders: Orders, goods: Products, demand: Floats, sales: list[Promotion], plan: Effects) -> Lines:
    expected = _lines_per_order(plan)[orders.day, orders.channel - 1]
    counts = 1 + random.poisson(np.maximum(expected - 1, 0))
    order = np.repeat(np.arange(counts.size), counts)
    number = np.arange(order.size) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    day = orders.day[order]
    product = _pick(random, demand, day)
    quantity = random.choice(_QUANTITIES, order.size, p=_OFTEN)
    price = goods.prices[day, product]
    running, rates = _running(sales)
    promotion = running[day, goods.category[product]]
    # One line in thirty has a voucher.
    rate = np.where(promotion > 0, rates[promotion], np.where(random.random(order.size) < 1 / 30, 0.10, 0.0))
    return Lines(order, number, product, quantity, price, np.round(quantity * price * rate).astype(np.int64), promotion)


def _running(sales: list[Promotion]) -> tuple[Ints, Floats]:
    """By day and category: the promotion, or 0; and by promotion its discount."""
    running = np.zeros((DAYS, len(CATEGORIES) + 1), dtype=np.int64)
    for key, sale in enumerate(sales, 1):
        running[sale.first : sale.last + 1, sale.category_id] = key
    return running, np.array([0.0, *(sale.discount for sale in sales)])
