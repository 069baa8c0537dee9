"""Scheduled reports: each thing that the API can do with them, described once for both clients."""

import uuid
from collections.abc import Sequence
from typing import Any

from analytics_agent.client.asking import once
from analytics_agent.client.lists import ScheduleList
from analytics_agent.client.steps import Send, Steps, endpoint, given, part

Schedule = dict[str, Any]


def body_of(analysis: str, timing: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    lists = {name: list(options.pop(name)) for name in ("recipients", "formats") if options.get(name) is not None}
    options = {"as" if name == "as_user" else name: value for name, value in options.items()}
    return {"analysis": analysis, "timing": given(**timing), **given(**options), **lists}


class Scheduling:
    @endpoint
    def create_schedule(
        self,
        analysis: str,
        *,
        time_zone: str,
        cron: str | None = None,
        every: str | None = None,
        at: str | None = None,
        on: int | None = None,
        month: int | None = None,
        name: str | None = None,
        recipients: Sequence[str] | None = None,
        formats: Sequence[str] | None = None,
        publish: bool | None = None,
        moves_by: str | None = None,
        overlap: str | None = None,
        catch_up_hours: float | None = None,
        patient: bool | None = None,
        as_user: str | None = None,
        idempotency_key: str | None = None,
    ) -> Steps[Schedule]:
        """Run a succeeded analysis again and again. When: `cron`, or `every` (day, weekday, week, month, quarter, year) with `at`.

        `moves_by` is the unit by which its period moves, or "fixed"; left out, it is proposed. A connection that is lost midway is
        tried again, and makes one schedule.
        """
        timing = {"time_zone": time_zone, "cron": cron, "every": every, "at": at, "on": on, "month": month}
        options: dict[str, Any] = {"name": name, "recipients": recipients, "formats": formats, "publish": publish}
        options |= {"moves_by": moves_by, "overlap": overlap, "catch_up_hours": catch_up_hours, "patient": patient, "as_user": as_user}
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        made: Schedule = yield from once(Send("POST", "/v1/schedules", {"json": body_of(analysis, timing, options), "headers": headers}))
        return made

    @endpoint
    def preview_schedule(self, /, analysis: str, *, time_zone: str, **options: Any) -> Steps[Schedule]:
        """What `create_schedule` would make, with its next times and the period of each: nothing is made."""
        timing: dict[str, Any] = {name: options.pop(name) for name in ("cron", "every", "at", "on", "month") if name in options}
        sent = body_of(analysis, timing | {"time_zone": time_zone}, options)
        told: Schedule = yield Send("POST", "/v1/schedules/preview", {"json": sent})
        return told

    @endpoint
    def schedules(self, *, everyone: bool = False) -> Steps[ScheduleList]:
        """Your schedules, the newest first; everybody's for an administrator who asks for them."""
        kept = ScheduleList()
        before = None
        while True:
            page = yield Send("GET", "/v1/schedules", {"params": given(everyone=everyone or None, before=before)})
            kept += page["schedules"]
            before = page["next"]
            if before is None:
                return kept

    @endpoint
    def schedule(self, schedule_id: str) -> Steps[Schedule]:
        """A schedule with its next ten times, the period each covers, and its last runs."""
        kept: Schedule = yield Send("GET", f"/v1/schedules/{part(schedule_id)}")
        return kept

    @endpoint
    def pause_schedule(self, schedule_id: str, note: str | None = None) -> Steps[Schedule]:
        """No more reports until it is resumed."""
        kept: Schedule = yield Send("POST", f"/v1/schedules/{part(schedule_id)}/pause", {"json": given(note=note)})
        return kept

    @endpoint
    def resume_schedule(self, schedule_id: str) -> Steps[Schedule]:
        kept: Schedule = yield Send("POST", f"/v1/schedules/{part(schedule_id)}/resume")
        return kept

    @endpoint
    def run_schedule(self, schedule_id: str) -> Steps[Schedule]:
        """Make a report now. Its run is the first of `runs` a moment later."""
        kept: Schedule = yield Send("POST", f"/v1/schedules/{part(schedule_id)}/run")
        return kept

    @endpoint
    def backfill_schedule(self, schedule_id: str, begin: str, end: str) -> Steps[dict[str, Any]]:
        """Make the reports that were due from one day to another, both included. Gives how many, and when each was due."""
        sent = {"from": begin, "to": end}
        told: dict[str, Any] = yield Send("POST", f"/v1/schedules/{part(schedule_id)}/backfill", {"json": sent})
        return told

    @endpoint
    def delete_schedule(self, schedule_id: str) -> Steps[None]:
        """Its runs stay."""
        yield Send("DELETE", f"/v1/schedules/{part(schedule_id)}", gives="nothing")
