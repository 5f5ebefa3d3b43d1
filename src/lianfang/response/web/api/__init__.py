"""``/api/v1``: what the pages do, under the same permissions and into the same ledger. One file per noun.

Signing in is the session's (both factors, asked for by the middleware); a write also carries the CSRF token as the
header ``X-CSRFToken``. Every answer an operation can give stands in ``/api/v1/openapi.json``.
"""

from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from lianfang.response.web.api import (
    accounts,
    areas,
    cases,
    chains,
    contacts,
    duties,
    grants,
    imports,
    ledger,
    looks,
    me,
    measures,
    merges,
    missing,
    people,
    protocols,
    tests,
    trees,
    warrants,
)
from lianfang.response.web.api.errors import handle
from lianfang.response.web.api.signing import Brake, SignedIn


class Legible(JSONRenderer):
    """Chinese as it is written: half the bytes, and a test that searches an answer for a name finds it."""

    json_dumps_params = {"ensure_ascii": False}


class Documented(NinjaAPI):
    """The OpenAPI document takes a third of a second to make and never changes while the process runs: made once."""

    _document = None

    def get_openapi_schema(self, **where):
        if self._document is None:
            self._document = super().get_openapi_schema(**where)
        return self._document


api = Documented(
    title="联防 Lianfang",
    version="1",
    urls_namespace="api-1",
    description=__doc__,
    renderer=Legible(),
    auth=SignedIn(),
    throttle=[Brake()],
    docs_url="/docs",
    openapi_url="/openapi.json",
    docs_decorator=require_GET,
)
handle(api)
NOUNS = (
    me, areas, duties, cases, contacts, measures, tests, warrants, looks, merges, people, chains, protocols, grants, accounts,
    imports, trees, ledger, missing,
)  # fmt: skip
for noun in NOUNS:
    api.add_router("", noun.router)
