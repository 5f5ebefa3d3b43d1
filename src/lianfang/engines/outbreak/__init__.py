"""The synthetic city and its epidemic: people who do not exist, where they live, and who infects whom. Arrays only."""

from lianfang.engines.outbreak import names
from lianfang.engines.outbreak.community import CityShape, Community, build_community, stream
from lianfang.engines.outbreak.disease import Detection, Disease
from lianfang.engines.outbreak.epidemic import SETTINGS, Epidemic, Society, draw_workplaces, run_epidemic
from lianfang.engines.outbreak.movements import Occasion, Positions, positions

__all__ = [
    "SETTINGS",
    "CityShape",
    "Community",
    "Detection",
    "Disease",
    "Epidemic",
    "Occasion",
    "Positions",
    "Society",
    "build_community",
    "draw_workplaces",
    "names",
    "positions",
    "run_epidemic",
    "stream",
]
