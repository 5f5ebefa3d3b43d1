"""Group testing 混检: how many to a tube, in how many stages, what it costs and whom it misses. Plain numbers only."""

from lianfang.engines.pooling.assay import Assay, Mixing
from lianfang.engines.pooling.choosing import VALIDATED, choose_design, entropy_bound
from lianfang.engines.pooling.designs import Design, Figures, figures_of, planned_tests

__all__ = [
    "VALIDATED",
    "Assay",
    "Design",
    "Figures",
    "Mixing",
    "choose_design",
    "entropy_bound",
    "figures_of",
    "planned_tests",
]
