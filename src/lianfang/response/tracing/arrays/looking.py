"""A question under a warrant, asked of the engine: whom did the records put near the cases, and near those people?"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import shapely
from django.conf import settings

from lianfang.engines.collision import PING, STRONGEST_FIRST, Pings, Store, wrong_per_true
from lianfang.response.tracing.arrays.keeping import widened
from lianfang.response.tracing.arrays.shelf import Kept, Near, Nearness, Shelf, Windows, near, near_in
from lianfang.response.tracing.arrays.stored import opened_store
from lianfang.response.tracing.models import Candidate
from lianfang.response.tracing.queries import people_of, refs_of
from lianfang.response.tracing.rules.findings import Finding, joined

IN_MEMORY = 300_000  # positions: a tenth of a second to ask about, and nothing to compile or to build first
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
    """The records a question is about: many positions in the engine's store, a few, stays and rides in memory.

    A narrower area than the warrant's is cut out of the positions first, which are then asked about in memory. Store and
    memory give the same answer; the store's compiled code and its files are worth their while for many rows only.
    """

    def __init__(self, shelf: Shelf, terms: Terms, store: Store | None) -> None:
        self.shelf, self.kinds, self._terms, self._store = shelf, kinds_in(shelf, terms), terms, store
        held = [kind for kind in self.kinds if kind != PING or store is None]
        self._kept = {kind: self._cut(kind, shelf.kept(kind)) for kind in held}

    def near(self, kind: str, windows: Windows) -> Near:
        if kind in self._kept:
            return near(kind, self._kept[kind], windows, self._terms.nearness)
        assert self._store is not None
        return near_in(self._store, windows, self._terms.nearness)

    def of(self, kind: str, people: Collection[int]) -> Kept:
        """The rows of some people."""
        return self._kept[kind] if kind in self._kept else self.shelf.kept(kind, people)

    def _cut(self, kind: str, kept: Kept) -> Kept:
        area = self._terms.inside
        if kind != PING or area is None:
            return kept
        pings = kept.records
        assert isinstance(pings, Pings)
        mine = shapely.contains_xy(widened(area, settings.WARRANT_MARGIN_M), pings.lon, pings.lat)
        return replace(kept, records=Pings(**{name: values[mine] for name, values in vars(pings).items()}))


def kinds_in(shelf: Shelf, terms: Terms) -> list[str]:
    """Kinds that are asked about and of which there are records, the strongest first."""
    return [kind for kind in STRONGEST_FIRST if kind in terms.kinds and shelf.of(kind)]


@contextmanager
def records_for(shelf: Shelf, terms: Terms) -> Iterator[Records]:
    """Everything a question needs, opened; unsealed bytes are gone when the block ends."""
    few = sum(one.rows_kept for one in shelf.of(PING)) <= IN_MEMORY
    if PING not in kinds_in(shelf, terms) or terms.inside is not None or few:
        yield Records(shelf, terms, None)
        return
    with opened_store(shelf) as store:
        yield Records(shelf, terms, store)


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
        for kind in records.kinds:
            strangers |= _add(found, records.near(kind, windows), owners, records.shelf, degree)
    return found, len(strangers), [one.case for one, mine in names.items() if not mine]


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


def _add(found: dict[Pair, Finding], met: Near, owners: Mapping[int, Asked], shelf: Shelf, degree: int) -> set[int]:
    """Put what the engine found under the people it means; return the pseudonyms that mean nobody."""
    names, mine = met.contacts.person.tolist(), met.contacts.index_person.tolist()
    refs = shelf.refs(set(names))
    people = people_of(refs.values())
    strangers = set()
    for row, name in enumerate(names):
        meant = people.get(refs[name], []) if name in refs else []
        if not meant:
            strangers.add(name)
        one = owners[mine[row]]
        for person in meant:
            if person != one.person:
                _join(found, (one.case, person), _finding(met, row, degree, one.via))
    return strangers


def _join(found: dict[Pair, Finding], pair: Pair, finding: Finding) -> None:
    found[pair] = joined(found[pair], finding) if pair in found else finding


def _finding(met: Near, row: int, degree: int, via: int | None) -> Finding:
    contacts = met.contacts
    place, minutes = int(contacts.place[row]), int(contacts.minutes[row])
    return Finding(
        evidence=contacts.evidence,
        place=met.places[place][:120] if place >= 0 else "",
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
