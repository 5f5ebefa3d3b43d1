"""January 2021, told with an injected clock: a family in 小果庄村, a colleague in 东城社区, and who confirms what."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lianfang.response.duties.models import Duty
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.people.actions import sealed_fields
from lianfang.response.people.models import Household, Person
from lianfang.response.people.sealing import Identity
from lianfang.response.territory.permissions import label
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.record_result import record_result

COVID = "COVID-19"
NOON = datetime(2021, 1, 3, 4, tzinfo=UTC)  # noon in Shijiazhuang


def on(day: int, hour: int = 12) -> datetime:
    """A moment of January 2021 in Shijiazhuang; day 33 is the second of February."""
    return NOON + timedelta(days=day - 3, hours=hour - 12)


def resident(community: Any, name: str, household: Household | None = None) -> Person:
    home = household or Household.objects.create(community=community)
    return Person.objects.create(community=community, household=home, **sealed_fields(Identity(name)))


def owed(about: Any) -> dict[str, Duty]:
    """Open duties about an object, by kind; two of a kind would be a mistake, visits and samples of two days apart."""
    rows = list(Duty.objects.filter(subject=label(about), state__in=OPEN_STATES).select_related("owner"))
    once = [duty.kind for duty in rows if duty.kind not in ("follow_up", "sample_person")]
    assert len(once) == len(set(once))
    return {duty.kind: duty for duty in rows}


@pytest.fixture
def town(cast: Any) -> SimpleNamespace:
    """The people of the stories: a couple and their son in one home, a colleague of another township with a wife."""
    home = Household.objects.create(community=cast.xiaoguozhuang)
    away = Household.objects.create(community=cast.dongcheng)
    return SimpleNamespace(
        cast=cast,
        patient=resident(cast.xiaoguozhuang, "刘秀英", home),
        husband=resident(cast.xiaoguozhuang, "郭大山", home),
        son=resident(cast.xiaoguozhuang, "郭小山", home),
        colleague=resident(cast.dongcheng, "周建国", away),
        wife=resident(cast.dongcheng, "吴桂兰", away),
    )


def result_of(town: Any, person: Person, result: str, at: datetime, laboratory: str = "市疾控") -> Any:
    return record_result(
        person, disease=COVID, sampled_at=at - timedelta(hours=6), result=result, laboratory=laboratory,
        by=town.cast.laboratory, at=at,
    )  # fmt: skip


@pytest.fixture
def case(town: Any) -> Any:
    """Reported by a positive result on the morning of 3 January, confirmed at noon."""
    case = result_of(town, town.patient, "positive", on(3, 9)).case
    return confirm_case(case, by=town.cast.tracer, at=on(3))
