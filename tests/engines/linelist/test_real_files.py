"""The real line lists, as they are."""

from collections import Counter
from datetime import date

import pytest

from lianfang.engines.chains import offspring, trace
from lianfang.engines.linelist import inspect
from lianfang.engines.linelist.mapping import build_mapping

pytestmark = pytest.mark.realdata


def test_mers_korea_is_taken_without_a_question(shared_data):
    folder = shared_data / "outbreaks"
    preview = inspect(folder / "mers_korea_2015__linelist.csv", folder / "mers_korea_2015__contacts.csv")
    assert preview.ready
    assert (preview.count, len(preview.link_rows())) == (162, 98)


def test_mers_korea_chains(shared_data):
    folder = shared_data / "outbreaks"
    preview = inspect(folder / "mers_korea_2015__linelist.csv", folder / "mers_korea_2015__contacts.csv")
    chains = trace(list(preview.ids), [(link.source, link.case, link.setting) for link in preview.link_rows()])
    generation = {row.case: row.generation for row in chains.rows}
    assert Counter(generation.values()) == {0: 2, 1: 28, 2: 65, 3: 2}
    assert offspring(chains)[0] == ("SK_14", 38)
    assert sum(n > 1 for n in Counter(row.case for row in chains.rows).values()) == 2


def test_tianjin_reads_sources_from_free_text(shared_data):
    preview = inspect(shared_data / "tianjin_singapore" / "Tianjin135cases_revised.csv")
    rows = {row.id: row for row in preview.rows()}
    assert preview.ready
    assert preview.count == 135
    assert rows["TJ33"].sources == ("TJ17",)
    assert rows["TJ1"].on("onset_on") == date(2020, 1, 14)
    assert rows["TJ38"].on("onset_on") is None


def test_singapore_relations_have_no_direction(shared_data):
    preview = inspect(shared_data / "tianjin_singapore" / "COVID-19_Singapore_data_revised.csv")
    first = next(preview.rows())
    assert preview.ready
    assert (first.sources, first.related) == ((), ("2", "3"))


def test_mangled_dates_are_asked_about_and_never_invented(shared_data):
    path = shared_data / "tianjin_singapore" / "COVID-19_Singapore_eg_update_edges.csv"
    preview = inspect(path)
    assert not preview.ready
    assert {problem.code for problem in preview.of("question")} == {"date_mangled"}
    assert next(preview.rows()).on("onset_on") is None


@pytest.mark.parametrize(("answer", "onset"), [("swap", date(2020, 2, 1)), ("blank", None)])
def test_the_answer_about_mangled_dates_decides(shared_data, answer, onset):
    path = shared_data / "tianjin_singapore" / "COVID-19_Singapore_eg_update_edges.csv"
    preview = inspect(path, mapping=build_mapping({"dates": {"mangled": answer}}))
    assert preview.ready
    assert next(preview.rows()).on("onset_on") == onset


def test_links_in_both_directions_are_asked_about(shared_data):
    folder = shared_data / "tianjin_singapore"
    preview = inspect(folder / "COVID-19_Singapore_data_revised.csv", folder / "sing_edges_eg.csv")
    assert [problem.code for problem in preview.of("question")] == ["both_ways"]
