"""Lists: filtered, in the user's reach, at most a hundred rows an answer."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch
from lianfang.response.web.api.fields import Code

MOST = 100
T = TypeVar("T")


class Listing(Schema):
    """Which part of a list; every list's filters build on this."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 60
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class InArea(Listing):
    area: Annotated[Code, Field(description="code of an area: only what lies in it")] = ""


class Page(Schema, Generic[T]):
    """``count`` is of the whole list, ``rows`` the part asked for."""

    count: int
    rows: list[T]


def page(rows: QuerySet[Any] | Sequence[Any], given: Listing, show: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    return {"count": count, "rows": show(list(rows[given.offset : given.offset + given.limit]))}


def area_of(user: Any, code: str, permission: str) -> Area | None:
    """The area of a filter, None without one; out of reach it is refused exactly like one that does not exist."""
    return fetch(Area.objects.all(), user, permission, code=code) if code else None
