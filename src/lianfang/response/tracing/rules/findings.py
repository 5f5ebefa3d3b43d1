"""What location records say about one person, joined over kinds of record and put in order."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lianfang.response.tracing.states import Record

STRONGEST_FIRST = tuple(Record)


@dataclass(frozen=True)
class Finding:
    """One person near a case. Distance and probability are of pings; None where nothing was measured.

    kinds: what each kind of record says by itself, kind → minutes; the evidence named is the strongest of them.
    degree: 1 near the case, 2 near somebody who had been near the case; ``via`` is then that person's id.
    """

    evidence: str
    place: str
    minutes: int
    first_at: datetime
    last_at: datetime
    min_distance_m: float | None = None
    probability: float | None = None
    degree: int = 1
    via: int | None = None
    kinds: dict[str, int] = field(default_factory=dict)


def joined(known: Finding, new: Finding) -> Finding:
    """Both findings about the same person as one: the nearest degree, the longest, the widest, the strongest.

    Minutes of two kinds of record may be the same minutes, so they are not added. Who was near the case is not made a
    contact of a contact by being near one as well: only findings of the same degree are joined.
    """
    if known.degree != new.degree:
        return min((known, new), key=lambda one: one.degree)
    strongest = min((known, new), key=lambda one: STRONGEST_FIRST.index(Record(one.evidence)))
    first = min((known, new), key=lambda one: one.first_at)
    return replace(
        strongest,
        minutes=max(known.minutes, new.minutes),
        first_at=first.first_at,
        via=first.via,
        last_at=max(known.last_at, new.last_at),
        min_distance_m=min((d for d in (known.min_distance_m, new.min_distance_m) if d is not None), default=None),
        probability=max((p for p in (known.probability, new.probability) if p is not None), default=None),
        kinds={kind: max(known.kinds.get(kind, 0), new.kinds.get(kind, 0)) for kind in sorted(known.kinds | new.kinds)},
    )


def order(finding: Finding) -> tuple[Any, ...]:
    """Sort key of a list of candidates: degree, strength of evidence, minutes, distance."""
    far = float("inf") if finding.min_distance_m is None else finding.min_distance_m
    return finding.degree, STRONGEST_FIRST.index(Record(finding.evidence)), -finding.minutes, far


@dataclass(frozen=True)
class Meeting:
    """One meeting of a candidate with whom they were near: what the map and the time bar show.

    lon, lat: half way between two phones, degrees; None where the record knows a place by name only.
    """

    kind: str
    from_at: datetime
    to_at: datetime
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    distance_m: float | None = None
    probability: float | None = None
