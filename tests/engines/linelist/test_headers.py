"""The same table means the same, however its columns stand and however its header is spaced or written."""

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianfang.engines.linelist import inspect

COLUMNS = {  # header → three cells
    "case_id": ("A1", "A2", "A3"),
    "sex": ("M", "F", "NA"),
    "age": ("40", "", "7"),
    "date_onset": ("14/01/2020", "", "03/02/2020"),
    "confirm_date": ("21/01/2020", "22/01/2020", ""),
    "Infection_source": ("Wuhan", "A1", "A1; A2"),
    "Related cases": ("2", "", "A1,A2"),
    "presumed_reason": ("Wedding", "", "Home, later shop"),
    "notes": ("said “so”", "", "line one"),
}
_SPACES = st.sampled_from(["", " ", "  ", "\t", "\u3000"])
_CASES = st.sampled_from([str, str.upper, str.title])


def table(order, before, after, write):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([before + write(name) + after for name in order])
    writer.writerows(zip(*(COLUMNS[name] for name in order), strict=True))
    return text.getvalue()


def read(folder, content):
    path = folder / "list.csv"
    path.write_text(content, encoding="utf-8")
    preview = inspect(path)
    return preview.ready, [(row, dict(row.dates), dict(row.texts)) for row in preview.rows()]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(list(COLUMNS)), before=_SPACES, after=_SPACES, write=_CASES)
def test_columns_in_any_order_and_spacing_give_the_same_cases(tmp_path, order, before, after, write):
    plain = read(tmp_path, table(list(COLUMNS), "", "", str))
    assert plain[0]
    assert read(tmp_path, table(order, before, after, write)) == plain
