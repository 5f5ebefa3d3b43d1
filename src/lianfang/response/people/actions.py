"""Entering, correcting, merging people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from lianfang.response import clock, databases
from lianfang.response.ledger.actions import record
from lianfang.response.people import queries, rules, sealing
from lianfang.response.people.models import Correction, Household, Merge, Person, Suspicion
from lianfang.response.people.sealing import Identity
from lianfang.response.territory.models import Area
from lianfang.response.territory.moves import Stale
from lianfang.response.territory.permissions import label, require
from lianfang.response.territory.rules.names import initials as pinyin_initials

_CANDIDATES = 50
_CROWD = 20  # a phone that so many share is a ward's or a hotline's: it identifies nobody


@transaction.atomic
def enter_person(
    identity: Identity,
    community: Area,
    *,
    by: Any,
    at: datetime | None = None,
    sex: int = 0,
    born_on: date | None = None,
    household: Household | None = None,
) -> Person:
    """Return the person with this ID number, or enter a new one.

    The ID number decides; without it a new record is made and likely duplicates are queued for a human.
    """
    require(by, "people.edit", community)
    facts = _checked_id(identity.id_number)
    if facts:
        known = queries.by_id_number(facts.number).first()
        if known:
            return known
        sex, born_on = facts.sex, facts.born_on
    person = Person.objects.create(
        community=community, household=household, sex=sex, born_on=born_on, **sealed_fields(identity)
    )
    record("person.entered", label(person), by=by, at=at, area_path=community.path)
    suspect_duplicates(person, at=at)
    return person


def _checked_id(number: str) -> rules.IdFacts | None:
    if not number:
        return None
    facts = rules.read_id(number)
    if facts is None:
        raise ValidationError(
            {"id_number": _("The ID number has a wrong check digit, date or length. Read it again from the card.")}
        )
    return facts


def sealed_fields(identity: Identity) -> dict[str, object]:
    """Return the stored columns of an identity: sealed bytes and blind keys."""
    return {
        "sealed": sealing.seal(identity),
        "id_key": sealing.id_key(identity.id_number),
        "phone_key": sealing.phone_key(identity.phone),
        "tail_key": sealing.tail_key(identity.phone),
        "name_key": sealing.name_key(identity.name),
        "initials_key": sealing.initials_key(pinyin_initials(identity.name)),
    }


@dataclass(frozen=True)
class Listed:
    """One of many people whom a list names."""

    identity: Identity
    community_id: int
    sex: int = 0


def enter_many(listed: Sequence[Listed]) -> Sequence[int]:
    """Enter people in bulk and return their ids, in order. Inside the caller's transaction, permission and record.

    The caller has checked the ID numbers, and that nobody here is known by theirs. Duplicates: ``suspect_by_phone``.
    """
    ids = databases.take_ids(Person, len(listed))
    databases.insert(Person, _LISTED_COLUMNS, (_listed_row(pk, one) for pk, one in zip(ids, listed, strict=True)))
    return ids


_LISTED_COLUMNS = (
    "id", "community_id", "sex", "born_on", "sealed", "id_key", "phone_key", "tail_key", "name_key", "initials_key",
)  # fmt: skip


def _listed_row(pk: int, one: Listed) -> list[object]:
    facts = rules.read_id(one.identity.id_number) if one.identity.id_number else None
    known = (facts.sex, facts.born_on) if facts else (one.sex, None)
    return [pk, one.community_id, *known, *sealed_fields(one.identity).values()]


def suspect_by_phone(ids: Sequence[int], *, at: datetime | None = None) -> int:
    """Queue likely duplicates among people just entered in bulk; return how many. Without a phone nothing points to any."""
    mine = queries.people().filter(pk__in=ids, phone_key__isnull=False)
    keys = queries.people().filter(phone_key__in=mine.order_by().values("phone_key")).order_by().values("phone_key")
    shared = keys.annotate(number=Count("pk")).filter(number__gt=1, number__lte=_CROWD)
    return sum(suspect_duplicates(person, at=at) for person in mine.filter(phone_key__in=shared.values("phone_key")))


_SEALED = ("name", "id_number", "phone", "address")


@transaction.atomic
def correct_person(
    person: Person, changes: Mapping[str, Any], *, by: Any, why: str, seen: int | None = None, at: datetime | None = None
) -> Correction:
    """Correct facts of a record; what it said before stays sealed. A valid ID number settles sex and birth date.

    changes: any of name, id_number, phone, address, sex, born_on. seen: how many corrections the corrector knew of;
    raises Stale when there is another one since.
    """
    require(by, "people.edit", person)
    at = at or clock.now()
    person = Person.objects.select_for_update(of=("self",)).select_related("community").get(pk=person.pk)
    number = Correction.objects.filter(person=person).count()
    if seen is not None and seen != number:
        raise Stale(_("Somebody else has just changed this. Look at it again before you go on."))
    was = queries.facts(person)
    now = _settled(was, changes)
    changed = sorted(name for name in now if now[name] != was[name])
    _check_correction(was, now, changed, why, at)
    identity = Identity(**{name: now[name] for name in _SEALED})
    for name, value in {**sealed_fields(identity), "sex": now["sex"], "born_on": now["born_on"]}.items():
        setattr(person, name, value)
    person.save()
    made = _kept(person, number + 1, {name: was[name] for name in changed}, by, why, at)
    record(
        "person.corrected", label(person), by=by, at=at, area_path=person.community.path, why=why.strip(),
        fields=changed, number=made.number,
    )  # fmt: skip
    suspect_duplicates(person, at=at)
    return made


def _kept(person: Person, number: int, was: dict[str, Any], by: Any, why: str, at: datetime) -> Correction:
    try:
        with transaction.atomic():
            return Correction.objects.create(
                person=person, number=number, fields=list(was), before=sealing.seal_facts(was), at=at, by_id=by.pk,
                why=why.strip(),
            )  # fmt: skip
    except IntegrityError as error:
        raise Stale(_("Somebody else has just changed this. Look at it again before you go on.")) from error


def _settled(was: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    now = {**was, **{name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}}
    now["id_number"] = now["id_number"].upper().replace(" ", "")
    facts = _checked_id(now["id_number"]) if "id_number" in changes else rules.read_id(now["id_number"])
    for name, told in (("sex", facts.sex), ("born_on", facts.born_on)) if facts else ():
        if changes.get(name) and changes[name] != told:
            raise ValidationError({name: _("The ID number says otherwise. Correct the number first.")})
        now[name] = told
    return now


def _check_correction(was: dict[str, Any], now: dict[str, Any], changed: list[str], why: str, at: datetime) -> None:
    if not changed:
        raise ValidationError(_("Nothing is different from what is recorded."))
    if not why.strip():
        raise ValidationError({"why": _("Say what shows that the record was wrong.")})
    told = {facts[name] for facts in (was, now) for name in ("name", "id_number", "phone")}
    if any(len(value) > 1 and value in why for value in told):
        raise ValidationError({"why": _("Leave names and numbers out of the reason: it stays in the ledger.")})
    if not any(now[name] for name in ("name", "id_number", "phone")):
        raise ValidationError({"name": _("Give at least a name, a phone or an ID number.")})
    if now["phone"] and "phone" in changed and not 5 <= len(sealing.digits(now["phone"])) <= 15:
        raise ValidationError({"phone": _("This is not a phone number.")})
    if now["born_on"] and now["born_on"] > at.astimezone().date():
        raise ValidationError({"born_on": _("This date lies in the future.")})


@transaction.atomic
def suspect_duplicates(person: Person, *, at: datetime | None = None) -> int:
    """Queue likely duplicates of one person; return how many are new. Never blocks, never merges."""
    mine = queries.traits(person)
    same = queries.people().exclude(pk=person.pk)
    near = [
        same.filter(id_key=person.id_key) if person.id_key else None,
        same.filter(phone_key=person.phone_key) if person.phone_key else None,
        same.filter(name_key=person.name_key, community=person.community_id) if person.name_key else None,
    ]
    others = {other.pk: other for rows in near if rows is not None for other in rows[:_CANDIDATES]}
    new = 0
    for other in others.values():
        score, reasons = rules.suspicion(mine, queries.traits(other))
        if score >= rules.SUSPICIOUS:
            new += _raise_suspicion(person, other, score, reasons, at or clock.now())
    return new


def _raise_suspicion(person: Person, other: Person, score: float, reasons: list[str], at: datetime) -> int:
    first, second = sorted((person.pk, other.pk))
    try:
        with transaction.atomic():
            Suspicion.objects.create(person_id=first, other_id=second, score=score, reasons=reasons, raised_at=at)
    except IntegrityError:
        return 0  # already queued or already decided: asking again would tire the people who answer
    return 1


def _references() -> list[tuple[str, str]]:
    """(model label, field) of every foreign key to Person that a merge must move."""
    keep = {Suspicion, Merge, Person, Correction}  # history stays with its own record
    return [
        (relation.related_model._meta.label_lower, relation.field.name)
        for relation in Person._meta.related_objects
        if relation.related_model not in keep
    ]


@transaction.atomic
def merge_people(survivor: Person, merged: Person, *, by: Any, why: str, at: datetime | None = None) -> Merge:
    """Make two records one. Everything that pointed to ``merged`` points to ``survivor``; history allows undoing it."""
    for person in (survivor, merged):
        require(by, "people.merge", person)
    if survivor.pk == merged.pk or merged.merged_into_id or survivor.merged_into_id:
        raise ValidationError(_("One of these records is already merged. Open the surviving one."))
    at = at or clock.now()
    moved = {}
    for model_label, field in _references():
        rows = apps.get_model(model_label).objects.filter(**{field: merged})
        ids = list(rows.values_list("pk", flat=True))
        try:
            with transaction.atomic():
                rows.update(**{field: survivor})
        except IntegrityError as error:
            raise ValidationError(
                _("Both records have a running case, contact or measure of the same kind. End one of them first.")
            ) from error
        if ids:
            moved[f"{model_label}.{field}"] = ids
    merged.merged_into = survivor
    merged.save(update_fields=["merged_into"])
    _decide(survivor, merged, Suspicion.State.MERGED, by, at)
    merge = Merge.objects.create(survivor=survivor, merged=merged, moved=moved, at=at, by_id=by.pk, why=why)
    record("people.merged", label(survivor), by=by, at=at, area_path=survivor.community.path, why=why, merged=merged.pk)
    return merge


@transaction.atomic
def unmerge_people(merge: Merge, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Take a merge back: what it moved goes back to where it was."""
    for person in (merge.survivor, merge.merged):
        require(by, "people.merge", person)
    if not why.strip():
        raise ValidationError({"why": _("Say why the merge is taken back.")})
    at = at or clock.now()
    if not Merge.objects.filter(pk=merge.pk, undone_at__isnull=True).update(undone_at=at, undone_by_id=by.pk):
        raise Stale(_("This merge was already taken back."))
    try:
        with transaction.atomic():
            _move_back(merge)
    except IntegrityError as error:
        raise ValidationError(
            _("Both records have a running case, contact or measure of the same kind. End one of them first.")
        ) from error
    Person.objects.filter(pk=merge.merged_id).update(merged_into=None)
    _decide(merge.survivor, merge.merged, Suspicion.State.DIFFERENT, by, at)
    record("people.unmerged", label(merge.survivor), by=by, at=at, area_path=merge.survivor.community.path, why=why)


def _move_back(merge: Merge) -> None:
    for reference, ids in merge.moved.items():
        model_label, field = reference.rsplit(".", 1)
        apps.get_model(model_label).objects.filter(pk__in=ids).update(**{field: merge.merged_id})


@transaction.atomic
def say_different(suspicion: Suspicion, *, by: Any, at: datetime | None = None) -> None:
    require(by, "people.merge", suspicion.person)
    require(by, "people.merge", suspicion.other)
    _decide(suspicion.person, suspicion.other, Suspicion.State.DIFFERENT, by, at or clock.now())
    record("people.different", label(suspicion), by=by, at=at, area_path=suspicion.person.community.path)


def _decide(person: Person, other: Person, state: str, by: Any, at: datetime) -> None:
    first, second = sorted((person.pk, other.pk))
    Suspicion.objects.filter(person_id=first, other_id=second).update(state=state, decided_at=at, decided_by_id=by.pk)
