"""Inspect a line list before anything is stored: two walks over the file, and every question it leaves."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lianfang.engines.linelist import columns as recognition
from lianfang.engines.linelist import dates as date_reading
from lianfang.engines.linelist.circles import in_circles
from lianfang.engines.linelist.columns import DATES
from lianfang.engines.linelist.encodings import WESTERN, is_doubtful
from lianfang.engines.linelist.links import ask_backwards, read_links
from lianfang.engines.linelist.mapping import Mapping
from lianfang.engines.linelist.naming import plain
from lianfang.engines.linelist.preview import Preview
from lianfang.engines.linelist.problems import ERROR, QUESTION, WARNING, Problem
from lianfang.engines.linelist.settling import settle
from lianfang.engines.linelist.table import Refused, Table, open_table

_DISTINCT = 200_000
_LISTED = 5_000
_NAMED = 10


def inspect(path: Path, contacts: Path | None = None, mapping: Mapping | None = None) -> Preview:
    """Read a line list (and a contacts file) completely and report on it. Raises Refused when it cannot be taken."""
    mapping = mapping or Mapping()
    table = open_table(Path(path), mapping, mapping.header_row)
    preview = Preview(table, mapping, _columns(table, mapping))
    _check_file(preview)
    _check_columns(preview)
    if preview.of(QUESTION) or preview.of(ERROR):
        return preview
    _first_walk(preview)
    if contacts is not None:
        preview.links = read_links(Path(contacts), preview.names, mapping)
        preview.problems += preview.links.problems
    _second_walk(preview)
    return preview


def _columns(table: Table, mapping: Mapping) -> dict[str, str]:
    said = {name: target for name, target in mapping.columns.items() if name in table.header}
    taken = {target for target in said.values() if target}
    guessed = {n: t for n, t in recognition.recognise(table.header).items() if n not in said and t not in taken}
    return settle(table, {**guessed, **{n: t for n, t in said.items() if t}}, said)


def _check_file(preview: Preview) -> None:
    """What the file itself leaves open or hides, apart from its rows."""
    table, say = preview.table, preview.problems.append
    if table.encoding == WESTERN and "encoding" not in preview.mapping.file:
        say(Problem("encoding_guessed", WARNING, value=WESTERN))
    if "encoding" not in preview.mapping.file and is_doubtful(table.path, table.encoding):
        sample = next((cell for cell in table.header if not cell.isascii()), "")
        answers: dict[str, object] = {"answers": ["big5", "gb18030", "shift_jis"]}
        say(Problem("encoding_doubtful", QUESTION, value=sample, params=answers))
    if table.loose_quotes:
        say(Problem("loose_quotes", WARNING, row=table.loose_quotes))
    if table.header_row > 1 and not preview.mapping.header_row:
        say(Problem("title_rows", WARNING, params={"header": table.header_row}))
    for name in table.renamed:
        say(Problem("duplicate_header", WARNING, row=table.header_row, column=name))
    if table.uncounted:
        say(Problem("uncomputed", ERROR, value=table.uncounted[0], params={"count": len(table.uncounted)}))
    if len(table.lists) > 1 and "sheet" not in preview.mapping.file:
        params: dict[str, object] = {
            "count": len(table.lists), "sheets": ", ".join(table.lists), "answers": list(table.lists),
        }  # fmt: skip
        say(Problem("several_sheets", QUESTION, params=params))
    elif table.other_sheets:
        params = {"sheet": table.sheet, "sheets": ", ".join(table.other_sheets)}
        say(Problem("other_sheets", WARNING, params=params))


def _check_columns(preview: Preview) -> None:
    for name, names in recognition.clashes(preview.columns).items():
        params: dict[str, object] = {"field": name, "columns": ", ".join(names), "answers": names}
        preview.problems.append(Problem("two_columns", QUESTION, params=params, column=names[0], value=name))
    if "id" not in preview.columns.values() and not preview.numbered:
        answers = [name for name in preview.table.header if name]
        preview.problems.append(Problem("no_id_column", QUESTION, params={"answers": answers}))


def _first_walk(preview: Preview) -> None:
    """Structure, case numbers and the distinct texts of date columns, in one pass over the file."""
    table, places = preview.table, preview.places
    date_places = {name: places[name][0] for name in DATES if name in places}
    texts: dict[str, set[str]] = {name: set() for name in date_places}
    last = (0, [""])
    seen_last: set[str] = set()
    again: list[tuple[int, str]] = []
    for row, cells in _whole_rows(table):
        if len(seen_last) < _DISTINCT:
            seen_last.add(last[1][-1])
        preview.count += 1
        last = (row, cells)
        _take_id(preview, preview.number(row, cells), row, again)
        for name, at in date_places.items():
            texts[name].add(cells[at])
    if not preview.count:
        raise Refused(Problem("no_rows"))
    _check_end(preview, last, seen_last)
    _check_repeated(preview, again)
    _check_alike(preview)
    named = {table.header[at]: texts[name] for name, at in date_places.items()}
    fields = {table.header[at]: name for name, at in date_places.items()}
    read = date_reading.understand(named, preview.mapping, fields)
    preview.date_columns = {name: read[table.header[at]] for name, at in date_places.items()}
    for column in preview.date_columns.values():
        preview.problems += column.problems


def _whole_rows(table: Table) -> Iterator[tuple[int, list[str]]]:
    """Rows as wide as the header. A short last row is a cut file; any other means that what follows would be misread."""
    ragged: tuple[int, int] | None = None
    width = len(table.header)
    for row, cells in table.rows():
        if ragged:
            break
        if len(cells) == width:
            yield row, cells
        else:
            ragged = (row, len(cells))
    else:
        if ragged and ragged[1] < width:
            raise Refused(Problem("cut_mid_row", row=ragged[0], params={"why": f"{ragged[1]} < {width}"}))
    if ragged:
        raise Refused(Problem("ragged_row", row=ragged[0], params={"found": ragged[1], "expected": width}))


def _check_end(preview: Preview, last: tuple[int, list[str]], seen_last: set[str]) -> None:
    table, say = preview.table, preview.problems.append
    # Without a line break at the end the last cell may be cut short. Only a value met before is safe from doubt.
    doubtful = table.ends_open and (not last[1][-1] or last[1][-1] not in seen_last)
    if doubtful and not preview.mapping.complete:
        say(Problem("last_row", QUESTION, row=last[0], value=last[1][-1], params={"answers": ["complete"]}))
    if table.sheet_full and not preview.mapping.complete:
        params: dict[str, object] = {"rows": last[0], "answers": ["complete"]}
        say(Problem("sheet_full", QUESTION, row=last[0], params=params))
    if table.unwrapped:
        params = {"count": len(table.unwrapped), "first": min(table.unwrapped)}
        say(Problem("row_quoted", WARNING, params=params))


def _take_id(preview: Preview, value: str, row: int, again: list[tuple[int, str]]) -> None:
    if value in preview.ids:
        again.append((row, value))
    elif date_reading.is_missing(value):
        preview.problems.append(Problem("missing_id", ERROR, row, preview.name_of["id"]))
    else:
        preview.ids[value] = row


def _check_repeated(preview: Preview, again: list[tuple[int, str]]) -> None:
    """A number that stands twice is an error; a whole row that stands twice may be left out, if the user says so."""
    if not again:
        return
    first = {preview.ids[value] for _row, value in again}
    wanted = first | {row for row, _value in again}
    content = {row: tuple(cells) for row, cells in preview.table.rows() if row in wanted}
    same = [(row, preview.ids[value]) for row, value in again if content[row] == content[preview.ids[value]]]
    repeated = {row for row, _other in same}
    if same and preview.mapping.file.get("repeated") == "drop":
        preview.dropped = repeated
        preview.count -= len(repeated)
        preview.problems.append(Problem("rows_dropped", WARNING, params={"count": len(same)}))
    elif same:
        params: dict[str, object] = {
            "count": len(same), "first": same[0][1], "other": same[0][0], "answers": ["drop"],
        }  # fmt: skip
        preview.problems.append(Problem("row_repeated", QUESTION, params=params))
    for row, value in again:
        if row not in preview.dropped:
            other: dict[str, object] = {"other": preview.ids[value]}
            preview.problems.append(Problem("duplicate_id", ERROR, row, preview.name_of["id"], value, other))


def _check_alike(preview: Preview) -> None:
    """'SK_1' and 'sk-01' may be one person entered twice; only the user knows."""
    if preview.mapping.file.get("alike") == "different" or preview.numbered:
        return
    met: dict[str, str] = {}
    alike = [(one, met[key]) for one in preview.ids if (key := plain(one)) in met or met.update({key: one})]
    if alike:
        one, twin = alike[0]
        params: dict[str, object] = {
            "count": len(alike), "twin": twin, "other": preview.ids[twin], "answers": ["different"],
        }  # fmt: skip
        preview.problems.append(Problem("alike_id", QUESTION, column=preview.name_of["id"], value=one, params=params))


def _second_walk(preview: Preview) -> None:
    """Every cell of every row. Warnings of one kind are listed up to a number that can be read, then counted."""
    tally = _Tally(preview)
    for row, cells in preview.table.rows():
        if row not in preview.dropped:
            tally.take(row, cells)
    tally.close()


class _Tally:
    """What the rows say together."""

    def __init__(self, preview: Preview):
        self.preview = preview
        self.listed: Counter[str] = Counter()
        self.unlisted: dict[str, Problem] = {}
        self.instead: dict[str, Counter[str]] = {"age": Counter(), "sex": Counter()}
        self.sexes: set[str] = set()
        self.sources: dict[str, tuple[str, ...]] = {}
        links = preview.link_rows()
        self.ends = {one.source for one in links} | {one.case for one in links}
        self.onsets: dict[str, date] = {}

    def take(self, row: int, cells: list[str]) -> None:
        preview = self.preview
        found: list[Problem] = []
        one = preview.row(row, cells, found)
        preview.sources += len(one.sources)
        if one.sources:
            self.sources[one.id] = one.sources
        if one.id in self.ends and (onset := one.on("onset_on")):
            self.onsets[one.id] = onset
        for target, counter in self.instead.items():
            if target in one.texts:
                counter[one.texts[target]] += 1
        if "sex" in preview.places and len(self.sexes) < 9:
            self.sexes.add(cells[preview.places["sex"][0]])
        for problem in found:
            self._list(problem)

    def _list(self, problem: Problem) -> None:
        self.listed[problem.code] += problem.severity == WARNING
        if self.listed[problem.code] > _LISTED:
            self.unlisted[problem.code] = problem
        else:
            self.preview.problems.append(problem)

    def close(self) -> None:
        preview = self.preview
        for code, last in self.unlisted.items():
            params: dict[str, object] = {"count": self.listed[code] - _LISTED}
            preview.problems.append(Problem("more", WARNING, column=last.column, params=params))
        for target, code in (("age", "age_range"), ("sex", "sex_other")):
            if texts := self.instead[target]:
                params = {"count": texts.total()}
                preview.problems.append(
                    Problem(code, WARNING, column=preview.name_of[target], value=min(texts), params=params)
                )
        self._ask_code()
        circle = sorted(in_circles(self._all_sources()))
        if circle:
            shown = ", ".join(circle[:_NAMED]) + (" …" if len(circle) > _NAMED else "")
            preview.problems.append(Problem("circle", WARNING, value=shown))
        if preview.links:
            before = len(preview.links.problems)
            ask_backwards(preview.links, self.onsets, preview.mapping)
            preview.problems += preview.links.problems[before:]

    def _all_sources(self) -> dict[str, tuple[str, ...]]:
        links = self.preview.links
        found = dict(self.sources)
        for one in links.rows if links and not links.undirected else ():
            found[one.case] = (*found.get(one.case, ()), one.source)
        return found

    def _ask_code(self) -> None:
        """Sexes as 0 and 1: which is which differs from file to file, and '1' alone would have been read as male."""
        preview = self.preview
        said = {text for text in self.sexes if not date_reading.is_missing(text)}
        if said != {"0", "1"} or {"0", "1"} <= preview.mapping.values.get("sex", {}).keys():
            return
        column = preview.name_of["sex"]
        preview.problems = [one for one in preview.problems if (one.code, one.column) != ("bad_sex", column)]
        params: dict[str, object] = {"answers": ["0", "1"]}
        preview.problems.append(Problem("sex_coded", QUESTION, column=column, params=params))
