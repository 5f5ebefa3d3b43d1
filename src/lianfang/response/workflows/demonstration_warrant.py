"""The demonstration's location records: a warrant around its first cases, files as an operator would send them, one look.

Records are synthetic (``engines.outbreak.movements``) and go the way of real ones: asked for, approved by somebody else,
kept, asked about.
"""

import csv
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from lianfang.engines.outbreak import Occasion, positions
from lianfang.response import clock
from lianfang.response.accounts.models import User
from lianfang.response.cases.models import Case, Contact, Stay
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area
from lianfang.response.territory.queries import outline
from lianfang.response.tracing.actions.looks import Asking, look
from lianfang.response.tracing.actions.records import keep_records
from lianfang.response.tracing.actions.warrants import CONFIRMED, approve_warrant, request_warrant

CASES, NEIGHBOURS, DAYS, LASTS_DAYS = 4, 60, 10, 7
_BUS = "502 路公交"
_AROUND_M, _DEGREE_M = 450, 111_195


@dataclass(frozen=True)
class _Meeting:
    """A stay of a case as the interview told it, and who else was there."""

    stay: Stay
    people: tuple[int, ...]


def demonstration_warrant(*, seed: int = 1, at: datetime | None = None) -> int:
    """Open a warrant around the outbreak's first cases, keep records under it and look; return the rows kept."""
    at = at or clock.now()
    named = list(Case.objects.filter(state__in=CONFIRMED).select_related("area").order_by("pk")[:CASES])
    county = Area.objects.filter(path="/".join(named[0].area.path.split("/")[:2]) + "/").first() if named else None
    if county is None or outline(county) is None:
        return 0
    tracer, analyst, commander = (User.objects.get(username=name) for name in ("tracer", "analyst", "commander"))
    warrant = request_warrant(
        named, county, by=tracer, kinds=["ping", "visit", "ride"], basis="contact_tracing",
        purpose="追踪首批病例的密切接触者", from_at=at - timedelta(days=DAYS), to_at=at,
        expires_at=at + timedelta(days=LASTS_DAYS), at=at,
    )  # fmt: skip
    approve_warrant(warrant, digest=warrant.digest, by=commander, at=at)
    with tempfile.TemporaryDirectory() as folder:
        files = _files(Path(folder), named, Random(seed), at)
        kept = [keep_records(warrant, path, by=analyst, at=at, file_name=path.name) for path in files]
    look(warrant, Asking(degrees=2, min_minutes=20), by=analyst, at=at)
    return sum(batch.rows_kept for batch in kept)


def _files(folder: Path, named: Sequence[Case], random: Random, at: datetime) -> list[Path]:
    meetings = [_Meeting(stay, _at(stay, random)) for case in named for stay in case.stays.all()]
    people = _people(named, meetings, random)
    return [
        _pings(folder / "手机定位.parquet", people, meetings, random, at),
        _visits(folder / "场所扫码.csv", [one for one in meetings if one.stay.place != _BUS]),
        _rides(folder / "公交实名.csv", [one for one in meetings if one.stay.place == _BUS], random),
    ]


def _at(stay: Stay, random: Random) -> tuple[int, ...]:
    """The case, some of the contacts it remembers, and some people of the village it does not."""
    told = list(Contact.objects.filter(case=stay.case_id).values_list("person_id", flat=True))
    village = Person.objects.filter(community=stay.area_id).exclude(household=stay.case.person.household_id)
    strangers = list(village.order_by("pk").values_list("pk", flat=True)[:400])
    met = random.sample(told, min(2, len(told))) + random.sample(strangers, min(4, len(strangers)))
    return tuple(dict.fromkeys([stay.case.person_id, *met]))


def _people(named: Sequence[Case], meetings: Iterable[_Meeting], random: Random) -> list[Person]:
    """Everybody who was at a meeting, the households of those and of the cases, and people of the township who were not."""
    met = {person for one in meetings for person in one.people} | {case.person_id for case in named}
    homes = Person.objects.filter(pk__in=met, household__isnull=False).values("household")
    township = named[0].area.path.rsplit("/", 2)[0] + "/"
    near = list(Person.objects.filter(community__path__startswith=township).order_by("pk").values_list("pk", flat=True))
    neighbours = random.sample(near, min(NEIGHBOURS, len(near)))
    wanted = Person.objects.filter(pk__in=met | set(neighbours)) | Person.objects.filter(household__in=homes)
    return list(wanted.select_related("community").order_by("pk"))


def _pings(path: Path, people: list[Person], meetings: Iterable[_Meeting], random: Random, at: datetime) -> Path:
    row = {person.pk: number for number, person in enumerate(people)}
    homes = np.array([_home(person) for person in people])
    occasions = [
        Occasion(tuple(row[pk] for pk in one.people), *_place(one.stay), *_times(one.stay)) for one in meetings
    ]
    window = int((at - timedelta(days=DAYS)).timestamp()), int(at.timestamp())
    found = positions(homes[:, 0], homes[:, 1], occasions, window, np.random.default_rng(random.getrandbits(32)))
    keys = np.array([person.pk for person in people])[found.person]
    columns = {"person": keys, "t": found.t, "lon": found.lon, "lat": found.lat, "accuracy": found.accuracy_m}
    parquet.write_table(pa.table(columns), path)
    return path


def _home(person: Person) -> tuple[float, float]:
    """Everybody of a household at one spot of the village, the same spot every time."""
    return _spot(person.community, Random(person.household_id or -person.pk))


def _place(stay: Stay) -> tuple[float, float]:
    return _spot(stay.area or stay.case.area, Random(stay.place))


def _spot(area: Area, random: Random) -> tuple[float, float]:
    east, north = (random.uniform(-_AROUND_M, _AROUND_M) / _DEGREE_M for _ in range(2))
    return (area.lon or 0.0) + east, (area.lat or 0.0) + north


def _times(stay: Stay) -> tuple[int, int]:
    return int(stay.from_at.timestamp()), int(stay.to_at.timestamp())


def _visits(path: Path, meetings: Iterable[_Meeting]) -> Path:
    rows = [(pk, one.stay.place, *_times(one.stay)) for one in meetings for pk in one.people]
    return _written(path, ("person", "place", "t_in", "t_out"), rows)


def _rides(path: Path, meetings: Iterable[_Meeting], random: Random) -> Path:
    rows = [
        (pk, f"{one.stay.place} {one.stay.from_at:%m-%d %H:%M}", 1, random.randint(1, 9), "A", *_times(one.stay))
        for one in meetings
        for pk in one.people
    ]
    return _written(path, ("person", "trip", "carriage", "row", "seat", "t_on", "t_off"), rows)


def _written(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path
