"""A finished run with its rows, for a report rendered where no test code but this file is in reach."""

from datetime import UTC, datetime

import pyarrow as pa

from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Evidence, Query, ResultColumn
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import Run

_QUERY = Query(
    id="r1",
    title="Mean delay by carrier",
    columns=(
        ResultColumn("carrier", "text", "Carrier", format="text", dimension="airlines.name"),
        ResultColumn("delay", "number", "Mean delay", unit="min", decimals=1, metric="delay", higher_is="bad"),
    ),
    rows=3,
    artifact=Artifact("ab" * 32, 12, "application/vnd.apache.parquet"),
    source="metric",
    sql="SELECT carrier, AVG(dep_delay) AS delay FROM flights GROUP BY carrier",
    sql_as_run="SELECT carrier, AVG(dep_delay) AS delay FROM public.flights GROUP BY carrier LIMIT 50001",
    tables=("public.flights",),
    milliseconds=250.0,
)
_CLAIM = Claim("Frontier left latest, 20.2 min on average.", (Figure("20.2 min", 20.2155, "min", "r1", "r1[0].delay", 0, "delay"),))
RUN = Run(
    question=Question("run0001", "Who was latest?", "flights", "k1", "offline", datetime(2026, 11, 23, tzinfo=UTC)),
    status="succeeded",
    evidence=Evidence("r1", ("r1",)),
    queries=(_QUERY,),
    answer=Answer("Frontier was latest", _CLAIM.text, (_CLAIM,)),
)
TABLES = {"r1": pa.table({"carrier": ["Frontier", "ExpressJet", "Alaska"], "delay": [20.2155, 19.9554, 5.8041]})}
