"""Keeping a file of location records under a warrant: what lies inside its bounds, sealed; the rest is counted."""

from datetime import datetime
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.engines.collision import PING
from lianfang.response import clock
from lianfang.response.ledger.actions import record
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import label
from lianfang.response.territory.queries import outline
from lianfang.response.tracing.actions.warrants import hold, legible, refuse_kind
from lianfang.response.tracing.arrays.keeping import Cut, cut, read_for
from lianfang.response.tracing.arrays.shelf import directory_of, part_of
from lianfang.response.tracing.models import Batch, Warrant
from lianfang.response.tracing.vault import Vault


def keep_records(
    warrant: Warrant,
    path: Path,
    *,
    by: Any,
    at: datetime | None = None,
    file_name: str = "",
    epoch: datetime | None = None,
) -> Batch:
    """Take in a file of pings, visits or rides, whole or not at all; return its receipt. The same file again: the same.

    Only rows inside the warrant's period and (positions) its area with a margin are kept, under pseudonyms, sealed.
    Raises what ``hold`` does, PermissionDenied for a kind the warrant does not open, ValidationError for a bad file.
    """
    at = at or clock.now()
    bounds = hold(warrant, by=by, at=at)
    reading = read_for(Path(path), bounds.from_at, bounds.to_at, epoch)
    if reading.kind not in bounds.kinds:
        refuse_kind(warrant, by, at)
    border = border_of(warrant.area) if reading.kind == PING else None
    with legible():
        held = cut(reading, border, settings.WARRANT_MARGIN_M, Vault(warrant.vault).person_key())
        return _keep(warrant, held, by=by, at=at, file_name=(file_name or Path(path).name)[:200])


def border_of(area: Area) -> shapely.Geometry:
    border = outline(area)
    if border is None:
        raise ValidationError(
            {"records": _("The border of %(area)s is not known, so positions cannot be held to it. Import borders first.")
             % {"area": area.name}}
        )  # fmt: skip
    return border


@transaction.atomic
def _keep(warrant: Warrant, held: Cut, *, by: Any, at: datetime, file_name: str) -> Batch:
    """Files first, then the row that names them: a process killed in between leaves files nobody reads, and no receipt.

    The warrant's row is locked, so that its end waits for this, or this finds it ended.
    """
    locked = Warrant.objects.select_for_update().get(pk=warrant.pk)
    hold(locked, by=by, at=at)
    sha256 = held.receipt.sha256
    known = Batch.objects.filter(warrant=warrant, sha256=sha256).first()
    if known is not None:
        known.already_held = True
        return known
    vault = Vault(warrant.vault)
    vault.put(directory_of(sha256), held.directory)
    batch = Batch.objects.create(
        warrant=warrant, kind=held.kind, file_name=file_name, sha256=sha256, bytes=held.receipt.bytes,
        rows_read=held.receipt.rows, rows_kept=held.rows, outside=held.outside, people=held.people,
        sealed_sha256=vault.put(part_of(sha256), held.content), at=at, by_id=getattr(by, "pk", None),
    )  # fmt: skip
    record(
        "warrant.records_kept", label(warrant), by=by, at=at, area_path=warrant.area.path, kind=batch.kind,
        sha256=sha256, rows=batch.rows_read, kept=batch.rows_kept, outside=batch.outside,
    )  # fmt: skip
    return batch
