"""Cases of the database as the transmission chains of the engine."""

from collections import Counter

from django.db.models import QuerySet

from lianfang.engines.chains import Chains, trace
from lianfang.response.cases.models import Case, Source
from lianfang.response.cases.queries.cases import links


def chains_of(cases: QuerySet[Case]) -> Chains:
    """Trace who infected whom among some cases, in the order in which they came in.

    A number that several areas use is told apart by the code of its area: ``7@130109``.
    """
    rows = list(cases.order_by("pk").values_list("pk", "label", "area__code"))
    often = Counter(label for _, label, _ in rows)
    if len(often) == len(rows):
        inside = {label for _, label, _ in rows}
        return trace([label for _, label, _ in rows], [link for link in links(cases) if link[0] in inside])
    names = {pk: label if often[label] == 1 else f"{label}@{code or pk}" for pk, label, code in rows}
    found = Source.objects.filter(case__in=cases.order_by().values("pk")).order_by("pk")
    pairs = found.values_list("source_id", "case_id", "setting")
    return trace(list(names.values()), [(names[s], names[c], where) for s, c, where in pairs if s in names])
