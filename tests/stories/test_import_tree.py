"""A tree of areas and its borders through the page and the API: looked at, then taken whole or refused whole."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lianfang.response.ledger.actions import record
from lianfang.response.ledger.models import Entry
from lianfang.response.territory.models import Area, Boundary
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
TREE = "code,parent_code,kind,name,population\nX,,city,某市,100\nX1,X,county,甲县,100\n"
BOW_TIE = [[114, 38], [115, 39], [115, 38], [114, 39], [114, 38]]


def border(code, ring):
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return json.dumps({"features": [{"properties": {"code": code}, "geometry": geometry}]})


@pytest.fixture
def send(cast, settings, tmp_path):
    """``send(text, kind)``: the page that shows what the file holds."""
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(Client(), cast.administrator)

    def _send(text, kind="areas"):
        file = SimpleUploadedFile("tree.txt", text.encode())
        return client.post(reverse("tree_upload"), {"file": file, "kind": kind})

    _send.client = client
    return _send


def commit(send, shown, step="commit"):
    address = reverse("tree_step", args=[shown.context["token"], step])
    return send.client.post(address, {"kind": shown.context["kind"], "datum": "wgs84"}, follow=True)


def test_a_tree_is_looked_at_then_imported_with_a_receipt(send, cast):
    shown = send(TREE)
    assert (shown.status_code, Area.objects.filter(code="X1").count()) == (200, 0)
    receipt = commit(send, shown).context["receipt"]
    assert Area.objects.get(code="X1").path == "X/1/"
    assert (receipt.kind, receipt.count, receipt.file_name) == ("areas", 2, "tree.txt")
    entry = Entry.objects.get(action="territory.imported")
    assert (entry.actor_id, entry.seq) == (cast.administrator.pk, receipt.id)
    assert receipt.sha256 in entry.detail


def test_a_bad_row_is_named_and_the_tree_refused_whole(send):
    shown = send(TREE + "X2,X,county,乙县,inf\nX3,Y,county,丙县,1\n")
    assert shown.status_code == 422
    assert [(row.row, row.code) for row in shown.context["errors"]] == [(4, "number"), (5, "orphan")]
    assert commit(send, shown).status_code == 422
    assert not Area.objects.filter(code="X").exists()


def test_a_repaired_border_is_told_before_it_is_taken(send, cast):
    shown = send(border("130109104201", BOW_TIE), "boundaries")
    assert [(row.row, row.column, row.code) for row in shown.context["repairs"]] == [(1, "130109104201", "repaired")]
    assert not Boundary.objects.exists()
    receipt = commit(send, shown).context["receipt"]
    assert (receipt.kind, receipt.count, receipt.repaired) == ("boundaries", 1, 1)
    assert Boundary.objects.get().area == cast.xiaoguozhuang


def test_a_file_that_was_given_up_cannot_be_imported(send):
    shown = send(TREE)
    commit(send, shown, "discard")
    assert commit(send, shown).status_code == 422
    assert not Area.objects.filter(code="X").exists()


def test_a_tree_somebody_else_imported_meanwhile_is_refused(send):
    first, second = send(TREE), send(TREE)
    commit(send, first)
    again = commit(send, second)
    assert (again.status_code, again.context["errors"][0].code) == (422, "exists")


def test_nobody_but_who_configures_the_system_opens_the_page(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(Client(), cast.commander)
    assert client.get(reverse("trees")).status_code == 403
    sent = {"file": SimpleUploadedFile("tree.csv", TREE.encode()), "kind": "areas"}
    assert client.post(reverse("tree_upload"), sent).status_code == 403
    assert client.post("/api/v1/trees", {**sent, "commit": "true"}).status_code == 403
    assert not Area.objects.filter(code="X").exists()


def test_the_api_looks_and_imports_as_the_page_does(cast):
    client = sign_in(Client(), cast.administrator)

    def post(text, **fields):
        return client.post("/api/v1/trees", {"file": SimpleUploadedFile("b.json", text.encode()), **fields}).json()

    told = post('{"features": [7]}', kind="boundaries", commit="true")
    assert (told["ready"], told["errors"][0]["row"], told["errors"][0]["code"]) == (False, 1, "feature")
    text = border("130109104201", BOW_TIE)
    assert post(text, kind="boundaries")["receipt"] is None
    told = post(text, kind="boundaries", commit="true")
    assert (told["ready"], told["count"], told["repaired"]) == (True, 1, 1)
    assert client.get(f"/api/v1/trees/receipts/{told['receipt']['id']}").json() == told["receipt"]
    assert client.get("/api/v1/trees/receipts").json() == [told["receipt"]]
    other = record("account.opened", "accounts.user:1", by=cast.administrator)
    assert client.get(f"/api/v1/trees/receipts/{other.seq}").status_code == 404, "no other row of the ledger is shown"
