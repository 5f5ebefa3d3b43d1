"""S15: whoever edits the table, even as its owner, is found, and the first bad row is named."""

import pytest
from django.db import IntegrityError, connection, transaction

from lianfang.response.ledger import rules
from lianfang.response.ledger.actions import announce, record
from lianfang.response.ledger.models import Entry, Head, Outbox
from lianfang.response.ledger.queries import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    for number in range(1, 8):
        record("thing.done", f"thing:{number}", why="because", number=number)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_chain_is_whole(chain):
    assert verify().ok
    assert verify().count == 7


def test_an_edit_is_found(chain):
    sql("UPDATE ledger_entry SET why = 'another reason' WHERE seq = 4")
    assert (verify().first_bad_seq, verify().why) == (4, "altered")


def test_a_deletion_is_found(chain):
    sql("DELETE FROM ledger_entry WHERE seq = 3")
    assert (verify().first_bad_seq, verify().why) == (3, "missing")


def test_an_insertion_is_found(chain):
    sql("UPDATE ledger_entry SET seq = seq + 100 WHERE seq >= 5")
    sql("UPDATE ledger_entry SET seq = seq - 99 WHERE seq >= 105")
    Entry.objects.create(seq=5, at=Entry.objects.get(seq=4).at, action="thing.forged", mac=b"\1" * 32)
    assert verify().first_bad_seq == 5


def test_a_reordering_is_found(chain):
    for was, to in ((2, 99), (6, 2), (99, 6)):
        sql("UPDATE ledger_entry SET seq = %s WHERE seq = %s", to, was)
    assert verify().first_bad_seq == 2


def test_a_cut_tail_is_found(chain):
    sql("DELETE FROM ledger_entry WHERE seq > 5")
    assert (verify().first_bad_seq, verify().why) == (6, "tail_cut")


def test_a_cut_tail_with_a_rewritten_head_is_found(chain):
    sql("DELETE FROM ledger_entry WHERE seq > 5")
    last = Entry.objects.get(seq=5)
    Head.objects.update(seq=5, mac=last.mac, seal=rules.head_seal(b"not the key", 5, bytes(last.mac)))
    assert verify().why == "head_forged"


def test_a_rolled_back_action_leaves_no_row_and_no_gap(chain):
    def failing():
        with transaction.atomic():
            record("thing.done", "thing:8")
            raise IntegrityError

    with pytest.raises(IntegrityError):
        failing()
    record("thing.done", "thing:9")
    assert verify().ok
    assert verify().count == 8


def test_an_event_is_announced_once_to_a_receiver():
    for _ in range(3):
        announce("upper level", "case:1:confirmed", {"case": 1})
    assert Outbox.objects.count() == 1
