"""Opening, doing, handing on and climbing. The tally of an area moves in the same transaction as its duty."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from lianfang.response import clock, databases
from lianfang.response.duties import rules
from lianfang.response.duties.models import Duty, Tally
from lianfang.response.duties.queries import holder_of, holders_of
from lianfang.response.duties.states import OPEN_STATES, TRANSITIONS, Blocked, Proof, State
from lianfang.response.ledger.actions import record
from lianfang.response.people.models import Person
from lianfang.response.territory.fields import upward
from lianfang.response.territory.models import Area
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import label, require

_TICK_BATCH = 10_000  # the fewer batches, the fewer times the tallies of the city move


@transaction.atomic
def open_duty(
    kind: str,
    area: Area,
    *,
    key: str,
    due_at: datetime,
    by: Any = None,
    at: datetime | None = None,
    person: Person | None = None,
    subject: str = "",
    owner: Any = None,
    rule: str = "",
    campaign: str = "",
    **params: object,
) -> Duty:
    """Create one obligation, or return the one with the same ``key``: asking twice owes once.

    The system itself (``by=None``) opens duties as a consequence of a rule; a person needs ``duties.assign``.
    """
    if by is not None:
        require(by, "duties.assign", area)
    known = Duty.objects.filter(key=key).first()
    if known:
        return known
    at = at or clock.now()
    sort = rules.KINDS[kind]
    _level, climb_at = rules.next_climb(kind, due_at, area.kind, area.kind)
    duty = Duty.objects.create(
        key=key, kind=kind, area=area, person=person, subject=subject, params=params, campaign=campaign,
        owner=owner or holder_of(sort.role, area, at), owner_role=sort.role, proof_required=sort.proof, rule=rule,
        opened_at=at, due_at=max(due_at, at), level=area.kind, next_climb_at=climb_at,
    )  # fmt: skip
    count(duty, open=1)
    record("duty.opened", label(duty), by=by, at=at, area_path=area.path, kind=kind, due_at=due_at, about=subject)
    return duty


@transaction.atomic
def open_for_each(
    kind: str, areas: Iterable[Area], *, campaign: str, due_at: datetime, by: Any, at: datetime | None = None
) -> int:
    """One duty per area: the denominator is the tree itself, not what was entered. Returns how many were new."""
    at = at or clock.now()
    new = 0
    for area in areas:
        key = f"{campaign}:{kind}:{area.path}"
        if not Duty.objects.filter(key=key).exists():
            open_duty(kind, area, key=key, due_at=due_at, by=by, at=at, campaign=campaign)
            new += 1
    return new


@dataclass(frozen=True)
class Owed:
    """One duty of many, to be opened by ``open_many``."""

    key: str
    area: Area
    due_at: datetime
    person_id: int | None = None
    subject: str = ""
    rule: str = ""
    params: dict[str, object] = field(default_factory=dict)


@transaction.atomic
def open_many(kind: str, owed: Sequence[Owed], *, at: datetime | None = None, apart_from: Iterable[int] = ()) -> int:
    """Open duties of one kind in bulk, as the consequence of a rule; return how many were new.

    Each key owes once, as in ``open_duty``; owner and tally are the same; the ledger gets one row for all of them.
    apart_from: users who cannot owe these, because the rule asks for a second person.
    """
    at = at or clock.now()
    known = set(Duty.objects.filter(key__in=[one.key for one in owed]).values_list("key", flat=True))
    new = {one.key: one for one in owed if one.key not in known}
    if not new:
        return 0
    areas = {one.area.pk: one.area for one in new.values()}.values()
    owners = holders_of(rules.KINDS[kind].role, areas, at, apart_from=apart_from)
    rows = (_duty_row(kind, one, owners[one.area.pk], at) for one in new.values())
    databases.insert(Duty, _DUTY_COLUMNS, rows)
    _count_many(kind, Counter(one.area.pk for one in new.values()))
    keys = sorted(new)
    record("duty.opened", at=at, kind=kind, count=len(new), first=keys[0], last=keys[-1])
    return len(new)


_DUTY_COLUMNS = (
    "key", "kind", "campaign", "area_id", "person_id", "subject", "params", "owner_id", "owner_role", "state",
    "proof_required", "rule", "opened_at", "due_at", "level", "next_climb_at", "blocked", "blocked_note",
)  # fmt: skip


def _duty_row(kind: str, one: Owed, owner_id: int | None, at: datetime) -> list[Any]:
    sort = rules.KINDS[kind]
    due_at = max(one.due_at, at)
    level = int(one.area.kind)
    _level, climb_at = rules.next_climb(kind, due_at, level, level)
    return [
        one.key, kind, "", one.area.pk, one.person_id, one.subject, json.dumps(one.params), owner_id, sort.role,
        str(State.OPEN), str(sort.proof), one.rule, at, due_at, level, climb_at, "", "",
    ]  # fmt: skip


def _count_many(kind: str, by_area: Mapping[int, int], column: str = "open", campaign: str = "") -> None:
    """Move the tallies of many areas and of all above them, rows with the same number together."""
    total: Counter[int] = Counter()
    for pk, path in Area.objects.filter(pk__in=by_area).values_list("pk", "path"):
        total.update(dict.fromkeys(upward(path), by_area[pk]))
    ids = dict(Area.objects.filter(path__in=total).values_list("path", "pk"))
    where = {"kind": kind, "campaign": campaign}
    known = set(Tally.objects.filter(area__in=ids.values(), **where).values_list("area_id", flat=True))
    missing = [Tally(area_id=pk, **where) for pk in ids.values() if pk not in known]
    Tally.objects.bulk_create(missing, ignore_conflicts=True)
    for number in set(total.values()):
        areas = [ids[path] for path, mine in total.items() if mine == number]
        Tally.objects.filter(area__in=areas, **where).update(**{column: F(column) + number})


def start_duty(duty: Duty, *, by: Any, at: datetime | None = None) -> None:
    with transaction.atomic():
        move(duty, State.STARTED, TRANSITIONS, by=by, at=at)


@transaction.atomic
def finish_duty(
    duty: Duty, proof: Mapping[str, object] | None = None, *, by: Any, at: datetime | None = None, check: bool = True
) -> None:
    """Close a duty with its proof. ``check=False`` is for workflows whose own step was the permission."""
    at = at or clock.now()
    proof = _checked_proof(duty, proof)
    fields: dict[str, Any] = {"proof": proof, "closed_at": at, "closed_by": by, "next_climb_at": None}
    was_late = duty.late_at is not None
    move(duty, State.DONE, TRANSITIONS, by=by, at=at, check=check, **fields)
    count(duty, open=-1, late=-int(was_late), done=1)


def _checked_proof(duty: Duty, proof: Mapping[str, object] | None) -> dict[str, object] | None:
    if duty.proof_required == Proof.NONE:
        return dict(proof) if proof else None
    given = {name: value for name, value in (proof or {}).items() if value not in ("", None)}
    if not given:
        raise ValidationError({"proof": _("This duty is done only with its proof: say what was done, and where.")})
    return given


@transaction.atomic
def cancel_duty(duty: Duty, *, by: Any, why: str, at: datetime | None = None, check: bool = True) -> None:
    at = at or clock.now()
    was_late = duty.late_at is not None
    closing: dict[str, Any] = {"closed_at": at, "closed_by": by, "next_climb_at": None}
    move(duty, State.CANCELLED, TRANSITIONS, by=by, at=at, why=why, check=check, **closing)
    count(duty, open=-1, late=-int(was_late), cancelled=1)


def finish_about(subject: str, kind: str, proof: Mapping[str, object], *, by: Any, at: datetime | None = None) -> None:
    """Close every open duty of a kind about one subject: the workflow did what they asked for."""
    for duty in Duty.objects.filter(subject=subject, kind=kind, state__in=OPEN_STATES).select_related("area"):
        finish_duty(duty, proof, by=by, at=at, check=False)


def cancel_about(subject: str, *, by: Any, why: str, at: datetime | None = None, kinds: Iterable[str] = ()) -> None:
    """Nothing is owed about this subject any more."""
    rows = Duty.objects.filter(subject=subject, state__in=OPEN_STATES).select_related("area")
    for duty in rows.filter(kind__in=list(kinds)) if kinds else rows:
        cancel_duty(duty, by=by, why=why, at=at, check=False)


@transaction.atomic
def say_blocked(duty: Duty, reason: str, note: str = "", *, by: Any, at: datetime | None = None) -> None:
    """Not done, and why. The duty stays open and its clock runs on."""
    require(by, "duties.do", duty)
    if reason not in set(Blocked):
        raise ValidationError({"reason": _("Choose a reason from the list.")})
    changed = Duty.objects.filter(pk=duty.pk, state__in=OPEN_STATES).update(blocked=reason, blocked_note=note)
    if not changed:
        raise ValidationError(_("This duty is already closed."))
    duty.refresh_from_db()
    record("duty.blocked", label(duty), by=by, at=at, area_path=duty.area.path, why=reason)


@transaction.atomic
def hand_over(duty: Duty, owner: Any, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Give a duty to somebody else whose grant covers its area."""
    require(by, "duties.assign", duty)
    require(owner, "duties.do", duty)
    Duty.objects.filter(pk=duty.pk, state__in=OPEN_STATES).update(owner=owner)
    duty.refresh_from_db()
    record("duty.handed_over", label(duty), by=by, at=at, area_path=duty.area.path, why=why, owner=owner.pk)


