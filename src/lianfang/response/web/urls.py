"""Root of all addresses. Every one of them stands in the checked route table (tests/laws/routes.toml)."""

from allauth.account import views as account_views
from django.http import HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from lianfang.response.web.api import api
from lianfang.response.web.views import (
    accounts,
    areas,
    cases,
    chains,
    contacts,
    duties,
    gallery,
    grants,
    imports,
    interview,
    ledger,
    measures,
    merges,
    people,
    protocols,
    results,
    reviews,
    wall,
    warrants,
    workbench,
)


def alive(request):
    return HttpResponse("ok", content_type="text/plain")


signing_in = [
    path("sign-in/", account_views.login, name="account_login"),
    path("sign-out/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("password-again/", account_views.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("", accounts.account, name="account"),
]

urlpatterns = [
    path("", duties.home, name="home"),
    path("alive/", alive, name="alive"),
    path("language/", set_language, name="set_language"),
    path("account/", include(signing_in)),
    path("wall/", wall.wall, name="wall"),
    path("wall/<str:code>/", wall.wall, name="wall_of"),
    path("wall/<str:code>/map.json", wall.map_data, name="wall_map"),
    path("areas/<str:code>/", areas.area, name="area"),
    path("not-done/", duties.not_done, name="not_done"),
    path("duties/<int:pk>/", duties.duty, name="duty"),
    path("duties/<int:pk>/<str:step>/", duties.step, name="duty_step"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/interview/", interview.interview, name="interview"),
    path("cases/<int:pk>/interview/people/", interview.type_ahead_people, name="interview_people"),
    path("cases/<int:pk>/interview/stay/", interview.stay, name="interview_stay"),
    path("cases/<int:pk>/interview/name/", interview.name, name="interview_name"),
    path("cases/<int:pk>/<str:step>/", cases.step, name="case_step"),
    path("chains/", chains.chains, name="chains"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/<str:step>/", contacts.step, name="contact_step"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<int:pk>/", measures.measure, name="measure"),
    path("measures/<int:pk>/<str:step>/", measures.step, name="measure_step"),
    path("import/", imports.import_page, name="import"),
    path("import/upload/", imports.upload, name="import_upload"),
    path("import/receipts/<int:pk>/", imports.receipt, name="receipt"),
    path("import/<str:token>/<str:step>/", imports.step, name="import_step"),
    path("results/", results.results, name="results"),
    path("results/record/", results.record, name="result_record"),
    path("warrants/", warrants.warrants, name="warrants"),
    path("warrants/ask/", warrants.ask, name="warrant_ask"),
    path("warrants/<int:pk>/", workbench.workbench, name="warrant"),
    path("warrants/<int:pk>/map.json", workbench.map_data, name="warrant_map"),
    path("warrants/<int:pk>/meetings/<int:candidate>.json", workbench.meetings, name="warrant_meetings"),
    path("warrants/<int:pk>/<str:step>/", workbench.step, name="warrant_step"),
    path("people/", people.people, name="people"),
    path("people/search/", people.search, name="people_search"),
    path("people/duplicates/", people.duplicates, name="duplicates"),
    path("people/duplicates/<int:pk>/", people.decide_duplicate, name="duplicate_decide"),
    path("people/merges/", merges.merges, name="merges"),
    path("people/merges/<int:pk>/undo/", merges.undo, name="merge_undo"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/correct/", people.correct, name="person_correct"),
    path("purposes/open/", people.purpose_open, name="purpose_open"),
    path("purposes/<int:pk>/close/", people.purpose_close, name="purpose_close"),
    path("protocols/", protocols.protocols_page, name="protocols"),
    path("protocols/override/", protocols.override_value, name="protocol_override"),
    path("grants/", grants.grants, name="grants"),
    path("grants/give/", grants.give, name="grant_give"),
    path("grants/emergency/", grants.emergency, name="grant_emergency"),
    path("grants/accounts/open/", accounts.account_open, name="account_open"),
    path("grants/accounts/renew/", accounts.account_renew, name="account_renew"),
    path("grants/accounts/close/", accounts.account_close, name="account_close"),
    path("grants/<int:pk>/<str:step>/", grants.step, name="grant_step"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/reviews/", reviews.reviews, name="reviews"),
    path("ledger/reviews/<int:pk>/decide/", reviews.decide, name="review_decide"),
    path("components/", gallery.gallery, name="gallery"),
    path("api/v1/", api.urls),
]
