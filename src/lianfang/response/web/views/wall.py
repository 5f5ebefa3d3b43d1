"""The wall: the city on one screen, and every figure a door."""

from dataclasses import dataclass

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lianfang.response import clock
from lianfang.response.cases.queries import cases as case_queries
from lianfang.response.duties import queries
from lianfang.response.duties.queries import Count
from lianfang.response.duties.rules import KINDS, LINES
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, reach, require
from lianfang.response.web.shapes import features
from lianfang.response.web.templatetags.words import place, short_place

MEASURES = ("late", "open", "cases", "contacts", "samples")
_KINDS_OF = {"contacts": ("place_contact", "review_contact"), "samples": ("sample_person",)}
LATE_SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One of the five lines of work in one area."""

    name: str
    count: Count


@dataclass(frozen=True)
class Row:
    """One area below this one, as the table and the map show it."""

    area: Area
    count: Count
    value: int


def _area(request, code: str) -> Area:
    if code:
        return fetch(territory.coded(), request.user, "areas.view", code=code)
    area = territory.highest_of(request.user)
    if area is None:
        raise Http404
    require(request.user, "areas.view", area)
    return area


@require_GET
def wall(request, code=""):
    area = _area(request, code)
    measure = request.GET.get("by") if request.GET.get("by") in MEASURES else "late"
    kinds = queries.counts_by_kind([area]).get(area.pk, {})
    rows = _rows(area, measure)
    now = clock.now()
    may_see_cases = reach(request.user, "cases.view").covers(area.path)
    context = {
        "area": area, "above": [a for a in territory.above(area) if reach(request.user, "areas.view").covers(a.path)],
        "measure": measure, "measures": MEASURES, "now": now, "total": queries.total(kinds.values()),
        "kinds": {name: kinds.get(name, Count()) for name in KINDS}, "lines": _lines(kinds), "rows": sorted(rows, key=lambda row: (-row.value, row.area.path)),
        "late": queries.worst_late(request.user, area)[:LATE_SHOWN],
        "next_due": queries.next_due(request.user, area),
        "curve": case_queries.curve(area.path, now) if may_see_cases else None,
    }  # fmt: skip
    if context["curve"]:
        context["chart"] = _chart(context["curve"])
    return render(request, "pages/wall_live.html" if request.htmx else "pages/wall.html", context)


def _chart(curve: case_queries.Curve) -> dict[str, object]:
    series = [(_("found in the community"), curve.others), (_("already in isolation"), curve.quarantined)]
    return {
        "days": [f"{day.month}-{day.day}" for day in curve.days],
        "series": [{"name": name, "values": values} for name, values in series],
    }


def _lines(kinds: dict[str, Count]) -> list[Line]:
    by_line = {line: [count for kind, count in kinds.items() if KINDS[kind].line == line] for line in LINES}
    return [Line(name, queries.total(counts)) for name, counts in by_line.items()]


def _rows(area: Area, measure: str) -> list[Row]:
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


@require_GET
def map_data(request, code):
    """The areas below one area as GeoJSON, each with its figure, its shade 0–5 and its address."""
    area = _area(request, code)
    measure = request.GET.get("by") if request.GET.get("by") in MEASURES else "late"
    rows = {row.area.pk: row for row in _rows(area, measure)}
    highest = max((row.value for row in rows.values()), default=0)

    def facts(child: Area) -> dict[str, object]:
        value = rows[child.pk].value
        address = f"{reverse('wall_of', args=[child.code])}?by={measure}"
        return {
            "name": place(child),
            "short": short_place(child),
            "href": address,
            "value": value,
            "text": str(value),
            "level": _shade(value, highest),
        }

    return JsonResponse({"type": "FeatureCollection", "features": features([r.area for r in rows.values()], facts)})


def _shade(value: int, highest: int) -> int:
    """0 for none; 1–5 by the share of the highest, so that the worst is always the darkest."""
    return 0 if not value else max(1, min(5, -(-5 * value // highest)))
