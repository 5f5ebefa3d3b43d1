"""One way through every state machine: a conditional UPDATE, so that a stale second move is refused, not repeated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.ledger.actions import record
from lianfang.response.territory.permissions import label, path_of, require
from lianfang.response.territory.states import Move


class Stale(ValidationError):
    """Somebody was first: the object is no longer in the state this move starts from."""


@transaction.atomic
def move(
    obj: models.Model,
    to: str,
    transitions: Mapping[tuple[str, str], Move],
    *,
    by: Any,
    at: datetime | None = None,
    check: bool = True,
    why: str = "",
    **fields: Any,
) -> None:
    """Bring ``obj`` to state ``to`` and set ``fields`` with it; record the event.

    ``check=False`` or ``by=None`` (the system) skips the permission, where the caller's own step was the check.
    Raises ValidationError for a move the table does not have, Stale when another move came first.
    """
    was = obj.state
    step = transitions.get((was, to))
    if step is None:
        raise ValidationError(_("From “%(from)s” there is no way to “%(to)s”.") % {"from": was, "to": to})
    if check and by is not None:
        require(by, step.permission, obj)
    at = at or clock.now()
    changes = {"state": to, **fields}
    if any(field.name == "state_at" for field in obj._meta.fields):
        changes["state_at"] = at
    if not type(obj).objects.filter(pk=obj.pk, state=was).update(**changes):
        raise Stale(_("Somebody else has just changed this. Look at it again before you go on."))
    obj.refresh_from_db(fields=list(changes))
    said = {name: getattr(value, "pk", value) for name, value in fields.items()}
    record(step.event, label(obj), by=by, at=at, area_path=path_of(obj), why=why, moved=[was, to], **said)
