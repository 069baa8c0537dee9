"""Lists of reports, schedules and deliveries: what the API said, as the dict or list that it is, which shows itself as a table."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from analytics_agent.client.words import line, local_time

Row = Sequence[str]
_STATES = {"waiting": "on its way", "held": "held back"}
_MOST = 90
"""Characters of a cell."""


class ReportPage(dict[str, Any]):
    """`reports`, and in `next` the `before` of the page that follows."""

    HEADS = ("Report", "Covers", "Database", "Asked", "Files", "Sent", "Run")

    def _rows(self) -> list[Row]:
        return [
            (
                one["title"],
                one.get("period") or "",
                one["database"],
                _here(one["asked_at"]),
                ", ".join(one["files"]),
                _sent(one["deliveries"]),
                one["id"],
            )
            for one in self["reports"]
        ]

    def _more(self) -> str:
        return f"Older ones: client.reports(before={self['next']!r})" if self["next"] else ""

    def __repr__(self) -> str:
        return _text(self.HEADS, self._rows(), "report", self._more())

    def _repr_html_(self) -> str:
        return _html(self.HEADS, self._rows(), "report", self._more())


class ScheduleList(list[dict[str, Any]]):
    HEADS = ("Schedule", "When", "Next", "Covers", "To", "Id")

    def _rows(self) -> list[Row]:
        return [_schedule(one) for one in self]

    def __repr__(self) -> str:
        return _text(self.HEADS, self._rows(), "schedule")

    def _repr_html_(self) -> str:
        return _html(self.HEADS, self._rows(), "schedule")


class DeliveryList(list[dict[str, Any]]):
    """As the states were when it was asked for; `client.deliveries(run.id)` says how they are now."""

    HEADS = ("Recipient", "State", "Why")

    def _rows(self) -> list[Row]:
        return [(one["recipient"], _STATES.get(one["state"], one["state"]), one.get("reason") or "") for one in self]

    def _more(self) -> str:
        return "How it fares: client.deliveries(run.id)" if any(one["state"] == "waiting" for one in self) else ""

    def __repr__(self) -> str:
        return _text(self.HEADS, self._rows(), "delivery", self._more())

    def _repr_html_(self) -> str:
        return _html(self.HEADS, self._rows(), "delivery", self._more())


def _schedule(one: dict[str, Any]) -> Row:
    due = next(iter(one["next"]), None)
    paused = one["paused"]
    at = local_time(due["local"]) if due else "" if paused is None else f"paused: {paused}" if paused else "paused"
    covers = (due["period"] or "") if due else ""
    return one["name"], one["when"], at, covers, ", ".join(one["recipients"]) or "nobody; it is kept", one["id"]


def _sent(deliveries: Sequence[dict[str, Any]]) -> str:
    done = sum(one["state"] == "sent" for one in deliveries)
    return f"{done} of {len(deliveries)}" if deliveries else ""


def _here(moment: str) -> str:
    """On the clock of the reader's machine."""
    return local_time(datetime.fromisoformat(moment).astimezone().isoformat())


def _none(what: str) -> str:
    return f"No {what} yet."


def _filled(heads: Row, rows: Sequence[Row]) -> tuple[Row, list[Row]]:
    """Without the columns in which nothing stands, and each cell in one line."""
    used = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    return [heads[place] for place in used], [[line(row[place], _MOST) for place in used] for row in rows]


def _text(heads: Row, rows: Sequence[Row], what: str, more: str = "") -> str:
    from rich.cells import cell_len

    if not rows:
        return _none(what)
    heads, rows = _filled(heads, rows)
    wide = [max(cell_len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    lines = ["  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, wide, strict=True)) for row in (heads, *rows)]
    return "\n".join(one.rstrip() for one in (*lines, more) if one)


def _html(heads: Row, rows: Sequence[Row], what: str, more: str = "") -> str:
    from analytics_agent.client.answer_html import framed
    from analytics_agent.client.evidence_html import text

    if not rows:
        return framed(f"<p>{_none(what)}</p>")
    heads, rows = _filled(heads, rows)
    head = "".join(f"<th>{text(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f'<td dir="auto" title="{text(cell)}">{text(cell)}</td>' for cell in row) + "</tr>" for row in rows)
    table = f'<div class="aa-scroll"><table class="aa-t"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    return framed(table + (f'<p class="aa-src">{text(more)}</p>' if more else ""))
