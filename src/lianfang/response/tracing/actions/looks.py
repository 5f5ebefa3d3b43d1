"""Looking into the records of a warrant: within its bounds, within one's budget, and on record."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.rules.exposure import asks_for_secondary
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.duties.actions import open_duty
from lianfang.response.duties.queries import holder_of
from lianfang.response.ledger.actions import announce, record
from lianfang.response.ledger.models import Entry
from lianfang.response.territory.models import Area
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import BudgetSpent, label
from lianfang.response.tracing.actions.records import border_of
from lianfang.response.tracing.actions.warrants import hold, legible
from lianfang.response.tracing.arrays import meetings
from lianfang.response.tracing.arrays.looking import Answer, Asked, Pair, Terms, answer, records_for
from lianfang.response.tracing.arrays.shelf import Nearness, Shelf
from lianfang.response.tracing.models import Candidate, Look, Warrant
from lianfang.response.tracing.queries import exposure_window
from lianfang.response.tracing.rules.bounds import Bounds, Question
from lianfang.response.tracing.rules.findings import Finding, joined, order
from lianfang.response.tracing.states import CANDIDATE_TRANSITIONS, CandidateState
from lianfang.response.tracing.vault import Vault

LOOKED = "warrant.looked"
SHOWN = 500  # candidates whose meetings are kept for the map; narrow the question to see those behind
_FINDING = (
    "evidence", "place", "minutes", "first_at", "last_at", "min_distance_m", "probability", "degree", "via", "kinds",
)  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """What a user wants to know. None: as far as the warrant goes; a case's own infectious days bound it further."""

    cases: tuple[int, ...] | None = None
    kinds: tuple[str, ...] | None = None
    area: Area | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    nearness: Nearness = field(default_factory=Nearness)
    degrees: int = 1
    min_minutes: int = 0


def look(warrant: Warrant, asking: Asking, *, by: Any, at: datetime | None = None) -> Look:
    """Ask who was near the warrant's cases and keep them as candidates. The last answer about a person is what stands.

    Raises what ``hold`` does; BudgetSpent over the day's budget, when a supervisor is told; ValidationError.
    """
    at = at or clock.now()
    bounds = hold(warrant, by=by, at=at)
    question = _question(asking, bounds)
    hold(warrant, by=by, at=at, question=question)
    _spend(warrant, by, at)
    cases = list(Case.objects.filter(pk__in=question.cases).select_related("area").order_by("pk"))
    protocol = _rule_for(cases, at)
    terms = _terms(asking, question, protocol)
    with legible():
        found, met = _answered(warrant, _windows(cases, question, at), terms)
    made = Look(
        warrant=warrant, cases=list(question.cases), kinds=sorted(question.kinds), area=asking.area or warrant.area,
        from_at=question.from_at, to_at=question.to_at, at=at, by_id=by.pk,
        rule={**asking.nearness.said(), "degrees": asking.degrees, "min_minutes": asking.min_minutes,
              "latent_h": protocol.hours("contact_latent_h"), "protocol": protocol.version},
    )  # fmt: skip
    return _keep(made, found, met, by)


def _answered(warrant: Warrant, asked: list[Asked], terms: Terms) -> tuple[Answer, bytes]:
    """The answer, and the meetings behind the first of it as they will be sealed."""
    batches = warrant.batches.filter(kind__in=terms.kinds)
    if not batches:
        raise ValidationError(_("No records of this kind are kept under this warrant yet. Import a file first."))
    with records_for(Shelf(Vault(warrant.vault), batches), terms) as records:
        found = answer(records, asked, terms)
        ranked = sorted(found.findings, key=lambda pair: (*order(found.findings[pair]), pair))
        first = {pair: found.findings[pair] for pair in ranked[:SHOWN]}
        return found, meetings.packed(meetings.meetings_of(records, first, found.asked, terms.nearness))


