"""The end: key and records are gone, candidates are counts, the certificate can be checked, and nothing brings it back."""

import json
import os
import shutil
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from lianfang.response.cases.models import Contact
from lianfang.response.ledger.models import Entry
from lianfang.response.ledger.queries import verify
from lianfang.response.tracing.actions.candidates import accept_candidate
from lianfang.response.tracing.actions.ending import check_certificate, destroy_ended, end_warrant
from lianfang.response.tracing.actions.looks import read_meetings
from lianfang.response.tracing.models import Candidate, Certificate
from lianfang.response.tracing.vault import Gone, Vault
from lianfang.response.workflows.daily import daily

from .conftest import INSIDE, NOON

pytestmark = pytest.mark.django_db
OVER = NOON + timedelta(days=3)


@pytest.fixture
def used(cast, keep, looked, write, ping, case, resident_a, resident_b, warrant):
    """A warrant with records, a look, one candidate accepted and one open."""
    keep(write("person,t,lon,lat,accuracy", ping(case.person), ping(resident_a, INSIDE, 5), ping(resident_b, INSIDE, 20)))
    looked()
    accept_candidate(Candidate.objects.get(person=resident_a), by=cast.tracer, setting="meal", at=NOON)
    return warrant


def test_at_its_end_the_daily_work_destroys_it(used):
    daily(OVER - timedelta(seconds=1))
    assert not Vault(used.vault).is_gone()
    assert daily(OVER)["warrants"] == 1
    used.refresh_from_db()
    assert used.state == "destroyed"
    assert Vault(used.vault).is_gone()
    assert daily(OVER)["warrants"] == 0


def test_candidates_not_accepted_are_reduced_to_counts_and_the_accepted_to_a_link(used, resident_a):
    destroy_ended(OVER)
    kept = Candidate.objects.get()
    assert (kept.person, kept.place, kept.kinds, kept.min_distance_m, kept.probability) == (resident_a, "", {}, None, None)
    content = Certificate.objects.get().content
    assert content["candidates"] == {"open": 1, "accepted": 1, "dismissed": 0}
    assert content["remains"]["candidates_accepted"] == 1
    assert Contact.objects.filter(person=resident_a).exists()


def test_the_certificate_says_what_there_was_and_can_be_checked(used):
    destroy_ended(OVER)
    certificate = Certificate.objects.get()
    assert [one["rows_kept"] for one in certificate.content["files"]] == [3]
    kinds = {one["name"].rsplit(".", 1)[1] for one in certificate.content["sealed"]}
    assert kinds == {"records", "people", "meetings"}
    assert certificate.by_id is None
    assert check_certificate(certificate).ok
    assert Entry.objects.get(action="warrant.destroyed").why == certificate.sha256
    assert verify().ok


def test_nothing_that_identifies_anybody_stands_in_the_certificate(used, resident_a, case):
    destroy_ended(OVER)
    said = json.dumps(Certificate.objects.get().content)
    assert "person" not in said
    assert case.label not in said


def test_an_altered_certificate_is_found(used):
    destroy_ended(OVER)
    certificate = Certificate.objects.get()
    certificate.content["candidates"]["open"] = 0
    assert check_certificate(certificate).wrong == ("altered",)


def test_a_certificate_the_ledger_does_not_hold_is_found(used):
    destroy_ended(OVER)
    Entry.objects.filter(action="warrant.destroyed").update(why="")
    assert check_certificate(Certificate.objects.get()).wrong == ("not_in_ledger",)


def test_records_that_are_back_are_found_and_still_nobody_reads_them(used, tmp_path):
    vault = Vault(used.vault)
    shutil.copytree(vault.folder, tmp_path / "backup")
    destroy_ended(OVER)
    shutil.copytree(tmp_path / "backup", vault.folder)
    assert check_certificate(Certificate.objects.get()).wrong == ("still_there",)
    name = next(path.name for path in vault.folder.iterdir())
    with pytest.raises(Gone):
        vault.get(name)


def test_a_host_that_never_held_the_key_cannot_certify_its_end(used, tmp_path):
    vault = Vault(used.vault)
    vault.key_file.rename(tmp_path / "on-another-host")
    destroy_ended(OVER)
    assert check_certificate(Certificate.objects.get()).wrong == ("never_here",)


def test_a_new_key_opens_nothing_old(used, tmp_path):
    from lianfang.response.tracing.vault import Damaged

    vault = Vault(used.vault)
    shutil.copytree(vault.folder, tmp_path / "backup")
    destroy_ended(OVER)
    vault.create_key()
    shutil.copytree(tmp_path / "backup", vault.folder)
    name = next(path.name for path in vault.folder.iterdir())
    with pytest.raises(Damaged):
        vault.get(name)


def test_after_the_end_nothing_is_asked_kept_or_shown(cast, used, looked, keep, write, ping, case, resident_b):
    open_one = Candidate.objects.get(person=resident_b)
    destroy_ended(OVER)
    attempts = [
        looked,
        lambda: keep(write("person,t,lon,lat,accuracy", ping(case.person), name="more.csv")),
        lambda: read_meetings(open_one, by=cast.tracer, at=NOON),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    said = Entry.objects.filter(action="denied").values_list("detail", flat=True)
    assert {json.loads(detail)["reason"] for detail in said} == {"destroyed"}
    assert Vault(used.vault).is_gone()


def test_one_person_ends_it_before_its_time_and_says_why(cast, used):
    with pytest.raises(ValidationError):
        end_warrant(used, by=cast.tracer, why=" ", at=NOON)
    certificate = end_warrant(used, by=cast.commander, why="chain closed", at=NOON)
    assert (certificate.by_id, certificate.content["why"]) == (cast.commander.pk, "chain closed")
    assert Vault(used.vault).is_gone()


def test_an_auditor_sees_but_does_not_end(cast, used):
    with pytest.raises(PermissionDenied):
        end_warrant(used, by=cast.auditor, why="curious", at=NOON)
    assert not Vault(used.vault).is_gone()


@pytest.mark.parametrize("survives", ["everything", "files", "nothing"])
def test_an_interrupted_destruction_is_finished_by_the_next(used, monkeypatch, survives):
    """The process ends after the first step, between key and files, or before the rows."""
    whole = Vault.destroy

    def killed(vault):
        if survives == "files":
            vault.key_file.unlink()
        if survives == "nothing":
            whole(vault)
        raise KeyboardInterrupt

    monkeypatch.setattr(Vault, "destroy", killed)
    with pytest.raises(KeyboardInterrupt):
        destroy_ended(OVER)
    used.refresh_from_db()
    assert used.state == "destroying"
    assert check_certificate(Certificate.objects.get()).wrong == ("unfinished",)
    monkeypatch.setattr(Vault, "destroy", whole)
    assert destroy_ended(OVER) == 1
    assert check_certificate(Certificate.objects.get()).ok


def test_while_it_is_being_destroyed_nothing_is_asked(used, looked, monkeypatch):
    monkeypatch.setattr(Vault, "destroy", lambda _vault: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        destroy_ended(OVER)
    with pytest.raises(PermissionDenied):
        looked()


def test_what_a_killed_process_left_in_memory_is_swept_and_what_a_living_one_holds_is_not(settings, tmp_path):
    settings.SCRATCH = str(tmp_path)
    held = tmp_path / f"lianfang-unsealed-{'a' * 32}-{os.getpid()}-x"
    left = tmp_path / f"lianfang-unsealed-{'a' * 32}-{2**22 + 1}-x"
    for folder in (held, left):
        folder.mkdir()
    destroy_ended(OVER)
    assert held.exists()
    assert not left.exists()
