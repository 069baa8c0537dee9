"""ports.Folders on local folders and on other filesystems of fsspec."""

import json
import os
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from analytics_agent.adapters import fsspec_folders
from analytics_agent.adapters.fsspec_folders import FsspecFolders
from analytics_agent.bootstrap import folder_problems
from analytics_agent.domain.delivery import Destination
from analytics_agent.errors import DeliveryRejected, FolderUnavailable

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def folder(url: str, **options: str) -> Destination:
    return Destination("folder", "archive", url, json.dumps(options) if options else None)


async def put(where: Destination, name: str = "late-run1.pdf", content: bytes = b"%PDF") -> None:
    await FsspecFolders().put(where, name, content)


async def test_a_file_is_written_whole_and_a_second_time_replaced(tmp_path: Path) -> None:
    where = folder(f"file://{tmp_path}/a folder/new")
    await put(where, content=b"first")
    await put(where, content=b"second")
    assert [each.name for each in (tmp_path / "a folder" / "new").iterdir()] == ["late-run1.pdf"]
    assert (tmp_path / "a folder" / "new" / "late-run1.pdf").read_bytes() == b"second"


async def test_a_file_that_cannot_be_completed_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FolderUnavailable, match="full"):
        await put(folder(f"file://{tmp_path}"))
    assert list(tmp_path.iterdir()) == []


async def test_an_object_store_gets_the_object_at_once() -> None:
    await put(folder("memory://reports/monthly"), content=b"whole")
    assert fsspec.filesystem("memory").cat_file("/reports/monthly/late-run1.pdf") == b"whole"


class Slow(MemoryFileSystem):  # type: ignore[misc]
    """A file server: what is written is seen while it grows, so it must be written beside and renamed."""

    protocol = "slow"
    store: dict[str, Any] = {}  # noqa: RUF012
    pseudo_dirs = [""]  # noqa: RUF012
    renamed: list[tuple[str, str]] = []  # noqa: RUF012

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.replace("slow://", "memory://")))

    def mv(self, path1: str, path2: str, **more: Any) -> None:
        self.renamed.append((path1, path2))
        super().mv(path1, path2, **more)


async def test_a_file_server_gets_it_under_another_name_first() -> None:
    fsspec.register_implementation("slow", Slow, clobber=True)
    for content in (b"first", b"second"):
        await put(folder("slow://reports"), content=content)
    files = fsspec.filesystem("slow")
    assert list(files.find("/")) == ["/reports/late-run1.pdf"]
    assert files.cat_file("/reports/late-run1.pdf") == b"second"
    assert [to for _, to in Slow.renamed] == ["/reports/late-run1.pdf"] * 2


async def test_options_reach_the_filesystem_as_what_they_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def opened(url: str, **options: Any) -> tuple[LocalFileSystem, str]:
        seen.update(options)
        raise PermissionError("geheim")

    monkeypatch.setattr(fsspec_folders, "url_to_fs", opened)
    with pytest.raises(DeliveryRejected, match="may not be written") as caught:
        await put(folder("memory://x", key="AK", anon="true", client_kwargs='{"endpoint_url": "http://s3"}', odd="{x"))
    assert seen == {"key": "AK", "anon": True, "client_kwargs": {"endpoint_url": "http://s3"}, "odd": "{x"}
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PermissionError(13, "geheim"), DeliveryRejected),
        (FileNotFoundError(2, "geheim"), DeliveryRejected),
        (NotADirectoryError(20, "geheim"), DeliveryRejected),
        (OSError(30, "geheim"), DeliveryRejected),
        (ConnectionResetError(104, "geheim"), FolderUnavailable),
        (TimeoutError("geheim"), FolderUnavailable),
    ],
)
async def test_what_a_filesystem_says_is_told_in_our_words(error: OSError, kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(fsspec_folders, "_write_locally", fail)
    with pytest.raises(kind) as caught:
        await put(folder("file:///srv/reports"))
    assert "geheim" not in str(caught.value) and "/srv" not in str(caught.value)


async def test_a_missing_driver_is_named_with_its_package() -> None:
    with pytest.raises(DeliveryRejected, match=r"s3fs.*\. It goes where the API and the workers run"):
        await put(folder("s3://bucket/prefix"))
    with pytest.raises(DeliveryRejected, match="no filesystem"):
        await put(folder("nothing://x"))


async def test_whether_there_is_a_driver_is_known_before_anything_is_opened() -> None:
    (missing,) = await folder_problems("s3://bucket/prefix")
    assert "s3fs" in missing and "bucket" not in missing
    assert await folder_problems("nothing://x") == ["'nothing' is no filesystem that fsspec knows."]
    assert await folder_problems("file:///nowhere/at/all") == []


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
async def test_who_may_read_a_file_is_what_the_process_gives_every_file(mask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        await put(folder(f"file://{tmp_path}"))
    finally:
        os.umask(before)
    assert (tmp_path / "late-run1.pdf").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "a\0b", "x" * 300])
async def test_a_name_that_leads_elsewhere_is_never_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(DeliveryRejected):
        await put(folder(f"file://{tmp_path}"), name)
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_hangs_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setattr(fsspec_folders, "PATIENCE", 0.1)
    monkeypatch.setattr(fsspec_folders, "_put", lambda *_: time.sleep(0.5))
    with pytest.raises(FolderUnavailable, match="does not answer"):
        await put(folder("file:///srv/reports"))


@pytest.mark.parametrize("url", ["file://{folder}/archive", "memory://erased-{name}"])
async def test_a_file_is_removed_once_and_others_stay(url: str, tmp_path: Path) -> None:
    where = folder(url.format(folder=tmp_path, name=tmp_path.name))
    await put(where)
    await put(where, "other.pdf")
    assert await FsspecFolders().remove(where, "late-run1.pdf")
    assert not await FsspecFolders().remove(where, "late-run1.pdf")
    assert await FsspecFolders().remove(where, "other.pdf")


async def test_a_file_of_a_folder_that_is_not_there_any_more_is_not_there(tmp_path: Path) -> None:
    assert not await FsspecFolders().remove(folder(f"file://{tmp_path}/gone"), "late-run1.pdf")


@pytest.mark.parametrize("name", ["../x.pdf", "a/b.pdf", "..", ""])
async def test_nothing_outside_of_a_folder_is_removed(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    with pytest.raises(DeliveryRejected):
        await FsspecFolders().remove(folder(f"file://{tmp_path}/archive"), name)
    assert (tmp_path / "x.pdf").exists()
