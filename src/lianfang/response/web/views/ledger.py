"""The ledger as an auditor reads it: who did what, where, when and why; and whether the chain is whole."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lianfang.response.accounts.models import User
from lianfang.response.ledger.models import Entry, Head
from lianfang.response.ledger.queries import verify
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import reach, require_somewhere
from lianfang.response.web.views.reviews import parse_day
from lianfang.response.workflows.obligations import end_of

SHOWN = 50


@require_GET
def ledger(request):
    mine = require_somewhere(request.user, "ledger.view", "page:ledger")
    given = request.GET
    rows = Entry.objects.all()
    if not any(path.count("/") == 1 for path in mine.paths):
        rows = rows.filter(mine.q("area_path"))
    for name in ("action", "subject"):
        if given.get(name):
            rows = rows.filter(**{f"{name}__startswith": given[name]})
    if given.get("actor"):
        rows = rows.filter(actor_id__in=User.objects.filter(username=given["actor"]).values("pk"))
    day = parse_day(given.get("day", ""))
    rows = rows.filter(at__gte=end_of(day - timedelta(days=1)), at__lt=end_of(day)) if day else rows
    page = Paginator(rows.order_by("-seq"), SHOWN).get_page(given.get("page"))
    names = dict(User.objects.filter(pk__in={row.actor_id for row in page}).values_list("pk", "name"))
    areas = {area.path: area for area in Area.objects.filter(path__in={row.area_path for row in page})}
    context = {
        "page": page, "given": given,
        "rows": [(row, names.get(row.actor_id, ""), areas.get(row.area_path)) for row in page],
        "may_review": bool(reach(request.user, "reads.review")), "head": Head.objects.filter(pk=1).first(),
        "verdict": verify() if given.get("verify") else None,
    }  # fmt: skip
    return render(request, "pages/ledger.html", context)
