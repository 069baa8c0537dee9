"""Units that stand in a column's name: `price_eur`, `cost_in_cents`, `duration_ms`, `pct_off`. A letter that may mean much is none."""

from collections.abc import Sequence

_MONEY = "usd eur gbp chf jpy cad aud nzd sek nok dkk pln czk huf inr cny brl mxn zar krw sgd hkd"
_SHORT = {
    "ms": "ms", "millis": "ms", "msec": "ms", "sec": "s", "secs": "s", "mins": "min", "hrs": "h", "km": "km", "kms": "km", "cm": "cm",
    "mm": "mm", "ft": "ft", "kg": "kg", "kgs": "kg", "lb": "lb", "lbs": "lb", "ltr": "l", "ml": "ml", "kmh": "km/h", "kph": "km/h",
    "mph": "mph", "sqm": "m²", "m2": "m²", "sqft": "ft²", "kwh": "kWh", "mwh": "MWh", "gb": "GB", "mb": "MB", "kb": "KB", "cents": "cents",
} | {code: code.upper() for code in _MONEY.split()}  # fmt: skip
"""Nobody says these in a question: a name is said without them."""
_SPELLED = {
    "dollars": "USD", "euros": "EUR", "euro": "EUR", "pence": "pence", "milliseconds": "ms", "seconds": "s", "minutes": "min", "hours": "h",
    "days": "days", "weeks": "weeks", "months": "months", "years": "years", "kilometers": "km", "kilometres": "km", "miles": "mi",
    "feet": "ft", "inches": "in", "kilograms": "kg", "grams": "g", "liters": "l", "litres": "l", "gallons": "gal", "bytes": "bytes",
    "pct": "%", "percent": "%", "percentage": "%",
}  # fmt: skip
_COMPANY = {
    "min": "duration time delay wait turnaround stay response handle travel idle downtime",
    "l": "fuel volume used water tank consumption",
    "g": "weight mass co2 sugar fat protein",
    "m": "distance height length width depth elevation altitude",
    "mi": "distance mileage range",
    "h": "duration time wait downtime worked",
    "s": "duration time delay wait response latency",
}
"""What a letter is the unit of; behind another word it may be a name's part: "price_min" is the lowest."""
_PERCENT = ("pct", "percent", "percentage")


def unit_in(words: Sequence[str]) -> tuple[str | None, int]:
    """The unit that stands at the end of a name, or "pct" before it, and how many words at the end nobody says. A rate ("g_per_km") has
    none that is known here, and a name that is its unit alone ("km") is said."""
    if not words:
        return None, 0
    last = words[-1]
    if "per" in words:
        return (last.upper(), 1) if last in _MONEY.split() else (None, 0)
    short = _SHORT.get(last) or (last if last in _COMPANY and set(words[:-1]) & set(_COMPANY[last].split()) else None)
    if short is not None:
        unsaid = 2 if len(words) > 2 and words[-2] == "in" else 1
        return short, unsaid if len(words) > unsaid else 0
    return _SPELLED.get(last) or ("%" if words[0] in _PERCENT else None), 0


CURRENCIES = frozenset((*(code.upper() for code in _MONEY.split()), "cents", "pence"))
LASTING = frozenset(("ms", "s", "min", "h", "days", "weeks", "months"))
