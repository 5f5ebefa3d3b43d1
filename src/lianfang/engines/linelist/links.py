"""A contacts file: who infected whom. Its ends must stand in the list; its direction is asked where it contradicts itself."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lianfang.engines.linelist.columns import fold, words
from lianfang.engines.linelist.dates import is_missing
from lianfang.engines.linelist.mapping import Mapping
from lianfang.engines.linelist.naming import Names
from lianfang.engines.linelist.problems import QUESTION, WARNING, Problem
from lianfang.engines.linelist.rows import LinkRow
from lianfang.engines.linelist.table import Refused, Table, open_table

# Where a file has both, "infector" is a person and "source" may be a place ("funeral").
_SOURCE = ("from", "infector", "infectorid", "sourcecase", "sourceid", "source", "infectedby", "fromid", "caseidfrom", "primary", "primarycase", "传染源", "来源", "来源病例", "来源编号")
_CASE = ("to", "infectee", "infecteeid", "case", "target", "caseid", "infected", "toid", "caseidto", "secondary", "secondarycase", "病例", "病例编号", "被感染者", "被传染者")
_SETTING = ("exposure", "setting", "place", "context", "relation", "relationship", "typecontact", "contacttype", "clusterrisk", "source", "暴露方式", "场所", "接触方式", "关系")
_MEANS_SOURCE = frozenset(["from", "infector", "source", "primary", "parent", "infectious"])
_MEANS_CASE = frozenset(["to", "infectee", "target", "secondary", "infected"])
_NAMING = frozenset(["case", "id", "no", "number", "nr", "patient", "person", "key", "code", "infection"])
_COMPARED = 5  # links with both onsets known, below which nothing is concluded from them


@dataclass
class Links:
    table: Table
    rows: list[LinkRow] = field(default_factory=list)
    undirected: bool = False
    problems: list[Problem] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)


def read_links(path: Path, names: Names, mapping: Mapping) -> Links:
    """Read a contacts file against the case numbers of the list. Raises Refused when it cannot be taken."""
    table = open_table(path)
    links = Links(table)
    source_at, case_at, setting_at = _places(table.header, mapping)
    if source_at is None or case_at is None:
        for code in ("contacts_source", "contacts_case"):
            links.problems.append(Problem(code, QUESTION, params={"answers": [name for name in table.header if name]}))
        return links
    seen: set[tuple[str, str]] = set()
    reverse = mapping.sources.get("contacts") == "reversed"
    for row, cells in table.rows():
        if len(cells) != len(table.header):
            params: dict[str, object] = {"found": len(cells), "expected": len(table.header)}
            raise Refused(Problem("ragged_row", row=row, params=params))
        setting = cells[setting_at] if setting_at is not None else ""
        for source, case in _ends(row, cells[source_at], cells[case_at], links, names):
            pair = (case, source) if reverse else (source, case)
            if pair not in seen:
                seen.add(pair)
                links.rows.append(LinkRow(row, *pair, "" if is_missing(setting) else setting))
    _ask_unknown(links, mapping)
    _ask_direction(links, seen, mapping)
    return links


def _places(header: tuple[str, ...], mapping: Mapping) -> tuple[int | None, int | None, int | None]:
    """Where source, case and setting stand: as the user says, by spelling, or by the words of a header."""
    said = {target: header.index(name) for name, target in mapping.contacts.items() if target and name in header}
    source = said.get("source", _place(header, _SOURCE, _MEANS_SOURCE, said.values()))
    case = said.get("case", _place(header, _CASE, _MEANS_CASE, [*said.values(), source]))
    setting = said.get("setting", _place(header, _SETTING, frozenset(), [*said.values(), source, case]))
    return source, case, setting


def _place(header: tuple[str, ...], spelt: tuple[str, ...], means: frozenset[str], taken: object) -> int | None:
    free = [n for n in range(len(header)) if n not in taken]  # type: ignore[operator]
    folded = {fold(header[n]): n for n in reversed(free)}
    if found := next((word for word in spelt if word in folded), None):
        return folded[found]
    meant = [n for n in free if (said := set(words(header[n]))) & means and said <= means | _NAMING]
    return meant[0] if len(meant) == 1 else None


def _ends(row: int, source: str, case: str, links: Links, names: Names) -> Iterator[tuple[str, str]]:
    """Yield the links of one row; what cannot be kept is noted, never dropped in silence. No source is no link."""
    if is_missing(case):
        if not is_missing(source):
            links.problems.append(Problem("no_end", WARNING, row, links.table.path.name, params={"line": row}))
        return
    found = [_known(row, said, links, names) for said in names.in_text(source)]
    if not found and not is_missing(source):
        links.unknown.append((row, source))
    target = _known(row, case, links, names)
    for one in found:
        if one is not None and one == target:
            links.problems.append(Problem("self_source", WARNING, row, links.table.path.name, one))
        elif one is not None and target is not None:
            yield one, target


def _known(row: int, said: str, links: Links, names: Names) -> str | None:
    one = names.find(said)
    if one is None:
        links.unknown.append((row, said))
    elif one != said:
        links.problems.append(Problem("id_alike", WARNING, row, links.table.path.name, said, {"id": one}))
    return one


def _ask_unknown(links: Links, mapping: Mapping) -> None:
    if not links.unknown:
        return
    if mapping.sources.get("unknown") == "ignore":
        file = links.table.path.name
        links.problems += [Problem("end_ignored", WARNING, row, file, end) for row, end in links.unknown]
        return
    row, end = links.unknown[0]
    params: dict[str, object] = {"line": row, "count": len(links.unknown), "answers": ["ignore"]}
    links.problems.append(Problem("unknown_end", QUESTION, value=end, params=params))


def _ask_direction(links: Links, seen: set[tuple[str, str]], mapping: Mapping) -> None:
    """Both A→B and B→A cannot both be infections: then the file's links are acquaintances, or it is wrong."""
    both = sorted((a, b) for a, b in seen if a < b and (b, a) in seen)
    answer = mapping.sources.get("contacts", "")
    links.undirected = answer == "undirected"
    if both and not answer:
        params: dict[str, object] = {"count": len(both), "answers": ["undirected", "as_given"]}
        links.problems.append(Problem("both_ways", QUESTION, value=f"{both[0][0]} ↔ {both[0][1]}", params=params))


def ask_backwards(links: Links, onsets: Dictionary[str, date], mapping: Mapping) -> None:
    """A file whose sources mostly fell ill after their cases was written the other way round, or has no direction."""
    if mapping.sources.get("contacts"):
        return
    known = [one for one in links.rows if one.source in onsets and one.case in onsets]
    compared = [one for one in known if onsets[one.source] != onsets[one.case]]
    late = [one for one in compared if onsets[one.source] > onsets[one.case]]
    if len(compared) >= _COMPARED and len(late) * 2 > len(compared):
        params: dict[str, object] = {
            "count": len(late), "compared": len(compared), "answers": ["reversed", "undirected", "as_given"],
        }  # fmt: skip
        links.problems.append(Problem("backwards", QUESTION, value=f"{late[0].source} → {late[0].case}", params=params))
