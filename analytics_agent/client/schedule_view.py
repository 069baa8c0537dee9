"""A schedule as a Python object: when the next reports are due, what each covers, and how the last ones went."""

from typing import TYPE_CHECKING, Any

from analytics_agent.client.words import line, local_time
from analytics_agent.domain.invisible import visible

if TYPE_CHECKING:
    from analytics_agent.client.client import Client

NEXT = 6


class ScheduleView:
    """`document` is all of it. What changes a schedule gives the same object, changed."""

    def __init__(self, source: "Client", document: dict[str, Any]) -> None:
        self._source = source
        self.document = document

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def name(self) -> str:
        return str(self.document["name"])

    def pause(self, note: str | None = None) -> "ScheduleView":
        return self._now(self._source.pause_schedule(self.id, note))

    def resume(self) -> "ScheduleView":
        return self._now(self._source.resume_schedule(self.id))

    def run_now(self) -> "ScheduleView":
        """Make a report now. Its run is the first of `document["runs"]` a moment later."""
        return self._now(self._source.run_schedule(self.id))

    def backfill(self, begin: str, end: str) -> dict[str, Any]:
        """Make the reports that were due from one day to another, both included. Gives how many, and when each was due."""
        return self._source.backfill_schedule(self.id, begin, end)

    def refresh(self) -> "ScheduleView":
        return self._now(self._source.schedule(self.id))

    def delete(self) -> None:
        """Its runs stay."""
        self._source.delete_schedule(self.id)

    def _now(self, document: dict[str, Any]) -> "ScheduleView":
        self.document = document
        return self

    @property
    def _state(self) -> str:
        paused = self.document["paused"]
        return "" if paused is None else f" Paused: {visible(paused) or 'no note'}."

    def __repr__(self) -> str:
        return f"<Schedule {self.id} {visible(self.name)}: {self.document['when']}.{self._state}>"

    def _repr_html_(self) -> str:
        from analytics_agent.client.answer_html import framed
        from analytics_agent.client.evidence_html import text

        told, to = self.document, ", ".join(self.document["recipients"]) or "nobody; it is kept"
        rows = "".join(
            f"<tr><td>{text(local_time(due['local']))}</td><td>{text(due['period'] or '')}</td></tr>" for due in told["next"][:NEXT]
        )
        table = f'<table class="aa-t"><thead><tr><th>Due</th><th>Covers</th></tr></thead><tbody>{rows}</tbody></table>' if rows else ""
        notes = f'<p class="aa-src">{text(" ".join((*told["policies"].values(), *told["warnings"])))}</p>'
        about = f'<p class="aa-src">{text(told["when"])} · to {text(line(to, 200))} · schedule <code>{text(self.id)}</code></p>'
        paused = f'<p class="aa-src"><b>{text(self._state.strip())}</b></p>' if self._state else ""
        return framed(f'<p class="aa-head" dir="auto">{text(self.name)}</p>{about}{paused}{table}{notes}')
