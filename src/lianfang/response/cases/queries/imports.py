"""What an import must know of the cases that are already here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from lianfang.response.cases.models import Case, Receipt
from lianfang.response.cases.states import CaseState
from lianfang.response.territory.fields import subtree
from lianfang.response.territory.models import Area

NOT_RUNNING = (CaseState.EXCLUDED, CaseState.CLOSED)


def cases_of(area: Area, disease: str) -> QuerySet[Case]:
    """Cases of one disease at or below an area: there a case number must not stand twice."""
    return Case.objects.filter(subtree("area__path", area.path), disease=disease)


def held_cases(area: Area, disease: str, labels: Collection[str]) -> dict[str, Case]:
    rows = cases_of(area, disease).filter(label__in=labels).select_related("area", "receipt").order_by("-pk")
    return {case.label: case for case in rows}


def running_labels(person_ids: Iterable[int], disease: str) -> dict[int, str]:
    """person id → number of their running case of this disease."""
    rows = Case.objects.filter(person_id__in=list(person_ids), disease=disease).exclude(state__in=NOT_RUNNING)
    return dict(rows.values_list("person_id", "label"))


@dataclass(frozen=True)
class End:
    """One end of a link: the case, its person, and where that person lives."""

    case_id: int
    person_id: int
    community_id: int
    state: str


def ends(area: Area, disease: str, labels: Collection[str]) -> dict[str, End]:
    """label → the case it names, the oldest where several areas use one number."""
    rows = cases_of(area, disease).filter(label__in=labels).order_by("-pk")
    found = rows.values_list("label", "pk", "person_id", "person__community_id", "state")
    return {label: End(*rest) for label, *rest in found}


def receipt_of(area: Area, kind: str, disease: str, sha256: str) -> Receipt | None:
    return Receipt.objects.filter(area=area, kind=kind, disease=disease, sha256=sha256).order_by("pk").first()
