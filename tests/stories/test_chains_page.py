"""The page of transmission chains says what the command writes."""

import pytest

from lianfang.response.cases.rules.listed import disease_in_name
from lianfang.response.territory.queries import root
from lianfang.response.workflows.import_linelist import commit_linelist

pytestmark = pytest.mark.django_db
LIST = "id,onset,source\nA,2021-01-01,\nB,2021-01-04,A\nC,2021-01-05,A\nD,2021-01-08,B;C\nE,2021-01-09,\n"


@pytest.fixture
def listed(cast, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    return commit_linelist(path, area=root(), disease="MERS", by=None)


@pytest.fixture
def page(listed, cast, signed_in):
    return signed_in(cast.tracer).get("/chains/?disease=MERS")


def test_cases_are_counted_by_generation(page):
    assert page.context["generations"] == {0: 1, 1: 2, 2: 1}
    assert page.context["unlinked"] == 1


def test_who_infected_most_stands_first_and_several_sources_are_named(page):
    assert page.context["most"][0][::2] == ("A", 2)
    assert [(name, [source for source, _pk in sources]) for name, _pk, sources in page.context["several"]] == [
        ("D", ["B", "C"])
    ]


def test_a_generation_is_a_door_to_its_links(listed, cast, signed_in):
    rows = signed_in(cast.tracer).get("/chains/?disease=MERS&generation=2").context["rows"]
    assert {(row.case, row.source) for row, _case, _source in rows} == {("D", "B"), ("D", "C")}


def test_a_township_sees_no_chain_of_another_place(listed, cast, signed_in):
    assert signed_in(cast.lianzhou_township).get("/chains/?disease=MERS").context["linked"] == 0


@pytest.mark.realdata
def test_mers_korea_on_the_page(cast, signed_in, shared_data):
    files = [shared_data / "outbreaks" / f"mers_korea_2015__{name}.csv" for name in ("linelist", "contacts")]
    commit_linelist(files[0], contacts=files[1], area=root(), disease="MERS", by=None)
    context = signed_in(cast.tracer).get("/chains/").context
    assert (context["roots"], context["generations"]) == (2, {0: 2, 1: 28, 2: 65, 3: 2})
    assert context["most"][0][::2] == ("SK_14", 38)
    assert sorted(name for name, *_ in context["several"]) == ["SK_107", "SK_39"]
    assert len(context["graph"]["nodes"]) == 97


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("mers_korea_2015__linelist.csv", "MERS"), ("COVID-19_Singapore_data.csv", "COVID-19"),
        ("covid19.xlsx", "COVID-19"), ("customers.csv", ""), ("Tianjin135cases.csv", ""), ("mers and measles.csv", ""),
    ],
)  # fmt: skip
def test_a_file_is_of_the_disease_that_its_name_says(name, says):
    assert disease_in_name(name, ("COVID-19", "MERS", "MEASLES")) == says
