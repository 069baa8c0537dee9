"""Until when no worker asks a model: because its provider said "later", or because a call has just begun. One part of PostgresStore,
counted by its clock."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from analytics_agent.adapters.store.engine import StorePart
from analytics_agent.adapters.store.models import ModelPauseRow

EVERY_MODEL = "*"
"""In the place of a model: calls of all of them begin so far apart."""


class PauseTables(StorePart):
    """`model_pauses`."""

    async def pause_model(self, model: str, seconds: float) -> None:
        row = insert(ModelPauseRow).values(model=model, until=func.clock_timestamp() + timedelta(seconds=seconds))
        later = func.greatest(ModelPauseRow.until, row.excluded.until)
        async with self.transaction() as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=[ModelPauseRow.model], set_={"until": later}))

    async def model_pause(self, model: str) -> float:
        left = func.extract("epoch", ModelPauseRow.until - func.clock_timestamp())
        async with self.alone() as connection:
            found = (await connection.execute(select(left).where(ModelPauseRow.model == model))).scalar_one_or_none()
        return max(0.0, float(found or 0.0))

    async def begin_call(self, apart_seconds: float) -> float:
        now = func.clock_timestamp()
        row = insert(ModelPauseRow).values(model=EVERY_MODEL, until=now + timedelta(seconds=apart_seconds))
        taken = row.on_conflict_do_update(
            index_elements=[ModelPauseRow.model], set_={"until": row.excluded.until}, where=ModelPauseRow.until <= now
        ).returning(ModelPauseRow.until)
        async with self.transaction() as connection:
            began = (await connection.execute(taken)).scalar_one_or_none()
        return 0.0 if began else max(0.001, await self.model_pause(EVERY_MODEL))
