"""When a case could infect, and whether an encounter makes a contact (rules 7, 8 and 26)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lianfang.response.cases.rules.protocol import Protocol

# Settings in which people share air or food whatever the metres say (rule 8: lived, worked, ate, played together).
ENCLOSED = frozenset({"household", "meal", "workplace", "transport", "medical", "gathering", "school", "entertainment"})


@dataclass(frozen=True)
class Window:
    """Days on which a case could infect others, both ends included; ``to_on`` None: until isolated."""

    from_on: date
    to_on: date | None

    def holds(self, first_at: datetime, last_at: datetime) -> bool:
        starts = datetime.combine(self.from_on, time(), first_at.tzinfo)
        ends = datetime.combine(self.to_on + timedelta(days=1), time(), first_at.tzinfo) if self.to_on else None
        return last_at >= starts and (ends is None or first_at < ends)


@dataclass(frozen=True)
class Encounter:
    """What is known of one exposure; None means not known, and what is not known does not clear anybody."""

    first_at: datetime
    last_at: datetime
    setting: str
    distance_m: float | None = None
    protected: bool | None = None


def infectious_window(
    protocol: Protocol, onset_on: date | None, sampled_on: date | None, isolated_on: date | None = None
) -> Window | None:
    """Return the window that opens ``contact_lookback_days`` before onset, or before sampling without symptoms.

    None where neither date is known: then a tracer must ask, and nothing is assumed.
    """
    anchor = onset_on or sampled_on
    if anchor is None:
        return None
    after = protocol.days("contact_after_days")
    to_on = isolated_on or (anchor + timedelta(days=after) if after else None)
    from_on = anchor - timedelta(days=protocol.days("contact_lookback_days"))
    return Window(from_on, max(to_on, from_on) if to_on else None)


def is_close_contact(protocol: Protocol, window: Window, encounter: Encounter) -> bool:
    """Rule 7: near contact without effective protection inside the window; WHO adds metres and minutes (rule 26)."""
    if not window.holds(encounter.first_at, encounter.last_at) or encounter.protected:
        return False
    if encounter.setting in ENCLOSED:
        return True
    minutes = (encounter.last_at - encounter.first_at).total_seconds() / 60
    near = encounter.distance_m is None or encounter.distance_m <= float(protocol["contact_distance_m"])
    return near and minutes >= float(protocol["contact_minutes"])


def asks_for_secondary(protocol: Protocol) -> bool:
    """Whether this edition manages contacts of contacts at all: where it gives them no days, none are named."""
    return protocol.days("secondary_central_days") + protocol.days("secondary_home_days") > 0


def is_secondary_contact(first_exposure_at: datetime, isolated_at: datetime | None, encounter: Encounter) -> bool:
    """Rule 8: shared enclosed space, unprotected, between the close contact's first exposure and their isolation."""
    if encounter.protected or encounter.last_at < first_exposure_at:
        return False
    return isolated_at is None or encounter.first_at <= isolated_at
