"""A change split over parts, as the offline model judges it: which parts bring more of it than their share of the rows.

That dry hours bring most of a rise says nothing where most flights leave in dry hours; a quarter of the flights that brings half of
it does. What cannot be told from the rows that were shown is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analytics_agent.adapters.offline.evidence import Column, Evidence, Shown
from analytics_agent.adapters.offline.words import at, cell, is_name, is_proper, number, preposition, small

EXCESS, LIFT = 0.1, 1.25
"""A part stands out when its share of the change exceeds its share of the rows by so much, and is so many times as large."""
MOST_ROWS = 0.5
"""That nearly all rows bring more than the whole change, against the others, says nothing."""
FEWEST_ROWS = 0.02
"""Parts with a smaller share of the rows are passed over where the largest change of a part is named."""


@dataclass(frozen=True)
class Split:
    """One contribution finding. `noun` is what its shares are of ("departures"), `change` the overall change."""

    finding: Mapping[str, Any]
    result: Shown
    measure: Column
    noun: str

    @property
    def by(self) -> Column:
        return self.result.columns[0]

    @property
    def weighted(self) -> bool:
        return self.result.has("share_before", "share_now")

    @property
    def whole(self) -> bool:
        return self.result.rows <= len(self.result.preview)

    @property
    def when(self) -> str:
        return preposition(next((c for c in self.result.columns if c.name == "before_group"), None))

    def number(self, row: int, name: str) -> float | None:
        return number(self.result.preview[row].get(name))

    def at(self, row: int, name: str) -> str:
        return at(self.result, name, row)

    @cached_property
    def change(self) -> float:
        return self.number(0, "total_change") or 0.0 if self.result.preview else 0.0

    @cached_property
    def parts(self) -> list["Part"]:
        """Parts with a name and all the numbers it takes, the largest contribution first."""
        return [part for row in range(len(self.result.preview)) if (part := _part(self, row))]

    @cached_property
    def cause(self) -> "Part | None":
        """The part that stands out most."""
        found = [part for part in self.parts if part.stands_out]
        return max(found, key=lambda part: part.excess) if found else None


@dataclass(frozen=True)
class Part:
    """One row of a split. `share` is of the rows behind the measure, the larger of before and now; of a total, that of before."""

    split: Split
    row: int
    share: float
    of_change: float

    @property
    def excess(self) -> float:
        return self.of_change - self.share

    @property
    def stands_out(self) -> bool:
        telling = self.of_change <= 1 or self.share <= MOST_ROWS
        return telling and self.excess >= EXCESS and self.of_change >= LIFT * self.share

    @property
    def name(self) -> str:
        return cell(self.split.result, self.row, self.split.by)

    @property
    def is_proper(self) -> bool:
        return self.split.by.type == "text" and is_proper(self.split.result.preview[self.row].get(self.split.by.name))

    @property
    def called(self) -> str:
        """ "Kennedy" stands alone; "evening" takes the noun."""
        return self.name if self.is_proper else f"{self.name} {self.split.noun}"

    @property
    def is_shift(self) -> bool:
        """Whether it brings its part by becoming more or fewer rather than by changing itself."""
        rate, mix = (abs(self.split.number(self.row, name) or 0.0) for name in ("rate_effect", "mix_effect"))
        return mix > rate

    @property
    def source(self) -> str:
        """What the change comes from, as a headline says it: "evening departures", "fewer wet departures"."""
        if not self.is_shift:
            return self.called
        before, now = (self.split.number(self.row, name) or 0.0 for name in ("share_before", "share_now"))
        return f"{'more' if now > before else 'fewer'} {self.name} {self.split.noun}"

    @property
    def in_heading(self) -> bool:
        return is_name(self.split.by, self.split.result.preview[self.row].get(self.split.by.name))

    @property
    def own_change(self) -> float:
        before, now = (self.split.number(self.row, name) for name in ("before", "now"))
        return now - before if before is not None and now is not None else 0.0

    @property
    def changed_most(self) -> bool:
        """Whether no other part of some size changed more, where the part changed in the direction of the whole."""
        others = [other.own_change for other in self.split.parts if other.share >= FEWEST_ROWS]
        most = max(others, key=abs, default=0.0)
        return self.split.whole and self.own_change * self.split.change > 0 and abs(self.own_change) >= abs(most)


def splits(evidence: Evidence) -> list[Split]:
    """The contributions, in the order in which they were asked for."""
    found = []
    for finding in evidence.findings:
        parameters = finding.get("parameters", {})
        measure = _column(evidence, parameters.get("measure"))
        weight = _column(evidence, parameters.get("weight"))
        if finding["operation"] == "contribution" and measure:
            noun = small((weight or measure).label)
            found.append(Split(finding, evidence.results[finding["result"]], measure, noun))
    return found


def _column(evidence: Evidence, name: object) -> Column | None:
    columns = (column for result in evidence.results.values() if result.source != "computed" for column in result.columns)
    return next((column for column in columns if column.name == name), None)


def _part(split: Split, row: int) -> Part | None:
    of_change, share = split.number(row, "share_of_change"), _share(split, row)
    named = split.result.preview[row].get(split.by.name) not in (None, "")
    return Part(split, row, share, of_change) if named and of_change is not None and share is not None else None


def _share(split: Split, row: int) -> float | None:
    if split.weighted:
        shares = [split.number(row, name) for name in ("share_before", "share_now")]
        return max((share for share in shares if share is not None), default=None)
    before, total = split.number(row, "before"), split.number(row, "total_before")
    return before / total if before is not None and before >= 0 and total else None


def standing_out(found: Sequence[Split]) -> list[Part]:
    """The part of each split that stands out most, the most telling first."""
    return sorted((split.cause for split in found if split.cause), key=lambda part: -part.excess)
