"""What the shop is made of before anybody buys: regions, channels, stores, suppliers, categories, products with their prices,
customers and promotions.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from .effects import Effects

START, END = date(2023, 7, 1), date(2026, 6, 30)
DAYS = (END - START).days + 1
PRODUCTS, SUPPLIERS, STORES_PER_REGION, CUSTOMERS = 1200, 40, 6, 40_000

REGIONS = (
    ("Berlin", "Germany", 0.16),
    ("Bayern", "Germany", 0.17),
    ("Hamburg", "Germany", 0.10),
    ("Île-de-France", "France", 0.18),
    ("Provence-Alpes-Côte d'Azur", "France", 0.10),
    ("Wien", "Austria", 0.09),
    ("Noord-Holland", "Netherlands", 0.11),
    ("Catalunya", "Spain", 0.09),
)
CHANNELS = (
    ("Store", "offline", 0.34, 1.25),
    ("Web", "online", 0.34, 1.10),
    ("App", "online", 0.16, 0.55),
    ("Marketplace", "online", 0.16, 0.75),
)
"""Name, kind, share of the orders at first, lines of an order against the mean."""

CATEGORIES = (
    ("Coffee & Tea", "Home", 0.10, 12, "winter"),
    ("Kitchen", "Home", 0.12, 35, ""),
    ("Lighting", "Home", 0.06, 48, "winter"),
    ("Textiles", "Home", 0.09, 28, ""),
    ("Outdoor", "Leisure", 0.09, 42, "summer"),
    ("Toys & Games", "Leisure", 0.08, 22, "gifts"),
    ("Stationery", "Office", 0.07, 9, ""),
    ("Audio", "Electronics", 0.10, 75, ""),
    ("Computers", "Electronics", 0.08, 85, "gifts"),
    ("Beauty", "Care", 0.09, 18, ""),
    ("Sports", "Leisure", 0.07, 38, "summer"),
    ("Pet Supplies", "Care", 0.05, 16, ""),
)
"""Name, department, share of the lines, median price, when people want it."""

_NOUNS = (
    "Espresso Cups,Green Tea,Filter Paper,Crème Brûlée Syrup,Arabica Beans",
    "Chef's Knife,Gusseisen-Bräter,Whisk,Storage Jar,Crêpe Pan",
    "Desk Lamp,Ceiling Light,LED Strip,Lantern,Bulb 2700 K",
    "Bath Towel,Cushion,Tablecloth,Wool Throw,Curtain",
    "Deck Chair,Garden Hose,Planter,Tent,Hammock",
    "Puzzle 1000,Card Game,Wooden Train,Plüschbär,Dice Set",
    "Notebook A5,Fountain Pen,Stapler,Ring Binder,Ink 50 ml",
    "Headphones,Speaker,Turntable,Microphone,Cable 2 m",
    "Keyboard,Mouse,USB Hub,Monitor Arm,Webcam",
    "Hand Cream,Soap,Shampoo,Rosewater,Après-Soleil",
    "Yoga Mat,Dumbbell,Running Belt,Jump Rope,Water Bottle",
    "Dog Leash,Cat Litter,Bird Seed,Aquarium Filter,Chew Toy",
)
_STYLES = ("Nord", "Élan", "Basic", "Plus", "Møre", "Classic", "Łódź", "Uno", "Señora", "Ångström", "2-Pack", "Eco")
_FIRST = (
    "Anna",
    "Björn",
    "Chloé",
    "Daan",
    "Émile",
    "Fatima",
    "Günther",
    "Iñigo",
    "Jürgen",
    "Laura",
    "Mehmet",
    "Noor",
    "Olga",
    "Pilar",
    "Søren",
    "Zoë",
)
_LAST = (
    "Müller",
    "Dubois",
    "O'Neill",
    "van der Berg",
    "García",
    "Nowák",
    "Öztürk",
    "Schmidt",
    "Núñez",
    "Lefèvre",
    "Huber",
    "Çelik",
    "Jansen",
    "Rossi",
)
_PLACES = (
    "Mitte,Kreuzberg,Spandau,Pankow,Köpenick,Tegel",
    "München Altstadt,Nürnberg,Würzburg,Augsburg,Fürth,Passau",
    "Altona,Eimsbüttel,Harburg,Bergedorf,Wandsbek,Sankt Pauli",
    "Gare de l'Est,Créteil,Versailles,La Défense,Évry,Meaux",
    "Marseille Vieux-Port,Aix,Nice,Toulon,Orange,Fréjus",
    "Prater,Währing,Simmering,Döbling,Favoriten,Hütteldorf",
    "Amsterdam Oost,Haarlem,Zaandam,Hoorn,Alkmaar,'t Gooi",
    "Sant Martí,Gràcia,Girona,Lleida,Reus,L'Hospitalet",
)
"""The places of the stores, by region."""
_FIRMS = (
    "Hövel & Sohn",
    "Atelier Rivière",
    "Nordlicht",
    "Van Dijk",
    "Ceràmica Vella",
    "Zürcher Werk",
    "Polmet",
    "Lusitânia",
    "Oy Valo",
    "Čapek",
)
_COUNTRIES = ("Germany", "France", "Netherlands", "Spain", "Switzerland", "Poland", "Portugal", "Finland", "Czechia", "China")

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Texts = list[str] | list[str | None]


@dataclass(frozen=True)
class Products:
    """Arrays with one place per product; days count from START. `prices` are cents by day and product."""

    category: Ints
    supplier: Ints
    popularity: Floats
    launched: Ints
    gone: Ints
    cost: Ints
    prices: Ints
    sku: list[str]
    name: list[str]

    @property
    def sold(self) -> NDArray[np.bool_]:
        """By day and product: is it sold?"""
        days = np.arange(DAYS)[:, None]
        return np.asarray((days >= self.launched) & (days <= self.gone))


@dataclass(frozen=True)
class Customers:
    """Arrays with one place per record, ordered by region and then by day of registration (days before START are negative).
    `key` is the number of the record, given in the order of registration."""

    key: Ints
    region: Ints
    signed_up: Ints
    eagerness: Floats
    business: NDArray[np.bool_]
    name: list[str]
    email: list[str | None]
    birth_year: list[int | None]


def day_number(day: date) -> int:
    return (day - START).days


def category_names(plan: Effects) -> list[str]:
    """As they are called today."""
    names = [name for name, *_ in CATEGORIES]
    names[plan.rename.category_id - 1] = plan.rename.new
    return names


def products(random: np.random.Generator, plan: Effects) -> Products:
    """Every supplier has as many products; the categories take turns, so that each supplier has several."""
    number = np.arange(PRODUCTS)
    category = number % len(CATEGORIES) + 1
    base = np.array([c[3] for c in CATEGORIES])[category - 1] * random.lognormal(0, 0.45, PRODUCTS)
    launched = np.where(random.random(PRODUCTS) < 0.15, random.integers(30, DAYS - 60, PRODUCTS), 0)
    gone = np.where(random.random(PRODUCTS) < 0.08, launched + random.integers(200, DAYS, PRODUCTS), DAYS)
    nouns = [_NOUNS[c - 1].split(",") for c in category]
    return Products(
        category=category,
        supplier=number * 7 // len(CATEGORIES) % SUPPLIERS + 1,
        popularity=random.lognormal(0, 0.8, PRODUCTS),
        launched=launched,
        gone=gone,
        cost=np.round(base * random.uniform(0.45, 0.65, PRODUCTS) * 100).astype(np.int64),
        prices=_prices(random, base, category, plan),
        sku=[f"{_NOUNS[c - 1][:2].upper()}-{n:04d}{('/b', '', '', ' X')[n % 4]}" for n, c in zip(number, category, strict=True)],
        name=[f"{words[n % 5]} {_STYLES[n // 60 % len(_STYLES)]}" for n, words in zip(number, nouns, strict=True)],
    )


def _prices(random: np.random.Generator, base: Floats, category: Ints, plan: Effects) -> Ints:
    """Cents by day and product: small changes up and down now and then, and the one that the plan has."""
    steps = np.zeros((DAYS, PRODUCTS))
    for _ in range(2):
        steps[random.integers(20, DAYS, PRODUCTS), np.arange(PRODUCTS)] += random.normal(0, 0.02, PRODUCTS)
    steps[day_number(plan.price_rise.starts), category == plan.price_rise.category_id] += np.log1p(plan.price_rise.rise)
    changed = np.vstack([np.ones((1, PRODUCTS), dtype=bool), steps[1:] != 0])
    exact = np.round(base * np.exp(np.cumsum(steps, axis=0)) * 100).astype(np.int64)
    return np.asarray(_held(np.maximum(exact, 99), changed))


def _held(values: Ints, changed: NDArray[np.bool_]) -> Ints:
    """Every value of the day of the last change, so that rounding noise makes no price of its own."""
    last = np.maximum.accumulate(np.where(changed, np.arange(DAYS)[:, None], 0), axis=0)
    return np.asarray(np.take_along_axis(values, last, axis=0))


def customers(random: np.random.Generator, plan: Effects, scale: float) -> Customers:
    count = max(400, round(CUSTOMERS * scale))
    region = np.sort(random.choice(len(REGIONS), count, p=_weights(REGIONS))) + 1
    day = np.where(random.random(count) < 0.35, -random.integers(1, 900, count), random.integers(0, DAYS - 5, count))
    day = day[np.lexsort((day, region))]
    business = random.random(count) < 0.12
    person = np.arange(count)
    second = np.flatnonzero((random.random(count) < plan.duplicate_share) & (np.roll(region, 1) == region) & (person > 0))
    person[second] = person[second - 1]
    business[second] = business[second - 1]
    birth = random.integers(1940, 2007, count)
    unknown = (random.random(count) < 0.2)[person] | business
    no_mail = (random.random(count) < 0.04)[person]
    twice = np.isin(np.arange(count), second)
    key = np.empty(count, dtype=np.int64)
    key[np.lexsort((random.random(count), day))] = np.arange(count) + 1
    return Customers(
        key=key,
        region=region,
        signed_up=day,
        eagerness=random.lognormal(0, 1.1, count),
        business=business,
        name=[f"{_FIRST[p * 5 % 16]} {_LAST[p * 3 % 14]}" + (" GmbH" if b else "") for p, b in zip(person.tolist(), business, strict=True)],
        email=[None if no else _email(p, again) for p, no, again in zip(person.tolist(), no_mail, twice, strict=True)],
        birth_year=[None if no else int(y) for y, no in zip(birth[person], unknown, strict=True)],
    )


def _email(person: int, again: bool) -> str:
    name = f"kunde.{person}@example.{('com', 'org', 'net')[person % 3]}"
    return name.replace("kunde", "Kunde").replace("example", "Example") if again else name


def _weights(rows: tuple[tuple[str, str, float], ...]) -> list[float]:
    return [weight for *_, weight in rows]


@dataclass(frozen=True)
class Promotion:
    name: str
    category_id: int
    first: int
    last: int
    discount: float
    lift: float


def promotions(random: np.random.Generator, plan: Effects) -> list[Promotion]:
    """Ordinary ones add to the year; the plan's one has its own reckoning. None of the others is near it in its category."""
    own = plan.pull_forward
    kept_clear = {own.category_id, plan.price_rise.category_id}
    found = [Promotion("Frühjahrsputz 2025", own.category_id, day_number(own.starts), day_number(own.ends), own.discount, own.lift)]
    for year in (2023, 2024, 2025):
        for title, month, day, length in (
            ("Back to School", 8, 20, 14),
            ("Black Week", 11, 22, 9),
            ("Spring Fresh", 16, 5, 10),
            ("Été", 18, 1, 12),
        ):
            first = day_number(date(year + (month - 1) // 12, (month - 1) % 12 + 1, day))
            category = int(random.choice([c for c in range(1, len(CATEGORIES) + 1) if c not in kept_clear]))
            if first + length <= DAYS:
                discount = (0.10, 0.15, 0.20)[int(random.integers(3))]
                found.append(
                    Promotion(
                        f"{title} {first_year(first)}", category, first, first + length - 1, discount, float(random.uniform(0.15, 0.35))
                    )
                )
    return sorted(found, key=lambda one: one.first)


def first_year(day: int) -> int:
    return (START + timedelta(day)).year


def store_rows(random: np.random.Generator) -> list[tuple[str, int, int, int | None, int | None]]:
    """Name, region, opened, closed, area. One of each region opens later, and two close."""
    rows: list[tuple[str, int, int, int | None, int | None]] = []
    for region, places in enumerate(_PLACES, 1):
        for n, place in enumerate(places.split(",")):
            opened = int(random.integers(120, 800)) if n == 5 else -int(random.integers(200, 5000))
            closed = int(random.integers(300, 900)) if n == 4 and region in (3, 6) else None
            area = int(random.integers(80, 1200)) if random.random() < 0.85 else None
            rows.append((place, region, opened, closed, area))
    return rows


def supplier_rows(random: np.random.Generator) -> list[tuple[str, str, str | None, int | None]]:
    """Name, country, VAT number, lead time."""
    rows: list[tuple[str, str, str | None, int | None]] = []
    for n in range(SUPPLIERS):
        country = _COUNTRIES[n * 3 % 10]
        vat = f"{country[:2].upper()} {random.integers(10**8, 10**9)}" if random.random() < 0.8 else None
        lead = int(random.integers(3, 60)) if random.random() < 0.85 else None
        rows.append((f"{_FIRMS[n % 10]} {('AG', 'S.A.', 'B.V.', 'd.o.o.')[n // 10]}", country, vat, lead))
    return rows
