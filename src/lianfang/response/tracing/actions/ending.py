"""The end of a warrant: key and records destroyed, candidates reduced to counts, a certificate that can be checked."""

import hashlib
import hmac
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.ledger.models import Entry
from lianfang.response.ledger.rules import canonical
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import label, reach, require
from lianfang.response.tracing.actions.warrants import APPROVE, USE, lapse_unanswered
from lianfang.response.tracing.models import Candidate, Certificate, Warrant
from lianfang.response.tracing.queries import ended
from lianfang.response.tracing.states import WARRANT_TRANSITIONS, CandidateState, WarrantState
from lianfang.response.tracing.vault import Vault, sweep_scratch

DESTROYED = "warrant.destroyed"


def end_warrant(warrant: Warrant, *, by: Any, why: str, at: datetime | None = None) -> Certificate:
    """Destroy before the time is over. One person is enough to make the city safer: who may look, or who approves."""
    require(by, APPROVE if reach(by, APPROVE).covers(warrant.area.path) else USE, warrant)
    if not why.strip():
        raise ValidationError({"why": _("Say why it ends now.")})
    return destroy(warrant, by=by, why=why.strip()[:200], at=at or clock.now())


def destroy_ended(at: datetime | None = None) -> int:
    """By the clock: what has expired, and what an interrupted process left half destroyed. Returns how many."""
    at = at or clock.now()
    lapse_unanswered(at)
    sweep_scratch()
    over = list(ended(at).select_related("area"))
    for warrant in over:
        destroy(warrant, by=None, why="", at=at)
    return len(over)


def destroy(warrant: Warrant, *, by: Any, why: str, at: datetime) -> Certificate:
    """Three steps, each safe to repeat: say so and list what there is; destroy the key, then the files; then the rows.

    From the first step on nothing can be asked any more. Killed anywhere, the next ``destroy_ended`` goes on.
    """
    if warrant.state != WarrantState.DESTROYING:
        _begin(warrant, by, why, at)
    Vault(warrant.vault).destroy()
    return _finish(warrant, at)


@transaction.atomic
def _begin(warrant: Warrant, by: Any, why: str, at: datetime) -> None:
    move(warrant, WarrantState.DESTROYING, WARRANT_TRANSITIONS, by=by, at=at, check=False, why=why)
    Certificate.objects.create(
        warrant=warrant, begun_at=at, by_id=getattr(by, "pk", None), content=_inventory(warrant, by, why, at)
    )


def _inventory(warrant: Warrant, by: Any, why: str, at: datetime) -> dict[str, Any]:
    """What is there before anything is touched: counts and hashes, and nothing that identifies anybody."""
    states = Counter(Candidate.objects.filter(warrant=warrant).values_list("state", flat=True))
    return {
        "warrant": warrant.pk, "digest": warrant.digest, "begun_at": at.astimezone(UTC).isoformat(),
        "by": getattr(by, "pk", None), "why": why, "key_was_here": Vault(warrant.vault).key_file.exists(),
        "files": [
            {"kind": one.kind, "sha256": one.sha256, "sealed_sha256": one.sealed_sha256, "rows_read": one.rows_read,
             "rows_kept": one.rows_kept, "people": one.people}
            for one in warrant.batches.order_by("pk")
        ],
        "sealed": Vault(warrant.vault).manifest(), "looks": warrant.looks.count(),
        "candidates": {state: states.get(state, 0) for state in CandidateState},
    }  # fmt: skip


@transaction.atomic
def _finish(warrant: Warrant, at: datetime) -> Certificate:
    certificate = Certificate.objects.select_for_update().get(warrant=warrant)
    if certificate.finished_at is not None:
        return certificate  # another process was first
    rows = Candidate.objects.filter(warrant=warrant)
    rows.exclude(state=CandidateState.ACCEPTED).delete()
    kept = rows.update(place="", kinds={}, min_distance_m=None, probability=None)
    certificate.content |= {
        "finished_at": at.astimezone(UTC).isoformat(),
        "remains": {"candidates_accepted": kept, "receipts": warrant.batches.count(), "looks": warrant.looks.count()},
    }
    certificate.finished_at = at
    certificate.sha256 = _sha256(certificate)
    certificate.mac = _mac(certificate)
    certificate.save()
    move(warrant, WarrantState.DESTROYED, WARRANT_TRANSITIONS, by=None, at=at, why=certificate.sha256)
    return certificate


def _sha256(certificate: Certificate) -> str:
    return hashlib.sha256(canonical(certificate.content).encode()).hexdigest()


def _mac(certificate: Certificate) -> str:
    said = f"certificate:{certificate.warrant_id}:{certificate.sha256}"
    return hmac.new(settings.LEDGER_KEY, said.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Checked:
    """ok, or the codes of what is wrong: altered, not_in_ledger, never_here, still_there, unfinished."""

    ok: bool
    wrong: tuple[str, ...] = ()


def check_certificate(certificate: Certificate) -> Checked:
    """Whether a certificate is what was written, stands in the ledger, and is true: key and records are not there."""
    wrong = []
    if certificate.finished_at is None:
        return Checked(False, ("unfinished",))
    if _sha256(certificate) != certificate.sha256 or not hmac.compare_digest(_mac(certificate), certificate.mac):
        wrong.append("altered")
    subject = label(certificate.warrant)
    if not Entry.objects.filter(action=DESTROYED, subject=subject, why=certificate.sha256).exists():
        wrong.append("not_in_ledger")
    if not certificate.content.get("key_was_here"):
        wrong.append("never_here")  # destroyed by a host that did not hold it: then it may lie on another one
    if not Vault(certificate.warrant.vault).is_gone():
        wrong.append("still_there")
    return Checked(not wrong, tuple(wrong))
