"""Asking for a warrant and approving it; and the gate through which every use of one goes."""

import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions.purposes import BASES
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries.cases import LAB_CONFIRMED
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import CaseState
from lianfang.response.duties.actions import cancel_about, finish_about, open_duty
from lianfang.response.duties.queries import holder_of
from lianfang.response.ledger.actions import record
from lianfang.response.territory.models import Area
from lianfang.response.territory.moves import Stale, move
from lianfang.response.territory.permissions import label, require, same_person
from lianfang.response.tracing.models import Warrant
from lianfang.response.tracing.rules.bounds import Bounds, Question, approval_seal, longest, outside
from lianfang.response.tracing.states import WARRANT_TRANSITIONS, Record, WarrantState
from lianfang.response.tracing.vault import Damaged, Gone, Vault

USE = "locations.collide"
APPROVE = "warrants.approve"
CONFIRMED = (*LAB_CONFIRMED, CaseState.RECOVERED, CaseState.CLOSED, CaseState.DIED)
MOST_CASES = 500
APPROVAL = "approve_warrant"  # the duty of whoever has to answer
ANSWER_WITHIN = timedelta(hours=1)


def request_warrant(
    cases: Sequence[Case],
    area: Area,
    *,
    by: Any,
    kinds: Iterable[str],
    basis: str,
    purpose: str,
    from_at: datetime,
    to_at: datetime,
    expires_at: datetime,
    at: datetime | None = None,
) -> Warrant:
    """Ask for leave to look into location records. It opens nothing until a second person approves these very bounds.

    Raises Http404 or PermissionDenied (each with a row ``denied``) for an area or a case that is not the asker's, and for
    a case no laboratory has confirmed; ValidationError for bounds that cannot be.
    """
    at = at or clock.now()
    require(by, USE, area)
    for case in cases:
        require(by, USE, case)
        _require_confirmed(case, by, at)
    kinds = sorted(set(kinds))
    _check(cases, kinds, basis, purpose, from_at, to_at, expires_at, at)
    with transaction.atomic():
        warrant = Warrant.objects.create(
            area=area, kinds=kinds, basis=basis, purpose=purpose.strip(), from_at=from_at, to_at=to_at,
            expires_at=expires_at, state_at=at, requested_by=by, requested_at=at, vault=secrets.token_hex(16),
        )  # fmt: skip
        warrant.cases.set(cases)
        warrant.digest = warrant.bounds().digest()
        warrant.save(update_fields=["digest"])
        record(
            "warrant.requested", label(warrant), by=by, at=at, area_path=area.path, why=warrant.purpose,
            cases=[case.pk for case in cases], kinds=kinds, digest=warrant.digest, expires_at=expires_at,
        )  # fmt: skip
        _owe_approval(warrant, at)
    return warrant


def _owe_approval(warrant: Warrant, at: datetime) -> None:
    """Somebody has to answer: the official of the county, or the commander, and never who asked."""
    apart = [warrant.requested_by_id]
    holders = (holder_of(role, warrant.area, at, apart_from=apart) for role in ("county", "commander"))
    open_duty(
        APPROVAL, warrant.area, key=f"{APPROVAL}:{label(warrant)}", due_at=at + ANSWER_WITHIN, at=at,
        subject=label(warrant), owner=next((one for one in holders if one), None),
    )  # fmt: skip


def _require_confirmed(case: Case, by: Any, at: datetime) -> None:
    if case.state not in CONFIRMED:
        _refuse(
            case, USE, by, at, "case_not_confirmed",
            _("Location records are opened for laboratory-confirmed cases only."),
        )  # fmt: skip


def _check(
    cases: Sequence[Case], kinds: list[str], basis: str, purpose: str, from_at: datetime, to_at: datetime,
    expires_at: datetime, at: datetime,
) -> None:  # fmt: skip
    if not 1 <= len(cases) <= MOST_CASES:
        raise ValidationError({"cases": _("Name from 1 to %(most)s cases.") % {"most": MOST_CASES}})
    if not kinds or not set(kinds) <= set(Record):
        raise ValidationError({"kinds": _("Choose which kinds of record: positions, stays or rides.")})
    if basis not in BASES or not purpose.strip():
        raise ValidationError({"purpose": _("Say on which ground, and what for.")})
    if not from_at < to_at <= at:
        raise ValidationError({"to_at": _("The period ends after it begins, and not in the future.")})
    limit = longest_for(cases, at)
    if not at < expires_at <= at + limit:
        raise ValidationError({"expires_at": _("A warrant lasts at most %(most)s days.") % {"most": limit.days}})


def longest_for(cases: Iterable[Case], at: datetime) -> Any:
    """How long a warrant of these cases may run: the installation's days, or fewer where the edition keeps fewer."""
    kept = [protocol_for(case.area, case.disease, at).days("check_in_retention_days") for case in cases]
    return longest(settings.WARRANT_DAYS, kept)


def approve_warrant(warrant: Warrant, *, digest: str, by: Any, at: datetime | None = None) -> None:
    """Open the warrant. ``digest``: of the bounds the approver has read; another one, or other bounds, are refused.

    Not the requester, nor another account of theirs. An approval works once: sent again it is refused.
    """
    at = at or clock.now()
    require(by, APPROVE, warrant)
    if same_person(by, warrant.requested_by):
        _refuse(
            warrant, APPROVE, by, at, "same_person",
            _("A second person approves: not who asked, nor another account of theirs."),
        )  # fmt: skip
    if warrant.state != WarrantState.REQUESTED:
        record(
            "denied", label(warrant), by=by, at=at, area_path=warrant.area.path, permission=APPROVE, reason="replayed"
        )
        raise Stale(_("This warrant has been decided about already."))
    _check_unchanged(warrant, digest, by, at)
    if warrant.expires_at <= at:
        raise ValidationError(_("The time this was asked for is over. Ask anew."))
    for case in warrant.cases.select_related("area"):
        _require_confirmed(case, by, at)
    Vault(warrant.vault).create_key()
    with transaction.atomic():
        move(
            warrant, WarrantState.ACTIVE, WARRANT_TRANSITIONS, by=by, at=at, check=False, approved_by=by,
            approved_at=at, approval=approval_seal(settings.LEDGER_KEY, digest, by.pk, at),
        )  # fmt: skip
        finish_about(label(warrant), APPROVAL, {"result": warrant.state}, by=by, at=at)


