"""The row counts at which other systems lost cases without a word: every row is stored, and counted on the receipt."""

import pytest

from lianfang.response.cases.models import Case
from lianfang.response.workflows.import_linelist import commit_linelist

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("count", [65_537])  # the engine reads the other two in its own tests
def test_every_case_of_a_long_list_is_stored(cast, tmp_path, count):
    path = tmp_path / "list.csv"
    path.write_text("case_id,sex,onset\n" + "".join(f"L{n},F,2021-01-03\n" for n in range(count)))
    receipt = commit_linelist(path, area=cast.city, disease="COVID-19", by=cast.tracer)
    assert (receipt.rows_read, receipt.created["cases"], receipt.created["duties"]) == (count, count, count)
    assert Case.objects.filter(receipt=receipt).count() == count
    assert Case.objects.filter(label=f"L{count - 1}").exists()
