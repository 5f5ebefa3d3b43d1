"""Settings of the tests: a data folder of their own, and one of the two databases.

pytest-django reads these before any conftest, so the embedded PostgreSQL is started here. Every test runs on SQLite;
with ``LIANFANG_TEST_DATABASE=postgres`` the same tests run on the PostgreSQL that comes as a wheel.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.mkdtemp(prefix="lianfang-test-")).resolve()
_owner = os.getpid()


@atexit.register
def _remove_folder() -> None:
    if os.getpid() == _owner:  # a forked child leaves the folder to its parent
        shutil.rmtree(_FOLDER, ignore_errors=True)


for _name in ("LIANFANG_KEYS", "LIANFANG_ANCHOR", "DATABASE_URL", "LIANFANG_HTTPS", "LIANFANG_DEBUG"):
    os.environ.pop(_name, None)
os.environ["LIANFANG_DATA"] = str(_FOLDER)

ON_POSTGRESQL = os.environ.get("LIANFANG_TEST_DATABASE", "sqlite") == "postgres"
if ON_POSTGRESQL:
    from tests.postgres import server_url

    os.environ["DATABASE_URL"] = server_url()

from lianfang.response.settings import *  # noqa: E402, F403
from lianfang.response.settings import DATABASES, MIDDLEWARE  # noqa: E402

if not ON_POSTGRESQL:
    # A file, not memory: several threads and processes see one database, with the pragmas of production.
    DATABASES["default"]["TEST"] = {"NAME": str(_FOLDER / "test.sqlite3")}

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; no secret is kept here
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False  # lock-out has its own tests, which switch it on
# Clients inside the process read bytes as they are; what a browser is sent is weighed in tests/browser/test_weight.py.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.endswith("GZipMiddleware")]
