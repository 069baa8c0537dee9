"""Budgets as the API shows them: of a run, of what stopped it, and of a day."""

from collections.abc import Mapping
from math import ceil

from typing_extensions import TypedDict

from analytics_agent.domain.question import Budget
from analytics_agent.domain.rights import Principal
from analytics_agent.domain.spending import Pool, Spending, Stop, Unit, left_of


class BudgetFields(TypedDict):
    """None is without limit."""

    tokens: int | None
    usd: float | None


class StopView(TypedDict):
    """Which budget stopped a run: its own (`run`), that of its owner's day (`person`) or of everybody's (`installation`). `needs` is what
    the next turn may take. `raise_to` is a limit with which it may go on, None where its reader cannot raise this one. The amounts of
    everybody's budget are not told."""

    pool: Pool
    unit: Unit
    limit: float | None
    used: float | None
    needs: float | None
    raise_to: float | None


class DayView(TypedDict):
    """A budget of today, in UTC: what is used of it, what calls under way may cost included, and what is left."""

    limit: BudgetFields
    used: BudgetFields
    left: BudgetFields


def most_of(asker: Principal, limit: Budget) -> Budget:
    """The most that one run of theirs may have. The operators pay for what people ask."""
    return limit if asker.sees_a_part else Budget()


def budget_fields(budget: Budget) -> BudgetFields:
    return {"tokens": budget.tokens, "usd": budget.usd}


def stop_view(stop: Stop, most: Budget) -> StopView:
    told = stop.pool != "installation"
    return {
        "pool": stop.pool,
        "unit": stop.unit,
        "limit": stop.limit if told else None,
        "used": round(stop.used, 6) if told else None,
        "needs": round(stop.needs, 6) if told else None,
        "raise_to": _raise_to(stop, most) if stop.pool == "run" else None,
    }


def _raise_to(stop: Stop, most: Budget) -> float | None:
    """Twice as much, or as much as is allowed; None where that is too little to go on."""
    limit = most.usd if stop.unit == "usd" else most.tokens
    needed = stop.used + stop.needs
    offered = rounded_up(max(2 * stop.limit, 1.5 * needed), stop.unit)
    offered = offered if limit is None else min(offered, limit)
    return offered if offered >= needed and offered > stop.limit else None


def rounded_up(amount: float, unit: Unit) -> float:
    """To whole cents (where it is some) or thousands of tokens."""
    if unit == "tokens":
        return ceil(amount / 1_000) * 1_000
    return ceil(round(amount * 100, 6)) / 100 if amount >= 0.1 else ceil(round(amount * 10_000, 4)) / 10_000


def day_view(budget: Budget, used: Mapping[Pool, Spending], pool: Pool) -> DayView | None:
    """None where it has no limit."""
    if budget == Budget():
        return None
    spent = used.get(pool, Spending())
    return {
        "limit": budget_fields(budget),
        "used": {"tokens": spent.tokens, "usd": round(spent.usd, 6)},
        "left": budget_fields(left_of(budget, spent)),
    }
