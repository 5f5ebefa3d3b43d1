"""How long a measure lasts, when to test under it, and when it may end (rules 9 to 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianfang.response.cases.rules.protocol import Protocol

FRESH_DAYS = 2  # a negative older than this says nothing about the day of release


@dataclass(frozen=True)
class Plan:
    """A measure as the protocol lays it out. Days are counted from the last exposure; the day after it is day 1.

    stages: (kind, first day, last day) in order; test_days: (day number, date), day 1 being the day of entry.
    """

    stages: tuple[tuple[str, date, date], ...]
    ends_on: date
    test_days: tuple[tuple[int, date], ...]
    double_test: bool


@dataclass(frozen=True)
class Test:
    sampled_on: date
    result: str


@dataclass(frozen=True)
class Decision:
    """Whether somebody may be released, every reason against it, and the first day on which it could be."""

    ok: bool
    reasons: tuple[str, ...]
    earliest_on: date


def measure_plan(protocol: Protocol, degree: int, *, last_exposure_on: date | None, entered_on: date) -> Plan | None:
    """Return the plan for a contact of this degree, or None where the edition asks for no measure.

    The count runs from the last exposure; where that is not known, from entry, which is later and therefore safe.
    """
    name = "" if degree == 1 else "secondary_"
    central, home = protocol.days(f"{name}central_days"), protocol.days(f"{name}home_days")
    if central + home == 0:
        return None
    from_on = min(last_exposure_on or entered_on, entered_on)
    ends_on = max(from_on + timedelta(days=central + home), entered_on)
    stages, begins = [], entered_on
    for kind, days in (("isolation_central", central), ("isolation_home", home)):
        until = ends_on if kind == "isolation_home" else min(ends_on, from_on + timedelta(days=central))
        if days and until >= begins:
            stages.append((kind, begins, until))
            begins = until
    tests = _test_days(protocol.day_list(f"{name}test_days"), entered_on, ends_on)
    return Plan(tuple(stages), ends_on, tests, bool(protocol["double_test"]) and degree == 1)


def _test_days(days: Sequence[int], entered_on: date, ends_on: date) -> tuple[tuple[int, date], ...]:
    """Days that fall after the end move to the end: whoever enters late is still tested before leaving."""
    due: dict[date, int] = {}
    for day in days:
        due.setdefault(min(entered_on + timedelta(days=day - 1), ends_on), day)
    if days and ends_on not in due:
        due[ends_on] = (ends_on - entered_on).days + 1
    return tuple((day, on) for on, day in sorted(due.items()))


def may_release(
    *,
    ends_on: date,
    today: date,
    due_tests: Sequence[date],
    tests: Sequence[Test],
    double_test: bool = False,
    close_contact_tests: Sequence[Test] | None = None,
    last_exposure_on: date | None = None,
    restart_days: int = 14,
) -> Decision:
    """Decide a release on the last exposure, the calendar and the tests, never on the calendar alone.

    close_contact_tests: for a secondary contact, the tests of the linked close contact: their first two must be
    negative too (rule 10). last_exposure_on: of an exposure *inside* isolation, which restarts the count (rule 11).
    """
    reasons = []
    earliest = ends_on
    if last_exposure_on is not None:
        earliest = max(earliest, last_exposure_on + timedelta(days=restart_days))
    if today < earliest:
        reasons.append("period_running")
    if any(test.result == "positive" for test in tests):
        reasons.append("tested_positive")
    negatives = sorted(test.sampled_on for test in tests if test.result == "negative")
    if _missing(due_tests, negatives, today):
        reasons.append("test_missing")
    fresh = [on for on in negatives if on >= earliest - timedelta(days=FRESH_DAYS)]
    if due_tests and not fresh:
        reasons.append("last_test_too_old")
    elif double_test and len(fresh) < 2:
        reasons.append("second_test_missing")
    if close_contact_tests is not None:
        reasons += _linked(close_contact_tests)
    return Decision(not reasons, tuple(reasons), earliest)


def _missing(due: Sequence[date], negatives: Sequence[date], today: date) -> bool:
    """Each due test needs a negative of its own, sampled on its day or later."""
    left = list(negatives)
    for on in sorted(d for d in due if d <= today):
        index = next((i for i, taken in enumerate(left) if taken >= on), None)
        if index is None:
            return True
        left.pop(index)
    return False


def _linked(tests: Sequence[Test]) -> list[str]:
    if any(test.result == "positive" for test in tests):
        return ["close_contact_positive"]
    if sum(test.result == "negative" for test in tests) < 2:
        return ["close_contact_tests_open"]
    return []


def becomes_close_contact(close_contact_tests: Sequence[Test]) -> bool:
    """Rule 10, inheritance: the linked close contact tested positive, so their contact is now a close contact."""
    return any(test.result == "positive" for test in close_contact_tests)


def may_discharge(protocol: Protocol, tests: Sequence[tuple[datetime, str]]) -> bool:
    """Whether the latest ``discharge_negatives`` results are negative, each sampled ``discharge_apart_h`` after the last.

    tests: (sampled at, result) of the whole stay. Without any result the answer is no.
    """
    need, apart = protocol.days("discharge_negatives"), timedelta(hours=protocol.hours("discharge_apart_h"))
    counted: list[datetime] = []
    for sampled_at, result in sorted(tests, reverse=True):
        if result == "positive" or len(counted) == need:
            break
        if result == "negative" and (not counted or counted[-1] - sampled_at >= apart):
            counted.append(sampled_at)
    return len(counted) >= need
