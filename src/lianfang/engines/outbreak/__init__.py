"""The synthetic city and its epidemic: people who do not exist, where they live, and who infects whom. Arrays only."""

from lianfang.engines.outbreak import names
from lianfang.engines.outbreak.community import CityShape, Community, build_community, stream

__all__ = ["CityShape", "Community", "build_community", "names", "stream"]
