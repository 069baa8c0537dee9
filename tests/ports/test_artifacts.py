"""ports.Artifacts: one suite for files and for the fake in memory."""

import asyncio
import datetime as dt
import hashlib
import time
import uuid
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.records import ANSWER

from analytics_agent.adapters.file_artifacts import FileArtifacts
from analytics_agent.domain.answer import Answer
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.conversation import Message
from analytics_agent.errors import AgentError, OperatorError
from analytics_agent.ports import Artifacts

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["file", "memory"])
def artifacts(request: pytest.FixtureRequest, tmp_path: Path) -> Artifacts:
    return FileArtifacts(f"file://{tmp_path}/artifacts") if request.param == "file" else MemoryArtifacts()


async def test_a_record_is_read_back_as_what_it_was(artifacts: Artifacts) -> None:
    assert await artifacts.get_record(await artifacts.put_record(ANSWER), Answer) == ANSWER


async def test_a_conversation_keeps_the_order_of_its_keys(artifacts: Artifacts) -> None:
    message = Message("assistant", ({"type": "tool_use", "id": "c1", "name": "x", "input": {"z": 1, "a": {"y": 2, "b": [3]}}},))
    read = await artifacts.get_record(await artifacts.put_record((message,)), tuple[Message, ...])
    assert read == (message,)
    assert list(read[0].content[0]["input"]) == ["z", "a"]


async def test_text_that_utf8_cannot_hold_does_not_break_storage(artifacts: Artifacts) -> None:
    stored = await artifacts.put_record({"value": "a\ud800b\0c", "number": float("nan")})
    assert await artifacts.get_record(stored, dict) == {"value": "a\ufffdb\ufffdc", "number": None}


async def test_a_table_is_read_back_to_the_last_type(artifacts: Artifacts) -> None:
    table = pa.table(
        {
            "money": pa.array([Decimal("1.10"), None], pa.decimal128(12, 2)),
            "day": pa.array([dt.date(2013, 6, 1), None]),
            "at": pa.array([dt.datetime(2013, 6, 1, 12, tzinfo=dt.UTC), None], pa.timestamp("us", "UTC")),
            "name": ["AA 'x' \N{GREEK SMALL LETTER ALPHA}", None],
            "n": pa.array([2**53 + 1, None], pa.int64()),
            "yes": [True, None],
        }
    )
    assert (await artifacts.get_table(await artifacts.put_table(table))).equals(table)


async def test_a_table_without_rows_keeps_its_columns(artifacts: Artifacts) -> None:
    table = pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())})
    assert (await artifacts.get_table(await artifacts.put_table(table))).schema.equals(table.schema)


async def test_the_same_bytes_have_the_same_name(artifacts: Artifacts) -> None:
    first = await artifacts.put_file(b"%PDF-1.7 x", "application/pdf")
    assert await artifacts.put_file(b"%PDF-1.7 x", "application/pdf") == first
    assert (first.bytes, first.media_type) == (10, "application/pdf")
    assert await artifacts.get_file(first) == b"%PDF-1.7 x"


async def test_equal_records_have_the_same_name(artifacts: Artifacts) -> None:
    assert (await artifacts.put_record(ANSWER)) == (await artifacts.put_record(ANSWER))


async def test_a_missing_file_is_an_error_of_ours(artifacts: Artifacts) -> None:
    with pytest.raises(OperatorError):
        await artifacts.get_file(Artifact("0" * 64, 1, "text/plain"))


async def test_a_record_of_another_kind_is_an_error_of_ours(artifacts: Artifacts) -> None:
    stored = await artifacts.put_record({"something": "else"})
    with pytest.raises(AgentError, match="Answer"):
        await artifacts.get_record(stored, Answer)


async def test_a_parquet_file_is_taken_and_gone(artifacts: Artifacts, tmp_path: Path) -> None:
    table = pa.table({"n": range(1_000)})
    with artifacts.draft() as draft:
        pq.write_table(table, draft)
        content = draft.read_bytes()
        stored = await artifacts.put_parquet(draft)
        assert not draft.exists()
    assert await artifacts.get_file(stored) == content
    assert (stored.bytes, (await artifacts.get_table(stored)).equals(table)) == (len(content), True)


async def test_the_same_parquet_twice_is_stored_once_and_both_drafts_are_gone(artifacts: Artifacts) -> None:
    stored = []
    for _ in range(2):
        with artifacts.draft() as draft:
            pq.write_table(pa.table({"n": [1]}), draft)
            stored.append(await artifacts.put_parquet(draft))
            assert not draft.exists()
    assert stored[0] == stored[1]


async def test_a_draft_that_was_not_finished_is_removed(artifacts: Artifacts) -> None:
    class Broken(Exception):
        pass

    with pytest.raises(Broken), artifacts.draft() as draft:
        draft.write_bytes(b"half")
        raise Broken
    assert not draft.exists()


