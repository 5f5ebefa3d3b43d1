"""People as the user may see them: masked by role and task, and whoever is shown by name stands in the ledger."""

from typing import Any

from ninja import Schema

from lianfang.response.workflows.look_up import faces_for


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


def with_faces(rows: list[Any], user: Any) -> list[Any]:
    """Give every row the ``face`` of its person; None for a row about nobody."""
    known = faces_for([row.person for row in rows], by=user)
    for row in rows:
        row.face = known.get(row.person_id)
    return rows
