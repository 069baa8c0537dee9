"""Runs for which nobody waits, through the real SDK and real workers: in message batches, counted to the token, paid once."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fakes.messages_api import MessagesApi
from integration.claude.conversations import OPUS, right, step_of
from integration.claude.rig import Rig, rig

from analytics_agent.activities import batches
from analytics_agent.domain.run import Run
from analytics_agent.stack.postgres import Cluster
from analytics_agent.workflows import turn_batches

RUNS = 3
CHARGED = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
KINDS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")


@dataclass
class Told:
    runs: list[Run]
    warnings: list[str]
    ledger: list[tuple[Any, ...]]
    """Kind and sums of tokens and dollars."""


def patiently(postgres: Cluster, name: str, folder: Path, api: MessagesApi, patch: pytest.MonkeyPatch) -> Told:
    """So many patient runs at once, all pauses made short."""
    patch.setattr(turn_batches, "GATHER", timedelta(seconds=0.2))
    patch.setattr(batches, "LATE", timedelta(seconds=0.5))
    patch.setattr(batches, "Pace", partial(batches.Pace, 0.2, ((timedelta(days=2), 0.2),)))
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")

    async def all_of_them() -> Told:
        async with rig(folder, postgres.url(name), api, patch) as running:
            ids = [await running.ask(f"[run {n}] What is the total by region?", OPUS, patient=True) for n in range(RUNS)]
            runs = list(await asyncio.gather(*map(running.finished, ids)))
            return Told(runs, await _warnings(running, ids), _ledger(postgres.url(name)))

    return asyncio.run(all_of_them())


async def _warnings(running: Rig, ids: list[str]) -> list[str]:
    events = [event for run_id in ids for event in await running.store.events(run_id)]
    return [event.data["message"] for event in events if event.kind == "warning"]


def _ledger(url: str) -> list[tuple[Any, ...]]:
    sums = ", ".join(f"sum({name})::int" for name in KINDS)
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT kind, {sums}, sum(cost_usd) FROM usage_ledger GROUP BY kind").fetchall()


def test_batches_answer_patient_runs_and_one_whose_acknowledgement_was_lost_is_found_again(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MessagesApi(lambda body: right(step_of(body), body)) as api:
        api.batches.lose_next = True
        told = patiently(postgres, "patient", tmp_path, api, monkeypatch)
    assert [run.status for run in told.runs] == ["succeeded"] * RUNS
    assert not api.usage, "nothing was asked directly"
    [(kind, *tokens, cost)] = told.ledger
    charged = [sum(of_model[name] for of_model in api.batch_usage.values()) for name in CHARGED]
    assert kind == "batch" and tokens == charged
    assert len(api.requests) == sum(run.turns for run in told.runs), "no request was made twice"
    assert cost == pytest.approx(sum(run.usage.cost_usd for run in told.runs)) and cost > 0
    assert {use.batched for run in told.runs for use in run.model_use} == {True}


def test_where_there_are_no_batches_a_patient_run_is_answered_all_the_same_and_says_so(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MessagesApi(lambda body: right(step_of(body), body)) as api:
        api.batches.supported = False
        told = patiently(postgres, "impatient", tmp_path, api, monkeypatch)
    assert [run.status for run in told.runs] == ["succeeded"] * RUNS
    assert set(told.warnings) == {batches.NOT_OFFERED}
    assert [kind for kind, *_ in told.ledger] == ["turn"]
