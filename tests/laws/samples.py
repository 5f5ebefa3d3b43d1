"""What to ask each address for: records of ``tests.world`` for its parameters, and a body that its form accepts.

The longest matching beginning of an address decides. An address with a parameter that has no sample here fails the
table's test, because a made-up id would answer 404 to everybody and prove nothing.
"""

from typing import Any

# beginning of the address, parameter → name of a record in tests.world
RECORDS = {
    ("wall/", "code"): "area",
    ("areas/", "code"): "area",
    ("duties/", "pk"): "duty",
    ("cases/", "pk"): "case",
    ("cases/<int:pk>/confirm", "pk"): "suspect",
    ("contacts/", "pk"): "contact",
    ("measures/", "pk"): "measure",
    ("warrants/", "pk"): "warrant",
    ("warrants/", "candidate"): "candidate",
    ("warrants/<int:pk>/approve", "pk"): "asked",
    ("warrants/<int:pk>/refuse", "pk"): "asked",
    ("warrants/<int:pk>/end", "pk"): "ending",
    ("people/", "pk"): "person",
    ("people/duplicates/", "pk"): "suspicion",
    ("people/merges/", "pk"): "merge",
    ("purposes/", "pk"): "purpose",
    ("grants/", "pk"): "grant",
    ("ledger/reviews/", "pk"): "review",
    ("import/receipts/", "pk"): "receipt",
    ("territory/receipts/", "pk"): "tree_receipt",
    ("api/v1/areas/", "code"): "area",
    ("api/v1/duties/", "pk"): "duty",
    ("api/v1/cases/", "pk"): "case",
    ("api/v1/cases/<pk>/confirm", "pk"): "suspect",
    ("api/v1/contacts/", "pk"): "contact",
    ("api/v1/contacts/<pk>/secondary", "pk"): "placed",
    ("api/v1/measures/", "pk"): "measure",
    ("api/v1/warrants/", "pk"): "warrant",
    ("api/v1/warrants/", "candidate"): "candidate",
    ("api/v1/warrants/<pk>/approve", "pk"): "asked",
    ("api/v1/warrants/<pk>/refuse", "pk"): "asked",
    ("api/v1/warrants/<pk>/end", "pk"): "ending",
    ("api/v1/warrants/<pk>/certificate", "pk"): "over",
    ("api/v1/people/", "pk"): "person",
    ("api/v1/people/duplicates/", "pk"): "suspicion",
    ("api/v1/people/merges/", "pk"): "merge",
    ("api/v1/purposes/", "pk"): "purpose",
    ("api/v1/grants/", "pk"): "grant",
    ("api/v1/ledger/reviews/", "pk"): "review",
    ("api/v1/accounts/", "pk"): "owner",
    ("api/v1/receipts/", "pk"): "receipt",
    ("api/v1/trees/receipts/", "pk"): "tree_receipt",
    ("api/v1/protocols/", "edition"): "edition",
}
# beginning of the address, parameter → a value that is no record
VALUES = {
    ("import/", "token"): "0" * 32,
    ("territory/", "token"): "0" * 32,
    # Everybody meets a key of somebody else; how one's own is added and removed: tests/browser/test_passkeys.py.
    ("account/second-factor/webauthn/", "pk"): "1",
    ("api/v1/", "rest"): "no/such/address",
}


def steps() -> dict[str, tuple[str, ...]]:
    """first word of an address → the steps it can end in, from the pages themselves where they keep a table."""
    from lianfang.response.web.views import cases, contacts, duties, measures, workbench

    pages = {"cases": cases, "contacts": contacts, "duties": duties, "measures": measures, "warrants": workbench}
    return {
        **{name: tuple(page._STEPS) for name, page in pages.items()},
        "grants": ("approve", "end"),
        "import": ("check", "commit", "discard"),
        "territory": ("commit", "discard"),
    }


