"""Reading duties: mine, who is not done and why, and the tallies behind every figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from lianfang.response import clock
from lianfang.response.duties.models import Duty, Tally
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.people.models import Person
from lianfang.response.territory.fields import subtree
from lianfang.response.territory.models import Area, Grant
from lianfang.response.territory.permissions import live_grants, visible


@dataclass(frozen=True)
class Count:
    """How far an area is. ``all`` is the denominator: every duty the city's own records made, cancelled ones apart."""

    open: int = 0
    late: int = 0
    done: int = 0
    cancelled: int = 0

    @property
    def all(self) -> int:
        return self.open + self.done

    @property
    def share_done(self) -> float:
        return self.done / self.all if self.all else 1.0


def duties() -> QuerySet[Duty]:
    return Duty.objects.select_related("area", "owner", "person")


def open_duties() -> QuerySet[Duty]:
    return duties().filter(state__in=OPEN_STATES)


def mine(user: Any) -> QuerySet[Duty]:
    """What this user owes: duties in their name, and those of their roles and areas that nobody holds yet."""
    unheld = Q(pk__in=[])
    for grant in live_grants(user):
        unheld |= Q(owner__isnull=True, owner_role=grant.role) & subtree("area__path", grant.area.path)
    return open_duties().filter(Q(owner=user) | unheld).order_by("due_at")


def done_by(user: Any, since: datetime) -> int:
    return Duty.objects.filter(closed_by=user, closed_at__gte=since).count()


def not_done(
    user: Any, *, area: Area | None = None, kind: str = "", campaign: str = "", late: bool = False, blocked: str = ""
) -> QuerySet[Duty]:
    """Who is not done, and why: open duties in reach, most overdue first."""
    rows = visible(open_duties(), user, "duties.view")
    if area:
        rows = rows.filter(subtree("area__path", area.path))
    if kind:
        rows = rows.filter(kind=kind)
    if campaign:
        rows = rows.filter(campaign=campaign)
    if late:
        rows = rows.filter(late_at__isnull=False)
    if blocked:
        rows = rows.filter(blocked=blocked)
    return rows.order_by("due_at")


def climbed_to(level: int, path: str) -> QuerySet[Duty]:
    """What has climbed to this level or above it, under ``path``."""
    return (
        open_duties()
        .filter(late_at__isnull=False, level__lte=level)
        .filter(subtree("area__path", path))
        .order_by("due_at")
    )


def tallies(path: str, *, kind: str = "", campaign: str = "") -> QuerySet[Tally]:
    rows = Tally.objects.filter(subtree("area__path", path))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(campaign=campaign) if campaign else rows


def count_under(path: str, *, kind: str = "", campaign: str = "") -> Count:
    sums = tallies(path, kind=kind, campaign=campaign).aggregate(
        open=Sum("open"), late=Sum("late"), done=Sum("done"), cancelled=Sum("cancelled")
    )
    return Count(**{name: value or 0 for name, value in sums.items()})


def has_task_for(user: Any, person: Person) -> bool:
    """Whether the user owes something about this person right now: the ground for seeing who they are."""
    return mine(user).filter(person=person).exists()


def holder_of(role: str, area: Area, at: datetime | None = None, *, apart_from: Iterable[int] = ()) -> Any:
    """Who answers for a role in an area: the grant nearest upward; the longest-held of several; None if nobody.

    ``apart_from``: users who may not, because the rule asks for a second person.
    """
    at = at or clock.now()
    parts = area.path.strip("/").split("/")
    upward = ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    grant = (
        Grant.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), role=role, starts_at__lte=at)
        .filter(area__path__in=upward, user__is_active=True, break_glass=False)
        .exclude(user__in=list(apart_from))
        .order_by("-area__kind", "starts_at", "pk")
        .select_related("user")
        .first()
    )
    return grant.user if grant else None


def holders_of(role: str, areas: Iterable[Area], at: datetime | None = None) -> dict[int, int | None]:
    """``holder_of`` for many areas with one query: area id → user id, None where nobody holds the role."""
    at = at or clock.now()
    grants = Grant.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), role=role, starts_at__lte=at)
    rows = grants.filter(user__is_active=True, break_glass=False).order_by("-starts_at", "-pk")
    nearest = dict(rows.values_list("area__path", "user_id"))  # the longest-held comes last, and stays
    found: dict[int, int | None] = {}
    for area in areas:
        parts = area.path.strip("/").split("/")
        upward = ("/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1))
        found[area.pk] = next((nearest[path] for path in upward if path in nearest), None)
    return found
