"""Measures on people: who is held, why, until when; checked in, moved on, released by the rule."""

from datetime import date, datetime

from ninja import Query, Router, Schema
from pydantic import Field

from lianfang.response import clock
from lianfang.response.cases.models import Measure as Row
from lianfang.response.cases.queries import measures
from lianfang.response.cases.states import MeasureState
from lianfang.response.territory.permissions import fetch, require_somewhere
from lianfang.response.web.api.areas import AreaName
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.faces import Face, with_faces
from lianfang.response.web.api.fields import Flag, Given, Line, Pk, Standing
from lianfang.response.web.api.listing import InArea, Page, area_of, page
from lianfang.response.workflows import place_contact as placing
from lianfang.response.workflows import release_person as releasing

router = Router(tags=["measures"])


class Measure(Schema):
    """A restriction on a person: why, by which rule and law, on what evidence, where, and until when."""

    id: int
    person: Face
    contact_id: int | None
    case_id: int | None
    area: AreaName
    kind: str
    state: str
    state_at: datetime
    reason: str
    basis: str
    rule: str
    evidence: str
    site: str
    home_reason: str
    starts_on: date
    last_exposure_on: date | None
    ends_on: date
    checked_in_at: datetime | None
    released_on: date | None
    end_reason: str
    ordered_at: datetime

    @staticmethod
    def resolve_person(row: Row) -> object:
        return row.face


class TestDay(Schema):
    __test__ = False

    day: int
    due_on: date
    done: bool

    @staticmethod
    def resolve_done(row) -> bool:
        return row.test_id is not None


class Decision(Schema):
    """What the rule says about releasing this person today."""

    ok: bool
    reasons: list[str]
    earliest_on: date | None


class MeasureInFull(Measure):
    test_days: list[TestDay]
    release: Decision

    @staticmethod
    def resolve_test_days(row: Row) -> object:
        return list(row.test_days.all())


class MeasureFilter(InArea):
    state: MeasureState | None = None
    past_end: Flag = Field(False, description="only those running at or past their last day")


class Arrival(Given):
    """site: the isolation site and room; at home it may be left empty."""

    site: Line = ""


@router.get("/measures", response=answers(Page[Measure]))
def list_measures(request, given: Query[MeasureFilter]):
    """Measures in reach, the earliest end first."""
    require_somewhere(request.user, "measures.view", "api:measures")
    area = area_of(request.user, given.area, "measures.view")
    past_end = clock.today() if given.past_end else None
    rows = measures.measures_in_reach(request.user, area=area, state=given.state or "", past_end=past_end)
    return page(rows, given, lambda found: with_faces(found, request.user))


@router.get("/measures/{pk}", response=answers(MeasureInFull))
def get_measure(request, pk: Pk):
    """One measure, its test days, and what the rule says about release today."""
    measure = fetch(measures.measures(), request.user, "measures.view", pk=pk)
    measure.release = releasing.release_decision(measure)
    return with_faces([measure], request.user)[0]


@router.post("/measures/{pk}/check-in", response=answers_to_write(Standing))
def check_in(request, pk: Pk, given: Arrival):
    """They have arrived: the measure is in force and the duty to bring them is proved."""
    measure = fetch(measures.measures(), request.user, "measures.follow", pk=pk)
    placing.check_in_contact(measure, given.site, by=request.user)
    return measure


@router.post("/measures/{pk}/move-home", response=answers_to_write(Standing))
def move_home(request, pk: Pk, given: Arrival):
    """The central days are over and the edition goes on at home. Answers with the measure at home."""
    measure = fetch(measures.measures(), request.user, "measures.follow", pk=pk)
    return placing.move_home(measure, by=request.user, site=given.site)


@router.post("/measures/{pk}/extend", response=answers_to_write(Standing))
def extend(request, pk: Pk):
    """Tests are missing at the end: one more day with a test on it. Refused where none is missing."""
    measure = fetch(measures.measures(), request.user, "measures.place", pk=pk)
    releasing.extend_for_tests(measure, by=request.user)
    return measure


@router.post("/measures/{pk}/release", response=answers_to_write(Standing))
def release(request, pk: Pk):
    """Release by the rule, or refuse and name every reason."""
    measure = fetch(measures.measures(), request.user, "measures.release", pk=pk)
    releasing.release(measure, by=request.user)
    return measure
