"""Contacts: the list, one contact, and the decisions about them."""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.cases.queries import contacts as queries
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import ContactState
from lianfang.response.duties.queries import about
from lianfang.response.territory.permissions import fetch, label, reach, require_somewhere
from lianfang.response.web.views.cases import area_of
from lianfang.response.workflows import review_contact as stories
from lianfang.response.workflows.exposure import suggestion
from lianfang.response.workflows.look_up import faces_for
from lianfang.response.workflows.place_contact import place_contact

SHOWN = 50


@require_GET
def contacts(request):
    require_somewhere(request.user, "cases.view", "page:contacts")
    area, given = area_of(request, "cases.view"), request.GET
    degree = int(given["degree"]) if given.get("degree") in ("1", "2") else 0
    rows = queries.contacts_in_reach(request.user, area=area, state=given.get("state", ""), degree=degree)
    page = Paginator(rows, SHOWN).get_page(given.get("page"))
    shown = faces_for((row.person for row in page), by=request.user)
    context = {
        "page": page, "rows": [(row, shown[row.person_id]) for row in page], "area": area, "given": given,
        "states": list(ContactState), "now": clock.now(),
    }  # fmt: skip
    return render(request, "pages/contacts.html", context)


@require_GET
def contact(request, pk):
    return _show(request, fetch(queries.contacts(), request.user, "cases.view", pk=pk))


def _show(request, found, problems=(), typed=None):
    now = clock.now()
    shown = faces_for([found.person, found.via.person if found.via else None], by=request.user)
    below = list(queries.contacts().filter(via=found))
    context = {
        "contact": found, "face": shown[found.person_id], "via_face": shown[found.via.person_id] if found.via else None,
        "suggested": suggestion(found, protocol_for(found.area, found.case.disease, now)), "now": now,
        "duties": about(label(found)), "measures": found.measures.all(), "problems": problems, "typed": typed or {},
        "below": [(row, face) for row, face in zip(below, _faces(below, request), strict=True)],
        "may_review": reach(request.user, "contacts.review").covers(found.area.path),
        "sees_case": reach(request.user, "cases.view").covers(found.case.area.path),
        "waiting": found.state in ("identified", "verifying"),
    }  # fmt: skip
    return render(request, "pages/contact.html", context, status=422 if problems else 200)


def _faces(rows, request):
    shown = faces_for((row.person for row in rows), by=request.user)
    return [shown[row.person_id] for row in rows]


@require_POST
def step(request, pk, step):
    """review (accept, exclude, push, verify), place, landed, back."""
    found = fetch(queries.contacts(), request.user, "cases.view", pk=pk)
    take = _STEPS.get(step)
    if take is None:
        raise Http404
    try:
        take(found, request)
    except ValidationError as error:
        found = fetch(queries.contacts(), request.user, "cases.view", pk=pk)
        return _show(request, found, error.messages, request.POST)
    return redirect("contact", pk)


def _review(found, request) -> None:
    typed = {name: request.POST.get(name, "").strip() for name in ("why", "destination", "home_reason")}
    stories.review_contact(found, request.POST.get("decision", ""), by=request.user, **typed)


_STEPS = {
    "review": _review,
    "place": lambda found, request: place_contact(
        found, by=request.user, home_reason=request.POST.get("home_reason", "").strip()
    ),
    "landed": lambda found, request: stories.contact_landed(found, by=request.user, note=request.POST.get("why", "")),
    "back": lambda found, request: stories.contact_came_back(found, by=request.user, why=request.POST.get("why", "")),
}
