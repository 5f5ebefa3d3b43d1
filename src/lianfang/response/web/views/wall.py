"""The wall: the city on one screen, and every figure a door."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_GET

from lianfang.response import clock
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, reach, require
from lianfang.response.web import board
from lianfang.response.web.shapes import features
from lianfang.response.web.templatetags.words import place, short_place


def _area(request, code: str) -> Area:
    if code:
        return fetch(territory.coded(), request.user, "areas.view", code=code)
    area = territory.highest_of(request.user)
    if area is None:
        raise Http404
    require(request.user, "areas.view", area)
    return area


@require_GET
@never_cache
def wall(request, code=""):
    area, now = _area(request, code), clock.now()
    measure = request.GET.get("by") if request.GET.get("by") in board.MEASURES else "late"
    if request.htmx:
        return HttpResponse(_news(request, area, measure, now))
    above = [up for up in territory.above(area) if reach(request.user, "areas.view").covers(up.path)]
    context = {**board.figures(request.user, area, measure, now), "above": above, "measures": board.MEASURES}
    return render(request, "pages/wall.html", context)


def _news(request, area: Area, measure: str, now) -> str:
    """For a wall that hangs: the clock alone where nothing has changed, else every figure (docs/decisions/0008)."""
    mark = board.mark(now)
    if request.GET.get("seen") == mark:
        return render_to_string("pages/wall_pulse.html", {"area": area, "measure": measure, "now": now, "mark": mark})
    return render_to_string("pages/wall_live.html", board.figures(request.user, area, measure, now))


@require_GET
@conditional_page
def map_data(request, code):
    """The areas below one area as GeoJSON, each with its name and address. Their figures come with the page."""

    def facts(child: Area) -> dict[str, object]:
        return {
            "code": child.code,
            "name": place(child),
            "short": short_place(child),
            "href": reverse("wall_of", args=[child.code]),
        }

    children = list(territory.children_of(_area(request, code)))
    answer = JsonResponse({"type": "FeatureCollection", "features": features(children, facts)})
    answer["Cache-Control"] = "private, no-cache"  # asked again each time, sent again only when changed
    return answer
