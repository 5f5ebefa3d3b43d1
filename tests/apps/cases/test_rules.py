"""Protocols and their rules, with dates worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.response.cases.rules import clocks, exposure, measures, protocol

CN7, CN9 = protocol.load("CN-7"), protocol.load("CN-9")
NOON = datetime(2021, 1, 3, 12, tzinfo=UTC)


def test_every_value_of_every_edition_has_a_source_and_a_grade():
    for edition in protocol.editions():
        for parameter in protocol.load(edition).parameters.values():
            assert parameter.source
            assert parameter.grade in "ABCD"


def test_the_secondary_period_of_edition_seven_is_shown_as_unverified():
    assert CN7.parameters["secondary_central_days"].unverified


def test_the_first_case_of_a_county_is_also_reported_as_an_event():
    kinds = [clock.kind for clock in clocks.reporting_clocks(CN7, NOON, first_in_county=True)]
    assert "report_event" in kinds
    assert "report_event" not in [c.kind for c in clocks.reporting_clocks(CN7, NOON, first_in_county=False)]


def test_the_report_is_due_after_two_hours_and_the_transfer_two_hours_after_it():
    due = {clock.kind: clock.due_at for clock in clocks.reporting_clocks(CN7, NOON, first_in_county=False)}
    assert due["report_case"] == NOON + timedelta(hours=2)
    assert due["move_infected"] == NOON + timedelta(hours=4)
    assert due["investigation"] == NOON + timedelta(hours=24)


def test_fourteen_days_run_from_the_last_exposure():
    plan = measures.measure_plan(CN7, 1, last_exposure_on=date(2021, 1, 3), entered_on=date(2021, 1, 5))
    assert plan.ends_on == date(2021, 1, 17)
    assert plan.test_days[0] == (1, date(2021, 1, 5))
    assert plan.test_days[-1][1] == date(2021, 1, 17)


def test_edition_nine_is_seven_days_central_and_three_at_home():
    plan = measures.measure_plan(CN9, 1, last_exposure_on=date(2022, 7, 1), entered_on=date(2022, 7, 1))
    assert plan.stages == (
        ("isolation_central", date(2022, 7, 1), date(2022, 7, 8)),
        ("isolation_home", date(2022, 7, 8), date(2022, 7, 11)),
    )


def test_nobody_is_released_on_the_calendar_alone():
    decision = measures.may_release(
        ends_on=date(2021, 1, 17), today=date(2021, 1, 20), due_tests=[date(2021, 1, 17)], tests=[]
    )
    assert decision.reasons == ("test_missing", "last_test_too_old")


def test_a_secondary_contact_waits_for_the_close_contacts_first_two_tests():
    negative = measures.Test(date(2021, 1, 17), "negative")
    decision = measures.may_release(
        ends_on=date(2021, 1, 17), today=date(2021, 1, 17), due_tests=[date(2021, 1, 17)], tests=[negative],
        close_contact_tests=[negative],
    )  # fmt: skip
    assert decision.reasons == ("close_contact_tests_open",)


def test_a_secondary_contact_of_a_positive_close_contact_becomes_a_close_contact():
    assert measures.becomes_close_contact([measures.Test(date(2021, 1, 9), "positive")])


@given(
    today=st.dates(date(2021, 1, 1), date(2021, 2, 1)),
    sampled=st.lists(st.dates(date(2021, 1, 1), date(2021, 2, 1)), max_size=8),
)
def test_no_release_before_the_end_whatever_the_tests(today, sampled):
    tests = [measures.Test(on, "negative") for on in sampled]
    decision = measures.may_release(ends_on=date(2021, 1, 17), today=today, due_tests=[date(2021, 1, 17)], tests=tests)
    assert not decision.ok or today >= date(2021, 1, 17)


def test_the_window_opens_two_days_before_onset_and_a_mask_closes_it():
    window = exposure.infectious_window(CN7, date(2021, 1, 3), None)
    meal = exposure.Encounter(NOON - timedelta(days=2), NOON - timedelta(days=2, hours=-1), "meal")
    masked = exposure.Encounter(meal.first_at, meal.last_at, "meal", protected=True)
    assert window.from_on == date(2021, 1, 1)
    assert exposure.is_close_contact(CN7, window, meal)
    assert not exposure.is_close_contact(CN7, window, masked)


def test_a_local_override_is_marked_with_who_and_why():
    change = protocol.Override("contact_lookback_days", 5, "7", NOON, "as in Zhengzhou")
    local = protocol.with_overrides(CN7, [change])
    assert local["contact_lookback_days"] == 5
    assert local.version == "CN-7@2020-09-15+1"
    with pytest.raises(protocol.ProtocolError):
        protocol.with_overrides(CN7, [protocol.Override("contact_lookback_days", "five", "7", NOON, "no")])
