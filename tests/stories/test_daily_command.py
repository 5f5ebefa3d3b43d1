"""``lianfang tick``: the calendar's work from the command line."""

import pytest
from click.testing import CliRunner, Result
from django.db import IntegrityError
from django.utils import translation

from lianfang.cli.tick import command
from lianfang.response.cases.models import Contact
from lianfang.response.duties.models import Duty
from lianfang.response.workflows import daily as module
from lianfang.response.workflows.daily import daily
from lianfang.response.workflows.review_contact import review_contact

from .conftest import on

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(town, case):
    review_contact(Contact.objects.get(case=case, person=town.son), by=town.cast.tracer, at=on(3, 15))


def tick(*words: str) -> Result:
    with translation.override(translation.get_language()):
        return CliRunner().invoke(command, words)


def test_the_command_opens_the_day_and_says_how_much(held):
    assert "1" in tick("--at", "2021-01-06T06:00").output
    assert Duty.objects.filter(kind="follow_up").get().due_at == on(7, 0)


def test_a_moment_that_is_none_is_refused_and_nothing_is_opened(held):
    refused = tick("--at", "yesterday")
    assert (refused.exit_code, "yesterday" in refused.output) == (2, True)
    assert not Duty.objects.filter(kind="follow_up").exists()


def test_a_batch_that_another_process_opened_first_is_read_again(held, monkeypatch):
    once = iter([IntegrityError("duties_duty.key")])
    real = module.duties.open_many

    def late(*words, **more):
        for error in once:
            raise error
        return real(*words, **more)

    monkeypatch.setattr(module.duties, "open_many", late)
    assert daily(on(6, 6))["follow_up"] == 1
