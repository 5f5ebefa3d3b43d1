"""Fill the city for the screens benchmark: cases, contacts, measures and a million duties, by bulk SQL.

Every constraint of the database holds, and every tally is the sum of its duties. Not a path of the program: nothing here
asks for permission, and the ledger gets one row for all. Only a demonstration city takes it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

import click
import numpy as np
from django.conf import settings
from django.db import connection, transaction

from lianfang.cli.bench import caseload, workload
from lianfang.cli.bench.moments import Moments
from lianfang.cli.speech import text
from lianfang.response import clock
from lianfang.response.cases.models import Case, Contact, Measure, Source
from lianfang.response.databases import without_indexes
from lianfang.response.duties.models import Duty, Tally
from lianfang.response.ledger.actions import record
from lianfang.response.ledger.models import Entry

EVENT = "bench.loaded"


@dataclass(frozen=True)
class Loaded:
    """How many rows there are for the benchmark."""

    cases: int
    contacts: int
    measures: int
    duties: int
    late: int


def load(*, duties: int, contacts: int, cases: int, seed: int = 1, at: datetime | None = None) -> Loaded:
    """Load once, whole or not at all; a city that has its load already keeps it, whatever is asked for.

    Raises ClickException where the city is not a demonstration, or too small for so many people and duties.
    """
    if not settings.DEMONSTRATION:
        raise click.ClickException(text("只能装入演示城市", "only a demonstration city can be loaded"))
    done = Entry.objects.filter(action=EVENT).order_by("-seq").first()
    if done:
        return Loaded(**json.loads(done.detail)["loaded"])
    random, moments = np.random.default_rng(seed), Moments(at or clock.now())
    with transaction.atomic(), without_indexes(Case, Source, Contact, Measure, Duty, Tally):
        made = caseload.make(cases=cases, contacts=contacts, random=random, moments=moments)
        late = workload.make(made, duties=duties, random=random, moments=moments)
        loaded = Loaded(cases, contacts, len(made.measures), duties, late)
        record(EVENT, at=moments.now, seed=seed, loaded=asdict(loaded))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("ANALYZE")
    return loaded
