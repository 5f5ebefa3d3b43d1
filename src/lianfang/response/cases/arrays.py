"""Cases of the database as the transmission chains of the engine."""

from collections import Counter

from django.db.models import QuerySet

from lianfang.engines.chains import Chains, trace
from lianfang.response.cases.models import Case, Source


def names_of(cases: QuerySet[Case]) -> dict[int, str]:
    """Case id → its number, in the order in which they came in.

    A number that several areas use is told apart by the code of its area: ``7@130109``.
    """
    rows = list(cases.order_by("pk").values_list("pk", "label", "area__code"))
    often = Counter(label for _, label, _ in rows)
    return {pk: label if often[label] == 1 else f"{label}@{code or pk}" for pk, label, code in rows}


def links_of(cases: QuerySet[Case]) -> list[tuple[int, int, str]]:
    """(source id, case id, setting) of every link to a case of the queryset."""
    found = Source.objects.filter(case__in=cases.order_by().values("pk")).order_by("pk")
    return list(found.values_list("source_id", "case_id", "setting"))


def chains_of(cases: QuerySet[Case]) -> Chains:
    """Trace who infected whom among some cases. A link that leads out of them is left out: what lies there is not named."""
    names = names_of(cases)
    return trace(list(names.values()), [(names[s], names[c], where) for s, c, where in links_of(cases) if s in names])
