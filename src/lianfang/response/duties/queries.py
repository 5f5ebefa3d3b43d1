"""Reading duties: mine, who is not done and why, and the tallies behind every figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet, Sum

from lianfang.response import clock
from lianfang.response.duties.models import Duty, Tally
from lianfang.response.people.models import Person
from lianfang.response.territory.fields import subtree, upward
from lianfang.response.territory.models import Area, Grant
from lianfang.response.territory.permissions import ANY, IN_POWER, fetch, live_grants, visible
from lianfang.response.territory.roles import ROLES


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
    return Duty.objects.select_related("area", "owner", "person__community", "person__household__dwelling")


def open_duties() -> QuerySet[Duty]:
    return duties().filter(closed_at__isnull=True)


def mine(user: Any) -> QuerySet[Duty]:
    """What this user owes: duties in their name, and those of their roles and areas that nobody holds yet."""
    return open_duties().filter(reduce(or_, _grounds(user))).order_by("due_at")


def fetch_duty(user: Any, pk: int) -> Duty:
    """One duty: whoever owes it sees it, whatever else their roles hold; everybody else needs ``duties.view``."""
    owes = Duty.objects.filter(reduce(or_, _grounds(user)), pk=pk).exists()
    found: Duty = fetch(duties(), user, ANY if owes else "duties.view", pk=pk)
    return found


def _grounds(user: Any) -> list[Q]:
    unheld = [
        Q(owner__isnull=True, owner_role=grant.role) & subtree("area__path", grant.area.path)
        for grant in live_grants(user)
    ]
    return [Q(owner=user), *unheld]


def first_of_mine(user: Any, limit: int, **only: object) -> list[int]:
    """Ids of the first duties a user owes by deadline, under further conditions. Each ground by its own index."""
    ids = [
        row
        for ground in _grounds(user)
        for row in Duty.objects.filter(ground, closed_at__isnull=True, **only)
        .order_by("due_at")
        .values_list("due_at", "pk")[:limit]
    ]
    return list(dict.fromkeys(pk for _due, pk in sorted(ids)[:limit]))


def first_of(rows: QuerySet[Duty], limit: int) -> list[Duty]:
    """The first rows of an ordered queryset: which they are by the index alone, then only those with all they name."""
    return in_order(rows.values_list("pk", flat=True)[:limit])


def in_order(ids: Iterable[int]) -> list[Duty]:
    """These duties, in this order, each once."""
    wanted = list(dict.fromkeys(ids))
    found = duties().in_bulk(wanted)
    return [found[pk] for pk in wanted]


def count_of_mine(user: Any, most: int, **only: object) -> int:
    """How many duties a user owes, counted no further than ``most``."""
    counted = 0
    for ground in _grounds(user):
        counted += Duty.objects.filter(ground, closed_at__isnull=True, **only).order_by()[: most - counted].count()
        if counted >= most:
            break
    return counted


def done_by(user: Any, since: datetime) -> QuerySet[Duty]:
    """What this user has closed, the newest first."""
    return duties().filter(closed_by=user, closed_at__gte=since).order_by("-closed_at")


def not_done(
    user: Any, *, area: Area | None = None, kind: str = "", campaign: str = "", late: bool = False, blocked: str = "",
    since: datetime | None = None,
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
    if since:
        rows = rows.filter(due_at__gte=since)
    if blocked:
        rows = rows.filter(blocked=blocked).exclude(blocked="")
    return rows.order_by("due_at")


def climbed_to(level: int, path: str) -> QuerySet[Duty]:
    """What has climbed to this level or above it, under ``path``."""
    return (
        open_duties()
        .filter(late_at__isnull=False, level__lte=level)
        .filter(subtree("area__path", path))
        .order_by("due_at")
    )


def count_under(path: str, *, kind: str = "", campaign: str = "") -> Count:
    """How far the area at ``path`` and everything below it is. A tally already holds what lies below."""
    rows = Tally.objects.filter(area__path=path)
    if kind:
        rows = rows.filter(kind=kind)
    if campaign:
        rows = rows.filter(campaign=campaign)
    sums = rows.aggregate(open=Sum("open"), late=Sum("late"), done=Sum("done"), cancelled=Sum("cancelled"))
    return Count(**{name: value or 0 for name, value in sums.items()})


def counts_by_kind(areas: Iterable[Area]) -> dict[int, dict[str, Count]]:
    """area id → kind → how far; one query for all of them."""
    found: dict[int, dict[str, Count]] = {}
    rows = Tally.objects.filter(area__in=[area.pk for area in areas]).values_list("area_id", "kind")
    sums = rows.annotate(o=Sum("open"), late=Sum("late"), d=Sum("done"), c=Sum("cancelled"))
    for pk, kind, open_, late, done, cancelled in sums.order_by():
        found.setdefault(pk, {})[kind] = Count(open_, late, done, cancelled)
    return found


def total(counts: Iterable[Count]) -> Count:
    rows = list(counts)
    return Count(*(sum(getattr(row, name) for row in rows) for name in ("open", "late", "done", "cancelled")))


def has_task_for(user: Any, person: Person) -> bool:
    """Whether the user owes something about this person right now: the ground for seeing who they are."""
    return mine(user).filter(person=person).exists()


def holder_of(role: str, area: Area, at: datetime | None = None, *, apart_from: Iterable[int] = ()) -> Any:
    """Who answers for a role in an area: the grant nearest upward; the longest-held of several; None if nobody.

    ``apart_from``: users who may not, because the rule asks for a second person.
    """
    at = at or clock.now()
    grant = (
        Grant.objects.filter(IN_POWER, Q(ends_at__isnull=True) | Q(ends_at__gt=at), role=role, starts_at__lte=at)
        .filter(area__path__in=upward(area.path), user__is_active=True, break_glass=False)
        .exclude(user__in=list(apart_from))
        .order_by("-area__kind", "starts_at", "pk")
        .select_related("user")
        .first()
    )
    return grant.user if grant else None


def holders_of(
    role: str, areas: Iterable[Area], at: datetime | None = None, *, apart_from: Iterable[int] = ()
) -> dict[int, int | None]:
    """``holder_of`` for many areas with one query: area id → user id, None where nobody holds the role."""
    at = at or clock.now()
    grants = Grant.objects.filter(IN_POWER, Q(ends_at__isnull=True) | Q(ends_at__gt=at), role=role, starts_at__lte=at)
    able = grants.filter(user__is_active=True, break_glass=False).exclude(user__in=list(apart_from))
    rows = able.order_by("-starts_at", "-pk")
    nearest = dict(rows.values_list("area__path", "user_id"))  # the longest-held comes last, and stays
    found: dict[int, int | None] = {}
    for area in areas:
        found[area.pk] = next((nearest[path] for path in reversed(upward(area.path)) if path in nearest), None)
    return found


def possible_owners(duty: Duty, at: datetime | None = None) -> QuerySet[Any]:
    """Everybody whose grant covers the duty's area with the right to do duties."""
    roles = [role for role, allowed in ROLES.items() if "duties.do" in allowed]
    at = at or clock.now()
    grants = Grant.objects.filter(
        IN_POWER, Q(ends_at__isnull=True) | Q(ends_at__gt=at), role__in=roles, starts_at__lte=at
    )
    reaching = grants.filter(area__path__in=upward(duty.area.path), user__is_active=True)
    return get_user_model().objects.filter(pk__in=reaching.values("user")).order_by("name")


