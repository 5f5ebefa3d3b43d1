"""One record of every kind in 小果庄村 (township A), made through the workflows as the city makes them."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone


@dataclass(frozen=True)
class World:
    """Names of records as the addresses use them → their ids or codes."""

    ids: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.ids[name]


def build(cast: Any) -> World:
    """A confirmed case with its household: one contact placed, one to be reviewed; a stay, a duty, a suspected case.

    The purpose is the tracer's own: nobody else can use it.
    """
    from lianfang.response.cases.actions.purposes import open_purpose
    from lianfang.response.cases.models import Contact, Measure, Receipt
    from lianfang.response.duties.models import Duty
    from lianfang.response.ledger.models import Review
    from lianfang.response.people.actions import merge_people
    from lianfang.response.people.models import Suspicion
    from lianfang.response.tracing.actions.ending import end_warrant
    from lianfang.response.tracing.actions.looks import Asking, look
    from lianfang.response.tracing.actions.records import keep_records
    from lianfang.response.tracing.actions.warrants import approve_warrant
    from lianfang.response.tracing.models import Candidate
    from lianfang.response.workflows.confirm_case import confirm_case
    from lianfang.response.workflows.interview import tell_stay
    from lianfang.response.workflows.record_result import record_result
    from lianfang.response.workflows.review_contact import review_contact

    now = timezone.now()
    patient, husband, son = _household(cast.xiaoguozhuang, ["刘秀英", "郭大山", "郭小山"])
    (other,) = _household(cast.xiaoguozhuang, ["高粱"])
    given = {
        "disease": "COVID-19",
        "sampled_at": now - timedelta(hours=6),
        "laboratory": "市疾控",
        "result": "positive",
    }
    case = record_result(patient, by=cast.laboratory, **given).case
    suspect = record_result(other, by=cast.laboratory, **given).case
    confirm_case(case, by=cast.second_tracer)
    stay = tell_stay(
        case, by=cast.second_tracer, place="婚宴", setting="meal", from_at=now - timedelta(days=1), to_at=now
    )  # fmt: skip
    placed, open_one = (Contact.objects.get(case=case, person=person) for person in (husband, son))
    review_contact(placed, by=cast.second_tracer)
    measure = Measure.objects.get(contact=placed)
    duty = Duty.objects.get(kind="service_call", person=husband)
    purpose = open_purpose(case, by=cast.tracer, basis="contact_tracing", reason="流调")
    suspicion = Suspicion.objects.create(person=son, other=other, score=0.8, reasons=["phone"], raised_at=now)
    (twin,) = _household(cast.xiaoguozhuang, ["高梁"])
    merge = merge_people(other, twin, by=cast.gaocheng_county, why="同一人")
    receipt = Receipt.objects.create(
        area=cast.xiaoguozhuang, kind="linelist", file_name="个案.csv", sha256="0" * 64, bytes=1, rows_read=1,
        created={"cases": 1}, columns={"id": "id"}, at=now, by_id=cast.tracer.pk,
    )  # fmt: skip
    warrant, asked = (_warrant(cast, case, now) for _ in range(2))
    approve_warrant(warrant, digest=warrant.digest, by=cast.commander)
    keep_records(warrant, _pings(now, patient, other), by=cast.tracer, file_name="pings.csv")
    look(warrant, Asking(), by=cast.tracer)
    candidate = Candidate.objects.get(warrant=warrant)
    over, ending = (_warrant(cast, case, now) for _ in range(2))
    for one in (over, ending):
        approve_warrant(one, digest=one.digest, by=cast.commander)
    end_warrant(over, by=cast.tracer, why="流调结束")
    review = Review.objects.create(
        day=now.date(), reader_id=cast.tracer.pk, ground="purpose", about=f"ledger.purpose:{purpose.pk}",
        area_path=cast.xiaoguozhuang.path, people=1, first_at=now, last_at=now,
    )  # fmt: skip
    return World({
        "case": case.pk, "suspect": suspect.pk, "contact": open_one.pk, "placed": placed.pk, "measure": measure.pk,
        "duty": duty.pk, "person": husband.pk, "stay": stay.pk, "area": cast.xiaoguozhuang.code,
        "owner": cast.xiaoguozhuang_community.pk, "edition": "CN-7", "neighbour": other.pk,
        "purpose": purpose.pk, "suspicion": suspicion.pk, "receipt": receipt.pk, "tree_receipt": _border(cast.xiaoguozhuang), "merge": merge.pk, "review": review.pk,
        "candidate": candidate.pk, "warrant": warrant.pk, "asked": asked.pk, "digest": asked.digest, "over": over.pk, "ending": ending.pk,
        "soon": (now + timedelta(days=2)).isoformat(), "soon_here": f"{timezone.localtime(now + timedelta(days=2)):%Y-%m-%dT%H:%M}",
        "suspect_label": suspect.label, "grant": cast.xiaoguozhuang_community.grants.get().pk,
    })  # fmt: skip


def _household(community: Any, names: Iterable[str]) -> list[Any]:
    from lianfang.response.people.actions import sealed_fields
    from lianfang.response.people.models import Household, Person
    from lianfang.response.people.sealing import Identity

    home = Household.objects.create(community=community)
    return [
        Person.objects.create(community=community, household=home, **sealed_fields(Identity(name))) for name in names
    ]


def _warrant(cast: Any, case: Any, now: Any) -> Any:
    """Asked for by the tracer, around the village; the border of the county is drawn the first time."""
    from lianfang.response.territory.models import Boundary
    from lianfang.response.tracing.actions.warrants import request_warrant

    square = [[114.7, 38.0], [114.9, 38.0], [114.9, 38.1], [114.7, 38.1], [114.7, 38.0]]
    border = {"geometry": {"type": "Polygon", "coordinates": [square]}, "schematic": False}
    Boundary.objects.get_or_create(area=cast.xiaoguozhuang, defaults=border)
    return request_warrant(
        [case], cast.xiaoguozhuang, by=cast.tracer, kinds=["ping", "visit", "ride"], basis="contact_tracing",
        purpose="流调", from_at=now - timedelta(days=4), to_at=now, expires_at=now + timedelta(days=3),
    )  # fmt: skip


def _pings(now: Any, *people: Any) -> Path:
    """A file in which they stand together, an hour ago."""
    path = Path(tempfile.mkstemp(suffix=".csv")[1])
    rows = [f"{one.pk},{(now - timedelta(hours=1)).isoformat()},114.8,38.05,10" for one in people]
    path.write_text("\n".join(["person,t,lon,lat,accuracy", *rows, ""]))
    return path


def _border(area: Any) -> int | None:
    """A border taken from a file; its row of the ledger, which is the receipt."""
    from lianfang.response.territory.actions import import_boundaries

    ring = [[114.8, 38.0], [114.9, 38.0], [114.9, 38.1], [114.8, 38.0]]
    feature = {"id": area.code, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "border.geojson"
        path.write_text(json.dumps({"features": [feature]}))
        return import_boundaries(path, by=None).seq
