"""XLSX: real dates, dates as day numbers, headers with spaces, long sheets, damaged files."""

from datetime import date

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


def test_further_sheets_are_named_and_not_passed_over_in_silence(workbook):
    preview = inspect(workbook([["case_id"], ["A1"]], more=[[["case_id"], ["B1"]]]))
    assert [(one.code, one.severity) for one in preview.problems] == [("other_sheets", "warning")]
    assert "Sheet2" in preview.problems[0].message()


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
