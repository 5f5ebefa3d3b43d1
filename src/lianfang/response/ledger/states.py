"""Why a read stands on the review list, and what was found when somebody looked at it."""

from enum import StrEnum


class Ground(StrEnum):
    SELF = "self"
    HOUSEHOLD = "household"
    PURPOSE = "purpose"  # looked up without owing anything about the person
    HOURS = "hours"
    BREAK_GLASS = "break_glass"
    BUDGET = "budget"


class ReviewState(StrEnum):
    OPEN = "open"
    IN_ORDER = "in_order"
    QUESTIONED = "questioned"
