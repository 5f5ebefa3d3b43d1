"""Who infected whom, as far as the user may see: generations for the drawing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from lianfang.engines.chains import trace
from lianfang.response.cases.arrays import links_of, names_of
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries.cases import cases_in_reach, chain_of
from lianfang.response.web.templatetags.words import term

MOST = 400
Edges = Sequence[tuple[int, int, str]]
_NOTHING: dict[str, object] = {"nodes": [], "edges": []}


def around(case: Case, user: Any) -> dict[str, object]:
    """Nodes and edges of the chain that holds ``case``; empty lists where it has no link."""
    edges = chain_of(case, MOST)
    ids = {case.pk} | {pk for edge in edges for pk in edge[:2]}
    visible = cases_in_reach(user).filter(disease=case.disease, pk__in=ids)
    return _drawing(dict(visible.values_list("pk", "label")), edges, this=case.pk)


def whole(cases: QuerySet[Case]) -> dict[str, object]:
    """Nodes and edges of all chains among some cases; empty lists where there are more than a drawing can show."""
    names, edges = names_of(cases), links_of(cases)
    linked = {pk for edge in edges for pk in edge[:2]} & names.keys()
    if len(linked) > MOST:
        return _NOTHING
    return _drawing({pk: names[pk] for pk in linked}, edges)


def _drawing(names: Mapping[int, str], edges: Edges, this: int = 0) -> dict[str, object]:
    edges = [edge for edge in edges if edge[0] in names and edge[1] in names]
    if not edges:
        return _NOTHING
    links = [(str(source), str(target), setting) for source, target, setting in edges]
    generation = {row.case: row.generation for row in trace([str(pk) for pk in names], links).rows}
    sources = Counter(target for _source, target, _setting in edges)
    nodes = [
        {
            "id": str(pk), "label": name, "href": reverse("case", args=[pk]), "generation": generation.get(str(pk), 0),
            "kind": "this" if pk == this else "case",
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
