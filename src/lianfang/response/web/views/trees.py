"""Importing a tree of areas or its borders: choose → every bad or repaired row → whole or not at all → receipt."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianfang.response.territory.permissions import require_somewhere
from lianfang.response.workflows import import_tree
from lianfang.response.workflows.import_tree import DATUMS, KINDS, take_tree

SHOWN = 200


@require_GET
def trees(request):
    require_somewhere(request.user, "system.configure", "page:trees")
    return _first(request)


def _first(request, problems=()):
    context = {"receipts": import_tree.receipts(15), "problems": problems, "typed": request.POST}
    return render(request, "pages/trees.html", context, status=422 if problems else 200)


@require_POST
def upload(request):
    """Keep the file aside and show what it holds."""
    require_somewhere(request.user, "system.configure", "page:trees")
    if "file" not in request.FILES:
        return _first(request, [_("Choose a file first: CSV or GeoJSON.")])
    try:
        kind, datum = _said(request)
    except ValidationError as error:
        return _first(request, error.messages)
    return _show(request, import_tree.keep_tree(request.FILES["file"]), kind, datum)


def _said(request) -> tuple[str, str]:
    kind, datum = request.POST.get("kind", ""), request.POST.get("datum", "wgs84")
    if kind not in KINDS or datum not in DATUMS:
        raise ValidationError({"kind": _("Say what the file holds: areas or borders.")})
    return kind, datum


def _show(request, token, kind, datum):
    looked = take_tree(import_tree.kept_tree(token), kind, datum, by=request.user, commit=False)
    context = {
        "looked": looked, "token": token, "kind": kind, "datum": datum, "shown": SHOWN,
        "errors": looked.errors[:SHOWN], "repairs": looked.repairs[:SHOWN],
    }  # fmt: skip
    return render(request, "pages/trees_preview.html", context, status=200 if looked.ready else 422)


@require_POST
def step(request, token, step):
    """commit: import; discard: forget the file."""
    require_somewhere(request.user, "system.configure", "page:trees")
    if step not in ("commit", "discard"):
        raise Http404
    try:
        if step == "discard":
            import_tree.discard_tree(token)
            return redirect("trees")
        path, (kind, datum) = import_tree.kept_tree(token), _said(request)
    except ValidationError as error:
        return _first(request, error.messages)
    taken = take_tree(path, kind, datum, by=request.user, commit=True)
    if not taken.ready:
        return _show(request, token, kind, datum)
    import_tree.discard_tree(token)
    return redirect("tree_receipt", taken.seq)


@require_GET
def receipt(request, pk):
    require_somewhere(request.user, "system.configure", "page:trees")
    found = import_tree.receipt(pk)
    if found is None:
        raise Http404
    return render(request, "pages/tree_receipt.html", {"receipt": found})