def _question(asking: Asking, bounds: Bounds) -> Question:
    from_at, to_at = asking.from_at or bounds.from_at, asking.to_at or bounds.to_at
    if to_at < from_at:
        raise ValidationError({"to_at": _("The end lies before the beginning.")})
    return Question(
        cases=tuple(sorted(asking.cases)) if asking.cases else bounds.cases,
        kinds=tuple(sorted(asking.kinds)) if asking.kinds else bounds.kinds,
        area_path=asking.area.path if asking.area else bounds.area_path, from_at=from_at, to_at=to_at,
    )  # fmt: skip


def _rule_for(cases: list[Case], at: datetime) -> Protocol:
    """One look has one rule: where cases lie under several editions, that of the latest case."""
    return protocol_for(cases[-1].area, cases[-1].disease, at)


def _windows(cases: list[Case], question: Question, at: datetime) -> list[Asked]:
    """Each case's infectious days inside the question; a case of unknown days is asked about in all of it."""
    asked = []
    for case in cases:
        window = exposure_window(case, protocol_for(case.area, case.disease, at), at)
        from_at, to_at = window or (question.from_at, question.to_at)
        from_at, to_at = max(from_at, question.from_at), min(to_at, question.to_at)
        if from_at <= to_at:
            asked.append(Asked(case.pk, case.person_id, (int(from_at.timestamp()), int(to_at.timestamp()))))
    if not asked:
        raise ValidationError({"from_at": _("In this time none of the cases could infect anybody.")})
    return asked


def _terms(asking: Asking, question: Question, protocol: Protocol) -> Terms:
    if asking.degrees == 2 and not asks_for_secondary(protocol):
        raise ValidationError({"degrees": _("The edition in force follows contacts of close contacts no further.")})
    return Terms(
        kinds=question.kinds, nearness=asking.nearness, degrees=asking.degrees, min_minutes=asking.min_minutes,
        latent_s=int(protocol.hours("contact_latent_h") * 3600), until=int(question.to_at.timestamp()),
        inside=border_of(asking.area) if asking.area else None,
    )  # fmt: skip


def _keep(made: Look, found: Answer, met: bytes, by: Any) -> Look:
    warrant = made.warrant
    named = {person for _, person in found.findings}
    try:
        with transaction.atomic():
            locked = Warrant.objects.select_for_update().get(pk=warrant.pk)  # looks come one after the other
            hold(locked, by=by, at=made.at)
            _store(made, found)
            record(
                LOOKED, label(warrant), by=by, at=made.at, area_path=warrant.area.path, look=made.pk,
                cases=made.cases, kinds=made.kinds, from_at=made.from_at, to_at=made.to_at, rule=made.rule,
                named=len(named), **made.found,
            )  # fmt: skip
            if _over(by, made.at, asking=0):
                raise BudgetSpent(
                    _("Too many people were named by your questions today. Your supervisor has been told.")
                )
            Vault(warrant.vault).put(meetings_file(made), met)
    except BudgetSpent:
        _tell_supervisor(warrant, by, made.at)
        raise
    return made


def meetings_file(one: Look) -> str:
    return f"{one.pk}.meetings"


def _store(made: Look, found: Answer) -> None:
    warrant = made.warrant
    known = {(row.case_id, row.person_id): row for row in Candidate.objects.filter(warrant=warrant)}
    made.found = {
        "new": len(found.findings.keys() - known.keys()), "unmatched": found.unmatched, "silent": found.silent,
        "second": sum(one.degree == 2 for one in found.findings.values()), "candidates": len(found.findings),
    }  # fmt: skip
    made.save()
    fresh = [
        Candidate(warrant=warrant, look=made, case_id=case, person_id=person, rank=0, **_fields(finding))
        for (case, person), finding in found.findings.items()
        if (case, person) not in known
    ]
    Candidate.objects.bulk_create(fresh, batch_size=500)
    for pair, finding in found.findings.items():
        if pair in known:
            _say_again(known[pair], finding, made)
    _rank(warrant)


