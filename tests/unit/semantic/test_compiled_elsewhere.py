"""For engines that are not run here, the compiled text is kept and read by people. UPDATE_COMPILED=1 writes it anew."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from unit.semantic import chain

from analytics_agent.domain.catalog import Dialect
from analytics_agent.semantic import compile
from analytics_agent.semantic.compiler.time import FISCAL, GRAINS
from analytics_agent.semantic.request import Counted, Filter, Having, MetricRequest, Order, Period, ShareOf, Top
from analytics_agent.sql.check import check

ELSEWHERE = tuple(dialect for dialect in get_args(Dialect) if dialect not in ("postgres", "duckdb", "sqlite", "mysql"))
GOLDEN = Path(__file__).parent / "compiled"
WINTER = Period(date(2025, 1, 1), date(2025, 3, 1))
YEARS = Period(date(2020, 1, 1), date(2025, 1, 1))
TOPS = Top(1, dimension="stores.city", others=False, within=("regions.region",))
REQUESTS = (
    MetricRequest("plain", ("revenue", "visitors"), ("time:week", "stores.city"), time=WINTER, limit=5),
    MetricRequest("fiscal", ("sales_made",), ("sales.day:fiscal_quarter",)),
    MetricRequest("balance", ("stocked", "conversion"), ("regions.region",)),
    MetricRequest("staged", ("revenue",), ("time:month", "stores.city"), time=WINTER, compare="previous_year", top=Top(2), fill=True),
    MetricRequest("bridges", ("revenue",), ("tags.label",), (Filter("brands.brand", "!=", ("Ask",)),), share_of=ShareOf(), top=Top(2)),
    MetricRequest("split", ("revenue", "sales_made"), ("agents.agent",)),
    MetricRequest("days", ("revenue",), ("time:day",), time=YEARS, compare="previous_year", fill=True),
    MetricRequest("ties", ("revenue", "visitors"), ("stores.city",), time=WINTER, order_by=(Order("revenue", "desc"),), limit=3),
    MetricRequest("tops", ("sales_made",), ("regions.region", "stores.city"), top=TOPS),
    MetricRequest("never", ("sales_made",), ("stores.city",), having=(Having("sales_made", "=", 0),), members=True, counted=Counted()),
    MetricRequest("running", ("revenue_so_far",), ("time:quarter",), time=WINTER),
)


@pytest.mark.parametrize("dialect", ELSEWHERE)
def test_the_text_for_other_engines_is_what_was_read(dialect: Dialect) -> None:
    parts = [f"-- {one.purpose}\n{compile(chain.model(), one, dialect=dialect, catalog=chain.catalog(dialect)).sql}\n" for one in REQUESTS]
    text, kept = "\n".join(parts), GOLDEN / f"{dialect}.sql"
    if os.environ.get("UPDATE_COMPILED"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text)
    assert text == kept.read_text()


@pytest.mark.parametrize("dialect", ELSEWHERE)
def test_the_guard_accepts_it(dialect: Dialect) -> None:
    grains = (MetricRequest(grain, ("sales_made",), (f"sales.day:{grain}",)) for grain in (*GRAINS, *FISCAL))
    for request in (*REQUESTS, *grains):
        sql = compile(chain.model(), request, dialect=dialect, catalog=chain.catalog(dialect)).sql
        verdict = check(sql, dialect=dialect)
        assert verdict.ok, (request.purpose, verdict.findings, sql)


ALONE = """
from unit.semantic import chain
from unit.semantic.test_compiled_elsewhere import REQUESTS
from analytics_agent.semantic import compile
from analytics_agent.sql.check import check

def texts():
    return [compile(chain.model(), one, dialect="tsql", catalog=chain.catalog("tsql")).sql for one in REQUESTS]

before = texts()
check("SELECT 1 AS one", dialect="tsql")
print(before == texts())
"""


def test_the_text_is_the_same_before_and_after_the_guard_was_used() -> None:
    """The guard mends sqlglot's tables at its first use: what was read before would be another tree."""
    environment = {**os.environ, "PYTHONPATH": str(GOLDEN.parents[2])}
    done = subprocess.run([sys.executable, "-c", ALONE], env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "True"
