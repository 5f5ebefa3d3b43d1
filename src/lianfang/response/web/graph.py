"""Who infected whom around one case, as far as the user may see: generations for the drawing."""

from collections import Counter
from typing import Any

from django.urls import reverse

from lianfang.engines.chains import trace
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries.cases import cases_in_reach, chain_of
from lianfang.response.web.templatetags.words import term

MOST = 400


def around(case: Case, user: Any) -> dict[str, object]:
    """Nodes and edges of the chain that holds ``case``; empty lists where it has no link."""
    visible = cases_in_reach(user).filter(disease=case.disease)
    edges = chain_of(case, MOST)
    ids = {case.pk} | {pk for edge in edges for pk in edge[:2]}
    names = dict(visible.filter(pk__in=ids).values_list("pk", "label"))
    edges = [edge for edge in edges if edge[0] in names and edge[1] in names]
    if not edges:
        return {"nodes": [], "edges": []}
    links = [(str(source), str(target), setting) for source, target, setting in edges]
    generation = {row.case: row.generation for row in trace([str(pk) for pk in names], links).rows}
    sources = Counter(target for _source, target, _setting in edges)
    nodes = [
        {
            "id": str(pk), "label": name, "href": reverse("case", args=[pk]), "generation": generation.get(str(pk), 0),
            "kind": "this" if pk == case.pk else "case",
        }
        for pk, name in sorted(names.items())
    ]  # fmt: skip
    drawn = [
        {
            "source": str(source), "target": str(target), "setting": term(setting, "setting"),
            "certain": sources[target] == 1,
        }
        for source, target, setting in edges
    ]  # fmt: skip
    return {"nodes": nodes, "edges": drawn}
