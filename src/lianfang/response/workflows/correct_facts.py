"""Correcting a person's facts: under the same ground as seeing them, and never what is masked (S5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianfang.response import clock
from lianfang.response.duties.queries import has_task_for
from lianfang.response.ledger.actions import record
from lianfang.response.people.actions import correct_person
from lianfang.response.people.models import Correction, Person
from lianfang.response.people.rules import writable
from lianfang.response.territory.permissions import label, reach, require
from lianfang.response.workflows.look_up import ground_of

FIELDS = {
    "name": gettext_lazy("Name"), "id_number": gettext_lazy("ID number"), "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"), "sex": gettext_lazy("Sex"), "born_on": gettext_lazy("Birth date"),
}  # fmt: skip


def may_correct(person: Person, by: Any) -> frozenset[str]:
    """The facts of this person that this user may correct; none without people.edit."""
    path = person.community.path
    if not reach(by, "people.edit").covers(path):
        return frozenset()
    return writable(
        identify=reach(by, "people.identify").covers(path), task=has_task_for(by, person),
        call=reach(by, "people.phone").covers(path),
    )  # fmt: skip


def correct_facts(
    person: Person, changes: Mapping[str, Any], *, by: Any, why: str, seen: int | None = None,
    purpose_id: int | None = None, at: datetime | None = None,
) -> Correction:  # fmt: skip
    """Correct what the user may see. Raises Http404 without a ground, PermissionDenied for a masked fact."""
    require(by, "people.edit", person)
    ground_of(person, by, purpose_id, at or clock.now())
    masked = sorted(set(changes) - may_correct(person, by))
    if masked:
        record("denied", label(person), by=by, permission="people.identify", fields=masked)
        names = ", ".join(str(FIELDS[name]) for name in masked)
        raise PermissionDenied(_("Masked for you, so not yours to correct: %(names)s.") % {"names": names})
    return correct_person(person, changes, by=by, why=why, seen=seen, at=at)
