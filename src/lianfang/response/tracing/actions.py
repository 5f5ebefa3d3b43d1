"""Comparing location records around a case under a purpose, and deciding about whom they name.

A candidate is never a measure by itself: a tracer accepts it as a contact, who is then reviewed like any other. The
records themselves are not stored: a run keeps the file's hash and counts, a candidate what concerns that person.
"""

from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import contacts
from lianfang.response.cases.models import Case, Contact
from lianfang.response.cases.queries.cases import LAB_CONFIRMED
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import ContactState, Setting
from lianfang.response.ledger.actions import record
from lianfang.response.ledger.models import Purpose
from lianfang.response.ledger.queries import live_purpose
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import label, require
from lianfang.response.tracing.arrays import Comparison, Nearness, compare
from lianfang.response.tracing.models import Candidate, Run
from lianfang.response.tracing.queries import exposure_window
from lianfang.response.tracing.rules import Finding, joined, order
from lianfang.response.tracing.states import CANDIDATE_TRANSITIONS, CandidateState

_FINDING = ("evidence", "place", "minutes", "first_at", "last_at", "min_distance_m", "probability")
_PERMISSION = "locations.collide"
_NEAR = Nearness()


def run_collision(
    case: Case,
    records_path: Path,
    *,
    purpose: Purpose | int,
    by: Any,
    at: datetime | None = None,
    file_name: str = "",
    nearness: Nearness = _NEAR,
    epoch: datetime | None = None,
) -> Run:
    """Compare a file of pings, visits or rides with a case and keep whom it names as candidates.

    purpose: of ``by``, live, for this case. Only records inside the case's infectious window are kept in memory. The
    same file again changes nothing; another file widens what is known. file_name: as the user knows the file. Raises
    Http404 or PermissionDenied (each with a row ``denied`` in the ledger), ValidationError for a file or a case that
    cannot be used; nothing is then written.
    """
    at = at or clock.now()
    require(by, _PERMISSION, case)
    held = _held_purpose(case, purpose, by, at)
    protocol = protocol_for(case.area, case.disease, at)
    window = exposure_window(case, protocol, at)
    if window is None:
        raise ValidationError(
            _("Neither the day of onset nor that of sampling is known, so there is no window to compare. Ask first.")
        )
    comparison = compare(Path(records_path), case.person, *window, nearness, epoch)
    run = Run(
        case=case, purpose_id=held.pk, records=comparison.kind, file_name=(file_name or Path(records_path).name)[:200],
        sha256=comparison.sha256, rows_read=comparison.rows, window_from_at=window[0], window_to_at=window[1],
        parameters={"protocol": protocol.version, **nearness.said(comparison.kind)}, at=at, by_id=by.pk,
    )  # fmt: skip
    return _keep(run, comparison, held, by)


def _held_purpose(case: Case, purpose: Purpose | int, by: Any, at: datetime) -> Purpose:
    """The live purpose under which this user may look at this case, or a refusal that stands in the ledger."""
    if case.state not in LAB_CONFIRMED:
        _refuse(
            case, by, at, "case_not_confirmed", _("Location records are opened for laboratory-confirmed cases only.")
        )
    number = purpose.pk if isinstance(purpose, Purpose) else purpose
    held = live_purpose(number, owner_id=by.pk, at=at) if number else None
    if held is None:
        _refuse(case, by, at, "no_live_purpose", _("You hold no live purpose. Open one for this case, with a reason."))
    if held.case_id != case.pk or not case.area.path.startswith(held.area_path):
        _refuse(case, by, at, "purpose_of_another_case", _("This purpose was opened for another case or place."))
    return held


def _refuse(case: Case, by: Any, at: datetime, reason: str, says: str) -> NoReturn:
    record("denied", label(case), by=by, at=at, area_path=case.area.path, permission=_PERMISSION, reason=reason)
    raise PermissionDenied(says)


