"""Identity: what proves that two records are one person, and what only suggests it."""

from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

NAME_WEIGHT, BIRTH_WEIGHT, PHONE_WEIGHT, DWELLING_WEIGHT, SEX_WEIGHT = 0.15, 0.3, 0.45, 0.25, 0.02
SUSPICIOUS = 0.6


@dataclass(frozen=True)
class IdFacts:
    """What a resident ID number says by itself."""

    number: str
    born_on: date
    sex: int


def read_id(number: str) -> IdFacts | None:
    """Return the facts of a valid resident ID number, or None: wrong length, impossible date or check digit."""
    number = number.strip().upper().replace(" ", "")
    try:
        if ric.calc_check_digit(number) != number[17:]:
            return None
        born_on = ric.get_birth_date(number)
    except (ValidationError, IndexError, ValueError):
        return None
    if len(number) != 18 or not number[:17].isdigit():
        return None
    return IdFacts(number, born_on, 1 if int(number[16]) % 2 else 2)


@dataclass(frozen=True)
class Traits:
    """What two records can be compared by. Keys are blind: equality is all they show."""

    id_key: int | None
    phone_key: int | None
    name_key: int | None
    born_on: date | None
    sex: int
    dwelling_id: int | None


def suspicion(one: Traits, other: Traits) -> tuple[float, list[str]]:
    """Return (score 0…1, reasons) that two records are one person.

    Two different ID numbers settle it: different people, however alike the rest. A name alone stays far below the
    line: a city of millions has thousands of namesakes.
    """
    if one.id_key is not None and other.id_key is not None:
        return (1.0, ["id_number"]) if one.id_key == other.id_key else (0.0, [])
    if one.born_on and other.born_on and one.born_on != other.born_on:
        return 0.0, []
    agree = {
        "phone": (PHONE_WEIGHT, one.phone_key, other.phone_key),
        "born_on": (BIRTH_WEIGHT, one.born_on, other.born_on),
        "dwelling": (DWELLING_WEIGHT, one.dwelling_id, other.dwelling_id),
        "name": (NAME_WEIGHT, one.name_key, other.name_key),
        "sex": (SEX_WEIGHT, one.sex or None, other.sex or None),
    }
    reasons = [what for what, (_, a, b) in agree.items() if a is not None and a == b]
    return round(min(1.0, sum(agree[what][0] for what in reasons)), 3), reasons


def masked_name(name: str) -> str:
    """李国强 → 李**. Enough to speak of somebody, not to find them."""
    return name[:1] + "*" * max(0, len(name) - 1)


def masked_id(number: str) -> str:
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if len(number) == 18 else "*" * len(number)


def masked_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def age_on(born_on: date | None, day: date) -> int | None:
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def writable(*, identify: bool, task: bool, call: bool) -> frozenset[str]:
    """Facts somebody may correct: those they may see in full. Whoever is shown stars does not write over them.

    identify: may see everything for a reason; task: owes something about this person; call: may see phones with it.
    """
    if identify:
        return frozenset({"name", "id_number", "phone", "address", "sex", "born_on"})
    seen = {"name", "address", "born_on"} if task else set()
    return frozenset(seen | {"sex"} | ({"phone"} if task and call else set()))
