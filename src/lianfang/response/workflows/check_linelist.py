"""Whether the city can hold what a line list says: numbers already here, people with a running case, unknown places.

The engine reads the file and asks what the file leaves open; this asks the database. Nothing is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.engines.linelist import CaseRow, Preview, Problem
from lianfang.engines.linelist.problems import ERROR, WARNING
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries.imports import cases_of, held_cases, running_labels
from lianfang.response.cases.rules.listed import LABEL_LONGEST, as_reported
from lianfang.response.people import sealing
from lianfang.response.people.models import Person
from lianfang.response.people.queries import people
from lianfang.response.territory.models import Area
from lianfang.response.territory.queries import by_code

CHUNK = 2000
MOST = 10_000  # findings named one by one; beyond that a file needs another look, not a longer list


@dataclass(frozen=True)
class ProblemRow:
    """One finding in the reader's language. ``row`` is the line a spreadsheet shows; None: the file as a whole."""

    severity: str
    row: int | None
    column: str
    value: str
    message: str
    code: str
    answers: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        if self.row is None:
            return self.column
        row = _("row %(number)s") % {"number": self.row}
        return f"{row} · {self.column}" if self.column else row

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


def problem_rows(problems: Iterable[Problem]) -> list[ProblemRow]:
    """Findings of the engine as rows in the active language."""
    language = get_language() or "en"
    return [
        ProblemRow(
            one.severity, one.row, one.column, one.value, one.message(language), one.code,
            tuple(str(answer) for answer in one.params.get("answers", ())),  # type: ignore[attr-defined]
        )
        for one in problems
    ]  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A row with where it belongs: its area, the person its ID number names, and the case that has its number."""

    row: CaseRow
    fields: dict[str, Any]
    area: Area
    known: Person | None = None
    held: Case | None = None


@dataclass
class Check:
    """Takes the rows of a list in chunks, in the file's order; gathers what stands against them."""

    preview: Preview
    area: Area
    disease: str
    update: bool = False
    problems: list[ProblemRow] = field(default_factory=list)
    errors: int = 0
    _areas: dict[str, Area | None] = field(default_factory=dict)
    _ids: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {target: name for name, target in reversed(self.preview.columns.items())}
        self.any_held = cases_of(self.area, self.disease).exists()

    def take(self, rows: Sequence[CaseRow]) -> list[Placed]:
        held = held_cases(self.area, self.disease, [row.id for row in rows]) if self.any_held else {}
        known = self._known(rows)
        running = running_labels((person.pk for person in known.values()), self.disease) if known else {}
        return [self._placed(row, held.get(row.id), known.get(row.row), running) for row in rows]

    def _known(self, rows: Sequence[CaseRow]) -> dict[int, Person]:
        """row → the person its ID number names, where the city knows them."""
        keys = {row.row: sealing.id_key(row.text("id_number")) for row in rows if row.text("id_number")}
        if not keys:
            return {}
        for row, key in keys.items():
            first = self._ids.setdefault(key or 0, row)
            if first != row:
                message = _("The person of this ID number already stands in row %(other)s.") % {"other": first}
                self._add(ERROR, "same_person", message, row, "id_number")
        found = people().filter(id_key__in=list(keys.values())).order_by("-pk")
        by_key = {person.id_key: person for person in found}
        return {row: by_key[key] for row, key in keys.items() if key in by_key}

    def _placed(self, row: CaseRow, held: Case | None, known: Person | None, running: dict[int, str]) -> Placed:
        self._number(row, held)
        if known is not None and known.pk in running and (held is None or held.person_id != known.pk):
            message = _("This person already has a running case of this disease: %(label)s.")
            self._add(ERROR, "running_case", message % {"label": running[known.pk]}, row.row, "id_number")
        reported = as_reported(row, self.columns)
        for code, column, value in reported.remarks:
            self._remark(code, column, value, row.row)
        return Placed(row, reported.fields, self._place(row, known), known, held)

    def _number(self, row: CaseRow, held: Case | None) -> None:
        if len(row.id) > LABEL_LONGEST:
            message = _("A case number has at most %(longest)s characters.") % {"longest": LABEL_LONGEST}
            self._add(ERROR, "too_long", message, row.row, "id", row.id)
        if held is not None and not self.update:
            message = _("Number %(label)s is already held, from %(file)s. Import as an update to change it.") % {
                "label": row.id,
                "file": held.receipt.file_name if held.receipt else timezone.localdate(held.created_at).isoformat(),
            }
            self._add(ERROR, "label_held", message, row.row, "id", row.id)

    def _place(self, row: CaseRow, known: Person | None) -> Area:
        """The area the row names; else where the known person lives, if that lies in the list's area; else that area."""
        code = row.text("area_code")
        if code:
            if code not in self._areas:
                self._areas[code] = _area_of(code)
            area = self._areas[code]
            if area is not None and area.path.startswith(self.area.path):
                return area
            message = _("There is no area with this code.") if area is None else _("This area lies outside %(name)s.")
            self._add(
                ERROR, "area_code", message % ({} if area is None else {"name": self.area.name}), row.row, "area_code", code
            )
        elif known is not None and known.community.path.startswith(self.area.path):
            return known.community
        return self.area

    def _remark(self, code: str, column: str, value: str, row: int) -> None:
        message = {
            "shortened": _("Too long for its field: the whole text stands in the notes."),
            "exposure_order": _("The exposure ends before it begins: both dates stand in the notes only."),
        }[code]
        self._add(WARNING, code, message, row, column, value)

    def _add(self, severity: str, code: str, message: str, row: int, column: str, value: str = "") -> None:
        self.errors += severity == ERROR
        if len(self.problems) < MOST:
            name = self.columns.get(column, column)
            self.problems.append(ProblemRow(severity, row, name, value, message, code))


def _area_of(code: str) -> Area | None:
    """The area of a code; '130109000000' is the county 130109, as the statistics offices write it."""
    bare = code
    for length in (12, 9, 6):
        if len(bare) == length and set(bare[{12: 9, 9: 6, 6: 4}[length] :]) == {"0"} and by_code(bare) is None:
            bare = bare[: {12: 9, 9: 6, 6: 4}[length]]
    return by_code(bare)


def chunks(rows: Iterable[CaseRow], size: int = CHUNK) -> Iterator[list[CaseRow]]:
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


def against_city(
    preview: Preview, area: Area, disease: str, *, update: bool = False, watch: Callable[[int], None] | None = None
) -> list[ProblemRow]:
    """Return what the database has against a list that is ready by itself. ``watch`` is told the rows done so far."""
    check, done = Check(preview, area, disease, update), 0
    for chunk in chunks(preview.rows()):
        check.take(chunk)
        done += len(chunk)
        if watch:
            watch(done)
    return check.problems
