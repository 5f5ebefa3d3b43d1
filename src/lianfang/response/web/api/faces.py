"""People as the user may see them: masked by ``people.queries``, which alone decides."""

from collections.abc import Iterable
from typing import Any

from ninja import Schema

from lianfang.response.duties.queries import mine
from lianfang.response.people.models import Person
from lianfang.response.people.queries import Face as Shown
from lianfang.response.people.queries import face


class Face(Schema):
    """A person, masked on the server by the role and the tasks of whoever asks."""

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


def faces(people: Iterable[Person | None], user: Any) -> dict[int, Shown]:
    """person id → the person as this user may see them; one query for all tasks."""
    shown = {person.pk: person for person in people if person is not None}
    tasks = set(mine(user).filter(person__in=shown).values_list("person_id", flat=True)) if shown else set()
    return {pk: face(person, user, task=pk in tasks) for pk, person in shown.items()}
