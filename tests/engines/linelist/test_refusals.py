"""A file is taken whole or refused whole, and the reason is said in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.engines.linelist import MappingError, Refused, inspect
from lianfang.engines.linelist.mapping import build_mapping

LIST = "case_id,sex,onset\nA1,M,2021-01-03\nA2,F,2021-01-04\nA3,M,2021-01-05\n"


def write(folder, content):
    path = folder / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def codes(preview, severity):
    return [problem.code for problem in preview.of(severity)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        ("case_id,sex\n", "no_rows"),
        ("case_id,sex,onset\nA1,M,2021-01-03\nA2,F", "cut_mid_row"),
        ('case_id,notes\nA1,"began and', "cut_mid_row"),
        (b"id,sex\n1,\0\n", "nul_byte"),
    ],
)
def test_what_cannot_be_taken_is_refused(tmp_path, content, code):
    with pytest.raises(Refused) as refusal:
        inspect(write(tmp_path, content))
    assert refusal.value.problem.code == code
    assert refusal.value.problem.message("zh") != refusal.value.problem.message("en")


@given(cut=st.integers(min_value=1, max_value=len(LIST) - 1))
def test_a_cut_list_never_passes_as_a_whole_row_too_few(tmp_path_factory, cut):
    path = write(tmp_path_factory.mktemp("cut"), LIST[:cut])
    try:
        preview = inspect(path)
    except Refused:
        return
    complete_rows = LIST[:cut].count("\n") - 1
    if preview.ready:
        assert preview.count == complete_rows, "a row that is not ended was taken for a whole one"


def test_two_rows_of_one_number_name_both_rows(tmp_path):
    problem = inspect(write(tmp_path, "id,sex\n1,M\n2,F\n1,M\n")).of("error")[0]
    assert (problem.code, problem.row, problem.params["other"]) == ("duplicate_id", 4, 2)


def test_day_and_month_are_asked_for_when_nothing_decides(tmp_path):
    path = write(tmp_path, "id,onset\n1,03/02/2020\n2,04/02/2020\n")
    assert codes(inspect(path), "question") == [
        "date_order",
    ]
    answered = inspect(path, mapping=build_mapping({"dates": {"order": "dmy"}}))
    assert next(answered.rows()).on("onset_on").isoformat() == "2020-02-03"


def test_one_column_decides_day_and_month_for_the_file(tmp_path):
    path = write(tmp_path, "id,onset,report_date\n1,03/02/2020,14/02/2020\n")
    assert next(inspect(path).rows()).on("onset_on").isoformat() == "2020-02-03"


def test_chinese_headers_and_gb18030_are_read(tmp_path):
    path = write(tmp_path, "病例编号,性别,发病日期\n甲1,女,2021年1月3日\n".encode("gb18030"))
    row = next(inspect(path).rows())
    assert (row.id, row.sex, row.on("onset_on").isoformat()) == ("甲1", "female", "2021-01-03")


@pytest.mark.parametrize("count", [65_535, 65_536, 65_537])
def test_every_row_of_a_long_list_is_read(tmp_path, count):
    path = write(tmp_path, "id,sex\n" + "".join(f"{n},M\n" for n in range(count)))
    assert inspect(path).count == count


def test_a_map_with_an_unknown_field_is_refused_by_name():
    with pytest.raises(MappingError, match="Fallnummer"):
        build_mapping({"columns": {"Fallnummer": "nonsense"}})


def test_an_unreadable_age_or_sex_is_answered_in_a_map(tmp_path):
    path = write(tmp_path, "id,age,sex\n1,forty,both\n2,?,F\n")
    assert codes(inspect(path), "error") == ["bad_number", "bad_sex"]
    answered = inspect(path, mapping=build_mapping({"values": {"age": {"forty": "40"}, "sex": {"both": ""}}}))
    assert answered.ready
    assert [(row.age, row.sex) for row in answered.rows()] == [(40, ""), (None, "female")]


def test_where_a_link_names_an_infector_its_source_is_the_setting(tmp_path):
    links = tmp_path / "links.csv"
    links.write_text("infector,case_id,source\nA1,A2,funeral\n")
    (link,) = inspect(write(tmp_path, LIST), links).link_rows()
    assert (link.source, link.case, link.setting) == ("A1", "A2", "funeral")


def test_warnings_of_one_kind_are_counted_beyond_what_can_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr("lianfang.engines.linelist.inspecting._LISTED", 3)
    rows = "".join(f"{n},2021-02-03,2021-02-01\n" for n in range(10))
    warnings = inspect(write(tmp_path, "id,onset,confirm_date\n" + rows)).of("warning")
    assert [one.code for one in warnings] == ["order"] * 3 + ["more"]
    assert "7 more" in warnings[-1].message()
