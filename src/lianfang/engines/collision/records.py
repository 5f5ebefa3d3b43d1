"""The three kinds of location record and the index people, as checked columns. Order of rows has no meaning."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.problems import BadRecord

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]


class _Columns:
    """Columns of one length. Lists are taken too; arrays are kept as they are, without a copy."""

    def __post_init__(self) -> None:
        length = None
        for item in fields(self):  # type: ignore[arg-type]
            values = np.asarray(getattr(self, item.name))
            length = len(values) if length is None and values.ndim == 1 else length
            if values.ndim != 1 or len(values) != length:
                raise BadRecord("shape", column=item.name, expected=length or "n", found=values.shape)
            object.__setattr__(self, item.name, _typed(item.name, values, whole=item.type is Ints))

    def __len__(self) -> int:
        return len(self.person)  # type: ignore[attr-defined]


def _typed(name: str, values: NDArray[Any], *, whole: bool) -> NDArray[Any]:
    if values.dtype == bool or values.dtype.kind not in "iuf":
        raise BadRecord("not_number", column=name, row=0 if len(values) else None, value=values[:1])
    if values.dtype.kind == "f" and not (finite := np.isfinite(values)).all():
        row = int(np.argmin(finite))
        raise BadRecord("not_finite", column=name, row=row, value=values[row])
    if whole and values.dtype.kind == "f":
        whole_values = values == np.floor(values)
        if not whole_values.all():
            row = int(np.argmin(whole_values))
            raise BadRecord("not_integer", column=name, row=row, value=values[row])
        return values.astype(np.int64)
    return values if whole or values.dtype.kind == "f" else values.astype(np.float64)


def _check_range(name: str, values: NDArray[Any], low: float, high: float) -> None:
    good = (values >= low) & (values <= high)
    if not good.all():
        row = int(np.argmin(good))
        raise BadRecord("out_of_range", column=name, row=row, value=values[row], low=low, high=high)


def _check_order(name: str, start: NDArray[Any], end: NDArray[Any]) -> None:
    good = end >= start
    if not good.all():
        row = int(np.argmin(good))
        raise BadRecord("times_reversed", column=name, row=row, value=end[row], start=start[row])


@dataclass(frozen=True)
class Pings(_Columns):
    """Positions of phones, n rows.

    person: int. t: int, seconds since the store's epoch. lon, lat: degrees, WGS-84. accuracy_m: metres, the radius
    that holds the true position with 68 % probability, 0 or more. Raises BadRecord naming column and row (from 0).
    """

    person: Ints
    t: Ints
    lon: Floats
    lat: Floats
    accuracy_m: Floats

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_range("lon", self.lon, -180, 180)
        _check_range("lat", self.lat, -90, 90)
        _check_range("accuracy_m", self.accuracy_m, 0, 1e7)


@dataclass(frozen=True)
class Visits(_Columns):
    """Stays at places known by name, n rows: person int, place int, t_in ≤ t_out int seconds since the epoch."""

    person: Ints
    place: Ints
    t_in: Ints
    t_out: Ints

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_order("t_out", self.t_in, self.t_out)


@dataclass(frozen=True)
class Rides(_Columns):
    """Journeys, n rows: person, trip, carriage, row of seats (all int), t_on ≤ t_off int seconds since the epoch."""

    person: Ints
    trip: Ints
    carriage: Ints
    row: Ints
    t_on: Ints
    t_off: Ints

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_order("t_off", self.t_on, self.t_off)


@dataclass(frozen=True)
class Index(_Columns):
    """The people asked about, each once, with the seconds from t0 to t1 (both included) in which they could infect."""

    person: Ints
    t0: Ints
    t1: Ints

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_order("t1", self.t0, self.t1)
        people, first = np.unique(self.person, return_index=True)
        if len(people) < len(self.person):
            row = int(np.setdiff1d(np.arange(len(self.person)), first)[0])
            raise BadRecord("index_twice", column="person", row=row, value=self.person[row])

    def find(self, person: Ints) -> NDArray[np.int64]:
        """Position in the index of each person given, -1 for whoever is not in it."""
        if not len(self):
            return np.full(len(person), -1, np.int64)
        order = np.argsort(self.person, kind="stable")
        known = np.asarray(self.person)[order]
        place = np.minimum(np.searchsorted(known, person), len(known) - 1)
        return np.where(known[place] == person, order[place], -1)
