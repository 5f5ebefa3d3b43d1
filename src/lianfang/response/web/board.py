"""What the wall shows of one area: the figures, the five lines, the areas below; and the mark that says what is new."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lianfang.response.cases.queries import cases as case_queries
from lianfang.response.duties import queries
from lianfang.response.duties.models import Duty
from lianfang.response.duties.queries import Count
from lianfang.response.duties.rules import KINDS, LINES
from lianfang.response.ledger.queries import head_seq
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import reach
from lianfang.response.web import curve as drawing

MEASURES = ("late", "open", "cases", "contacts", "samples")
LATE_SHOWN = 12
_KINDS_OF = {"contacts": ("place_contact", "review_contact"), "samples": ("sample_person",)}


@dataclass(frozen=True)
class Line:
    """One of the five lines of work in one area: how far, and what is due next."""

    name: str
    count: Count
    next: Duty | None


@dataclass(frozen=True)
class Row:
    """One area below this one, as the table and the map show it."""

    area: Area
    count: Count
    value: int


def mark(now: datetime) -> str:
    """What a page has seen. It moves with every entry of the ledger, and with the minute, since lateness grows by itself."""
    return f"{head_seq()}-{int(now.timestamp()) // 60}"


def figures(user: Any, area: Area, measure: str, now: datetime) -> dict[str, Any]:
    kinds = queries.counts_by_kind([area]).get(area.pk, {})
    found = rows(area, measure)
    lines = _lines(user, area, kinds, now)
    may_see_cases = reach(user, "cases.view").covers(area.path)
    curve = case_queries.curve(area.path, now) if may_see_cases else None
    return {
        "area": area, "measure": measure, "now": now, "mark": mark(now), "total": queries.total(kinds.values()),
        "kinds": {name: kinds.get(name, Count()) for name in KINDS}, "lines": lines,
        "next_due": min((line.next for line in lines if line.next), key=lambda duty: duty.due_at, default=None),
        "rows": sorted(found, key=lambda row: (-row.value, row.area.path)), "values": _values(found),
        "fresh": queries.late_since(area, now - timedelta(hours=1)),
        "late": queries.worst_late(user, area)[:LATE_SHOWN], "curve": curve, "drawn": drawing.draw(curve) if curve else None,
    }  # fmt: skip


def rows(area: Area, measure: str) -> list[Row]:
    children = list(territory.children_of(area))
    counts = queries.counts_by_kind(children)
    cases = case_queries.counts_below(area.path) if measure == "cases" else {}
    return [
        Row(child, queries.total(counts.get(child.pk, {}).values()), _value(child, counts, cases, measure))
        for child in children
    ]


def _value(child: Area, counts: dict[int, dict[str, Count]], cases: dict[str, int], measure: str) -> int:
    if measure == "cases":
        return cases.get(child.path, 0)
    mine = counts.get(child.pk, {})
    if measure in _KINDS_OF:
        return sum(mine[kind].open for kind in _KINDS_OF[measure] if kind in mine)
    return getattr(queries.total(mine.values()), measure)


def _values(found: list[Row]) -> str:
    """JSON for the map: code → figure and shade of the map: 0 for none; 1–5 by the share of the highest, so that the worst is darkest."""
    highest = max((row.value for row in found), default=0)
    shades = {row.area.code: (row.value, -(-5 * row.value // highest) if row.value else 0) for row in found}
    return json.dumps(shades, separators=(",", ":"))


def _lines(user: Any, area: Area, kinds: dict[str, Count], now: datetime) -> list[Line]:
    by_line = {line: {kind: kinds[kind] for kind in kinds if KINDS[kind].line == line} for line in LINES}
    due = queries.next_of_kinds(
        user, area, [[k for k, n in counts.items() if n.open] for counts in by_line.values()], now
    )
    return [Line(name, queries.total(by_line[name].values()), duty) for name, duty in zip(LINES, due, strict=True)]
