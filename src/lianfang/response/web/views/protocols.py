"""The rules in force: every value with its source and grade, and the local departures."""

import json

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lianfang.response.cases.actions.protocols import override
from lianfang.response.cases.queries.protocols import edition_for, overrides_for
from lianfang.response.cases.rules import protocol as protocols
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, reach, require_somewhere

DISEASE = "COVID-19"


@require_GET
def protocols_page(request):
    require_somewhere(request.user, "protocols.view", "page:protocols")
    return _show(request, request.GET.get("area", ""), request.GET.get("edition", ""))


def _show(request, code, edition, problems=(), typed=None):
    area = _area(request, code)
    edition = edition or edition_for(area, DISEASE)
    if edition not in protocols.editions():
        raise Http404
    departures = list(overrides_for(area, edition))
    shown = protocols.with_overrides(
        protocols.load(edition),
        [protocols.Override(row.parameter, row.value, str(row.by_id), row.at, row.why) for row in departures],
    )
    context = {
        "area": area, "protocol": shown, "editions": protocols.editions(), "in_force": edition_for(area, shown.disease),
        "rows": sorted(shown.parameters.values(), key=lambda row: (row.rule, row.name)), "departures": departures,
        "may_override": reach(request.user, "protocols.override").covers(area.path), "problems": problems,
        "typed": typed or {},
    }  # fmt: skip
    return render(request, "pages/protocols.html", context, status=422 if problems else 200)


def _area(request, code) -> Area:
    if code:
        return fetch(territory.coded(), request.user, "protocols.view", code=code)
    area = territory.highest_of(request.user)
    if area is None:
        raise Http404
    return area


@require_POST
def override_value(request):
    """Depart from one value here and below, with a reason."""
    typed = request.POST
    area = _area(request, typed.get("area", ""))
    try:
        value = json.loads(typed.get("value", ""))
    except ValueError:
        value = typed.get("value", "")
    try:
        override(
            typed.get("edition", ""), typed.get("parameter", ""), value, area, by=request.user, why=typed.get("why", "")
        )
    except protocols.ProtocolError as error:
        raise Http404 from error
    except ValidationError as error:
        return _show(request, area.code, typed.get("edition", ""), error.messages, typed)
    return redirect(f"{reverse('protocols')}?area={area.code}&edition={typed['edition']}")
