"""Filling the tree with synthetic people: dwellings, households, identities. Bulk, by community, in several processes.

The rows are those that ``people.actions.enter_person`` would write; a test reads them back through the ordinary queries.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from lianfang.engines.city import dwellings, household_count
from lianfang.response.ledger.actions import record
from lianfang.response.people import bulk
from lianfang.response.people.models import Household, Person
from lianfang.response.territory.models import Area
from lianfang.response.territory.rules.shares import share_out
from lianfang.response.territory.states import Kind
from lianfang.response.workflows.city_rows import Plan, Rows, rows_of

_WORTH_PROCESSES = 200_000  # people; below this, starting processes costs more than it saves
_IN_FLIGHT = 64
_AREA_COLUMNS = (
    "id", "parent_id", "kind", "code", "path", "name", "full_name", "name_en", "initials", "population", "urban", "lon",
    "lat",
)  # fmt: skip
_HOUSEHOLD_COLUMNS = ("id", "community_id", "dwelling_id", "collective")
_TABLES = (Area, Household, Person)


@dataclass(frozen=True)
class Built:
    people: int
    households: int
    dwellings: int


def build_city(
    *, scale: float, seed: int, today: date, processes: int = 0, progress: Callable[[int, int], None] | None = None
) -> Built:
    """Fill every community with ``scale`` of its census population. Deterministic by ``seed`` but for sealing nonces.

    Whole or not at all: one transaction. Raises ValueError for a scale out of (0, 1] or a city that has people.
    """
    if not 0 < scale <= 1:
        raise ValueError("scale lies between 0 and 1")
    if Person.objects.exists():
        raise ValueError("this city already has people")
    plans = _plans(scale)
    total = sum(plan.people for plan in plans)
    with transaction.atomic(), _without_indexes():
        done = 0
        for plan, rows in _made(plans, seed, today, processes or os.cpu_count() or 1):
            _store(rows)
            done += plan.people
            if progress:
                progress(done, total)
        built = Built(
            total, sum(household_count(p.people) for p in plans), sum(household_count(p.people) for p in plans)
        )
        record("city.built", scale=scale, seed=seed, people=built.people, households=built.households)
    _reset_sequences()
    return built


def _plans(scale: float) -> list[Plan]:
    rows = list(
        Area.objects.filter(kind=Kind.COMMUNITY, population__gt=0).order_by("path").values_list(
            "pk", "path", "urban", "population"
        )
    )  # fmt: skip
    weights = [population for *_, population in rows]
    people = share_out(round(sum(weights) * scale), weights)
    person, household, area = (_last_id(model) + 1 for model in (Person, Household, Area))
    plans, before = [], 0
    for number, ((pk, path, urban, _), count) in enumerate(zip(rows, people, strict=True)):
        plans.append(Plan(number, pk, path, bool(urban), count, person + before, household, area, before))
        homes = household_count(count)
        household += homes
        area += homes + sum(dwellings.counts(homes, urban=bool(urban)))
        before += count
    return plans


def _last_id(model: Any) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _made(plans: list[Plan], seed: int, today: date, processes: int) -> Iterator[tuple[Plan, Rows]]:
    work = [(plan, seed, today) for plan in plans]
    if processes == 1 or sum(plan.people for plan in plans) < _WORTH_PROCESSES:
        yield from map(rows_of, work)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for begin in range(0, len(work), _IN_FLIGHT):  # bounded, so that finished rows do not pile up in memory
            yield from pool.map(rows_of, work[begin : begin + _IN_FLIGHT], chunksize=4)


def _store(rows: Rows) -> None:
    columns = (_AREA_COLUMNS, _HOUSEHOLD_COLUMNS, bulk.COLUMNS)
    for model, names, batch in zip(_TABLES, columns, rows, strict=True):
        _put(model._meta.db_table, names, batch)


def _put(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


class _without_indexes:
    """On SQLite, drop the plain indexes of the filled tables and make them again: sorted once instead of row by row."""

    def __enter__(self) -> None:
        self.made: list[str] = []
        if connection.vendor != "sqlite":
            return
        tables = [model._meta.db_table for model in _TABLES]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (%s, %s, %s)",
                tables,
            )
            for name, sql in cursor.fetchall():
                if "UNIQUE" not in sql.split("(")[0].upper():
                    self.made.append(sql)
                    cursor.execute(f'DROP INDEX "{name}"')

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            with connection.cursor() as cursor:
                for sql in self.made:
                    cursor.execute(sql.replace("%", "%%") if "%" in sql else sql)


def _reset_sequences() -> None:
    """Ids were given out by hand: PostgreSQL's own counters go on after them."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in _TABLES:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"
            )
