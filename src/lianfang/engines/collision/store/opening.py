"""An open store: every byte looked at once, then questions of any radius, gap, plane and people."""

import math
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.compiled import compiled
from lianfang.engines.collision.contacts import Contacts
from lianfang.engines.collision.parameters import PingRule
from lianfang.engines.collision.pings import BIN_MINUTES
from lianfang.engines.collision.plane import METRES_A_DEGREE, Plane
from lianfang.engines.collision.records import Index
from lianfang.engines.collision.store import addresses as at
from lianfang.engines.collision.store import chances
from lianfang.engines.collision.store.answering import contacts_of, second_order
from lianfang.engines.collision.store.asking import code_of, neighbourhoods, pings_of
from lianfang.engines.collision.store.manifest import Manifest, Segment, read_manifest
from lianfang.engines.collision.store.meeting import met
from lianfang.engines.collision.store.segments import mapped
from lianfang.engines.collision.store.tallies import TALLY

_FAR_S = 10**13
_AT_ONCE = 16  # index people a task, where there are many
_RULE = PingRule()
_TALLY = TALLY


@dataclass(frozen=True)
class _Tables:
    """What the compiled loops take. held: the mapped arrays, kept alive as long as their addresses are in use."""

    table: NDArray[np.int64]
    per_degree: NDArray[np.float64]
    buckets: NDArray[np.int64]
    directory: NDArray[np.int64]
    held: Sequence[Any]


class Store:
    """Made by ``open_store``. Safe to ask from several threads. Appends made after it was opened are not seen."""

    def __init__(self, path: Path, manifest: Manifest, tables: _Tables) -> None:
        self.path, self.manifest, self._tables = path, manifest, tables
        self._threads = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._threads)
        self._load()

    def _load(self) -> None:
        """Have what is compiled loaded (the first time on a machine: compiled), so that no question waits for it."""
        nobody = np.zeros(0, np.int64)
        self._ask_all(self._tables.table, Index(nobody, nobody, nobody), _RULE, self.plane, 0)
        neighbourhoods(self._tables.table, nobody)
        self._marked(np.zeros(1, np.int64))

    @property
    def plane(self) -> Plane:
        return self.manifest.plane

    @property
    def rows(self) -> int:
        return self.manifest.rows

    @property
    def last_t(self) -> int:
        """Second of the last ping; 0 in a store without any."""
        return max((int(segment.bounds["t"][1]) for segment in self.manifest.segments), default=0)

    def contacts(
        self, index: Index, rule: PingRule = _RULE, *, order: int = 1, latent_s: int = 0, min_minutes: int = 0,
        until_t: int | None = None, plane: Plane | None = None,
    ) -> Contacts:  # fmt: skip
        """Return everybody whose ping was within the rule of an index person's ping, ranked.

        order: 1, or 2 for the contacts' contacts too. latent_s, until_t: of order 2, see ``second_order``. min_minutes:
        rows with fewer are left out, and expose nobody. plane: another than the store's. The columns are those of
        ``collide_pings``, with the same values; index people without a record have no rows.
        """
        first = self._asked(index, rule, plane or self.plane, min_minutes)
        if order == 1 or not len(first):
            return first
        return second_order(
            first, index, latent_s, self.last_t if until_t is None else until_t,
            lambda onward, unlisted: self._asked(onward, rule, plane or self.plane, min_minutes, unlisted),
        )  # fmt: skip

    def _asked(
        self, index: Index, rule: PingRule, plane: Plane, min_minutes: int, unlisted: NDArray[np.int64] | None = None
    ) -> Contacts:
        """Contacts of the first order. unlisted: people who are not to be named."""
        order = np.argsort(index.person, kind="stable")
        index = Index(*(np.asarray(column, np.int64)[order] for column in (index.person, index.t0, index.t1)))
        tables, marks = self._marked(unlisted)
        found, whose = self._ask_all(tables, index, rule, plane, min_minutes)
        del marks  # kept alive until here
        return contacts_of(whose, found)

    def _ask_all(
        self, table: NDArray[np.int64], index: Index, rule: PingRule, plane: Plane, min_minutes: int
    ) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Tallies by index person, and whose contact each is."""
        across = METRES_A_DEGREE * math.cos(math.radians(plane.lat0))
        axes = np.array([plane.lon0, plane.lat0, across, METRES_A_DEGREE])
        near = np.array([rule.radius_m, min(rule.gap_s, _FAR_S)], np.float64)
        many = len(index) > _AT_ONCE * self._threads * 4
        step = _AT_ONCE if many else 1
        turn = np.arange(len(index))
        if many:  # neighbours one after the other: they look at the same rows
            turn = np.argsort(neighbourhoods(table, index.person), kind="stable")
        held = self._tables

        def ask(first: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
            return _ask(
                table, held.per_degree, held.buckets, held.directory, index.person, index.t0, index.t1,
                turn[first : first + step], near, axes, chances.table(), -(-min_minutes // BIN_MINUTES),
            )  # fmt: skip

        firsts = range(0, max(len(index), 1), step)
        parts = list(self._pool.map(ask, firsts) if len(firsts) > 1 else map(ask, firsts))
        found = np.concatenate([tallies for tallies, _ in parts])
        whose = np.concatenate([person for _, person in parts])
        if many:
            by_person = np.argsort(whose, kind="stable")
            found, whose = found[by_person], whose[by_person]
        return found, whose

    def _marked(self, unlisted: NDArray[np.int64] | None) -> tuple[NDArray[np.int64], list[NDArray[np.uint8]]]:
        """The tables with, for each segment, a mark for each code of somebody who is not to be named."""
        marks: list[NDArray[np.uint8]] = []
        if unlisted is None or not len(unlisted):
            return self._tables.table, marks
        table = self._tables.table.copy()
        for row in table:
            mark = np.zeros(row[at.CODES], np.uint8)
            _mark(row, unlisted, mark)
            row[at.UNLISTED] = mark.ctypes.data
            marks.append(mark)
        return table, marks


@compiled
def _mark(segment: Any, people: Any, mark: Any) -> None:
    for person in people:
        code = code_of(segment, person)
        if code >= 0:
            mark[code] = 1


@compiled
def _ask(
    table: Any, per_degree: Any, buckets: Any, directory: Any, people: Any, t0: Any, t1: Any, turn: Any, rule: Any, plane: Any, chances: Any, least_bins: Any,
) -> Any:  # fmt: skip
    """Tallies of the contacts of index people first…last, one after the other, each one's ranked."""
    found, whose = np.empty(1024, _TALLY), np.empty(1024, np.int64)
    count = 0
    for place in turn:
        asking = pings_of(table, per_degree, buckets, people[place], t0[place], t1[place], plane)
        if len(asking) == 0:
            continue
        tallies = met(table, per_degree, directory, asking, people[place], rule, plane, chances)
        if count + len(tallies) > len(found):
            larger = np.empty(2 * (count + len(tallies)), found.dtype)
            more = np.empty(len(larger), np.int64)
            larger[:count], more[:count] = found[:count], whose[:count]
            found, whose = larger, more
        for row in range(len(tallies)):
            if tallies[row].bins < least_bins:
                break
            found[count] = tallies[row]
            whose[count] = people[place]
            count += 1
    return found[:count], whose[:count]


