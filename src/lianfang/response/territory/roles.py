"""Roles are plain data: a name and what it may do inside the area of its grant."""

from django.utils.translation import gettext_lazy as _

PERMISSIONS = {
    "areas.view": _("see areas and their figures"),
    "duties.view": _("see duties of the area"),
    "duties.do": _("do duties and hand in proof"),
    "duties.assign": _("create and reassign duties"),
    "people.lookup": _("look people up under a purpose"),
    "people.identify": _("see names, ID numbers and phones unmasked, for a reason"),
    "people.phone": _("see phone numbers of people one has a task for"),
    "people.edit": _("enter and correct people"),
    "people.merge": _("merge and unmerge duplicates"),
    "cases.view": _("see cases and contacts"),
    "cases.report": _("report and edit cases"),
    "cases.confirm": _("confirm or exclude a case"),
    "cases.test": _("record laboratory results"),
    "contacts.edit": _("name contacts"),
    "contacts.review": _("review contacts"),
    "measures.view": _("see measures on people"),
    "measures.place": _("put a person under a measure"),
    "measures.release": _("release a person by the rule"),
    "measures.follow": _("visit and follow up people under a measure"),
    "linelist.import": _("import line lists"),
    "locations.collide": _("ask for a warrant and look into location records under it"),
    "warrants.approve": _("approve warrants that others asked for"),
    "warrants.view": _("see warrants and certificates of destruction"),
    "purposes.open": _("open a purpose"),
    "purposes.view": _("see purposes and who looked"),
    "protocols.view": _("see the rules in force"),
    "protocols.override": _("override a rule locally"),
    "grants.view": _("see who holds which role"),
    "grants.give": _("give and end grants"),
    "ledger.view": _("read and verify the ledger"),
    "reads.review": _("review who looked at whom"),
    "system.configure": _("configure the system"),
}

_SEE = {"areas.view", "duties.view", "duties.do", "protocols.view"}
_HEALTH = _SEE | {"cases.view", "measures.view"}
_LOOK = {"locations.collide", "warrants.view"}
_APPROVE = {"warrants.approve", "warrants.view"}  # never with locations.collide: who approves does not look
_OFFICIAL = _HEALTH | {"duties.assign", "measures.follow", "people.phone"}
_TRACE = _HEALTH | {
    "people.lookup", "people.identify", "people.phone", "people.edit", "cases.report", "cases.confirm", "contacts.edit",
    "contacts.review", "measures.place", "measures.release", "measures.follow", "linelist.import", "purposes.open",
    "duties.assign", "purposes.view",
}  # fmt: skip

ROLES: dict[str, frozenset[str]] = {
    "commander": frozenset(
        _HEALTH | {"duties.assign", "protocols.override", "grants.view", "grants.give", "purposes.view"} | _APPROVE
    ),
    "county": frozenset(
        _OFFICIAL | {"grants.view", "grants.give", "measures.place", "people.edit", "people.merge"} | _APPROVE
    ),
    "township": frozenset(_OFFICIAL | {"people.edit"}),
    "community": frozenset(_SEE | {"measures.view", "measures.follow", "people.phone", "people.edit"}),
    "supervisor": frozenset({"areas.view", "duties.view", "duties.do", "protocols.view", "grants.view"}),
    "tracer": frozenset(_TRACE | _LOOK),
    "analyst": frozenset(_HEALTH | {"people.lookup", "linelist.import", "purposes.open"} | _LOOK),
    "laboratory": frozenset(_SEE | {"cases.test"}),
    "dispatcher": frozenset(_SEE | {"measures.view", "people.phone"}),
    "gatekeeper": frozenset({"duties.view", "duties.do"}),
    "auditor": frozenset({"ledger.view", "reads.review", "purposes.view", "warrants.view", "grants.view", "protocols.view"}),
    "administrator": frozenset({"system.configure", "grants.view", "protocols.view"}),
}

ROLE_NAMES = {
    "commander": _("Commander"),
    "county": _("County official"),
    "township": _("Township official"),
    "community": _("Community official"),
    "supervisor": _("Supervisor"),
    "tracer": _("Contact tracer"),
    "analyst": _("Data analyst"),
    "laboratory": _("Laboratory"),
    "dispatcher": _("Dispatcher"),
    "gatekeeper": _("Gatekeeper"),
    "auditor": _("Auditor"),
    "administrator": _("System administrator"),
}
