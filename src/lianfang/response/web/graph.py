"""Who infected whom around one case, as far as the user may see: generations for the drawing."""

from typing import Any

from django.urls import reverse

from lianfang.engines.chains import trace
from lianfang.response.cases.models import Case, Source
from lianfang.response.cases.queries.cases import cases_in_reach
from lianfang.response.web.templatetags.words import term

MOST = 400


def around(case: Case, user: Any) -> dict[str, object]:
    """Nodes and edges of the chain that holds ``case``; empty lists where it has no link."""
    visible = cases_in_reach(user).filter(disease=case.disease)
    edges = _component(case, visible)
    ids = {case.pk} | {pk for edge in edges for pk in edge[:2]}
    names = dict(visible.filter(pk__in=ids).values_list("pk", "label"))
    edges = [edge for edge in edges if edge[0] in names and edge[1] in names]
    if not edges:
        return {"nodes": [], "edges": []}
    links = [(str(source), str(target), setting) for source, target, setting in edges]
    generation = {row.case: row.generation for row in trace([str(pk) for pk in names], links).rows}
    several = {target for target in names if sum(edge[1] == target for edge in edges) > 1}
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
            "certain": target not in several,
        }
        for source, target, setting in edges
    ]  # fmt: skip
    return {"nodes": nodes, "edges": drawn}


def _component(case: Case, visible: Any) -> list[tuple[int, int, str]]:
    """Every link reachable from the case in either direction, breadth first, up to MOST cases."""
    seen, front, edges = {case.pk}, {case.pk}, {}
    while front and len(seen) < MOST:
        rows = Source.objects.filter(case__in=front) | Source.objects.filter(source__in=front)
        front = set()
        for pk, source, target, setting in rows.values_list("pk", "source_id", "case_id", "setting"):
            edges[pk] = (source, target, setting)
            front |= {source, target} - seen
        seen |= front
    return [edges[pk] for pk in sorted(edges)]