def open_store(path: Path | str) -> Store:
    """Open a store and look at every byte of it. Raises BadRecord where anything is missing or has changed.

    Takes what reading the whole store takes (warm, about 25 GB/s on two cores). Nothing remembers that a store was
    found good: a disk that lost a bit since would make such a memory a lie.
    """
    path = Path(path)
    manifest = read_manifest(path)
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        arrays = [mapped(path, segment, threads)[1] for segment in manifest.segments]
    return Store(path, manifest, _tables(manifest.segments, arrays))


def _tables(segments: Sequence[Segment], arrays: Sequence[Mapping[str, NDArray[Any]]]) -> _Tables:
    table = np.zeros((len(segments), at.COLUMNS), np.int64)
    entries = [np.zeros((0, 3), np.int64)]
    for place, (segment, mapped_) in enumerate(zip(segments, arrays, strict=True)):
        table[place] = _row(segment, mapped_)
        bucket = mapped_["bucket"]
        entries.append(np.stack([bucket, np.full(len(bucket), place), np.arange(len(bucket))], 1))
    directory = np.concatenate(entries)
    directory = np.ascontiguousarray(directory[np.argsort(directory[:, 0], kind="stable")])
    per_degree = np.array([segment.layout.per_degree for segment in segments], np.float64)
    buckets = np.array([mapped_["bucket"].ctypes.data for mapped_ in arrays], np.int64)
    return _Tables(table, per_degree, buckets, directory, list(arrays))


def _row(segment: Segment, arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    layout = segment.layout

    def address(name: str) -> int:
        return arrays[name].ctypes.data if len(arrays[name]) else 0

    row = np.zeros(at.COLUMNS, np.int64)
    for column, name in (
        (at.WORD, "word"), (at.ACCURACY, "accuracy"), (at.LON, "lon"), (at.LAT, "lat"), (at.STARTS, "starts"),
        (at.STRIPS, "strips"), (at.PEOPLE, "people"), (at.PERSON_STARTS, "person_starts"), (at.STEPS, "steps"),
    ):  # fmt: skip
        row[column] = address(name)
    row[[at.BUCKETS, at.STRIP_COUNT, at.STRIP_BITS, at.X_BITS]] = (
        len(arrays["bucket"]), layout.strips, layout.strip_bits, layout.x_bits,
    )  # fmt: skip
    row[[at.PERSON0, at.CODES, at.BLOCK_SHIFT, at.X0, at.Y0, at.ROWS]] = (
        layout.person0, layout.codes, segment.block_shift, layout.x0, layout.y0, segment.rows,
    )  # fmt: skip
    return row
