"""Who holds which role where; asking for a grant, approving it as a second person, ending it."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.accounts.models import User
from lianfang.response.territory import actions
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Grant
from lianfang.response.territory.permissions import fetch, reach, require_somewhere, visible
from lianfang.response.territory.roles import ROLES

SHOWN = 30


@require_GET
def grants(request):
    require_somewhere(request.user, "grants.view", "page:grants")
    return show(request)


def show(request, problems=(), typed=None, told=None):
    """The page; ``told``: an account name and the password that is shown this once."""
    now = clock.now()
    rows = visible(Grant.objects.select_related("user", "area", "given_by", "approved_by"), request.user, "grants.view")
    text = request.GET.get("q", "").strip()
    if text:
        rows = rows.filter(user__name__startswith=text) | rows.filter(user__username__startswith=text) | rows.filter(
            area__name__startswith=text
        )  # fmt: skip
    live = [
        row for row in rows.filter(given_by__isnull=False, approved_by=None, break_glass=False) if not _over(row, now)
    ]
    context = {
        "page": Paginator(rows.order_by("area__path", "role", "pk"), SHOWN).get_page(request.GET.get("page")),
        "waiting": live, "may_give": bool(reach(request.user, "grants.give")), "roles": list(ROLES), "now": now,
        "problems": problems, "typed": typed or {}, "q": text, "told": told,
    }  # fmt: skip
    return render(request, "pages/grants.html", context, status=422 if problems else 200)


def _over(grant: Grant, now: datetime) -> bool:
    return grant.ends_at is not None and grant.ends_at <= now


@require_POST
def give(request):
    typed = request.POST
    area = territory.by_code(typed.get("area", "").strip())
    user = User.objects.filter(username=typed.get("user", "").strip(), is_active=True).first()
    problems = []
    if area is None or not reach(request.user, "grants.view").covers(area.path):
        problems.append(_("There is no area with this code in your reach."))
    if user is None:
        problems.append(_("There is no account with this name."))
    if problems:
        return show(request, problems, typed)
    try:
        actions.give_grant(
            user, typed.get("role", ""), area, by=request.user, reason=typed.get("reason", ""),
            ends_at=_end_of(typed.get("ends_on", "")),
        )  # fmt: skip
    except ValidationError as error:
        return show(request, error.messages, typed)
    return redirect("grants")


def _end_of(text: str) -> datetime | None:
    """Midnight after the day given, or None for no end. Raises ValidationError for a day that does not exist."""
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({"ends_on": _("This is not a date: write 2021-01-31.")})
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


@require_POST
def step(request, pk, step):
    grant = fetch(Grant.objects.select_related("area", "user", "given_by"), request.user, "grants.view", pk=pk)
    try:
        if step == "approve":
            actions.approve_grant(grant, by=request.user)
        elif step == "end":
            actions.end_grant(grant, by=request.user, why=request.POST.get("why", "") or _("no longer needed"))
        else:
            raise Http404
    except ValidationError as error:
        return show(request, error.messages)
    return redirect("grants")


@require_POST
def emergency(request):
    """Break glass: a role for an hour, at once, with everybody's notice."""
    area = fetch(territory.coded(), request.user, "areas.view", code=request.POST.get("area", "").strip())
    try:
        actions.break_glass(request.POST.get("role", ""), area, by=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        return show(request, error.messages, request.POST)
    return redirect("grants")
