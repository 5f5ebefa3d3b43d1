"""Location records around one case, under a purpose: compare a file, decide about whom it names."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.cases.actions.purposes import BASES
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries import cases as queries
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import Setting
from lianfang.response.ledger.models import Purpose
from lianfang.response.ledger.queries import live_purposes
from lianfang.response.territory.permissions import fetch, require
from lianfang.response.tracing.actions import run_collision
from lianfang.response.tracing.arrays import cost_of_list
from lianfang.response.tracing.models import Candidate
from lianfang.response.tracing.queries import candidates_of, exposure_window, runs_of
from lianfang.response.web.records import USUAL, nearness, set_aside
from lianfang.response.workflows.accept_candidates import accept_candidates, dismiss_candidates
from lianfang.response.workflows.look_up import faces_for

SHOWN = 200


@require_GET
def locations(request, pk):
    return _show(request, _case(request, pk))


def _case(request, pk) -> Case:
    found = fetch(queries.cases(), request.user, "cases.view", pk=pk)
    require(request.user, "locations.collide", found)
    return found


def _show(request, case: Case, problems=(), typed=None, status=0):
    now = clock.now()
    window = exposure_window(case, protocol_for(case.area, case.disease, now), now)
    rows = list(candidates_of(case)[:SHOWN])
    faces = faces_for([case.person, *(row.person for row in rows)], by=request.user)
    context = {
        "case": case, "face": faces[case.person_id], "window": window, "purpose": purpose_for(case, request.user),
        "runs": runs_of(case)[:10], 
        "rows": [(row, faces[row.person_id], cost) for row, cost in zip(rows, cost_of_list(rows), strict=True)], "settings": list(Setting),
        "open": sum(row.state == Candidate.State.OPEN for row in rows), "bases": BASES, "problems": problems,
        "typed": {**USUAL, **(typed.dict() if typed else {})}, "now": now, "shown": SHOWN,
    }  # fmt: skip
    return render(request, "pages/locations.html", context, status=status or (422 if problems else 200))


def purpose_for(case: Case, user: Any) -> Purpose | None:
    """The user's own live purpose of this case, the one that lasts longest."""
    return live_purposes(user.pk, clock.now()).filter(case_id=case.pk).order_by("-expires_at").first()


@require_POST
def compare(request, pk):
    """Compare an uploaded file with the case. The file is gone when this returns."""
    case = _case(request, pk)
    if "file" not in request.FILES:
        return _show(request, case, [_("Choose a file first: CSV or Parquet.")], request.POST)
    held = purpose_for(case, request.user)
    try:
        with set_aside(request.FILES["file"]) as path:
            run_collision(
                case, path, purpose=held or 0, by=request.user, file_name=request.FILES["file"].name,
                nearness=nearness(request.POST),
            )  # fmt: skip
    except ValidationError as error:
        return _show(request, case, error.messages, request.POST)
    except PermissionDenied as error:
        return _show(request, case, [str(error)], request.POST, status=403)
    return redirect("case_locations", pk)


@require_POST
def decide(request, pk):
    """Accept or dismiss the chosen candidates, all or none."""
    case = _case(request, pk)
    typed = request.POST
    chosen = [int(text) for text in typed.getlist("candidate") if text.isdigit()]
    rows = candidates_of(case).filter(pk__in=chosen)
    try:
        if typed.get("decision") == "accept":
            accept_candidates(rows, by=request.user, setting=typed.get("setting", ""))
        elif typed.get("decision") == "dismiss":
            dismiss_candidates(rows, by=request.user, why=typed.get("why", ""))
        else:
            raise Http404
    except ValidationError as error:
        return _show(request, case, error.messages, typed)
    return redirect("case_locations", pk)
