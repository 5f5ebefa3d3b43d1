"""What can become of a candidate: a tracer decides, and only wider evidence opens the question again."""

from enum import StrEnum

from lianfang.response.territory.states import Move


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
