"""Merges of people: the list, and taking one back."""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from lianfang.response.accounts.models import User
from lianfang.response.people import queries
from lianfang.response.people.actions import unmerge_people
from lianfang.response.territory.permissions import fetch, require_somewhere

SHOWN = 20


@require_GET
def merges(request):
    require_somewhere(request.user, "people.merge", "page:merges")
    return _show(request)


def _show(request, problems=()):
    page = Paginator(queries.merges_in_reach(request.user), SHOWN).get_page(request.GET.get("page"))
    names = names_of(page)
    rows = [
        (row, queries.face(row.survivor, request.user), queries.face(row.merged, request.user), *names[row.pk])
        for row in page
    ]
    context = {"page": page, "rows": rows, "problems": problems}
    return render(request, "pages/merges.html", context, status=422 if problems else 200)


def names_of(rows) -> dict[int, tuple[str, str]]:
    """Merge id → names of who merged and of who took it back, '' where nobody did."""
    found = dict(
        User.objects.filter(pk__in={pk for row in rows for pk in (row.by_id, row.undone_by_id)}).values_list(
            "pk", "name"
        )
    )
    return {row.pk: (found.get(row.by_id, ""), found.get(row.undone_by_id, "")) for row in rows}


@require_POST
def undo(request, pk):
    row = fetch(queries.merges(), request.user, "people.merge", pk=pk)
    try:
        unmerge_people(row, by=request.user, why=request.POST.get("why", ""))
    except ValidationError as error:
        return _show(request, error.messages)
    return redirect("merges")
