"""Loading the tree of areas: the facts that ship, or any other city's file."""

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lianfang.response import clock
from lianfang.response.ledger.actions import record
from lianfang.response.territory.models import Area, Boundary
from lianfang.response.territory.permissions import Reach, require_somewhere
from lianfang.response.territory.rules import cells, polygons, shares
from lianfang.response.territory.rules.files import Problem, Refused, Row, paths_of, read_areas, read_features, repairs
from lianfang.response.territory.rules.names import english, initials, short
from lianfang.response.territory.states import Kind

FACTS = Path(__file__).resolve().parent.parent / "facts"
_LEVEL = {4: Kind.CITY, 6: Kind.COUNTY, 9: Kind.TOWNSHIP, 12: Kind.COMMUNITY}
# The two development zones have official codes and no published border; their seats, from public maps.
_SEATS = {"130171": (114.645, 38.035), "130172": (114.70, 37.93)}
_ZONE_DEGREES = 0.045


@transaction.atomic
def load_facts(city: str = "shijiazhuang", *, by: Any = None, at: datetime | None = None) -> int:
    """Load the tree that ships. Areas already there by code stay as they are. Returns how many are new."""
    rows = _facts(FACTS / f"{city}.csv")
    if Area.objects.filter(code=rows[0].code).exists():
        return 0
    made = _create(rows)
    draw_borders(made[rows[0].code])
    record("territory.loaded", by=by, at=at, area_path=made[rows[0].code].path, count=len(made), source=city)
    return len(made)


