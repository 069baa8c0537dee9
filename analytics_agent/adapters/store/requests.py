"""How much somebody asks: requests of a minute, questions of a day and at once. One part of PostgresStore.

The clock is the database's: several API processes, on machines whose clocks differ, count the same minute.
"""

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.store.engine import StorePart, hold, unhurried
from analytics_agent.adapters.store.models import RequestRow, RunRow
from analytics_agent.domain.quota import AGAIN_SECONDS, UNDER_WAY, Counted, Quota
from analytics_agent.errors import TooMany

KEPT = "5 minutes"


class RequestTables(StorePart):
    """`requests`."""

    async def count_request(self, owner: str) -> Counted:
        """One statement; the first of a minute also removes minutes gone by. A count that a crash loses is no loss."""
        minute = func.date_trunc("minute", func.now())
        row = insert(RequestRow).values(owner=owner, minute=minute, count=1)
        row = row.on_conflict_do_update(index_elements=["owner", "minute"], set_={"count": RequestRow.count + 1})
        left = 60 - func.extract("epoch", func.now() - RequestRow.minute)
        async with self.alone() as connection:
            count, seconds, _ = (await connection.execute(row.returning(RequestRow.count, left, unhurried()))).one()
            if count == 1:
                await connection.execute(delete(RequestRow).where(RequestRow.minute < func.now() - text(f"interval '{KEPT}'")))
        return Counted(int(count), max(float(seconds), 0.0))


async def check_questions(connection: AsyncConnection, owner: str, quota: Quota) -> None:
    """Raises TooMany. The caller holds `one_at_a_time`."""
    asked = (RunRow.owner == owner) & RunRow.schedule.is_(None)
    if quota.questions_per_day is not None:
        today = func.date_trunc("day", func.now(), "UTC")
        wanted = select(func.count(), 86_400 - func.extract("epoch", func.now() - today)).where(asked, RunRow.asked_at >= today)
        count, seconds = (await connection.execute(wanted)).one()
        if count >= quota.questions_per_day:
            raise too_many_today(quota.questions_per_day, float(seconds))
    if quota.questions_at_once is not None:
        under_way = select(func.count()).where(asked, RunRow.status.in_(sorted(UNDER_WAY)))
        if (await connection.execute(under_way)).scalar_one() >= quota.questions_at_once:
            raise too_many_at_once(quota.questions_at_once)


async def one_at_a_time(connection: AsyncConnection, owner: str) -> None:
    """Until the transaction ends nobody else decides for this owner: of two questions that are asked at once not both pass."""
    await hold(connection, f"questions of {owner}")


def too_many_today(most: int, seconds_left: float) -> TooMany:
    asked = "1 question" if most == 1 else f"{most:,} questions"
    hint = "Ask again after midnight UTC, or let an administrator raise the limit."
    return TooMany(f"You have asked {asked} today (UTC), which is the most for a day.", hint=hint, retry_after=max(seconds_left, 1.0))


def too_many_at_once(most: int) -> TooMany:
    under_way = "1 question of yours is" if most == 1 else f"{most:,} questions of yours are"
    told = f"{under_way} being answered, which is the most at once."
    return TooMany(told, hint="Ask again when one of them is answered, or cancel one.", retry_after=AGAIN_SECONDS)
