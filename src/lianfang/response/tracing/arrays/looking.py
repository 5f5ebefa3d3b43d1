"""A question under a warrant, asked of the engine: whom did the records put near the cases, and near those people?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import shapely
from django.conf import settings

from lianfang.engines.collision import PING, STRONGEST_FIRST, Contacts, wrong_per_true
from lianfang.response.tracing.arrays.keeping import widened
from lianfang.response.tracing.arrays.shelf import Kept, Nearness, Shelf, Windows, near
from lianfang.response.tracing.models import Candidate
from lianfang.response.tracing.queries import people_of, refs_of
from lianfang.response.tracing.rules.findings import Finding, joined

Pair = tuple[int, int]  # case id, person id
Window = tuple[int, int]


@dataclass(frozen=True)
class Asked:
    """One index person of a question. via: None for a case itself, otherwise the close contact this person is."""

    case: int
    person: int
    window: Window
    via: int | None = None


@dataclass(frozen=True)
class Answer:
    """unmatched: keys near somebody asked about that mean nobody we know: a number, and nothing else of them.

    asked: everybody who was asked about, in both steps; ``silent``: cases of whom there is no record.
    """

    findings: dict[Pair, Finding]
    asked: list[Asked]
    unmatched: int
    silent: list[int]


@dataclass(frozen=True)
class Terms:
    """How a question is asked. latent_s: how long after their first exposure a contact can expose others at the soonest.

    until: the last second of the question. inside: the narrower area that was asked about, None for all that is kept.
    """

    kinds: tuple[str, ...]
    nearness: Nearness
    degrees: int
    latent_s: int
    min_minutes: int
    until: int
    inside: shapely.Geometry | None = None


class Records:
    """The kinds of record a question is about, each opened once and cut to the area asked about."""

    def __init__(self, shelf: Shelf, terms: Terms) -> None:
        self.shelf = shelf
        opened = {kind: shelf.kept(kind) for kind in STRONGEST_FIRST if kind in terms.kinds}
        self.kinds = {kind: kept for kind, kept in opened.items() if kept is not None}
        if terms.inside is not None and PING in self.kinds:
            self.kinds[PING] = _within(self.kinds[PING], terms.inside)


def _within(kept: Kept, area: shapely.Geometry) -> Kept:
    pings = kept.records
    mine = shapely.contains_xy(widened(area, settings.WARRANT_MARGIN_M), pings.lon, pings.lat)  # type: ignore[union-attr]
    return replace(kept, records=type(pings)(**{name: values[mine] for name, values in vars(pings).items()}))


def answer(records: Records, cases: Iterable[Asked], terms: Terms) -> Answer:
    """Ask about the cases, and with ``degrees`` 2 about everybody who was near them, from their own exposure on."""
    cases = list(cases)
    first, unmatched, silent = _step(records, cases, terms, 1)
    known = {one.person for one in cases}
    found = _counting({pair: one for pair, one in first.items() if pair[1] not in known}, terms)
    asked = list(cases)
    if terms.degrees == 2:
        onward = [
            Asked(case, person, (int(one.first_at.timestamp()) + terms.latent_s, terms.until), via=person)
            for (case, person), one in found.items()
        ]
        onward = [one for one in onward if one.window[0] <= one.window[1]]
        second, more, _ = _step(records, onward, terms, 2)
        known |= {person for _, person in found}
        found |= _counting({pair: one for pair, one in second.items() if pair[1] not in known}, terms)
        asked += onward
        unmatched += more
    return Answer(found, asked, unmatched, silent)


def _counting(found: Mapping[Pair, Finding], terms: Terms) -> dict[Pair, Finding]:
    return {pair: one for pair, one in found.items() if one.minutes >= terms.min_minutes}


def _step(
    records: Records, asked: list[Asked], terms: Terms, degree: int
) -> tuple[dict[Pair, Finding], int, list[int]]:
    refs = refs_of({one.person for one in asked})
    names = {one: records.shelf.pseudonyms(refs.get(one.person, ())) for one in asked}
    found: dict[Pair, Finding] = {}
    strangers: set[int] = set()
    for windows, owners in _groups(names):
        for kind, kept in records.kinds.items():
            contacts = near(kind, kept, windows, terms.nearness)
            strangers |= _add(found, contacts, kept, owners, records.shelf, degree)
    with_records = {name for kept in records.kinds.values() for name in kept.people.tolist()}
    silent = [one.case for one, mine in names.items() if not with_records.intersection(mine)]
    return found, len(strangers), silent


def _groups(names: Mapping[Asked, list[int]]) -> Iterator[tuple[Windows, dict[int, Asked]]]:
    """The engine takes everybody once; who shares a telephone with another index person is asked about separately."""
    left = [(name, one) for one, mine in names.items() for name in mine]
    while left:
        owners: dict[int, Asked] = {}
        again = []
        for name, one in left:
            if owners.setdefault(name, one) is not one:
                again.append((name, one))
        yield {name: one.window for name, one in owners.items()}, owners
        left = again


def _add(
    found: dict[Pair, Finding], contacts: Contacts, kept: Kept, owners: Mapping[int, Asked], shelf: Shelf, degree: int
) -> set[int]:
    """Put what the engine found under the people it means; return the pseudonyms that mean nobody."""
    names = kept.people[contacts.person].tolist()
    refs = shelf.refs(set(names))
    people = people_of(refs.values())
    strangers = set()
    for row, name in enumerate(names):
        meant = people.get(refs[name], []) if name in refs else []
        if not meant:
            strangers.add(name)
        one = owners[int(kept.people[contacts.index_person[row]])]
        for person in meant:
            if person != one.person:
                _join(found, (one.case, person), _finding(contacts, kept, row, degree, one.via))
    return strangers


def _join(found: dict[Pair, Finding], pair: Pair, finding: Finding) -> None:
    found[pair] = joined(found[pair], finding) if pair in found else finding


def _finding(contacts: Contacts, kept: Kept, row: int, degree: int, via: int | None) -> Finding:
    place, minutes = int(contacts.place[row]), int(contacts.minutes[row])
    return Finding(
        evidence=contacts.evidence,
        place=kept.places[place][:120] if place >= 0 else "",
        minutes=minutes,
        first_at=datetime.fromtimestamp(int(contacts.first_t[row]), UTC),
        last_at=datetime.fromtimestamp(int(contacts.last_t[row]), UTC),
        min_distance_m=_measured(contacts.min_distance_m[row], 1),
        probability=_measured(contacts.probability[row], 4),
        degree=degree,
        via=via,
        kinds={contacts.evidence: minutes},
    )


def _measured(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def cost_of_list(candidates: Iterable[Candidate]) -> list[float | None]:
    """For a list cut after each row: expected wrong names for each right one. None where nothing was measured yet."""
    given = [np.nan if row.probability is None else row.probability for row in candidates]
    return [None if np.isnan(cost) else float(cost) for cost in wrong_per_true(np.array(given, float))]
