"""One line below a step in the progress of a run: a query, a finding, a tool call, a warning."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from analytics_agent.cli.plain import line
from analytics_agent.cli.table import shortened, shortened_inside
from analytics_agent.client.words import counted

_STYLES = {"✓": "green", "✗": "red", "!": "yellow"}
_TOLD, _TIMED = 11, 9


@dataclass(frozen=True)
class Line:
    """`key` is the result it speaks of, if any. `awaited`: a finding will say it better in a moment."""

    key: str
    mark: str
    title: str
    whose: str = ""
    told: str = ""
    timed: str = ""
    awaited: bool = False

    def plain(self) -> Text:
        return Text("  ".join(("   ", self.mark, self.title, *(part for part in (self.whose, self.told, self.timed) if part))))

    def live(self, width: int) -> Text:
        """Exactly `width` cells: mark, title, and at the right rows and milliseconds or a value."""
        right = f"{self.told:>{_TOLD}} {self.timed:>{_TIMED}}" if self.timed else self.told
        if self.whose:
            right = f"{shortened(self.whose, max(8, width // 3 - cell_len(right)))}  {right}"
        head = f"{self.mark:<4}"
        room = max(4, width - 4 - len(head) - cell_len(right) - 2)
        title = shortened_inside(self.title, room)
        blanks = " " * (room - cell_len(title) + 2)
        style = "" if self.mark == "✓" else "dim"
        return Text.assemble("    ", (head, _STYLES.get(self.mark, "cyan")), title, blanks, (right, style))


def line_of(event: dict[str, Any], value: Callable[[dict[str, Any]], tuple[str, str]]) -> Line | None:
    """None for what is not shown. `value` says what a finding comes to."""
    kind, data, seq = event["kind"], event["data"], str(event["seq"])
    if kind == "query":
        computed = data["source"] == "computed"
        taken = "computed" if computed else f"{data['milliseconds']:,.0f} ms"
        return Line(data["id"], data["id"], _of_line(data), told=counted(data["rows"], "row"), timed=taken, awaited=computed)
    if kind == "finding":
        whose, told = value(data)
        return Line(data["result"], "✓", line(data["title"]), line(whose), line(told))
    if kind == "tool":
        wrong = data.get("is_error", False)
        return Line(seq, "✗" if wrong else "›", _of_line(data), told="mended" if wrong else "")
    if kind == "report":
        return Line(seq, "✓", " and ".join(data["formats"]))
    if kind == "published":
        return Line(seq, "✓", f"dashboard with {counted(data['charts'], 'chart')}")
    if kind == "warning":
        return Line(seq, "!", line(data["message"]))
    if kind == "approval":
        mark = {"asked": "?", "approved": "✓"}.get(data["state"], "✗")
        return Line(seq, mark, f"{data['state']}: {line(data['why'])}" if mark != "?" else line(data["why"]))
    if kind == "ask":
        return Line(seq, "?", line(data["question"]))
    return None


def _of_line(data: dict[str, Any]) -> str:
    """A title, set under the others where it belongs to a line of inquiry."""
    title = line(data.get("title") or data["name"])
    return f"↳ {title}" if data.get("line") else title
