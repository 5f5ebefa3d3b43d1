"""The import page's side: a file kept aside, looked at, answered about, and committed by somebody who may."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import translation

from lianfang.response.cases.models import Case, Receipt
from lianfang.response.workflows.import_linelist import NotTaken
from lianfang.response.workflows.preview_linelist import (
    columns_of,
    commit_upload,
    discard_upload,
    preview_upload,
    reopen_upload,
)

CLEAR = b"case_id,sex,onset,infector\nA1,M,2021-01-03,\nA2,F,2021-01-05,A1\n"
ASKING = b"case_id,onset\nA1,03/02/2020\n"


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(content, name="list.csv"):
    return SimpleUploadedFile(name, content)


def test_an_uploaded_list_is_shown_then_committed_and_its_copy_deleted(cast, tmp_path):
    shown = preview_upload(upload(CLEAR), area=cast.city, disease="COVID-19")
    assert shown.ready
    assert columns_of(shown.preview)[0] == ("case_id", "id")
    assert not Case.objects.exists()
    receipt = commit_upload(shown, area=cast.city, disease="COVID-19", by=cast.tracer)
    assert (receipt.file_name, receipt.created["cases"], receipt.by_id) == ("list.csv", 2, cast.tracer.pk)
    assert not list(tmp_path.rglob("*.csv"))


def test_a_question_is_answered_without_sending_the_file_again(cast):
    shown = preview_upload(upload(ASKING))
    assert (shown.ready, [one.answers for one in shown.problems]) == (False, [("dmy", "mdy")])
    with pytest.raises(NotTaken):
        commit_upload(shown, area=cast.city, disease="COVID-19", by=cast.tracer)
    answered = reopen_upload(shown.token, {"dates": {"order": "dmy"}})
    commit_upload(answered, area=cast.city, disease="COVID-19", by=cast.tracer)
    assert Case.objects.get().onset_on.isoformat() == "2020-02-03"


def test_a_contacts_file_comes_with_it(cast):
    shown = preview_upload(upload(b"case_id\nA1\nA2\n"), upload(b"from,to\nA1,A2\n", "links.csv"))
    receipt = commit_upload(shown, area=cast.city, disease="COVID-19", by=cast.tracer)
    assert receipt.created["sources"] == 1


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "第 3 行"), ("en", "row 3")])
def test_every_bad_row_is_told_with_column_value_and_reason(language, word):
    with translation.override(language):
        (problem,) = preview_upload(upload(b"case_id,age\nA1,4\nA2,old\n")).problems
    assert (problem.row, problem.column, problem.value) == (3, "age", "old")
    with translation.override(language):
        assert str(problem).startswith(word)


def test_what_the_city_already_holds_is_shown_before_committing(cast):
    commit_upload(preview_upload(upload(CLEAR)), area=cast.city, disease="COVID-19", by=cast.tracer)
    shown = preview_upload(upload(CLEAR + b"A3,M,,\n"), area=cast.city, disease="COVID-19")
    assert [(one.row, one.code) for one in shown.of("error")] == [(2, "label_held"), (3, "label_held")]


@pytest.mark.parametrize("content", [b"", b"case_id,sex\nA1,M\nA2", b"PK\x03\x04broken", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_a_finding_not_an_error(content):
    shown = preview_upload(upload(content))
    assert (shown.preview, shown.ready, len(shown.problems)) == (None, False, 1)


def test_a_map_with_a_mistake_is_a_finding():
    shown = preview_upload(upload(CLEAR), mapping={"columns": {"sex": "nonsense"}})
    assert "nonsense" in shown.problems[0].message


@pytest.mark.parametrize(("who", "refusal"), [("stranger", Http404), ("zengcun_township", PermissionDenied)])
def test_only_who_may_import_there_can_commit(cast, who, refusal):
    shown = preview_upload(upload(CLEAR))
    with pytest.raises(refusal):
        commit_upload(shown, area=cast.zengcun, disease="COVID-19", by=getattr(cast, who))
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("token", ["", "../../keys", "A" * 22])
def test_an_unknown_token_opens_nothing(token):
    with pytest.raises(ValidationError):
        reopen_upload(token)
    if token != "A" * 22 and token:
        with pytest.raises(ValidationError):
            discard_upload(token)


def test_a_file_changed_since_it_was_shown_is_refused(cast):
    shown = preview_upload(upload(CLEAR))
    shown.path.write_bytes(CLEAR.replace(b"M", b"F"))
    with pytest.raises(NotTaken):
        commit_upload(shown, area=cast.city, disease="COVID-19", by=cast.tracer)
    assert not Case.objects.exists()