def _fields(finding: Finding) -> dict[str, Any]:
    return {"via_id" if name == "via" else name: value for name, value in vars(finding).items()}


def finding_of(row: Candidate) -> Finding:
    return Finding(**{name: getattr(row, "via_id" if name == "via" else name) for name in _FINDING})


def _say_again(candidate: Candidate, new: Finding, made: Look) -> None:
    """The last answer stands. Who was decided about keeps what was decided on, and is asked about again only if the
    records now say more."""
    was = finding_of(candidate)
    now = new if candidate.state == CandidateState.OPEN else joined(was, new)
    candidate.look = made
    for name, value in _fields(now).items():
        setattr(candidate, name, value)
    candidate.save(update_fields=[*_fields(now), "look"])
    if now != was and candidate.state != CandidateState.OPEN:
        move(
            candidate, CandidateState.OPEN, CANDIDATE_TRANSITIONS, by=None, at=made.at,
            decided_at=None, decided_by_id=None,
        )  # fmt: skip
        Candidate.objects.filter(pk=candidate.pk).update(why="")


def _rank(warrant: Warrant) -> None:
    rows = list(Candidate.objects.filter(warrant=warrant))
    rows.sort(key=lambda row: (*order(finding_of(row)), row.person_id, row.case_id))
    moved = []
    for rank, row in enumerate(rows, 1):
        if row.rank != rank:
            row.rank = rank
            moved.append(row)
    Candidate.objects.bulk_update(moved, ["rank"], batch_size=500)


def _spend(warrant: Warrant, by: Any, at: datetime) -> None:
    """Refuse before anything is opened, once the day's questions or names are used up."""
    if _over(by, at, asking=1):
        _tell_supervisor(warrant, by, at)
        raise BudgetSpent(_("You have asked very much of location records today. Your supervisor has been told."))


def _over(user: Any, at: datetime, *, asking: int) -> bool:
    looks, named = spent_today(user, at)
    return looks + asking > settings.LOOKS_A_DAY or named > settings.NAMED_A_DAY


def spent_today(user: Any, at: datetime) -> tuple[int, int]:
    """Questions this user asked since midnight and people those named, over all sessions, from the ledger itself."""
    midnight = at.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Entry.objects.filter(actor_id=user.pk, action=LOOKED, at__gte=midnight).values_list("detail", flat=True)
    named = [json.loads(detail)["named"] for detail in rows]
    return len(named), sum(named)


def _tell_supervisor(warrant: Warrant, by: Any, at: datetime) -> None:
    """Once a day for each user: a row, a duty of the supervisor to look into it, and a message."""
    key = f"budget:locations:{by.pk}:{at.astimezone():%F}"
    record("warrant.budget_spent", label(warrant), by=by, at=at, area_path=warrant.area.path)
    open_duty(
        "review_access", warrant.area, key=key, due_at=at + timedelta(hours=24), at=at, subject=label(warrant),
        owner=holder_of("supervisor", warrant.area, at), user=by.pk,
    )  # fmt: skip
    announce("supervision", key, {"user": by.pk, "warrant": warrant.pk}, at=at)


def read_meetings(candidate: Candidate, *, by: Any, at: datetime | None = None) -> list[dict[str, Any]]:
    """Where and when a candidate was near whom: points half way between two phones, opened under the warrant, on record."""
    at = at or clock.now()
    warrant: Warrant = candidate.warrant
    hold(warrant, by=by, at=at)
    vault = Vault(warrant.vault)
    pair: Pair = (candidate.case_id, candidate.person_id)
    with legible():
        found = meetings.unpacked(vault.get(meetings_file(candidate.look)), pair)
    record(
        "warrant.meetings_read", label(candidate), by=by, at=at, area_path=warrant.area.path, warrant=warrant.pk,
        meetings=len(found),
    )  # fmt: skip
    return found
