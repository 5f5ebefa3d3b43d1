"""People: a purpose first, then the look-up; one person under a task or a purpose; suspected duplicates."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from lianfang.response import clock
from lianfang.response.cases.actions import purposes as actions
from lianfang.response.cases.models import Case
from lianfang.response.ledger.models import Purpose as Row
from lianfang.response.ledger.queries import live_purposes
from lianfang.response.people import queries
from lianfang.response.people.actions import merge_people, say_different
from lianfang.response.territory.permissions import ANY, fetch, label, require_somewhere, visible
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.faces import Face
from lianfang.response.web.api.fields import BIGGEST, Code, Day, Given, Id, Line, Pk, ShortLine, Standing, Text, Whole
from lianfang.response.web.api.listing import Listing, Page, area_of, page
from lianfang.response.web.api.missing import no_such_record
from lianfang.response.workflows.correct_facts import correct_facts
from lianfang.response.workflows.look_up import look_up, read_person, unmask

router = Router(tags=["people"])


class Purpose(Schema):
    """Why somebody may look people up: one owner, one lab-confirmed case, one territory, until it expires."""

    id: int
    basis: str
    case_id: int
    case_label: str
    area_path: str
    reason: str
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None


class OpenPurpose(Given):
    case: Id
    basis: Literal[actions.BASES]
    reason: Text
    area: Annotated[Code, Field(description="where people may be looked up; the county of the case without it")] = ""
    hours: Annotated[int, Field(ge=1, le=actions.LONGEST_HOURS, strict=True)] = 24


class LookUp(Given):
    """Sent as a body: what is searched for is never part of an address, because addresses end up in logs."""

    text: Annotated[Text, Field(description="ID number, phone or its last four digits, name, pinyin initials")]
    purpose: Id


class Unmask(Given):
    why: Text
    purpose: Id | None = None


class Corrected(Given):
    """What was wrong. A fact that is not sent stays as it is; one that is masked for the user is refused (403)."""

    name: ShortLine = ""
    id_number: ShortLine = ""
    phone: ShortLine = ""
    address: Line = ""
    sex: Literal[0, 1, 2] = 0
    born_on: Day | None = None
    why: Annotated[Text, Field(min_length=1)]
    seen: Annotated[Whole | None, Field(description="number of corrections known; 409 if there is another")] = None
    purpose: Id | None = None


class Correction(Schema):
    """What was corrected when, by whom and why. Old values stay sealed."""

    number: int
    fields: list[str]
    at: datetime
    by_id: int
    why: str


class UnderPurpose(Schema):
    purpose: Annotated[int, Field(ge=1, le=BIGGEST)] | None = None


class Suspicion(Schema):
    """Two records that may be one person."""

    id: int
    score: float
    reasons: list[str]
    person: Face
    other: Face


class Sameness(Given):
    decision: Literal["merge", "different"]
    why: Text = ""


@router.get("/purposes", response=answers(Page[Purpose]))
def list_purposes(request, given: Query[Listing]):
    """My own purposes that are open now, the newest first."""
    require_somewhere(request.user, "people.lookup", "api:purposes")
    return page(live_purposes(request.user.pk, clock.now()), given, list)


@router.post("/purposes", response=answers_to_write(Purpose, status=201))
def open_purpose(request, given: OpenPurpose):
    """Open a purpose around a lab-confirmed case."""
    case = fetch(Case.objects.select_related("area"), request.user, "purposes.open", pk=given.case)
    area = area_of(request.user, given.area, "purposes.open")
    return Status(201, actions.open_purpose(
        case, by=request.user, basis=given.basis, reason=given.reason, area=area, hours=given.hours
    ))  # fmt: skip


@router.post("/purposes/{pk}/close", response=answers_to_write(Purpose))
def close_purpose(request, pk: Pk):
    """End one of my purposes before its time."""
    purpose = Row.objects.filter(owner_id=request.user.pk, pk=pk).first()
    if purpose is None:
        no_such_record(request.user, f"ledger.purpose:{pk}", "purposes.open")
    actions.close_purpose(purpose, by=request.user)
    return purpose


@router.post("/people/look-up", response=answers_to_write(list[Face]))
def find(request, given: LookUp):
    """Find people within a purpose's territory, at most twelve, masked by role. Everybody shown stands in the ledger."""
    return look_up(given.text, by=request.user, purpose_id=given.purpose)


@router.get("/people/duplicates", response=answers(Page[Suspicion]))
def list_duplicates(request, given: Query[Listing]):
    """Suspected duplicates in reach, the likeliest first. A human decides; nothing was blocked."""
    require_somewhere(request.user, "people.merge", "api:duplicates")
    rows = visible(queries.suspicions(), request.user, "people.merge").order_by("-score", "pk")
    return page(rows, given, lambda found: [_pair(row, request.user) for row in found])


def _pair(row, user) -> dict[str, object]:
    shown = {"person": queries.face(row.person, user), "other": queries.face(row.other, user)}
    return {"id": row.pk, "score": row.score, "reasons": row.reasons, **shown}


@router.post("/people/duplicates/{pk}", response=answers_to_write(Standing))
def decide(request, pk: Pk, given: Sameness):
    """One person after all, or two different ones."""
    row = fetch(queries.suspicions(), request.user, "people.merge", pk=pk)
    if given.decision == "merge":
        merge_people(row.person, row.other, by=request.user, why=given.why or label(row))
    else:
        say_different(row, by=request.user)
    row.refresh_from_db(fields=["state"])
    return row


@router.get("/people/{pk}", response=answers(Face))
def get_person(request, pk: Pk, given: Query[UnderPurpose]):
    """One person, under an open duty about them or a live purpose that covers their place; otherwise 404."""
    person = fetch(queries.people(), request.user, ANY, pk=pk)
    return read_person(person, by=request.user, purpose_id=given.purpose)


@router.post("/people/{pk}/unmask", response=answers_to_write(Face))
def show_in_full(request, pk: Pk, given: Unmask):
    """The same person unmasked, for a reason that stays in the ledger."""
    person = fetch(queries.people(), request.user, ANY, pk=pk)
    return unmask(person, by=request.user, why=given.why, purpose_id=given.purpose)


@router.patch("/people/{pk}", response=answers_to_write(Correction))
def correct(request, pk: Pk, given: Corrected):
    """Correct facts of a person, under the ground of reading them. Needs people.edit; masked facts are refused."""
    person = fetch(queries.people(), request.user, "people.edit", pk=pk)
    changes = given.dict(exclude_unset=True, exclude={"why", "seen", "purpose"})
    return correct_facts(
        person, changes, by=request.user, why=given.why, seen=given.seen, purpose_id=given.purpose
    )  # fmt: skip


@router.get("/people/{pk}/corrections", response=answers(Page[Correction]))
def list_corrections(request, pk: Pk, given: Query[Listing], under: Query[UnderPurpose]):
    """The history of one person's record, the latest first, under the ground of reading them."""
    person = fetch(queries.people(), request.user, ANY, pk=pk)
    read_person(person, by=request.user, purpose_id=under.purpose)
    return page(queries.corrections(person), given, list)