def _check_unchanged(warrant: Warrant, digest: str, by: Any, at: datetime) -> None:
    now = warrant.bounds().digest()
    if not (hmac.compare_digest(now, warrant.digest) and hmac.compare_digest(now, digest)):
        _refuse(
            warrant, APPROVE, by, at, "changed_after_request",
            _("This is not what was asked for: its bounds have changed. Read it again, or have it asked for anew."),
        )  # fmt: skip


def refuse_warrant(warrant: Warrant, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Say no. Nothing was kept under it, so nothing is left."""
    require(by, APPROVE, warrant)
    if not why.strip():
        raise ValidationError({"why": _("Say why it is refused.")})
    at = at or clock.now()
    with transaction.atomic():
        move(warrant, WarrantState.REFUSED, WARRANT_TRANSITIONS, by=by, at=at, why=why.strip()[:200])
        Warrant.objects.filter(pk=warrant.pk).update(why=why.strip()[:200])
        finish_about(label(warrant), APPROVAL, {"result": warrant.state}, by=by, at=at)


def lapse_unanswered(at: datetime) -> int:
    """Requests nobody answered before the time they were asked for was over."""
    waiting = Warrant.objects.filter(state=WarrantState.REQUESTED, expires_at__lte=at).select_related("area")
    for warrant in waiting:
        move(warrant, WarrantState.LAPSED, WARRANT_TRANSITIONS, by=None, at=at)
        cancel_about(label(warrant), by=None, why=_("nobody answered in time"), at=at)
    return len(waiting)


def hold(warrant: Warrant, *, by: Any, at: datetime, question: Question | None = None, permission: str = USE) -> Bounds:
    """The gate. Pass with the bounds of a live warrant, within which a question keeps; or be refused, on record.

    by: None is a command of the host, which may bring files in; nobody but a user asks a question.
    """
    if by is not None or question is not None:
        require(by, permission, warrant)
    reason = _closed(warrant, at) or _altered(warrant)
    if reason:
        _refuse(warrant, permission, by, at, reason, _CLOSED[reason]())
    bounds = warrant.bounds()
    if question is not None and (reason := outside(question, bounds)):
        _refuse(warrant, permission, by, at, reason, _OUTSIDE[reason]())
    if question is not None:
        for case in Case.objects.filter(pk__in=question.cases).select_related("area"):
            require(by, permission, case)
            _require_confirmed(case, by, at)
    return bounds


def _closed(warrant: Warrant, at: datetime) -> str:
    """Why the warrant opens nothing at this time; '' if it does. Asked of the database, not of what was read before."""
    warrant.refresh_from_db()
    if warrant.state in (WarrantState.DESTROYING, WarrantState.DESTROYED):
        return "destroyed"
    if warrant.state != WarrantState.ACTIVE or warrant.approved_at is None:
        return "not_approved"
    return "expired" if warrant.expires_at <= at else ""


def _altered(warrant: Warrant) -> str:
    """Whether what was approved is still what stands there; only this installation's key could have tied them."""
    assert warrant.approved_at is not None
    assert warrant.approved_by_id is not None
    seal = approval_seal(settings.LEDGER_KEY, warrant.bounds().digest(), warrant.approved_by_id, warrant.approved_at)
    return "" if hmac.compare_digest(seal, warrant.approval) else "altered"


_CLOSED = {
    "destroyed": lambda: _("The records of this warrant were destroyed; nothing can be asked of them."),
    "not_approved": lambda: _("Nobody has approved this warrant. Without a warrant there is no look."),
    "expired": lambda: _("This warrant has expired. Its records are being destroyed."),
    "altered": lambda: _("The bounds of this warrant were changed after its approval. It opens nothing."),
}
_OUTSIDE = {
    "another_case": lambda: _("This warrant does not name that case."),
    "another_kind": lambda: _("This warrant does not open that kind of record."),
    "another_area": lambda: _("That area lies outside this warrant."),
    "another_period": lambda: _("That time lies outside the period of this warrant."),
}


@contextmanager
def legible() -> Iterator[None]:
    """What is sealed can be read, or it is said plainly that it cannot."""
    try:
        yield
    except (Gone, Damaged) as error:
        raise ValidationError(
            _(
                "The key or the records of this warrant are missing or damaged. End it, ask anew, and keep the files again."
            )
        ) from error


def refuse_kind(warrant: Warrant, by: Any, at: datetime) -> NoReturn:
    """A file of a kind the warrant does not open."""
    _refuse(warrant, USE, by, at, "another_kind", _OUTSIDE["another_kind"]())


def _refuse(subject: Any, permission: str, by: Any, at: datetime, reason: str, says: str) -> NoReturn:
    """Say no and write it down. The error carries what was written, because a transaction around may take it back."""
    said = {"by": by, "at": at, "area_path": subject.area.path, "permission": permission, "reason": reason}
    entry = record("denied", label(subject), **said)
    refused = PermissionDenied(says)
    refused.refusal = (entry.seq, label(subject), said)  # type: ignore[attr-defined]
    raise refused
