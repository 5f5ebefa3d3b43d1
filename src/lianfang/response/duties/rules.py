"""Kinds of duty: how long they may be late before they climb, which role owes them, which proof closes them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lianfang.response.duties.states import Proof
from lianfang.response.territory.states import Kind as Level

DEFAULT_CLIMB = (0.0, 2.0, 6.0)


@dataclass(frozen=True)
class DutyKind:
    """One kind of obligation.

    line: which of the five lines it belongs to (trace, close, treat, supply, inform).
    climb_hours: hours of lateness at which it is shown to township, county and city in turn.
    """

    name: str
    line: str
    role: str
    proof: Proof
    climb_hours: tuple[float, ...] = DEFAULT_CLIMB


_ALL = (
    DutyKind("report_case", "trace", "tracer", Proof.NOTE, (0, 0.5, 1)),
    DutyKind("verify_report", "trace", "tracer", Proof.NOTE, (0, 0.5, 1)),
    DutyKind("report_event", "trace", "county", Proof.NOTE, (0, 0.5, 1)),
    DutyKind("core_information", "trace", "tracer", Proof.NOTE, (0, 0.5, 1)),
    DutyKind("itinerary", "trace", "tracer", Proof.NOTE, (0, 0.5, 1)),
    DutyKind("investigation", "trace", "tracer", Proof.NOTE),
    DutyKind("move_infected", "treat", "dispatcher", Proof.CHECK_IN, (0, 0.5, 1)),
    DutyKind("review_contact", "trace", "tracer", Proof.RESULT),
    DutyKind("assistance_find", "trace", "tracer", Proof.RESULT, (0, 0.5, 1)),
    DutyKind("assistance_control", "trace", "tracer", Proof.RESULT, (0, 1, 2)),
    DutyKind("place_contact", "trace", "community", Proof.CHECK_IN, (0, 1, 2)),
    DutyKind("follow_up", "close", "community", Proof.NOTE),
    DutyKind("sample_person", "trace", "community", Proof.RESULT),
    DutyKind("service_call", "supply", "community", Proof.NOTE),
    DutyKind("release_person", "close", "tracer", Proof.RESULT, (0, 1, 3)),
    DutyKind("confirm_case", "trace", "tracer", Proof.RESULT),
    DutyKind("approve_warrant", "trace", "county", Proof.RESULT, (0, 0.5, 1)),
    DutyKind("decide_duplicate", "trace", "county", Proof.RESULT),
    DutyKind("review_access", "inform", "auditor", Proof.NOTE),
    DutyKind("close_community", "close", "community", Proof.NOTE, (0, 0.5, 1)),
    DutyKind("survey_households", "supply", "community", Proof.COUNT),
    DutyKind("daily_report", "inform", "township", Proof.COUNT, (0, 0.5, 1)),
)
KINDS = {kind.name: kind for kind in _ALL}
LINES = ("trace", "close", "treat", "supply", "inform")


def next_climb(kind: str, due_at: datetime, area_level: int, level: int) -> tuple[int, datetime | None]:
    """Return (level to climb to, when) for a duty now shown at ``level``; (level, None) when it is at the top.

    A duty of a community climbs to township, county and city at the kind's hours of lateness; one that begins higher
    skips the steps below it.
    """
    above = level - 1
    if above < Level.CITY:
        return level, None
    hours = KINDS[kind].climb_hours if kind in KINDS else DEFAULT_CLIMB
    step = min(Level.COMMUNITY - above - 1, len(hours) - 1)
    return above, due_at + timedelta(hours=hours[step])


def is_late(due_at: datetime, now: datetime) -> bool:
    return due_at <= now