_OLDEST = 500  # late duties looked through for the worst groups


@dataclass(frozen=True)
class LateGroup:
    """Duties of one kind late in one area: how many, since when, and how far they have climbed."""

    area: Area
    kind: str
    number: int
    since: datetime
    level: int


def worst_late(user: Any, area: Area, *, limit: int = 12) -> list[LateGroup]:
    """What is late under an area, the longest overdue first, grouped by area and kind.

    Reads the oldest late duties in the order of the index until there are enough groups; how many each group holds is
    what the tally says.
    """
    rows = visible(Duty.objects.filter(closed_at__isnull=True, late_at__isnull=False), user, "duties.view")
    rows = rows.filter(subtree("area__path", area.path)).order_by("due_at")
    oldest: dict[tuple[int, str], tuple[datetime, int]] = {}
    for area_id, kind, due_at, level in rows.values_list("area_id", "kind", "due_at", "level")[:_OLDEST]:
        oldest.setdefault((area_id, kind), (due_at, level))
        if len(oldest) == limit:
            break
    areas = Area.objects.select_related("parent").in_bulk({pk for pk, _ in oldest})
    counts = counts_by_kind(areas.values())
    return [
        LateGroup(areas[pk], kind, counts[pk][kind].late, since, level) for (pk, kind), (since, level) in oldest.items()
    ]


def next_due(user: Any, area: Area) -> Duty | None:
    """The next deadline under an area."""
    rows = visible(open_duties().filter(late_at__isnull=True), user, "duties.view")
    return next(iter(first_of(rows.filter(subtree("area__path", area.path)).order_by("due_at"), 1)), None)


_COMING = 200  # deadlines to come looked through for the first of each group


def next_of_kinds(user: Any, area: Area, groups: Sequence[Sequence[str]], now: datetime) -> list[Duty | None]:
    """The next deadline of each group of kinds under an area; None where nothing is to come.

    Most groups are found among the first deadlines of all kinds; the rare ones are asked for one by one.
    """
    rows = visible(Duty.objects.filter(closed_at__isnull=True, late_at__isnull=True), user, "duties.view")
    rows = rows.filter(subtree("area__path", area.path), due_at__gt=now).order_by("due_at")
    coming = list(rows.values_list("kind", "pk")[:_COMING])
    all_seen = len(coming) < _COMING
    first: list[int | None] = []
    for kinds in groups:
        found = next((pk for kind, pk in coming if kind in kinds), None)
        if found is None and kinds and not all_seen:
            found = rows.filter(kind__in=kinds).values_list("pk", flat=True).first()
        first.append(found)
    loaded = duties().in_bulk([pk for pk in first if pk])
    return [loaded.get(pk) if pk else None for pk in first]


def late_since(area: Area, since: datetime) -> int:
    """How many duties under an area fell due after ``since`` and are late now: what the counter of late grew by."""
    rows = Duty.objects.filter(closed_at__isnull=True, late_at__isnull=False, due_at__gte=since)
    return rows.filter(subtree("area__path", area.path)).order_by().count()


def about(subject: str) -> QuerySet[Duty]:
    """Duties about one record (``cases.case:12``), the open ones first, by deadline."""
    return duties().filter(subject=subject).order_by("closed_at", "due_at")
