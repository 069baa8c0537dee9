"""What happens in the shop besides season, growth and chance: the plan that the generator carries out, sized by the seed.

Only the generator reads it. None of it is written into tables, comments or the semantic model: whoever is asked a question
must find it in the rows. What a right answer says of it, with figures, stands in the tests.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

STORE, WEB, APP, MARKETPLACE = 1, 2, 3, 4
"""Keys of the channels."""


@dataclass(frozen=True)
class PriceRise:
    """From `starts` on, every list price of the category is higher by `rise`, and its demand is `volume` times what it was."""

    category_id: int
    starts: date
    rise: float
    volume: float


@dataclass(frozen=True)
class Outage:
    """`lost` of a region's orders are missing in `days` days from `starts` on, in every channel."""

    region_id: int
    starts: date
    days: int
    lost: float


@dataclass(frozen=True)
class BadSupplier:
    """Of the supplier's lines ordered since `starts`, the share `rate` comes back."""

    supplier_id: int
    starts: date
    rate: float


@dataclass(frozen=True)
class MixShift:
    """Within `ramp_days` from `starts` on, `moved` of all orders move from stores and the web to the app, whose orders are
    small. The orders of every channel grow by `growth` from `starts` on, while the mean of all orders falls."""

    starts: date
    ramp_days: int
    moved: float
    growth: float


@dataclass(frozen=True)
class PullForward:
    """A promotion lifts its category's demand by `lift` for `days` days; in the `after_days` days that follow, all of it is missing."""

    category_id: int
    starts: date
    days: int
    after_days: int
    lift: float
    discount: float

    @property
    def dip(self) -> float:
        return self.lift * self.days / self.after_days

    @property
    def ends(self) -> date:
        """The last day."""
        return self.starts + timedelta(self.days - 1)


@dataclass(frozen=True)
class Rename:
    """Since `starts` a category is called `new`. A line keeps the name that held when it was sold."""

    category_id: int
    starts: date
    old: str
    new: str


@dataclass(frozen=True)
class LateFeed:
    """`share` of a channel's orders is loaded `fewest` to `most` days later than the rest. What has not come yet is missing."""

    channel_id: int
    share: float
    fewest: int
    most: int


@dataclass(frozen=True)
class Effects:
    price_rise: PriceRise
    outage: Outage
    bad_supplier: BadSupplier
    mix_shift: MixShift
    pull_forward: PullForward
    missing_day: date
    late_feed: LateFeed
    rename: Rename
    duplicate_share: float
    """Of the customers, how many are a second record of a person that is there already."""


def effects(seed: int) -> Effects:
    """The plan for one seed. It does not depend on the scale."""
    draw = Random(f"shop effects {seed}")  # noqa: S311  # a plan, not a secret
    return Effects(
        price_rise=_price_rise(draw),
        outage=Outage(draw.randint(1, 5), date(2025, 10, 6) + timedelta(draw.randint(0, 60)), draw.randint(3, 6), _share(draw, 0.88, 1.0)),
        bad_supplier=BadSupplier(draw.randint(1, 40), date(2025, draw.randint(4, 10), 1), _share(draw, 0.20, 0.30)),
        mix_shift=MixShift(date(2025, 7, 1), 30, _share(draw, 0.26, 0.32), _share(draw, 0.07, 0.11)),
        pull_forward=_pull_forward(draw),
        missing_day=date(2026, 1, 13) + timedelta(7 * draw.randint(0, 17)),
        late_feed=LateFeed(MARKETPLACE, _share(draw, 0.28, 0.45), 2, 6),
        rename=_rename(draw),
        duplicate_share=_share(draw, 0.015, 0.03),
    )


def _share(draw: Random, low: float, high: float) -> float:
    return round(draw.uniform(low, high), 3)


def _price_rise(draw: Random) -> PriceRise:
    rise, elasticity = _share(draw, 0.10, 0.18), draw.uniform(2.0, 2.8)
    return PriceRise(draw.choice((1, 2, 8)), date(2024, draw.randint(3, 6), 1), rise, round((1 + rise) ** -elasticity, 3))


def _pull_forward(draw: Random) -> PullForward:
    monday = date(2025, 1, 13) + timedelta(7 * draw.randint(0, 12))
    return PullForward(draw.choice((4, 10)), monday, 14, 28, _share(draw, 0.8, 1.3), draw.choice((0.15, 0.20, 0.25)))


def _rename(draw: Random) -> Rename:
    category, old, new = draw.choice(
        ((5, "Outdoor", "Garden & Outdoor"), (7, "Stationery", "Paper & Desk"), (11, "Sports", "Sport & Fitness"))
    )
    return Rename(category, date(2025, draw.randint(1, 9), 1), old, new)
