"""Seeing who somebody is: under a task or a live purpose, within a budget, and never without a row in the ledger."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.duties.queries import has_task_for, mine
from lianfang.response.ledger.actions import announce, record, review_at_once
from lianfang.response.ledger.models import Entry, Purpose
from lianfang.response.ledger.queries import live_purpose
from lianfang.response.ledger.states import Ground
from lianfang.response.people import queries
from lianfang.response.people.models import Person
from lianfang.response.people.queries import Face
from lianfang.response.territory.permissions import BudgetSpent, label, reach, require, require_somewhere

READ = "person.read"


def look_up(text: str, *, by: Any, purpose_id: int | None, near: str = "", at: datetime | None = None) -> list[Face]:
    """Find people by ID number, phone, its last four digits, name or pinyin initials, within a purpose's territory.

    One ledger row names everybody shown. Raises PermissionDenied without a live purpose, BudgetSpent over the budget.
    """
    require_somewhere(by, "people.lookup", "page:people")
    at = at or clock.now()
    purpose = _purpose(purpose_id, by, at)
    near = near if near.startswith(purpose.area_path) else purpose.area_path
    found = queries.type_ahead(text, by, near=near)
    inside = [person for person in found if person.community.path.startswith(purpose.area_path)]
    _read(inside, by, at, purpose=purpose, how="look_up")
    return queries.faces(inside, by)


def read_person(person: Person, *, by: Any, purpose_id: int | None = None, at: datetime | None = None) -> Face:
    """Show one person, masked by role. The ground is an open duty about them, or a live purpose that covers their place.

    Neither: 404, as for somebody who does not exist; and the attempt stands in the ledger.
    """
    at = at or clock.now()
    task, purpose = ground_of(person, by, purpose_id, at)
    _read([person], by, at, purpose=purpose, how="task" if task else "purpose")
    return queries.face(person, by, task=task)


def ground_of(person: Person, by: Any, purpose_id: int | None, at: datetime) -> tuple[bool, Purpose | None]:
    """Whether an open duty is the ground for meeting this person, and the live purpose that covers their place.

    Neither: 404, and the attempt stands in the ledger.
    """
    task = has_task_for(by, person)
    purpose = live_purpose(purpose_id, owner_id=by.pk, at=at) if purpose_id else None
    covers = purpose is not None and person.community.path.startswith(purpose.area_path)
    if not task and not (covers and reach(by, "people.lookup").covers(person.community.path)):
        record("denied", label(person), by=by, permission="people.lookup")
        raise Http404
    return task, purpose if covers else None


def faces_for(persons: Iterable[Person | None], *, by: Any, at: datetime | None = None) -> dict[int, Face]:
    """People of a list or a case as this user may see them: person id → face. Who is shown by name makes one read row.

    Names stand in full only for those the user owes something about; everybody else is masked, and no row is needed.
    """
    wanted = {person.pk: person for person in persons if person is not None}
    tasks = set(mine(by).filter(person__in=wanted).values_list("person_id", flat=True)) if wanted else set()
    _read([wanted[pk] for pk in sorted(tasks)], by, at or clock.now(), purpose=None, how="list")
    return {pk: queries.face(person, by, task=pk in tasks) for pk, person in wanted.items()}


def unmask(person: Person, *, by: Any, why: str, purpose_id: int | None = None, at: datetime | None = None) -> Face:
    """Show a person in full, for a reason that stays in the ledger. Needs the ground of ``read_person`` as well."""
    read_person(person, by=by, purpose_id=purpose_id, at=at)
    require(by, "people.identify", person)
    if not why.strip():
        raise ValidationError({"why": _("Say why the full number is needed.")})
    at = at or clock.now()
    purpose = live_purpose(purpose_id, owner_id=by.pk, at=at) if purpose_id else None
    record("person.unmasked", label(person), by=by, at=at, area_path=person.community.path, purpose=purpose, why=why)
    return queries.face(person, by, unmask=True, task=True)


def _purpose(purpose_id: int | None, by: Any, at: datetime) -> Purpose:
    purpose = live_purpose(purpose_id, owner_id=by.pk, at=at) if purpose_id else None
    if purpose is None:
        record("denied", f"ledger.purpose:{purpose_id or ''}", by=by, permission="people.lookup", why="no live purpose")
        raise PermissionDenied(_("Name a purpose that is yours and still open. Open one from the case you work on."))
    return purpose


def _read(persons: Sequence[Person], by: Any, at: datetime, *, purpose: Purpose | None, how: str) -> None:
    """Write the row of this read, and refuse the read when the row cannot be written or the budget is spent."""
    if not persons:
        return
    try:
        with transaction.atomic():
            only = label(persons[0]) if len(persons) == 1 else ""
            record(
                READ, only, by=by, at=at, area_path=persons[0].community.path, purpose=purpose, how=how,
                count=len(persons), people=[person.pk for person in persons],
            )  # fmt: skip
            if read_today(by, at) > settings.READS_A_DAY:
                raise BudgetSpent(_("You have looked at very many people today. Your supervisor has been told."))
    except BudgetSpent:
        _tell_of_budget(by, at, persons[0].community.path)
        raise


@transaction.atomic
def _tell_of_budget(by: Any, at: datetime, area_path: str) -> None:
    record("read.budget_spent", f"accounts.user:{by.pk}", by=by, at=at)
    review_at_once(Ground.BUDGET, by=by, area_path=area_path, people=read_today(by, at), at=at)
    announce("supervision", f"budget:{by.pk}:{at:%F}", {"user": by.pk}, at=at)


def read_today(user: Any, at: datetime) -> int:
    """How many different people this user was shown since midnight, over all sessions and pages, from the ledger itself.

    Inside the transaction that wrote the last row the ledger's head is locked, so parallel reads count one another.
    """
    midnight = at.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Entry.objects.filter(actor_id=user.pk, action=READ, at__gte=midnight).order_by()
    once = rows.values_list("detail", flat=True).distinct()  # a page opened again says the same again
    return len({pk for detail in once for pk in json.loads(detail)["people"]})
