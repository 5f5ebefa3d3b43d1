"""``kill -9`` in the middle of an import loses nothing acknowledged and leaves nothing half-done."""

import json
import os
import random
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.slow

ROWS = 3000
PREPARE = """
from lianfang.cli import framework
framework.start()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from lianfang.response.territory.models import Area
Area.objects.create(kind=1, code="9901", path="9901/", name="X")
"""
IMPORT = """
import sys
from lianfang.cli import framework
framework.start()
from lianfang.response.territory.queries import root
from lianfang.response.workflows.import_linelist import commit_linelist
area = root()
print("ready", flush=True)
receipt = commit_linelist(sys.argv[1], area=area, disease="COVID-19", by=None)
print("acknowledged", receipt.pk, receipt.created["cases"], flush=True)
"""
STATE = """
import json
from lianfang.cli import framework
framework.start()
from lianfang.response.cases.models import Case, Contact, Receipt, Source
from lianfang.response.duties.models import Duty, Tally
from lianfang.response.ledger.queries import verify
from lianfang.response.people.models import Person
counts = {model.__name__: model.objects.count() for model in (Case, Contact, Source, Person, Duty)}
tally = sum(Tally.objects.values_list("open", flat=True))
receipts = list(Receipt.objects.order_by("pk").values_list("file_name", flat=True))
print(json.dumps({**counts, "tally": tally, "receipts": receipts, "ledger": verify().ok}))
"""


class Process:
    def __init__(self, folder):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LIANFANG_", "DJANGO_", "DATABASE"))}
        self.environment = {**kept, "LIANFANG_DATA": str(folder), "LC_ALL": "C.UTF-8"}

    def start(self, code, *words):
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, words)], env=self.environment, stdout=subprocess.PIPE, text=True
        )

    def run(self, code, *words):
        child = self.start(code, *words)
        told, _ = child.communicate(timeout=120)
        assert child.returncode == 0
        return told


def write(path, letter, rows):
    sources = (f"{letter}{n - 1}" if n % 3 == 0 and n else "" for n in range(rows))
    body = "".join(f"{letter}{n},M,2021-01-03,{source}\n" for n, source in enumerate(sources))
    path.write_text("case_id,sex,onset,infector\n" + body)
    return path


def whole(rows):
    links = len(range(3, rows, 3))
    return {"Case": rows, "Person": rows, "Duty": rows, "tally": rows, "Source": links, "Contact": links}


def test_a_killed_import_is_all_or_nothing_and_runs_again(tmp_path):
    process = Process(tmp_path / "data")
    process.run(PREPARE)
    first, second = write(tmp_path / "first.csv", "F", ROWS), write(tmp_path / "second.csv", "S", ROWS)
    took_s = acknowledged_after(process, first)
    one, two = whole(ROWS), {name: 2 * number for name, number in whole(ROWS).items()}
    died_inside = 0
    for share in sorted(random.Random(seed).uniform(0.05, 0.95) for seed in range(4)):
        acknowledged = killed_during(process, second, share * took_s)
        state = json.loads(process.run(STATE))
        receipts = state.pop("receipts")
        assert state.pop("ledger")
        assert receipts[:1] == ["first.csv"], "what was acknowledged is gone"
        assert state == (two if receipts[1:] else one), "something is half-done"
        assert receipts[1:] or not acknowledged
        died_inside += not receipts[1:]
    assert died_inside, "no kill fell into the import"
    assert f" {ROWS}" in process.run(IMPORT, second)
    state = json.loads(process.run(STATE))
    assert (state.pop("receipts"), state.pop("ledger"), state) == (["first.csv", "second.csv"], True, two)


def acknowledged_after(process, path):
    """Import to the end; return the seconds between the start of the import and its answer."""
    child = process.start(IMPORT, path)
    assert child.stdout.readline().strip() == "ready"
    began = time.monotonic()
    assert child.stdout.readline().startswith("acknowledged")
    child.communicate()
    return time.monotonic() - began


def killed_during(process, path, delay_s):
    """Start an import and kill it after a while; return whether it had answered by then."""
    child = process.start(IMPORT, path)
    assert child.stdout.readline().strip() == "ready"
    time.sleep(delay_s)
    child.kill()
    told, _ = child.communicate()
    return "acknowledged" in told
