"""Warrants: who may look into location records around which case, asked for here and approved by somebody else."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.cases.actions.purposes import BASES
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries import cases as case_queries
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, reach, require_somewhere
from lianfang.response.tracing.actions.warrants import CONFIRMED, longest_for, request_warrant
from lianfang.response.tracing.queries import exposure_window, warrants_in_reach
from lianfang.response.tracing.states import Record
from lianfang.response.web.views.measures import moment

SHOWN = 20
CASES_OFFERED = 60


@require_GET
def warrants(request):
    require_somewhere(request.user, "warrants.view", "page:warrants")
    return _show(request)


def _show(request, problems=(), typed=None, status=0):
    may_ask = bool(reach(request.user, "locations.collide"))
    chosen = _chosen(request, typed) if may_ask else []
    offered = case_queries.cases_in_reach(request.user).filter(state__in=CONFIRMED).order_by("-confirmed_at")
    context = {
        "page": Paginator(warrants_in_reach(request.user).prefetch_related("cases"), SHOWN).get_page(request.GET.get("page")),
        "may_ask": may_ask, "cases": list(offered[:CASES_OFFERED]) if may_ask else [],
        "chosen": {case.pk for case in chosen}, "kinds": list(Record), "bases": BASES, "now": clock.now(),
        "typed": {**_half_filled(chosen, clock.now()), **(typed.dict() if typed else {})}, "problems": problems,
    }  # fmt: skip
    return render(request, "pages/warrants.html", context, status=status or (422 if problems else 200))


def _chosen(request, typed) -> list[Case]:
    """The cases named so far: those of the form, or the one whose page led here."""
    named = typed.getlist("case") if typed else [request.GET.get("case", "")]
    numbers = [int(text) for text in named if text.isdigit()]
    return list(case_queries.cases_in_reach(request.user).filter(pk__in=numbers))


def _half_filled(cases: list[Case], now: datetime) -> dict[str, str]:
    """What can be computed is not typed: the county of the first case, the days on which the cases could infect."""
    windows = [exposure_window(case, protocol_for(case.area, case.disease, now), now) for case in cases]
    begins = [window[0] for window in windows if window]
    limit = longest_for(cases, now) if cases else timedelta(days=3)
    filled = {
        "from_at": min(begins, default=now - timedelta(days=5)), "to_at": now,
        "expires_at": now + min(limit, timedelta(days=3)),
    }  # fmt: skip
    county = "/".join(cases[0].area.path.split("/")[:2]) + "/" if cases else ""
    area = Area.objects.filter(path=county).first()
    return {
        **{name: f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" for name, at in filled.items()},
        "area": area.code if area else "",
    }


@require_POST
def ask(request):
    """Ask for a warrant; its page says who has to approve it."""
    require_somewhere(request.user, "locations.collide", "page:warrants")
    typed = request.POST
    numbers = [int(text) for text in typed.getlist("case") if text.isdigit()]
    named = [fetch(case_queries.cases(), request.user, "locations.collide", pk=pk) for pk in dict.fromkeys(numbers)]
    area = territory.by_code(typed.get("area", "").strip())
    if area is None or not reach(request.user, "locations.collide").covers(area.path):
        return _show(request, [_("There is no area with this code in your reach.")], typed)
    try:
        made = request_warrant(
            named, area, by=request.user, kinds=typed.getlist("kind"), basis=typed.get("basis", ""),
            purpose=typed.get("purpose", ""),
            **{name: moment(typed.get(name, ""), name) for name in ("from_at", "to_at", "expires_at")},
        )  # fmt: skip
    except ValidationError as error:
        return _show(request, error.messages, typed)
    except PermissionDenied as error:
        return _show(request, [str(error)], typed, status=403)
    return redirect("warrant", made.pk)
