"""What every test can ask for: the cast, the real data where present, and the database really in use."""

import itertools
import os
from pathlib import Path

import pytest

from tests.cast import cast, resident_a, resident_b, signed_in

__all__ = ["cast", "resident_a", "resident_b", "signed_in"]

_numbers = itertools.count()
ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("LIANFANG_SHARED") or ROOT.parent / "shared").resolve()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real data, which is not part of the project; tests that need it are skipped without it."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"real data not found beside the project ({folder.name}/); set LIANFANG_SHARED")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _the_database_we_mean(request: pytest.FixtureRequest) -> None:
    """Without this the tests could run on SQLite and stay green while PostgreSQL is meant."""
    from django.conf import settings
    from django.db import connection

    wanted = "postgresql" if settings.ON_POSTGRESQL else "sqlite"
    assert connection.vendor == wanted, f"these tests run on {connection.vendor}, not on {wanted}"


@pytest.fixture(autouse=True)
def _anchors_of_this_test_only(tmp_path_factory: pytest.TempPathFactory, settings: object) -> None:
    """The anchor file outlives a database; every test has a database of its own."""
    settings.ANCHOR_FILE = tmp_path_factory.getbasetemp() / f"anchor-{next(_numbers)}"  # type: ignore[attr-defined]


# What never opens the database of the run is run once, with SQLite: a second run would say nothing new.
_ONCE = (
    "tests/engines/",
    "tests/browser/",
    "tests/faults/",
    *(f"tests/laws/test_{law}.py" for law in ("architecture", "types", "words")),
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from django.conf import settings

    if settings.ON_POSTGRESQL:
        once = [item for item in items if item.nodeid.startswith(_ONCE)]
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if not item.nodeid.startswith(_ONCE)]

    only_there = pytest.mark.skip(reason="row security exists on PostgreSQL only: run `lianfang test --only postgres`")
    for item in items:
        if "postgres" in item.keywords and not settings.ON_POSTGRESQL:
            item.add_marker(only_there)


def pytest_report_header() -> str:
    from django.conf import settings

    return f"database: {'PostgreSQL' if settings.ON_POSTGRESQL else 'SQLite'}; shared data: {'yes' if SHARED.is_dir() else 'no'}"
