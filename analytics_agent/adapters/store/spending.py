"""What calls of a model cost, what calls under way may cost, and what all of it comes to: one part of PostgresStore.

A reservation becomes a line of the ledger in the transaction that saves the turn, and both are summed in one statement: nothing is
counted twice, and nothing is missed, whoever looks.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, delete, exists, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart, held, hold, locked, no_such_run
from analytics_agent.adapters.store.events import tell
from analytics_agent.adapters.store.models import KeyRow, LedgerRow, ReservationRow, RunRow, TurnRow
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.cost import Cost, CostGroup
from analytics_agent.domain.event import News
from analytics_agent.domain.models import BATCH_FACTOR, profile_of
from analytics_agent.domain.orders import TurnOrder
from analytics_agent.domain.question import Question, workflow_of
from analytics_agent.domain.run import RunStatus
from analytics_agent.domain.spending import Decide, Pool, Spending, Used, day_begins
from analytics_agent.domain.turn import Turn

_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cache_write_1h_tokens")
_USAGE = (*_TOKENS, "cost_usd")
_ALL_TOKENS = LedgerRow.input_tokens + LedgerRow.output_tokens + LedgerRow.cache_read_tokens + LedgerRow.cache_write_tokens


class SpendingTables(StorePart):
    """`usage_ledger`, `reservations`, and `turns` where they are paid for."""

    async def save_turn(self, run_id: str, turn: Turn, news: News | None = None) -> None:
        order = TurnOrder(run_id, turn.step, turn.number, turn.line)
        async with self.transaction() as connection:
            run = (await connection.execute(_keeping(order, turn))).one_or_none()
            if run is None:
                raise no_such_run(run_id)
            if run.is_new or await _is_another_call(connection, order, turn):
                kind = ("batch" if turn.batched else "turn") if run.is_new else "lost"
                paid = {"model": turn.model, "request_id": turn.request_id, "seconds": turn.seconds}
                await _add_line(connection, run, order, kind, turn.usage, **paid)
            await tell(connection, run_id, news)

    async def save_lost_call(self, order: TurnOrder, model: str, usage: Usage, request_id: str | None) -> None:
        """What is reserved for the turn stays reserved: it is about to be tried again."""
        async with self.transaction() as connection:
            run = await locked(connection, order.run_id)
            if not await _is_known(connection, order, request_id):
                await _add_line(connection, run, order, "lost", usage, model=model, request_id=request_id, seconds=0.0)

    async def reserve(self, order: TurnOrder, decide: Decide, *, pools: Collection[Pool], lasts: timedelta) -> None:
        """Whoever decides about a budget holds its lock, so that calls that come together do not overrun it together."""
        now = datetime.now(UTC)
        async with self.transaction() as connection:
            owner = await _owner(connection, order.run_id)
            await _lock(connection, owner, pools)
            await locked(connection, order.run_id)
            used = await _used(connection, owner, pools, now, order)
            decided = decide(used)
            await connection.execute(delete(ReservationRow).where(ReservationRow.run_id == order.run_id, _is_over(now, order)))
            if decided is not None:
                values = {"tokens": decided.tokens, "usd": decided.usd, "at": now, "expires_at": now + lasts}
                row = insert(ReservationRow).values(run_id=order.run_id, key=order.key, owner=owner, **values)
                await connection.execute(row)

    async def used(self, owner: str, *, pools: Collection[Pool]) -> Used:
        async with self.transaction() as connection:
            return await _used(connection, owner, pools, datetime.now(UTC), None)

    async def costs(self, *, by: CostGroup, owner: str | None = None, since: datetime | None = None) -> tuple[Cost, ...]:
        """The ledger summed, the dearest first; days in UTC, the newest first."""
        group = _group(by)
        wanted = select(
            group.label("group"),
            func.count(LedgerRow.run_id.distinct()).label("runs"),
            func.count().label("turns"),
            *(func.sum(getattr(LedgerRow, name)).label(name) for name in _USAGE),
            func.sum(LedgerRow.seconds).label("seconds"),
        ).group_by("group")
        if owner is not None:
            wanted = wanted.where(LedgerRow.owner == owner)
        if since is not None:
            wanted = wanted.where(LedgerRow.at >= since)
        ordered = wanted.order_by(group.desc() if by == "day" else func.sum(LedgerRow.cost_usd).desc(), "group")
        async with self.transaction() as connection:
            rows = (await connection.execute(ordered)).mappings().all()
        return tuple(_cost(dict(row)) for row in rows)

    async def owner_names(self, owners: Collection[str]) -> dict[str, str]:
        async with self.transaction() as connection:
            return await names_of(connection, owners)


async def names_of(connection: AsyncConnection, owners: Collection[str]) -> dict[str, str]:
    """Of keys, and of people by their newest question: reports of a schedule may repeat what somebody else asked."""
    keys = select(KeyRow.id, KeyRow.name).where(KeyRow.id.in_(owners))
    said = RunRow.question["asked_by"].as_string()
    named = select(RunRow.owner, said).where(RunRow.owner.in_(owners), RunRow.schedule.is_(None), said != "")
    people = named.ext(distinct_on(RunRow.owner)).order_by(RunRow.owner, RunRow.asked_at.desc())
    found = [(await connection.execute(wanted)).all() for wanted in (people, keys)]
    return {str(owner): str(name) for rows in found for owner, name in rows}


def usage_of_run(run_id: ColumnElement[str] | InstrumentedAttribute[str]) -> Select[Any]:
    """All that a run was charged, also for replies that were lost, as one JSON object for `usage_from`."""
    named = [part for name in _USAGE for part in (name, func.coalesce(func.sum(getattr(LedgerRow, name)), 0))]
    return select(func.json_build_object(*named, type_=JSON)).where(LedgerRow.run_id == run_id)


def usage_from(row: Mapping[str, Any]) -> Usage:
    return Usage(**{name: int(row[name]) for name in _TOKENS}, cost_usd=float(row["cost_usd"]))


async def release(connection: AsyncConnection, run_id: str, status: RunStatus) -> None:
    """A run that has ended makes no more calls. One that was cancelled may have left one behind that is charged all the same."""
    if status != "cancelled":
        await connection.execute(delete(ReservationRow).where(ReservationRow.run_id == run_id))


async def release_turn(connection: AsyncConnection, order: TurnOrder) -> None:
    """It is paid for, or not asked any more."""
    await connection.execute(delete(ReservationRow).where(ReservationRow.run_id == order.run_id, ReservationRow.key == order.key))


def _group(by: CostGroup) -> ColumnElement[Any]:
    if by == "day":
        return func.to_char(func.timezone("UTC", LedgerRow.at), "YYYY-MM-DD")
    column: ColumnElement[Any] = getattr(LedgerRow, {"user": "owner", "run": "run_id"}.get(by, by))
    return column


def _cost(row: dict[str, Any]) -> Cost:
    return Cost(row["group"], row["runs"], row["turns"], usage_from(row), float(row["seconds"]))


# the ledger


def _of_turn(order: TurnOrder) -> ColumnElement[bool]:
    named = (LedgerRow.run_id == order.run_id) & (LedgerRow.step == order.step)
    return named & (LedgerRow.line == order.line) & (LedgerRow.turn == order.turn)


def _keeping(order: TurnOrder, turn: Turn) -> Select[Any]:
    """Keeps the turn and ends its reservation in one statement, which locks the run and gives its row, and whether the turn is new."""
    run = held(order.run_id)
    row = {"step": turn.step, "line": turn.line, "number": turn.number, "record": to_json(turn)}
    columns = [literal(value, getattr(TurnRow, name).type).label(name) for name, value in row.items()]
    chosen = insert(TurnRow).from_select(["run_id", *row], select(run.c.id, *columns))
    kept = chosen.on_conflict_do_nothing().returning(TurnRow.number).cte("kept")
    gone = delete(ReservationRow).where(ReservationRow.run_id == order.run_id, ReservationRow.key == order.key).cte("gone")
    return select(run.c.id, run.c.owner, run.c.question, exists().select_from(kept).label("is_new")).add_cte(gone)


async def _add_line(connection: AsyncConnection, run: Any, order: TurnOrder, kind: str, usage: Usage, **call: Any) -> None:
    """The caller holds the run's lock: nobody else takes the number of this attempt."""
    next_one = select(func.coalesce(func.max(LedgerRow.attempt), 0) + 1).where(_of_turn(order)).scalar_subquery()
    question = from_json(run.question, Question)
    of_run = {"run_id": run.id, "owner": run.owner, "database": question.database, "workflow": workflow_of(question)}
    of_turn = {"step": order.step, "line": order.line, "turn": order.turn, "attempt": next_one, "kind": kind}
    prices = _prices(call["model"], usage, batched=kind == "batch")
    await connection.execute(insert(LedgerRow).values(**of_run, **of_turn, **call, prices=prices, **_fields(usage)))


