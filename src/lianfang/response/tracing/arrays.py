"""Rows to arrays to rows: a file of location records, compared with one case by the collision engine."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language

from lianfang.engines.collision import (
    PING,
    RIDE,
    BadRecord,
    Contacts,
    Index,
    PingRule,
    Reading,
    RideRule,
    VisitRule,
    collide_pings,
    collide_rides,
    collide_visits,
    read_records,
    wrong_per_true,
)
from lianfang.response.people.models import Person
from lianfang.response.tracing.models import Candidate
from lianfang.response.tracing.queries import people_of, written_as
from lianfang.response.tracing.rules import Finding, joined


@dataclass(frozen=True)
class Nearness:
    """What counts as near, for whichever kind of record the file turns out to hold."""

    ping: PingRule = field(default_factory=PingRule)
    visit: VisitRule = field(default_factory=VisitRule)
    ride: RideRule = field(default_factory=RideRule)

    def said(self, kind: str) -> dict[str, float | int | None]:
        """The parameters that apply to one kind, to be stored with the run."""
        rule = {PING: self.ping, RIDE: self.ride}.get(kind, self.visit)
        return dict(vars(rule))


@dataclass(frozen=True)
class Comparison:
    """What a file says. unmatched: keys near the case that mean nobody we know; a number, and nothing else of them."""

    kind: str
    sha256: str
    rows: int
    rows_in_window: int
    case_rows: int
    findings: dict[int, Finding]
    unmatched: int


def compare(
    path: Path, person: Person, from_at: datetime, to_at: datetime, nearness: Nearness, epoch: datetime | None = None
) -> Comparison:
    """Read the records of the window and return who was near the person in it.

    epoch: where times written as whole numbers count from; 1970-01-01 UTC if None. Nothing of the file is kept. Raises
    ValidationError, in the user's language, naming row and column.
    """
    window = int(from_at.timestamp()), int(to_at.timestamp())
    # A contact's own record may lie this much outside the window of the case and still be near it by the rule.
    margin = max(nearness.ping.gap_s, nearness.visit.linger_s)
    try:
        reading = read_records(
            path, (window[0] - margin, window[1] + margin), zone=timezone.get_default_timezone(),
            epoch_s=int(epoch.timestamp()) if epoch else 0,
        )  # fmt: skip
    except BadRecord as error:
        raise ValidationError({"records": error.message(get_language() or "en")}) from error
    codes = reading.codes_of(*written_as(person, reading.key, reading.people.tolist()))
    case_rows = int(np.isin(reading.records.person, codes).sum())
    found = _collide(reading, codes, window, nearness)
    findings, unmatched = _findings(reading, found, person)
    receipt = reading.receipt
    return Comparison(reading.kind, receipt.sha256, receipt.rows, receipt.kept, case_rows, findings, unmatched)


def _collide(reading: Reading, codes: np.ndarray, window: tuple[int, int], nearness: Nearness) -> Contacts:
    """Ask the engine about the case, whose several keys (two telephones) are one person to it."""
    mine = codes[:1]
    records = reading.records
    if len(codes) > 1:
        records = replace(records, person=np.where(np.isin(records.person, codes), codes[0], records.person))
    index = Index(mine, np.full(len(mine), window[0]), np.full(len(mine), window[1]))
    if reading.kind == PING:
        return collide_pings(records, index, nearness.ping, reading.plane)
    if reading.kind == RIDE:
        return collide_rides(records, index, nearness.ride)
    return collide_visits(records, index, nearness.visit)


def _findings(reading: Reading, found: Contacts, case_person: Person) -> tuple[dict[int, Finding], int]:
    texts = reading.people[found.person].tolist()
    known = people_of(reading.key, texts)
    findings: dict[int, Finding] = {}
    for row, text in enumerate(texts):
        for person in known.get(text, ()):
            if person != case_person.pk:
                finding = _finding(reading, found, row)
                findings[person] = joined(findings[person], finding) if person in findings else finding
    return findings, sum(text not in known for text in texts)


def _finding(reading: Reading, found: Contacts, row: int) -> Finding:
    place = int(found.place[row])
    return Finding(
        evidence=found.evidence,
        place=str(reading.places[place])[:120] if place >= 0 else "",
        minutes=int(found.minutes[row]),
        first_at=datetime.fromtimestamp(int(found.first_t[row]), UTC),
        last_at=datetime.fromtimestamp(int(found.last_t[row]), UTC),
        min_distance_m=_measured(found.min_distance_m[row], 1),
        probability=_measured(found.probability[row], 4),
    )


def _measured(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def cost_of_list(candidates: Iterable[Candidate]) -> list[float | None]:
    """For a list cut after each row: expected wrong names for each right one. None where nothing was measured yet."""
    given = [np.nan if row.probability is None else row.probability for row in candidates]
    return [None if np.isnan(cost) else float(cost) for cost in wrong_per_true(np.array(given, float))]
