"""A contacts file: who infected whom. Its ends must stand in the list; its direction is asked where it contradicts itself."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path

from lianfang.engines.linelist.columns import fold
from lianfang.engines.linelist.mapping import Mapping
from lianfang.engines.linelist.problems import QUESTION, WARNING, Problem
from lianfang.engines.linelist.rows import LinkRow
from lianfang.engines.linelist.table import Refused, Table, open_table

# Where a file has both, "infector" is a person and "source" may be a place ("funeral").
_SOURCE = (
    "from",
    "infector",
    "infectorid",
    "sourcecase",
    "sourceid",
    "source",
    "infectedby",
    "fromid",
    "caseidfrom",
    "primary",
    "primarycase",
    "传染源",
    "来源",
    "来源病例",
)
_CASE = (
    "to",
    "case",
    "target",
    "infectee",
    "caseid",
    "infecteeid",
    "infected",
    "toid",
    "caseidto",
    "secondary",
    "secondarycase",
    "病例",
    "病例编号",
    "被感染者",
)
_SETTING = ("exposure", "setting", "place", "context", "relation", "source", "暴露方式", "场所", "接触方式")


@dataclass
class Links:
    table: Table
    rows: list[LinkRow] = field(default_factory=list)
    undirected: bool = False
    problems: list[Problem] = field(default_factory=list)


def read_links(path: Path, ids: Dictionary[str, int], mapping: Mapping) -> Links:
    """Read a contacts file against the case numbers of the list. Raises Refused when it cannot be taken."""
    table = open_table(path)
    places = [_place(table.header, words) for words in (_SOURCE, _CASE, _SETTING)]
    source_at, case_at, setting_at = places
    setting_at = None if setting_at == source_at else setting_at
    links = Links(table)
    if source_at is None or case_at is None:
        raise Refused(Problem("contacts_columns", params={"columns": ", ".join(table.header)}))
    seen: set[tuple[str, str]] = set()
    for row, cells in table.rows():
        if len(cells) != len(table.header):
            raise Refused(Problem("cut_mid_row", row=row, params={"why": f"{len(cells)} ≠ {len(table.header)}"}))
        setting = cells[setting_at] if setting_at is not None else ""
        link = LinkRow(row, cells[source_at], cells[case_at], setting)
        if _usable(link, ids, links, mapping) and (link.source, link.case) not in seen:
            seen.add((link.source, link.case))
            links.rows.append(link)
    _ask_direction(links, seen, mapping)
    return links


def _place(header: tuple[str, ...], words: tuple[str, ...]) -> int | None:
    folded = [fold(name) for name in header]
    return next((folded.index(word) for word in words if word in folded), None)


def _usable(link: LinkRow, ids: Dictionary[str, int], links: Links, mapping: Mapping) -> bool:
    """Whether a link can be kept; what cannot is reported row by row, never dropped in silence."""
    ignore = mapping.sources.get("unknown") == "ignore"
    missing = [end for end in (link.source, link.case) if end not in ids]
    for end in missing:
        params: dict[str, object] = {"line": link.row, "answers": ["ignore"]}
        links.problems.append(Problem("unknown_end", WARNING if ignore else QUESTION, value=end, params=params))
    if link.source == link.case:
        links.problems.append(Problem("self_source", WARNING, link.row, value=link.case))
    return not missing and link.source != link.case


def _ask_direction(links: Links, seen: set[tuple[str, str]], mapping: Mapping) -> None:
    """Both A→B and B→A cannot both be infections: then the file's links are acquaintances, or it is wrong."""
    both = sorted((a, b) for a, b in seen if a < b and (b, a) in seen)
    answer = mapping.sources.get("contacts", "")
    links.undirected = answer == "undirected"
    if both and not answer:
        params: dict[str, object] = {"count": len(both), "answers": ["undirected", "as_given"]}
        links.problems.append(Problem("both_ways", QUESTION, value=f"{both[0][0]} ↔ {both[0][1]}", params=params))
