"""Duties: mine, who is not done and why, and the steps of one."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from lianfang.response.duties import actions, queries
from lianfang.response.duties.models import Duty as Row
from lianfang.response.duties.rules import KINDS, LINES
from lianfang.response.duties.states import Blocked
from lianfang.response.territory.permissions import fetch, require_somewhere
from lianfang.response.web.api.areas import AreaName, Figures
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.faces import Face, with_faces
from lianfang.response.web.api.fields import Code, Flag, Given, Id, Pk, Standing, Text, Whole
from lianfang.response.web.api.listing import InArea, Listing, Page, area_of, page

router = Router(tags=["duties"])


class Account(Schema):
    id: int
    name: str


class Duty(Schema):
    """One obligation: who owes what, where, about whom, by when, proved how; and the level it has climbed to."""

    id: int
    kind: str
    campaign: str
    area: AreaName
    person: Face | None
    subject: str
    params: dict[str, object]
    owner: Account | None
    owner_role: str
    state: str
    proof_required: str
    rule: str
    opened_at: datetime
    due_at: datetime
    late_at: datetime | None
    level: int
    blocked: str
    blocked_note: str
    closed_at: datetime | None

    @staticmethod
    def resolve_person(row: Row) -> object:
        return row.face


class DutyFilter(InArea):
    kind: Literal[tuple(KINDS)] | None = None
    line: Literal[LINES] | None = None
    late: Flag = False
    blocked: Blocked | None = None


class CountFilter(Schema):
    area: Annotated[Code, Field(description="code of an area; all of one's reach without it")] = ""
    kind: Literal[tuple(KINDS)] | None = None


class Proof(Given):
    """What was done: at least one of the three, unless the duty asks for no proof."""

    note: Text = ""
    count: Whole | None = None
    place: Annotated[Text, Field(description="where, when it matters")] = ""


class NotDone(Given):
    reason: Blocked
    note: Text = ""


class HandOver(Given):
    owner: Annotated[Id, Field(description="id of the account, one of the duty's possible owners")]
    why: Text


def _with_homes(rows):
    return rows.select_related("person__community", "person__household__dwelling")


@router.get("/duties", response=answers(Page[Duty]))
def list_not_done(request, given: Query[DutyFilter]):
    """Who is not done, and why: open duties in reach, the most overdue first."""
    require_somewhere(request.user, "duties.view", "api:duties")
    area = area_of(request.user, given.area, "duties.view")
    rows = queries.not_done(
        request.user, area=area, kind=given.kind or "", late=given.late, blocked=given.blocked or ""
    )  # fmt: skip
    if given.line:
        rows = rows.filter(kind__in=[kind.name for kind in KINDS.values() if kind.line == given.line])
    return page(_with_homes(rows), given, lambda found: with_faces(found, request.user))


@router.get("/duties/mine", response=answers(Page[Duty]))
def list_mine(request, given: Query[Listing]):
    """What I owe, and what my roles owe where nobody holds it yet; the earliest deadline first."""
    return page(_with_homes(queries.mine(request.user)), given, lambda found: with_faces(found, request.user))


@router.get("/duties/counts", response=answers(Figures))
def count_not_done(request, given: Query[CountFilter]):
    """How far an area is, or all of one's reach: the figures of the page, from the tallies. Needs duties.view."""
    mine = require_somewhere(request.user, "duties.view", "api:duties")
    area = area_of(request.user, given.area, "duties.view")
    paths = [area.path] if area else mine.paths
    return queries.total(queries.count_under(path, kind=given.kind or "") for path in paths)


@router.get("/duties/{pk}", response=answers(Duty))
def get_duty(request, pk: Pk):
    found = queries.fetch_duty(request.user, pk)
    return with_faces([found], request.user)[0]


@router.get("/duties/{pk}/owners", response=answers(list[Account]))
def list_possible_owners(request, pk: Pk):
    """Everybody the duty can be handed to; at most a hundred."""
    found = fetch(queries.duties(), request.user, "duties.assign", pk=pk)
    return list(queries.possible_owners(found)[:100])


@router.post("/duties/{pk}/start", response=answers_to_write(Standing))
def start(request, pk: Pk):
    found = fetch(queries.duties(), request.user, "duties.do", pk=pk)
    actions.start_duty(found, by=request.user)
    return found


@router.post("/duties/{pk}/finish", response=answers_to_write(Standing))
def finish(request, pk: Pk, given: Proof):
    """Done, with its proof."""
    found = fetch(queries.duties(), request.user, "duties.do", pk=pk)
    # The page hands in what was typed; the proof of one duty has one form, whichever way it came.
    proof = {name: "" if value is None else str(value) for name, value in given.dict().items()}
    actions.finish_duty(found, proof, by=request.user)
    return found


@router.post("/duties/{pk}/blocked", response=answers_to_write(Standing))
def blocked(request, pk: Pk, given: NotDone):
    """Not done, and why. The duty stays open and its clock runs on."""
    found = fetch(queries.duties(), request.user, "duties.do", pk=pk)
    actions.say_blocked(found, given.reason, given.note, by=request.user)
    return found


@router.post("/duties/{pk}/hand-over", response=answers_to_write(Standing))
def hand_over(request, pk: Pk, given: HandOver):
    """Give a duty to somebody else whose grant covers its area."""
    found = fetch(queries.duties(), request.user, "duties.assign", pk=pk)
    owner = queries.possible_owners(found).filter(pk=given.owner).first()
    if owner is None:
        raise Http404
    actions.hand_over(found, owner, by=request.user, why=given.why)
    return found