_PINGS = "person,t,lon,lat,accuracy\n1,2021-01-02T12:00:00+08:00,114.8,38.0,10\n"
# address → the file that goes with its form
FILES = {
    "warrants/<int:pk>/records/": ("pings.csv", _PINGS),
    "api/v1/warrants/<pk>/records": ("pings.csv", _PINGS),
    "api/v1/trees": ("tree.csv", "code,parent_code,kind,name\nX,,city,某市\n"),
    "territory/upload/": ("tree.csv", "code,parent_code,kind,name\nX,,city,某市\n"),
    "api/v1/linelists": ("list.csv", "id,onset\nA1,2021-01-03\n"),
}
QUERIES = {"api/v1/chains": {"disease": "COVID-19"}}
# {name} stands for a record of tests.world
BODIES: dict[str, dict[str, Any]] = {
    "api/v1/duties/<pk>/finish": {"note": "已办"},
    "api/v1/duties/<pk>/blocked": {"reason": "refused"},
    "api/v1/duties/<pk>/hand-over": {"owner": "{owner}", "why": "交接"},
    "api/v1/cases": {"person": "{person}", "disease": "MERS", "diagnosed_on": "2021-01-03"},
    "api/v1/cases/<pk>/confirm": {},
    "api/v1/cases/<pk>/exclude": {"why": "复核阴性"},
    "api/v1/cases/<pk>/admit": {"hospital": "市五院"},
    "api/v1/cases/<pk>/stays": {
        "place": "超市", "setting": "shop", "from_at": "2021-01-02T12:00:00Z", "to_at": "2021-01-02T13:00:00Z",
    },
    "api/v1/cases/<pk>/contacts": {"person": "{person}", "setting": "meal"},
    "api/v1/warrants": {
        "cases": ["{case}"], "kinds": ["ping"], "area": "{area}", "basis": "contact_tracing", "purpose": "流调",
        "from_at": "2021-01-01T12:00:00Z", "to_at": "2021-01-02T12:00:00Z", "expires_at": "{soon}",
    },
    "api/v1/warrants/<pk>/approve": {"digest": "{digest}"},
    "api/v1/warrants/<pk>/refuse": {"why": "范围过大"},
    "api/v1/warrants/<pk>/end": {"why": "流调结束"},
    "api/v1/warrants/<pk>/looks": {},
    "api/v1/warrants/<pk>/candidates/decisions": {
        "decision": "dismiss", "candidates": ["{candidate}"], "why": "隔墙",
    },
    "api/v1/contacts/<pk>/review": {"decision": "verify", "why": "地址不详"},
    "api/v1/contacts/<pk>/place": {},
    "api/v1/contacts/<pk>/landed": {"note": "已落位"},
    "api/v1/contacts/<pk>/came-back": {"why": "误推"},
    "api/v1/contacts/<pk>/secondary": {"person": "{neighbour}", "setting": "meal"},
    "api/v1/measures/<pk>/check-in": {"site": "隔离点 301"},
    "api/v1/measures/<pk>/move-home": {},
    "api/v1/cases/<pk>/facts": {"hospital": "市五院"},
    "api/v1/cases/<pk>/sources": {"source": "{suspect}"},
    "api/v1/people/look-up": {"text": "郭大山", "purpose": "{purpose}"},
    "api/v1/people/<pk>/unmask": {"why": "核对证件"},
    "api/v1/people/duplicates/<pk>": {"decision": "different"},
    "api/v1/people/<pk>": {"address": "2-301", "why": "本人出示证件"},
    "api/v1/people/merges/<pk>/undo": {"why": "兄弟二人"},
    "api/v1/purposes": {"case": "{case}", "basis": "contact_tracing", "reason": "流调"},
    "api/v1/grants": {"area": "{area}", "username": "stranger", "role": "community", "reason": "换届"},
    "api/v1/accounts": {
        "username": "xin_ren", "name": "新人", "role": "community", "area": "{area}", "reason": "换届",
    },
    "api/v1/accounts/<pk>/renew": {},
    "api/v1/accounts/<pk>/close": {"why": "离任"},
    "api/v1/grants/emergency": {"area": "{area}", "role": "tracer", "reason": "夜间断网"},
    "api/v1/grants/<pk>/end": {"why": "换届"},
    "api/v1/ledger/reviews/<pk>/decide": {"decision": "in_order"},
    "api/v1/tests": {
        "person": "{person}", "disease": "COVID-19", "sampled_at": "2021-01-02T12:00:00Z", "result": "negative",
        "laboratory": "市疾控",
    },
    "api/v1/protocols/<edition>/overrides": {
        "area": "{area}", "parameter": "incubation_days", "value": 21, "why": "省里要求",
    },
    "api/v1/protocols/<edition>/in-force": {"area": "{area}", "why": "省里要求"},
}  # fmt: skip
FORMS: dict[str, dict[str, Any]] = {
    "language/": {"language": "en"},
    "duties/<int:pk>/finish/": {"note": "已办"},
    "duties/<int:pk>/blocked/": {"reason": "refused"},
    "duties/<int:pk>/hand-over/": {"owner": "{owner}", "why": "交接"},
    "cases/<int:pk>/exclude/": {"why": "复核阴性"},
    "cases/<int:pk>/admit/": {"hospital": "市五院"},
    "cases/<int:pk>/source/": {"source": "{suspect_label}"},
    "warrants/ask/": {
        "case": "{case}", "kind": "ping", "area": "{area}", "basis": "contact_tracing", "purpose": "流调",
        "from_at": "2021-01-01T12:00", "to_at": "2021-01-02T12:00", "expires_at": "{soon_here}",
    },
    "warrants/<int:pk>/approve/": {"digest": "{digest}"},
    "warrants/<int:pk>/refuse/": {"why": "范围过大"},
    "warrants/<int:pk>/end/": {"why": "流调结束"},
    "warrants/<int:pk>/look/": {},
    "warrants/<int:pk>/decide/": {"candidate": "{candidate}", "decision": "dismiss", "why": "隔墙"},
    "api/v1/trees": {"kind": "areas", "commit": "true"},
    "territory/upload/": {"kind": "areas"},
    "api/v1/linelists": {"area": "{area}", "disease": "MERS", "commit": "true"},
    "cases/<int:pk>/interview/stay/": {
        "place": "超市", "setting": "shop", "from_at": "2021-01-02T12:00", "to_at": "2021-01-02T13:00",
    },
    "cases/<int:pk>/interview/name/": {"person": "{neighbour}", "setting": "meal"},
    "contacts/<int:pk>/review/": {"decision": "verify", "why": "地址不详"},
    "measures/<int:pk>/check-in/": {"site": "隔离点 301"},
    "measures/<int:pk>/result/": {"sampled_at": "2021-01-02T12:00", "result": "negative", "laboratory": "市疾控"},
    "people/search/": {"text": "郭大山", "purpose": "{purpose}"},
    "people/<int:pk>/": {"why": "核对证件"},
    "people/duplicates/<int:pk>/": {"decision": "different"},
    "people/<int:pk>/correct/": {"address": "2-301", "why": "本人出示证件"},
    "people/merges/<int:pk>/undo/": {"why": "兄弟二人"},
    "purposes/open/": {"case": "{case}", "basis": "contact_tracing", "reason": "流调"},
    "protocols/override/": {
        "area": "{area}", "edition": "CN-7", "parameter": "incubation_days", "value": "21", "why": "省里要求",
    },
    "grants/give/": {"area": "{area}", "user": "stranger", "role": "community", "reason": "换届"},
    "grants/accounts/open/": {
        "username": "xin_ren", "name": "新人", "role": "community", "area": "{area}", "reason": "换届",
    },
    "grants/accounts/renew/": {"username": "xiaoguozhuang_community"},
    "grants/accounts/close/": {"username": "xiaoguozhuang_community", "why": "离任"},
    "grants/emergency/": {"area": "{area}", "role": "tracer", "reason": "夜间断网"},
    "grants/<int:pk>/end/": {"why": "换届"},
    "ledger/reviews/<int:pk>/decide/": {"decision": "in_order"},
    "import/<str:token>/check/": {"area": "{area}", "disease": "COVID-19"},
    "import/<str:token>/commit/": {"area": "{area}", "disease": "COVID-19"},
}  # fmt: skip


def longest(table: dict[tuple[str, str], str], route: str, parameter: str) -> str | None:
    fitting = [start for start, name in table if name == parameter and route.startswith(start)]
    return table[max(fitting, key=len), parameter] if fitting else None


def filled(body: dict[str, Any], world: Any) -> dict[str, Any]:
    """Put the world's records where a body names them."""

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(one) for one in value]
        return world[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value

    return {name: told(value) for name, value in body.items()}
