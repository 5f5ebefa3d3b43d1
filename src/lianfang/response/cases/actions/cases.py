"""Reporting, confirming and ending cases."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.models import Case, LabTest, Source, Stay
from lianfang.response.cases.states import CASE_TRANSITIONS, CaseState
from lianfang.response.ledger.actions import record
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import label, require

EDITABLE = (
    "onset_on", "sampled_on", "diagnosed_on", "reported_on", "exposed_from", "exposed_to", "admitted_on",
    "quarantined_on", "discharged_on", "died_on", "outcome", "hospital", "setting", "severity", "age", "notes",
)  # fmt: skip


@transaction.atomic
def report_case(
    person: Person, area: Area, case_label: str, *, disease: str, by: Any, at: datetime | None = None, **fields: Any
) -> Case:
    """Report somebody as a case, to be confirmed by a second person. A running case of the same person is returned."""
    if by is not None:
        require(by, "cases.report", area)
    at = at or clock.now()
    try:
        with transaction.atomic():
            case = Case.objects.create(
                person=person, area=area, label=case_label, disease=disease, state_at=at, created_at=at,
                reported_by_id=getattr(by, "pk", None), **fields,
            )  # fmt: skip
    except IntegrityError as error:
        raise ValidationError(
            _("%(label)s: this number is taken, or this person already has a running case.") % {"label": case_label}
        ) from error
    record("case.reported", label(case), by=by, at=at, area_path=area.path, number=case_label)
    return case


def positive_test(case: Case) -> LabTest | None:
    return LabTest.objects.filter(person=case.person_id, disease=case.disease, result="positive").first()


@transaction.atomic
def confirm(case: Case, *, by: Any, asymptomatic: bool = False, at: datetime | None = None) -> None:
    """Confirm on laboratory evidence that somebody else recorded: no one person can make a case."""
    require(by, "cases.confirm", case)
    test = positive_test(case)
    if test is None and case.diagnosed_on is None:
        raise ValidationError(_("No laboratory result is recorded for this person. The laboratory enters it first."))
    if by.pk == case.reported_by_id or (test is not None and test.recorded_by_id == by.pk):
        raise ValidationError(
            _("Whoever reported the case or recorded its result cannot confirm it. Ask a second person.")
        )
    at = at or clock.now()
    to = CaseState.ASYMPTOMATIC if asymptomatic else CaseState.CONFIRMED
    move(case, to, CASE_TRANSITIONS, by=by, at=at, confirmed_at=at, confirmed_by_id=by.pk, asymptomatic=asymptomatic)


@transaction.atomic
def exclude(case: Case, *, by: Any, why: str, at: datetime | None = None) -> None:
    """No case after all. A confirmed one is taken back by somebody other than who confirmed it."""
    require(by, "cases.confirm", case)
    if not why.strip():
        raise ValidationError({"why": _("Say on what evidence this is not a case.")})
    if case.confirmed_by_id == by.pk:
        raise ValidationError(_("Whoever confirmed the case cannot take it back. Ask a second person."))
    move(case, CaseState.EXCLUDED, CASE_TRANSITIONS, by=by, at=at, why=why)


@transaction.atomic
def end(case: Case, state: str, *, by: Any, on: date, at: datetime | None = None) -> None:
    """Recovered or died, on a day that is not before the confirmation."""
    at = at or clock.now()
    if case.confirmed_at and on < case.confirmed_at.astimezone().date():
        raise ValidationError({"on": _("This day lies before the case was confirmed.")})
    field = "died_on" if state == CaseState.DIED else "discharged_on"
    move(case, state, CASE_TRANSITIONS, by=by, at=at, **{field: on})


@transaction.atomic
def close(case: Case, *, by: Any, at: datetime | None = None) -> None:
    """Nothing is owed about a recovered case any more."""
    move(case, CaseState.CLOSED, CASE_TRANSITIONS, by=by, at=at)


@transaction.atomic
def edit_case(case: Case, changes: dict[str, Any], *, by: Any, at: datetime | None = None) -> None:
    """Correct what was reported. Old and new values both stand in the ledger. by=None: the system, for an import."""
    if by is not None:
        require(by, "cases.report", case)
    before = {name: getattr(case, name) for name in changes if name in EDITABLE}
    after = {name: value for name, value in changes.items() if name in EDITABLE and value != before[name]}
    if not after:
        return
    for name, value in after.items():
        setattr(case, name, value)
    emptied = [name for name, value in after.items() if value in (None, "")]  # "not known" is always allowed
    case.full_clean(exclude=[f.name for f in Case._meta.fields if f.name not in after or f.name in emptied])
    case.save(update_fields=list(after))
    record(
        "case.edited", label(case), by=by, at=at, area_path=case.area.path,
        before={name: before[name] for name in after}, after=after,
    )  # fmt: skip


@transaction.atomic
def name_source(
    case: Case, source: Case, *, by: Any, setting: str = "", evidence: str = "interview", at: datetime | None = None
) -> Source:
    """Add a possible source. Several may stand; naming one twice keeps the first."""
    if by is not None:
        require(by, "cases.report", case)
    if case.pk == source.pk:
        raise ValidationError(_("A case cannot be its own source."))
    link, new = Source.objects.get_or_create(
        case=case, source=source, defaults={"setting": setting, "evidence": evidence}
    )
    if new:
        record("case.source_named", label(case), by=by, at=at, area_path=case.area.path, source=source.pk)
    return link


@transaction.atomic
def tell_stay(case: Case, *, by: Any, at: datetime | None = None, **fields: Any) -> Stay:
    """Add one bar of the timeline told in the interview. The same place and time told twice is one bar."""
    require(by, "cases.report", case)
    at = at or clock.now()
    if fields["to_at"] < fields["from_at"]:
        raise ValidationError({"to_at": _("The end of a stay lies before its beginning.")})
    stay, new = Stay.objects.get_or_create(
        case=case, place=fields.pop("place"), from_at=fields.pop("from_at"),
        defaults={**fields, "recorded_at": at, "recorded_by_id": by.pk},
    )  # fmt: skip
    if new:
        record("case.stay_told", label(case), by=by, at=at, area_path=case.area.path, stay=stay.pk)
    return stay
