"""Communities of the facts that ship, with people and points, without a database: for plans made before one is built."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lianfang.response.territory.actions.tree import _SEATS, _ZONE_DEGREES, FACTS, _county_shapes, _facts
from lianfang.response.territory.rules import cells


@dataclass(frozen=True)
class Place:
    code: str
    people: int
    lon: float
    lat: float


class UnknownArea(ValueError):
    """No area has this code, which is the text."""


def shipped_communities(codes: Sequence[str], city: str = "shijiazhuang") -> list[Place]:
    """The communities at or below ``codes``, each once, in the order of their codes. Points are schematic below the county.

    Raises UnknownArea.
    """
    rows = {row.code: row for row in _facts(FACTS / f"{city}.csv")}
    for code in codes:
        if code not in rows:
            raise UnknownArea(code)
    wanted = sorted(code for code in rows if len(code) == 12 and code.startswith(tuple(codes)))
    points = _points(wanted, sorted(rows))
    return [Place(code, rows[code].population or 0, *points[code]) for code in wanted]


def _points(wanted: list[str], codes: list[str]) -> dict[str, tuple[float, float]]:
    """A point in the schematic cell of each community, by the same division that draws the map."""
    children = defaultdict(list)
    for code in codes:
        if len(code) > 6:
            children[code[: len(code) - 3]].append(code)
    published, points = _county_shapes(), {}
    for county in sorted({code[:6] for code in wanted}):
        around = published.get(county) or _zone(county)
        for township, cell in _cells(around, children[county]):
            if any(code.startswith(township) for code in wanted):
                points.update({code: _point(inner) for code, inner in _cells(cell, children[township])})
    return points


def _cells(around: BaseGeometry, codes: list[str]) -> list[tuple[str, BaseGeometry]]:
    return list(zip(codes, cells.cells(around, len(codes), seed=int(codes[0])), strict=True)) if codes else []


def _zone(county: str) -> BaseGeometry:
    seat = shape({"type": "Point", "coordinates": _SEATS.get(county, (114.5, 38.04))})
    return seat.buffer(_ZONE_DEGREES, quad_segs=4)


def _point(cell: BaseGeometry) -> tuple[float, float]:
    point = cell.representative_point()
    return round(point.x, 5), round(point.y, 5)
