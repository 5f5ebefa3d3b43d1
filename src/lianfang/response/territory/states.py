from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True)
class Move:
    """One allowed step of a state machine: the permission it needs and the event it leaves in the ledger."""

    permission: str
    event: str


class Kind(IntEnum):
    """Levels of the tree, from the top."""

    CITY = 1
    COUNTY = 2
    TOWNSHIP = 3
    COMMUNITY = 4
    COMPOUND = 5
    BUILDING = 6
    DWELLING = 7
