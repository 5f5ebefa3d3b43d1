"""My duties, one duty, and who is not done and why."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.duties import actions, queries
from lianfang.response.duties.models import Duty
from lianfang.response.duties.rules import KINDS
from lianfang.response.duties.states import Blocked
from lianfang.response.territory import queries as territory
from lianfang.response.territory.permissions import fetch, reach, require_somewhere
from lianfang.response.web.links import record_of
from lianfang.response.workflows.look_up import BudgetSpent, faces_for

SHOWN = 40
NAMED = 15
MOST = 9999  # a list of one's own is counted no further


@require_GET
def home(request):
    """My duties: late first, then today, then what follows; what is done is a figure."""
    now = clock.now()
    tonight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    groups = [
        _group(request.user, "late", SHOWN, late_at__isnull=False),
        _group(request.user, "today", SHOWN, late_at__isnull=True, due_at__lte=tonight),
        _group(request.user, "later", SHOWN // 3, late_at__isnull=True, due_at__gt=tonight),
    ]
    midnight = tonight - timedelta(days=1)
    rows = {duty.pk: duty for duty in queries.in_order(pk for _name, ids, _all in groups for pk in ids)}
    groups = [(name, [rows[pk] for pk in ids], number) for name, ids, number in groups]
    people = _named(request.user, [duty.person for _name, rows, _all in groups for duty in rows[:NAMED]])
    groups = [(name, [(duty, people.get(duty.person_id)) for duty in rows], number) for name, rows, number in groups]
    done = queries.done_by(request.user, midnight)
    context = {
        "groups": groups, "done": done.count(), "closed": done[:SHOWN] if request.GET.get("done") else None, "now": now,
    }  # fmt: skip
    return render(request, "pages/home.html", context)


def _named(user, persons) -> dict:
    """Who duties are about. When the day's budget is spent, the duties stand without names."""
    try:
        return faces_for(persons, by=user)
    except BudgetSpent:
        return {}


def _group(user, name: str, shown: int, **only: object) -> tuple[str, list[int], int]:
    ids = queries.first_of_mine(user, shown, **only)
    return name, ids, len(ids) if len(ids) < shown else queries.count_of_mine(user, MOST, **only)


@require_GET
def not_done(request):
    """Who is not done, and why: open duties in reach, the most overdue first."""
    mine = require_somewhere(request.user, "duties.view", "page:not_done")
    given = request.GET
    code = given.get("area", "")
    area = fetch(territory.coded(), request.user, "duties.view", code=code) if code else None
    now = clock.now()
    hours = given.get("hours", "")
    rows = queries.not_done(
        request.user, area=area, kind=given.get("kind", ""), late=given.get("late") == "1",
        blocked=given.get("blocked", ""), since=now - timedelta(hours=int(hours)) if hours.isdecimal() and len(hours) < 5 else None,
    )  # fmt: skip
    if given.get("line"):
        rows = rows.filter(kind__in=[kind.name for kind in KINDS.values() if kind.line == given["line"]])
    counts = [queries.count_under(path, kind=given.get("kind", "")) for path in ([area.path] if area else mine.paths)]
    count = queries.total(counts)
    page = _page(rows, given, count)
    context = {
        "page": page, "area": area, "count": count, "kinds": KINDS, "reasons": list(Blocked), "given": given,
        "now": clock.now(),
    }  # fmt: skip
    return render(request, "pages/not_done.html", context)


def _page(rows, given, count: queries.Count):
    """One page of duties: ids by the index alone, then the rows; counted by the tallies where they can say it."""
    paginator = Paginator(rows.values_list("pk", flat=True), SHOWN)
    if not any(given.get(name) for name in ("blocked", "line", "hours")):
        paginator.count = count.late if given.get("late") == "1" else count.open
    page = paginator.get_page(given.get("page"))
    page.object_list = queries.in_order(page.object_list)
    return page


@require_GET
def duty(request, pk, problems=()):
    return _show(request, queries.fetch_duty(request.user, pk), problems)


def _show(request, found, problems=()):
    may = {name: reach(request.user, name).covers(found.area.path) for name in ("duties.do", "duties.assign")}
    context = {
        "duty": found, "face": _named(request.user, [found.person]).get(found.person_id), "problems": problems, "reasons": list(Blocked), "now": clock.now(), "record": record_of(found),
        "may_do": may["duties.do"], "may_assign": may["duties.assign"],
        "owners": queries.possible_owners(found) if may["duties.assign"] else [],
    }  # fmt: skip
    return render(request, "pages/duty.html", context, status=422 if problems else 200)


@require_POST
def step(request, pk, step):
    """One step of a duty: start, finish with proof, say why not, hand over."""
    found = queries.fetch_duty(request.user, pk)
    take = _STEPS.get(step)
    if take is None:
        raise Http404
    try:
        take(found, request)
    except ValidationError as error:
        found.refresh_from_db()
        return _show(request, found, error.messages)
    return redirect("home" if step == "finish" else "duty", *([] if step == "finish" else [pk]))


def _finish(found: Duty, request) -> None:
    given = {name: request.POST.get(name, "").strip() for name in ("note", "count", "place")}
    actions.finish_duty(found, given, by=request.user)


def _hand_over(found: Duty, request) -> None:
    owner = get_object_or_404(queries.possible_owners(found), pk=request.POST.get("owner") or 0)
    actions.hand_over(found, owner, by=request.user, why=request.POST.get("why", ""))


_STEPS = {
    "start": lambda found, request: actions.start_duty(found, by=request.user),
    "finish": _finish,
    "blocked": lambda found, request: actions.say_blocked(
        found, request.POST.get("reason", ""), request.POST.get("note", ""), by=request.user
    ),
    "hand-over": _hand_over,
}
