"""Contacts of the first and second degree."""

from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet

from lianfang.response.cases.models import Case, Contact
from lianfang.response.territory.fields import subtree
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import visible

NOT_PLACED = ("identified", "ours", "landed", "verifying")
ENDED = ("released", "became_case", "excluded")


def contacts() -> QuerySet[Contact]:
    return Contact.objects.select_related(
        "case", "person__community", "person__household__dwelling", "area", "via__person"
    ).prefetch_related("measures")


def contacts_of(case: Case) -> QuerySet[Contact]:
    return contacts().filter(case=case).order_by("degree", "-last_exposure_at", "pk")


def people_of(case: Case) -> QuerySet[Contact]:
    """The contacts of a case in the same order, with what its own page prints of them: the person and the measures."""
    bare = Contact.objects.filter(case=case).select_related("person__community", "person__household__dwelling")
    return bare.prefetch_related("measures").order_by("degree", "-last_exposure_at", "pk")


def contacts_in_reach(user: Any, *, area: Area | None = None, state: str = "", degree: int = 0) -> QuerySet[Contact]:
    rows = visible(contacts(), user, "cases.view").order_by("-pk")
    if area:
        rows = rows.filter(subtree("area__path", area.path))
    if state:
        rows = rows.filter(state=state)
    return rows.filter(degree=degree) if degree else rows


def counts_by_state(path: str) -> dict[str, int]:
    """state → how many under a path. Grouped by area as well, which is the order of the index."""
    rows = Contact.objects.filter(subtree("area__path", path)).order_by().values_list("area_id", "state")
    counts: Counter[str] = Counter()
    for _area, state, number in rows.annotate(n=Count("pk")):
        counts[state] += number
    return dict(sorted(counts.items()))
