"""Keeping a file: only what lies inside the bounds, under pseudonyms, sealed; whole or not at all; once."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from lianfang.response.ledger.models import Entry
from lianfang.response.tracing.actions.warrants import approve_warrant
from lianfang.response.tracing.arrays.keeping import pseudonyms
from lianfang.response.tracing.arrays.shelf import Shelf
from lianfang.response.tracing.models import Batch
from lianfang.response.tracing.vault import Damaged, Gone, Vault

from .conftest import INSIDE, NOON, PHONE

pytestmark = pytest.mark.django_db
PINGS = "person,t,lon,lat,accuracy"


def on_disk(vault):
    return b"".join(path.read_bytes() for path in vault.folder.iterdir())


def test_the_receipt_counts_what_was_read_kept_and_left_out(keep, write, ping, case, resident_a):
    earlier = INSIDE - timedelta(days=30)
    batch = keep(write(PINGS, ping(case.person), ping(resident_a), ping(resident_a, earlier), ping(case.person, INSIDE, 10_000)))
    assert (batch.rows_read, batch.rows_kept, batch.people) == (4, 2, 2)
    assert batch.outside == {"period": 1, "area": 1}
    entry = Entry.objects.get(action="warrant.records_kept")
    assert json.loads(entry.detail)["sha256"] == batch.sha256


def test_a_margin_around_the_border_is_kept(keep, write, ping, case, settings):
    just_outside = 38.1 + 300 / 111195
    row = (*ping(case.person)[:3], just_outside, 5)
    assert keep(write(PINGS, row)).rows_kept == 1
    settings.WARRANT_MARGIN_M = 200
    assert keep(write(PINGS, row, ping(case.person))).rows_kept == 1


def test_without_a_border_positions_are_not_taken(keep, write, ping, case, border):
    border.delete()
    with pytest.raises(ValidationError, match="藁城区"):
        keep(write(PINGS, ping(case.person)))
    assert not Batch.objects.exists()


def test_the_same_file_again_changes_nothing(keep, write, ping, case, warrant):
    path = write(PINGS, ping(case.person))
    first, before = keep(path), None
    before = on_disk(Vault(warrant.vault))
    again = keep(path)
    assert (again.pk, again.already_held) == (first.pk, True)
    assert on_disk(Vault(warrant.vault)) == before
    assert Entry.objects.filter(action="warrant.records_kept").count() == 1


def test_a_bad_row_refuses_the_file_whole_and_is_named(keep, write, ping, case, warrant):
    with pytest.raises(ValidationError, match=r"3 .*lat"):
        keep(write(PINGS, ping(case.person), (1, 0, 114, "north", 5)))
    assert not Batch.objects.exists()
    assert Vault(warrant.vault).manifest() == []


def test_a_kind_the_warrant_does_not_open_is_refused_and_recorded(cast, ask, write, ping, case):
    from lianfang.response.tracing.actions.records import keep_records

    asked = ask(kinds=["visit"])
    approve_warrant(asked, digest=asked.digest, by=cast.commander, at=NOON)
    with pytest.raises(PermissionDenied):
        keep_records(asked, write(PINGS, ping(case.person)), by=cast.tracer, at=NOON)
    assert json.loads(Entry.objects.get(action="denied").detail)["reason"] == "another_kind"
    assert Vault(asked.vault).manifest() == []


def test_nothing_on_disk_can_be_read_without_the_key(keep, write, warrant):
    t = int(INSIDE.timestamp())
    keep(write("phone,place,t_in,t_out", (PHONE, "增村饭店", t, t + 3600)))
    held = on_disk(Vault(warrant.vault)) + Vault(warrant.vault).key_file.read_bytes()
    for plain in (PHONE, "增村饭店", "PAR1"):
        assert plain.encode() not in held


def test_the_key_lies_apart_from_the_records(warrant, settings):
    key = Vault(warrant.vault).key_file
    assert key.is_relative_to(settings.WARRANT_KEYS)
    assert not key.is_relative_to(settings.WARRANTS)
    assert key.stat().st_mode & 0o077 == 0


def test_a_person_has_another_pseudonym_under_every_warrant():
    one, other = pseudonyms(b"a" * 32, "person", ["7"], [("person", 7)]), pseudonyms(b"b" * 32, "person", ["7"], [("person", 7)])
    assert one != other
    assert one[0] >= 0


def test_a_telephone_written_in_two_ways_is_one_pseudonym(keep, write, warrant):
    t = int(INSIDE.timestamp())
    batch = keep(write("phone,place,t_in,t_out", (PHONE, "甲", t, t), ("+86 199-0000-0301", "乙", t, t)))
    assert batch.people == 2  # as the file writes them
    shelf = Shelf(Vault(warrant.vault), [batch])
    assert len(shelf.kept("visit").people) == 1


def test_a_flipped_or_shortened_file_is_found(keep, write, ping, case, warrant):
    batch = keep(write(PINGS, ping(case.person)))
    vault = Vault(warrant.vault)
    path = next(path for path in vault.folder.iterdir() if path.name.endswith(".records"))
    whole = path.read_bytes()
    for spoilt in (whole[:-1], whole[:40], b"", whole[:60] + bytes([whole[60] ^ 1]) + whole[61:]):
        path.write_bytes(spoilt)
        with pytest.raises(Damaged):
            Shelf(vault, [batch]).kept("ping")


def test_pieces_cannot_be_left_out_or_exchanged(warrant, monkeypatch):
    from lianfang.response.tracing import vault as module

    monkeypatch.setattr(module, "_PIECE", 8)
    vault = Vault(warrant.vault)
    vault.put("a", b"0123456789abcdefghij")
    vault.put("b", b"")
    assert (vault.get("a"), vault.get("b")) == (b"0123456789abcdefghij", b"")
    sealed = (vault.folder / "a").read_bytes()
    piece = 4 + 12 + 8 + 16
    head, first, second, rest = sealed[:4], sealed[4 : 4 + piece], sealed[4 + piece : 4 + 2 * piece], sealed[4 + 2 * piece :]
    for spoilt in (head + second + first + rest, head + first + rest, head + first + second):
        (vault.folder / "a").write_bytes(spoilt)
        with pytest.raises(Damaged):
            vault.get("a")
    (vault.folder / "b").write_bytes(sealed)
    with pytest.raises(Damaged):
        vault.get("b")


def test_without_the_key_there_is_nothing(warrant):
    vault = Vault(warrant.vault)
    vault.put("a", b"x")
    vault.key_file.unlink()
    with pytest.raises(Gone):
        vault.get("a")
    with pytest.raises(Gone):
        vault.person_key()
