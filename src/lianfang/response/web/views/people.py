"""People: a purpose first, then the look-up; one person under a task or a purpose; suspected duplicates."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianfang.response import clock
from lianfang.response.accounts.models import User
from lianfang.response.cases.actions import purposes as actions
from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.ledger.actions import record
from lianfang.response.ledger.models import Purpose
from lianfang.response.ledger.queries import live_purposes
from lianfang.response.people import queries
from lianfang.response.people.actions import merge_people, say_different
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, label, reach, require_somewhere, visible
from lianfang.response.web.views.merges import names_of
from lianfang.response.workflows.correct_facts import FIELDS, correct_facts, may_correct
from lianfang.response.workflows.look_up import BudgetSpent, look_up, read_person, read_today, unmask

DUPLICATES_SHOWN = 20


@require_GET
def people(request):
    """Look people up. The text searched for is never in the address: addresses end up in logs."""
    require_somewhere(request.user, "people.lookup", "page:people")
    return _show(request)


@require_POST
def search(request):
    typed = request.POST
    purpose_id = int(typed["purpose"]) if typed.get("purpose", "").isdigit() else None
    try:
        found = look_up(typed.get("text", ""), by=request.user, purpose_id=purpose_id)
    except BudgetSpent as error:
        return _show(request, [str(error)], status=429)
    except PermissionDenied as error:
        return _show(request, [str(error)], status=403)
    return _show(request, found=found, typed=typed, purpose_id=purpose_id)


def _show(request, problems=(), found=None, typed=None, purpose_id=None, status=200):
    now = clock.now()
    mine = list(live_purposes(request.user.pk, now))
    areas = {area.path: area for area in Area.objects.filter(path__in=[p.area_path for p in mine])}
    cases = visible(Case.objects.filter(confirmed_at__isnull=False), request.user, "purposes.open")
    context = {
        "purposes": [(purpose, areas.get(purpose.area_path)) for purpose in mine], "purpose_id": purpose_id,
        "found": found, "typed": typed or {}, "problems": problems, "now": now, "bases": actions.BASES,
        "cases": cases.order_by("-confirmed_at")[:50], "read_today": read_today(request.user, now),
        "may_merge": bool(reach(request.user, "people.merge")),
    }  # fmt: skip
    return render(request, "pages/people.html", context, status=status)


@require_POST
def purpose_open(request):
    typed = request.POST
    case = fetch(Case.objects.select_related("area"), request.user, "purposes.open", pk=typed.get("case") or 0)
    hours = int(typed["hours"]) if typed.get("hours", "").isdigit() else 24
    try:
        actions.open_purpose(
            case, by=request.user, basis=typed.get("basis", ""), reason=typed.get("reason", ""), hours=hours
        )
    except ValidationError as error:
        return _show(request, error.messages, typed=typed, status=422)
    return redirect("people")


@require_POST
def purpose_close(request, pk):
    purpose = Purpose.objects.filter(Q(owner_id=request.user.pk), pk=pk).first()
    if purpose is None:
        raise Http404
    actions.close_purpose(purpose, by=request.user)
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
def person(request, pk):
    """One person. Opening the page is a read: it stands in the ledger with its ground."""
    found = queries.people().filter(pk=pk).first()
    if found is None:
        record("denied", f"people.person:{pk}", by=request.user, permission="people.lookup")
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    purpose_id = int(given["purpose"]) if given.get("purpose", "").isdigit() else None
    problems = []
    if request.method == "POST":
        try:
            face = unmask(found, by=request.user, why=given.get("why", ""), purpose_id=purpose_id)
        except ValidationError as error:
            problems, face = error.messages, read_person(found, by=request.user, purpose_id=purpose_id)
    else:
        face = read_person(found, by=request.user, purpose_id=purpose_id)
    return _person(request, found, face, purpose_id, problems)


def _person(request, found, face, purpose_id, problems, typed=None):
    sees = reach(request.user, "cases.view").covers(found.community.path)
    merged = list(queries.merges_of(found))
    names = names_of(merged)
    context = {
        "person": found, "face": face, "problems": problems, "purpose_id": purpose_id,
        "may_unmask": reach(request.user, "people.identify").covers(found.community.path) and not face.unmasked,
        "cases": Case.objects.filter(person=found) if sees else [],
        "contacts": Contact.objects.filter(person=found).select_related("case") if sees else [],
        "fields": _fields(found, face, request.user, typed or {}), "typed": typed or {},
        "corrections": _history(found),
        "merges": [(row, *names[row.pk]) for row in merged],
        "measures": visible(Measure.objects.filter(person=found), request.user, "measures.view"),
    }  # fmt: skip
    return render(request, "pages/person.html", context, status=422 if problems else 200)


def _fields(found, face, user, typed):
    """(name, label, value shown, masked value) of every fact the user may correct. Masked ones start empty."""
    shown = {"name": face.name, "id_number": face.id_number, "phone": face.phone}
    may = may_correct(found, user)
    return [
        (name, label, typed.get(name, ""), shown.get(name, "")) for name, label in FIELDS.items() if name in may
    ]  # fmt: skip


def _history(found):
    rows = list(queries.corrections(found))
    names = dict(User.objects.filter(pk__in={row.by_id for row in rows}).values_list("pk", "name"))
    return [(row, names.get(row.by_id, ""), [FIELDS[name] for name in row.fields]) for row in rows]


@require_POST
def correct(request, pk):
    """Correct what is typed; what is left empty stays as it is."""
    found = fetch(queries.people(), request.user, "people.edit", pk=pk)
    typed = request.POST
    purpose_id = int(typed["purpose"]) if typed.get("purpose", "").isdigit() else None
    try:
        changes = _changes(typed)
        seen = int(typed["seen"]) if typed.get("seen", "").isdigit() else None
        correct_facts(found, changes, by=request.user, why=typed.get("why", ""), seen=seen, purpose_id=purpose_id)
    except ValidationError as error:
        found = fetch(queries.people(), request.user, "people.edit", pk=pk)
        face = read_person(found, by=request.user, purpose_id=purpose_id)
        return _person(request, found, face, purpose_id, error.messages, typed)
    return redirect(reverse("person", args=[pk]) + (f"?purpose={purpose_id}" if purpose_id else ""))


def _changes(typed) -> dict[str, object]:
    changes: dict[str, object] = {name: typed[name].strip() for name in FIELDS if typed.get(name, "").strip()}
    if "sex" in changes:
        changes["sex"] = int(changes["sex"]) if changes["sex"] in ("1", "2") else 0
    if "born_on" in changes:
        try:
            day = parse_date(str(changes["born_on"]))
        except ValueError:
            day = None
        if day is None:
            raise ValidationError({"born_on": _("This is not a date: write 2021-01-31.")})
        changes["born_on"] = day
    return changes


@require_GET
def duplicates(request):
    """Suspected duplicates: a human decides, nothing was blocked."""
    require_somewhere(request.user, "people.merge", "page:duplicates")
    rows = visible(queries.suspicions(), request.user, "people.merge").order_by("-score")[:DUPLICATES_SHOWN]
    pairs = [(row, queries.face(row.person, request.user), queries.face(row.other, request.user)) for row in rows]
    return render(request, "pages/duplicates.html", {"pairs": pairs})


@require_POST
def decide_duplicate(request, pk):
    row = fetch(queries.suspicions(), request.user, "people.merge", pk=pk)
    why = request.POST.get("why", "").strip() or label(row)
    if request.POST.get("decision") == "merge":
        merge_people(row.person, row.other, by=request.user, why=why)
    else:
        say_different(row, by=request.user)
    return redirect(reverse("duplicates"))
