"""The review list: reads of the days before that a second person looks at, and what they find."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response.accounts.models import User
from lianfang.response.ledger.models import Purpose, Review
from lianfang.response.ledger.states import Ground
from lianfang.response.territory.models import Grant
from lianfang.response.territory.permissions import fetch
from lianfang.response.workflows.review_reads import decide_review, reviews_in_reach

SHOWN = 40
# What the ledger calls the entries behind a ground.
_ENTRIES = {Ground.BREAK_GLASS: "grant.break_glass", Ground.BUDGET: "read.budget_spent"}


@require_GET
def reviews(request):
    return _show(request)


def _show(request, problems=()):
    given = request.GET.get("day", "").strip()
    day = parse_day(given)
    wrong = [_("This is not a date: write 2021-01-31.")] if given and day is None else []
    rows = reviews_in_reach(request.user, "page:reviews", day)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    users = User.objects.in_bulk({pk for row in page for pk in (row.reader_id, row.decided_by_id) if pk})
    about = _about(page)
    context = {
        "page": page, "day": given, "problems": [*problems, *wrong], "open": rows.filter(decided_at=None).count(),
        "rows": [
            {"review": row, "reader": users.get(row.reader_id), "by": users.get(row.decided_by_id),
             "about": about.get(row.about), "entries": _ENTRIES.get(row.ground, "person.read"),
             "decided": row.decided_at is not None, "own": row.reader_id == request.user.pk}
            for row in page
        ],
    }  # fmt: skip
    return render(request, "pages/reviews.html", context, status=422 if context["problems"] else 200)


def parse_day(given: str) -> date | None:
    """The day written, or None for what is none; within the years in which dates can be reckoned with."""
    try:
        day = parse_date(given.strip())
    except ValueError:
        return None
    return day if day and 1900 <= day.year < 2100 else None


def _about(page) -> dict[str, object]:
    """What the reviews of a page are about: label → purpose or grant."""
    found = {}
    for model, name in ((Purpose, "ledger.purpose"), (Grant, "territory.grant")):
        ids = [row.about.partition(":")[2] for row in page if row.about.startswith(f"{name}:")]
        rows = model.objects.in_bulk([int(pk) for pk in ids if pk.isdigit()])
        found |= {f"{name}:{pk}": row for pk, row in rows.items()}
    return found


@require_POST
def decide(request, pk):
    review = fetch(Review.objects.all(), request.user, "reads.review", pk=pk)
    given = request.POST
    try:
        decide_review(review, given.get("decision", ""), by=request.user, why=given.get("why", ""))
    except ValidationError as error:
        return _show(request, error.messages)
    return redirect("reviews")
