"""What location records say about one person, joined over runs and put in order."""

from dataclasses import dataclass, replace
from datetime import datetime

STRONGEST_FIRST = ("ride", "visit", "ping")  # the same carriage and the same room outrank a phone's circle


@dataclass(frozen=True)
class Finding:
    """One person near the case. Distance and probability are of pings; None where nothing was measured."""

    evidence: str
    place: str
    minutes: int
    first_at: datetime
    last_at: datetime
    min_distance_m: float | None = None
    probability: float | None = None


def joined(known: Finding, new: Finding) -> Finding:
    """Both findings about the same person as one: the longest, the widest, the strongest.

    Minutes of two kinds of record may be the same minutes, so they are not added.
    """
    strongest = min((known, new), key=lambda one: STRONGEST_FIRST.index(one.evidence))
    return replace(
        strongest,
        minutes=max(known.minutes, new.minutes),
        first_at=min(known.first_at, new.first_at),
        last_at=max(known.last_at, new.last_at),
        min_distance_m=min((d for d in (known.min_distance_m, new.min_distance_m) if d is not None), default=None),
        probability=max((p for p in (known.probability, new.probability) if p is not None), default=None),
    )


def order(finding: Finding) -> tuple[int, int, float]:
    """Sort key of a list of candidates: strength of evidence, then minutes, then distance."""
    far = float("inf") if finding.min_distance_m is None else finding.min_distance_m
    return STRONGEST_FIRST.index(finding.evidence), -finding.minutes, far
