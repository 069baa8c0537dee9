"""What only files have: atomic writes, damage, full disks, paths."""

import asyncio
import errno
import os
import subprocess
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics_agent.adapters.file_artifacts import FileArtifacts
from analytics_agent.domain.artifact import Artifact
from analytics_agent.errors import OperatorError, StorageFull

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def artifacts(tmp_path: Path) -> FileArtifacts:
    return FileArtifacts(f"file://{tmp_path}/artifacts")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_file_is_named_by_its_content_and_stored_once(artifacts: FileArtifacts, tmp_path: Path) -> None:
    stored = [await artifacts.put_file(b"hello", "text/plain") for _ in range(2)]
    (path,) = _files(tmp_path)
    assert path.name == stored[0].sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


async def test_many_writers_of_the_same_bytes_leave_one_whole_file(artifacts: FileArtifacts, tmp_path: Path) -> None:
    content = os.urandom(500_000)
    stored = await asyncio.gather(*(artifacts.put_file(content, "text/plain") for _ in range(12)))
    assert len(_files(tmp_path)) == 1
    assert await artifacts.get_file(stored[0]) == content


async def test_tables_are_parquet_compressed_with_zstd(artifacts: FileArtifacts, tmp_path: Path) -> None:
    await artifacts.put_table(pa.table({"a": [1, 2, 3]}))
    metadata = pq.read_metadata(_files(tmp_path)[0])
    assert metadata.row_group(0).column(0).compression == "ZSTD"


async def test_damage_is_noticed_and_mended_by_the_next_write(artifacts: FileArtifacts, tmp_path: Path) -> None:
    stored = await artifacts.put_file(b"hello", "text/plain")
    (path,) = _files(tmp_path)
    path.write_bytes(b"hell0")
    with pytest.raises(OperatorError, match="damaged"):
        await artifacts.get_file(stored)
    await artifacts.put_file(b"hello", "text/plain")
    assert await artifacts.get_file(stored) == b"hello"


async def test_what_claims_to_be_a_table_and_is_none_is_refused(artifacts: FileArtifacts) -> None:
    with pytest.raises(OperatorError, match="not a Parquet file"):
        await artifacts.get_table(await artifacts.put_file(b"no table", "application/vnd.apache.parquet"))


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, "0" * 63, "0" * 64 + "\n", "/" * 64])
async def test_only_a_digest_becomes_a_path(artifacts: FileArtifacts, name: str) -> None:
    with pytest.raises(OperatorError, match="not a SHA-256"):
        await artifacts.get_file(Artifact(name, 1, "text/plain"))


async def test_a_write_that_fails_leaves_nothing_behind(artifacts: FileArtifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match="full"):
        await artifacts.put_file(b"hello", "text/plain")
    assert _files(tmp_path) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
async def test_a_disk_that_is_really_full_is_said_to_be_full(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("this system does not let us mount")
    try:
        small = FileArtifacts(f"file://{tmp_path}")
        kept = await small.put_file(b"hello", "text/plain")
        with pytest.raises(StorageFull):
            await small.put_file(os.urandom(1_000_000), "text/plain")
        assert await small.get_file(kept) == b"hello"
        assert len(_files(tmp_path)) == 1
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


async def test_a_folder_that_cannot_be_written_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OperatorError, match="ANALYTICS_AGENT_ARTIFACTS_URL"):
        await FileArtifacts(f"file://{tmp_path}/file").put_file(b"hello", "text/plain")


@pytest.mark.parametrize("url", ["nonsense://x", "s3-typo://bucket"])
def test_an_unknown_kind_of_address_names_the_setting(url: str) -> None:
    with pytest.raises(OperatorError, match="ANALYTICS_AGENT_ARTIFACTS_URL"):
        FileArtifacts(url)


async def test_any_fsspec_filesystem_will_do() -> None:
    anywhere = FileArtifacts("memory://artifacts")
    stored = await anywhere.put_file(b"hello", "text/plain")
    assert await anywhere.get_file(stored) == b"hello"


async def test_only_their_owner_reads_them(artifacts: FileArtifacts, tmp_path: Path) -> None:
    await artifacts.put_file(b"hello", "text/plain")
    assert (tmp_path / "artifacts").stat().st_mode & 0o077 == 0


async def test_drafts_that_a_dead_process_left_are_removed_after_a_day(tmp_path: Path) -> None:
    artifacts = FileArtifacts(f"file://{tmp_path}/artifacts")
    with artifacts.draft() as draft:
        folder = draft.parent
    for name, age in (("analytics-agent-draft-old", 90_000), ("analytics-agent-draft-new", 60), ("other", 90_000)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age, time.time() - age))
    with artifacts.draft():
        assert {path.name for path in folder.iterdir()} == {"analytics-agent-draft-new", "other"}


async def test_a_damaged_file_is_mended_by_the_same_rows(tmp_path: Path) -> None:
    artifacts = FileArtifacts(f"file://{tmp_path}/artifacts")
    for _ in range(2):
        with artifacts.draft() as draft:
            pq.write_table(pa.table({"n": [1, 2]}), draft)
            stored = await artifacts.put_parquet(draft)
        path = tmp_path / "artifacts" / stored.sha256[:2] / stored.sha256
        assert (await artifacts.get_table(stored)).num_rows == 2
        path.write_bytes(b"damaged")
    with artifacts.draft() as draft:
        pq.write_table(pa.table({"n": [1, 2]}), draft)
        assert (await artifacts.get_table(await artifacts.put_parquet(draft))).num_rows == 2
