"""Contacts: reviewed, placed, handed to another place, followed to the second degree."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from lianfang.response.cases.models import Contact as Row
from lianfang.response.cases.queries import contacts
from lianfang.response.cases.states import ContactState, Setting
from lianfang.response.people.queries import people
from lianfang.response.territory.permissions import fetch, require_somewhere
from lianfang.response.web.api.areas import AreaName
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.faces import Face, with_faces
from lianfang.response.web.api.fields import Code, Day, Given, Id, Line, Moment, Pk, ShortLine, Standing, Text, Yes
from lianfang.response.web.api.listing import InArea, Page, area_of, page
from lianfang.response.workflows import review_contact as reviewing
from lianfang.response.workflows.place_contact import place_contact
from lianfang.response.workflows.second_degree import name_secondary

router = Router(tags=["contacts"])


class OfCase(Schema):
    id: int
    label: str
    disease: str


class Contact(Schema):
    """A person exposed to a case (degree 1), or to such a person (degree 2, ``via``)."""

    id: int
    case: OfCase
    person: Face
    area: AreaName
    degree: int
    via_id: int | None
    state: str
    state_at: datetime
    setting: str
    evidence: str
    relation: str
    first_exposure_at: datetime | None
    last_exposure_at: datetime | None
    minutes: int | None
    distance_m: float | None
    protected: bool | None
    score: float | None
    destination: str
    excluded_reason: str
    became_id: int | None
    named_at: datetime
    reviewed_at: datetime | None

    @staticmethod
    def resolve_person(row: Row) -> object:
        return row.face


class ContactFilter(InArea):
    state: ContactState | None = None
    degree: Annotated[int, Field(ge=1, le=2)] | None = None


class NewPerson(Given):
    """Somebody the city's records do not know: at least a name, a phone or an ID number."""

    name: ShortLine = ""
    phone: ShortLine = ""
    id_number: ShortLine = ""
    address: Line = ""
    sex: Literal[0, 1, 2] = 0
    born_on: Day | None = None
    community: Annotated[Code, Field(description="code of where they live; the case's own without it")] = ""


class Exposure(Given):
    """When and how they met. Not known stays null: nothing is made up."""

    first_at: Moment | None = None
    last_at: Moment | None = None
    protected: Yes | None = None
    relation: ShortLine = ""


class SecondDegree(Exposure):
    person: Id
    setting: Setting


class Review(Given):
    """accept: by the rule (against it with ``why``). exclude, verify: with ``why``. push: with ``destination``."""

    decision: Literal[reviewing.DECISIONS]
    why: Text = ""
    destination: Line = ""
    home_reason: Annotated[Line, Field(description="why at home although the edition asks for a central site")] = ""


class Placing(Given):
    home_reason: Line = ""


class Landing(Given):
    note: Annotated[Text, Field(description="who confirmed it, and where the person is held")]


class ComingBack(Given):
    why: Text


@router.get("/contacts", response=answers(Page[Contact]))
def list_contacts(request, given: Query[ContactFilter]):
    """Contacts in reach, the last named first."""
    require_somewhere(request.user, "cases.view", "api:contacts")
    area = area_of(request.user, given.area, "cases.view")
    rows = contacts.contacts_in_reach(request.user, area=area, state=given.state or "", degree=given.degree or 0)
    return page(rows, given, lambda found: with_faces(found, request.user))


@router.get("/contacts/{pk}", response=answers(Contact))
def get_contact(request, pk: Pk):
    return with_faces([fetch(contacts.contacts(), request.user, "cases.view", pk=pk)], request.user)[0]


@router.post("/contacts/{pk}/review", response=answers_to_write(Standing))
def review(request, pk: Pk, given: Review):
    """Decide about a named contact; accepting orders the measure and names the second degree in the same step."""
    contact = fetch(contacts.contacts(), request.user, "contacts.review", pk=pk)
    return reviewing.review_contact(contact, by=request.user, **given.dict())


@router.post("/contacts/{pk}/place", response=answers_to_write(Standing))
def place(request, pk: Pk, given: Placing):
    """Order the measure of the protocol for a contact who is ours. Answers with the measure."""
    contact = fetch(contacts.contacts(), request.user, "measures.place", pk=pk)
    return place_contact(contact, by=request.user, home_reason=given.home_reason)


@router.post("/contacts/{pk}/landed", response=answers_to_write(Standing))
def landed(request, pk: Pk, given: Landing):
    """The place they were handed to has them under control."""
    contact = fetch(contacts.contacts(), request.user, "contacts.review", pk=pk)
    reviewing.contact_landed(contact, by=request.user, note=given.note)
    return contact


@router.post("/contacts/{pk}/came-back", response=answers_to_write(Standing))
def came_back(request, pk: Pk, given: ComingBack):
    """Handed on in error, or come home: ours after all, and placed at once."""
    contact = fetch(contacts.contacts(), request.user, "contacts.review", pk=pk)
    return reviewing.contact_came_back(contact, by=request.user, why=given.why)


@router.post("/contacts/{pk}/released-elsewhere", response=answers_to_write(Standing))
def released_elsewhere(request, pk: Pk):
    """The place that held them has released them by its own rule."""
    contact = fetch(contacts.contacts(), request.user, "measures.release", pk=pk)
    reviewing.released_elsewhere(contact, by=request.user)
    return contact


@router.post("/contacts/{pk}/secondary", response=answers_to_write(Standing, status=201))
def name_second(request, pk: Pk, given: SecondDegree):
    """Name somebody a close contact was with before they were isolated."""
    contact = fetch(contacts.contacts(), request.user, "contacts.edit", pk=pk)
    person = fetch(people(), request.user, "people.lookup", pk=given.person)
    return Status(201, name_secondary(contact, person, by=request.user, **given.dict(exclude={"person"})))
