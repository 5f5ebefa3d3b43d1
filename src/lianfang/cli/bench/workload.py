"""Duties for the benchmark, and the tallies that are their sums."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import click
import numpy as np

from lianfang.cli.bench.caseload import RULE, Caseload, Known
from lianfang.cli.bench.moments import Moments
from lianfang.cli.speech import text
from lianfang.response.databases import insert
from lianfang.response.duties import rules
from lianfang.response.duties.models import Duty, Tally
from lianfang.response.duties.queries import holders_of
from lianfang.response.duties.states import Blocked, State
from lianfang.response.territory.fields import upward
from lianfang.response.territory.models import Area
from lianfang.response.territory.states import Kind

LATE_SHARE, OPEN_SHARE, CANCELLED_SHARE = 0.03, 0.09, 0.02
CAMPAIGN = "bench-closure"
_DAY = 24 * 60
_AHEAD = 12 * 60  # minutes within which what is open and not late falls due
_OF_A_CASE = (
    "report_case", "verify_report", "confirm_case", "core_information", "itinerary", "investigation", "move_infected",
)  # fmt: skip
_COLUMNS = (
    "key", "kind", "campaign", "area_id", "person_id", "subject", "params", "owner_id", "owner_role", "state",
    "proof_required", "proof", "rule", "opened_at", "due_at", "late_at", "level", "climbed_at", "next_climb_at", "blocked",
    "blocked_note", "closed_at", "closed_by_id",
)  # fmt: skip
_TALLY = ("area_id", "kind", "campaign", "open", "late", "done", "cancelled")
_PROOF = json.dumps({"note": "已办"})


@dataclass(frozen=True)
class _Wanted:
    """One duty to make: began minutes before now, hours until it is due."""

    key: str
    kind: str
    area: int
    began: int
    hours: float
    person: int | None = None
    subject: str = ""
    params: str = "{}"
    campaign: str = ""


def make(load: Caseload, *, duties: int, random: np.random.Generator, moments: Moments) -> int:
    """Insert ``duties`` duties and their tallies; return how many are late."""
    areas = {pk: (path, kind) for pk, path, kind in _governing()}
    wanted = list(islice(_wanted(load, areas, moments), duties))
    if len(wanted) < duties:
        raise click.ClickException(
            text(
                f"城市太小：只能产生 {len(wanted)} 项职责",
                f"too small a city: it gives rise to {len(wanted)} duties only",
            )
        )
    owners = _owners({(rules.KINDS[one.kind].role, one.area) for one in wanted})
    outcome = _outcomes(duties, random)
    counted: Counter[tuple[int, str, str, int]] = Counter()
    insert(Duty, _COLUMNS, _rows(wanted, outcome, areas, owners, moments, counted))
    _tally(counted, areas)
    return int((outcome == _LATE).sum())


def _governing() -> Iterator[tuple[int, str, int]]:
    rows = Area.objects.filter(kind__lte=Kind.COMMUNITY).order_by("path")
    return iter(rows.values_list("pk", "path", "kind"))


def _wanted(load: Caseload, areas: dict[int, tuple[str, int]], moments: Moments) -> Iterator[_Wanted]:
    """Everything an outbreak of this size makes somebody owe; visits last, as many days as are needed."""
    yield from _of_places(areas)
    for case in load.cases:
        for kind in _OF_A_CASE:
            yield _about(kind, "cases.case", case, 2, {"case": case.label})
    for contact in load.contacts:
        yield _about("review_contact", "cases.contact", contact, 6, {"case": contact.label, "degree": 1})
    for measure in load.measures:
        yield _about("place_contact", "cases.measure", measure, 12, {"case": measure.label, "measure": measure.kind})
        yield _about("service_call", "cases.measure", measure, 24, {"measure": measure.kind})
    for day in range(28):
        for measure in load.measures:
            began = measure.began - day * _DAY
            if began > 0:
                yield _visit(measure, day, began, moments)


def _of_places(areas: dict[int, tuple[str, int]]) -> Iterator[_Wanted]:
    for pk, (path, kind) in areas.items():
        if kind == Kind.COMMUNITY:
            for owed, hours in (("close_community", 9.0), ("survey_households", 72.0)):
                yield _Wanted(f"{CAMPAIGN}:{owed}:{path}", owed, pk, 6 * _DAY, hours, campaign=CAMPAIGN)
        if kind == Kind.TOWNSHIP:
            for day in range(14):
                yield _Wanted(f"bench:daily_report:{path}:{day}", "daily_report", pk, day * _DAY + 60, 10)


def _about(kind: str, model: str, known: Known, hours: float, params: dict[str, object]) -> _Wanted:
    subject = f"{model}:{known.id}"
    return _Wanted(f"{kind}:{subject}", kind, known.area, known.began, hours, known.person, subject, json.dumps(params))


def _visit(measure: Known, day: int, began: int, moments: Moments) -> _Wanted:
    subject = f"cases.measure:{measure.id}"
    key = f"follow_up:{subject}:{moments.day(began):%Y%m%d}"
    params = json.dumps({"measure": measure.kind, "day": day + 1})
    return _Wanted(key, "follow_up", measure.area, began, 24, measure.person, subject, params)


def _owners(wanted: set[tuple[str, int]]) -> dict[tuple[str, int], int | None]:
    areas = Area.objects.in_bulk({area for _, area in wanted})
    found = {}
    for role in {role for role, _ in wanted}:
        mine = [areas[area] for other, area in wanted if other == role]
        found.update({(role, area): owner for area, owner in holders_of(role, mine).items()})
    return found


_DONE, _LATE, _OPEN, _CANCELLED = range(4)


def _outcomes(number: int, random: np.random.Generator) -> np.ndarray:
    """Which duty came to what: exact shares, in random order."""
    late, still, cancelled = (round(number * share) for share in (LATE_SHARE, OPEN_SHARE, CANCELLED_SHARE))
    rest = number - late - still - cancelled
    return random.permutation(np.repeat([_LATE, _OPEN, _CANCELLED, _DONE], [late, still, cancelled, rest]))


def _rows(
    wanted: list[_Wanted],
    outcome: np.ndarray,
    areas: dict[int, tuple[str, int]],
    owners: dict[tuple[str, int], int | None],
    moments: Moments,
    counted: Counter[tuple[int, str, str, int]],
) -> Iterator[list[object]]:
    blocked = [""] * 4 + [reason.value for reason in (Blocked.NOBODY_HOME, Blocked.NO_ANSWER, Blocked.NO_VEHICLE)]
    for at, (one, came_to) in enumerate(zip(wanted, outcome.tolist(), strict=True)):
        kind = rules.KINDS[one.kind]
        level = areas[one.area][1]
        owner = owners[kind.role, one.area]
        counted[one.area, one.kind, one.campaign, came_to] += 1
        opened, due, late_at, closed = _times(one, came_to, at, moments)
        shown, climbed, climbs = (
            _climb(one.kind, due, level, late_at, moments.now) if closed is None else (level, None, None)
        )
        yield [
            one.key, one.kind, one.campaign, one.area, one.person, one.subject, one.params, owner, kind.role,
            _STATE[came_to].value, kind.proof.value, _PROOF if came_to == _DONE else None, RULE, opened, due, late_at,
            shown, climbed, climbs, blocked[at % 7] if came_to == _LATE else "", "", closed, owner if closed else None,
        ]  # fmt: skip


_STATE = {_DONE: State.DONE, _LATE: State.OPEN, _OPEN: State.OPEN, _CANCELLED: State.CANCELLED}


def _times(
    one: _Wanted, came_to: int, at: int, moments: Moments
) -> tuple[datetime, datetime, datetime | None, datetime | None]:
    """(opened, due, found late, closed). What is open is due from now on; what is late was due in the past two days."""
    minutes = int(one.hours * 60)
    if came_to == _LATE:
        over = 1 + at % (2 * _DAY)
        due = moments.before(over)
        return moments.before(over + minutes), due, due, None
    if came_to == _OPEN:
        ahead = 1 + at % min(minutes, _AHEAD)
        return moments.before(minutes - ahead), moments.before(-ahead), None, None
    opened = moments.before(one.began)
    return (
        opened,
        moments.before(one.began - minutes),
        None,
        moments.before(max(0, one.began - minutes * (at % 9) // 10)),
    )


def _climb(
    kind: str, due: datetime, area_level: int, late_at: datetime | None, now: datetime
) -> tuple[int, datetime | None, datetime | None]:
    """(level reached by now, since when, when it climbs next), by the rule of the kind."""
    level, when = area_level, rules.next_climb(kind, due, area_level, area_level)[1]
    climbed = None
    while late_at is not None and when is not None and when <= now:
        climbed = when
        level, _ = rules.next_climb(kind, due, area_level, level)
        _, when = rules.next_climb(kind, due, area_level, level)
    return level, climbed, when


def _tally(counted: Counter[tuple[int, str, str, int]], areas: dict[int, tuple[str, int]]) -> None:
    """Add what was made to the tallies of its area and of every area above."""
    pks = {path: pk for pk, (path, _) in areas.items()}
    sums: dict[tuple[int, str, str], np.ndarray] = {}
    for (area, kind, campaign, came_to), number in counted.items():
        for path in upward(areas[area][0]):
            sums.setdefault((pks[path], kind, campaign), np.zeros(4, np.int64))[came_to] += number
    known = list(Tally.objects.filter(kind__in={kind for _, kind, _ in sums}))
    for tally in known:
        more = sums.pop((tally.area_id, tally.kind, tally.campaign), None)
        if more is not None:
            tally.open, tally.late = tally.open + int(more[_OPEN] + more[_LATE]), tally.late + int(more[_LATE])
            tally.done, tally.cancelled = tally.done + int(more[_DONE]), tally.cancelled + int(more[_CANCELLED])
    Tally.objects.bulk_update(known, ["open", "late", "done", "cancelled"], batch_size=500)
    insert(
        Tally,
        _TALLY,
        ([*key, int(n[_OPEN] + n[_LATE]), *map(int, (n[_LATE], n[_DONE], n[_CANCELLED]))] for key, n in sums.items()),
    )
