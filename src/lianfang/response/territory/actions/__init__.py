"""Everything that changes the tree and who holds power in it."""

from lianfang.response.territory.actions.grants import approve_grant, break_glass, end_grant, give_grant
from lianfang.response.territory.actions.tree import import_areas, import_boundaries, load_facts

__all__ = [
    "approve_grant",
    "break_glass",
    "end_grant",
    "give_grant",
    "import_areas",
    "import_boundaries",
    "load_facts",
]