def tick(at: datetime | None = None) -> dict[str, int]:
    """Let the clock work: mark what became late, lift what has been late too long. Returns how many of each.

    Safe to run from several processes and to be killed at any point: each row moves by a conditional update.
    """
    at = at or clock.now()
    return {"late": _mark_late(at), "climbed": _climb(at)}


def _mark_late(at: datetime) -> int:
    new = 0
    due = Duty.objects.filter(closed_at__isnull=True, late_at__isnull=True, due_at__lte=at).order_by("due_at")
    due = due.only("kind", "campaign", "area_id")
    while batch := _late_batch(due, at):
        new += batch
    return new


@transaction.atomic
def _late_batch(due: QuerySet[Duty], at: datetime) -> int:
    """One batch, its rows held until their tallies have moved with them."""
    batch = list(due.select_for_update()[:_TICK_BATCH])
    if not batch:
        return 0
    Duty.objects.filter(pk__in=[duty.pk for duty in batch]).update(late_at=at)
    for kind, campaign in {(duty.kind, duty.campaign) for duty in batch}:
        mine = (duty.area_id for duty in batch if (duty.kind, duty.campaign) == (kind, campaign))
        _count_many(kind, Counter(mine), "late", campaign)
    record("duty.late", at=at, count=len(batch), first=batch[0].pk, last=batch[-1].pk)
    return len(batch)


