"""Cases: reported, confirmed by a second person, interviewed, ended."""

from datetime import date, datetime
from typing import Annotated

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from lianfang.response import clock
from lianfang.response.cases.actions import cases as actions
from lianfang.response.cases.models import Case as Row
from lianfang.response.cases.models import Stay as StayRow
from lianfang.response.cases.queries import cases, contacts
from lianfang.response.cases.states import CaseState, Setting
from lianfang.response.people.queries import people
from lianfang.response.territory.permissions import ANY, fetch, require_somewhere, visible
from lianfang.response.web.api.areas import AreaName
from lianfang.response.web.api.contacts import Contact, Exposure, NewPerson
from lianfang.response.web.api.diseases import Disease
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.faces import Face, with_faces
from lianfang.response.web.api.fields import Code, Day, Given, Id, Line, Moment, Pk, ShortLine, Standing, Text, Yes
from lianfang.response.web.api.listing import InArea, Listing, Page, area_of, page
from lianfang.response.workflows import interview
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.exclude_case import exclude_case
from lianfang.response.workflows.report_suspect import report_suspect
from lianfang.response.workflows.treat_case import admit_case, discharge_case, record_death

router = Router(tags=["cases"])


class CaseName(Schema):
    id: int
    label: str


class Case(CaseName):
    """A person with the disease, or suspected of it. Dates are as reported; what is not known is null."""

    disease: str
    person: Face
    area: AreaName
    state: str
    state_at: datetime
    asymptomatic: bool
    onset_on: date | None
    sampled_on: date | None
    diagnosed_on: date | None
    reported_on: date | None
    exposed_from: date | None
    exposed_to: date | None
    admitted_on: date | None
    quarantined_on: date | None
    discharged_on: date | None
    died_on: date | None
    outcome: str
    hospital: str
    setting: str
    severity: str
    found_by: str
    confirmed_at: datetime | None
    created_at: datetime

    @staticmethod
    def resolve_person(row: Row) -> object:
        return row.face


class CaseWithLinks(Case):
    """With its possible sources and those it may have infected, as far as they lie in the user's reach."""

    notes: str
    sources: list[CaseName]
    infected: list[CaseName]

    @staticmethod
    def resolve_sources(row: Row) -> object:
        return row.seen_sources

    @staticmethod
    def resolve_infected(row: Row) -> object:
        return row.seen_infected


class Stay(Schema):
    id: int
    place: str
    setting: str
    area: AreaName | None
    from_at: datetime
    to_at: datetime
    masked: bool | None
    note: str


class CaseFilter(InArea):
    state: CaseState | None = None
    text: Annotated[Line, Field(description="part of the label")] = ""


class Facts(Given):
    """What is known about a case. A fact that is not sent stays as it is; null says that it is not known."""

    onset_on: Day | None = None
    sampled_on: Day | None = None
    diagnosed_on: Day | None = None
    exposed_from: Day | None = None
    exposed_to: Day | None = None
    admitted_on: Day | None = None
    quarantined_on: Day | None = None
    hospital: Line = ""
    severity: ShortLine = ""
    notes: Text = ""

    def known(self) -> dict[str, object]:
        """The facts that were sent. Raises ValidationError for a day to come, or an exposure that ends before it begins."""
        facts = self.dict(include=set(Facts.model_fields), exclude_unset=True)
        days = {name: value for name, value in facts.items() if isinstance(value, date)}
        if ahead := [name for name, value in days.items() if value > clock.today()]:
            raise ValidationError(dict.fromkeys(ahead, _("This date lies in the future.")))
        if "exposed_from" in days and "exposed_to" in days and days["exposed_to"] < days["exposed_from"]:
            raise ValidationError({"exposed_to": _("The end lies before the beginning.")})
        return facts


class Report(Facts):
    """Somebody reported as a case on what was seen; a second person confirms it."""

    person: Id
    disease: Disease
    area: Annotated[Code, Field(description="where they really are; their own community without it")] = ""
    label: Annotated[ShortLine, Field(description="the number it goes by; the next free one without it")] = ""


class SourceNamed(Given):
    source: Annotated[Id, Field(description="id of the case that may have infected this one")]
    setting: Line = ""


class Confirmation(Given):
    asymptomatic: Yes = False


class Why(Given):
    why: Text


class Admission(Given):
    hospital: Line


class StayTold(Given):
    place: Line
    setting: Setting
    from_at: Moment
    to_at: Moment
    area: Code = ""
    masked: Yes | None = None
    note: Text = ""


class NamedContact(Exposure):
    """Whom the case met: somebody the city knows (``person``) or whom it does not (``new_person``), never both."""

    person: Id | None = None
    new_person: NewPerson | None = None
    stay: Annotated[Id | None, Field(description="a stay of this case, whose setting and times then hold")] = None
    setting: Setting | None = None
    distance_m: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False, strict=True)] | None = None


@router.get("/cases", response=answers(Page[Case]))
def list_cases(request, given: Query[CaseFilter]):
    """Cases in reach, the newest first."""
    require_somewhere(request.user, "cases.view", "api:cases")
    area = area_of(request.user, given.area, "cases.view")
    rows = cases.cases_in_reach(request.user, area=area, state=given.state or "", text=given.text)
    return page(rows, given, lambda found: with_faces(found, request.user))


