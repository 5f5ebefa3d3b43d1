"""Importing a line list: choose → recognise or map → every bad row with its reason → whole or not at all → receipt."""

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.engines.linelist.columns import SPELLINGS
from lianfang.response.cases.models import Receipt
from lianfang.response.cases.queries.protocols import DISEASES
from lianfang.response.cases.rules.listed import disease_in_name
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, require_somewhere, visible
from lianfang.response.workflows.import_linelist import NotTaken
from lianfang.response.workflows.preview_linelist import (
    Upload,
    columns_of,
    commit_upload,
    discard_upload,
    preview_upload,
    reopen_upload,
)

SHOWN = 200
# Where the answer to a question goes in the map: (section, key); answers about dates belong to the column asked about.
_ANSWER_AT: dict[str, tuple[str, str]] = {
    "date_mangled": ("dates", "mangled"),
    "date_order": ("dates", "order"),
    "date_year": ("dates", "year"),
    "date_century": ("dates", "century"),
    "date_serial": ("dates", "serial"),
    "date_far": ("dates", "far"),
    "bad_date": ("dates", "unreadable"),
    "unknown_end": ("sources", "unknown"),
    "both_ways": ("sources", "contacts"),
    "backwards": ("sources", "contacts"),
    "last_row": ("file", "last_row"),
    "sheet_full": ("file", "last_row"),
    "several_sheets": ("file", "sheet"),
    "row_repeated": ("file", "repeated"),
    "alike_id": ("file", "alike"),
    "encoding_doubtful": ("file", "encoding"),
}
_BLANKABLE = ("bad_date", "bad_number", "bad_sex")
_NUMBER_ROWS = "*"  # no column holds the case number: rows are numbered


@require_GET
def import_page(request):
    require_somewhere(request.user, "linelist.import", "page:import")
    return _first(request)


def _first(request, problems=()):
    receipts = visible(Receipt.objects.select_related("area"), request.user, "linelist.import").order_by("-at")
    context = {
        "diseases": DISEASES, "area": territory.highest_of(request.user), "receipts": receipts[:15],
        "problems": problems, "typed": request.POST,
    }  # fmt: skip
    return render(request, "pages/import.html", context, status=422 if problems else 200)


@require_POST
def upload(request):
    """Take the files aside and show what they hold."""
    require_somewhere(request.user, "linelist.import", "page:import")
    if "file" not in request.FILES:
        return _first(request, [_("Choose a file first: CSV or XLSX.")])
    try:
        area, disease = _where(request)
    except ValidationError as error:
        return _first(request, error.messages)
    taken = preview_upload(
        request.FILES["file"], request.FILES.get("contacts"), area=area, disease=disease,
        update=request.POST.get("update") == "1",
    )  # fmt: skip
    return _show(request, taken, area, disease)


def _where(request) -> tuple[Area, str]:
    code = request.POST.get("area", "").strip()
    named = request.FILES["file"].name if "file" in request.FILES else ""
    disease = request.POST.get("disease", "").strip() or disease_in_name(named, DISEASES)
    if territory.by_code(code) is None:
        raise ValidationError({"area": _("There is no area with this code.")})
    if not disease:
        raise ValidationError({"disease": _("Name the disease: the file’s name does not say it.")})
    return fetch(territory.coded(), request.user, "linelist.import", code=code), disease


@require_POST
def step(request, token, step):
    """check: read again with the answers given; commit: import; discard: forget the file."""
    require_somewhere(request.user, "linelist.import", "page:import")
    if step not in ("check", "commit", "discard"):
        raise Http404
    try:
        if step == "discard":
            discard_upload(token)
            return redirect("import")
        area, disease = _where(request)
        update = request.POST.get("update") == "1"
        again = reopen_upload(token, answers(request.POST), area=area, disease=disease, update=update)
    except ValidationError as error:
        return _first(request, error.messages)
    if step == "check" or not again.ready:
        return _show(request, again, area, disease)
    try:
        receipt = commit_upload(again, area=area, disease=disease, by=request.user, update=update)
    except NotTaken as error:
        return _show(request, again, area, disease, error.messages)
    return redirect("receipt", receipt.pk)


