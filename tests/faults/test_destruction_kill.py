"""``kill -9`` in the middle of destroying a warrant's records: the next run finishes, and in between nobody reads them."""

import json
import signal

import pytest

from tests.faults.test_import_kill import Process

pytestmark = pytest.mark.slow

PREPARE = """
from datetime import UTC, datetime, timedelta
from pathlib import Path
from lianfang.cli import framework
framework.start()
from django.conf import settings
from django.core.management import call_command
call_command("migrate", verbosity=0)
from lianfang.response.accounts.models import User
from lianfang.response.cases.models import Case
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area, Boundary, Grant
from lianfang.response.tracing.actions.looks import Asking, look
from lianfang.response.tracing.actions.records import keep_records
from lianfang.response.tracing.actions.warrants import approve_warrant, request_warrant
now = datetime.now(UTC)
city = Area.objects.create(kind=1, code="9901", path="9901/", name="X")
square = [[114, 38], [115, 38], [115, 39], [114, 39], [114, 38]]
Boundary.objects.create(area=city, geometry={"type": "Polygon", "coordinates": [square]}, schematic=False)
users = [User.objects.create(username=name, person_key=n) for n, name in enumerate(("tracer", "commander"))]
for user in users:
    Grant.objects.create(user=user, role=user.username, area=city, starts_at=now - timedelta(days=9), reason="x")
people = [Person.objects.create(community=city, sealed=b"") for _ in range(2)]
case = Case.objects.create(person=people[0], area=city, label="1", disease="COVID-19", state="confirmed",
    state_at=now, created_at=now, onset_on=now.date())
warrant = request_warrant([case], city, by=users[0], kinds=["ping"], basis="contact_tracing", purpose="x",
    from_at=now - timedelta(days=2), to_at=now, expires_at=now + timedelta(days=1), at=now)
approve_warrant(warrant, digest=warrant.digest, by=users[1], at=now)
path = Path(settings.DATA) / "pings.csv"
rows = [f"{one.pk},{(now - timedelta(hours=1)).isoformat()},114.5,38.5,5" for one in people]
path.write_text("\\n".join(["person,t,lon,lat,accuracy", *rows, ""]))
keep_records(warrant, path, by=users[0], at=now)
look(warrant, Asking(), by=users[0], at=now)
"""
# The process stops dead at one of three places: before anything is touched, between key and files, before the rows.
DESTROY = """
import os, sys, signal
from datetime import UTC, datetime, timedelta
from lianfang.cli import framework
framework.start()
from lianfang.response.tracing import vault
from lianfang.response.tracing.actions import ending
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
where = sys.argv[1]
if where == "before":
    vault.Vault.destroy = die
if where == "between":
    vault.shutil.rmtree = die
if where == "after":
    ending._finish = die
ending.destroy_ended(datetime.now(UTC) + timedelta(days=1))
"""
STATE = """
import json
from pathlib import Path
from lianfang.cli import framework
framework.start()
from django.conf import settings
from lianfang.response.ledger.queries import verify
from lianfang.response.tracing.actions.ending import check_certificate
from lianfang.response.tracing.models import Candidate, Certificate, Warrant
left = [str(path) for folder in (settings.WARRANTS, settings.WARRANT_KEYS) for path in Path(folder).rglob("*") if path.is_file()]
print(json.dumps({"state": Warrant.objects.get().state, "left": len(left), "candidates": Candidate.objects.count(),
    "wrong": check_certificate(Certificate.objects.get()).wrong, "ledger": verify().ok}))
"""


@pytest.mark.parametrize("where", ["before", "between", "after"])
def test_a_killed_destruction_is_finished_by_the_next_tick(tmp_path, where):
    process = Process(tmp_path / "data")
    process.run(PREPARE)
    child = process.start(DESTROY, where)
    child.communicate(timeout=120)
    assert child.returncode == -signal.SIGKILL
    between = json.loads(process.run(STATE))
    assert (between["state"], between["wrong"]) == ("destroying", ["unfinished"])
    process.run(DESTROY, "nowhere")
    assert json.loads(process.run(STATE)) == {
        "state": "destroyed", "left": 0, "candidates": 0, "wrong": [], "ledger": True,
    }  # fmt: skip
