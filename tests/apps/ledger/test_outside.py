"""What leaves the database: anchors that an old copy cannot undo, and messages that arrive once."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from lianfang.response.ledger.actions import anchor, announce, deliver, record
from lianfang.response.ledger.models import Entry, Head, Outbox
from lianfang.response.ledger.queries import verify
from lianfang.response.ledger.receivers import sender

pytestmark = pytest.mark.django_db


def test_a_database_put_back_with_its_old_head_is_found():
    for number in range(3):
        record("thing.done", number=number)
    old = Head.objects.values().get()
    for number in range(3, 6):
        record("thing.done", number=number)
    anchor()
    Entry.objects.filter(seq__gt=3).delete()
    Head.objects.update(**old)
    assert (verify().ok, verify().first_bad_seq, verify().why) == (False, 4, "tail_cut")


def test_a_tail_written_anew_is_found_at_the_anchor():
    record("thing.done", number=1)
    old = Head.objects.values().get()
    record("thing.done", number=2)
    anchor()
    Entry.objects.filter(seq=2).delete()
    Head.objects.update(**old)
    record("thing.done", number=99)
    assert (verify().first_bad_seq, verify().why) == (2, "rewritten")


def test_an_altered_anchor_is_found(settings):
    record("thing.done")
    anchor()
    text = settings.ANCHOR_FILE.read_text()
    settings.ANCHOR_FILE.write_text(text.replace(" 1 ", " 7 "))
    assert verify().why == "anchor_forged"


def test_a_message_arrives_once_with_its_event_as_key(tmp_path):
    announce("direct_report", "case.confirmed:1", {"case": 1})
    announce("direct_report", "case.confirmed:1", {"case": 1})
    send = sender(tmp_path, "")
    assert (deliver(send), deliver(send)) == (1, 0)
    lines = (tmp_path / "direct_report.jsonl").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["case.confirmed:1"]


def test_what_does_not_arrive_is_tried_again_later_and_less_often():
    announce("far", "e:1", {})
    now = timezone.now()

    def broken(receiver, event, body):
        raise OSError("no route")

    assert deliver(broken, at=now) == 0
    row = Outbox.objects.get()
    assert (row.tries, row.sent_at, row.last_error) == (1, None, "no route")
    assert deliver(broken, at=now + timedelta(seconds=60)) == 0
    assert Outbox.objects.get().tries == 1
    deliver(broken, at=now + timedelta(minutes=4))
    assert Outbox.objects.get().next_try_at - now > timedelta(minutes=8)


def test_a_row_claimed_by_another_process_is_not_sent_by_this_one():
    announce("far", "e:1", {})
    sent = []

    def meanwhile(receiver, event, body):
        sent.append(event)
        deliver(lambda *_: sent.append("twice"))

    deliver(meanwhile)
    assert sent == ["e:1"]


def test_killed_between_sending_and_marking_the_same_event_is_sent_again(tmp_path):
    announce("far", "e:1", {})
    now = timezone.now()
    send = sender(tmp_path, "")

    def killed(*message):
        send(*message)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(killed, at=now)
    assert deliver(send, at=now + timedelta(minutes=5)) == 1
    lines = (tmp_path / "far.jsonl").read_text().splitlines()
    assert {json.loads(line)["event"] for line in lines} == {"e:1"}


def test_a_web_address_must_be_safe(tmp_path):
    with pytest.raises(ValueError, match="https"):
        sender(tmp_path, "far=http://example.org/in")
