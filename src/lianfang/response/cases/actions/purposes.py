"""Why somebody may look people up: one owner, one lab-confirmed case, one territory, until it expires."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.models import Case
from lianfang.response.ledger.actions import record
from lianfang.response.ledger.models import Purpose
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import label, reach, require

# Closed list. Personal Information Protection Law, art. 13(4) and 6; Infectious Diseases Law, art. 12 and 33.
BASES = ("contact_tracing", "case_investigation", "result_follow_up")
LONGEST_HOURS = 72


def open_purpose(
    case: Case,
    *,
    by: Any,
    basis: str,
    reason: str,
    area: Area | None = None,
    hours: int = 24,
    at: datetime | None = None,
) -> Purpose:
    """Open a purpose around a lab-confirmed case. Refused, and the refusal recorded, for any other case.

    area: where people may be looked up, inside the opener's reach; the county of the case where nothing is said.
    """
    require(by, "purposes.open", case)
    area = area or _county_of(case)
    if not reach(by, "purposes.open").covers(area.path):
        area = case.area
    if case.confirmed_at is None:
        record("denied", label(case), by=by, area_path=case.area.path, permission="purposes.open", why="not confirmed")
        raise PermissionDenied(_("Location and identity open only around a case that is confirmed by a laboratory."))
    if basis not in BASES or not reason.strip():
        raise ValidationError({"reason": _("Say on which ground, and what for.")})
    if not 1 <= hours <= LONGEST_HOURS:
        raise ValidationError({"hours": _("A purpose lasts from 1 to %(most)s hours.") % {"most": LONGEST_HOURS}})
    at = at or clock.now()
    with transaction.atomic():
        purpose = Purpose.objects.create(
            owner_id=by.pk, basis=basis, case_id=case.pk, case_label=case.label, area_path=area.path,
            reason=reason.strip(), opened_at=at, expires_at=at + timedelta(hours=hours),
        )  # fmt: skip
        record("purpose.opened", label(purpose), by=by, at=at, area_path=area.path, purpose=purpose, why=reason)
    return purpose


def _county_of(case: Case) -> Area:
    county = "/".join(case.area.path.split("/")[:2]) + "/"
    return Area.objects.get(path=county)


@transaction.atomic
def close_purpose(purpose: Purpose, *, by: Any, at: datetime | None = None) -> None:
    """End a purpose before its time. Its owner does it, or whoever may see purposes of the area."""
    if purpose.owner_id != by.pk:
        require(by, "purposes.view", purpose.area_path, subject=label(purpose))
    at = at or clock.now()
    if Purpose.objects.filter(pk=purpose.pk, closed_at=None).update(closed_at=at):
        purpose.refresh_from_db()
        record("purpose.closed", label(purpose), by=by, at=at, area_path=purpose.area_path, purpose=purpose)
