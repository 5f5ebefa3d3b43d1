"""States of cases, contacts and measures, and the closed lists. Words in Chinese and English stand in ``terms.py``."""

from enum import StrEnum

from lianfang.response.territory.states import Move


class CaseState(StrEnum):
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    ASYMPTOMATIC = "asymptomatic"
    EXCLUDED = "excluded"
    RECOVERED = "recovered"
    CLOSED = "closed"
    DIED = "died"


CASE_TRANSITIONS = {
    (CaseState.REPORTED, CaseState.CONFIRMED): Move("cases.confirm", "case.confirmed"),
    (CaseState.REPORTED, CaseState.ASYMPTOMATIC): Move("cases.confirm", "case.confirmed_asymptomatic"),
    (CaseState.REPORTED, CaseState.EXCLUDED): Move("cases.confirm", "case.excluded"),
    (CaseState.ASYMPTOMATIC, CaseState.CONFIRMED): Move("cases.confirm", "case.developed_symptoms"),
    # A confirmed case can turn out to be a false positive; whoever confirmed it does not take it back alone.
    (CaseState.CONFIRMED, CaseState.EXCLUDED): Move("cases.confirm", "case.corrected"),
    (CaseState.ASYMPTOMATIC, CaseState.EXCLUDED): Move("cases.confirm", "case.corrected"),
    (CaseState.CONFIRMED, CaseState.RECOVERED): Move("cases.report", "case.recovered"),
    (CaseState.ASYMPTOMATIC, CaseState.RECOVERED): Move("cases.report", "case.recovered"),
    (CaseState.CONFIRMED, CaseState.DIED): Move("cases.report", "case.died"),
    (CaseState.RECOVERED, CaseState.CLOSED): Move("cases.report", "case.closed"),
}


class ContactState(StrEnum):
    """The chain the district offices kept: found → handed to who manages them → landed → managed → ended."""

    IDENTIFIED = "identified"
    PUSHED_ELSEWHERE = "pushed_elsewhere"
    OURS = "ours"
    LANDED = "landed"
    UNDER_MANAGEMENT = "under_management"
    VERIFYING = "verifying"
    RELEASED = "released"
    BECAME_CASE = "became_case"
    EXCLUDED = "excluded"


_C = ContactState
CONTACT_TRANSITIONS = {
    (_C.IDENTIFIED, _C.OURS): Move("contacts.review", "contact.reviewed"),
    (_C.IDENTIFIED, _C.VERIFYING): Move("contacts.review", "contact.verifying"),
    (_C.IDENTIFIED, _C.PUSHED_ELSEWHERE): Move("contacts.review", "contact.pushed"),
    (_C.IDENTIFIED, _C.EXCLUDED): Move("contacts.review", "contact.excluded"),
    (_C.IDENTIFIED, _C.BECAME_CASE): Move("cases.report", "contact.became_case"),
    (_C.VERIFYING, _C.OURS): Move("contacts.review", "contact.reviewed"),
    (_C.VERIFYING, _C.PUSHED_ELSEWHERE): Move("contacts.review", "contact.pushed"),
    (_C.VERIFYING, _C.EXCLUDED): Move("contacts.review", "contact.excluded"),
    (_C.PUSHED_ELSEWHERE, _C.OURS): Move("contacts.review", "contact.came_back"),
    (_C.PUSHED_ELSEWHERE, _C.LANDED): Move("contacts.review", "contact.landed"),
    (_C.OURS, _C.UNDER_MANAGEMENT): Move("measures.place", "contact.placed"),
    (_C.OURS, _C.PUSHED_ELSEWHERE): Move("contacts.review", "contact.pushed"),
    (_C.OURS, _C.BECAME_CASE): Move("cases.report", "contact.became_case"),
    (_C.OURS, _C.EXCLUDED): Move("contacts.review", "contact.excluded"),
    (_C.LANDED, _C.RELEASED): Move("measures.release", "contact.released"),
    (_C.LANDED, _C.BECAME_CASE): Move("cases.report", "contact.became_case"),
    (_C.UNDER_MANAGEMENT, _C.RELEASED): Move("measures.release", "contact.released"),
    (_C.UNDER_MANAGEMENT, _C.BECAME_CASE): Move("cases.report", "contact.became_case"),
    (_C.VERIFYING, _C.BECAME_CASE): Move("cases.report", "contact.became_case"),
    (_C.PUSHED_ELSEWHERE, _C.BECAME_CASE): Move("cases.report", "contact.became_case"),
    (_C.RELEASED, _C.BECAME_CASE): Move("cases.report", "contact.became_case_after_release"),
    # New evidence brings an excluded person back to review; evidence withdrawn ends what rested on it.
    (_C.EXCLUDED, _C.IDENTIFIED): Move("contacts.edit", "contact.named_again"),
    (_C.BECAME_CASE, _C.OURS): Move("cases.confirm", "contact.restored"),
    (_C.BECAME_CASE, _C.VERIFYING): Move("cases.confirm", "contact.restored"),
    (_C.UNDER_MANAGEMENT, _C.OURS): Move("cases.confirm", "contact.put_back"),
    (_C.UNDER_MANAGEMENT, _C.EXCLUDED): Move("cases.confirm", "contact.evidence_withdrawn"),
    (_C.LANDED, _C.EXCLUDED): Move("cases.confirm", "contact.evidence_withdrawn"),
    (_C.PUSHED_ELSEWHERE, _C.EXCLUDED): Move("cases.confirm", "contact.evidence_withdrawn"),
}