@router.get("/cases/{pk}", response=answers(CaseWithLinks))
def get_case(request, pk: Pk):
    case = fetch(cases.cases(), request.user, "cases.view", pk=pk)
    near = visible(Row.objects.all(), request.user, "cases.view").order_by("pk")
    case.seen_sources = list(near.filter(infected__case=case))
    case.seen_infected = list(near.filter(sources__source=case))
    return with_faces([case], request.user)[0]


@router.get("/cases/{pk}/contacts", response=answers(Page[Contact]))
def list_contacts_of_case(request, pk: Pk, given: Query[Listing]):
    """The case's contacts who live in the user's reach."""
    case = fetch(cases.cases(), request.user, "cases.view", pk=pk)
    rows = visible(contacts.contacts_of(case), request.user, "cases.view")
    return page(rows, given, lambda found: with_faces(found, request.user))


@router.get("/cases/{pk}/stays", response=answers(Page[Stay]))
def list_stays(request, pk: Pk, given: Query[Listing]):
    """The timeline told in the interview."""
    case = fetch(cases.cases(), request.user, "cases.view", pk=pk)
    return page(case.stays.select_related("area"), given, list)


@router.post("/cases", response=answers_to_write(Standing, status=201))
def report(request, given: Report):
    """Report a person as a case; a second person is asked to confirm it."""
    person = fetch(people(), request.user, "cases.report", pk=given.person)
    area = area_of(request.user, given.area, "cases.report")
    case = report_suspect(
        person, disease=given.disease, by=request.user, area=area, case_label=given.label, **given.known()
    )  # fmt: skip
    return Status(201, case)


@router.post("/cases/{pk}/facts", response=answers_to_write(Standing))
def correct(request, pk: Pk, given: Facts):
    """Correct what was reported; old and new values both stand in the ledger."""
    case = fetch(cases.cases(), request.user, "cases.report", pk=pk)
    actions.edit_case(case, given.known(), by=request.user)
    return case


@router.post("/cases/{pk}/sources", response=answers_to_write(Standing))
def name_source(request, pk: Pk, given: SourceNamed):
    """Name a possible source; several may stand."""
    case = fetch(cases.cases(), request.user, "cases.report", pk=pk)
    source = fetch(cases.cases(), request.user, "cases.view", pk=given.source)
    actions.name_source(case, source, by=request.user, setting=given.setting)
    return case


@router.post("/cases/{pk}/confirm", response=answers_to_write(Standing))
def confirm(request, pk: Pk, given: Confirmation):
    """Confirm on a laboratory result, as a second person; clocks, contacts and the hospital measure follow."""
    case = fetch(cases.cases(), request.user, "cases.confirm", pk=pk)
    return confirm_case(case, by=request.user, asymptomatic=given.asymptomatic)


@router.post("/cases/{pk}/exclude", response=answers_to_write(Standing))
def exclude(request, pk: Pk, given: Why):
    """Not a case after all: what rested on it ends with it."""
    case = fetch(cases.cases(), request.user, "cases.confirm", pk=pk)
    return exclude_case(case, by=request.user, why=given.why)


@router.post("/cases/{pk}/admit", response=answers_to_write(Standing))
def admit(request, pk: Pk, given: Admission):
    """Arrived in hospital. Answers with the hospital measure."""
    case = fetch(cases.cases(), request.user, ANY, pk=pk)  # whoever owes the transport may, even without seeing cases
    return admit_case(case, given.hospital, by=request.user)


@router.post("/cases/{pk}/discharge", response=answers_to_write(Standing))
def discharge(request, pk: Pk):
    """Recovered, by the tests the protocol asks for."""
    case = fetch(cases.cases(), request.user, "measures.release", pk=pk)
    discharge_case(case, by=request.user)
    return case


@router.post("/cases/{pk}/died", response=answers_to_write(Standing))
def died(request, pk: Pk):
    case = fetch(cases.cases(), request.user, "cases.report", pk=pk)
    record_death(case, by=request.user)
    return case


@router.post("/cases/{pk}/stays", response=answers_to_write(Stay, status=201))
def tell_stay(request, pk: Pk, given: StayTold):
    """Add one bar of the timeline; the same place and beginning told twice is one."""
    case = fetch(cases.cases(), request.user, "cases.report", pk=pk)
    area = area_of(request.user, given.area, "areas.view")
    return Status(201, interview.tell_stay(case, by=request.user, area=area, **given.dict(exclude={"area"})))


@router.post("/cases/{pk}/contacts", response=answers_to_write(Standing, status=201))
def name_contact(request, pk: Pk, given: NamedContact):
    """Name whom the case met; the review is owed once the case is confirmed."""
    case = fetch(cases.cases(), request.user, "contacts.edit", pk=pk)
    if (given.person is None) == (given.new_person is None):
        raise ValidationError({"person": _("Name a person the city knows, or describe a new one: one of the two.")})
    contact = interview.name_contact_in_interview(
        case, _person(case, given, request.user), by=request.user, stay=_stay(case, given, request.user),
        setting=given.setting or "", **given.dict(exclude={"person", "new_person", "stay", "setting"}),
    )  # fmt: skip
    return Status(201, contact)


def _person(case: Row, given: NamedContact, user):
    if given.new_person is None:
        return fetch(people(), user, "people.lookup", pk=given.person)
    community = area_of(user, given.new_person.community, "people.edit")
    facts = given.new_person.dict(exclude={"community"})
    return interview.new_person_in_interview(case, by=user, community=community, **facts)


def _stay(case: Row, given: NamedContact, user) -> StayRow | None:
    return fetch(StayRow.objects.filter(case=case), user, "cases.report", pk=given.stay) if given.stay else None
