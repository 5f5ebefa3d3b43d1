"""Merges of people: what was merged where, and taking one back."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router, Schema
from pydantic import Field

from lianfang.response.people import queries
from lianfang.response.people.actions import unmerge_people
from lianfang.response.territory.permissions import fetch, require_somewhere
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.faces import Face
from lianfang.response.web.api.fields import Given, Pk, Text
from lianfang.response.web.api.listing import Listing, Page, page

router = Router(tags=["people"])


class Merge(Schema):
    """Two records made one. ``undone_at``: it was taken back then."""

    id: int
    survivor: Face
    merged: Face
    why: str
    at: datetime
    by_id: int
    undone_at: datetime | None
    undone_by_id: int | None


class Undo(Given):
    why: Annotated[Text, Field(min_length=1)]


@router.get("/people/merges", response=answers(Page[Merge]))
def list_merges(request, given: Query[Listing]):
    """Merges of people in reach, the latest first. Needs people.merge."""
    require_somewhere(request.user, "people.merge", "api:merges")
    rows = queries.merges_in_reach(request.user)
    return page(rows, given, lambda found: [_told(row, request.user) for row in found])


@router.post("/people/merges/{pk}/undo", response=answers_to_write(Merge))
def undo(request, pk: Pk, given: Undo):
    """Two people after all: what the merge moved goes back to where it was. Needs people.merge over both."""
    row = fetch(queries.merges(), request.user, "people.merge", pk=pk)
    unmerge_people(row, by=request.user, why=given.why)
    return _told(queries.merges().get(pk=pk), request.user)


def _told(row, user) -> dict[str, object]:
    shown = {"survivor": queries.face(row.survivor, user), "merged": queries.face(row.merged, user)}
    plain = {name: getattr(row, name) for name in ("why", "at", "by_id", "undone_at", "undone_by_id")}
    return {"id": row.pk, **shown, **plain}
