"""XLSX: real dates, dates as day numbers, headers with spaces, long sheets, damaged files."""

from datetime import date, datetime

import pytest
import xlsxwriter

from lianfang.engines.linelist import Refused, inspect
from lianfang.engines.linelist.mapping import build_mapping


@pytest.fixture
def workbook(tmp_path):
    """``workbook(rows)`` writes rows to the first sheet and returns the path; ``more`` are further sheets."""

    def _workbook(rows, more=()):
        path = tmp_path / "list.xlsx"
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
        for content in (rows, *more):
            sheet = book.add_worksheet()
            for number, row in enumerate(content):
                sheet.write_row(number, 0, row)
        book.close()
        return path

    return _workbook


def test_real_dates_and_day_numbers_are_the_same_day(workbook):
    rows = [["case id ", " Date Onset", "confirm_date "], ["A1", date(2021, 1, 3), 44201], ["A2", 44199, "2021-01-05"]]
    preview = inspect(workbook(rows))
    assert preview.ready
    first, second = preview.rows()
    assert first.on("onset_on") == second.on("onset_on") == date(2021, 1, 3)
    assert first.on("diagnosed_on") == second.on("diagnosed_on") == date(2021, 1, 5)


def test_whole_numbers_stay_whole_and_empty_cells_empty(workbook):
    preview = inspect(workbook([["CaseID", "age", "infector"], [1, 40, None], [2, 38.0, 1]]))
    rows = list(preview.rows())
    assert [(row.id, row.age, row.sources) for row in rows] == [("1", 40, ()), ("2", 38, ("1",))]


def test_every_row_of_a_long_sheet_is_read(workbook):
    rows = [["case_id", "sex"], *([f"A{n}", "M"] for n in range(65_537))]
    assert inspect(workbook(rows)).count == 65_537


def test_a_sheet_that_is_no_list_is_named_and_not_passed_over_in_silence(workbook):
    preview = inspect(workbook([["case_id"], ["A1"]], more=[[["week", "count"], [1, 12]]]))
    assert [(one.code, one.severity) for one in preview.problems] == [("other_sheets", "warning")]
    assert "Sheet2" in preview.problems[0].message()


def test_of_two_sheets_with_a_list_the_user_says_which_is_meant(workbook):
    path = workbook([["case_id", "sex"], ["A1", "M"]], more=[[["case_id", "sex"], ["B1", "F"]]])
    (question,) = inspect(path).of("question")
    assert (question.code, question.params["answers"]) == ("several_sheets", ["Sheet1", "Sheet2"])
    answered = inspect(path, mapping=build_mapping({"file": {"sheet": "Sheet2"}}))
    assert answered.ready
    assert [row.id for row in answered.rows()] == ["B1"]


def test_a_list_behind_a_page_of_notes_is_found(workbook):
    path = workbook([["Notes"], ["for the county"]], more=[[["case_id", "sex"], ["B1", "F"]]])
    preview = inspect(path)
    assert preview.ready
    assert [row.id for row in preview.rows()] == ["B1"]


def test_titles_above_the_header_are_passed_over_and_said(workbook):
    path = workbook(
        [
            ["Cases of the county", ""],
            ["as of 5 January", ""],
            [],
            ["Case no.", "Date of onset"],
            [1, "05/01/2021"],
            [2, "15/01/2021"],
        ]
    )
    preview = inspect(path)
    assert [one.code for one in preview.problems] == ["title_rows"]
    assert [(row.row, row.id, row.on("onset_on")) for row in preview.rows()] == [
        (5, "1", date(2021, 1, 5)),
        (6, "2", date(2021, 1, 15)),
    ]


def test_days_that_a_spreadsheet_turned_round_beside_days_it_left_as_text_are_asked_about(workbook):
    rows = [
        ["case_id", "date_onset"],
        ["A1", date(2020, 4, 2)],
        ["A2", "14/02/2020"],
        ["A3", date(2020, 5, 2)],
        ["A4", "20/02/2020"],
    ]
    path = workbook(rows)
    (question,) = inspect(path).of("question")
    assert (question.code, question.params["proposal"]) == ("date_mangled", "2020-02-04")
    answered = inspect(path, mapping=build_mapping({"dates": {"mangled": "swap"}}))
    assert [row.on("onset_on") for row in answered.rows()] == [
        date(2020, 2, 4),
        date(2020, 2, 14),
        date(2020, 2, 5),
        date(2020, 2, 20),
    ]


def test_the_calendar_of_1904_gives_the_days_that_were_typed(tmp_path):
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["case_id", "date_onset"])
    sheet.write(1, 0, "A1")
    sheet.write_datetime(1, 1, datetime(2021, 1, 3))
    book.close()
    assert next(inspect(path).rows()).on("onset_on") == date(2021, 1, 3)


def test_a_formula_without_its_result_refuses_the_list_and_names_the_cell(tmp_path):
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["case_id", "age"])
    sheet.write_row(1, 0, ["A1", 40])
    sheet.write(2, 0, "A2")
    sheet.write_formula(2, 1, "=B2+1", value="")
    book.close()
    assert [(one.code, one.value) for one in inspect(path).of("error")] == [("uncomputed", "B3")]


def test_a_workbook_under_another_name_is_a_workbook(workbook, tmp_path):
    path = workbook([["case_id"], ["A1"]]).rename(tmp_path / "list.csv")
    assert inspect(path).count == 1


@pytest.mark.parametrize("keep", [0.25, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_refused(workbook, keep):
    path = workbook([["case_id", "sex"], *([f"A{n}", "M"] for n in range(500))])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(Refused) as refusal:
        inspect(path)
    assert refusal.value.problem.code in {"cut_mid_row", "not_a_table"}


def test_a_sheet_filled_to_its_last_row_may_have_lost_some_and_is_asked_about(workbook, monkeypatch):
    monkeypatch.setattr("lianfang.engines.linelist.table.SHEET_ROWS", 4)
    path = workbook([["case_id"], ["A1"], ["A2"], ["A3"]])
    assert [one.code for one in inspect(path).of("question")] == ["sheet_full"]
    assert inspect(path, mapping=build_mapping({"file": {"last_row": "complete"}})).ready


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)])
def test_a_workbook_of_the_old_kind_is_refused_with_what_to_do(tmp_path, content):
    path = tmp_path / "list.xls"
    path.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        inspect(path)
    assert refusal.value.problem.code == "old_workbook"


def test_a_stray_cell_at_the_end_of_the_grid_does_not_fill_memory(tmp_path):
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["case_id"])
    sheet.write_row(1, 0, ["A1"])
    sheet.write(1_048_575, 16_383, ".")
    book.close()
    with pytest.raises(Refused) as refusal:
        inspect(path)
    assert refusal.value.problem.params == {"rows": 1_048_576, "columns": 16_384}
