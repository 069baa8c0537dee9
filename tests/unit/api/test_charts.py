"""The report's charts over HTTP: pictures of one's own runs, cached, and harmless when a browser opens them."""

from dataclasses import replace

import pytest
from fakes.api import Api

from analytics_agent.api.document import document
from analytics_agent.domain.report import Report, ReportChart

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def charted_run(api: Api, *, older: bool = False) -> str:
    """A run with one chart; an older one has only its wide light drawing."""
    run_id: str = await api.finished_run()
    drawn = [await api.artifacts.put_file(f"<svg>{name}</svg>".encode(), "image/svg+xml") for name in ("wide", "dark", "narrow", "both")]
    chart = ReportChart("Left late", "Bars: A 35 %.", drawn[0], "By carrier. Percent.", ("2 are left out.",), "r1")
    if not older:
        chart = ReportChart(chart.title, chart.alt, chart.svg, chart.subtitle, chart.notes, chart.result, *drawn[1:])
    await api.store.save_document(run_id, "report", Report(charts=(chart,)))
    return run_id


@pytest.mark.parametrize(
    ("asked", "drawing"),
    [("", "wide"), ("?theme=dark", "dark"), ("?width=narrow", "narrow"), ("?theme=dark&width=narrow", "both")],
)
async def test_a_chart_is_had_for_both_backgrounds_and_widths(api: Api, asked: str, drawing: str) -> None:
    answer = await api.client(api.ask).get(f"/v1/analyses/{await charted_run(api)}/charts/1.svg{asked}")
    assert (answer.status_code, answer.text) == (200, f"<svg>{drawing}</svg>")
    assert answer.headers["content-type"] == "image/svg+xml"


async def test_a_drawing_that_was_not_made_gives_way_to_the_wide_light_one(api: Api) -> None:
    answer = await api.client(api.ask).get(f"/v1/analyses/{await charted_run(api, older=True)}/charts/1.svg?theme=dark&width=narrow")
    assert answer.text == "<svg>wide</svg>"


async def test_a_browser_that_opens_a_chart_runs_nothing(api: Api) -> None:
    headers = (await api.client(api.ask).get(f"/v1/analyses/{await charted_run(api)}/charts/1.svg")).headers
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"


async def test_a_chart_that_is_known_already_is_not_sent_again(api: Api) -> None:
    address, client = f"/v1/analyses/{await charted_run(api)}/charts/1.svg", api.client(api.ask)
    tag = (await client.get(address)).headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get(address, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await client.get(address + "?theme=dark", headers={"If-None-Match": tag})).status_code == 200


async def test_a_chart_that_is_not_there_and_a_run_of_somebody_else_are_not_found(api: Api) -> None:
    run_id = await charted_run(api)
    beyond = await api.client(api.ask).get(f"/v1/analyses/{run_id}/charts/2.svg")
    assert (beyond.status_code, beyond.json()["hint"]) == (404, "It has 1.")
    none = await api.client(api.ask).get(f"/v1/analyses/{await api.finished_run()}/charts/1.svg")
    assert (none.status_code, none.json()["hint"]) == (404, "It has none.")
    assert (await api.client(api.other).get(f"/v1/analyses/{run_id}/charts/1.svg")).status_code == 404
    for wrong in ("0.svg", "x.svg", "1.svg?theme=blue"):
        assert (await api.client(api.ask).get(f"/v1/analyses/{run_id}/charts/{wrong}")).status_code in {404, 422}


async def test_the_document_names_the_charts(api: Api) -> None:
    run_id = await charted_run(api)
    run = replace(await api.store.run(run_id), report=await api.store.document(run_id, "report", Report) or Report())
    (chart,) = document(run)["report"]["charts"]
    assert chart == {
        "title": "Left late",
        "subtitle": "By carrier. Percent.",
        "alt": "Bars: A 35 %.",
        "notes": ["2 are left out."],
        "result": "r1",
        "url": f"/v1/analyses/{run_id}/charts/1.svg",
    }
    assert (await api.client(api.ask).get(chart["url"])).status_code == 200
