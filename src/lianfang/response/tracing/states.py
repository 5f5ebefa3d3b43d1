"""The life of a warrant, and what can become of a candidate."""

from enum import StrEnum

from lianfang.response.territory.states import Move


class Record(StrEnum):
    """Kinds of location record, the strongest evidence first: the same carriage and room outrank a phone's circle."""

    RIDE = "ride"
    VISIT = "visit"
    PING = "ping"


class WarrantState(StrEnum):
    REQUESTED = "requested"
    ACTIVE = "active"
    REFUSED = "refused"
    LAPSED = "lapsed"
    DESTROYING = "destroying"
    DESTROYED = "destroyed"


_W = WarrantState
# Whoever works with the records may only bring a warrant to its end; a second person brings it to life.
WARRANT_TRANSITIONS = {
    (_W.REQUESTED, _W.ACTIVE): Move("warrants.approve", "warrant.approved"),
    (_W.REQUESTED, _W.REFUSED): Move("warrants.approve", "warrant.refused"),
    (_W.REQUESTED, _W.LAPSED): Move("locations.collide", "warrant.lapsed"),
    (_W.ACTIVE, _W.DESTROYING): Move("locations.collide", "warrant.destruction_begun"),
    (_W.DESTROYING, _W.DESTROYED): Move("locations.collide", "warrant.destroyed"),
}


class CandidateState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


_S = CandidateState
CANDIDATE_TRANSITIONS = {
    (_S.OPEN, _S.ACCEPTED): Move("contacts.edit", "candidate.accepted"),
    (_S.OPEN, _S.DISMISSED): Move("contacts.edit", "candidate.dismissed"),
    (_S.ACCEPTED, _S.OPEN): Move("locations.collide", "candidate.widened"),
    (_S.DISMISSED, _S.OPEN): Move("locations.collide", "candidate.widened"),
}
