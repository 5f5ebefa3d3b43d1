"""Generations of a transmission tree with several possible sources a case."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ChainRow:
    """One case and one of its sources; roots have no source and generation 0."""

    case: str
    source: str
    generation: int
    setting: str


@dataclass(frozen=True)
class Chains:
    """rows: of every case that stands in a chain. unlinked: cases without any link. in_cycles: reached from no root."""

    rows: tuple[ChainRow, ...]
    unlinked: tuple[str, ...]
    in_cycles: tuple[str, ...]


def trace(cases: Sequence[str], links: Iterable[tuple[str, str, str]]) -> Chains:
    """Return chains of ``cases`` under ``links`` (source, case, setting), in the order of ``cases``.

    A root infected somebody and has no source itself. The generation of a case is one more than the smallest among its
    sources: the shortest chain that could have brought the infection. Cases of a cycle that no root reaches have
    generation -1 and are listed; repeated links count once, the first setting stands.
    """
    sources: dict[str, dict[str, str]] = {}
    targets: dict[str, list[str]] = {}
    for source, case, setting in links:
        if case not in sources or source not in sources[case]:
            sources.setdefault(case, {})[source] = setting
            targets.setdefault(source, []).append(case)
    roots = [case for case in cases if case in targets and case not in sources]
    generation = _generations(roots, targets)
    linked = [case for case in cases if case in targets or case in sources]
    rows = [row for case in linked for row in _rows(case, sources.get(case, {}), generation)]
    return Chains(
        tuple(rows),
        tuple(case for case in cases if case not in targets and case not in sources),
        tuple(case for case in linked if case not in generation),
    )


def _generations(roots: list[str], targets: dict[str, list[str]]) -> dict[str, int]:
    generation = dict.fromkeys(roots, 0)
    queue = deque(roots)
    while queue:
        source = queue.popleft()
        for case in targets.get(source, ()):
            if case not in generation:
                generation[case] = generation[source] + 1
                queue.append(case)
    return generation


def _rows(case: str, sources: dict[str, str], generation: dict[str, int]) -> list[ChainRow]:
    number = generation.get(case, -1)
    if not sources:
        return [ChainRow(case, "", number, "")]
    return [ChainRow(case, source, number, setting) for source, setting in sources.items()]


def offspring(chains: Chains) -> list[tuple[str, int]]:
    """(case, number it may have infected), most first: the superspreaders stand on top."""
    counts = Counter(row.source for row in chains.rows if row.source)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def by_generation(chains: Chains) -> dict[int, int]:
    """Generation → how many cases stand in it, in order; -1 for those of a cycle that no root reaches."""
    return dict(sorted(Counter({row.case: row.generation for row in chains.rows}.values()).items()))


def several_sources(chains: Chains) -> dict[str, tuple[str, ...]]:
    """Case → its possible sources, of the cases that have more than one."""
    sources: dict[str, list[str]] = {}
    for row in chains.rows:
        sources.setdefault(row.case, []).append(row.source)
    return {case: tuple(found) for case, found in sources.items() if len(found) > 1}