def answers(posted) -> dict[str, Any]:
    """The map a form stands for. Fields: ``column:<name>`` = field or '-', ``answer:<code>:<column>`` = answer."""
    said: dict[str, Any] = defaultdict(dict)
    for name, value in posted.items():
        if name.startswith("column:") and value:
            said["columns"][name.removeprefix("column:")] = "" if value == "-" else value
    for (
        name,
        value,
    ) in posted.items():  # after the columns: an answer about a column changes what its own line still says
        if name.startswith("answer:") and value:
            code, _colon, column = name.removeprefix("answer:").partition(":")
            _place(said, code, column, value)
    return dict(said)


def _place(said: dict[str, Any], code: str, column: str, value: str) -> None:
    if code == "no_id_column":
        if value == _NUMBER_ROWS:
            said["file"]["number"] = "rows"
        else:
            said["columns"][value] = "id"
    elif code == "two_columns":  # the column chosen keeps the field, the others asked about give it up
        field, _bar, names = column.partition("|")
        for name in names.split("|"):
            said["columns"][name] = field if name == value else ""
    elif code in ("contacts_source", "contacts_case"):
        said["contacts"][value] = code.removeprefix("contacts_")
    elif code == "sex_coded":  # the column says 0 and 1; the answer is the one that means male
        said["values"]["sex"] = {"0": "female", "1": "female", value: "male"}
    elif code in ("bad_number", "bad_sex"):  # column: the field; whatever cannot be read in it is left empty
        said["values"].setdefault(column, {})["*"] = ""
    elif code in _ANSWER_AT:
        _place_simple(said, *_ANSWER_AT[code], column, value)


def _place_simple(said: dict[str, Any], section: str, key: str, column: str, value: str) -> None:
    answer: Any = int(value) if key in ("year", "century") and value.isdigit() else value
    if section == "dates":
        said["dates"].setdefault(column, {})[key] = answer
    else:
        said[section][key] = answer


def _asked(taken: Upload) -> dict[tuple[str, str], Any]:
    """(code, what the answer is about) → question: one of each kind and column."""
    asked: dict[tuple[str, str], Any] = {}
    for one in taken.of("question"):
        column = one.column
        if one.code == "two_columns":
            column = "|".join((one.value, *one.answers))
        elif one.code == "no_id_column":
            one = replace(one, answers=(*one.answers, _NUMBER_ROWS))
        asked.setdefault((one.code, column), one)
    return asked | _blankable(taken)


def _blankable(taken: Upload) -> dict[tuple[str, str], Any]:
    """Columns with cells that nobody can read: the user may mend the file, or leave these cells empty."""
    count = Counter((one.code, one.column) for one in taken.of("error") if one.code in _BLANKABLE)
    asked: dict[tuple[str, str], Any] = {}
    for one in taken.of("error"):
        said = {"count": count[one.code, one.column], "column": one.column, "value": one.value}
        about = (
            taken.preview.columns[one.column] if taken.preview and one.code in ("bad_number", "bad_sex") else one.column
        )
        if one.code in _BLANKABLE and (one.code, about) not in asked:
            message = _("%(column)s: %(count)s rows cannot be read, for example “%(value)s”. Mend the file, or:") % said
            asked[one.code, about] = replace(one, row=None, column="", value="", message=message, answers=("blank",))
    return asked


def _show(request, taken: Upload, area: Area, disease: str, problems=()):
    context = {
        "upload": taken, "area": area, "disease": disease, "problems": problems, "fields": list(SPELLINGS),
        "columns": columns_of(taken.preview) if taken.preview else [], "update": request.POST.get("update", ""),
        "questions": [(f"answer:{code}:{column}", one) for (code, column), one in _asked(taken).items()],
        "errors": taken.of("error")[:SHOWN], "error_count": len(taken.of("error")), "shown": SHOWN,
        "warnings": taken.of("warning")[:SHOWN], "warning_count": len(taken.of("warning")),
        "kept": [(name, value) for name, value in request.POST.items() if _is_kept(name, value)],
    }  # fmt: skip
    return render(request, "pages/import_preview.html", context, status=422 if problems else 200)


def _is_kept(name: str, value: str) -> bool:
    """Whether an answer goes on in the next form. What was said of a column stands in that column's line from now on."""
    about_a_column = name == "answer:no_id_column:" and value != _NUMBER_ROWS
    return (
        name.startswith("answer:") and bool(value) and not about_a_column and not name.startswith("answer:two_columns:")
    )


@require_GET
def receipt(request, pk):
    found = fetch(Receipt.objects.select_related("area"), request.user, "linelist.import", pk=pk)
    return render(request, "pages/receipt.html", {"receipt": found, "columns": found.columns.items()})
