"""Who looked at people without a task: a second person says the next day whether it was in order."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from lianfang.response.accounts.models import User
from lianfang.response.ledger.models import Purpose, Review
from lianfang.response.workflows.review_reads import judge_looks, reviews_in_reach

SHOWN = 50


@require_GET
def reviews(request):
    return _show(request)


def _show(request, problems=(), status=200):
    given = request.GET
    rows = reviews_in_reach(request.user)
    waiting = rows.filter(state=Review.State.OPEN).count()
    if given.get("state", "open") in Review.State.values:
        rows = rows.filter(state=given.get("state", "open"))
    page = Paginator(rows, SHOWN).get_page(given.get("page"))
    names = User.objects.in_bulk({pk for row in page for pk in (row.reader_id, row.decided_by_id) if pk})
    purposes = Purpose.objects.in_bulk({row.purpose_id for row in page if row.purpose_id})
    context = {
        "page": page, "given": given, "waiting": waiting, "states": Review.State.values, "problems": problems,
        "rows": [
            (row, names.get(row.reader_id), purposes.get(row.purpose_id), names.get(row.decided_by_id)) for row in page
        ],
    }  # fmt: skip
    return render(request, "pages/reviews.html", context, status=status)


@require_POST
def decide(request, pk):
    row = reviews_in_reach(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        judge_looks(row, request.POST.get("state", ""), by=request.user, why=request.POST.get("why", ""))
    except ValidationError as error:
        return _show(request, error.messages, 422)
    except PermissionDenied as error:
        return _show(request, [str(error)], 403)
    return redirect("reviews")
