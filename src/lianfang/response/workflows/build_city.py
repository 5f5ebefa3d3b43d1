"""Filling the tree with synthetic people: dwellings, households, identities. Bulk, by community, in several processes.

The rows are those that ``people.actions.enter_person`` would write; a test reads them back through the ordinary queries.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import chain, count, repeat
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from lianfang.response.databases import without_indexes
from lianfang.response.ledger.actions import record
from lianfang.response.people import bulk
from lianfang.response.people.models import Household, Person
from lianfang.response.territory.models import Area
from lianfang.response.territory.queries import root
from lianfang.response.territory.rules.shares import share_out
from lianfang.response.territory.states import Kind
from lianfang.response.workflows.city_rows import Filled, Plan, fill, start

# What nobody has yet (a dwelling's population, a merge) is left out: the database says NULL by itself.
_AREA_COLUMNS = (
    "id", "parent_id", "kind", "code", "path", "name", "full_name", "name_en", "initials",
)  # fmt: skip
_HOUSEHOLD_COLUMNS = ("id", "community_id", "dwelling_id", "collective")
_TABLES = (Area, Household, Person)
_COLUMNS = (_AREA_COLUMNS, _HOUSEHOLD_COLUMNS, bulk.COLUMNS)
_WORTH_PROCESSES = 50_000  # people; below this, starting processes costs more than it saves
_AT_ONCE = 6_000  # people in one piece of work, about
_WAITING = 8  # pieces under way: bounded, so that finished rows do not pile up in memory
_DAYS = np.arange(np.datetime64("1900-01-01"), np.datetime64("2101-01-01"))


@dataclass(frozen=True)
class Built:
    people: int
    households: int
    dwellings: int


def build_city(
    *, scale: float, seed: int, today: date, processes: int = 0, progress: Callable[[int, int], None] | None = None
) -> Built:
    """Fill every community with ``scale`` of its census population, rounded by largest remainder.

    The same scale, seed and day make the same people (sealing nonces apart). Whole or not at all: one transaction.
    Raises ValueError for a scale out of (0, 1] or a city that has people.
    """
    if not 0 < scale <= 1:
        raise ValueError("scale lies between 0 and 1")
    if Person.objects.exists():
        raise ValueError("this city already has people")
    plans = _plans(scale)
    total = sum(plan.people for plan in plans)
    with transaction.atomic():
        with without_indexes(*_TABLES):
            store = _Store()
            for piece in _filled(plans, seed, today, processes or os.cpu_count() or 1):
                store.put(piece)
                if progress:
                    progress(store.people, total)
        _reset_sequences()
        built = Built(store.people, store.households, store.dwellings)
        city = root()
        record(
            "city.built", area_path=city.path if city else "", scale=scale, seed=seed, on=today.isoformat(),
            communities=len(plans), people=built.people, households=built.households, dwellings=built.dwellings,
        )  # fmt: skip
    return built


def _plans(scale: float) -> list[Plan]:
    rows = list(
        Area.objects.filter(kind=Kind.COMMUNITY, population__gt=0).order_by("path").values_list(
            "pk", "path", "urban", "population"
        )
    )  # fmt: skip
    weights = [population for *_, population in rows]
    people = share_out(round(sum(weights) * scale), weights)
    plans, before = [], 0
    for number, ((pk, path, urban, _), share) in enumerate(zip(rows, people, strict=True)):
        plans.append(Plan(number, pk, path, bool(urban), share, before))
        before += share
    return plans


def _filled(plans: list[Plan], seed: int, today: date, processes: int) -> Iterator[list[Filled]]:
    keys = bulk.Keys(settings.SEAL_KEY, settings.INDEX_KEY)
    if processes == 1 or sum(plan.people for plan in plans) < _WORTH_PROCESSES:
        start(keys, alone=False)
        for piece in _pieces(plans):
            yield fill(piece, seed, today)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=start, initargs=(keys,)) as pool:
        waiting: deque[Future[list[Filled]]] = deque()
        for piece in _pieces(plans):
            waiting.append(pool.submit(fill, piece, seed, today))
            if len(waiting) >= _WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _pieces(plans: list[Plan]) -> Iterator[list[Plan]]:
    piece: list[Plan] = []
    for plan in plans:
        piece.append(plan)
        if sum(one.people for one in piece) >= _AT_ONCE:
            yield piece
            piece = []
    if piece:
        yield piece


class _Store:
    """Turns columns into rows, giving out ids as they come."""

    def __init__(self) -> None:
        self._area, self._household, self._person = (_last_id(model) + 1 for model in _TABLES)
        self._born = np.datetime_as_string(_DAYS).tolist()
        self.people = self.households = self.dwellings = 0

    def put(self, piece: list[Filled]) -> None:
        rows: list[list[Iterable[tuple[Any, ...]]]] = [[], [], []]
        for filled in piece:
            for kind, made in zip(rows, (self._areas, self._homes, self._persons), strict=True):
                kind.append(made(filled))
            self._count(filled)
        for model, columns, parts in zip(_TABLES, _COLUMNS, rows, strict=True):
            _put(model, columns, chain.from_iterable(parts))

    def _count(self, filled: Filled) -> None:
        self._area += len(filled.place_kind)
        self._household += len(filled.home)
        self._person += len(filled.household)
        self.people += len(filled.household)
        self.households += len(filled.home)
        self.dwellings += int((filled.place_kind == Kind.DWELLING).sum())

    def _areas(self, filled: Filled) -> Iterable[tuple[Any, ...]]:
        parents = np.where(filled.place_parent < 0, filled.plan.area_id, filled.place_parent + self._area).tolist()
        kinds, paths, named = filled.place_kind.tolist(), filled.place_path, filled.place_name
        empty = repeat("")
        return zip(count(self._area), parents, kinds, empty, paths, named, empty, empty, empty, strict=False)

    def _homes(self, filled: Filled) -> Iterable[tuple[Any, ...]]:
        dwellings = (filled.home + self._area).tolist()
        return zip(count(self._household), repeat(filled.plan.area_id), dwellings, filled.collective, strict=False)

    def _persons(self, filled: Filled) -> Iterable[tuple[Any, ...]]:
        known = filled.sealed
        born = [self._born[day] for day in (filled.born - _DAYS[0]).astype(np.int64).tolist()]
        return zip(
            count(self._person), repeat(filled.plan.area_id), (filled.household + self._household).tolist(), known.sealed,
            known.id_key.tolist(), _where(known.phone_key, known.has_phone), _where(known.tail_key, known.has_phone),
            known.name_key.tolist(), known.initials_key.tolist(), filled.sex.tolist(), born, strict=False,
        )  # fmt: skip


def _where(keys: Any, has: Any) -> list[int | None]:
    return [key if there else None for key, there in zip(keys.tolist(), has.tolist(), strict=True)]


def _last_id(model: Any) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _put(model: Any, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    table, names = model._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


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
