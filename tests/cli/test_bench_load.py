"""The load of the benchmark is a city's, not a heap of rows: constraints hold, tallies are sums, shares are exact."""

from collections import Counter
from datetime import date

import click
import pytest
from django.db import connection
from django.db.models import F, Q

from lianfang.cli.bench.load import load
from lianfang.response.cases.models import Case, Contact, Measure, Source
from lianfang.response.duties import rules
from lianfang.response.duties.actions import tick
from lianfang.response.duties.models import Duty, Tally
from lianfang.response.duties.queries import mine
from lianfang.response.duties.states import OPEN_STATES, State
from lianfang.response.ledger.models import Entry
from lianfang.response.territory.fields import upward
from lianfang.response.workflows.build_city import build_city

CASES, CONTACTS, DUTIES = 30, 900, 6000


@pytest.fixture
def city(cast, settings):
    settings.DEMONSTRATION = True
    build_city(scale=0.2, seed=1, today=date(2021, 1, 6))
    return cast


@pytest.fixture
def loaded(city):
    return load(duties=DUTIES, contacts=CONTACTS, cases=CASES, seed=3)


def test_there_is_exactly_what_was_asked_for(loaded):
    assert (Case.objects.count(), Contact.objects.count(), Duty.objects.count()) == (CASES, CONTACTS, DUTIES)
    assert (loaded.cases, loaded.contacts, loaded.duties) == (CASES, CONTACTS, DUTIES)
    assert loaded.measures == Measure.objects.count() > CONTACTS / 2
    assert Source.objects.exists()


def test_three_in_a_hundred_are_late(loaded):
    assert (
        loaded.late == Duty.objects.filter(state__in=OPEN_STATES, late_at__isnull=False).count() == round(0.03 * DUTIES)
    )
    assert not Duty.objects.filter(late_at__isnull=False).exclude(due_at__lte=F("late_at")).exists()


def test_every_tally_is_the_sum_of_its_duties(loaded):
    wanted: Counter = Counter()
    for path, kind, campaign, state, late in Duty.objects.values_list(
        "area__path", "kind", "campaign", "state", "late_at"
    ):
        column = "open" if state in OPEN_STATES else state
        for above in upward(path):
            wanted[above, kind, campaign, column] += 1
            wanted[above, kind, campaign, "late"] += column == "open" and late is not None
    found = {
        (tally.area.path, tally.kind, tally.campaign, column): getattr(tally, column)
        for tally in Tally.objects.select_related("area")
        for column in ("open", "late", "done", "cancelled")
    }
    assert {key: number for key, number in found.items() if number} == {k: n for k, n in wanted.items() if n}


def test_the_load_joins_tallies_that_were_there(city):
    Tally.objects.create(area=city.city, kind="review_contact", open=2, done=5)
    load(duties=DUTIES, contacts=CONTACTS, cases=CASES, seed=3)
    there = Tally.objects.get(area=city.city, kind="review_contact", campaign="")
    duties = Duty.objects.filter(kind="review_contact")
    assert there.done == 5 + duties.filter(state=State.DONE).count()
    assert there.open == 2 + duties.filter(state__in=OPEN_STATES).count()


def test_the_clock_finds_nothing_that_the_load_forgot(loaded):
    """What is late is marked, and has climbed as far as it should: a tick right afterwards has next to nothing to do."""
    assert tick()["late"] <= DUTIES * 0.001
    for duty in Duty.objects.filter(state__in=OPEN_STATES).select_related("area"):
        assert duty.next_climb_at == rules.next_climb(duty.kind, duty.due_at, duty.area.kind, duty.level)[1]


def test_rows_point_to_rows_that_belong_together(loaded):
    connection.check_constraints()
    assert not Contact.objects.filter(degree=2).exclude(via__case=F("case")).exists()
    assert not Duty.objects.filter(~Q(subject=""), person=None).exists()


def test_officials_find_their_own_duties(loaded, city):
    assert mine(city.xiaoguozhuang_community).exists()
    assert mine(city.tracer).count() + mine(city.gaocheng_tracer).count() > 0


def test_loading_again_keeps_what_is_there(loaded):
    assert load(duties=10, contacts=10, cases=2) == loaded
    assert Duty.objects.count() == DUTIES
    assert Entry.objects.filter(action="bench.loaded").count() == 1


def test_a_real_city_is_never_loaded(cast, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(click.ClickException):
        load(duties=10, contacts=10, cases=2)
    assert not Duty.objects.exists()


@pytest.mark.parametrize("asked", [{"contacts": 50_000}, {"duties": 1_000_000}])
def test_a_city_too_small_for_it_is_left_as_it_was(city, asked):
    with pytest.raises(click.ClickException):
        load(**({"duties": 100, "contacts": 50, "cases": 5} | asked))
    assert not Duty.objects.exists()
    assert not Case.objects.exists()
