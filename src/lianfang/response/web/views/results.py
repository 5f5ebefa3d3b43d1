"""The laboratory's page: one result at a time, by ID number. Who the person is, the laboratory does not see."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.cases.models import LabTest
from lianfang.response.cases.queries.protocols import DISEASES
from lianfang.response.people.queries import by_id_number
from lianfang.response.people.rules import read_id
from lianfang.response.territory.permissions import reach, require_somewhere, visible
from lianfang.response.web.views.measures import moment
from lianfang.response.workflows.record_result import record_result

SHOWN = 20


@require_GET
def results(request):
    require_somewhere(request.user, "cases.test", "page:results")
    return _show(request)


def _show(request, problems=()):
    rows = visible(LabTest.objects.select_related("area"), request.user, "cases.test")
    context = {
        "recent": rows.filter(recorded_by_id=request.user.pk).order_by("-pk")[:SHOWN], "problems": problems,
        "typed": request.POST, "results": LabTest.Result.values, "diseases": DISEASES, "now": clock.now(),
    }  # fmt: skip
    return render(request, "pages/results.html", context, status=422 if problems else 200)


@require_POST
def record(request):
    require_somewhere(request.user, "cases.test", "page:results")
    typed = request.POST
    try:
        person = _person(request, typed.get("id_number", ""))
        if not typed.get("laboratory", "").strip():
            raise ValidationError({"laboratory": _("Name the laboratory.")})
        if typed.get("result") not in LabTest.Result.values:
            raise ValidationError({"result": _("Choose the result from the list.")})
        record_result(
            person, disease=typed.get("disease", "").strip() or DISEASES[0],
            sampled_at=moment(typed.get("sampled_at", ""), "sampled_at"), result=typed["result"],
            laboratory=typed["laboratory"].strip(), by=request.user,
        )  # fmt: skip
    except ValidationError as error:
        return _show(request, error.messages)
    return redirect("results")


def _person(request, number: str):
    if read_id(number) is None:
        raise ValidationError(
            {"id_number": _("The ID number has a wrong check digit, date or length. Read it again from the card.")}
        )
    person = reach(request.user, "cases.test").visible(by_id_number(number)).first()
    if person is None:
        raise ValidationError({"id_number": _("Nobody with this number is registered in your reach.")})
    return person
