"""Which design needs the fewest tests, among pool sizes that may be used."""

import math
from collections.abc import Iterable, Iterator

from lianfang.engines.pooling.assay import Assay, Mixing
from lianfang.engines.pooling.designs import ARRAY, HIERARCHICAL, INDIVIDUAL, Design, planned_tests

VALIDATED = (5, 10, 20)  # RULES 21: validated sizes; what is larger or combined is not
LARGEST = 1000  # people to a tube in a search without limit


def choose_design(
    prevalence: float,
    *,
    sizes: Iterable[int] | None = VALIDATED,
    stages: str = "2",
    assay: Assay | None = None,
    mixing: Mixing | None = None,
) -> Design:
    """Return the design with the fewest planned tests; testing everybody singly where pooling does not save any.

    prevalence: share infected, in (0, 1). sizes: people to a tube that may be used, or None for any from 2 to 1,000 (a
    search by formula, not a permission). stages: "2", "3" or "array". Raises ValueError for what cannot be used.
    """
    if not 0 < prevalence < 1:
        raise ValueError("prevalence: more than 0, less than 1")
    assay, mixing = assay or Assay(), mixing or Mixing()
    allowed = _allowed(sizes)
    best, least = Design(INDIVIDUAL, ()), 1.0
    for design in _designs(allowed, stages):
        tests = planned_tests(design, prevalence, assay, mixing)
        if tests < least:
            best, least = design, tests
    return best


def entropy_bound(prevalence: float) -> float:
    """H(p) in bits: no scheme of perfect yes-or-no tests needs fewer tests a person (C. E. Shannon, "A mathematical
    theory of communication", Bell Syst. Tech. J. 27, 1948, doi:10.1002/j.1538-7305.1948.tb01338.x), for independent
    infections."""
    if not 0 < prevalence < 1:
        raise ValueError("prevalence: more than 0, less than 1")
    return -prevalence * math.log2(prevalence) - (1 - prevalence) * math.log2(1 - prevalence)


def _allowed(sizes: Iterable[int] | None) -> list[int]:
    if sizes is None:
        return list(range(2, LARGEST + 1))
    allowed = sorted(set(sizes))
    if not allowed or allowed[0] < 2 or allowed[-1] > LARGEST:
        raise ValueError(f"sizes: whole numbers from 2 to {LARGEST}")
    return allowed


def _designs(allowed: list[int], stages: str) -> Iterator[Design]:
    if stages == "2":
        return (Design(HIERARCHICAL, (size,)) for size in allowed)
    if stages == "array":
        return (Design(ARRAY, (size,)) for size in allowed)
    if stages == "3":
        pairs = ((large, small) for small in allowed for large in allowed if large > small and large % small == 0)
        return (Design(HIERARCHICAL, pair) for pair in pairs)
    raise ValueError("stages: 2, 3 or array")
