"""Reports and where they go: each thing that the API can do with them, described once for both clients."""

import uuid
from collections.abc import Sequence
from typing import Any

from analytics_agent.client.asking import once
from analytics_agent.client.steps import Send, Steps, endpoint, given, part

Delivery = dict[str, Any]


class Delivering:
    @endpoint
    def reports(self, *, limit: int = 50, before: str | None = None) -> Steps[dict[str, Any]]:
        """Your finished reports, newest first, in `reports`; `next` is the `before` of the page that follows."""
        page: dict[str, Any] = yield Send("GET", "/v1/reports", {"params": given(limit=limit, before=before)})
        return page

    @endpoint
    def deliver(
        self, run_id: str, to: str | Sequence[str], *, again: bool = False, idempotency_key: str | None = None
    ) -> Steps[list[Delivery]]:
        """Send a run's report: "ops@example.com", "webhook:NAME", "folder:NAME". What is on its way already is not sent twice.

        `again` sends it anew, also where it has arrived or may have. Gives a delivery for each recipient, with its state.
        """
        body = {"to": [to] if isinstance(to, str) else list(to), "again": again}
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        begun = yield from once(Send("POST", f"/v1/analyses/{part(run_id)}/deliveries", {"json": body, "headers": headers}))
        deliveries: list[Delivery] = begun["deliveries"]
        return deliveries

    @endpoint
    def deliveries(self, run_id: str) -> Steps[list[Delivery]]:
        """Where a run's report went, and where it could not go and why."""
        found = yield Send("GET", f"/v1/analyses/{part(run_id)}/deliveries")
        deliveries: list[Delivery] = found["deliveries"]
        return deliveries
