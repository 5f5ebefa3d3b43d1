"""Storing what a line list brought: receipts, cases, sources and contacts, in bulk.

Every function runs inside the importer's transaction, under its permission, and is recorded by its one entry in the
ledger; each row is traceable by its receipt.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lianfang.response import databases
from lianfang.response.cases.models import Case, Contact, Receipt, Source
from lianfang.response.cases.queries.imports import End, ends, receipt_of
from lianfang.response.cases.rules.listed import LONGEST
from lianfang.response.cases.states import CaseState, ContactState, Evidence, Setting
from lianfang.response.territory.models import Area

_A_CASE = (
    CaseState.CONFIRMED,
    CaseState.ASYMPTOMATIC,
    CaseState.RECOVERED,
    CaseState.CLOSED,
    CaseState.DIED,
)
LINELIST, CONTACTS, UPDATE = "linelist", "contacts", "update"  # kinds of receipt
_SETTINGS = frozenset(Setting)


def open_receipt(area: Area, kind: str, *, disease: str, sha256: str, by: Any, at: datetime, **fields: Any) -> Receipt:
    """Return a new receipt, or the one that the same file earned before, marked ``already_held``.

    The row is written before anything else, so that of two who send one file at once the second waits here.
    """
    known = receipt_of(area, kind, disease, sha256) if kind != UPDATE else None
    if known is None:
        try:
            with transaction.atomic():
                return Receipt.objects.create(
                    area=area, kind=kind, disease=disease, sha256=sha256, created={}, at=at,
                    by_id=getattr(by, "pk", None), **fields,
                )  # fmt: skip
        except IntegrityError:
            known = receipt_of(area, kind, disease, sha256)
            if known is None:
                raise
    known.already_held = True
    return known


def close_receipt(receipt: Receipt, created: dict[str, int | str], warnings: list[dict[str, Any]]) -> None:
    receipt.created, receipt.warnings = created, warnings
    receipt.save(update_fields=["created", "warnings"])


@dataclass(frozen=True)
class NewCase:
    """One row ready to be stored; ``fields`` as ``rules.listed`` gives them."""

    label: str
    person_id: int
    area_id: int
    fields: dict[str, Any]


_GIVEN = (
    "onset_on", "sampled_on", "diagnosed_on", "reported_on", "exposed_from", "exposed_to", "admitted_on",
    "quarantined_on", "discharged_on", "died_on", "outcome", "hospital", "setting", "severity", "age", "notes",
)  # fmt: skip
_CASE_COLUMNS = (
    "id", "label", "disease", "person_id", "area_id", "state", "state_at", "asymptomatic", "found_by",
    "reported_by_id", "receipt_id", "created_at", *_GIVEN,
)  # fmt: skip


def store_cases(new: Sequence[NewCase], receipt: Receipt) -> Sequence[int]:
    """Store reported cases in the order given; return their ids. A second person confirms them later."""
    ids = databases.take_ids(Case, len(new))
    at, by_id = receipt.at, receipt.by_id
    rows = (
        [pk, one.label, receipt.disease, one.person_id, one.area_id, str(CaseState.REPORTED), at, False,
         str(Evidence.LINE_LIST), by_id, receipt.pk, at, *(one.fields[name] for name in _GIVEN)]
        for pk, one in zip(ids, new, strict=True)
    )  # fmt: skip
    databases.insert(Case, _CASE_COLUMNS, rows)
    return ids


@dataclass(frozen=True, slots=True)
class Link:
    """Two case numbers of a list. ``directed``: the first infected the second; else they met, and no more is known."""

    source: str
    case: str
    setting: str = ""
    directed: bool = True


_SOURCE_COLUMNS = ("case_id", "source_id", "setting", "evidence", "receipt_id")
_CONTACT_COLUMNS = (
    "case_id", "person_id", "area_id", "degree", "state", "state_at", "setting", "evidence", "relation", "destination",
    "excluded_reason", "became_id", "named_by_id", "named_at",
)  # fmt: skip


def store_links(links: Sequence[Link], receipt: Receipt) -> tuple[Counter[str], list[tuple[int, int]]]:
    """Store the sources and contacts that links mean, those already here left out.

    Returns how many of each, and (case, person) of contacts new to a case that is confirmed: somebody must review them.
    """
    found = ends(receipt.area, receipt.disease, {end for link in links for end in (link.source, link.case)})
    known = [(link, found[link.source], found[link.case]) for link in links if link.source != link.case]
    count = Counter(sources=_store_sources(known, receipt))
    contacts = _new_contacts(known)
    databases.insert(Contact, _CONTACT_COLUMNS, (_contact_row(*one, receipt) for one in contacts.values()))
    count["contacts"] = len(contacts)
    waiting = [pair for pair, (_, case, _, became) in contacts.items() if not became and case.state in _A_CASE]
    return count, waiting


_Known = Iterable[tuple[Link, End, End]]


def _store_sources(known: _Known, receipt: Receipt) -> int:
    named: dict[tuple[int, int], Link] = {}
    for link, source, case in known:
        if link.directed:
            named.setdefault((case.case_id, source.case_id), link)
    held = Source.objects.filter(case_id__in={case for case, _ in named}).values_list("case_id", "source_id")
    for pair in held:
        named.pop(pair, None)
    rows = [
        [case, source, link.setting[: LONGEST["setting"]], str(Evidence.LINE_LIST), receipt.pk]
        for (case, source), link in named.items()
    ]
    databases.insert(Source, _SOURCE_COLUMNS, rows)
    return len(rows)


def _new_contacts(known: _Known) -> dict[tuple[int, int], tuple[Link, End, End, int | None]]:
    """(case, person) → link, case, who met it, and the case that one has become."""
    pairs: dict[tuple[int, int], tuple[Link, End, End, int | None]] = {}
    for link, first, second in known:
        # Without a direction both met each other and both are cases already: nobody's source may be inferred from it.
        for case, other in ((first, second),) if link.directed else ((first, second), (second, first)):
            became = other.case_id if not link.directed or other.state in _A_CASE else None
            if case.person_id != other.person_id:
                pairs.setdefault((case.case_id, other.person_id), (link, case, other, became))
    held = Contact.objects.filter(case_id__in={case for case, _ in pairs}).values_list("case_id", "person_id")
    for pair in held:
        pairs.pop(pair, None)
    return pairs


def _contact_row(link: Link, case: End, other: End, became: int | None, receipt: Receipt) -> list[Any]:
    state = ContactState.BECAME_CASE if became else ContactState.IDENTIFIED
    setting = link.setting if link.setting in _SETTINGS else Setting.OTHER
    return [
        case.case_id, other.person_id, other.community_id, 1, str(state), receipt.at, str(setting),
        str(Evidence.LINE_LIST), link.setting[:60], "", "", became, receipt.by_id, receipt.at,
    ]  # fmt: skip