def _facts(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as file:
        raw = list(csv.DictReader(file))
    census = {line["code"]: int(line["population"]) for line in raw if line["population"]}
    communities = [line for line in raw if len(line["code"]) == 12]
    people = _shared_out(census, communities)
    return [_fact(line["code"], line["name"], people) for line in raw]


def _shared_out(census: dict[str, int], communities: list[dict[str, str]]) -> dict[str, int]:
    """Code → people at every level: census by county, shared out to communities, summed up again."""
    people: dict[str, int] = defaultdict(int)
    for county, total in census.items():
        mine = [line for line in communities if line["code"].startswith(county)]
        weights = [shares.URBAN_WEIGHT if short(line["name"]).endswith("社区") else 1 for line in mine]
        for line, number in zip(mine, shares.share_out(total, weights), strict=True):
            for length in (4, 6, 9, 12):
                people[line["code"][:length]] += number
    return people


def _fact(code: str, full_name: str, people: dict[str, int]) -> Row:
    above = {4: "", 6: code[:4], 9: code[:6], 12: code[:9]}[len(code)]
    name = short(full_name)
    urban = name.endswith("社区") if len(code) == 12 else None
    return Row(0, code, above, _LEVEL[len(code)], name, full_name, english(name), people.get(code), urban, None, None)


def _create(rows: list[Row]) -> dict[str, Area]:
    """Create areas level by level, parents first. Returns code → area."""
    made: dict[str, Area] = {}
    paths = paths_of(rows)
    for level in sorted({row.kind for row in rows}):
        batch = [_area(row, made.get(row.parent), paths[row.code]) for row in rows if row.kind == level]
        Area.objects.bulk_create(batch, batch_size=1000)
        made.update({area.code: area for area in batch})
    return made


def _area(row: Row, parent: Area | None, path: str) -> Area:
    return Area(
        parent=parent, kind=row.kind, code=row.code, path=path, name=row.name,
        full_name=row.full_name, name_en=row.name_en or english(row.name), initials=initials(row.name)[:24],
        population=row.population, urban=row.urban, lon=row.lon, lat=row.lat,
    )  # fmt: skip


def draw_borders(city: Area) -> None:
    """Give every area without one a border: counties from the published polygons, the rest schematic."""
    shapes = _county_shapes()
    counties = list(Area.objects.filter(parent=city).order_by("path"))
    published = {area.pk: shapes[area.code] for area in counties if area.code in shapes}
    borders: dict[int, tuple[BaseGeometry, bool]] = {pk: (drawn, False) for pk, drawn in published.items()}
    for area in counties:
        if area.pk not in borders:
            seat = shape({"type": "Point", "coordinates": _SEATS.get(area.code, (114.5, 38.04))})
            borders[area.pk] = (seat.buffer(_ZONE_DEGREES, quad_segs=4), True)
    _divide(counties, borders)
    rows = [Boundary(area_id=pk, geometry=polygons.stored(d), schematic=s) for pk, (d, s) in borders.items()]
    Boundary.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    _place_points({pk: drawn for pk, (drawn, _) in borders.items()})


def _county_shapes() -> dict[str, BaseGeometry]:
    path = Path(settings.COUNTY_SHAPES)
    if not path.is_file():
        return {}
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {str(row["id"]): polygons.read(row["geometry"], gcj02=True)[0] for row in features}


def _divide(parents: list[Area], borders: dict[int, tuple[BaseGeometry, bool]]) -> None:
    children = defaultdict(list)
    for child in Area.objects.filter(parent__in=parents, kind__lte=Kind.COMMUNITY).order_by("path"):
        children[child.parent_id].append(child)
    for parent in parents:
        below = children.get(parent.pk, [])
        if below:
            drawn = cells.cells(borders[parent.pk][0], len(below), seed=parent.pk)
            borders.update({child.pk: (cell, True) for child, cell in zip(below, drawn, strict=True)})
    grandchildren = [child for below in children.values() for child in below if child.kind < Kind.COMMUNITY]
    if grandchildren:
        _divide(grandchildren, borders)


def _place_points(borders: dict[int, BaseGeometry]) -> None:
    rows = list(Area.objects.filter(pk__in=borders, lon__isnull=True))
    for row in rows:
        point = borders[row.pk].representative_point()
        row.lon, row.lat = round(point.x, 5), round(point.y, 5)
    Area.objects.bulk_update(rows, ["lon", "lat"], batch_size=500)


@dataclass(frozen=True)
class Taken:
    """What one file held. ``seq``: its row of the ledger, which is the receipt; None while only looked at."""

    count: int
    sha256: str
    repairs: tuple[Problem, ...] = ()
    seq: int | None = None


def _allowed(by: Any) -> Reach | None:
    """None: the system itself, at the command line."""
    return None if by is None else require_somewhere(by, "system.configure", "territory:import")


@transaction.atomic
def import_areas(path: Path, *, by: Any, dry_run: bool = False, at: datetime | None = None) -> Taken:
    """Load another city's tree from a CSV file, whole or not at all.

    Raises Refused with every bad row: an orphan, a code that stands twice, a kind or a number that cannot be read.
    """
    _allowed(by)
    rows, sha256 = read_areas(path)
    _none_there(rows)
    if dry_run:
        return Taken(len(rows), sha256)
    made = _create(rows)
    for area in made.values():
        if area.parent_id is None:
            draw_borders(area)
    entry = record("territory.imported", by=by, at=at, count=len(rows), file=path.name, sha256=sha256)
    return Taken(len(rows), sha256, seq=entry.seq)


def _none_there(rows: list[Row]) -> None:
    paths = paths_of(rows)
    there = set(Area.objects.filter(code__in=paths).values_list("code", flat=True))
    held = set(Area.objects.filter(path__in=paths.values()).values_list("path", flat=True))
    taken = [
        Problem(row.line, "code", "exists", row.code) for row in rows if row.code in there or paths[row.code] in held
    ]
    if taken:
        raise Refused(sorted(taken, key=lambda problem: problem.line))


@transaction.atomic
def import_boundaries(
    path: Path, *, by: Any, gcj02: bool = False, dry_run: bool = False, at: datetime | None = None
) -> Taken:
    """Take polygons from a GeoJSON file, matched by code. Whole or not at all.

    Broken polygons are repaired where that is certain, and named; otherwise Refused names the feature.
    """
    mine = _allowed(by)
    drawn, sha256 = read_features(path, gcj02=gcj02)
    areas = {area.code: area for area in Area.objects.filter(code__in=[row.code for row in drawn])}
    areas = {code: area for code, area in areas.items() if mine is None or mine.covers(area.path)}
    unknown = [Problem(row.line, "code", "unknown", row.code) for row in drawn if row.code not in areas]
    if unknown:
        raise Refused(unknown)
    mended = tuple(repairs(drawn))
    if dry_run:
        return Taken(len(drawn), sha256, mended)
    for row in drawn:
        values = {"geometry": polygons.stored(row.shape), "schematic": False}
        Boundary.objects.update_or_create(area=areas[row.code], defaults=values)
    said = {"count": len(drawn), "repaired": len(mended), "file": path.name, "sha256": sha256}
    entry = record("territory.boundaries_imported", by=by, at=at or clock.now(), **said)
    return Taken(len(drawn), sha256, mended, entry.seq)
