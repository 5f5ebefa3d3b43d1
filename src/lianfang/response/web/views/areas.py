"""One area: its figures, who holds which role, what is late, the areas below."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from lianfang.response import clock
from lianfang.response.cases.queries import contacts, measures
from lianfang.response.duties import queries
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area, Grant
from lianfang.response.territory.permissions import fetch, reach

SHOWN = 15


@require_GET
def area(request, code):
    found = fetch(territory.coded(), request.user, "areas.view", code=code)
    kinds = queries.counts_by_kind([found]).get(found.pk, {})
    children = list(territory.children_of(found)[:400])
    counts = {pk: queries.total(row.values()) for pk, row in queries.counts_by_kind(children).items()}
    sees = reach(request.user, "measures.view").covers(found.path)
    context = {
        "area": found, "above": [a for a in territory.above(found) if reach(request.user, "areas.view").covers(a.path)],
        "now": clock.now(), "total": queries.total(kinds.values()), "kinds": sorted(kinds.items()),
        "children": [(child, counts.get(child.pk, queries.Count())) for child in children],
        "late": queries.first_of(queries.not_done(request.user, area=found, late=True), SHOWN),
        "holders": _holders(found),
        "contacts": contacts.counts_by_state(found.path) if sees else None,
        "measures": measures.counts_by_state(found.path) if sees else None,
    }  # fmt: skip
    return render(request, "pages/area.html", context)


def _holders(area: Area) -> list[Grant]:
    """Who answers here: the grants on exactly this area."""
    now = clock.now()
    rows = Grant.objects.filter(area=area, starts_at__lte=now).select_related("user").order_by("role")
    return [grant for grant in rows if grant.ends_at is None or grant.ends_at > now]
