"""One warrant and the workbench under it: question on the left, whom the records name on the right, and what it costs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.cases.states import Setting
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import BudgetSpent, fetch, reach, require
from lianfang.response.territory.states import Kind
from lianfang.response.tracing.actions import ending
from lianfang.response.tracing.actions.looks import Asking, look, read_meetings, spent_today
from lianfang.response.tracing.actions.records import keep_records
from lianfang.response.tracing.actions.warrants import approve_warrant, hold, refuse_warrant
from lianfang.response.tracing.arrays.looking import cost_of_list
from lianfang.response.tracing.models import Candidate, Certificate, Look, Warrant
from lianfang.response.tracing.queries import already_contacts, batches_of, candidates_for, candidates_of, looks_of
from lianfang.response.tracing.queries import warrants as rows
from lianfang.response.tracing.states import Record, WarrantState
from lianfang.response.web.reasons import reasons, span_of
from lianfang.response.web.records import USUAL, nearness, set_aside
from lianfang.response.web.shapes import features
from lianfang.response.web.templatetags.words import place, short_place, term
from lianfang.response.web.views.measures import moment
from lianfang.response.workflows.accept_candidates import accept_candidates, dismiss_candidates
from lianfang.response.workflows.look_up import faces_for

SHOWN = 200
USE, SEE = "locations.collide", "warrants.view"
_TYPED = {**{name: str(value) for name, value in USUAL.items()}, "min_minutes": "0", "degrees": "1"}


@require_GET
def workbench(request, pk):
    return _show(request, fetch(rows(), request.user, SEE, pk=pk))


def _show(request, warrant: Warrant, problems=(), typed=None, status=0):
    now = clock.now()
    can = {name: reach(request.user, permission).covers(warrant.area.path) for name, permission in _NEEDED.items()}
    live, refused = _live(request, warrant, now, can["use"])
    looks = list(looks_of(warrant)[:10])
    context = {
        "warrant": warrant, "cases": list(warrant.cases.order_by("pk")), "now": now, "can": can, "live": live,
        "batches": list(batches_of(warrant)), "looks": looks, "problems": [*problems, *refused],
        "certificate": _certificate(warrant), "kinds": list(Record), "settings": list(Setting),
    }  # fmt: skip
    if live and can["use"]:
        context |= _bench(request, warrant, looks, typed)
    status = status or (422 if problems else 403 if refused else 200)
    return render(request, "pages/warrant.html", context, status=status)


def _live(request, warrant: Warrant, now: datetime, may_use: bool) -> tuple[bool, list[str]]:
    """Whether anything may be shown of what the warrant opens; and why not, where it looks alive and is not."""
    live = warrant.state == WarrantState.ACTIVE and warrant.expires_at > now
    if not live or not may_use:
        return live, []
    try:
        hold(warrant, by=request.user, at=now)
    except PermissionDenied as error:
        return False, [str(error)]
    return True, []


_NEEDED = {"use": USE, "approve": "warrants.approve", "name": "contacts.edit"}


def _certificate(warrant: Warrant) -> tuple[Certificate, ending.Checked] | None:
    found = Certificate.objects.filter(warrant=warrant, finished_at__isnull=False).first()
    return (found, ending.check_certificate(found)) if found else None


def _bench(request, warrant: Warrant, looks: list[Look], typed) -> dict[str, Any]:
    chosen = next((one for one in looks if str(one.pk) == request.GET.get("look", "")), looks[0] if looks else None)
    found = list(candidates_for(request.user, warrant).filter(look=chosen)[:SHOWN]) if chosen else []
    people = [*(row.person for row in found), *(row.via for row in found), *(case.person for case in _cases(warrant))]
    faces = faces_for(people, by=request.user)
    numbers = {row.person_id: row.rank for row in found}
    looked, named = spent_today(request.user, clock.now())
    costs = cost_of_list(found)
    known = already_contacts(found)
    listed = [
        (
            row,
            faces[row.person_id],
            reasons(row, _via(row, faces, numbers)),
            span_of(row),
            cost,
            (row.case_id, row.person_id) in known,
        )
        for row, cost in zip(found, costs, strict=True)
    ]
    said = (
        {**chosen.rule, **_period(chosen.from_at, chosen.to_at)} if chosen else _period(warrant.from_at, warrant.to_at)
    )
    return {
        "rows": listed, "look": chosen, "open": sum(row.state == Candidate.State.OPEN for row in found),
        "more": chosen.found["candidates"] - len(found) if chosen else 0,
        "curve": {"rows": _curve(found, costs), "words": _words()},
        "typed": {**_TYPED, **{name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in said.items()}, **(typed.dict() if typed else {})},
        "asked_cases": set(chosen.cases if chosen else [case.pk for case in _cases(warrant)]),
        "asked_kinds": set(chosen.kinds if chosen else warrant.kinds), "index": [(case, faces[case.person_id]) for case in _cases(warrant)],
        "spent": {"looks": looked, "named": named, "most_looks": settings.LOOKS_A_DAY, "most_named": settings.NAMED_A_DAY},
    }  # fmt: skip


def _cases(warrant: Warrant) -> list[Any]:
    return list(warrant.cases.select_related("person__community").order_by("pk"))


def _via(row: Candidate, faces: dict[int, Any], numbers: dict[int, int]) -> str:
    if row.via_id is None:
        return ""
    number = numbers.get(row.via_id)
    return f"{faces[row.via_id].name} ({number})" if number else faces[row.via_id].name


def _period(from_at: datetime, to_at: datetime) -> dict[str, str]:
    return {
        "from_at": f"{timezone.localtime(from_at):%Y-%m-%dT%H:%M}",
        "to_at": f"{timezone.localtime(to_at):%Y-%m-%dT%H:%M}",
    }


def _curve(found: list[Candidate], costs: list[float | None]) -> list[dict[str, Any]]:
    """For a list cut after each row: how many are expected right and wrong. Records without distance are in neither."""
    right = wrong = 0.0
    points = []
    for row, cost in zip(found, costs, strict=True):
        if row.probability is not None:
            right, wrong = right + row.probability, wrong + 1 - row.probability
        points.append({
            "id": row.pk, "open": row.state == Candidate.State.OPEN, "right": round(right, 3), "wrong": round(wrong, 3),
            "cost": None if cost is None or cost == float("inf") else round(cost, 3),
        })  # fmt: skip
    return points


def _words() -> dict[str, str]:
    return {
        "listed": _("listed"), "right": _("expected right"), "wrong": _("expected wrong"),
        "cost": _("wrong for each right one"), "metres": _("%(n)s m apart"), "sure": _("sure %(n)s"),
        "none": _("No meeting with a place on the map; see the time bar."),
    }  # fmt: skip


@require_GET
def map_data(request, pk):
    """The areas around the meetings, two levels below the warrant's own, as GeoJSON: lines to find one's way by."""
    warrant = fetch(rows(), request.user, USE, pk=pk)
    level = min(warrant.area.kind + 2, Kind.COMMUNITY)
    below = list(Area.objects.filter(path__startswith=warrant.area.path, kind=level))
    shown = features(below or [warrant.area], lambda area: {"name": place(area), "short": short_place(area)})
    return JsonResponse({"type": "FeatureCollection", "features": shown})


@require_GET
def meetings(request, pk, candidate):
    """Where and when one candidate was near whom. Opened under the warrant, and on record."""
    warrant = fetch(rows(), request.user, USE, pk=pk)
    hold(warrant, by=request.user, at=clock.now())
    one = fetch(candidates_of(warrant), request.user, USE, pk=candidate)
    found = [_met(meeting) for meeting in read_meetings(one, by=request.user)]
    period = [int(at.timestamp()) for at in (one.look.from_at, one.look.to_at)]
    return JsonResponse({"meetings": found, "from": period[0], "to": period[1], "zone": settings.TIME_ZONE})


def _met(meeting: dict[str, Any]) -> dict[str, Any]:
    first, last = (datetime.fromisoformat(meeting[name]) for name in ("from_at", "to_at"))
    local = timezone.localtime(first)
    return {
        **{name: meeting[name] for name in ("kind", "place", "lon", "lat", "distance_m", "probability")},
        "word": term(meeting["kind"], "record"), "from": int(first.timestamp()), "to": int(last.timestamp()),
        "when": f"{local:%m-%d %H:%M} – {timezone.localtime(last):%H:%M}",
    }  # fmt: skip


@require_POST
def step(request, pk, step):
    """One step of a warrant: approve, refuse, end, keep records, look, decide."""
    warrant = fetch(rows(), request.user, SEE, pk=pk)
    take = _STEPS.get(step)
    if take is None:
        raise Http404
    try:
        take(warrant, request)
    except ValidationError as error:
        return _show(request, warrant, error.messages, request.POST)
    except BudgetSpent as error:
        return _show(request, warrant, [str(error)], request.POST, status=429)
    except PermissionDenied as error:
        warrant = fetch(rows(), request.user, SEE, pk=pk)
        return _show(request, warrant, [str(error)], request.POST, status=403)
    return redirect("warrant", pk)


def _keep(warrant: Warrant, request) -> None:
    require(request.user, USE, warrant)
    if "file" not in request.FILES:
        raise ValidationError(_("Choose a file first: CSV or Parquet."))
    upload = request.FILES["file"]
    with set_aside(upload) as path:
        keep_records(warrant, path, by=request.user, file_name=upload.name)


def _look(warrant: Warrant, request) -> None:
    typed = request.POST
    require(request.user, USE, warrant)
    look(
        warrant,
        Asking(
            cases=tuple(int(text) for text in typed.getlist("case") if text.isdigit()) or None,
            kinds=tuple(typed.getlist("kind")) or None, nearness=nearness(typed),
            from_at=_moment(typed, "from_at", warrant.from_at), to_at=_moment(typed, "to_at", warrant.to_at),
            degrees=_whole(typed, "degrees", 1, 2), min_minutes=_whole(typed, "min_minutes", 0, 100_000),
        ),
        by=request.user,
    )  # fmt: skip


def _moment(typed, name: str, bound: datetime) -> datetime | None:
    """As typed, to the minute; the warrant's own bound where exactly that minute was meant."""
    if not typed.get(name):
        return None
    at = moment(typed[name], name)
    return bound if at == bound.replace(second=0, microsecond=0) else at


def _whole(typed, name: str, least: int, most: int) -> int:
    text = typed.get(name) or str(least)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ValidationError({name: _("This is not a number.")})
    return int(text)


def _decide(warrant: Warrant, request) -> None:
    """Accept or dismiss the chosen candidates, all or none."""
    typed = request.POST
    chosen = [int(text) for text in typed.getlist("candidate") if text.isdigit()]
    found = candidates_for(request.user, warrant).filter(pk__in=chosen)
    if typed.get("decision") == "accept":
        accept_candidates(warrant, found, by=request.user, setting=typed.get("setting", ""))
    elif typed.get("decision") == "dismiss":
        dismiss_candidates(warrant, found, by=request.user, why=typed.get("why", ""))
    else:
        raise Http404


_STEPS: dict[str, Callable[[Warrant, Any], object]] = {
    "approve": lambda warrant, request: approve_warrant(
        warrant, digest=request.POST.get("digest", ""), by=request.user
    ),
    "refuse": lambda warrant, request: refuse_warrant(warrant, by=request.user, why=request.POST.get("why", "")),
    "end": lambda warrant, request: ending.end_warrant(warrant, by=request.user, why=request.POST.get("why", "")),
    "records": _keep,
    "look": _look,
    "decide": _decide,
}
