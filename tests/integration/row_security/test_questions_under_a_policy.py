"""Golden questions of both samples under a policy, and the same over a copy of the database in which the rows and columns are really gone
and masked columns hold their masks: the same answers, the same results, the same refusals."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sample_files
import yaml
from asked_alone import Asked, PolicyRights

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy, says_rights
from analytics_agent.domain.run import Run
from analytics_agent.resources import resource
from analytics_agent.synthesize.in_part import LEAD

_LIMITS = re.compile(r" You (may read|see) .*$")


@dataclass(frozen=True)
class Sample:
    """`rows` are conditions by table, `hidden` and `masks` columns. `gone` are what of the semantic model stands on the hidden column."""

    name: str
    rows: dict[str, str]
    hidden: tuple[str, str]
    mask: tuple[str, Mask]
    masked_as: str
    gone: tuple[str, ...]
    questions: tuple[int, ...]

    @property
    def policy(self) -> Policy:
        tables = {*self.rows, self.hidden[0], self.mask[0]}
        rules = tuple(
            TablePolicy(
                "public",
                table,
                ((self.rows[table],),) if table in self.rows else (),
                (self.mask[1],) if table == self.mask[0] else (),
                (self.hidden[1],) if table == self.hidden[0] else (),
            )
            for table in sorted(tables)
        )
        names = re.findall(r"CREATE TABLE (\w+)", (resource("sql_fixtures") / self.name / "schema.sql").read_text())
        return Policy(tuple(TableName("public", name) for name in names), rules)


FLIGHTS = Sample(
    "flights",
    {
        "flights": "carrier <> 'UA' AND flight_date < DATE '2013-12-24'",
        "weather": "origin IN (SELECT a.faa FROM airports AS a WHERE a.tz = -5 AND a.faa <> 'LGA')",
    },
    ("planes", "manufacturer"),
    ("flights", Mask("distance", "bucket", size=100)),
    "floor(distance / 100.0) * 100.0",
    ("manufacturer", "manufacturer_as_registered"),
    (3, 5, 12, 13, 16, 18, 20, 43, 65, 76, 83, 89),
)
SHOP = Sample(
    "shop",
    {
        "orders": "region_id IN (SELECT r.region_id FROM regions AS r WHERE r.country <> 'Germany')",
        "order_lines": "category_name <> 'Audio'",
        "returns": "reason IS NULL OR reason <> 'damaged'",
        "marketing_spend": "amount < 500",
        "web_sessions": "device <> 'tablet'",
    },
    ("order_lines", "unit_cost"),
    ("orders", Mask("goods_amount", "bucket", size=10)),
    "floor(goods_amount / 10.0) * 10.0",
    ("unit_cost", "gross_margin", "gross_margin_rate", "cost_of_goods"),
    (1, 4, 9, 11, 13, 19, 26, 28, 43, 60, 81, 82),
)


def really_gone(sample: Sample, folder: Path, whole: Path) -> Path:
    """What may be seen as a database of its own, made by plain SQL."""
    copy = folder / f"{sample.name}_gone.duckdb"
    copy.write_bytes(whole.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("SET schema = 'public'")
        for table, condition in sample.rows.items():
            connection.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {condition}")
            connection.execute(f"CREATE TABLE {table}_kept AS SELECT * FROM {table} LIMIT 0")
            connection.execute(f"INSERT INTO {table}_kept SELECT * FROM kept; DROP TABLE kept")
        for table in sample.rows:  # after all of them: conditions see whole tables
            connection.execute(f"DROP TABLE {table}; ALTER TABLE {table}_kept RENAME TO {table}")
        table, mask = sample.mask
        connection.execute(f"ALTER TABLE {table} ALTER {mask.column} TYPE DOUBLE USING {sample.masked_as}")
        table, hidden = sample.hidden
        connection.execute(
            f"CREATE TABLE rest AS SELECT * EXCLUDE ({hidden}) FROM {table}; DROP TABLE {table}; ALTER TABLE rest RENAME TO {table}"
        )
    return copy


def model_without(text: str, gone: tuple[str, ...]) -> str:
    """The semantic model as somebody would write it who has never heard of the column."""
    document = yaml.safe_load(text.replace('"Which categories had the highest gross margin last year?",', ""))
    (model,) = document["semantic_model"]
    model.pop("description", None)
    for part in (model["datasets"], model["metrics"]):
        for one in part:
            one["fields"] = [field for field in one.get("fields", ()) if field["name"] not in gone] if "fields" in one else None
            one.pop("fields") if one["fields"] is None else None
    model["metrics"] = [metric for metric in model["metrics"] if metric["name"] not in gone]
    return yaml.safe_dump(document, allow_unicode=True)


@cache
def texts(name: str) -> dict[int, str]:
    lines = (resource("sql_fixtures") / name / "questions.jsonl").read_text().splitlines()
    return {int(one["id"].rpartition("-")[2]): one["question"] for one in map(json.loads, lines)}


@pytest.fixture(scope="module", params=[FLIGHTS, SHOP], ids=lambda sample: sample.name)
def both(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sample, Asked, Asked]]:
    sample, folder = request.param, tmp_path_factory.mktemp(request.param.name)
    whole = sample_files.make(sample.name, folder / f"{sample.name}.duckdb", scale=0.05)
    text = sample_files.semantic_model(sample.name)
    under = Asked(whole, PolicyRights({"user:ada": sample.policy}), text)
    yield sample, under, Asked(really_gone(sample, folder, whole), PolicyRights({}), model_without(text, sample.gone))


def found(run: Run, worker: Asked) -> dict[str, Any]:
    """All that a question came to, without what only a policy says."""
    queries = []
    for query in run.queries:
        rows = asyncio.run(worker.artifacts.get_table(query.artifact))
        caveats = [text for text in query.caveats if not says_rights(text)]
        queries.append(
            (query.id, query.title, [column.name for column in query.columns], query.sql, query.sql_as_run, rows.to_pylist(), caveats)
        )
    answer, evidence, refusal, asked = run.answer, run.evidence, run.refusal, run.clarification
    caveats = [text for text in answer.caveats if not says_rights(text)] if answer else []
    return {
        "queries": queries,
        "answer": (answer.headline, answer.summary.removeprefix(f"{LEAD} "), caveats) if answer else None,
        "evidence": (evidence.primary, evidence.readings) if evidence else None,
        "findings": run.findings,
        "refusal": (_LIMITS.sub("", refusal.reason), refusal.missing, refusal.looked_in, refusal.instead) if refusal else None,
        "asked": (asked.question, asked.readings) if asked else None,
    }


def test_every_question_comes_to_the_same_as_where_the_rest_is_really_gone(both: tuple[Sample, Asked, Asked]) -> None:
    sample, under, gone = both
    outcomes, different = [], []
    for number in sample.questions:
        text = texts(sample.name)[number]
        ruled, plain = asyncio.run(under.ask(text)), asyncio.run(gone.ask(text, reader="k1"))
        one, other = found(ruled, under), found(plain, gone)
        different += [(text, key, one[key], other[key]) for key in one if one[key] != other[key]]
        outcomes.append("answer" if ruled.answer else "refusal" if ruled.refusal else "ask")
        said = {caveat for query in ruled.queries for caveat in query.caveats if says_rights(caveat)}
        wanted = {f"Of {table} only" for query in ruled.queries for table in query.tables if table in sample.rows}
        assert all(any(text.startswith(start) for text in said) for start in wanted), (text, said)
        assert ruled.answer is None or ruled.answer.summary.startswith(LEAD) == bool(wanted), text
        assert plain.answer is None or LEAD not in plain.answer.summary
        assert ruled.evidence is None or said >= {each for each in ruled.evidence.caveats if says_rights(each)} != set() or not wanted
    assert not different, "\n".join(map(str, different))
    assert outcomes.count("answer") >= 8 and outcomes.count("refusal") >= 2, outcomes