def _fields(usage: Usage) -> dict[str, Any]:
    return {name: getattr(usage, name) for name in _USAGE}


def _prices(model: str, usage: Usage, *, batched: bool) -> dict[str, float] | None:
    """As they are now, for a million tokens of each kind."""
    profile = profile_of(model)
    if profile is None:
        return None
    prompt = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
    factor = BATCH_FACTOR if batched else 1.0
    return {name: factor * price for name, price in asdict(profile.prices_at(prompt)).items()}


async def _is_known(connection: AsyncConnection, order: TurnOrder, request_id: str | None) -> bool:
    here = select(LedgerRow.attempt).where(_of_turn(order), LedgerRow.request_id == request_id).limit(1)
    return request_id is not None and (await connection.execute(here)).first() is not None


async def _is_another_call(connection: AsyncConnection, order: TurnOrder, turn: Turn) -> bool:
    """Two workers may have asked for one turn, after the first was taken for dead: both replies were charged."""
    if turn.request_id is not None:
        return not await _is_known(connection, order, turn.request_id)
    wanted = select(TurnRow.record).where(TurnRow.run_id == order.run_id, TurnRow.step == turn.step, TurnRow.line == turn.line)
    kept = from_json((await connection.execute(wanted.where(TurnRow.number == turn.number))).scalar_one(), Turn)
    return turn.usage.tokens > 0 and kept.reply != turn.reply


