"""Datasets, charts and dashboards in Superset: each is found by our uuid and changed, or made under it. Doing it twice is doing it once."""

import json
from typing import Any

from analytics_agent.adapters.superset.connection import connection_body, connection_uuid
from analytics_agent.adapters.superset.layout import CSS, positions
from analytics_agent.adapters.superset.query import query_context
from analytics_agent.adapters.superset.session import SupersetSession
from analytics_agent.domain.database import Database
from analytics_agent.domain.publish_plan import ChartPlan, DatasetPlan, PublishPlan
from analytics_agent.errors import PublishRejected

_COLUMN_KEYS = ("id", "column_name", "type", "is_dttm", "groupby", "filterable", "is_active", "expression", "python_date_format", "uuid")


async def ensure_database(session: SupersetSession, database: Database, timeout_seconds: float) -> int:
    """Superset's number of the connection. Superset tests it each time: a warehouse it cannot reach is refused here."""
    uuid, body = connection_uuid(database), connection_body(database, timeout_seconds)
    found = await session.select("database/", "uuid", uuid)
    if not found:
        try:
            return await session.create("database/", {**body, "uuid": uuid})
        except PublishRejected:
            found = await session.select("database/", "uuid", uuid)
            if not found:
                raise
    await session.change(f"database/{found[0]['id']}", body)
    return int(found[0]["id"])


async def ensure_dataset(
    session: SupersetSession, plan: DatasetPlan, database_id: int, schema: str | None, owner: int | None = None
) -> int:
    """Superset's number of the dataset, its columns read from the database and labeled as in the answer."""
    body = {"table_name": plan.name, "sql": plan.sql, "schema": schema, **_owned(owner)}
    dataset_id, existed = await _ensure(session, "dataset", plan.uuid, {**body, "database": database_id})
    path = f"dataset/{dataset_id}"
    if existed:
        await session.change(path, {**body, "database_id": database_id}, override_columns="true")
    stored = await session.find(path) or {}
    columns = [_labeled(column, plan) for column in stored.get("columns", [])]
    marked = {"extra": json.dumps({"certification": {"certified_by": plan.certified_by, "details": plan.certification_details}})}
    await session.change(path, {"description": plan.description, "columns": columns, **(marked if plan.certified_by else {})})
    return dataset_id


async def ensure_chart(session: SupersetSession, plan: ChartPlan, dataset_id: int, owner: int | None = None) -> int:
    params = {**plan.params, "viz_type": plan.viz_type, "datasource": f"{dataset_id}__table"}
    body = {
        "slice_name": plan.title,
        "description": plan.description,
        "viz_type": plan.viz_type,
        "datasource_id": dataset_id,
        "datasource_type": "table",
        "params": json.dumps(params),
        "query_context": json.dumps(query_context(plan.viz_type, params, dataset_id)),
        **_owned(owner),
    }
    if plan.certified_by:
        body |= {"certified_by": plan.certified_by, "certification_details": plan.certification_details}
    chart_id, existed = await _ensure(session, "chart", plan.uuid, body)
    if existed:
        await session.change(f"chart/{chart_id}", body)
    return chart_id


async def ensure_dashboard(session: SupersetSession, plan: PublishPlan, chart_ids: dict[str, int]) -> int:
    body = {"dashboard_title": plan.title, "slug": plan.slug, **_owned(plan.owner)}
    dashboard_id, _ = await _ensure(session, "dashboard", plan.uuid, {**body, "published": False})
    metadata = {
        "positions": positions(plan, chart_ids),
        "color_scheme": "supersetColors",
        "cross_filters_enabled": False,
    }
    shown = plan.status == "published"  # to others only now that it is whole
    await session.change(f"dashboard/{dashboard_id}", {**body, "published": shown, "css": CSS, "json_metadata": json.dumps(metadata)})
    return dashboard_id


def _owned(owner: int | None) -> dict[str, list[int]]:
    """Superset adds our service account by itself; a person who owns a dataset may query it."""
    return {"owners": [owner]} if owner is not None else {}


async def check_chart(session: SupersetSession, plan: ChartPlan, chart_id: int, rows_expected: bool) -> None:
    """Ask for the chart's data as a scheduled report would. Raises PublishRejected when it shows an error or nothing."""
    results = (await session.read(f"chart/{chart_id}/data/", force="true"))["result"]
    problem = next((result["error"] for result in results if result.get("error")), None)
    if problem:
        raise session.refusal(f"the chart {plan.title} cannot be drawn: {problem}")
    if rows_expected and not any(result.get("rowcount") for result in results):
        raise PublishRejected(f"The chart {plan.title} shows no rows although its query had some.", hint="Has the data changed? Ask again.")


async def remove_object(session: SupersetSession, kind: str, uuid: str) -> bool:
    found = await session.find(f"{kind}/{uuid}")
    return found is not None and await session.remove(f"{kind}/{found['id']}")


async def make_nameless(session: SupersetSession, uuid: str) -> None:
    """Take from a dataset what its question gave it. Its SQL stays: somebody's chart stands on it."""
    found = await session.find(f"dataset/{uuid}")
    if found is not None:
        path = f"dataset/{found['id']}"
        named = [{key: column.get(key) for key in _COLUMN_KEYS} for column in found.get("columns", [])]
        columns = [{**column, "verbose_name": None, "description": None} for column in named]
        await session.change(path, {"table_name": f"erased {uuid}", "description": None, "columns": columns})


async def used_by_others(session: SupersetSession, uuid: str) -> bool:
    """Whether somebody drew a chart of their own on this dataset."""
    found = await session.find(f"dataset/{uuid}")
    return found is not None and bool((await session.read(f"dataset/{found['id']}/related_objects"))["charts"]["count"])


async def _ensure(session: SupersetSession, kind: str, uuid: str, body: dict[str, Any]) -> tuple[int, bool]:
    """Number, and whether it was there before. A second publisher may win the race between looking and making."""
    found = await session.find(f"{kind}/{uuid}")
    if found is None:
        try:
            return await session.create(f"{kind}/", {**body, "uuid": uuid}), False
        except PublishRejected:
            found = await session.find(f"{kind}/{uuid}")
            if found is None:
                raise
    return int(found["id"]), True


def _labeled(column: dict[str, Any], plan: DatasetPlan) -> dict[str, Any]:
    known = next((c for c in plan.columns if c.name == column["column_name"]), None)
    kept = {key: column.get(key) for key in _COLUMN_KEYS}
    return {**kept, "verbose_name": known.label, "description": known.unit} if known else kept
