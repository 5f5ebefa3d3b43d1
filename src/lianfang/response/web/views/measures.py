"""Measures on people: the list, one measure with its clock and tests, check-in, release."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.cases.models import LabTest
from lianfang.response.cases.queries import measures as queries
from lianfang.response.cases.states import MeasureState
from lianfang.response.duties.queries import about
from lianfang.response.territory.permissions import fetch, label, reach, require_somewhere
from lianfang.response.web.views.cases import area_of
from lianfang.response.workflows.look_up import faces_for
from lianfang.response.workflows.place_contact import check_in_contact, move_home
from lianfang.response.workflows.record_result import record_result
from lianfang.response.workflows.release_person import extend_for_tests, release, release_decision

SHOWN = 50


@require_GET
def measures(request):
    require_somewhere(request.user, "measures.view", "page:measures")
    area, given = area_of(request, "measures.view"), request.GET
    past_end = clock.today() if given.get("past_end") == "1" else None
    rows = queries.measures_in_reach(request.user, area=area, state=given.get("state", ""), past_end=past_end)
    page = Paginator(rows, SHOWN).get_page(given.get("page"))
    shown = faces_for((row.person for row in page), by=request.user)
    context = {
        "page": page, "rows": [(row, shown[row.person_id]) for row in page], "area": area, "given": given,
        "states": list(MeasureState), "today": clock.today(),
    }  # fmt: skip
    return render(request, "pages/measures.html", context)


@require_GET
def measure(request, pk):
    return _show(request, fetch(queries.measures(), request.user, "measures.view", pk=pk))


def _show(request, found, problems=(), typed=None):
    running = found.state in queries.RUNNING or found.state == MeasureState.RELEASE_DUE
    can = {
        name.partition(".")[2]: reach(request.user, name).covers(found.area.path)
        for name in ("measures.follow", "measures.release", "measures.place", "cases.test", "cases.view")
    }
    context = {
        "measure": found, "face": faces_for([found.person], by=request.user)[found.person_id], "now": clock.now(),
        "today": clock.today(), "running": running, "test_days": found.test_days.select_related("test"), "can": can,
        "decision": release_decision(found) if running and found.contact_id else None, "duties": about(label(found)),
        "results": LabTest.Result.values, "problems": problems, "typed": typed or {},
    }  # fmt: skip
    return render(request, "pages/measure.html", context, status=422 if problems else 200)


@require_POST
def step(request, pk, step):
    """check-in, release, extend, home, result."""
    found = fetch(queries.measures(), request.user, "measures.view", pk=pk)
    take = _STEPS.get(step)
    if take is None:
        raise Http404
    try:
        take(found, request)
    except ValidationError as error:
        found = fetch(queries.measures(), request.user, "measures.view", pk=pk)
        return _show(request, found, error.messages, request.POST)
    return redirect("measure", pk)


def _result(found, request) -> None:
    typed = request.POST
    record_result(
        found.person, disease=(found.contact.case if found.contact else found.case).disease,
        sampled_at=moment(typed.get("sampled_at", ""), "sampled_at"), result=typed.get("result", ""),
        laboratory=typed.get("laboratory", "").strip(), by=request.user,
    )  # fmt: skip


def moment(text: str, field: str) -> datetime:
    """A moment of the city's own clock, as a form sends it. Raises ValidationError naming the field."""
    try:
        at = parse_datetime(text.strip())
    except ValueError:
        at = None
    if at is None:
        raise ValidationError({field: _("This is not a date and time: write 2021-01-31 16:30.")})
    return at if timezone.is_aware(at) else timezone.make_aware(at)


_STEPS = {
    "check-in": lambda found, request: check_in_contact(found, request.POST.get("site", ""), by=request.user),
    "release": lambda found, request: release(found, by=request.user),
    "extend": lambda found, request: extend_for_tests(found, by=request.user),
    "home": lambda found, request: move_home(found, by=request.user, site=request.POST.get("site", "")),
    "result": _result,
}
