"""A line list through the API: looked at, answered, imported once; a receipt for it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianfang.response.cases.models import Case
from tests.cast import sign_in

pytestmark = pytest.mark.django_db
LIST = "id,onset,infector\nA1,03/04/2021,\nA2,05/04/2021,A1\n"


@pytest.fixture
def send(cast):
    client = sign_in(Client(), cast.tracer)

    def _send(text=LIST, **fields):
        file = SimpleUploadedFile("list.csv", text.encode())
        return client.post("/api/v1/linelists", {"file": file, "area": cast.city.code, "disease": "MERS", **fields})

    return _send


def test_a_question_is_told_and_nothing_is_stored_before_it_is_answered(send):
    told = send(commit="true").json()
    assert (told["ready"], told["cases"], told["links"], told["receipt"]) == (False, 2, 1, None)
    assert [(one["code"], one["column"]) for one in told["findings"]] == [("date_order", "onset")]
    assert not Case.objects.exists()
    told = send(map='[dates]\norder = "dmy"').json()
    assert (told["ready"], told["receipt"]) == (True, None)
    assert not Case.objects.exists()


def test_the_answered_list_is_imported_with_a_receipt_and_only_once(send, cast):
    answer = 'order = "dmy"'
    receipt = send(commit="true", map=f"[dates]\n{answer}").json()["receipt"]
    assert (receipt["rows_read"], receipt["file_name"]) == (2, "list.csv")
    assert Case.objects.get(label__endswith="A2").onset_on.isoformat() == "2021-04-05"
    assert send(commit="true", map=f"[dates]\n{answer}").json()["receipt"]["id"] == receipt["id"]
    assert Case.objects.count() == 2
    client = sign_in(Client(), cast.tracer)
    assert client.get("/api/v1/receipts").json()["count"] == 1
    assert client.get(f"/api/v1/receipts/{receipt['id']}").json() == receipt


def test_a_bad_row_is_named_and_the_list_refused_whole(send):
    told = send("id,onset\nA1,2021-02-30\nA2,2021-02-03\n", commit="true").json()
    assert (told["ready"], told["findings"][0]["row"], told["findings"][0]["column"]) == (False, 2, "onset")
    assert not Case.objects.exists()


def test_a_map_that_cannot_be_read_is_said(send):
    answer = send(map="order = dmy")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "map"


def test_cases_already_held_from_another_file_are_said_and_nothing_is_stored(send):
    send("id,onset\nA1,2021-01-03\nA9,2021-01-03\n", commit="true")
    told = send("id,onset\nA1,2021-01-04\nA2,2021-02-03\n", commit="true").json()
    assert (told["ready"], told["receipt"], told["findings"][0]["row"]) == (False, None, 2)
    assert Case.objects.count() == 2
