"""States of a duty and what may happen to it."""

from enum import StrEnum

from lianfang.response.territory.states import Move


class State(StrEnum):
    OPEN = "open"
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN_STATES = (State.OPEN, State.STARTED)

TRANSITIONS = {
    (State.OPEN, State.STARTED): Move("duties.do", "duty.started"),
    (State.STARTED, State.OPEN): Move("duties.do", "duty.put_back"),
    (State.OPEN, State.DONE): Move("duties.do", "duty.done"),
    (State.STARTED, State.DONE): Move("duties.do", "duty.done"),
    (State.OPEN, State.CANCELLED): Move("duties.assign", "duty.cancelled"),
    (State.STARTED, State.CANCELLED): Move("duties.assign", "duty.cancelled"),
}


class Proof(StrEnum):
    """What must be handed in before a duty counts as done."""

    NONE = "none"
    NOTE = "note"
    COUNT = "count"
    RESULT = "result"
    CHECK_IN = "check_in"


class Blocked(StrEnum):
    """Why it is not done: a closed list, so that reasons can be counted."""

    NOBODY_HOME = "nobody_home"
    NO_ANSWER = "no_answer"
    WRONG_ADDRESS = "wrong_address"
    REFUSED = "refused"
    NO_VEHICLE = "no_vehicle"
    NO_BED = "no_bed"
    NO_STAFF = "no_staff"
    WAITING_RESULT = "waiting_result"
    NO_SIGNAL = "no_signal"
    OTHER = "other"
