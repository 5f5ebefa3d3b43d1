"""The interview: where the case was, whom they met. Made for twenty seconds a contact."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from lianfang.response import clock
from lianfang.response.cases.queries import cases as queries
from lianfang.response.cases.queries.contacts import people_of
from lianfang.response.cases.states import Setting
from lianfang.response.people.queries import faces, type_ahead
from lianfang.response.people.queries import people as all_people
from lianfang.response.people.rules import read_id
from lianfang.response.territory.permissions import fetch, reach
from lianfang.response.web.views.measures import moment
from lianfang.response.workflows import interview as stories
from lianfang.response.workflows.look_up import faces_for


@require_GET
def interview(request, pk):
    return _show(request, _case(request, pk))


def _case(request, pk):
    return fetch(queries.cases(), request.user, "contacts.edit", pk=pk)


def _show(request, case, problems=(), typed=None):
    named = list(people_of(case))
    shown = faces_for((contact.person for contact in named), by=request.user)
    context = {
        "case": case, "stays": case.stays.all(), "settings": list(Setting), "problems": problems, "typed": typed or {},
        "named": [(contact, shown[contact.person_id]) for contact in reversed(named)][:30], "now": clock.now(),
        "chosen_stay": (typed or {}).get("stay") or request.GET.get("stay", ""),
    }  # fmt: skip
    return render(request, "pages/interview.html", context, status=422 if problems else 200)


@require_POST
def type_ahead_people(request, pk):
    """People of the city for the field being typed in, nearest to the case first, masked. Posted: addresses are logged."""
    case = _case(request, pk)
    text = request.POST.get("text", "")
    found = [one for one in type_ahead(text, request.user, near=case.area.path) if one.pk != case.person_id]
    context = {"found": faces(found, request.user), "text": text.strip(), "new": _somebody_new(text)}
    return render(request, "pages/interview_people.html", context)


def _somebody_new(text: str) -> dict[str, str]:
    """Which fact of somebody new the typed text is. Letters that searched by initials are no name."""
    text = text.strip()
    if read_id(text):
        return {"id_number": text}
    return {"phone": text} if text.isdecimal() else {} if text.isascii() else {"name": text}


@require_POST
def stay(request, pk):
    case, typed = _case(request, pk), request.POST
    try:
        told = stories.tell_stay(
            case, by=request.user, place=typed.get("place", ""), setting=typed.get("setting", ""),
            from_at=moment(typed.get("from_at", ""), "from_at"), to_at=moment(typed.get("to_at", ""), "to_at"),
            area=case.area, masked={"1": True, "0": False}.get(typed.get("masked", "")), note=typed.get("note", ""),
        )  # fmt: skip
    except ValidationError as error:
        return _show(request, case, error.messages, typed)
    return redirect(f"{reverse('interview', args=[pk])}?stay={told.pk}")


@require_POST
def name(request, pk):
    """Name a contact: somebody of the city, or somebody new with the few facts that are known."""
    case, typed = _case(request, pk), request.POST
    try:
        met = _person(case, request)
        chosen = typed.get("stay", "")
        told = get_object_or_404(case.stays, pk=_id(chosen)) if chosen else None
        stories.name_contact_in_interview(
            case, met, by=request.user, stay=told, setting=typed.get("setting", "") if told is None else "",
            relation=typed.get("relation", "").strip(),
        )  # fmt: skip
    except ValidationError as error:
        return _show(request, case, error.messages, typed)
    return redirect(f"{reverse('interview', args=[pk])}?stay={typed.get('stay', '')}#id_text")


def _id(text: str) -> int:
    """A record's number; 0, which no record has, for what is none: never somebody new in place of somebody known."""
    return int(text) if text.isdecimal() else 0


def _person(case, request):
    typed = request.POST
    if "person" in typed:
        found = reach(request.user, "people.lookup").visible(all_people())
        return get_object_or_404(found, pk=_id(typed["person"]))
    return stories.new_person_in_interview(
        case, by=request.user, name=typed.get("name", ""), phone=typed.get("phone", ""),
        id_number=typed.get("id_number", ""), address=typed.get("address", ""),
    )  # fmt: skip
