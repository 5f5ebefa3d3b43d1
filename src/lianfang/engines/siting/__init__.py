"""A round of mass testing: where, when and with how many people to sample, and when the last result is known."""

from lianfang.engines.siting.bound import Bound, lower_bound, savings
from lianfang.engines.siting.dwellings import Visits, assign_dwellings
from lianfang.engines.siting.parameters import Laboratories, Resources
from lianfang.engines.siting.planning import Plan, plan_round

__all__ = [
    "Bound",
    "Laboratories",
    "Plan",
    "Resources",
    "Visits",
    "assign_dwellings",
    "lower_bound",
    "plan_round",
    "savings",
]
