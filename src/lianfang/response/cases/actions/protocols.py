"""Putting an edition in force, and departing from it locally."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.models import InForce, Override
from lianfang.response.cases.rules import protocol as protocols
from lianfang.response.ledger.actions import record
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import label, require


@transaction.atomic
def put_in_force(edition: str, area: Area, *, by: Any, why: str, at: datetime | None = None) -> InForce:
    if by is not None:
        require(by, "protocols.override", area)
    disease = protocols.load(edition).disease
    row = InForce.objects.create(
        area=area, disease=disease, edition=edition, from_at=at or clock.now(), by_id=getattr(by, "pk", None), why=why
    )
    record("protocol.in_force", label(row), by=by, at=at, area_path=area.path, why=why, edition=edition)
    return row


@transaction.atomic
def override(
    edition: str, parameter: str, value: Any, area: Area, *, by: Any, why: str, at: datetime | None = None
) -> Override:
    """Depart from one value in an area and below it. Who, when and why stay with it; measures already running keep theirs."""
    require(by, "protocols.override", area)
    at = at or clock.now()
    if not why.strip():
        raise ValidationError({"why": _("Say why this place departs from the edition.")})
    known = protocols.load(edition).parameters.get(parameter)
    if known is None:
        raise ValidationError({"parameter": _("This edition has no such value.")})
    try:
        protocols.check_value(known, value)
    except protocols.ProtocolError as error:
        raise ValidationError(
            {
                "value": _("%(value)s cannot stand here; the edition says %(was)s.")
                % {"value": value, "was": known.value}
            }
        ) from error
    live = Override.objects.filter(area=area, edition=edition, parameter=parameter, ended_at__isnull=True)
    live.update(ended_at=at)
    row = Override.objects.create(
        area=area, edition=edition, parameter=parameter, value=value, at=at, by_id=by.pk, why=why
    )
    record(
        "protocol.override", label(row), by=by, at=at, area_path=area.path, why=why, parameter=parameter, value=value
    )
    return row
