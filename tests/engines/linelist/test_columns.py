"""Columns under the names their makers gave them, and what stands in them."""

from datetime import date

import pytest

from lianfang.engines.linelist.columns import field_of


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("date_onset_symptoms_dd_mm_yyyy", "onset_on"), ("Date of symptom onset", "onset_on"), ("OnsetDate", "onset_on"),
        ("onset.date", "onset_on"), ("t_onset", "onset_on"), ("Date of first symptoms onset", "onset_on"),
        ("Date of laboratory confirmation", "diagnosed_on"), ("confirm.date", "diagnosed_on"), ("diagnosed_date", "diagnosed_on"),
        ("hosp_visit_date", "admitted_on"), ("date_hospitalized_dd_mm_yyyy", "admitted_on"), ("Date of notification to WHO", "reported_on"),
        ("Date of sample tested", "sampled_on"), ("date_specimen", "sampled_on"), ("released_date", "discharged_on"),
        ("deceased_date", "died_on"), ("isolation_date", "quarantined_on"), ("Case no.", "id"), ("case.no", "id"), ("infector_ID", "source"),
        ("发病日期（年/月/日）", "onset_on"), ("性 别", "sex"), ("Contracted from which Patient (Suspected)", "source"), ("与其他病例关系", "related"), ("年龄(岁)", "age"), ("個案編號", "id"), ("Classification*", ""),
        ("age (2)", "age"), ("unite_age", "age_unit"),
        ("date of onset_infector", ""), ("confirm.infector", ""), ("infectee.onset", ""), ("onset to death", ""), ("death_source", ""),
        ("days_onset_hosp", ""), ("hospital_stay", ""), ("isolation room", ""), ("date of birth", ""), ("week_report", ""),
    ],
)  # fmt: skip
def test_a_header_is_what_all_its_words_say(header, field):
    assert field_of(header) == field


def test_of_infector_and_source_the_one_that_names_cases_is_the_source_and_the_other_the_setting(read):
    preview = read(
        "case_id,source,infector\na1b2c3,funeral,\n9d8e7f,other,a1b2c3\n0f1e2d,funeral,9d8e7f\nc4d5e6,other,a1b2c3\n"
    )
    assert preview.ready
    assert [(row.sources, row.text("setting")) for row in preview.rows()][1:3] == [
        (("a1b2c3",), "other"),
        (("9d8e7f",), "funeral"),
    ]


def test_of_two_columns_of_onset_the_one_with_days_is_meant(read):
    preview = read("id,onset,date of onset\n1,fever,2021-12-13\n2,Asymptomatic,Asymptomatic\n")
    assert preview.ready
    assert [row.on("onset_on") for row in preview.rows()] == [date(2021, 12, 13), None]


def test_a_number_that_is_missing_or_stands_twice_gives_way_to_the_cases_own(read):
    preview = read("death_id,case_id,sex\nD1,60,M\nD2,,F\nD3,,F\n")
    assert [row.id for row in preview.rows()] == ["D1", "D2", "D3"]


@pytest.mark.parametrize("header", ["id,id,sex", "caseID,CaseID,sex"])
def test_two_columns_that_are_both_the_number_are_asked_about(read, said, header):
    assert [code for code, _row, _value in said(read(f"{header}\n1,TJ1,M\n2,TJ2,F\n"), "question")] == ["two_columns"]


def test_a_name_that_stands_twice_in_the_header_is_told_apart(read, said):
    preview = read("id,fever,fever\n1,yes,no\n")
    assert (preview.ready, preview.table.header) == (True, ("id", "fever", "fever (2)"))
    assert [code for code, _row, _value in said(preview, "warning")] == ["duplicate_header"]


@pytest.mark.parametrize(
    ("text", "unit", "age"),
    [
        ("36", "months", 3), ("5", "mois", 0), ("36", "月", 3), ("10", "days", 0), ("7", "years", 7), ("7", "", 7), ("<1", "", 0),
        ("8个月", "", 0), ("30 months", "", 2), ("3 weeks", "", 0), ("61岁", "", 61), ("45 y", "", 45), ("12.0", "", 12), ("102", "", 102),
    ],
)  # fmt: skip
def test_an_age_is_read_in_its_unit(read, text, unit, age):
    preview = read(f"id,age,age_unit\n1,{text},{unit}\n")
    assert preview.ready
    assert next(preview.rows()).age == age


def test_a_column_of_years_takes_no_unit_from_the_column_beside_it(read):
    assert next(read("id,age,age_unit,age_years\n1,30,months,2.5\n").rows()).age == 2


@pytest.mark.parametrize("text", ["30s", "80-89", "100+", ">65", "20-39", "[50,70)"])
def test_a_range_is_no_age_and_is_kept_as_it_was_said(read, said, text):
    preview = read(f'id,age\n1,"{text}"\n2,40\n')
    assert preview.ready
    assert said(preview, "warning") == [("age_range", None, text)]
    assert [(row.age, row.text("age")) for row in preview.rows()] == [(None, text), (40, "")]


@pytest.mark.parametrize("text", ["-1", "180", "seventy", "?56"])
def test_what_is_no_age_is_an_error_until_it_may_be_blank(read, said, text):
    list_ = f"id,age\n1,{text}\n2,40\n"
    assert said(read(list_), "error") == [("bad_number", 2, text)]
    answered = read(list_, values={"age": {"*": ""}})
    assert answered.ready
    assert [row.age for row in answered.rows()] == [None, 40]


def test_sexes_as_nought_and_one_are_asked_about_and_one_is_not_taken_for_male(read, said):
    text = "id,sex\n1,0\n2,1\n3,1\n"
    assert said(read(text), "question") == [("sex_coded", None, "")]
    assert said(read(text), "error") == []
    assert [row.sex for row in read(text, values={"sex": {"0": "male", "1": "female"}}).rows()] == [
        "male",
        "female",
        "female",
    ]


def test_a_sex_that_a_case_cannot_hold_is_kept_as_it_was_said(read, said):
    preview = read("id,sex\n1,diverse\n2,femme\n3,Homme\n")
    assert preview.ready
    assert said(preview, "warning") == [("sex_other", None, "diverse")]
    assert [(row.sex, row.text("sex")) for row in preview.rows()] == [("", "diverse"), ("female", ""), ("male", "")]