@transaction.atomic
def _keep(run: Run, comparison: Comparison, purpose: Purpose, by: Any) -> Run:
    case = Case.objects.select_for_update().get(pk=run.case_id)  # two runs of one case come one after the other
    known = {row.person_id: row for row in Candidate.objects.filter(case=case)}
    found = {
        "rows_in_window": comparison.rows_in_window, "case_rows": comparison.case_rows,
        "named": len(comparison.findings), "new": len(comparison.findings.keys() - known.keys()),
        "unmatched": comparison.unmatched,
    }  # fmt: skip
    run.parameters |= found
    run.save()
    fresh = [
        Candidate(case=case, person_id=person, run=run, rank=0, **vars(finding))
        for person, finding in comparison.findings.items()
        if person not in known
    ]
    Candidate.objects.bulk_create(fresh, batch_size=500)
    for person, finding in comparison.findings.items():
        if person in known:
            _widen(known[person], finding, run, by)
    _rank(case)
    record(
        "collision.run", label(run), by=by, at=run.at, area_path=case.area.path, purpose=purpose, case=case.pk,
        records=run.records, sha256=run.sha256, rows=run.rows_read, **found,
    )  # fmt: skip
    return run


def _widen(candidate: Candidate, new: Finding, run: Run, by: Any) -> None:
    """Join new evidence to a known candidate; who was decided about is asked about again only if it says more."""
    was = Finding(**{name: getattr(candidate, name) for name in _FINDING})
    now = joined(was, new)
    if now == was:
        return
    for name, value in vars(now).items():
        setattr(candidate, name, value)
    candidate.run = run
    candidate.save(update_fields=[*_FINDING, "run"])
    if candidate.state != CandidateState.OPEN:
        move(
            candidate, CandidateState.OPEN, CANDIDATE_TRANSITIONS, by=by, at=run.at, check=False,
            decided_at=None, decided_by_id=None,
        )  # fmt: skip
        Candidate.objects.filter(pk=candidate.pk).update(why="")


def _rank(case: Case) -> None:
    rows = list(Candidate.objects.filter(case=case))
    rows.sort(key=lambda row: (*order(Finding(**{name: getattr(row, name) for name in _FINDING})), row.person_id))
    moved = []
    for rank, row in enumerate(rows, 1):
        if row.rank != rank:
            row.rank = rank
            moved.append(row)
    Candidate.objects.bulk_update(moved, ["rank"], batch_size=500)


def accept_candidate(candidate: Candidate, *, by: Any, setting: str, at: datetime | None = None) -> Contact:
    """Name the candidate as a close contact, to be reviewed. Somebody excluded before comes back to review."""
    _require_decision(candidate, by)
    if setting not in set(Setting):
        raise ValidationError({"setting": _("Choose the setting from the list.")})
    at = at or clock.now()
    with transaction.atomic():
        _decide(candidate, CandidateState.ACCEPTED, by, at)
        # The distance between two phones is not passed on: it is no distance between people, and must clear nobody.
        contact = contacts.name_contact(
            candidate.case, candidate.person, by=by, setting=setting, evidence=candidate.evidence, at=at,
            first_exposure_at=candidate.first_at, last_exposure_at=candidate.last_at, minutes=candidate.minutes,
            score=candidate.probability,
        )  # fmt: skip
        if contact.state == ContactState.EXCLUDED:
            contacts.name_again(contact, by=by, why=_("named by location records"), at=at)
    return contact


def dismiss_candidate(candidate: Candidate, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Decide that this person was not near the case. Wider evidence asks again."""
    _require_decision(candidate, by)
    if not why.strip():
        raise ValidationError({"why": _("Say why this person was not near the case.")})
    with transaction.atomic():
        _decide(candidate, CandidateState.DISMISSED, by, at or clock.now(), why.strip()[:200])


def _require_decision(candidate: Candidate, by: Any) -> None:
    """Asked outside the transaction: a refusal stands in the ledger, also when everything else is taken back."""
    require(by, CANDIDATE_TRANSITIONS[CandidateState.OPEN, CandidateState.ACCEPTED].permission, candidate)


def _decide(candidate: Candidate, to: CandidateState, by: Any, at: datetime, why: str = "") -> None:
    move(candidate, to, CANDIDATE_TRANSITIONS, by=by, at=at, check=False, why=why, decided_at=at, decided_by_id=by.pk)
    candidate.why = why
    candidate.save(update_fields=["why"])