def _climb(at: datetime) -> int:
    climbed = 0
    due = Duty.objects.filter(closed_at__isnull=True, next_climb_at__lte=at).order_by("next_climb_at")
    due = due.select_related("area").select_for_update(of=("self",))
    while batch := _climb_batch(due, at):
        climbed += batch
    return climbed


@transaction.atomic
def _climb_batch(due: QuerySet[Duty], at: datetime) -> int:
    batch = list(due.only("kind", "level", "due_at", "next_climb_at", "area__kind")[:_TICK_BATCH])
    if not batch:
        return 0
    steps: dict[tuple[int, datetime | None], list[int]] = {}
    for duty in batch:
        steps.setdefault(_climbed(duty, at), []).append(duty.pk)
    for (level, when), pks in steps.items():
        Duty.objects.filter(pk__in=pks).update(level=level, climbed_at=at, next_climb_at=when)
    record("duty.climbed", at=at, count=len(batch), first=batch[0].pk, last=batch[-1].pk)
    return len(batch)


def _climbed(duty: Duty, at: datetime) -> tuple[int, datetime | None]:
    """The level this duty has reached by now, and when it climbs next."""
    level, when = duty.level, duty.next_climb_at
    while when is not None and when <= at:
        level, _unused = rules.next_climb(duty.kind, duty.due_at, duty.area.kind, level)
        _above, when = rules.next_climb(duty.kind, duty.due_at, duty.area.kind, level)
    return level, when


def count(duty: Duty, **change: int) -> None:
    """Move the tallies of the duty's area and of every area above it by ``change`` (open, late, done, cancelled).

    Every figure on the wall is then one row, at any level. Writers of one city already queue for the ledger's head, so
    the city's row is no new bottleneck.
    """
    areas = list(Area.objects.filter(path__in=upward(duty.area.path)).values_list("pk", flat=True))
    where = {"area__in": areas, "kind": duty.kind, "campaign": duty.campaign}
    moved = {name: F(name) + by for name, by in change.items() if by}
    if Tally.objects.filter(**where).count() < len(areas):
        rows = [Tally(area_id=pk, kind=duty.kind, campaign=duty.campaign) for pk in areas]
        Tally.objects.bulk_create(rows, ignore_conflicts=True)
    Tally.objects.filter(**where).update(**moved)
