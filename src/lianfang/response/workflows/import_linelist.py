"""A line list comes in: whole or not at all, once, with a receipt. Its cases wait for a second person to confirm them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianfang.engines.linelist import CaseRow, Mapping, Preview, inspect
from lianfang.engines.linelist.problems import ERROR, QUESTION, WARNING
from lianfang.response import clock
from lianfang.response.cases.actions import imports
from lianfang.response.cases.actions.cases import edit_case
from lianfang.response.cases.actions.imports import CONTACTS, LINELIST, UPDATE, Link, NewCase
from lianfang.response.cases.models import Case, Contact, Receipt
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.rules.listed import changes
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.duties.actions import Owed, open_many
from lianfang.response.ledger.actions import record
from lianfang.response.people.actions import Listed, enter_many, suspect_by_phone
from lianfang.response.people.sealing import BETWEEN, Identity
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import label, require
from lianfang.response.workflows.check_linelist import CHUNK, Check, Placed, ProblemRow, chunks, problem_rows
from lianfang.response.workflows.exposure import suggestion
from lianfang.response.workflows.obligations import owe_review, rule_text
from lianfang.response.workflows.turn_contacts import turn_contacts

_SEX = {"male": 1, "female": 2}
_WARNINGS = 1000  # kept on the receipt


class NotTaken(ValidationError):
    """Nothing was stored. ``problems`` says why, row by row, in the language active when it was raised."""

    def __init__(self, problems: Sequence[ProblemRow], message: str = "") -> None:
        self.problems = list(problems)
        against = [str(one) for one in self.problems if one.severity != WARNING]
        super().__init__(against[:20] or [message or _("The file cannot be imported.")])


def commit_linelist(
    source: Preview | Path | str,
    *,
    area: Area,
    disease: str,
    by: Any,
    at: datetime | None = None,
    contacts: Path | None = None,
    mapping: Mapping | None = None,
    update: bool = False,
) -> Receipt:
    """Store a line list, with the contacts file read beside it, whole or not at all; return its receipt.

    source: a Preview, or a path that is inspected here with ``contacts`` and ``mapping``. area: where the list is from;
    rows without an area code of their own are placed there. The same file for the same area and disease returns the
    first receipt, ``already_held``. Case numbers that are held are refused, unless ``update``: then only what differs
    is edited. by=None is the system itself. Raises NotTaken, engines' Refused, or a refusal of permission.
    """
    disease = _checked(disease)
    if by is not None:
        require(by, "linelist.import", area)
        if update:
            require(by, "cases.report", area)
    preview = source if isinstance(source, Preview) else inspect(Path(source), contacts, mapping)
    if not preview.ready:
        raise NotTaken(problem_rows(preview.of(ERROR) + preview.of(QUESTION)))
    try:
        with transaction.atomic():
            return _Import(preview, area, disease, by, at or clock.now(), update).run()
    except IntegrityError as error:
        raise NotTaken([], _("Somebody else entered one of these cases just now. Import again.")) from error


def _checked(disease: str) -> str:
    name = disease.strip()
    if not name or len(name) > 24:
        raise ValidationError({"disease": _("Name the disease, in at most 24 characters.")})
    return name


class _Import:
    """One import on its way: what it works on, and what it has stored so far."""

    def __init__(self, preview: Preview, area: Area, disease: str, by: Any, at: datetime, update: bool) -> None:
        self.preview, self.area, self.disease, self.by, self.at = preview, area, disease, by, at
        self.check = Check(preview, area, disease, update)
        self.update = update
        self.count: Counter[str] = Counter()
        self.protocols: dict[int, Protocol] = {}
        self.known_cases: list[int] = []

    def run(self) -> Receipt:
        """Read top to bottom: receipt first, so that the same file twice is one import; then rows, links, duties."""
        preview = self.preview
        self._unchanged()
        receipt = self._receipt(LINELIST, preview.table, preview.count)
        links = self._receipt(CONTACTS, preview.links.table, len(preview.links.rows)) if preview.links else None
        new_links = links is not None and not links.already_held
        if receipt.already_held and not new_links and not self.update:
            return receipt
        if not receipt.already_held or self.update:
            self._rows(receipt)
        own = self.count.copy()
        if links is not None:
            self._links(self._listed_links(), links)
        for case in Case.objects.filter(pk__in=self.known_cases).select_related("area", "person"):
            turn_contacts(case, by=self.by, at=self.at)
        return self._closed(receipt, links if new_links else None, own)

    def _unchanged(self) -> None:
        for table in [self.preview.table] + ([self.preview.links.table] if self.preview.links else []):
            with open(table.path, "rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != table.sha256:
                    raise NotTaken([], _("%(file)s has changed since it was read.") % {"file": table.path.name})

    def _receipt(self, kind: str, table: Any, rows: int) -> Receipt:
        return imports.open_receipt(
            self.area, kind, disease=self.disease, sha256=table.fingerprint, by=self.by, at=self.at,
            file_name=(table.path.name + (f" [{table.sheet}]" if table.named_sheet else ""))[:200], bytes=table.bytes, rows_read=rows, columns=self.preview.columns,
            answers=self.preview.mapping.as_dict(),
        )  # fmt: skip

    def _rows(self, receipt: Receipt) -> None:
        own: list[Link] = []  # kept until every case is stored: a row may name a source that stands below it
        for chunk in chunks(self.preview.rows()):
            own += (link for row in chunk for link in _links_of(row))
            placed = self.check.take(chunk)
            if self.check.errors:
                continue  # nothing will be kept; the rest is read only to name every bad row at once
            self._new([one for one in placed if one.held is None], receipt)
            for one in placed:
                if one.held is not None:
                    self._edit(one, one.held)
        if self.check.errors:
            raise NotTaken(self.check.problems)
        self._links(own, receipt)

    def _new(self, placed: Sequence[Placed], receipt: Receipt) -> None:
        if not placed:
            return
        entered = enter_many([_person(one) for one in placed if one.known is None])
        strangers = iter(entered)
        new = [
            NewCase(one.row.id, one.known.pk if one.known else next(strangers), one.area.pk, one.fields) for one in placed
        ]
        ids = imports.store_cases(new, receipt)
        if any(one.row.text("phone") for one in placed):
            self.count["suspected_duplicates"] += suspect_by_phone(entered, at=self.at)
        self.known_cases += [pk for pk, one in zip(ids, placed, strict=True) if one.known]
        self.count.update(cases=len(new), people=len(entered), people_known=len(new) - len(entered))
        owed = [self._owed(pk, one, case) for pk, one, case in zip(ids, placed, new, strict=True)]
        self.count["duties"] += open_many(
            "confirm_case", owed, at=self.at, apart_from=[self.by.pk] if self.by else []
        )

    def _owed(self, pk: int, one: Placed, case: NewCase) -> Owed:
        protocol = self.protocols.get(one.area.pk)
        if protocol is None:
            protocol = self.protocols[one.area.pk] = protocol_for(one.area, self.disease, self.at)
        subject = f"{Case._meta.label_lower}:{pk}"
        return Owed(
            f"confirm_case:{subject}", one.area, self.at + timedelta(hours=protocol.hours("report_case_h")),
            case.person_id, subject, rule_text(protocol, 1), {"case": case.label},
        )  # fmt: skip

    def _edit(self, one: Placed, held: Case) -> None:
        """Only what the file says differently, old and new value both in the ledger."""
        changed = changes(one.fields, held)
        if changed:
            edit_case(held, changed, by=self.by, at=self.at)
            self.count["edited"] += 1

    def _listed_links(self) -> Iterator[Link]:
        assert self.preview.links is not None
        directed = not self.preview.links.undirected
        for row in self.preview.link_rows():
            yield Link(row.source, row.case, row.setting, directed)

    def _links(self, links: Iterable[Link], receipt: Receipt) -> None:
        batch: list[Link] = []
        for link in links:
            batch.append(link)
            if len(batch) >= CHUNK:
                self._store(batch, receipt)
                batch = []
        self._store(batch, receipt)

    def _store(self, batch: Sequence[Link], receipt: Receipt) -> None:
        count, waiting = imports.store_links(batch, receipt)
        self.count.update(count)
        for case_id, person_id in waiting:
            rows = Contact.objects.filter(case_id=case_id, person_id=person_id)
            for contact in rows.select_related("area", "case__area", "via", "person"):
                protocol = protocol_for(contact.area, self.disease, self.at)
                owe_review(contact, protocol, at=self.at, suggested=suggestion(contact, protocol))

    def _closed(self, receipt: Receipt, links: Receipt | None, own: Counter[str]) -> Receipt:
        """Write the counts down and enter the batch in the ledger; return the receipt that says what is new."""
        if links is not None:
            self._close(links, dict(self.count - own), [])
        if receipt.already_held and not +own:
            return links or receipt
        if receipt.already_held:
            receipt = self._receipt(UPDATE, self.preview.table, self.preview.count)
        beside = {"contacts_file": links.file_name, "contacts_rows": links.rows_read} if links else {}
        self._close(receipt, {**self.count, **beside}, self._warnings())
        return receipt

    def _close(self, receipt: Receipt, created: dict[str, int | str], warnings: list[dict[str, Any]]) -> None:
        imports.close_receipt(receipt, created, warnings)
        record(
            f"linelist.{receipt.kind}", label(receipt), by=self.by, at=self.at, area_path=self.area.path,
            file=receipt.file_name, sha256=receipt.sha256, disease=self.disease, rows_read=receipt.rows_read, **created,
        )  # fmt: skip

    def _warnings(self) -> list[dict[str, Any]]:
        rows = problem_rows(self.preview.of(WARNING)[:_WARNINGS]) + self.check.problems
        return [
            {"row": one.row, "column": one.column, "value": one.value[:200], "code": one.code, "message": one.message}
            for one in rows[:_WARNINGS]
        ]


def _person(one: Placed) -> Listed:
    """A new record with what the row says; without a name the case number stands for it, and nothing is made up."""
    row = one.row
    said = (row.text("name") or row.id, row.text("id_number").upper(), row.text("phone"), row.text("address"))
    identity = Identity(*(text.replace(BETWEEN, " ") for text in said))
    return Listed(identity, one.area.pk, _SEX.get(row.sex, 0))


def _links_of(row: CaseRow) -> Iterator[Link]:
    setting = row.text("setting")
    for source in row.sources:
        yield Link(source, row.id, setting)
    for other in row.related:
        yield Link(other, row.id, setting, directed=False)
