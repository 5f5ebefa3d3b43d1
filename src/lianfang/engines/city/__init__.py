"""The synthetic city: households, ages, names and numbers of people who do not exist. Arrays only, no framework."""

from lianfang.engines.city.households import HouseholdShares, household_count
from lianfang.engines.city.people import Community, community

__all__ = ["Community", "HouseholdShares", "community", "household_count"]
