"""The import page as a browser fills it in: every question it asks can be answered there, and the answer works."""

from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lianfang.response.cases.models import Case, Receipt
from tests.cast import sign_in

pytestmark = pytest.mark.django_db


class Form(HTMLParser):
    """The fields of a page's form with what they hold, and where it is sent."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.options, self.action, self._select = {}, {}, "", ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form" and "import" in attrs.get("action", ""):
            self.action = attrs["action"]
        elif tag == "input" and attrs.get("name"):
            self.fields[attrs["name"]] = attrs.get("value") or ""
        elif tag == "select":
            self._select = attrs.get("name", "")
            self.options[self._select] = []
        elif tag == "option" and self._select:
            self.options[self._select].append(attrs.get("value"))
            if "selected" in attrs or self._select not in self.fields:
                self.fields[self._select] = attrs.get("value")

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = ""


@pytest.fixture
def page(cast, settings, tmp_path):
    """``page(list, answers, …)``: send a list, give the answers of one step after another, import; the cases by number."""
    settings.MEDIA_ROOT = tmp_path
    client = sign_in(Client(), cast.tracer)

    def _page(text, *steps, contacts=None):
        sent = {"file": SimpleUploadedFile("list.csv", text.encode()), "area": cast.city.code, "disease": "MERS"}
        if contacts:
            sent["contacts"] = SimpleUploadedFile("links.csv", contacts.encode())
        answer = client.post(reverse("import_upload"), sent)
        for said in steps:
            form = Form(answer.content.decode())
            assert set(said) <= set(form.fields), (said, sorted(form.fields))
            answer = client.post(form.action, {**form.fields, **said})
        form = Form(answer.content.decode())
        client.post(form.action.replace("/check", "/commit"), form.fields)
        return {case.label: case for case in Case.objects.all()}

    return _page


ASKED = [
    ("Nr,sex\nA1,M\n", {"answer:no_id_column:": "Nr"}, ("A1", {})),
    ("klass,sex\nA1,M\n", {"answer:no_id_column:": "*"}, ("2", {})),
    ("id,onset,symptom onset\nA1,2021-01-03,2021-01-04\n", {"answer:two_columns:onset_on|onset|symptom onset": "symptom onset"}, ("A1", {"onset_on": "2021-01-04"})),
    ("id,onset\nA1,03/04/2021\n", {"answer:date_order:onset": "dmy"}, ("A1", {"onset_on": "2021-04-03"})),
    ("id,onset\nA1,12月28日\n", {"answer:date_year:onset": "2020-2021"}, ("A1", {"onset_on": "2020-12-28"})),
    ("id,onset\nA1,21.11.61\n", {"answer:date_century:onset": "1900"}, ("A1", {"onset_on": "1961-11-21"})),
    ("id,onset\nA1,18275\n", {"answer:date_serial:onset": "unix"}, ("A1", {"onset_on": "2020-01-14"})),
    ("id,onset\nA1,Mid-July\n", {"answer:bad_date:onset": "blank"}, ("A1", {"onset_on": None})),
    ("id,age\nA1,forty\n", {"answer:bad_number:age": "blank"}, ("A1", {"age": None})),
    ("id,sex\nA1,both\n", {"answer:bad_sex:sex": "blank"}, ("A1", {})),
    ("id,sex\nA1,0\nA2,1\n", {"answer:sex_coded:sex": "0"}, ("A1", {})),
    ("id,sex\nA1,M\nA1,M\n", {"answer:row_repeated:": "drop"}, ("A1", {})),
    ("id,sex\nA1,M\na01,M\n", {"answer:alike_id:id": "different"}, ("a01", {})),
]  # fmt: skip


@pytest.mark.parametrize(("text", "answer", "expected"), ASKED)
def test_a_question_is_answered_on_the_page(page, text, answer, expected):
    label, fields = expected
    cases = page(text, answer)
    assert label in cases, Receipt.objects.count()
    assert {name: str(value) if (value := getattr(cases[label], name)) else value for name in fields} == fields


def test_an_answer_stays_while_the_next_question_is_answered(page):
    cases = page("Nr,onset\nA1,03/04/2021\n", {"answer:no_id_column:": "Nr"}, {"answer:date_order:onset": "mdy"})
    assert str(cases["A1"].onset_on) == "2021-03-04"


def test_the_columns_of_a_contacts_file_are_named_on_the_page(page):
    steps = {"answer:contacts_source:": "giver", "answer:contacts_case:": "taker"}
    cases = page("id,sex\nA1,M\nA2,F\n", steps, contacts="giver,taker\nA1,A2\n")
    assert [source.source.label for source in cases["A2"].sources.all()] == ["A1"]


def test_links_that_run_against_the_onsets_are_turned_on_the_page(page):
    text = "id,onset\n" + "".join(f"A{n},2021-01-0{n}\n" for n in range(1, 8))
    links = "from,to\n" + "".join(f"A{n + 1},A{n}\n" for n in range(1, 7))
    cases = page(text, {"answer:backwards:": "reversed"}, contacts=links)
    assert [source.source.label for source in cases["A2"].sources.all()] == ["A1"]


def test_a_range_of_ages_stands_in_the_notes(page):
    cases = page("id,age\nA1,30s\nA2,31\n")
    assert (cases["A1"].age, cases["A1"].notes, cases["A2"].age) == (None, "age: 30s", 31)
