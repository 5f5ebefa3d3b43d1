"""Cases and who infected whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lianfang.response.cases.models import Case, Source
from lianfang.response.territory.fields import subtree
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import visible

LAB_CONFIRMED = ("confirmed", "asymptomatic")


def cases() -> QuerySet[Case]:
    return Case.objects.select_related("person__community", "person__household__dwelling", "area")


def cases_in_reach(
    user: Any, *, area: Area | None = None, state: str = "", text: str = "", confirmed_on: date | None = None
) -> QuerySet[Case]:
    rows = visible(cases(), user, "cases.view").order_by("-pk")
    if confirmed_on:
        day = timezone.make_aware(datetime.combine(confirmed_on, time()))
        rows = rows.filter(confirmed_at__gte=day, confirmed_at__lt=day + timedelta(days=1))
    if area:
        rows = rows.filter(subtree("area__path", area.path))
    if state:
        rows = rows.filter(state=state)
    return rows.filter(label__icontains=text) if text else rows


def sources_of(case: Case) -> QuerySet[Source]:
    return case.sources.select_related("source__person", "source__area").order_by("pk")


def infected_by(case: Case) -> QuerySet[Source]:
    return case.infected.select_related("case__person", "case__area").order_by("pk")


_CHAIN = """
    WITH RECURSIVE near(id) AS (
        SELECT id FROM cases_case WHERE id = %s UNION
        SELECT CASE WHEN link.case_id = near.id THEN link.source_id ELSE link.case_id END
        FROM near JOIN cases_source link ON link.case_id = near.id OR link.source_id = near.id
    )
    SELECT id FROM near LIMIT %s
"""


def chain_of(case: Case, most: int) -> list[tuple[int, int, str]]:
    """(source, case, setting) of the links between the cases that hang together with this one, the nearest ``most``."""
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, [case.pk, most])
        ids = [pk for (pk,) in cursor.fetchall()]
    rows = Source.objects.filter(case__in=ids, source__in=ids).order_by("pk")
    return list(rows.values_list("source_id", "case_id", "setting"))


def daily(path: str, disease: str = "") -> list[tuple[date, int]]:
    """New lab-confirmed cases by day under a path, days without cases left out."""
    rows = Case.objects.filter(subtree("area__path", path), confirmed_at__isnull=False)
    if disease:
        rows = rows.filter(disease=disease)
    days = Counter(at.astimezone().date() for at in rows.values_list("confirmed_at", flat=True))
    return sorted(days.items())


def counts_by_area(path: str) -> dict[int, int]:
    """area id → running confirmed cases, under a path."""
    rows = Case.objects.filter(subtree("area__path", path), confirmed_at__isnull=False)
    return dict(rows.order_by().values_list("area_id").annotate(n=Count("pk")))


def first_in_county(case: Case) -> bool:
    """Whether no other case of this disease was ever confirmed in the case's county."""
    county = "/".join(case.area.path.split("/")[:2]) + "/"
    others = Case.objects.filter(subtree("area__path", county), disease=case.disease, confirmed_at__isnull=False)
    return not others.exclude(pk=case.pk).exists()


def running_case(person_id: int, disease: str) -> Case | None:
    return cases().filter(~Q(state__in=["excluded", "closed"]), person_id=person_id, disease=disease).first()


def next_label(area: Area, disease: str) -> str:
    """The city's next free number for a case: 石家庄-0031. Inside a transaction that has written to the ledger it is ours."""
    city = Area.objects.get(path=area.path.split("/")[0] + "/")
    inside = Case.objects.filter(subtree("area__path", city.path), disease=disease)
    number = inside.count() + 1
    while inside.filter(label=f"{city.name.removesuffix('市')}-{number:04d}").exists():
        number += 1
    return f"{city.name.removesuffix('市')}-{number:04d}"


@dataclass(frozen=True)
class Curve:
    """Lab-confirmed cases by day of confirmation, without gaps; ``quarantined``: already in isolation when positive."""

    days: list[date]
    others: list[int]
    quarantined: list[int]

    @property
    def today(self) -> int:
        return self.others[-1] + self.quarantined[-1]

    @property
    def quarantined_total(self) -> int:
        return sum(self.quarantined)

    @property
    def total(self) -> int:
        return sum(self.others) + self.quarantined_total


def curve(path: str, at: datetime, *, most_days: int = 60) -> Curve:
    """The epidemic curve under a path, from the first case (or ``most_days`` ago) to today."""
    rows = Case.objects.filter(subtree("area__path", path), confirmed_at__isnull=False)
    today = at.astimezone().date()
    split: dict[bool, Counter[date]] = {True: Counter(), False: Counter()}
    for confirmed_at, quarantined_on in rows.values_list("confirmed_at", "quarantined_on"):
        day = confirmed_at.astimezone().date()
        split[quarantined_on is not None and quarantined_on <= day][day] += 1
    seen = [day for counter in split.values() for day in counter]
    first = max(min(seen, default=today), today - timedelta(days=most_days - 1))
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return Curve(days, [split[False][day] for day in days], [split[True][day] for day in days])


def counts_below(path: str) -> dict[str, int]:
    """path of each area directly below ``path`` → lab-confirmed cases in it."""
    depth = path.count("/") + 1
    rows = Case.objects.filter(subtree("area__path", path), confirmed_at__isnull=False)
    counts: Counter[str] = Counter()
    for found, number in rows.order_by().values_list("area__path").annotate(n=Count("pk")):
        counts["/".join(found.split("/")[:depth]) + "/"] += number
    return dict(counts)
