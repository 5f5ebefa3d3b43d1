"""What a design costs and whom it misses, exactly.

R. Dorfman, "The detection of defective members of large populations", Ann. Math. Statist. 14, 1943,
doi:10.1214/aoms/1177731363 (two stages). H.-Y. Kim, M. G. Hudgens, J. M. Dreyfuss, D. J. Westreich, C. D. Pilcher,
"Comparison of group testing algorithms for case identification in the presence of test error", Biometrics 63, 2007,
doi:10.1111/j.1541-0420.2007.00817.x (hierarchical and array designs under error). Tests err independently of each other,
given who is in the tube.
"""

from dataclasses import dataclass

import numpy as np

from lianfang.engines.pooling.assay import Assay, Mixing

INDIVIDUAL, HIERARCHICAL, ARRAY = "individual", "hierarchical", "array"


@dataclass(frozen=True)
class Design:
    """kind; sizes: people to a tube in each stage before the single one, largest first (empty: all are tested singly).

    An array is a square: everybody is in one tube of their row and one of their column, at the same time.
    """

    kind: str
    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        length = {INDIVIDUAL: (0,), HIERARCHICAL: (1, 2), ARRAY: (1,)}.get(self.kind)
        if length is None or len(self.sizes) not in length:
            raise ValueError("design: individual, hierarchical with one or two sizes, or array with one size")
        if any(size < 2 for size in self.sizes):
            raise ValueError("sizes: at least 2 people to a tube")
        if len(self.sizes) == 2 and (self.sizes[0] <= self.sizes[1] or self.sizes[0] % self.sizes[1]):
            raise ValueError("sizes: the second size must divide the first")

    @property
    def stages(self) -> int:
        return len(self.sizes) + 1


@dataclass(frozen=True)
class Figures:
    """planned: tests a person to prepare for, as if no infected tube were overlooked. expected: with the assay's misses.
    missed: chance that an infected person is not found. hours: until the last stage is known."""

    planned: float
    expected: float
    missed: float
    hours: float


def planned_tests(design: Design, prevalence: float, assay: Assay, mixing: Mixing) -> float:
    """Tests a person to prepare for: capacity is never planned on tubes that will be overlooked."""
    wrong = 1 - assay.specificity
    if design.kind == INDIVIDUAL:
        return 1.0
    size = design.sizes[0]
    if design.kind == ARRAY:
        return 2 / size + _crossing(size, prevalence, wrong, mixing)
    clean = _clean(design, prevalence, mixing)
    if len(design.sizes) == 1:
        return 1 / size + 1 - clean * assay.specificity
    small = design.sizes[1]
    mine, rest = mixing.clean(small, prevalence), clean / mixing.clean(small, prevalence)
    both = (1 - mine) + mine * ((1 - rest) * wrong + rest * wrong**2)
    return 1 / size + (1 - clean * assay.specificity) / small + both


def figures_of(design: Design, prevalence: float, assay: Assay, mixing: Mixing) -> Figures:
    """Everything to say of a design. Raises ValueError for a prevalence out of (0, 1)."""
    if not 0 < prevalence < 1:
        raise ValueError("prevalence: more than 0, less than 1")
    expected, found = {
        INDIVIDUAL: lambda: (1.0, 1.0),
        HIERARCHICAL: lambda: _hierarchical(design.sizes, prevalence, assay, mixing),
        ARRAY: lambda: _array(design.sizes[0], prevalence, assay, mixing),
    }[design.kind]()
    rounds = 2 if design.kind == ARRAY else design.stages
    planned = planned_tests(design, prevalence, assay, mixing)
    return Figures(planned, expected, max(0.0, 1 - found * assay.sensitivity), rounds * assay.hours)


def _clean(design: Design, prevalence: float, mixing: Mixing) -> float:
    """Of the first tube; where it is made of smaller ones, households lie inside those."""
    if len(design.sizes) == 1:
        return mixing.clean(design.sizes[0], prevalence)
    return mixing.clean(design.sizes[1], prevalence) ** (design.sizes[0] // design.sizes[1])


def _hierarchical(sizes: tuple[int, ...], prevalence: float, assay: Assay, mixing: Mixing) -> tuple[float, float]:
    """(expected tests a person, chance that the tubes of an infected person react)."""
    size = sizes[0]
    if len(sizes) == 1:
        seen = _reaction(mixing.counts(size, prevalence), size, assay)
        found = _reaction(mixing.counts_beside_infected(size, prevalence), size, assay)
        return 1 / size + seen, found
    small = sizes[1]
    mine = mixing.counts(small, prevalence)
    rest = mine
    for _ in range(size // small - 2):
        rest = np.convolve(rest, mine)
    seen = _reaction(np.convolve(mine, rest), size, assay)
    both = _two_reactions(mine, rest, sizes, assay)
    found = _two_reactions(mixing.counts_beside_infected(small, prevalence), rest, sizes, assay)
    return 1 / size + seen / small + both, found


def _reaction(counts: np.ndarray, size: int, assay: Assay) -> float:
    return float(counts @ assay.reacts(np.arange(float(len(counts))), size))


def _two_reactions(mine: np.ndarray, rest: np.ndarray, sizes: tuple[int, ...], assay: Assay) -> float:
    """Chance that the large tube reacts and the small one too, over who is in the small one and who is beside it."""
    large = [_reaction(np.concatenate([np.zeros(number), rest]), sizes[0], assay) for number in range(len(mine))]
    return float(mine * assay.reacts(np.arange(float(len(mine))), sizes[1]) @ np.array(large))


def _crossing(size: int, prevalence: float, wrong: float, mixing: Mixing) -> float:
    """Chance that row and column of a person react, where every infected tube does."""
    row = _row_clean_beside(size, prevalence, mixing)
    column = (1 - prevalence) ** (size - 1)
    return prevalence + (1 - prevalence) * (1 - row + row * wrong) * (1 - column + column * wrong)


def _row_clean_beside(size: int, prevalence: float, mixing: Mixing) -> float:
    """Chance that the others of a row are clean, given a person who is not infected: households stand in rows."""
    return mixing.clean(size, prevalence) / (1 - prevalence)


def _array(size: int, prevalence: float, assay: Assay, mixing: Mixing) -> tuple[float, float]:
    """Rows hold households, columns strangers; given the person, row and column are independent."""
    strangers = Mixing()
    infected = [_reaction(mix.counts_beside_infected(size, prevalence), size, assay) for mix in (mixing, strangers)]
    healthy = []
    for mix, seen in zip((mixing, strangers), infected, strict=True):
        whole = _reaction(mix.counts(size, prevalence), size, assay)
        healthy.append((whole - prevalence * seen) / (1 - prevalence))
    found = infected[0] * infected[1]
    return 2 / size + prevalence * found + (1 - prevalence) * healthy[0] * healthy[1], found
