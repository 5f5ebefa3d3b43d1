"""From a ledger label to the page of the record it names."""

from django.urls import NoReverseMatch, reverse

_PAGES = {"cases.case": "case", "cases.contact": "contact", "cases.measure": "measure", "people.person": "person",
          "tracing.warrant": "warrant"}  # fmt: skip


def record_of(duty) -> str:
    """Address of the record a duty is about, or '' where it has no page."""
    model, _, pk = duty.subject.partition(":")
    if model == "ledger.day":
        return f"{reverse('reviews')}?day={pk}"
    try:
        return reverse(_PAGES[model], args=[pk]) if model in _PAGES and pk.isdigit() else ""
    except NoReverseMatch:
        return ""
