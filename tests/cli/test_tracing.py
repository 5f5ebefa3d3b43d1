"""``lianfang tracing``: the host brings files in and checks certificates; it asks nothing."""

from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from django.http import Http404

from lianfang.cli.tracing import command
from lianfang.response.tracing.actions.ending import destroy_ended
from lianfang.response.tracing.actions.looks import Asking, look
from lianfang.response.tracing.models import Batch, Certificate
from tests.apps.tracing.conftest import NOON, ask, border, case, keep, on_disk, ping, reported, warrant, write

__all__ = ["ask", "border", "case", "keep", "on_disk", "ping", "reported", "warrant", "write"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False):
        yield


def run(*words):
    return CliRunner().invoke(command, [str(word) for word in words])


def test_a_file_is_kept_with_its_receipt(warrant, write, ping, case):
    path = write("person,t,lon,lat,accuracy", ping(case.person), ping(case.person, metres_north=10_000))
    answer = run("keep", warrant.pk, path)
    assert answer.exit_code == 0, answer.output
    assert (Batch.objects.get().rows_kept, Batch.objects.get().by_id) == (1, None)
    assert Batch.objects.get().sha256 in answer.output


def test_after_the_end_no_file_is_taken(warrant, write, ping, case):
    destroy_ended(NOON + timedelta(days=3))
    assert run("keep", warrant.pk, write("person,t,lon,lat,accuracy", ping(case.person))).exit_code == 1
    assert not Batch.objects.exists()


def test_the_host_asks_no_question(warrant, keep, write, ping, case):
    keep(write("person,t,lon,lat,accuracy", ping(case.person)))
    with pytest.raises((Http404, AttributeError)):
        look(warrant, Asking(), by=None, at=NOON)


def test_certificates_are_checked_and_a_false_one_fails(warrant):
    assert run("verify-certificate", warrant.pk).exit_code == 1  # there is none yet
    destroy_ended(NOON + timedelta(days=3))
    assert run("verify-certificate").exit_code == 0
    Certificate.objects.update(sha256="0" * 64)
    assert run("verify-certificate", warrant.pk).exit_code == 1
