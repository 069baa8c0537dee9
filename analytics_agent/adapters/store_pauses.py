"""Until when no worker asks a model, because its provider said "later": one part of PostgresStore. Counted by the store's clock."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from analytics_agent.adapters.store_engine import StorePart
from analytics_agent.adapters.store_models import ModelPauseRow


class PauseTables(StorePart):
    """`model_pauses`."""

    async def pause_model(self, model: str, seconds: float) -> None:
        row = insert(ModelPauseRow).values(model=model, until=func.clock_timestamp() + timedelta(seconds=seconds))
        later = func.greatest(ModelPauseRow.until, row.excluded.until)
        async with self.transaction() as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=[ModelPauseRow.model], set_={"until": later}))

    async def model_pause(self, model: str) -> float:
        left = func.extract("epoch", ModelPauseRow.until - func.clock_timestamp())
        async with self.transaction() as connection:
            found = (await connection.execute(select(left).where(ModelPauseRow.model == model))).scalar_one_or_none()
        return max(0.0, float(found or 0.0))
