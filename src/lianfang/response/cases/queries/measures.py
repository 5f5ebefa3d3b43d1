"""Measures on people: running, ending, past their end."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from lianfang.response.cases.models import LabTest, Measure
from lianfang.response.people.models import Person
from lianfang.response.territory.fields import subtree
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import visible

RUNNING = ("ordered", "in_force", "extended", "release_due")


def measures() -> QuerySet[Measure]:
    return Measure.objects.select_related("person__community", "person__household__dwelling", "area", "contact", "case")


def running(person: Person) -> Measure | None:
    return measures().filter(person=person, state__in=RUNNING).first()


def measures_in_reach(
    user: Any, *, area: Area | None = None, state: str = "", past_end: date | None = None
) -> QuerySet[Measure]:
    rows = visible(measures(), user, "measures.view").order_by("ends_on", "pk")
    if area:
        rows = rows.filter(subtree("area__path", area.path))
    if state:
        rows = rows.filter(state=state)
    if past_end:
        rows = rows.filter(state__in=RUNNING, ends_on__lte=past_end)
    return rows


def tests_of(person: Person, disease: str = "") -> QuerySet[LabTest]:
    rows = LabTest.objects.filter(person=person).order_by("sampled_at")
    return rows.filter(disease=disease) if disease else rows


def counts_by_state(path: str) -> dict[str, int]:
    """state → how many under a path. Grouped by area as well, which is the order of the index."""
    rows = Measure.objects.filter(subtree("area__path", path)).order_by().values_list("area_id", "state")
    counts: Counter[str] = Counter()
    for _area, state, number in rows.annotate(n=Count("pk")):
        counts[state] += number
    return dict(sorted(counts.items()))
