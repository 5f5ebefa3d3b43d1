"""Made-up movements of a made-up city, for the benchmark: pings in order of time, and index people.

Everybody sleeps in a compound, and most days goes to work and sometimes to a shop or restaurant on the way home, in
straight lines at an even speed. Workplaces and venues differ in size as a power of their rank. A phone reports every
five to fifteen minutes, off by a normal error that belongs to the accuracy it gives. The shape is that of the project's
requirements (COLLISION.md); rows, pairs and minutes are like theirs, not the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from lianfang.engines.collision.plane import Plane

ORIGIN = Plane(114.5, 38.05)
_HALF_WIDTH_M, _HALF_HEIGHT_M = 17_000.0, 16_000.0
_DAY_S, _HOUR_S = 86_400, 3600.0
_PINGS_A_DAY = 144
_MOST_A_DAY = 40_000_000  # rows; more records are more days, so that memory stays bounded
_AT_ONCE = 20_000  # people
SCHEMA = pa.schema(
    [
        ("person_id", pa.int32()),
        ("t", pa.int32()),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("accuracy", pa.float32()),
    ]
)
Places = NDArray[np.float64]


@dataclass(frozen=True)
class City:
    """Where people may be, (n, 2) metres each. home, work: of every person."""

    home: Places
    work: Places
    venues: Places


def make_pings(rows: int, seed: int, pings: Path, index: Path, people: int = 100) -> None:
    """Write ``rows`` pings and ``people`` index people. The same arguments make the same files."""
    random = np.random.default_rng(seed)
    days = max(3, -(-rows // _MOST_A_DAY))
    city = _founded(max(rows // (days * _PINGS_A_DAY) + 1, 2), random)
    with parquet.ParquetWriter(pings, SCHEMA, compression="zstd", compression_level=1) as writer:
        for day in range(days):
            wanted = rows * (day + 1) // days - rows * day // days
            writer.write_table(_thinned(list(_day(city, day, random)), wanted, random), row_group_size=1 << 20)
    count = min(people, len(city.home))
    chosen = np.sort(random.choice(len(city.home), count, replace=False)).astype(np.int32)
    begins = random.integers(0, days * _DAY_S // 2, count).astype(np.int32)
    ends = np.full(count, days * _DAY_S, np.int32)
    parquet.write_table(pa.table({"person_id": chosen, "t0": begins, "t1": ends}), index)


def twice(pings: Path, doubled: Path) -> None:
    """The same city and, beside it, another just like it with other people: twice the people, the same density."""
    source = parquet.ParquetFile(pings)
    others = 1 + max(source.metadata.row_group(g).column(0).statistics.max for g in range(source.num_row_groups))
    with parquet.ParquetWriter(doubled, SCHEMA, compression="zstd", compression_level=1) as writer:
        for group in range(source.num_row_groups):
            here = source.read_row_group(group).select(SCHEMA.names).cast(SCHEMA)
            person = (here["person_id"].to_numpy() + others).astype(np.int32)
            lon = np.round(here["lon"].to_numpy() + 0.5, 6)  # a city is 0.4 degrees wide
            there = here.set_column(0, SCHEMA[0], [person]).set_column(2, SCHEMA[2], [lon])
            writer.write_table(pa.concat_tables([here, there]).sort_by("t"), row_group_size=1 << 20)


def _founded(people: int, random: np.random.Generator) -> City:
    compounds = _places(max(people // 200, 3), 2500.0, random)
    flat = compounds[random.integers(0, len(compounds), people)] + random.normal(0, 70.0, (people, 2))
    firms = _places(max(people // 25, 3), 1800.0, random)
    desk = firms[_by_rank(len(firms), people, 0.6, random)] + random.normal(0, 8.0, (people, 2))
    return City(np.round(flat / 12.0) * 12.0, desk, _places(max(people // 150, 3), 1500.0, random))


def _places(count: int, spread_m: float, random: np.random.Generator) -> Places:
    """Seven in ten in one of twelve districts, the others anywhere."""
    half = np.array([_HALF_WIDTH_M, _HALF_HEIGHT_M])
    districts = random.normal(0, 1 / 3, (12, 2)) * half
    inside = districts[random.integers(0, 12, count)] + random.normal(0, spread_m, (count, 2))
    anywhere = random.uniform(-0.9, 0.9, (count, 2)) * half
    return np.clip(np.where(random.random((count, 1)) < 0.3, anywhere, inside), -half, half)


def _by_rank(items: int, count: int, power: float, random: np.random.Generator) -> NDArray[np.int64]:
    share = np.cumsum(np.arange(1, items + 1) ** -power)
    return np.minimum(np.searchsorted(share, random.random(count) * share[-1]), items - 1)


def _day(city: City, day: int, random: np.random.Generator) -> Iterator[pa.Table]:
    for first in range(0, len(city.home), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        when, where = _plan(city, some, random)
        who, t = _reports(len(when), random)
        place = _between(when, where, who, t)
        accuracy = np.clip(random.lognormal(np.log(15), 0.6, len(t)), 3, 500).astype(np.float32)
        place += random.normal(0, 1, place.shape) * (accuracy / 1.5)[:, None]
        east, north = ORIGIN.project(np.array([ORIGIN.lon0 + 1]), np.array([ORIGIN.lat0 + 1]))
        lon, lat = ORIGIN.lon0 + place[:, 0] / east, ORIGIN.lat0 + place[:, 1] / north
        seconds = (t + day * _DAY_S).astype(np.int32)
        columns = (who + first).astype(np.int32), seconds, np.round(lon, 6), np.round(lat, 6), accuracy
        yield pa.table(list(columns), schema=SCHEMA)


def _plan(city: City, some: slice, random: np.random.Generator) -> tuple[Places, NDArray[np.float64]]:
    """Turning points of a day: seconds (people, 8) ascending, and places (people, 8, 2)."""
    home, work = city.home[some], city.work[some]
    count = len(home)
    out = np.where(random.random(count) < 0.45, _by_rank(len(city.venues), count, 0.8, random), -1)
    venue = np.where(out[:, None] < 0, home, city.venues[out] + random.normal(0, 10.0, (count, 2)))
    speed = random.uniform(4, 11, count)

    def trip(a: Places, b: Places) -> NDArray[np.float64]:
        return 120 + np.hypot(*(b - a).T) / speed

    leaves = np.clip(random.normal(8, 0.9, count), 5, 12) * _HOUR_S
    arrives = leaves + trip(home, work)
    stops = np.maximum(arrives + _HOUR_S, np.clip(random.normal(17.7, 1.1, count), 12, 21) * _HOUR_S)
    enters = stops + trip(work, venue)
    goes = np.maximum(
        enters, np.minimum(enters + random.exponential(1.2 * _HOUR_S, count) + 0.3 * _HOUR_S, 23 * _HOUR_S)
    )
    night = np.full(count, 10.0 * _DAY_S)
    when = np.stack([np.zeros(count), leaves, arrives, stops, enters, goes, goes + trip(venue, home), night], 1)
    where = np.stack([home, home, work, work, venue, venue, home, home], 1)
    return when, np.where((random.random(count) < 0.12)[:, None, None], home[:, None, :], where)


def _reports(people: int, random: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(person, second of the day) of every report."""
    t = np.cumsum(random.uniform(300, 900, (people, 190)), 1) - random.uniform(0, 600, (people, 1))
    who, which = np.nonzero((t >= 0) & (t < _DAY_S))
    return who, t[who, which].astype(np.int64)


def _between(when: Places, where: Places, who: NDArray[np.int64], t: NDArray[np.int64]) -> Places:
    """Where each was at t: on the straight line between two turning points."""
    far = 20.0 * _DAY_S  # one long line of time, person after person
    line = (when + np.arange(len(when))[:, None] * far).ravel()
    after = np.searchsorted(line, t + who * far, "right")
    begin, end, now = line[after - 1], line[after], t + who * far
    share = ((now - begin) / np.maximum(end - begin, 1e-9))[:, None]
    places = where.reshape(-1, 2)
    return places[after - 1] * (1 - share) + places[after] * share


def _thinned(parts: list[pa.Table], wanted: int, random: np.random.Generator) -> pa.Table:
    """``wanted`` rows of a day, in order of time; some are said twice where the day has too few."""
    table = pa.concat_tables(parts)
    parts.clear()
    if len(table) > wanted:
        table = table.take(np.sort(random.choice(len(table), wanted, replace=False)))
    elif len(table) < wanted:
        table = pa.concat_tables([table, table.take(random.integers(0, len(table), wanted - len(table)))])
    return table.sort_by("t")
