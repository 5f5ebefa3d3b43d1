"""Cases: the list, the page of one case with time, people and graph, and its steps."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.cases.actions import cases as actions
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries import cases as queries
from lianfang.response.cases.queries.contacts import people_of
from lianfang.response.cases.queries.measures import RUNNING, tests_of
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import CASE_TRANSITIONS, CaseState
from lianfang.response.duties.queries import about
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, label, reach, require_somewhere
from lianfang.response.web import graph, timeline
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.exclude_case import exclude_case
from lianfang.response.workflows.exposure import window_of
from lianfang.response.workflows.look_up import faces_for
from lianfang.response.workflows.treat_case import admit_case, discharge_case, record_death

SHOWN = 50
DATES = ("onset_on", "sampled_on", "diagnosed_on", "exposed_from", "exposed_to", "admitted_on", "quarantined_on")


def area_of(request, permission: str) -> Area | None:
    """The area the page is filtered by, if one is named; 404 outside the user's reach."""
    code = request.GET.get("area", "")
    return fetch(territory.coded(), request.user, permission, code=code) if code else None


@require_GET
def cases(request):
    require_somewhere(request.user, "cases.view", "page:cases")
    area, given = area_of(request, "cases.view"), request.GET
    rows = queries.cases_in_reach(
        request.user, area=area, state=given.get("state", ""), text=given.get("q", "").strip(),
        confirmed_on=_filtered_day(given.get("confirmed_on", "")),
    )  # fmt: skip
    page = Paginator(rows, SHOWN).get_page(given.get("page"))
    shown = faces_for((row.person for row in page), by=request.user)
    context = {
        "page": page, "rows": [(row, shown[row.person_id]) for row in page], "area": area, "given": given,
        "states": list(CaseState), "now": clock.now(),
    }  # fmt: skip
    return render(request, "pages/cases.html", context)


def _filtered_day(text: str) -> date | None:
    """A day in an address; one that does not exist filters nothing."""
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_GET
def case(request, pk):
    return show(request, fetch(queries.cases(), request.user, "cases.view", pk=pk))


def show(request, found: Case, problems=(), typed=None):
    now = clock.now()
    contacts = list(people_of(found))
    people = faces_for([found.person, *(contact.person for contact in contacts)], by=request.user)
    protocol = protocol_for(found.area, found.disease, now)
    window = window_of(found, protocol)
    tests, stays = list(tests_of(found.person, found.disease)), list(found.stays.all())
    can = {short: reach(request.user, name).covers(found.area.path) for short, name in _NEEDED.items()}
    context = {
        "case": found, "face": people[found.person_id], "window": window, "protocol": protocol, "now": now,
        "timeline": timeline.draw(found, window, stays, tests, clock.today()), "tests": tests, "stays": stays,
        "people": [(contact, people[contact.person_id], _running(contact)) for contact in contacts],
        "duties": about(label(found)), "sources": queries.sources_of(found), "infected": queries.infected_by(found),
        "graph": graph.around(found, request.user), "gaps": _gaps(found, stays), "dates": _dates(found, typed),
        "can": can, "steps": {str(to) for (was, to) in CASE_TRANSITIONS if was == found.state}, "problems": problems,
        "typed": typed or {},
    }  # fmt: skip
    return render(request, "pages/case.html", context, status=422 if problems else 200)


_NEEDED = {"confirm": "cases.confirm", "report": "cases.report", "name": "contacts.edit", "place": "measures.place",
           "collide": "locations.collide"}  # fmt: skip


def _running(contact):
    return next((measure for measure in contact.measures.all() if measure.state in RUNNING), None)


def _gaps(found: Case, stays: list) -> list[str]:
    """What the report to be filed still lacks."""
    absent = {
        _("date of onset (or asymptomatic)"): found.onset_on or found.asymptomatic,
        _("date of sampling"): found.sampled_on,
        _("itinerary"): stays,
        _("possible source or exposure"): found.sources.exists() or found.exposed_from,
        _("hospital"): found.hospital,
    }
    return [name for name, there in absent.items() if not there]


def _dates(found: Case, typed) -> list[tuple[str, str]]:
    values = ((name, getattr(found, name)) for name in DATES)
    return [(name, (typed or {}).get(name) or (f"{value:%Y-%m-%d}" if value else "")) for name, value in values]


@require_POST
def step(request, pk, step):
    """One step of a case: confirm, exclude, admit, discharge, died, dates, source."""
    found = fetch(queries.cases(), request.user, "cases.view", pk=pk)
    take = _STEPS.get(step)
    if take is None:
        raise Http404
    try:
        take(found, request)
    except ValidationError as error:
        found = fetch(queries.cases(), request.user, "cases.view", pk=pk)
        return show(request, found, error.messages, request.POST)
    return redirect("case", pk)


def _edit_dates(found: Case, request) -> None:
    changes: dict[str, object] = {name: _day(name, request.POST.get(name, "")) for name in DATES}
    changes["hospital"] = request.POST.get("hospital", "").strip()
    actions.edit_case(found, changes, by=request.user)


def _day(name: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({name: _("This is not a date: write 2021-01-31.")})
    if day > timezone.localdate():
        raise ValidationError({name: _("This date lies in the future.")})
    return day


def _name_source(found: Case, request) -> None:
    text = request.POST.get("source", "").strip()
    source = queries.cases_in_reach(request.user).filter(label=text, disease=found.disease).first()
    if source is None:
        raise ValidationError({"source": _("There is no case with this number in your reach.")})
    actions.name_source(found, source, by=request.user, setting=request.POST.get("setting", "").strip())


_STEPS = {
    "confirm": lambda found, request: confirm_case(
        found, by=request.user, asymptomatic=request.POST.get("asymptomatic") == "1"
    ),
    "exclude": lambda found, request: exclude_case(found, by=request.user, why=request.POST.get("why", "")),
    "admit": lambda found, request: admit_case(found, request.POST.get("hospital", ""), by=request.user),
    "discharge": lambda found, request: discharge_case(found, by=request.user),
    "died": lambda found, request: record_death(found, by=request.user),
    "dates": _edit_dates,
    "source": _name_source,
}
