"""Small texts for people: counts, times, money, and text from outside made fit for one line."""

from datetime import datetime
from typing import Any

from analytics_agent.domain.invisible import visible
from analytics_agent.domain.money import dollars
from analytics_agent.domain.period import day_called


def line(text: Any, most: int = 160) -> str:
    """In one line of no more than so many characters."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"


def counted(count: int, one: str) -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def names(reason: str, missing: str) -> bool:
    """Whether a reason says what is missing already: then it is not said twice."""
    return all(part.strip().casefold() in reason.casefold() for part in missing.split(","))


def local_time(moment: str) -> str:
    """An ISO time as people write it, on the clock that it names."""
    at = datetime.fromisoformat(moment)
    return f"{day_called(at)}, {at:%H:%M}"


def duration(seconds: float) -> str:
    """9.1 s, 48 s, 3 min 8 s, 2 h 5 min; whole seconds stay whole."""
    whole_seconds = round(seconds)
    if whole_seconds < 60:
        return f"{seconds:.1f} s" if seconds < 9.95 and not isinstance(seconds, int) else f"{whole_seconds} s"
    minutes, rest = divmod(whole_seconds, 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min {rest} s" if rest else f"{minutes} min"


def money(amount: float) -> str:
    return dollars(amount) if amount else "no cost"
