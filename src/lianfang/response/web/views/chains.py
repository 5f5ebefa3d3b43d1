"""Transmission chains: who infected whom among the cases in reach, by generation."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lianfang.engines.chains import by_generation, offspring, several_sources
from lianfang.response import clock
from lianfang.response.cases.arrays import chains_of, names_of
from lianfang.response.cases.queries import cases as queries
from lianfang.response.cases.states import CaseState
from lianfang.response.territory.permissions import require_somewhere
from lianfang.response.web import graph
from lianfang.response.web.views.cases import area_of

SHOWN = 100
FIRST = 8


@require_GET
def chains(request):
    require_somewhere(request.user, "cases.view", "page:chains")
    area, given = area_of(request, "cases.view"), request.GET
    reached = queries.cases_in_reach(request.user, area=area).exclude(state=CaseState.EXCLUDED)
    diseases = sorted(reached.order_by().values_list("disease", flat=True).distinct())
    disease = given.get("disease") or (diseases[0] if diseases else "")
    cases = reached.filter(disease=disease)
    found = chains_of(cases)
    number = {name: pk for pk, name in names_of(cases).items()}
    rows = [row for row in found.rows if given.get("generation", "") in ("", str(row.generation))]
    page = Paginator(rows, SHOWN).get_page(given.get("page"))
    context = {
        "area": area, "given": given, "diseases": diseases, "disease": disease, "now": clock.now(), "count": len(number),
        "linked": len(number) - len(found.unlinked), "unlinked": len(found.unlinked), "in_cycles": found.in_cycles,
        "generations": by_generation(found), "roots": sum(not row.source for row in found.rows),
        "most": [(case, number[case], infected) for case, infected in offspring(found)[:FIRST]],
        "several": [
            (case, number[case], [(source, number[source]) for source in sources])
            for case, sources in several_sources(found).items()
        ],
        "page": page, "rows": [(row, number[row.case], number.get(row.source)) for row in page],
        "graph": graph.whole(cases),
    }  # fmt: skip
    return render(request, "pages/chains.html", context)
