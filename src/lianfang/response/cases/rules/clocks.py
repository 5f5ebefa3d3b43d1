"""Reporting clocks (rules 1 to 6): what is owed from the minute a case is confirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lianfang.response.cases.rules.protocol import Protocol


@dataclass(frozen=True)
class Clock:
    """One running clock: the kind of duty it becomes, when it runs out, and the parameter that says so."""

    kind: str
    due_at: datetime
    parameter: str
    rule: int


_ALWAYS = (
    ("report_case", "report_case_h"),
    ("core_information", "core_information_h"),
    ("itinerary", "itinerary_h"),
    ("investigation", "investigation_h"),
)


def reporting_clocks(protocol: Protocol, confirmed_at: datetime, *, first_in_county: bool) -> list[Clock]:
    """Return the clocks of one case, soonest first.

    Rule 1: report ≤2 h, then the centre for disease control verifies within a further 2 h; the first case of a county
    is also an event. Rule 2: core information and itinerary ≤4 h. Rule 3: investigation ≤24 h. Rule 4: the infected
    person is moved ≤2 h after the report.
    """
    start = {"report_case": confirmed_at}
    report_due = confirmed_at + timedelta(hours=protocol.hours("report_case_h"))
    wanted = [*_ALWAYS, ("verify_report", "verify_report_h"), ("move_infected", "move_infected_h")]
    if first_in_county:
        wanted.append(("report_event", "report_event_h"))
    start |= {"verify_report": report_due, "move_infected": report_due}
    clocks = [_clock(protocol, kind, name, start.get(kind, confirmed_at)) for kind, name in wanted]
    return sorted(clocks, key=lambda clock: (clock.due_at, clock.kind))


def _clock(protocol: Protocol, kind: str, parameter: str, start: datetime) -> Clock:
    hours = protocol.hours(parameter)
    return Clock(kind, start + timedelta(hours=hours), parameter, protocol.parameters[parameter].rule)


def placing_due(protocol: Protocol, degree: int, confirmed_at: datetime) -> datetime:
    """When a contact must be in isolation (rule 5): close contacts and secondary contacts have clocks of their own."""
    name = "move_contacts_h" if degree == 1 else "move_secondary_h"
    return confirmed_at + timedelta(hours=protocol.hours(name))


def assistance_due(protocol: Protocol, received_at: datetime, step: str) -> datetime:
    """Inter-region notice (rule 6): ``step`` is 'find' (≤2 h), 'control' (≤8 h) or 'other' (≤24 h)."""
    return received_at + timedelta(hours=protocol.hours(f"assistance_{step}_h"))
