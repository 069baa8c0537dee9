"""Results and reports as files: exact, disarmed, cached by their content."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes.api import Api
from fakes.records import query
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.api import downloads
from analytics_agent.api.result_files import to_csv, to_json

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", '=HYPERLINK("http://x")'])
def test_text_that_a_spreadsheet_would_run_is_disarmed(cell: str) -> None:
    assert _rows(to_csv(pa.table({"a": [cell], cell: ["x"]}))) == [["a", f"'{cell}"], [f"'{cell}", "x"]]


def test_negative_numbers_stay_numbers() -> None:
    table = pa.table({"i": [-1], "f": [-1.5], "d": pa.array([Decimal("-1.10")]), "t": ["-1"]})
    assert _rows(to_csv(table))[1] == ["-1", "-1.5", "-1.10", "'-1"]


def test_csv_is_rfc_4180() -> None:
    content = to_csv(pa.table({"a": ['say "hi", you', None, "two\nlines"], "b": [True, False, None]}))
    assert content == b'a,b\r\n"say ""hi"", you",true\r\n,false\r\n"two\nlines",\r\n'


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=("Cs",))), st.integers(-(2**60), 2**60)), max_size=20))
def test_csv_reads_back_with_every_cell_in_place(rows: list[tuple[str, int]]) -> None:
    table = pa.table({"t": pa.array([text for text, _ in rows], pa.string()), "n": pa.array([n for _, n in rows], pa.int64())})
    read = _rows(to_csv(table))[1:]
    assert len(read) == len(rows)
    for (text, number), (cell, digits) in zip(rows, read, strict=True):
        assert cell in {text, f"'{text}"}
        assert int(digits) == number


def test_a_table_without_rows_is_its_header() -> None:
    assert to_csv(pa.table({"a": pa.array([], pa.int64())})) == b"a\r\n"


def test_json_keeps_money_exact_and_has_no_nan() -> None:
    table = pa.table(
        {
            "short": pa.array([Decimal("1.10")]),
            "long": pa.array([Decimal("12345678901234567.89")]),
            "nan": [float("nan")],
            "day": [dt.date(2013, 6, 1)],
            "at": pa.array([dt.datetime(2013, 6, 1, 12, tzinfo=dt.UTC)], pa.timestamp("us", "UTC")),
            "list": [[1, None]],
            "bytes": [b"\x00\xff"],
        }
    )
    row = to_json(table, query(id="r1"))["rows"][0]
    assert row == [1.1, "12345678901234567.89", None, "2013-06-01", "2013-06-01T12:00:00+00:00", [1, None], "00ff"]


async def test_a_result_is_had_in_three_forms(api: Api) -> None:
    run_id, client = await api.finished_run(), api.client(api.ask)
    base = f"/v1/analyses/{run_id}/results/r1"
    assert (await client.get(f"{base}.csv")).text == "carrier,delay\r\nF9,20.215543\r\nEV,19.95539\r\n"
    as_json = (await client.get(f"{base}.json", params={"limit": 1})).json()
    assert as_json["columns"][1] == {"name": "delay", "label": "Mean delay", "type": "number", "unit": "min"}
    assert (as_json["rows"], as_json["total"], as_json["truncated"]) == ([["F9", 20.215543]], 2, False)
    table = pq.ParquetFile(io.BytesIO((await client.get(f"{base}.parquet")).content)).read()
    assert table.column("carrier").to_pylist() == ["F9", "EV"]


async def test_an_unknown_result_names_those_there_are(api: Api) -> None:
    run_id = await api.finished_run()
    answer = await api.client(api.ask).get(f"/v1/analyses/{run_id}/results/r9.csv")
    assert (answer.status_code, answer.json()["hint"]) == (404, "It has r1.")


async def test_a_large_result_is_sent_as_csv_while_it_is_written_and_is_the_same(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/v1/analyses/{await api.finished_run()}/results/r1.csv"
    client = api.client(api.ask)
    whole = await client.get(path)
    monkeypatch.setattr(downloads, "STREAMED", 0)
    pieces = await client.get(path)
    assert (pieces.content, pieces.headers["etag"]) == (whole.content, whole.headers["etag"])
    assert ("content-length" in whole.headers, "content-length" in pieces.headers) == (True, False)
    part = await client.get(path, headers={"Range": "bytes=3-9"})
    assert (part.status_code, part.content) == (206, whole.content[3:10])


@pytest.mark.parametrize("path", ["results/r1.csv", "results/r1.parquet", "report.html", "report.pdf"])
async def test_files_are_saved_and_never_run_on_our_address(api: Api, path: str) -> None:
    answer = await api.client(api.ask).get(f"/v1/analyses/{await api.finished_run()}/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["results/r1.csv", "results/r1.parquet", "report.html", "report.pdf"])
async def test_a_file_that_is_known_already_is_not_sent_again(api: Api, path: str) -> None:
    address, client = f"/v1/analyses/{await api.finished_run()}/{path}", api.client(api.ask)
    tag = (await client.get(address)).headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get(address, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await client.get(address, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_the_reports_are_the_stored_bytes(api: Api) -> None:
    run_id, client = await api.finished_run(), api.client(api.ask)
    pdf = await client.get(f"/v1/analyses/{run_id}/report.pdf")
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF-1.7 report", "application/pdf")
    assert pdf.headers["content-disposition"] == f'attachment; filename="how-late-were-flights-{run_id}.pdf"'


async def test_a_run_without_a_report_says_so(api: Api) -> None:
    asked: dict[str, Any] = {"question": "How late?", "database": "flights"}
    run_id = (await api.client(api.ask).post("/v1/analyses", json=asked)).json()["id"]
    answer = await api.client(api.ask).get(f"/v1/analyses/{run_id}/report.pdf")
    assert (answer.status_code, answer.json()["detail"]) == (404, "The run has no PDF report.")


async def test_rows_around_a_cell_far_down_are_read_without_the_rest(api: Api) -> None:
    table = pa.table({"carrier": [f"c{number}" for number in range(50_000)], "delay": [float(number) for number in range(50_000)]})
    run_id = await api.finished_run(table=table)
    client = api.client(api.ask)
    path = f"/v1/analyses/{run_id}/results/r1.json"
    page = (await client.get(path, params={"offset": 40_000, "limit": 2})).json()
    assert (page["rows"], page["offset"], page["total"]) == ([["c40000", 40_000.0], ["c40001", 40_001.0]], 40_000, 50_000)
    assert (await client.get(path, params={"offset": 49_999, "limit": 200})).json()["rows"] == [["c49999", 49_999.0]]
    beyond = (await client.get(path, params={"offset": 2**53, "limit": 200})).json()
    assert (beyond["rows"], beyond["total"]) == ([], 50_000)
    for wrong in ("-1", "1.5", "x", str(2**64)):
        assert {(await client.get(path, params={name: wrong})).status_code for name in ("offset", "limit")} == {422}
