"""Reads that a second person looks at on the next day: who looked at whom on which ground, and a duty to review it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.accounts.models import User
from lianfang.response.duties.actions import finish_duty, open_duty
from lianfang.response.duties.models import Duty
from lianfang.response.duties.queries import holder_of
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.ledger import queries
from lianfang.response.ledger.actions import announce, record
from lianfang.response.ledger.models import Review
from lianfang.response.ledger.states import Ground, ReviewState
from lianfang.response.people.models import Person
from lianfang.response.territory.actions.grants import same_person
from lianfang.response.territory.fields import upward
from lianfang.response.territory.models import Area, Grant
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import IN_POWER, require, require_somewhere
from lianfang.response.territory.states import Move
from lianfang.response.workflows.obligations import end_of

DUTY = "review_access"
DAY_BEGINS, DAY_ENDS = 6, 22  # hours of the city outside of which a read is unusual
_SETTLES = timedelta(minutes=5)  # a read that began before midnight may be written after it
_DECISIONS = {
    (ReviewState.OPEN, ReviewState.IN_ORDER): Move("reads.review", "review.in_order"),
    (ReviewState.OPEN, ReviewState.QUESTIONED): Move("reads.review", "review.questioned"),
}


@dataclass
class _Reads:
    """What one account read on one day on one ground."""

    paths: set[str] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    times: list[datetime] = field(default_factory=list)


_Key = tuple[date, int, Ground, str]


def review_reads(at: datetime) -> int:
    """Put the reads of every day that has ended on the review list, once; and owe a review of what is open there.

    A tick that was missed is made up for by the next one. Returns how many duties were new.
    """
    yesterday = timezone.localdate(at - _SETTLES) - timedelta(days=1)
    if not queries.gathered(yesterday):
        _gather(yesterday, at)
    return _owe_reviews(at)


def _gather(until: date, at: datetime) -> None:
    last = queries.gathered_until()
    if last is not None and last >= until:
        return
    found = _found(end_of(last) if last else None, end_of(until))
    rows = [_review(key, reads) for key, reads in found.items()]
    with transaction.atomic():
        Review.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
        record("reads.gathered", queries.day_label(until), at=at, count=len(rows))


def _review(key: _Key, reads: _Reads) -> Review:
    day, reader, ground, about = key
    return Review(
        day=day, reader_id=reader, ground=ground, about=about, area_path=_holding(reads.paths),
        people=len(reads.people), reads=len(reads.times), first_at=min(reads.times), last_at=max(reads.times),
    )  # fmt: skip


def _holding(paths: Iterable[str]) -> str:
    """The smallest area that holds all of these; the first of them where they lie in different cities."""
    parts = [path.rstrip("/").split("/") for path in sorted(paths)]
    shared = [level[0] for level in takewhile(lambda level: len(set(level)) == 1, zip(*parts, strict=False))]
    return "/".join(shared or parts[0]) + "/"


def _found(start: datetime | None, end: datetime) -> dict[_Key, _Reads]:
    rows = queries.reads_between(start, end)
    kin = _Kin(rows.values_list("actor_id", flat=True).distinct())
    found: dict[_Key, _Reads] = defaultdict(_Reads)
    for at, reader, path, purpose, detail in rows.values_list(
        "at", "actor_id", "area_path", "purpose_id", "detail"
    ).iterator(chunk_size=5000):
        local, said = timezone.localtime(at), json.loads(detail)
        for ground, about, people in _grounds(local, purpose, said["how"], set(said["people"]), kin.of(reader)):
            reads = found[local.date(), reader, ground, about]
            reads.paths.add(path)
            reads.people |= people
            reads.times.append(at)
    return found


def _grounds(
    local: datetime, purpose: int | None, how: str, people: set[int], kin: tuple[set[int], set[int]]
) -> Iterator[tuple[Ground, str, set[int]]]:
    """(ground, about, people) for each ground on which one read is to be reviewed."""
    own, home = kin
    if people & own:
        yield Ground.SELF, "", people & own
    if people & home:
        yield Ground.HOUSEHOLD, "", people & home
    if how in ("purpose", "look_up"):
        yield Ground.PURPOSE, f"ledger.purpose:{purpose}", people
    if not DAY_BEGINS <= local.hour < DAY_ENDS:
        yield Ground.HOURS, "", people


class _Kin:
    """Which people of the city are the readers themselves, and who lives with them. Dormitories are no family."""

    def __init__(self, readers: Iterable[int | None]):
        held = User.objects.filter(pk__in=list(readers), person_key__isnull=False)
        self._key = dict(held.values_list("pk", "person_key"))
        self._own: dict[int, set[int]] = defaultdict(set)
        homes: dict[int, set[int]] = defaultdict(set)
        rows = Person.objects.filter(id_key__in=set(self._key.values()))
        for pk, key, home, collective in rows.values_list("pk", "id_key", "household", "household__collective"):
            self._own[key].add(pk)
            if home and not collective:
                homes[home].add(key)
        self._home: dict[int, set[int]] = defaultdict(set)
        for pk, home in Person.objects.filter(household__in=homes).values_list("pk", "household"):
            for key in homes[home]:
                self._home[key].add(pk)

    def of(self, reader: int) -> tuple[set[int], set[int]]:
        key = self._key.get(reader)
        own = self._own.get(key, set()) if key is not None else set()
        return own, (self._home.get(key, set()) - own) if key is not None else set()


def _owe_reviews(at: datetime) -> int:
    """One duty for each day and each auditor's area with something open; readers are no owners while others can be."""
    waiting = queries.open_reviews().values_list("day", "area_path", "reader_id").distinct()
    audited = _audited(at)
    groups: dict[tuple[date, str], set[int]] = defaultdict(set)
    for day, path, reader in waiting:
        above = upward(path)
        groups[day, next((one for one in reversed(above) if one in audited), above[0])].add(reader)
    areas = {area.path: area for area in Area.objects.filter(path__in={path for _day, path in groups})}
    return sum(_owe(day, areas[path], readers, at) for (day, path), readers in sorted(groups.items()))