class MeasureState(StrEnum):
    ORDERED = "ordered"
    IN_FORCE = "in_force"
    RELEASE_DUE = "release_due"
    RELEASED = "released"
    ENDED_BY_CASE = "ended_by_case"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


_M = MeasureState
MEASURE_TRANSITIONS = {
    (_M.ORDERED, _M.IN_FORCE): Move("measures.follow", "measure.checked_in"),
    (_M.ORDERED, _M.RELEASE_DUE): Move("measures.release", "measure.release_due"),
    (_M.ORDERED, _M.ENDED_BY_CASE): Move("cases.report", "measure.ended_by_case"),
    (_M.ORDERED, _M.WITHDRAWN): Move("measures.place", "measure.withdrawn"),
    (_M.IN_FORCE, _M.RELEASE_DUE): Move("measures.release", "measure.release_due"),
    (_M.IN_FORCE, _M.ENDED_BY_CASE): Move("cases.report", "measure.ended_by_case"),
    (_M.IN_FORCE, _M.WITHDRAWN): Move("measures.place", "measure.withdrawn"),
    (_M.RELEASE_DUE, _M.RELEASED): Move("measures.release", "measure.released"),
    (_M.RELEASE_DUE, _M.IN_FORCE): Move("measures.place", "measure.extended"),
    (_M.RELEASE_DUE, _M.ENDED_BY_CASE): Move("cases.report", "measure.ended_by_case"),
    (_M.RELEASE_DUE, _M.WITHDRAWN): Move("measures.place", "measure.withdrawn"),
    (_M.ORDERED, _M.REPLACED): Move("measures.place", "measure.replaced"),
    (_M.IN_FORCE, _M.REPLACED): Move("measures.place", "measure.replaced"),
    (_M.RELEASE_DUE, _M.REPLACED): Move("measures.place", "measure.replaced"),
}
RUNNING = (_M.ORDERED, _M.IN_FORCE, _M.RELEASE_DUE)


class MeasureKind(StrEnum):
    ISOLATION_CENTRAL = "isolation_central"
    ISOLATION_HOME = "isolation_home"
    HOSPITAL = "hospital"
    HEALTH_MONITORING = "health_monitoring"


class Reason(StrEnum):
    """Why a person is under a measure. A closed list: nothing else can be given as a reason."""

    CLOSE_CONTACT = "close_contact"
    SECONDARY_CONTACT = "secondary_contact"
    CONFIRMED_CASE = "confirmed_case"
    ASYMPTOMATIC_CASE = "asymptomatic_case"
    AFTER_DISCHARGE = "after_discharge"


class Basis(StrEnum):
    """Legal basis of a measure: articles of the Law on Prevention and Treatment of Infectious Diseases (2013)."""

    LAW_39_PATIENT = "law_39_patient"
    LAW_39_CONTACT = "law_39_contact"
    LAW_41_AREA = "law_41_area"


class Setting(StrEnum):
    HOUSEHOLD = "household"
    MEAL = "meal"
    WORKPLACE = "workplace"
    TRANSPORT = "transport"
    MEDICAL = "medical"
    GATHERING = "gathering"
    SCHOOL = "school"
    ENTERTAINMENT = "entertainment"
    SHOP = "shop"
    OUTDOORS = "outdoors"
    OTHER = "other"


class Evidence(StrEnum):
    """How a contact was found, the strongest first."""

    HOUSEHOLD = "household"
    INTERVIEW = "interview"
    LINE_LIST = "line_list"
    RIDE = "ride"
    VISIT = "visit"
    PING = "ping"