# budgets


async def _owner(connection: AsyncConnection, run_id: str) -> str:
    """Read before the run is locked: the locks of budgets come first."""
    owner = (await connection.execute(select(RunRow.owner).where(RunRow.id == run_id))).scalar_one_or_none()
    if owner is None:
        raise no_such_run(run_id)
    return str(owner)


async def _lock(connection: AsyncConnection, owner: str, pools: Collection[Pool]) -> None:
    """In one order, so that two who need both do not wait for each other. Released at the end of the transaction."""
    names = [name for pool, name in (("installation", "budget"), ("person", f"budget of {owner}")) if pool in pools]
    for name in names:
        await hold(connection, name)


async def _used(connection: AsyncConnection, owner: str, pools: Collection[Pool], now: datetime, order: TurnOrder | None) -> Used:
    """One statement, one moment: a turn that is saved meanwhile is in the ledger or reserved, not both and not neither."""
    today = LedgerRow.at >= day_begins(now)
    under_way = ReservationRow.expires_at > now
    if order is not None:
        under_way = under_way & ~((ReservationRow.run_id == order.run_id) & (ReservationRow.key == order.key))
    of_pool: dict[Pool, tuple[ColumnElement[bool], ColumnElement[bool]]] = {
        "person": (today & (LedgerRow.owner == owner), under_way & (ReservationRow.owner == owner)),
        "installation": (today, under_way),
    }
    if order is not None:
        of_pool["run"] = LedgerRow.run_id == order.run_id, under_way & (ReservationRow.run_id == order.run_id)
    asked = [pool for pool in of_pool if pool in pools]
    if not asked:
        return {}
    sums = [column for pool in asked for column in _sums(*of_pool[pool])]
    row = (await connection.execute(select(*sums))).one()
    return {pool: Spending(int(row[2 * place]), float(row[2 * place + 1])) for place, pool in enumerate(asked)}


def _sums(paid: ColumnElement[bool], under_way: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    tokens = select(func.coalesce(func.sum(_ALL_TOKENS), 0)).where(paid).scalar_subquery()
    usd = select(func.coalesce(func.sum(LedgerRow.cost_usd), 0.0)).where(paid).scalar_subquery()
    more_tokens = select(func.coalesce(func.sum(ReservationRow.tokens), 0)).where(under_way).scalar_subquery()
    more_usd = select(func.coalesce(func.sum(ReservationRow.usd), 0.0)).where(under_way).scalar_subquery()
    return [tokens + more_tokens, usd + more_usd]


def _is_over(now: datetime, order: TurnOrder) -> ColumnElement[bool]:
    """Of a worker that died, or the earlier try of this very turn."""
    return (ReservationRow.expires_at <= now) | (ReservationRow.key == order.key)