@pytest.mark.parametrize(("rows", "found"), [(0, 0), (3, 3), (10_000, 10_000), (10**9, 200_000)])
async def test_the_first_rows_can_be_read_alone(artifacts: Artifacts, rows: int, found: int) -> None:
    with artifacts.draft() as draft:
        pq.write_table(pa.table({"n": range(200_000)}), draft, row_group_size=7_000)
        stored = await artifacts.put_parquet(draft)
    table = await artifacts.get_table(stored, rows=rows)
    assert (table.num_rows, table["n"].to_pylist()[:3]) == (found, [0, 1, 2][:found])


async def test_days_that_python_does_not_have_are_read_as_text(artifacts: Artifacts) -> None:
    days = pa.array([0, 2**31 - 1], pa.int32()).cast(pa.date32())
    stored = await artifacts.put_table(pa.table({"until": days}))
    assert (await artifacts.get_table(stored))["until"].to_pylist() == ["1970-01-01", "infinity"]


async def test_files_are_found_by_when_they_were_stored(artifacts: Artifacts) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    stored = [await artifacts.put_file(content, "text/plain") for content in (b"one", b"two")]
    now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
    assert set(await artifacts.written(since=before, until=now)) == {one.sha256 for one in stored}
    assert await artifacts.written(since=now, until=now) == ()
    assert await artifacts.written(since=before, until=before) == ()


async def test_a_file_is_removed_once_and_others_stay(artifacts: Artifacts) -> None:
    gone, stays = await artifacts.put_file(b"gone", "text/plain"), await artifacts.put_file(b"stays", "text/plain")
    now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
    assert await artifacts.remove(gone.sha256, unless_after=now)
    assert not await artifacts.remove(gone.sha256, unless_after=now)
    with pytest.raises(OperatorError):
        await artifacts.get_file(gone)
    assert await artifacts.get_file(stays) == b"stays"
    assert await artifacts.put_file(b"gone", "text/plain") == gone
    assert await artifacts.get_file(gone) == b"gone"


async def test_a_file_that_was_stored_again_meanwhile_stays(artifacts: Artifacts) -> None:
    stored = await artifacts.put_file(b"shared", "text/plain")
    moment = dt.datetime.now(dt.UTC)
    time.sleep(0.02)
    await artifacts.put_file(b"shared", "text/plain")
    assert not await artifacts.remove(stored.sha256, unless_after=moment)
    assert await artifacts.get_file(stored) == b"shared"
    with artifacts.draft() as draft:
        pq.write_table(pa.table({"n": [1]}), draft)
        table = await artifacts.put_parquet(draft)
    moment = dt.datetime.now(dt.UTC)
    time.sleep(0.02)
    with artifacts.draft() as draft:
        pq.write_table(pa.table({"n": [1]}), draft)
        assert await artifacts.put_parquet(draft) == table
    assert not await artifacts.remove(table.sha256, unless_after=moment)


async def test_what_is_stored_while_it_is_being_removed_is_there_afterwards(artifacts: Artifacts) -> None:
    """Many times, from many threads: whoever was told that it is stored finds it, unless it was removed after that."""

    async def store_it() -> None:
        for _ in range(40):
            await artifacts.put_file(b"wanted", "text/plain")

    async def remove_it() -> None:
        for _ in range(40):
            await artifacts.remove(hashlib.sha256(b"wanted").hexdigest(), unless_after=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=60))

    await asyncio.gather(*(store_it() for _ in range(4)), *(remove_it() for _ in range(4)))
    stored = await artifacts.put_file(b"wanted", "text/plain")
    assert await artifacts.get_file(stored) == b"wanted"


async def test_only_files_named_by_their_content_are_found(tmp_path: Path) -> None:
    kept = FileArtifacts(f"file://{tmp_path}/artifacts")
    stored = await kept.put_file(b"ours", "text/plain")
    (tmp_path / "artifacts" / "notes.txt").write_text("not ours")
    (tmp_path / "artifacts" / "zz").mkdir()
    (tmp_path / "artifacts" / "zz" / stored.sha256).write_text("not where we put it")
    (tmp_path / "artifacts" / "tenant" / "ab").mkdir(parents=True)
    (tmp_path / "artifacts" / "tenant" / "ab" / ("ab" * 32)).write_text("somebody else's")
    far = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    assert await kept.written(since=dt.datetime(2000, 1, 1, tzinfo=dt.UTC), until=far) == (stored.sha256,)


async def test_an_object_store_writes_again_what_it_has_and_knows_when() -> None:
    kept = FileArtifacts(f"memory://artifacts-{uuid.uuid4().hex}")
    stored = await kept.put_file(b"shared", "text/plain")
    moment = dt.datetime.now(dt.UTC)
    time.sleep(0.02)
    await kept.put_file(b"shared", "text/plain")
    assert not await kept.remove(stored.sha256, unless_after=moment)
    assert await kept.remove(stored.sha256, unless_after=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1))
    assert await kept.written(since=moment - dt.timedelta(days=1), until=dt.datetime(2100, 1, 1, tzinfo=dt.UTC)) == ()