def _audited(at: datetime) -> set[str]:
    """Areas that have an auditor of their own."""
    ends = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    rows = Grant.objects.filter(IN_POWER, ends, role="auditor", starts_at__lte=at, break_glass=False)
    return set(rows.filter(user__is_active=True).values_list("area__path", flat=True))


def _owe(day: date, area: Area, readers: set[int], at: datetime) -> int:
    rows = Duty.objects.filter(subject=queries.day_label(day), kind=DUTY, area=area)
    if rows.filter(state__in=OPEN_STATES).exists():
        return 0
    closed = rows.count()
    try:
        open_duty(
            DUTY, area, key=f"{DUTY}:{day}:{area.path}" + (f":{closed}" if closed else ""), at=at,
            due_at=end_of(day + timedelta(days=1)), subject=queries.day_label(day), about=day.isoformat(),
            owner=holder_of("auditor", area, at, apart_from=readers),
        )  # fmt: skip
    except IntegrityError:
        return 0  # another process opened it
    return 1


def reviews_in_reach(user: Any, subject: str, day: date | None = None) -> QuerySet[Review]:
    """Reviews of the areas in reach, the open ones first, then the latest day."""
    rows = Review.objects.filter(require_somewhere(user, "reads.review", subject).q("area_path"))
    rows = rows.filter(day=day) if day else rows
    return rows.alias(decided=Q(decided_at__isnull=False)).order_by("decided", "-day", "reader_id", "ground", "pk")


def decide_review(review: Review, decision: str, *, by: Any, why: str = "", at: datetime | None = None) -> None:
    """Say that these reads are in order, or that they are to be questioned, and why. Nobody decides on their own."""
    require(by, "reads.review", review)
    reader = User.objects.filter(pk=review.reader_id).first()
    if reader is not None and same_person(by, reader):
        raise ValidationError(_("Nobody reviews their own reads: another auditor does."))
    if decision not in (ReviewState.IN_ORDER, ReviewState.QUESTIONED):
        raise ValidationError({"decision": _("Say whether it is in order or to be questioned.")})
    if decision == ReviewState.QUESTIONED and not why.strip():
        raise ValidationError({"why": _("Say what is to be questioned.")})
    at = at or clock.now()
    with transaction.atomic():
        told: dict[str, Any] = {"reason": why.strip(), "decided_at": at, "decided_by_id": by.pk}
        move(review, decision, _DECISIONS, by=by, at=at, why=why.strip(), **told)
        if decision == ReviewState.QUESTIONED:
            announce("supervision", f"review:{review.pk}:{at:%FT%T}", {"review": review.pk}, at=at)
        _close_duties(review.day, by, at)


def _close_duties(day: date, by: Any, at: datetime) -> None:
    """Close the duties of a day under whose areas nothing is open any more."""
    for duty in Duty.objects.filter(subject=queries.day_label(day), kind=DUTY, state__in=OPEN_STATES):
        inside = Q(area_path__startswith=duty.area.path)
        if not queries.open_reviews().filter(inside, day=day).exists():
            decided = Review.objects.filter(inside, day=day).count()
            finish_duty(duty, {"count": str(decided)}, by=by, at=at, check=False)
