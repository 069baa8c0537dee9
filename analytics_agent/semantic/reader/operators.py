"""The closed classes of English that questions are built with: what each phrase asks for, time grains, and names of units."""

from analytics_agent.semantic.reader.words import closed

_CHANGES = (
    "change|changes|changed|changing|rise|rises|rose|risen|rising|fall|falls|fell|fallen|falling|drop|drops|dropped|dropping|jump|jumps|"
    "jumped|increase|increases|increased|increasing|decrease|decreases|decreased|decreasing|grow|grows|grew|grown|growing|decline|"
    "declines|declined|declining|spike|spiked|surge|surged|improve|improved|worsen|worsened|go up|goes up|went up|going up|go down|"
    "goes down|went down|going down|shift|shifted"
)
OPERATORS: dict[str, str] = {
    "count": "how many|number of|count of|count|total number of|the number of",
    "distinct": "different|distinct|unique",
    "share": "share|shares|percentage|percent|proportion|fraction|rate|ratio|what part|what portion|portion",
    "of_total": "of the total|of total|of all|of the whole|of everything|of the overall|in total terms",
    "average": "average|avg|mean|on average|averages|in average",
    "overall": "overall|altogether|all in all|in all",
    "total": "total|totals|in total|sum|sum of|in sum",
    "top": "top|the top|leading",
    "bottom": "bottom",
    "most": "most|highest|largest|biggest|greatest|maximum|max|longest|strongest",
    "least": "least|lowest|fewest|smallest|minimum|min|shortest|weakest",
    "best": "best",
    "worst": "worst",
    "others": (
        "and the rest|and all the rest|and others|and the others|and all others|and all the others|with others|with the rest|"
        "with all others|plus others|plus the rest|rest combined|others combined|others together|and everything else|"
        "and everyone else|and rest|with everything else|and the remainder|plus all others"
    ),
    "at_least": "at least|no fewer than|no less than|minimum of|not less than|not fewer than|a minimum of",
    "at_most": "at most|no more than|up to|not more than|maximum of|a maximum of",
    "over": (
        "more than|over|above|greater than|exceeding|exceed|exceeds|exceeded|larger than|higher than|bigger than|longer than|in excess of"
    ),
    "under": "less than|fewer than|under|below|smaller than|lower than|shorter than",
    "or_more": "or more|or above|or higher|or longer|or greater",
    "or_less": "or less|or fewer|or below|or lower|or shorter",
    "exactly": "exactly|precisely|equal to|equals",
    "within": "between",
    "comparative": "better|worse|more|less|larger|higher|lower|greater|smaller|fewer|bigger",
    "compare": (
        "compare|compares|compared|comparison|comparing|versus|vs|against|difference between|difference in|difference|differences in|"
        "compared to|compared with|differ|"
        "differ between|relative to|in comparison to|in comparison with|side by side|next to each other"
    ),
    "why": (
        "why|what drove|what caused|explain|what explains|reason for|reasons for|what is behind|how come|why were|drivers of|what led to"
    ),
    "change": _CHANGES,
    "growth": "growth|by how much|by what amount",
    "growth_rate": (
        "growth rate|growth rates|rate of growth|percent growth|percentage growth|growth in percent|percent change|percentage change|"
        "change in percent|percent increase|percentage increase|percent decrease|percentage decrease|rate of change"
    ),
    "in_figures": "absolute growth|absolute terms|in absolute terms|in absolute figures|absolute change|in absolute numbers",
    "fastest": "fastest growing|grew fastest|grew the fastest|growing fastest|growing the fastest|grown fastest|grown the fastest",
    "on_day": "day over day|day on day|dod",
    "on_week": "week over week|week on week|wow",
    "on_month": "month over month|month on month|mom",
    "on_quarter": "quarter over quarter|quarter on quarter|qoq",
    "on_year": "year over year|year on year|yoy|over the prior year|over the previous year|on the previous year",
    "than_year": "year before|year earlier|year ago",
    "than_quarter": "quarter before|quarter earlier",
    "than_month": "month before|month earlier",
    "than_week": "week before|week earlier",
    "than_day": "day before|day earlier",
    "contribute": "contributed|contribute|contributes|contribution|contributions|contributed to",
    "trend": (
        "trend|trends|develop|develops|developed|development|evolve|evolved|evolves|evolution|over time|over the year|over the months|"
        "time series|through the year|across the year|throughout the year|over the course of the year"
    ),
    "layout": "break down|breakdown|breakdown of|broken down|broken out|split up|split|sliced|grouped|group|itemized|separately|separated",
    "only": "only|solely|exclusively",
    "rank": "rank|ranked|ranking|sorted by|league table of|order by|ordered by|sort by|in order of|in the order of",
    "of_year": "of the year|in the year|over the whole year",
    "together": "together|combined|jointly|in any of|either",
    "not": (
        "not|no|without|except|excluding|other than|besides|missing|never|nor|neither|isnt|dont|didnt|arent|wasnt|werent|doesnt|havent|"
        "unknown|but not|apart from|aside from|leaving out|leave out|ignoring|ignore|exclude|excludes|outside|outside of|not including|"
        "not counting|except for|all but|everything but"
    ),
    "left_out": "excluded|left out|aside|not included|not counted",
    "future": "will|forecast|forecasts|predict|prediction|predicted|next month|next week|next year|tomorrow|future|going to be|expect",
    "write": "delete|insert|update|drop table|truncate|alter|remove|create|grant|overwrite",
}
GRAINS: dict[str, str] = {
    "hour": "hourly|hour by hour|hour",
    "day": "daily|day by day|from day to day|day to day|day after day|day|date|days|dates",
    "week": "weekly|week by week|from week to week|week to week|week after week|week|weeks|calendar week",
    "month": "monthly|month by month|from month to month|month to month|month after month|month|months",
    "quarter": "quarterly|quarter by quarter|from quarter to quarter|quarter to quarter|quarter after quarter|quarter|quarters",
    "year": "yearly|annual|annually|year by year|from year to year|year to year|year after year|year|years",
}
_CURRENCIES = closed("CHF JPY CAD AUD NZD SEK NOK DKK PLN CZK HUF INR CNY BRL MXN ZAR KRW SGD HKD")
UNIT_WORDS: dict[str, str] = {
    "min": "minute minutes min mins",
    "mi": "mile miles",
    "mph": "mph miles hour",
    "°F": "degree degrees fahrenheit",
    "°C": "degree degrees celsius",
    "in": "inch inches",
    "years": "year years",
    "days": "day days",
    "weeks": "week weeks",
    "h": "hour hours",
    "hours": "hour hours",
    "s": "second seconds sec",
    "ms": "millisecond milliseconds ms",
    "months": "month months",
    "%": "percent percentage",
    "km": "kilometer kilometers kilometre kilometres km",
    "m": "meter meters metre metres",
    "m²": "square meters metres",
    "kg": "kilogram kilograms kilo kilos kg",
    "g": "gram grams",
    "cm": "centimeter centimeters centimetre centimetres cm",
    "mm": "millimeter millimeters mm",
    "km/h": "kmh",
    "km²": "square kilometers kilometres",
    "ft": "foot feet ft",
    "ft²": "square feet",
    "lb": "lb lbs",
    "t": "ton tons tonne tonnes",
    "l": "liter liters litre litres",
    "ml": "milliliter milliliters ml",
    "gal": "gallon gallons",
    "kWh": "kwh",
    "MWh": "mwh",
    "GB": "gigabyte gigabytes gb",
    "MB": "megabyte megabytes mb",
    "KB": "kilobyte kilobytes kb",
    "bytes": "byte bytes",
    "cents": "cent cents",
    "pence": "pence",
    "USD": "dollar dollars usd",
    "$": "dollar dollars usd",
    "EUR": "euro euros eur",
    "€": "euro euros eur",
    "GBP": "pound pounds gbp",
    "£": "pound pounds gbp",
} | {code: code.lower() for code in _CURRENCIES}
UNITS = frozenset(word for words in UNIT_WORDS.values() for word in words.split()) | closed("quarter quarters month months")
_TIMES = {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "hours": 3600, "days": 86_400, "weeks": 604_800}


def in_unit(word: str, unit: str) -> float | None:
    """How many of `unit` one of what the word names is: 60 for an hour in minutes, None where they do not go together."""
    if word in UNIT_WORDS.get(unit, "").split():
        return 1.0
    said = next((name for name in _TIMES if word in UNIT_WORDS[name].split()), None)
    return _TIMES[said] / _TIMES[unit] if said and unit in _TIMES else None


LOW_WORDS = closed(
    """least lowest fewest smallest minimum shortest slowest coldest newest youngest cheapest lightest quietest driest earliest
    nearest closest"""
)
HIGH_WORDS = closed(
    """most highest largest biggest greatest longest busiest fastest farthest furthest warmest hottest wettest windiest oldest
    heaviest strongest latest loudest richest wealthiest dearest priciest"""
)
CALENDAR = closed("monday tuesday wednesday thursday friday saturday sunday weekend january july spring summer autumn winter")
