"""What a warrant's vault holds, opened in memory for one question, and the engine asked about it."""

import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from lianfang.engines.collision import (
    PING,
    RIDE,
    VISIT,
    Contacts,
    Index,
    PingRule,
    Pings,
    RideRule,
    Rides,
    Store,
    VisitRule,
    Visits,
    collide_pings,
    collide_rides,
    collide_visits,
)
from lianfang.response.tracing.arrays.keeping import NAMES
from lianfang.response.tracing.models import Batch
from lianfang.response.tracing.queries import Ref
from lianfang.response.tracing.vault import Vault

Windows = dict[int, tuple[int, int]]  # pseudonym → first and last second in which they count


@dataclass(frozen=True)
class Nearness:
    """What counts as near, for each kind of record."""

    ping: PingRule = field(default_factory=PingRule)
    visit: VisitRule = field(default_factory=VisitRule)
    ride: RideRule = field(default_factory=RideRule)

    def said(self) -> dict[str, float | int | None]:
        """The parameters, to be stored with the look."""
        return vars(self.ping) | vars(self.visit) | vars(self.ride)


@dataclass(frozen=True)
class Kept:
    """Records of one kind. people[code]: pseudonyms, sorted; places[code]: names of places or trips."""

    records: Pings | Visits | Rides
    people: NDArray[np.int64]
    places: list[str]

    def codes(self, pseudonyms: Iterable[int]) -> NDArray[np.int64]:
        """Codes of those pseudonyms that have records of this kind."""
        wanted = np.fromiter(pseudonyms, np.int64)
        return np.flatnonzero(np.isin(self.people, wanted))


class Shelf:
    """The records of one warrant. Nothing of it outlives the question it was opened for."""

    def __init__(self, vault: Vault, batches: Iterable[Batch]) -> None:
        self.vault = vault
        self._batches = list(batches)

    def of(self, kind: str) -> list[Batch]:
        return [one for one in self._batches if one.kind == kind]

    def kept(self, kind: str, people: Collection[int] | None = None) -> Kept:
        """All records of a kind, or those of some people only."""
        wanted = None if people is None else [("person_id", "in", list(people) or [-1])]
        parts = (self.vault.get(part_of(one.sha256)) for one in self.of(kind))
        tables = [parquet.read_table(io.BytesIO(part), filters=wanted) for part in parts]
        return _kept(kind, pa.concat_tables(tables, promote_options="permissive"))

    @cached_property
    def _directory(self) -> dict[int, Ref]:
        found: dict[int, Ref] = {}
        for one in self._batches:
            table = parquet.read_table(io.BytesIO(self.vault.get(directory_of(one.sha256))))
            columns = (table[name].to_pylist() for name in ("pseudonym", "by", "ref"))
            found.update((pseudonym, (by, ref)) for pseudonym, by, ref in zip(*columns, strict=True))
        return found

    @cached_property
    def _pseudonyms(self) -> dict[Ref, int]:
        return {ref: pseudonym for pseudonym, ref in self._directory.items()}

    def refs(self, pseudonyms: Iterable[int]) -> dict[int, Ref]:
        """Whom pseudonyms refer to; those of nobody we could know are left out."""
        return {one: self._directory[one] for one in pseudonyms if one in self._directory}

    def pseudonyms(self, refs: Iterable[Ref]) -> list[int]:
        return [self._pseudonyms[ref] for ref in refs if ref in self._pseudonyms]


def part_of(sha256: str) -> str:
    return f"{sha256}.records"


def directory_of(sha256: str) -> str:
    return f"{sha256}.people"


def _kept(kind: str, table: pa.Table) -> Kept:
    ours = {theirs: name for name, theirs in NAMES.items()}
    columns = {ours.get(name, name): table[name] for name in table.column_names}
    people, person = np.unique(columns["person"].to_numpy(), return_inverse=True)
    places: list[str] = []
    arrays: dict[str, Any] = {"person": person.astype(np.int64)}
    for name, column in columns.items():
        if name in ("place", "trip"):
            arrays[name], places = _coded(column)
        elif name == "carriage":
            arrays[name], _ = _coded(column)
        elif name != "person":
            arrays[name] = column.to_numpy()
    made = {PING: Pings, VISIT: Visits, RIDE: Rides}[kind](**arrays)
    return Kept(made, people, places)


def _coded(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], list[str]]:
    coded = compute.dictionary_encode(column.cast(pa.string())).combine_chunks()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


@dataclass(frozen=True)
class Near:
    """What the engine answers, people as pseudonyms. places: what ``contacts.place`` counts in."""

    contacts: Contacts
    places: list[str]


def near(kind: str, kept: Kept, windows: Windows, nearness: Nearness) -> Near:
    """Whom the engine puts near these pseudonyms in their windows, from records held in memory."""
    codes = kept.codes(windows)
    times = np.array([windows[int(kept.people[code])] for code in codes], np.int64).reshape(-1, 2)
    index = Index(codes, times[:, 0], times[:, 1])
    if kind == PING:
        found = collide_pings(kept.records, index, nearness.ping)  # type: ignore[arg-type]
    elif kind == RIDE:
        found = collide_rides(kept.records, index, nearness.ride)  # type: ignore[arg-type]
    else:
        found = collide_visits(kept.records, index, nearness.visit)  # type: ignore[arg-type]
    named = replace(found, person=kept.people[found.person], index_person=kept.people[found.index_person])
    return Near(named, kept.places)


def near_in(store: Store, windows: Windows, nearness: Nearness) -> Near:
    """The same of positions, from the engine's store."""
    times = np.array(list(windows.values()), np.int64).reshape(-1, 2)
    index = Index(np.fromiter(windows, np.int64, len(windows)), times[:, 0], times[:, 1])
    return Near(store.contacts(index, nearness.ping), [])
