"""Cases, their sources and contacts, and the measures on them, for the benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import click
import numpy as np

from lianfang.cli.bench.moments import Moments
from lianfang.cli.speech import text
from lianfang.response.accounts.models import User
from lianfang.response.cases.models import Case, Contact, Measure, Source
from lianfang.response.cases.states import Basis, ContactState, Evidence, MeasureKind, MeasureState, Reason, Setting
from lianfang.response.databases import insert, take_ids
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area
from lianfang.response.territory.states import Kind

DISEASE, RULE = "COVID-19", "CN-7"
_COMMUNITIES = 600  # an outbreak is not everywhere
_DAY = 24 * 60
_WEEKS = 28 * _DAY
_DAYS_HELD = 14
_SETTINGS = (Setting.HOUSEHOLD, Setting.MEAL, Setting.WORKPLACE, Setting.TRANSPORT, Setting.SHOP)

_CASE = (
    "id", "label", "disease", "person_id", "area_id", "state", "state_at", "asymptomatic", "onset_on", "sampled_on",
    "diagnosed_on", "reported_on", "outcome", "hospital", "setting", "severity", "notes", "found_by", "reported_by_id",
    "confirmed_at", "confirmed_by_id", "created_at",
)  # fmt: skip
_CONTACT = (
    "id", "case_id", "person_id", "area_id", "degree", "via_id", "state", "state_at", "setting", "evidence", "relation",
    "first_exposure_at", "last_exposure_at", "minutes", "destination", "excluded_reason", "named_at", "reviewed_at",
)  # fmt: skip
_MEASURE = (
    "id", "person_id", "contact_id", "case_id", "area_id", "kind", "state", "state_at", "reason", "basis", "rule",
    "evidence", "site", "home_reason", "starts_on", "last_exposure_on", "ends_on", "checked_in_at", "released_on",
    "end_reason", "ordered_at",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """One row that duties are about: its id, person and community, and when it began, in minutes before now."""

    id: int
    person: int
    area: int
    began: int
    label: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Caseload:
    cases: list[Known]
    contacts: list[Known]
    measures: list[Known]


def make(*, cases: int, contacts: int, random: np.random.Generator, moments: Moments) -> Caseload:
    """Insert everything and return what duties will be about."""
    people = _people(cases + contacts, random)
    sick = _cases(people[:cases], random, moments)
    _sources(sick, random)
    near, measures = _contacts(people[cases:], sick, random, moments)
    return Caseload(sick, near, measures)


def _people(number: int, random: np.random.Generator) -> list[tuple[int, int]]:
    """(person, community) of people of some communities who have no case, contact or measure yet."""
    areas = np.array(
        Area.objects.filter(kind__lte=Kind.COMMUNITY, kind=Kind.COMMUNITY).order_by("pk").values_list("pk", flat=True)
    )
    chosen = random.permutation(areas)[:_COMMUNITIES].tolist()
    free = Person.objects.filter(
        community__in=chosen, merged_into__isnull=True, cases=None, contacts=None, measures=None
    )
    rows = list(free.order_by("pk").values_list("pk", "community_id"))
    if len(rows) < number:
        raise click.ClickException(
            text(
                f"城市太小：需要 {number} 人，只有 {len(rows)} 人",
                f"too small a city: {number} people needed, {len(rows)} there",
            )
        )
    return [rows[at] for at in random.permutation(len(rows))[:number].tolist()]


def _cases(people: Sequence[tuple[int, int]], random: np.random.Generator, moments: Moments) -> list[Known]:
    one, other = _two_users()
    began = np.sort(random.integers(0, _WEEKS, len(people)))[::-1].tolist()
    state = random.choice(["confirmed", "asymptomatic", "recovered"], len(people), p=[0.8, 0.12, 0.08]).tolist()
    made, rows = [], []
    for at, (pk, (person, area), minutes) in enumerate(zip(take_ids(Case, len(people)), people, began, strict=True)):
        known = Known(pk, person, area, minutes, f"B-{at + 1:05d}")
        made.append(known)
        day = str(moments.day(minutes))
        free_of_symptoms = state[at] == "asymptomatic"
        onset = None if free_of_symptoms else str(moments.day(minutes + 2 * _DAY))
        rows.append(
            [pk, known.label, DISEASE, person, area, state[at], moments.before(minutes), free_of_symptoms, onset, day, day,
             day, "", "", "", "", "", "bench", one, moments.before(minutes), other, moments.before(minutes)]
        )  # fmt: skip
    insert(Case, _CASE, rows)
    return made


def _two_users() -> tuple[int, int]:
    """Who reported and who confirmed: two people, as the database demands."""
    users = list(User.objects.order_by("pk").values_list("pk", flat=True)[:2])
    if len(users) < 2:
        raise click.ClickException(text("没有账号", "the city has no accounts"))
    return users[0], users[1]


def _sources(cases: list[Known], random: np.random.Generator) -> None:
    """Four in five cases were infected by an earlier one."""
    rows = []
    for at in np.flatnonzero(random.random(len(cases)) < 0.8).tolist():
        if at:
            source = int(random.integers(max(0, at - 60), at))
            rows.append([cases[at].id, cases[source].id, "", Evidence.INTERVIEW.value])
    insert(Source, ("case_id", "source_id", "setting", "evidence"), rows)


_STATES = (
    (ContactState.UNDER_MANAGEMENT, 0.62), (ContactState.IDENTIFIED, 0.09), (ContactState.OURS, 0.07),
    (ContactState.RELEASED, 0.1), (ContactState.EXCLUDED, 0.05), (ContactState.PUSHED_ELSEWHERE, 0.04),
    (ContactState.VERIFYING, 0.03),
)  # fmt: skip


def _contacts(
    people: Sequence[tuple[int, int]], cases: list[Known], random: np.random.Generator, moments: Moments
) -> tuple[list[Known], list[Known]]:
    """Contacts of every case, one in five through a close contact of the same case, and a measure where there is one."""
    of = np.sort(random.integers(0, len(cases), len(people))).tolist()
    state = random.choice(len(_STATES), len(people), p=[share for _, share in _STATES]).tolist()
    setting = random.integers(0, len(_SETTINGS), len(people)).tolist()
    second = (random.random(len(people)) < 0.2).tolist()
    close: dict[int, int] = {}
    made, rows, held = [], [], []
    for at, (pk, (person, area)) in enumerate(zip(take_ids(Contact, len(people)), people, strict=True)):
        case, now = cases[of[at]], _STATES[state[at]][0]
        began = int(case.began * 0.97)
        via = close.get(case.id) if second[at] else None
        close.setdefault(case.id, pk) if via is None else None
        exposed = moments.before(case.began + _DAY)
        rows.append(
            [pk, case.id, person, area, 1 if via is None else 2, via, now.value, moments.before(began),
             _SETTINGS[setting[at]].value, Evidence.INTERVIEW.value, "", exposed, exposed, 45,
             "保定市" if now == ContactState.PUSHED_ELSEWHERE else "",
             "无接触" if now == ContactState.EXCLUDED else "", moments.before(began),
             None if now == ContactState.IDENTIFIED else moments.before(began)]
        )  # fmt: skip
        known = Known(pk, person, area, began, case.label)
        made.append(known)
        if now in (ContactState.UNDER_MANAGEMENT, ContactState.RELEASED):
            held.append((known, 1 if via is None else 2, now == ContactState.RELEASED))
    insert(Contact, _CONTACT, rows)
    return made, _measures(held, random, moments)


def _measures(held: list[tuple[Known, int, bool]], random: np.random.Generator, moments: Moments) -> list[Known]:
    at_home = (random.random(len(held)) < 0.25).tolist()
    waiting = (random.random(len(held)) < 0.06).tolist()
    made, rows = [], []
    for at, (pk, (contact, degree, released)) in enumerate(zip(take_ids(Measure, len(held)), held, strict=True)):
        kind = MeasureKind.ISOLATION_HOME if at_home[at] else MeasureKind.ISOLATION_CENTRAL
        starts = moments.day(contact.began)
        ends = starts + timedelta(days=_DAYS_HELD)
        state = _state(ends <= moments.day(0), released, waiting[at])
        there = None if state == MeasureState.ORDERED else moments.before(contact.began)
        rows.append(
            [pk, contact.person, contact.id, None, contact.area, kind.value, state.value, moments.before(contact.began),
             (Reason.CLOSE_CONTACT if degree == 1 else Reason.SECONDARY_CONTACT).value, Basis.LAW_39_CONTACT.value, RULE,
             f"interview:cases.contact:{contact.id}", "" if at_home[at] else f"集中隔离点 {at % 90 + 1}",
             RULE if at_home[at] else "", str(starts), str(starts), str(ends), there, str(ends) if released else None, "",
             moments.before(contact.began)]
        )  # fmt: skip
        made.append(Known(pk, contact.person, contact.area, contact.began, contact.label, kind.value))
    insert(Measure, _MEASURE, rows)
    return made


def _state(over: bool, released: bool, waiting: bool) -> Any:
    if released:
        return MeasureState.RELEASED
    if over:
        return MeasureState.RELEASE_DUE
    return MeasureState.ORDERED if waiting else MeasureState.IN_FORCE
