"""Reading people. Nothing here returns an identity unmasked unless the caller's permissions allow it, field by field."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lianfang.response import clock
from lianfang.response.people import rules, sealing
from lianfang.response.people.models import Correction, Merge, Person, Suspicion
from lianfang.response.territory.fields import subtree
from lianfang.response.territory.permissions import reach

TYPE_AHEAD = 12


@dataclass(frozen=True)
class Face:
    """A person as one user may see them: masked on the server, so that the rest never leaves it."""

    id: int
    name: str
    id_number: str
    phone: str
    sex: int
    age: int | None
    community: str
    dwelling: str
    path: str
    unmasked: bool


def people() -> QuerySet[Person]:
    """Living records: a merged one is reached through its survivor."""
    return Person.objects.filter(merged_into__isnull=True).select_related("community", "household__dwelling")


def face(person: Person, user: Any, *, unmask: bool = False, task: bool = False) -> Face:
    """Show a person to a user.

    Names are shown where the user may identify people or has a task for this person; phones to those who must call
    (``people.phone`` with a task); everything else only with ``unmask`` and ``people.identify``.
    """
    path = person.community.path
    identify = reach(user, "people.identify").covers(path)
    unmask = unmask and identify
    call = unmask or (task and reach(user, "people.phone").covers(path))
    known = sealing.unseal(person.sealed)
    dwelling = person.household.dwelling if person.household else None
    return Face(
        id=person.pk,
        name=known.name if (unmask or task) else rules.masked_name(known.name),
        id_number=known.id_number if unmask else rules.masked_id(known.id_number),
        phone=known.phone if call else rules.masked_phone(known.phone),
        sex=person.sex,
        age=rules.age_on(person.born_on, clock.today()),
        community=person.community.called,
        dwelling=dwelling.name if dwelling and (unmask or task) else "",
        path=path,
        unmasked=unmask,
    )


def faces(persons: Iterable[Person], user: Any, *, task: bool = False) -> list[Face]:
    return [face(person, user, task=task) for person in persons]


def by_id_number(number: str) -> QuerySet[Person]:
    return people().filter(id_key=sealing.id_key(number))


def by_phone(phone: str) -> QuerySet[Person]:
    return people().filter(phone_key=sealing.phone_key(phone))


def type_ahead(text: str, user: Any, *, near: str = "", permission: str = "people.lookup") -> list[Person]:
    """People matching a name, pinyin initials, an ID number, a phone or its last four digits; nearest first.

    ``near`` is the path of the place being worked on: matches in its community come before its township, county, city.
    """
    wanted = _meaning(text)
    mine = reach(user, permission)
    if wanted is None or not mine:
        return []
    found: dict[int, Person] = {}
    for path in _outward(near):
        inside = subtree("community__path", path) if path else Q()
        rows = mine.visible(people().filter(wanted)).filter(inside)[:TYPE_AHEAD]
        found.update({row.pk: row for row in rows if row.pk not in found})
        if len(found) >= TYPE_AHEAD:
            break
    return list(found.values())[:TYPE_AHEAD]


def _meaning(text: str) -> Q | None:
    text = text.strip()
    if rules.read_id(text):
        return Q(id_key=sealing.id_key(text))
    digits = sealing.digits(text)
    if digits and digits == text.lstrip("+"):
        return Q(tail_key=sealing.tail_key(text)) if len(digits) == 4 else Q(phone_key=sealing.phone_key(text))
    if text.isascii() and text.isalpha() and len(text) >= 2:
        return Q(initials_key=sealing.initials_key(text))
    return Q(name_key=sealing.name_key(text)) if len(text) >= 2 and not text.isascii() else None


def _outward(near: str) -> list[str]:
    """'1301/09/104/201/' → itself, its township, its county, its city, and at last everywhere in reach."""
    parts = near.strip("/").split("/") if near else []
    return ["/".join(parts[:n]) + "/" for n in range(min(4, len(parts)), 0, -1)] + [""]


def suspicions() -> QuerySet[Suspicion]:
    return Suspicion.objects.filter(state=Suspicion.State.OPEN).select_related(
        "person__community", "person__household__dwelling", "other__community", "other__household__dwelling"
    )


def merges() -> QuerySet[Merge]:
    """Every merge, the latest first, with both records."""
    return Merge.objects.order_by("-at", "-pk").select_related(
        "survivor__community", "survivor__household__dwelling", "merged__community", "merged__household__dwelling"
    )


def merges_in_reach(user: Any) -> QuerySet[Merge]:
    """Merges both of whose records this user may merge: one half may live in somebody else's area."""
    mine = reach(user, "people.merge")
    return merges().filter(mine.q("survivor__community__path") & mine.q("merged__community__path"))


def merges_of(person: Person) -> QuerySet[Merge]:
    """What was merged into or out of one record; the other record itself may lie out of sight, and is not read."""
    return Merge.objects.filter(Q(survivor=person) | Q(merged=person)).order_by("-at", "-pk")


def facts(person: Person) -> dict[str, Any]:
    """What can be corrected, in full: for actions, never for a page."""
    return {**vars(sealing.unseal(person.sealed)), "sex": person.sex, "born_on": person.born_on}


def corrections(person: Person) -> QuerySet[Correction]:
    return Correction.objects.filter(person=person).order_by("-number")


def traits(person: Person) -> rules.Traits:
    dwelling = person.household.dwelling_id if person.household else None
    return rules.Traits(person.id_key, person.phone_key, person.name_key, person.born_on, person.sex, dwelling)
